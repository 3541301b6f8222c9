/* A labour card: its shape, and who signed it. */

import { digest } from "../time/sha256";
import {
  base58,
  canonical,
  type Dict,
  hasOnly,
  isDict,
  isSigned,
  type Json,
  joined,
  parse,
  quoted,
  Refused,
  same,
  Unreadable,
  utf8,
} from "./canonical";
import { checkDeclared } from "./material";

export const GRADES = ["ASSERTED", "ATTESTED", "CONFIRMED", "RECOMPUTED", "PROVEN"] as const;
export type Grade = (typeof GRADES)[number];
export type Figure = { value?: Json; unit?: string; grade?: Grade; unknown?: string };
export type Card = {
  name: string;
  simulated: boolean;
  figures: Map<string, Figure>;
  files: Json | undefined;
  version: number;
  tree: Json | undefined;
  number: number;
  previous: string;
};

const CONTEXT = ["https://www.w3.org/ns/credentials/v2", { "@vocab": "urn:canut:labour-card:v1#" }];
const KIND = ["VerifiableCredential", "LabourCard"];
const HELD = ["@context", "type", "issuer", "validFrom", "credentialSubject", "proof"];
const SAID = [
  "@context",
  "challenge",
  "created",
  "cryptosuite",
  "domain",
  "id",
  "nonce",
  "proofPurpose",
  "proofValue",
  "type",
  "verificationMethod",
];
const TABLE = `
people RECOMPUTED people
answers PROVEN answers
logged_answers PROVEN entries
items PROVEN items
answers_per_item PROVEN thousandths
active_time ATTESTED ms
pay_people_p10 RECOMPUTED micro/h
pay_people_p50 RECOMPUTED micro/h
pay_people_p90 RECOMPUTED micro/h
pay_hours_p10 RECOMPUTED micro/h
pay_hours_p50 RECOMPUTED micro/h
pay_hours_p90 RECOMPUTED micro/h
pay_basis ASSERTED text
currency PROVEN ISO 4217
floor PROVEN micro/h
floor_basis ASSERTED text
under_floor_before RECOMPUTED thousandths of people
under_floor_after RECOMPUTED thousandths of people
floor_respected RECOMPUTED yes or no
top_ups RECOMPUTED people
top_ups_sum ATTESTED micro
contributions ATTESTED lines
places ASSERTED people by country
languages ASSERTED list
workforce ATTESTED text
recruitment ASSERTED text
chain ATTESTED lines
rejections PROVEN answers
appeals PROVEN appeals
appeals_upheld PROVEN appeals
appeal_days_p50 RECOMPUTED days
exposure RECOMPUTED hours by severity
protections ASSERTED list
instructions PROVEN sha256 of versions
human_share PROVEN thousandths of labels
machines ASSERTED list
agreement RECOMPUTED thousandths
gold_accuracy RECOMPUTED thousandths
confirmed_people CONFIRMED people
confirmed_hours CONFIRMED ms
period PROVEN dates
platform ASSERTED text
training ASSERTED hours by kind
material ASSERTED parts
sources ASSERTED datasets
`;
export const FIELDS = new Map(
  TABLE.trim()
    .split("\n")
    .map((line) => {
      const [name = "", best = "", ...unit] = line.split(" ");
      return [name, { best: best as Grade, unit: unit.join(" ") }];
    }),
);

export const LAST = 3;
/** The version of cards that these figures came with. */
const SINCE = new Map([
  ["training", 3],
  ["material", 3],
  ["sources", 3],
]);

/** List the figures that a card of a version holds. */
export const figuresOfCard = (version: number) =>
  [...FIELDS.keys()].filter((name) => (SINCE.get(name) ?? 0) <= version);

/** Units of figures on cards that were signed before this one was changed. */
const EARLIER = new Map([["human_share", "thousandths of answers"]]);

const SUITE = "eddsa-jcs-2022";
const rank = (grade: Grade) => GRADES.indexOf(grade);

