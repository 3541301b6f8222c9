/* Rows that an auditor's seed drew and the operator opened: whether they are answers of the log. */

import { digest } from "../../time/sha256";
import type { Files } from "../bundle";
import {
  type Dict,
  fileHash,
  hasOnly,
  hex,
  isDict,
  type Json,
  joined,
  parse,
  Refused,
  text,
  Unreadable,
  unhex,
  utf8,
} from "../canonical";
import { readEntry } from "../recount";

const CARD = "labour-card.json";
const ENTRIES = "entries.bin";
const ANSWERS = "data/answers.jsonl";
const FIELDS = ["v", "card", "seed", "count", "rows", "erased", "questions"];
const COLUMNS = ["task", "author_kind", "question_version", "values"];
const MOST = 10_000;
const NUMBERS = 1n << 64n;
const WIDTH = 8;

type Row = { row: number; entry: number; nonce: string; payload: string };
type Opening = {
  card: string;
  seed: string;
  count: number;
  rows: Row[];
  erased: number[];
  questions: Dict;
};
export type Opened = { opened: number; drawn: number; seed: string; erased: number };

/** Check an opening of a bundle that was checked before. */
export async function checkOpening(files: Files, raw: Uint8Array): Promise<Opened> {
  const card = await files.read(CARD);
  const opening = openingOf(parse(raw, "the opening"));
  if (opening.card !== (await fileHash(card)))
    throw new Refused("the opening is of another bundle");
  const lines = linesOf(await files.read(ANSWERS));
  const { rows, erased, seed } = opening;
  const drawn = drawRows(card, seed, lines.length, opening.count);
  const told = [...rows.map((one) => one.row), ...erased].sort((a, b) => a - b);
  if (told.join() !== drawn.join()) {
    throw new Refused("the opening leaves out a row that the seed draws, or holds another");
  }
  if (new Set(rows.map((one) => one.entry)).size < rows.length) {
    throw new Refused("the opening shows two rows by the same entry");
  }
  const schemas = await schemasOf(card, opening.questions);
  const entries = entriesOf(await files.read(ENTRIES), new Set(rows.map((one) => one.entry)));
  for (const one of rows) {
    checkRow(one, lines[one.row] as Uint8Array, entries.get(one.entry), schemas);
  }
  return { opened: rows.length, drawn: drawn.length, seed, erased: erased.length };
}

/** Draw different rows: 64 bits at a time, without the last numbers, which would favour some. */
export function drawRows(card: Uint8Array, seed: string, rows: number, count: number): number[] {
  if (!/^[\x21-\x7e]{1,200}$/.test(seed) || count < 1 || count > MOST) {
    throw new Unreadable("a seed has 1 to 200 signs without spaces; 1 to 10000 rows are drawn");
  }
  const head = digest(joined(utf8("canut/draw/v1\0"), digest(card), utf8(seed)));
  const chosen = new Set<number>();
  for (let step = 0; chosen.size < Math.min(count, rows); step += 1) {
    const place = new Uint8Array(WIDTH);
    new DataView(place.buffer).setBigUint64(0, BigInt(step));
    const number = new DataView(digest(joined(head, place)).slice().buffer).getBigUint64(0);
    if (number < NUMBERS - (NUMBERS % BigInt(rows))) chosen.add(Number(number % BigInt(rows)));
  }
  return [...chosen].sort((a, b) => a - b);
}

/** Say what label an answer has: of one question its answer, of several the whole text. */
export function labelOf(schema: Dict, values: string): string {
  const answers = objectOf(values);
  const { questions } = schema;
  if (!Array.isArray(questions)) throw new Unreadable("the opening holds a question that is none");
  if (questions.length !== 1 || Object.keys(answers).length === 0) return values;
  const question = isDict(questions[0]) ? questions[0] : {};
  const { id, kind, mode, reasons } = question;
  if (typeof id !== "string" || typeof kind !== "string") {
    throw new Unreadable("the opening holds a question that is none");
  }
  const head = `{${JSON.stringify(id)}:`;
  const isOther = Object.keys(answers).length !== 1 || !Object.hasOwn(answers, id);
  if (isOther || !values.startsWith(head)) {
    throw new Unreadable("the opening holds an answer to another question");
  }
  const answer = answers[id];
  if (typeof answer === "string") return answer;
  const isPair = kind === "pair" || (kind === "chat" && mode === "compare");
  const hasReasons = Array.isArray(reasons) ? reasons.length > 0 : Boolean(reasons);
  if (isDict(answer) && isPair && !hasReasons && typeof answer.choice === "string") {
    return answer.choice;
  }
  return values.slice(head.length, -1);
}

