/* The Parquet files of a bundle: one flat table, pages plain or packed with gzip, nothing else. */

import { text, Unreadable } from "./canonical";

export const BOOLEAN = 0;
export const WHOLE = 2;
export const DOUBLE = 5;
export const TEXT = 6;
const [PLAIN, OLD_INDEXED, RLE, INDEXED] = [0, 2, 3, 8];
const ENDS = "PAR1";
const FRAME = 12;
const MOST = 2 ** 28;
const DEEPEST = 8;
const WIDEST = 32;

export type Cell = string | bigint | number | boolean | null;
export type Column = { name: string; kind: number; nulls: boolean };
export type Table = { columns: Column[]; rows: number; groups: Fields[]; raw: Uint8Array };
type Value = boolean | number | Uint8Array | Value[] | Fields;
type Fields = Map<number, Value>;

const odd = (why: string) => new Unreadable(`not a Parquet file as bundles hold it: ${why}`);

/** Read the columns of a file, how many rows it has, and what it says of its groups. */
export function openTable(raw: Uint8Array): Table {
  const said = (part: Uint8Array) => String.fromCharCode(...part);
  const whole = said(raw.subarray(0, 4)) === ENDS && said(raw.subarray(-4)) === ENDS;
  const size = raw.length < FRAME ? 0 : little(raw, raw.length - 8, 4);
  if (raw.length < FRAME || !whole || size > raw.length - FRAME) {
    throw odd("it does not begin and end as one");
  }
  const foot = new Reader(raw.subarray(raw.length - 8 - size, raw.length - 8)).fields();
  const [root, ...leaves] = structs(foot, 2);
  const columns = leaves.map(columnOf);
  const groups = structs(foot, 4);
  const counts = groups.map((group) => wholeOf(group, 3));
  const rows = counts.reduce((sum, count) => sum + count, 0);
  const isFlat = columns.length > 0 && root?.get(5) === columns.length;
  if (!isFlat || wholeOf(foot, 3) !== rows || counts.some((count) => count < 0)) {
    throw odd("it is no flat table, or has other rows than it says");
  }
  return { columns, rows, groups, raw };
}

/** Read the cells of each group, column by column. */
export async function* cellsOf(table: Table): AsyncGenerator<{ count: number; cells: Cell[][] }> {
  for (const group of table.groups) {
    const chunks = structs(group, 1);
    const count = wholeOf(group, 3);
    if (chunks.length !== table.columns.length) throw odd("a group has other columns");
    const cells: Cell[][] = [];
    for (const [at, chunk] of chunks.entries()) {
      cells.push(await readColumn(table.raw, chunk, table.columns[at] as Column, count));
    }
    yield { count, cells };
  }
}

/** Numbers, texts and structs as Thrift writes them compactly. */
class Reader {
  readonly raw: Uint8Array;
  at: number;

  constructor(raw: Uint8Array, at = 0) {
    this.raw = raw;
    this.at = at;
  }

  byte(): number {
    const byte = this.raw[this.at];
    if (byte === undefined) throw odd("it ends early");
    this.at += 1;
    return byte;
  }

  big(): bigint {
    let seen = 0n;
    for (let shift = 0n; shift <= 63n; shift += 7n) {
      const byte = this.byte();
      seen |= BigInt(byte & 127) << shift;
      if (byte < 128) return seen;
    }
    throw odd("a number is too long");
  }

  number(): number {
    return Number(this.big());
  }

  signed(): number {
    const seen = this.big();
    return Number(seen & 1n ? -((seen + 1n) >> 1n) : seen >> 1n);
  }

  bytes(size: number): Uint8Array {
    if (size > this.raw.length - this.at) throw odd("a text ends early");
    this.at += size;
    return this.raw.subarray(this.at - size, this.at);
  }

  fields(depth = 0): Fields {
    if (depth > DEEPEST) throw odd("it is nested too deep");
    const found: Fields = new Map();
    let last = 0;
    for (let head = this.byte(); head !== 0; head = this.byte()) {
      last = head >> 4 ? last + (head >> 4) : this.signed();
      found.set(last, this.value(head & 15, depth));
    }
    return found;
  }

