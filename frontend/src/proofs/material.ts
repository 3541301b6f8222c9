/* The origin of the material on a card: whether its hours and hash follow from what it says. */

import { digest } from "../time/sha256";
import {
  canonical,
  type Dict,
  hex,
  isDict,
  type Json,
  quoted,
  Refused,
  Unreadable,
  utf8,
} from "./canonical";

export const ENTRY = "material.set";
const HOURS = "hours_tenths";
const NEEDED = ["gesture", "consent", "payment"];
const TEXTS = [...NEEDED, "platform", "country", "seconds_source", "personal"];
const COUNTS = ["share_per_mille", "count"];
const PAIRS = ["seconds_ms", HOURS];
const LINK = ["relation", "name", "address", "project", "card"];
const TENTH_MS = 360_000n;
const MOST = 12;

/** Check the values of both figures, undefined where unknown, and what can be computed again. */
export function checkDeclared(material: Json | undefined, sources: Json | undefined): void {
  if (sources !== undefined && !areLinks(sources)) {
    throw new Unreadable("the figure sources is not understood");
  }
  if (material === undefined) {
    if (sources !== undefined) throw new Unreadable("the figure sources stands without material");
    return;
  }
  if (!isMaterial(material)) throw new Unreadable("the figure material is not understood");
  const parts = material.parts as Dict[];
  for (const part of parts) {
    if (part[HOURS] === undefined) continue;
    const hours = (part.seconds_ms as number[]).map((ms) =>
      Number((2n * BigInt(part.count as number) * BigInt(ms) + TENTH_MS) / (2n * TENTH_MS)),
    );
    if (canonical(hours) !== canonical(part[HOURS])) {
      throw new Refused(
        `the hours of ${quoted(part.gesture)} on the card are not its count times its seconds`,
      );
    }
  }
  const described = {
    parts: parts.map(({ [HOURS]: _hours, ...part }) => part),
    sources: ((sources ?? []) as Dict[]).map(({ card: _card, ...link }) => link),
  };
  if (hex(digest(utf8(canonical(described)))) !== material.sha256) {
    throw new Refused("the hash of the material on the card is not that of its description");
  }
}

/** Hold a card's material against the last entry of the log; returns its version, 0 if none. */
export function checkLogged(material: Json | undefined, logged: Dict | undefined): number {
  const declared = isDict(material) ? `${material.version} ${material.sha256}` : "none";
  const inLog = named(logged);
  if (declared !== inLog) {
    throw new Refused(
      `the card says material is ${quoted(declared)}; the bundle shows ${quoted(inLog)}`,
    );
  }
  return isDict(material) ? Number(material.version) : 0;
}

function named(logged: Dict | undefined): string {
  if (logged === undefined) return "none";
  const { n, material, ...rest } = logged;
  const isWhole = Object.keys(rest).length === 0 && typeof n === "number";
  return isWhole && typeof material === "string" ? `${n} ${material}` : "?";
}

function isMaterial(value: Json): value is Dict {
  if (!isDict(value)) return false;
  const { version, sha256, parts, withdrawn, ...rest } = value;
  return (
    Object.keys(rest).length === 0 &&
    isCount(version) &&
    version !== 0 &&
    isHash(sha256) &&
    (!("withdrawn" in value) || isCount(withdrawn)) &&
    Array.isArray(parts) &&
    parts.length > 0 &&
    parts.length <= MOST &&
    parts.every(isPart)
  );
}

function isPart(value: Json): boolean {
  if (!isDict(value)) return false;
  const has = (name: string) => Object.hasOwn(value, name);
  return (
    NEEDED.every(has) &&
    Object.entries(value).every(([name, field]) => {
      if (TEXTS.includes(name)) return typeof field === "string";
      if (COUNTS.includes(name)) return isCount(field);
      return (
        PAIRS.includes(name) && Array.isArray(field) && field.length === 2 && field.every(isCount)
      );
    }) &&
    has(HOURS) === (has("count") && has("seconds_ms"))
  );
}

function areLinks(value: Json): boolean {
  return (
    Array.isArray(value) &&
    value.length <= MOST &&
    value.every(
      (link) =>
        isDict(link) &&
        ["relation", "name"].every((name) => Object.hasOwn(link, name)) &&
        Object.entries(link).every(
          ([name, text]) => LINK.includes(name) && typeof text === "string",
        ) &&
        (!("card" in link) || isHash(link.card)),
    )
  );
}

const isCount = (value: Json | undefined) =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0;

const isHash = (value: Json | undefined) =>
  typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
