/* What can be counted again: a project's log, and the anonymous rows beside a card. */

import { type Dict, hasOnly, isDict, type Json, parse, Refused, Unreadable } from "./canonical";
import { ENTRY as MATERIAL } from "./material";
import { CompactRange } from "./merkle";

const AT_FLOOR = 5_000_000;
const FEWEST = 20;
const FEWEST_P90 = 100;
const TABLES = ["pay", "before", "after"] as const;
const OPENS = new TextEncoder().encode('{"c":"');
const HEAD = OPENS.length + 64 + 1; // up to the quote behind a commitment
const SIGNED = "countersign";
const LETTERS = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const ASK_EVERY = 1024;
const AWAKE_MS = 30;
const KIND = /^[a-z][a-z0-9._-]{0,29}$/;
const PROJECT = /^[A-Za-z0-9._/:-]{0,60}$/;

export type Bin = [low: number, high: number, people: number, hours: number];
export type Rows = {
  currency: string;
  simulated: boolean;
  pay: Bin[];
  before: Bin[];
  after: Bin[];
};
export type Recount = {
  size: number;
  root: Uint8Array;
  answers: number;
  signed: Set<string>;
  rootThen: Uint8Array | undefined;
  material: Dict | undefined; // what the last entry about the material says
  kinds: Map<string, number>;
  facts: Map<string, Dict[]>; // of open entries, by their kinds
};

/** Read an entry of a log. */
export function readEntry(raw: Uint8Array): Dict {
  if (raw.length > 1024) throw new Unreadable("too long for an entry of a log");
  const entry = parse(raw, "an entry");
  const hidden = entry.c;
  const isHidden = typeof hidden === "string" && /^[0-9a-f]{64}$/.test(hidden);
  const isOpen = isDict(entry.f) && Object.keys(entry.f).length > 0;
  const { p, t, v } = entry;
  const isNamed =
    typeof p === "string" && PROJECT.test(p) && typeof t === "string" && KIND.test(t) && v === 1;
  const named = isHidden ? "c" : "f";
  if (!isNamed || !(isHidden || isOpen) || !hasOnly(entry, [named, "p", "t", "v"])) {
    throw new Unreadable("not an entry of a log");
  }
  return entry;
}

/** Count the entries of a project's log, and hash them, also as they were when there were `then` of
    them; the page stays awake meanwhile. */
export async function countLog(
  raw: Uint8Array,
  project: string,
  said: (share: number) => void = () => {},
  then = 0,
): Promise<Recount> {
  const tree = new CompactRange();
  let rootThen = then === 0 ? tree.root() : undefined;
  const signed = new Set<string>();
  const hidden = new Set<string>();
  const known = new Map<string, string>(); // what follows a commitment, and what kind it is
  let material: Dict | undefined;
  const kinds = new Map<string, number>();
  const facts = new Map<string, Dict[]>();
  let at = 0;
  let rested = performance.now();
  while (at < raw.length) {
    const end = at + 2 + ((raw[at] as number) << 8) + (raw[at + 1] ?? 0);
    if (end > raw.length) throw new Unreadable(`the entries end within number ${tree.size}`);
    const body = raw.subarray(at + 2, end);
    const tail = isHidden(body) ? LETTERS.decode(body.subarray(HEAD)) : "";
    let kind = known.get(tail);
    if (kind === undefined) {
      const entry = readEntry(body);
      if (entry.p !== project) throw new Unreadable("an entry of another project");
      kind = String(entry.t);
      if (tail) known.set(tail, kind);
      else if (isDict(entry.f)) {
        facts.set(kind, [...(facts.get(kind) ?? []), entry.f]);
        if (kind === MATERIAL) material = entry.f;
      }
    }
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    if (tail) {
      const commitment = LETTERS.decode(body.subarray(OPENS.length, HEAD - 1));
      if (hidden.has(commitment)) {
        throw new Refused(`entry ${tree.size} of the project’s log stands there twice`);
      }
      hidden.add(commitment);
      if (kind === SIGNED) signed.add(commitment);
    }
    tree.add(body);
    if (tree.size === then) rootThen = tree.root();
    at = end;
    if (tree.size % ASK_EVERY === 0 && performance.now() - rested > AWAKE_MS) {
      said(at / raw.length);
      await rest();
      rested = performance.now();
    }
  }
  const answers = kinds.get("answer") ?? 0;
  return { size: tree.size, root: tree.root(), answers, signed, rootThen, material, kinds, facts };
}