  value(kind: number, depth: number): Value {
    if (kind === 1 || kind === 2) return kind === 1;
    if (kind === 3) return this.byte();
    if (kind >= 4 && kind <= 6) return this.signed();
    if (kind === 8) return this.bytes(this.number());
    if (kind === 12) return this.fields(depth + 1);
    if (kind !== 9 && kind !== 10) throw odd("a field of a kind that is not read");
    const head = this.byte();
    const count = head >> 4 === 15 ? this.number() : head >> 4;
    if (count > this.raw.length) throw odd("a list is too long");
    const isYesNo = (head & 15) === 1 || (head & 15) === 2;
    const found: Value[] = [];
    for (let at = 0; at < count; at += 1) {
      found.push(isYesNo ? this.byte() === 1 : this.value(head & 15, depth + 1));
    }
    return found;
  }
}

function columnOf(leaf: Fields): Column {
  const [kind, nulls, name] = [wholeOf(leaf, 1), leaf.get(3), leaf.get(4)];
  const isKind = [BOOLEAN, WHOLE, DOUBLE, TEXT].includes(kind);
  const isText = leaf.get(6) === (kind === TEXT ? 0 : undefined);
  if (!(name instanceof Uint8Array) || !isKind || !isText || (nulls !== 0 && nulls !== 1)) {
    throw odd("a column of a type that is not read");
  }
  return { name: text(name, "the name of a column"), kind, nulls: nulls === 1 };
}

async function readColumn(
  raw: Uint8Array,
  chunk: Fields,
  column: Column,
  rows: number,
): Promise<Cell[]> {
  const facts = chunk.get(3);
  if (!(facts instanceof Map) || chunk.has(1)) throw odd("a column that is elsewhere");
  const path = facts.get(3);
  const name = Array.isArray(path) && path.length === 1 ? path[0] : undefined;
  const isSame = name instanceof Uint8Array && text(name, "a path") === column.name;
  if (!isSame || wholeOf(facts, 1) !== column.kind) throw odd("a column that is another");
  const codec = wholeOf(facts, 4);
  if (wholeOf(facts, 5) !== rows || (codec !== 0 && codec !== 2)) {
    throw odd("a column of other rows, or packed otherwise");
  }
  let at = wholeOf(facts, facts.has(11) ? 11 : 9);
  let words: Cell[] | undefined;
  const cells: Cell[] = [];
  while (cells.length < rows) {
    if (at < ENDS.length) throw odd("a page before the file");
    const reader = new Reader(raw, at);
    const page = reader.fields();
    at = reader.at + wholeOf(page, 3);
    const body = await unpacked(raw.subarray(reader.at, at), wholeOf(page, 2), codec === 2);
    const kind = wholeOf(page, 1);
    const about = page.get(kind === 2 ? 7 : 5);
    if ((kind !== 0 && kind !== 2) || !(about instanceof Map)) {
      throw odd("a page of a kind that is not read");
    }
    if (kind === 0) {
      for (const cell of readPage(body, about, column, words, rows - cells.length)) {
        cells.push(cell);
      }
    } else if (!words && cells.length === 0 && [PLAIN, OLD_INDEXED].includes(wholeOf(about, 2))) {
      words = plain(body, column.kind, wholeOf(about, 1));
    } else {
      throw odd("a second list of words");
    }
  }
  return cells;
}

function readPage(
  body: Uint8Array,
  about: Fields,
  column: Column,
  words: Cell[] | undefined,
  most: number,
): Cell[] {
  const [count, written] = [wholeOf(about, 1), wholeOf(about, 2)];
  if (!(count > 0 && count <= most)) throw odd("a page of more rows than its column");
  let held: number[] = new Array<number>(count).fill(1);
  let rest = body;
  if (column.nulls) {
    if (wholeOf(about, 3) !== RLE) throw odd("nulls written otherwise");
    const end = 4 + little(body, 0, 4);
    held = runs(body.subarray(4, end), 1, count);
    rest = body.subarray(end);
  }
  const there = held.reduce((sum, one) => sum + one, 0);
  let values: Cell[];
  if (written === PLAIN) {
    values = plain(rest, column.kind, there);
  } else if ((written === OLD_INDEXED || written === INDEXED) && words) {
    const indexes = there ? runs(rest.subarray(1), rest[0] ?? WIDEST + 1, there) : [];
    values = indexes.map((index) => {
      const word = words[index];
      if (word === undefined) throw odd("an index of no word");
      return word;
    });
  } else {
    throw odd("values written otherwise");
  }
  let at = 0;
  return held.map((one) => (one ? (values[at++] as Cell) : null));
}