/** Check that a row of the data is what its entry hides. */
function checkRow(
  { row: number, nonce, payload }: Row,
  line: Uint8Array,
  entry: Uint8Array | undefined,
  schemas: Map<number, Dict>,
): void {
  const { task, author, q, values } = parse(utf8(payload), `row ${number} of the opening`);
  const isAnswer = typeof task === "number" && typeof author === "string";
  if (!entry || !isAnswer || typeof q !== "number" || typeof values !== "string") {
    throw new Unreadable(`row ${number} of the opening holds no answer`);
  }
  const logged = readEntry(entry);
  const hidden = digest(joined(utf8("canut/commit/v1\0"), unhex(nonce), utf8(payload)));
  if (logged.t !== "answer" || logged.c !== hex(hidden)) {
    throw new Refused(`row ${number} is opened by another payload than was logged`);
  }
  const cells = objectOf(text(line, ANSWERS));
  const answer = [task, author, q, values];
  if (COLUMNS.some((name, at) => cells[name] !== answer[at])) {
    throw new Refused(`row ${number} of the data is not the answer that was logged`);
  }
  const schema = schemas.get(q);
  if (!schema) throw new Unreadable(`the opening holds no question of row ${number}`);
  if (cells.label !== labelOf(schema, values)) {
    throw new Refused(`row ${number} of the data has another label than was logged`);
  }
}

/** Read the questions, whose hashes are on the card. */
async function schemasOf(card: Uint8Array, questions: Dict): Promise<Map<number, Dict>> {
  const about = parse(card, CARD).credentialSubject;
  const figures = isDict(about) && isDict(about.figures) ? about.figures : {};
  const hashes = isDict(figures.instructions) ? figures.instructions.value : undefined;
  const schemas = new Map<number, Dict>();
  for (const [number, said] of Object.entries(questions)) {
    if (typeof said !== "string" || !/^[0-9]{1,9}$/.test(number)) {
      throw new Unreadable("the opening holds a question that is none");
    }
    if (!Array.isArray(hashes) || !hashes.includes(await fileHash(utf8(said)))) {
      throw new Refused("the opening holds a question whose hash is not on the card");
    }
    const { schema } = objectOf(said);
    if (!isDict(schema)) throw new Unreadable("the opening holds a question that is none");
    schemas.set(Number(number), schema);
  }
  return schemas;
}

function entriesOf(raw: Uint8Array, wanted: Set<number>): Map<number, Uint8Array> {
  const found = new Map<number, Uint8Array>();
  let at = 0;
  for (let index = 0; at < raw.length; index += 1) {
    const begin = at + 2;
    at = begin + ((raw[begin - 2] as number) << 8) + (raw[begin - 1] as number);
    if (wanted.has(index)) found.set(index, raw.subarray(begin, at));
  }
  return found;
}

function linesOf(raw: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  let begin = 0;
  for (let end = raw.indexOf(10); end >= 0; end = raw.indexOf(10, begin)) {
    lines.push(raw.subarray(begin, end));
    begin = end + 1;
  }
  return lines;
}

function openingOf(document: Dict): Opening {
  const { v, card, seed, count, rows, erased, questions } = document;
  const isWhole = hasOnly(document, FIELDS) && v === 1 && isDict(questions);
  const isNamed = typeof card === "string" && typeof seed === "string";
  if (!isWhole || !isNamed || !Array.isArray(rows) || !Array.isArray(erased)) {
    throw new Unreadable("no opening of rows of version 1");
  }
  if (![count, ...erased].every(isNumber) || !rows.every(isRow)) {
    throw new Unreadable("a row of the opening is not understood");
  }
  return document as unknown as Opening;
}

function isRow(value: Json): boolean {
  if (!isDict(value) || !hasOnly(value, ["row", "entry", "nonce", "payload"])) return false;
  const { row, entry, nonce, payload } = value;
  const isHex = typeof nonce === "string" && /^[0-9a-f]{64}$/.test(nonce);
  return isNumber(row) && isNumber(entry) && isHex && typeof payload === "string";
}

const isNumber = (value: Json | undefined) => typeof value === "number";

/** Read an object in which a number may be a fraction. */
function objectOf(said: string): Dict {
  let value: Json;
  try {
    value = JSON.parse(said) as Json;
  } catch {
    throw new Unreadable("an answer of the opening is not JSON");
  }
  if (!isDict(value)) throw new Unreadable("an answer of the opening is no object");
  return value;
}