/** Say whether an entry begins with a commitment as entries of people do. */
function isHidden(body: Uint8Array): boolean {
  for (let at = 0; at < OPENS.length; at += 1) if (body[at] !== OPENS[at]) return false;
  for (let at = OPENS.length; at < HEAD - 1; at += 1) {
    const letter = body[at] as number;
    if (!((letter >= 48 && letter <= 57) || (letter >= 97 && letter <= 102))) return false;
  }
  return body[HEAD - 1] === 34;
}

/** Let the page draw and hear. */
const rest = () => new Promise<void>((done) => setTimeout(done));

/** Count the lines of a file, each with its end. */
export async function countLines(raw: Uint8Array): Promise<number> {
  if (raw.length > 0 && raw[raw.length - 1] !== 10) {
    throw new Unreadable("a file that does not end with its last line");
  }
  let lines = 0;
  let rested = performance.now();
  for (let at = raw.indexOf(10); at >= 0; at = raw.indexOf(10, at + 1)) {
    lines += 1;
    if (lines % ASK_EVERY === 0 && performance.now() - rested > AWAKE_MS) {
      await rest();
      rested = performance.now();
    }
  }
  return lines;
}

export function readRows(raw: Uint8Array): Rows {
  const rows = parse(raw, "rows.json");
  const { currency, simulated, v } = rows;
  const isWhole = hasOnly(rows, ["currency", "simulated", "v", ...TABLES]) && v === 1;
  if (!isWhole || typeof currency !== "string" || typeof simulated !== "boolean") {
    throw new Unreadable("not the rows beside a card");
  }
  const [pay, before, after] = TABLES.map((name) => table(rows[name]));
  return { currency, simulated, pay: pay ?? [], before: before ?? [], after: after ?? [] };
}

function table(answer: Json | undefined): Bin[] {
  if (!Array.isArray(answer)) throw new Unreadable("the rows are no list");
  let last = Number.NEGATIVE_INFINITY;
  return answer.map((row) => {
    if (!Array.isArray(row) || row.length !== 4 || !row.every(Number.isSafeInteger)) {
      throw new Unreadable("a row that is not four whole numbers");
    }
    const [low, high, people, hours] = row as Bin;
    if (low < last || low >= high || people < 1 || hours < -1) {
      throw new Unreadable("rows out of order");
    }
    last = high;
    return [low, high, people, hours];
  });
}

/** Find the figures that rows show; those they do not show are absent. */
export function figuresOf(rows: Rows): Map<string, number | string> {
  const found = new Map<string, number | string>([["currency", rows.currency]]);
  const people = rows.pay.reduce((sum, row) => sum + row[2], 0);
  if (people) found.set("people", people);
  const shares: [string, number][] = [
    ["p10", 100],
    ["p50", 500],
    ["p90", 900],
  ];
  for (const [name, share] of shares) {
    if (people < (name === "p90" ? FEWEST_P90 : FEWEST)) continue;
    const heads = rows.pay.map((row) => row[2]);
    found.set(`pay_people_${name}`, below(rows.pay, heads, share));
    const hours = rows.pay.map((row) => row[3]);
    if (!hours.includes(-1) && hours.some((one) => one > 0)) {
      found.set(`pay_hours_${name}`, below(rows.pay, hours, share));
    }
  }
  for (const name of ["before", "after"] as const) {
    const bins = rows[name];
    if (bins.length === 0 || bins.some(([low, high]) => low < AT_FLOOR && AT_FLOOR < high))
      continue;
    const all = bins.reduce((sum, row) => sum + row[2], 0);
    const under = bins.reduce((sum, row) => sum + (row[0] < AT_FLOOR ? row[2] : 0), 0);
    found.set(`under_floor_${name}`, Math.ceil((under * 1000) / all));
  }
  const after = found.get("under_floor_after");
  if (after !== undefined) found.set("floor_respected", after ? "no" : "yes");
  return found;
}

function below(bins: Bin[], weights: number[], share: number): number {
  const all = weights.reduce((sum, one) => sum + one, 0);
  const reach = BigInt(share) * BigInt(all);
  let passed = 0n;
  for (const [at, weight] of weights.map(BigInt).entries()) {
    const [low, high] = bins[at] as Bin;
    if (weight && reach <= 1000n * (passed + weight)) {
      const inside = reach - 1000n * passed;
      return low + Number((BigInt(high - low) * inside) / (1000n * weight));
    }
    passed += weight;
  }
  return bins[bins.length - 1]?.[1] ?? 0;
}