/** Check that this key alone signed a document that names it; else `what` is said of it. */
export async function checkSigned(document: Dict, key: Uint8Array, what: string): Promise<void> {
  const { proof, ...bare } = document;
  const proofs = Array.isArray(proof) ? proof : [proof];
  if (proofs.length === 0) throw new Unreadable("no proof");
  let count = 0;
  const others: string[] = [];
  for (const one of proofs) {
    if (!isDict(one) || typeof one.cryptosuite !== "string") throw new Unreadable("no proof");
    if (one.cryptosuite !== SUITE) {
      others.push(one.cryptosuite);
      continue;
    }
    const method = one.verificationMethod;
    const value = one.proofValue;
    if (typeof method !== "string" || typeof value !== "string") throw new Unreadable("no proof");
    const odd = Object.keys(one).some((name) => !SAID.includes(name));
    const isOurs = one.type === "DataIntegrityProof" && one.proofPurpose === "assertionMethod";
    if (odd || !isOurs || !["string", "undefined"].includes(typeof one.created)) {
      throw new Unreadable("a proof that is not understood");
    }
    const contexts = [one["@context"] ?? null, bare["@context"] ?? null];
    if (canonical(contexts[0] as Json) !== canonical(contexts[1] as Json)) {
      throw new Refused("the proof was made for another @context than the document has");
    }
    const [did = "", fragment = ""] = method.split("#");
    const signer = base58(fragment);
    const isKey = did === `did:key:${fragment}` && signer[0] === 0xed && signer[1] === 1;
    if (!isKey) throw new Unreadable("not a did:key of Ed25519");
    const { proofValue: _value, ...said } = one;
    const message = joined(digest(utf8(canonical(said))), digest(utf8(canonical(bare))));
    if (!(await isSigned(signer.slice(2), base58(value), message))) {
      throw new Refused(`the document is not what ${quoted(method)} signed`);
    }
    if (!same(signer.slice(2), key) || bare.issuer !== did) {
      throw new Refused(`${what} by the log’s key`);
    }
    count += 1;
  }
  if (!count) {
    const seen = quoted(others.join(", "));
    throw new Refused(`the document has no signature of ${SUITE}; it has ${seen}`);
  }
}

export async function readCard(raw: Uint8Array, key: Uint8Array): Promise<Card> {
  const document = parse(raw, "labour-card.json");
  await checkSigned(document, key, "the card is not");
  const odd = Object.keys(document)
    .sort()
    .find((name) => !HELD.includes(name)); // validUntil among them: no card expires
  if (odd !== undefined)
    throw new Refused(`the card holds ${quoted(odd)}, which no labour card has`);
  const about = document.credentialSubject;
  const isCard =
    canonical(document["@context"] ?? null) === canonical(CONTEXT) &&
    canonical(document.type ?? null) === canonical(KIND);
  if (!isCard || !isDict(about) || !isDict(about.figures)) throw new Unreadable("no labour card");
  const { name, simulated, figures, files, version, tree, number = 1, previous = "" } = about;
  const isFirst = version === 1 && tree === undefined;
  const isLater = typeof version === "number" && [2, LAST].includes(version) && tree !== undefined;
  if (!isFirst && !isLater) throw new Unreadable(`not a labour card of version 1 to ${LAST}`);
  const isNumbered = typeof number === "number" && number >= 1 && typeof previous === "string";
  const isFollowing = number === 1 ? previous === "" : /^[0-9a-f]{64}$/.test(String(previous));
  const isSaid = about.number !== undefined && about.previous !== undefined;
  if (!isFirst && !(isSaid && isNumbered && isFollowing)) {
    throw new Unreadable("a card that does not say which of its dataset's it is");
  }
  if (typeof simulated !== "boolean" || !hasOnly(figures, figuresOfCard(version))) {
    throw new Unreadable("a card gives every figure, known or unknown");
  }
  const found = new Map<string, Figure>();
  for (const [field, figure] of Object.entries(figures)) {
    found.set(field, readFigure(field, figure, simulated));
  }
  if (found.has("material")) {
    checkDeclared(found.get("material")?.value, found.get("sources")?.value);
  }
  return {
    name: String(name),
    simulated,
    figures: found,
    files,
    version,
    tree,
    number: Number(number),
    previous: String(previous),
  };
}

function readFigure(name: string, figure: Json, simulated: boolean): Figure {
  const field = FIELDS.get(name);
  if (!isDict(figure) || !field) throw new Unreadable(`${name} is no figure`);
  const { unknown, value, unit, grade } = figure;
  if (hasOnly(figure, ["unknown"]) && typeof unknown === "string" && unknown) return { unknown };
  const fields = ["value", "unit", "grade", ...(simulated ? ["simulated"] : [])];
  const isWhole = hasOnly(figure, fields) && (figure.simulated ?? true) === true;
  const isUnit = typeof unit === "string" && (unit === field.unit || unit === EARLIER.get(name));
  const isGrade = typeof grade === "string" && (GRADES as readonly string[]).includes(grade);
  if (!isWhole || value === null || value === undefined || !isUnit || !isGrade) {
    throw new Unreadable(`the figure ${name} is not understood`);
  }
  if (rank(grade as Grade) > rank(field.best)) {
    throw new Unreadable(`${name} can never be ${grade}`);
  }
  return { value, unit, grade: grade as Grade };
}
