/* Check a whole bundle: data, card, proofs, rows and the signed list of them all. Whom to trust comes
   from a policy, never from the bundle. */

import { nominalAlpha, shownByLog } from "./bundles/shown_figures";
import {
  canonical,
  type Dict,
  fileHash,
  hasOnly,
  hex,
  isDict,
  type Json,
  parse,
  quoted,
  Refused,
  Unreadable,
  utf8,
} from "./canonical";
import {
  type Card,
  checkSigned,
  type Figure,
  figuresOfCard,
  GRADES,
  type Grade,
  LAST,
  readCard,
} from "./card";
import { checkLogged } from "./material";
import { CompactRange } from "./merkle";
import { type Accepted, checkEntry, type Policy, parseNote, parseProof } from "./notes";
import { countLines, countLog, figuresOf, type Recount, readEntry, readRows } from "./recount";
import { countSigned, type SignedWork } from "./signed_work";
import { checkTable } from "./tables";

type Listed = { version: number; listed: Map<string, string> };
export type Files = { paths: string[]; read: (path: string) => Promise<Uint8Array> };
export type Line = { grade: Grade | ""; name: string; value: Json; unit: string; note: string };
export type Verdict = {
  dataset: string;
  simulated: boolean;
  accepted: Accepted;
  index: number;
  version: number;
  number: number;
  previous: string;
  digest: string;
  files: number;
  others: string;
  project: string;
  entries: number;
  root: Uint8Array;
  rootThen: Uint8Array | undefined;
  answers: number;
  lines: Line[];
  confirmed: SignedWork | undefined;
  material: number; // version of the declared material that the log holds; 0 if none
};

const CARD = "labour-card.json";
const CARD_PROOF = "labour-card.tlog-proof";
const ENTRIES = "entries.bin";
const ENTRIES_PROOF = "entries.tlog-proof";
const ROWS = "rows.json";
const SIGNED = "countersignatures.json";
const MANIFEST = "manifest.json";
const ANSWERS = "data/answers.jsonl";
const LABELS = "data/labels.jsonl";
const TABLES = ["data/answers", "data/labels"];
const IN_CARD = [ANSWERS, ENTRIES, LABELS, ROWS];
const AFTER_CARD = [CARD, CARD_PROOF, ENTRIES_PROOF]; // no card can name them
const MOST_NAMED = 5;
const NEEDED = [CARD, CARD_PROOF, ENTRIES_PROOF, MANIFEST, ...IN_CARD];
const PATH = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}(?:\/[A-Za-z0-9][A-Za-z0-9._-]{0,99}){0,3}$/;

/** Check a bundle; `then` is how many entries an earlier release of it had, of which the root is
    told too. */
export async function checkBundle(
  files: Files,
  policy: Policy,
  said: (share: number) => void = () => {},
  then = 0,
): Promise<Verdict> {
  const missing = NEEDED.find((path) => !files.paths.includes(path));
  if (missing) throw new Unreadable(`there is no ${missing}: this is no whole bundle`);
  const raw = await files.read(CARD);
  const proof = parseProof(await files.read(CARD_PROOF));
  const body = proof.extra ?? raw;
  const entry = readEntry(body);
  if (proof.extra) {
    const text = isDict(entry.f) ? entry.f.sha256 : undefined;
    if (typeof text !== "string") throw new Unreadable("the entry says no hash of a file");
    if (text !== (await fileHash(raw))) {
      throw new Refused("the file is not the one that was logged: its hash is another");
    }
  }
  const accepted = await checkEntry(body, proof, policy);
  if (entry.t !== "card") {
    throw new Refused(`${CARD} was logged as ${quoted(entry.t)}, not as a card`);
  }
  const key = accepted.log.raw;
  const { version, listed } = await readManifest(files, key);
  const card = await readCard(raw, key);
  const carded = boundFiles(card, version, listed);
  if (version > 1) await checkForms(files);
  const project = String(entry.p);
  const counted = await countAgain(files, policy, accepted, project, said, then);
  const shown = await showAgain(files, card.simulated, card.figures, counted.answers);
  await showClaimed(files, card.figures, counted, shown);
  let confirmed: SignedWork | undefined;
  if (files.paths.includes(SIGNED)) {
    if (!carded.has(SIGNED)) throw new Refused(`the card does not name ${quoted(SIGNED)}`);
    const origin = `${accepted.head.origin}/${project}`;
    confirmed = await countSigned(await files.read(SIGNED), origin, counted.signed);
    holdConfirmed(confirmed, card.figures, card.simulated);
    shown.set("confirmed_people", "CONFIRMED").set("confirmed_hours", "CONFIRMED");
  }
  const material = card.figures.has("material")
    ? checkLogged(card.figures.get("material")?.value, counted.material)
    : 0;
  return {
    confirmed,
    dataset: card.name,
    simulated: card.simulated,
    accepted,
    index: proof.index,
    version,
    number: card.number,
    previous: card.previous,
    digest: await fileHash(raw),
    files: carded.size,
    others: othersOf(carded, listed),
    project,
    entries: counted.size,
    root: counted.root,
    rootThen: counted.rootThen,
    answers: counted.answers,
    material,
    lines: figuresOfCard(card.version).map((name) =>
      lineOf(name, card.figures.get(name) ?? {}, shown),
    ),
  };
}

