/* The three forms of one table: JSON lines, CSV and Parquet hold the same rows, in one order. */

import { quoted, Refused, text, Unreadable } from "./canonical";
import { BOOLEAN, type Cell, cellsOf, DOUBLE, openTable, TEXT, WHOLE } from "./parquet";

const RISKY = ["=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20"];
const DIGITS = 20;
const AWAKE_MS = 30;
const ASK_EVERY = 1024;
const SPACE = "[ \\t\\r]*";
const STRING = '"(?:[^"\\\\\\u0000-\\u001f]|\\\\(?:["\\\\/bfnrt]|u[0-9a-fA-F]{4}))*"';
const NUMBER = "-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?";
const OPEN = new RegExp(`${SPACE}\\{${SPACE}`, "y");
const PAIR = new RegExp(
  `(${STRING})${SPACE}:${SPACE}(${STRING}|${NUMBER}|true|false|null)${SPACE}([,}])${SPACE}`,
  "y",
);
const CLOSE = new RegExp(`\\}${SPACE}`, "y");
const FIELD = /"((?:[^"]|"")*)"|([^",\r\n][^,\r\n]*|)/y;

/** A number is told by its digits, since two spellings of one number are two texts in CSV. */
type Digits = { digits: string };
type Value = string | boolean | null | Digits;
type Row = [name: string, value: Value][];

/** Hold the forms of a table against each other; row 0 is the head. */
export async function checkTable(
  name: string,
  lines: Uint8Array,
  separated: Uint8Array,
  parquet: Uint8Array,
): Promise<void> {
  const table = openTable(parquet);
  const names = table.columns.map((column) => column.name);
  const [rows, records] = [rowsOf(name, lines), recordsOf(name, separated)];
  const head = records.next().value ?? [];
  if (head.length !== names.length || !names.every((one, at) => isSame(head[at] ?? "", one))) {
    throw other(name, "csv", 0);
  }
  const count = lines.reduce((sum, byte) => sum + (byte === 10 ? 1 : 0), 0);
  if (table.rows !== count) throw other(name, "parquet", Math.min(table.rows, count) + 1);
  let first = 1;
  for await (const group of cellsOf(table)) {
    const objects = await taken(rows, group.count);
    const lists = await taken(records, group.count);
    checkShape(name, names, first, objects, lists);
    for (const [place, column] of table.columns.entries()) {
      const said = objects.map((row) => (row[place] as Row[number])[1]);
      const cells = group.cells[place] as Cell[];
      const row = said.findIndex((value, at) => !isCell(value, cells[at] as Cell, column.kind));
      if (row >= 0) throw other(name, "parquet", first + row);
      const line = said.findIndex((value, at) => !isSame(lists[at]?.[place] ?? "", written(value)));
      if (line >= 0) throw other(name, "csv", first + line);
    }
    first += group.count;
  }
  if (!records.next().done) throw other(name, "csv", first);
}

function checkShape(
  name: string,
  names: string[],
  first: number,
  objects: Row[],
  lists: string[][],
): void {
  const row = objects.findIndex(
    (one) => one.length !== names.length || !one.every(([key], at) => key === names[at]),
  );
  if (row >= 0) throw other(name, "parquet", first + row);
  const line = lists.findIndex((one) => one.length !== names.length);
  if (line >= 0) throw other(name, "csv", first + line);
  if (lists.length < objects.length) throw other(name, "csv", first + lists.length);
}

const other = (name: string, form: string, row: number) =>
  new Refused(
    `${quoted(`${name}.${form}`)} and ${quoted(`${name}.jsonl`)} are not the same table: row ${row} differs`,
  );

/** Take the next ones; the page stays awake meanwhile. */
async function taken<One>(from: Iterator<One>, count: number): Promise<One[]> {
  const found: One[] = [];
  let rested = performance.now();
  while (found.length < count) {
    const next = from.next();
    if (next.done) break;
    found.push(next.value);
    if (found.length % ASK_EVERY === 0 && performance.now() - rested > AWAKE_MS) {
      await new Promise<void>((done) => setTimeout(done));
      rested = performance.now();
    }
  }
  return found;
}

function* rowsOf(name: string, raw: Uint8Array): Generator<Row> {
  let begin = 0;
  for (let end = raw.indexOf(10); end >= 0; end = raw.indexOf(10, begin)) {
    yield rowOf(text(raw.subarray(begin, end), `${name}.jsonl`), name);
    begin = end + 1;
  }
}

/** Read an object without others inside; JSON.parse would forgive a name that stands twice. */
function rowOf(line: string, name: string): Row {
  const odd = () => new Unreadable(`${name}.jsonl: a row that is no flat object`);
  OPEN.lastIndex = 0;
  if (!OPEN.test(line)) throw odd();
  CLOSE.lastIndex = OPEN.lastIndex;
  if (CLOSE.test(line) && CLOSE.lastIndex === line.length) return [];
  const row: Row = [];
  PAIR.lastIndex = OPEN.lastIndex;
  for (let end = ","; end === ","; ) {
    const [, key = "", value = "", sign = ""] = PAIR.exec(line) ?? [];
    if (!sign) throw odd();
    row.push([JSON.parse(key) as string, scalarOf(value)]);
    end = sign;
    if (end === "}" && PAIR.lastIndex !== line.length) throw odd();
  }
  return row;
}

function scalarOf(said: string): Value {
  const isDigits = said.startsWith("-") || (said >= "0" && said < ":");
  return isDigits ? { digits: said } : (JSON.parse(said) as string | boolean | null);
}

function* recordsOf(name: string, raw: Uint8Array): Generator<string[]> {
  const whole = text(raw, `${name}.csv`);
  let record: string[] = [];
  let at = 0;
  while (at < whole.length) {
    FIELD.lastIndex = at;
    const seen = FIELD.exec(whole);
    if (!seen) throw new Unreadable(`${name}.csv: a quotation mark that is not closed`);
    record.push(seen[1] === undefined ? (seen[2] ?? "") : seen[1].replaceAll('""', '"'));
    at = FIELD.lastIndex;
    const sign = whole[at];
    if (sign === ",") {
      at += 1;
      if (at < whole.length) continue;
      record.push("");
    } else if (sign === "\r" || sign === "\n") {
      at += whole.startsWith("\r\n", at) ? 2 : 1;
    } else if (sign !== undefined) {
      throw new Unreadable(`${name}.csv: a text behind a quotation mark`);
    }
    yield record.length === 1 && record[0] === "" && seen[1] === undefined ? [] : record;
    record = [];
  }
}

function isCell(value: Value, cell: Cell, kind: number): boolean {
  if (value === null || cell === null) return value === cell;
  if (kind === TEXT || kind === BOOLEAN) return value === cell;
  if (typeof value !== "object") return false;
  if (kind === DOUBLE) return Number(value.digits) === cell;
  const isWhole = /^-?[0-9]+$/.test(value.digits) && value.digits.length <= DIGITS;
  return kind === WHOLE && isWhole && BigInt(value.digits) === cell;
}

function written(value: Value): string {
  if (value === null) return "";
  return typeof value === "object" ? value.digits : String(value);
}

const isSame = (cell: string, said: string) =>
  cell === said || (cell === `'${said}` && RISKY.some((sign) => said.startsWith(sign)));
