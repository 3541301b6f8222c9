/* What people signed of their own work: whose keys, and at least how much time. */

import { digest } from "../time/sha256";
import {
  canonical,
  type Dict,
  hasOnly,
  hex,
  isDict,
  isSigned,
  joined,
  parse,
  Refused,
  Unreadable,
  unhex,
  utf8,
} from "./canonical";

const KIND = "countersign";
const STEP_MS = 360_000;
const MOST = 1_000_000;
const WIDTHS = { person: 64, key: 64, end: 64, shown: 64, nonce: 64, signature: 128 };
const NAMES = Object.keys(WIDTHS) as (keyof typeof WIDTHS)[];

type Line = Record<keyof typeof WIDTHS, string> & { steps: number };
export type SignedWork = { people: number; ms: number };

/** Check every line: it counts once, was logged, and is signed for the log of this project. */
export async function countSigned(
  raw: Uint8Array,
  origin: string,
  logged: Set<string>,
): Promise<SignedWork> {
  const lines = linesOf(parse(raw, "countersignatures.json"));
  for (const name of ["person", "key", "end"] as const) {
    if (new Set(lines.map((one) => one[name])).size < lines.length) {
      throw new Refused(`two countersignatures are of the same ${name}: each counts once`);
    }
  }
  let steps = 0;
  for (const one of lines) {
    const { person, key, end, signature } = one;
    const payload = canonical({ v: 1, t: KIND, person, key, end, signature });
    const hidden = digest(joined(utf8("canut/commit/v1\0"), unhex(one.nonce), utf8(payload)));
    if (!logged.has(hex(hidden))) {
      throw new Refused("a countersignature is not in the project’s log");
    }
    const message = utf8(`canut/confirmed/v1\n${origin}\n${person}\n${end}\n`);
    if (!(await isSigned(unhex(key), unhex(signature), message))) {
      throw new Refused("a countersignature is not by its key, or of another line or project");
    }
    let link: Uint8Array = unhex(one.shown);
    for (let n = 0; n < one.steps; n += 1) link = digest(joined(utf8("canut/time/v1\0"), link));
    if (hex(link) !== end) {
      throw new Refused("a countersignature does not confirm the time that is said");
    }
    steps += one.steps;
  }
  return { people: lines.length, ms: steps * STEP_MS };
}

function linesOf(document: Dict): Line[] {
  const { lines, v } = document;
  if (!hasOnly(document, ["lines", "v"]) || v !== 1 || !Array.isArray(lines)) {
    throw new Unreadable("no countersignatures of version 1");
  }
  let last = "";
  return lines.map((value) => {
    if (!isDict(value) || !hasOnly(value, [...NAMES, "steps"])) {
      throw new Unreadable("a countersignature that is not understood");
    }
    const { steps } = value;
    const isTime = typeof steps === "number" && Number.isSafeInteger(steps) && steps >= 0;
    const isHex = NAMES.every((name) => {
      const text = value[name];
      return typeof text === "string" && text.length === WIDTHS[name] && /^[0-9a-f]+$/.test(text);
    });
    if (!isTime || !isHex || steps > MOST) {
      throw new Unreadable("a countersignature that is not understood");
    }
    const line = value as Line;
    if (line.person < last) throw new Unreadable("countersignatures out of order");
    last = line.person;
    return line;
  });
}