/** List the files that the logged card binds: from format 2 on all that do not depend on its place. */
function boundFiles(card: Card, version: number, listed: Map<string, string>): Map<string, string> {
  const carded = listOf(card.files);
  for (const path of IN_CARD) {
    if (!carded.has(path)) throw new Unreadable(`the card does not name ${path}`);
  }
  for (const [path, one] of carded) {
    if (listed.get(path) !== one) {
      throw new Refused(`the card names another ${quoted(path)} than the one that is there`);
    }
  }
  if (card.version !== version) {
    throw new Refused(
      `the card is of format ${card.version}, and ${MANIFEST} of format ${version}`,
    );
  }
  if (version === 1) return carded;
  for (const path of listed.keys()) {
    if (!carded.has(path) && !AFTER_CARD.includes(path)) {
      throw new Refused(`the card does not name ${quoted(path)}`);
    }
  }
  const tree = new CompactRange();
  for (const [path, text] of carded) {
    const [sha256 = "", size = ""] = text.split(" ");
    tree.add(utf8(canonical({ path, sha256, size: Number(size) })));
  }
  if (hex(tree.root()) !== card.tree) {
    throw new Refused("the tree hash on the card is not that of its files");
  }
  return carded;
}

/** Check that the forms of each table hold the same rows. */
async function checkForms(files: Files): Promise<void> {
  const forms = ["jsonl", "csv", "parquet"];
  for (const table of TABLES) {
    const paths = forms.map((form) => `${table}.${form}`);
    const missing = paths.find((path) => !files.paths.includes(path));
    if (missing) throw new Unreadable(`there is no ${missing}: this is no whole bundle`);
    const [lines, separated, parquet] = await Promise.all(paths.map((path) => files.read(path)));
    await checkTable(table, lines as Uint8Array, separated as Uint8Array, parquet as Uint8Array);
  }
}

/** Name the files that the card does not bind. */
function othersOf(carded: Map<string, string>, listed: Map<string, string>): string {
  const others = [...listed.keys(), MANIFEST].filter((path) => !carded.has(path)).sort();
  return others.slice(0, MOST_NAMED).join(", ") + (others.length > MOST_NAMED ? ", …" : "");
}

/** List who signed the card's checkpoint by their own word, unchecked. */
export async function signersOf(files: Files): Promise<string[]> {
  const { note } = parseProof(await files.read(CARD_PROOF));
  return parseNote(note).lines.map((one) => `${one.name}+${one.id}`);
}

async function readManifest(files: Files, key: Uint8Array): Promise<Listed> {
  const document = parse(await files.read(MANIFEST), MANIFEST);
  const fields = ["type", "version", "issuer", "created", "files", "proof"];
  const { version } = document;
  const isKnown = typeof version === "number" && [1, 2, LAST].includes(version);
  const isOurs = document.type === "CanutBundle" && isKnown;
  const isSaid = [document.issuer, document.created].every((one) => typeof one === "string");
  if (!hasOnly(document, fields) || !isOurs || !isSaid) throw new Unreadable("not a manifest");
  const listed = listOf(document.files);
  await checkSigned(document, key, `${MANIFEST} is not signed`);
  const held = files.paths.filter((path) => path !== MANIFEST);
  for (const path of held) {
    if (!listed.has(path)) throw new Refused(`${quoted(path)} is not in the manifest`);
  }
  for (const [path, text] of listed) {
    if (!held.includes(path)) throw new Refused(`${quoted(path)} is missing`);
    const content = await files.read(path);
    if (`${await fileHash(content)} ${content.length}` !== text) {
      throw new Refused(`${quoted(path)} is not the file that was listed: its hash is another`);
    }
  }
  return { version: Number(version), listed };
}

function listOf(answer: Json | undefined): Map<string, string> {
  const found = new Map<string, string>();
  for (const one of Array.isArray(answer) ? answer : []) {
    const { path, sha256, size } = isDict(one) ? one : ({} as Dict);
    const isWhole = isDict(one) && hasOnly(one, ["path", "sha256", "size"]);
    if (!isWhole || typeof path !== "string" || typeof sha256 !== "string" || found.has(path)) {
      throw new Unreadable("a file is listed otherwise than it should be");
    }
    const isSized = typeof size === "number" && Number.isSafeInteger(size) && size >= 0;
    if (!PATH.test(path) || !/^[0-9a-f]{64}$/.test(sha256) || !isSized || path === MANIFEST) {
      throw new Unreadable(`${path} cannot be listed so`);
    }
    found.set(path, `${sha256} ${size}`);
  }
  const paths = [...found.keys()];
  if (paths.length === 0 || paths.length > 1000 || paths.join() !== [...paths].sort().join()) {
    throw new Unreadable("a list of files that is none, or out of order");
  }
  return found;
}