function plain(body: Uint8Array, kind: number, count: number): Cell[] {
  if (count < 0 || count > 8 * body.length) throw odd("more values than bytes");
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  const width = kind === BOOLEAN ? 1 / 8 : 8;
  if (kind !== TEXT && count * width > body.length) throw odd("values end early");
  const found: Cell[] = [];
  let at = 0;
  for (let n = 0; n < count; n += 1) {
    if (kind === WHOLE) found.push(view.getBigInt64(8 * n, true));
    else if (kind === DOUBLE) found.push(view.getFloat64(8 * n, true));
    else if (kind === BOOLEAN) found.push((((body[n >> 3] as number) >> (n & 7)) & 1) === 1);
    else {
      const begin = at + 4;
      at = begin + little(body, at, 4);
      if (at > body.length) throw odd("a text ends early");
      found.push(text(body.subarray(begin, at), "a cell"));
    }
  }
  return found;
}

/** Read numbers of so many bits: repeated, or eight by eight. */
function runs(raw: Uint8Array, width: number, count: number): number[] {
  if (width > WIDEST) throw odd("too wide an index");
  const found: number[] = [];
  const reader = new Reader(raw);
  while (found.length < count) {
    const head = reader.number();
    const times = Math.floor(head / 2);
    const isPacked = head % 2 === 1;
    const begin = reader.at;
    reader.at = begin + (isPacked ? times * width : (width + 7) >> 3);
    if (times === 0 || reader.at > raw.length) throw odd("a run ends early");
    if (isPacked) {
      const last = Math.min(8 * times, count - found.length);
      for (let n = 0; n < last; n += 1) found.push(bits(raw, 8 * begin + n * width, width));
    } else {
      const number = little(raw, begin, reader.at - begin);
      for (let n = Math.min(times, count - found.length); n > 0; n -= 1) found.push(number);
    }
  }
  return found;
}

function bits(raw: Uint8Array, from: number, width: number): number {
  let found = 0;
  for (let n = 0; n < width; n += 1) {
    const place = from + n;
    const bit = ((raw[Math.floor(place / 8)] ?? 0) >> (place % 8)) & 1;
    found += bit * 2 ** n;
  }
  return found;
}

function little(raw: Uint8Array, at: number, size: number): number {
  let found = 0;
  for (let n = 0; n < size; n += 1) found += (raw[at + n] ?? 0) * 256 ** n;
  return found;
}

async function unpacked(raw: Uint8Array, size: number, isPacked: boolean): Promise<Uint8Array> {
  if (!(size >= 0 && size <= MOST)) throw odd("too long a page");
  const body = isPacked ? await gunzipped(raw, size) : raw;
  if (body.length !== size) throw odd("a page of another length");
  return body;
}

/** Unpack one gzip stream; no more than was said of it. */
async function gunzipped(raw: Uint8Array, size: number): Promise<Uint8Array> {
  const body = new Uint8Array(size);
  let at = 0;
  try {
    const stream = new Blob([raw as BufferSource]).stream();
    const reader = stream.pipeThrough(new DecompressionStream("gzip")).getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      if (at + part.value.length > size) throw odd("a page of another length");
      body.set(part.value, at);
      at += part.value.length;
    }
  } catch (why) {
    throw why instanceof Unreadable ? why : odd("a page that is not one gzip stream");
  }
  return body.subarray(0, at);
}

function wholeOf(fields: Fields, number: number): number {
  const value = fields.get(number);
  if (typeof value !== "number") throw odd("a number is missing");
  return value;
}

function structs(fields: Fields, number: number): Fields[] {
  const value = fields.get(number);
  if (!Array.isArray(value) || !value.every((one) => one instanceof Map)) {
    throw odd("a list is missing");
  }
  return value as Fields[];
}