async function countAgain(
  files: Files,
  policy: Policy,
  card: Accepted,
  project: string,
  said: (share: number) => void,
  then: number,
): Promise<Recount> {
  const proof = parseProof(await files.read(ENTRIES_PROOF));
  if (!proof.extra) throw new Unreadable("no entry beside the proof of the project's log");
  const entry = readEntry(proof.extra);
  const accepted = await checkEntry(proof.extra, proof, policy);
  const facts = entry.f;
  const isHead = entry.t === "checkpoint" && isDict(facts) && hasOnly(facts, ["o", "n", "r"]);
  if (!isHead || !isDict(facts)) throw new Unreadable("not the checkpoint of a project's log");
  if (hex(accepted.log.raw) !== hex(card.log.raw) || entry.p !== project) {
    throw new Refused(`${ENTRIES_PROOF} is of another log, or of another project, than the card`);
  }
  if (facts.o !== `${accepted.head.origin}/${project}`) {
    throw new Refused(`${ENTRIES_PROOF} is of the log ${quoted(facts.o)}, not of this project’s`);
  }
  const counted = await countLog(await files.read(ENTRIES), project, said, then);
  if (counted.size !== facts.n || hex(counted.root) !== facts.r) {
    throw new Refused(
      `${ENTRIES} is not the project’s log: ${counted.size} entries hash to another root than the ${facts.n} that were logged`,
    );
  }
  return counted;
}

async function showAgain(
  files: Files,
  simulated: boolean,
  figures: Map<string, Figure>,
  logged: number,
): Promise<Map<string, Grade>> {
  const rows = readRows(await files.read(ROWS));
  if (rows.simulated !== simulated) {
    throw new Refused(`${ROWS} and the card do not agree on whether people are simulated`);
  }
  const answers = await countLines(await files.read(ANSWERS));
  const items = await countLines(await files.read(LABELS));
  if (answers > logged) {
    throw new Refused(`${ANSWERS} holds ${answers} answers; the log has ${logged}`);
  }
  const proven = new Map<string, number | string>([
    ["answers", answers],
    ["items", items],
    ["logged_answers", logged],
  ]);
  if (items) proven.set("answers_per_item", Math.floor((answers * 1000) / items));
  const again = figuresOf(rows);
  const people = figures.get("people");
  const isHeld = people?.grade === "RECOMPUTED";
  if (people?.value !== again.get("people") && !isHeld) again.delete("people");
  const shown = new Map<string, Grade>();
  for (const [found, grade] of [
    [again, "RECOMPUTED"],
    [proven, "PROVEN"],
  ] as const) {
    for (const [name, value] of found) {
      const said = figures.get(name)?.value;
      if (said !== undefined && said !== value) {
        throw new Refused(
          `the card says ${name} is ${quoted(said)}; the bundle shows ${quoted(value)}`,
        );
      }
      shown.set(name, grade);
    }
  }
  return shown;
}

/** Hold against log and answers each figure for which the card claims that they show it. */
async function showClaimed(
  files: Files,
  figures: Map<string, Figure>,
  counted: Recount,
  shown: Map<string, Grade>,
): Promise<void> {
  const found = [...shownByLog(counted.kinds, counted.facts)].filter(
    ([name]) => figures.get(name)?.grade === "PROVEN",
  );
  for (const [name, value] of found) shown.set(holdSame(name, figures, value), "PROVEN");
  if (figures.get("agreement")?.grade !== "RECOMPUTED") return;
  const alpha = await nominalAlpha(await files.read(ANSWERS));
  if (alpha !== undefined) shown.set(holdSame("agreement", figures, alpha), "RECOMPUTED");
}

function holdSame(name: string, figures: Map<string, Figure>, value: Json): string {
  const said = figures.get(name)?.value ?? value;
  if (canonical(said) !== canonical(value)) {
    throw new Refused(
      `the card says ${name} is ${quoted(said)}; the bundle shows ${quoted(value)}`,
    );
  }
  return name;
}

function holdConfirmed(
  { people, ms }: SignedWork,
  figures: Map<string, Figure>,
  simulated: boolean,
): void {
  if (people && simulated) throw new Refused("simulated people sign nothing");
  for (const [name, of, value] of [
    ["confirmed_people", "people", people],
    ["confirmed_hours", "active_time", ms],
  ] as const) {
    const said = figures.get(name)?.value ?? value;
    if (said !== value) {
      throw new Refused(
        `the card says ${name} is ${quoted(said)}; the bundle shows ${quoted(value)}`,
      );
    }
    const whole = figures.get(of)?.value ?? value;
    if (typeof whole !== "number" || value > whole) {
      throw new Refused(`${SIGNED} confirms more than the card says of ${of}`);
    }
  }
}

function lineOf(name: string, figure: Figure, shown: Map<string, Grade>): Line {
  if (figure.grade === undefined) {
    return { grade: "", name, value: null, unit: "", note: figure.unknown ?? "" };
  }
  const reached = shown.get(name) ?? "ASSERTED";
  const isLess = GRADES.indexOf(reached) < GRADES.indexOf(figure.grade);
  return {
    grade: isLess ? reached : figure.grade,
    name,
    value: figure.value ?? null,
    unit: figure.unit ?? "",
    note: isLess ? figure.grade : "",
  };
}
