/* Signed notes, checkpoints, receipts, proofs and policies, as C2SP writes them. Which key to believe comes
   from elsewhere, never from the note. */

import { digest } from "../time/sha256";
import {
  base64,
  decimal,
  HASH,
  hex,
  isSigned,
  joined,
  quoted,
  Refused,
  text,
  Unreadable,
  utf8,
} from "./canonical";
import { checkInclusion, leafHash } from "./merkle";

export type Key = { name: string; kind: number; raw: Uint8Array; id: string };
export type Head = { origin: string; size: number; root: Uint8Array };
/** A log's promise to have an entry by `at + within`, in milliseconds. */
export type Receipt = { origin: string; entry: string; at: number; within: number };
export type Cosignature = { name: string; at: number };
export type Accepted = {
  head: Head;
  log: Key;
  seen: Cosignature[];
  strangers: string[];
  isWitnessed: boolean;
};
export type Proof = {
  index: number;
  path: Uint8Array[];
  note: Uint8Array;
  extra: Uint8Array | undefined;
};
export type Policy = {
  logs: Key[];
  witnesses: Map<string, Key>;
  groups: Map<string, { least: number; members: string[] }>;
  quorum: string;
};

const NAMED = 5;
const PLAIN = 1;
const COSIGNED = 4;
const NAME = /^[^\s+\p{Cc}\p{Cs}]+$/u;
const LINE = /^\u2014 ([^\s+\p{Cc}]+) (\S+)$/u;
const RECEIPT = "canut/receipt/v1";
const HEAD_LINE = "c2sp.org/tlog-proof@v1";

export function parseKey(said: string): Key {
  const [name = "", id = "", ...rest] = said.split("+");
  const raw = base64(rest.join("+"));
  const kind = raw[0] ?? 0;
  if (!NAME.test(name) || raw.length !== HASH + 1 || (kind !== PLAIN && kind !== COSIGNED)) {
    throw new Unreadable(`not an Ed25519 key: ${said.slice(0, 60)}`);
  }
  const key = keyOf(name, kind, raw.slice(1));
  if (key.id !== id) throw new Unreadable(`the number of the key ${name} is ${key.id}`);
  return key;
}

function keyOf(name: string, kind: number, raw: Uint8Array): Key {
  const id = digest(joined(utf8(`${name}\n`), Uint8Array.of(kind), raw)).slice(0, 4);
  return { name, kind, raw, id: hex(id) };
}

export type Signature = { name: string; id: string; rest: Uint8Array };

export type Note = { body: string; lines: Signature[] };

/** Split a note into its text and signatures, unchecked. */
export function parseNote(note: Uint8Array): Note {
  const whole = text(note, "the note");
  const cut = whole.lastIndexOf("\n\n");
  if (cut < 0 || !whole.endsWith("\n") || cut + 2 >= whole.length) {
    throw new Unreadable("the note has no signatures below an empty line");
  }
  if ([...whole].some((one) => one < " " && one !== "\n")) {
    throw new Unreadable("the note holds control characters");
  }
  const lines = whole
    .slice(cut + 2, -1)
    .split("\n")
    .map((line) => {
      const seen = LINE.exec(line);
      const raw = seen ? base64(seen[2] as string) : new Uint8Array();
      if (!seen || raw.length <= 4) throw new Unreadable("not a signature line");
      return { name: seen[1] as string, id: hex(raw.slice(0, 4)), rest: raw.slice(4) };
    });
  if (lines.length > 100) throw new Unreadable("the note has too many signatures");
  return { body: whole.slice(0, cut + 1), lines };
}

/** Return whether this key (`name+id+key`) signed the note. Throws `Unsupported` where the browser cannot tell. */
export async function isSignedBy(note: Note, key: string): Promise<boolean> {
  let own: Key;
  try {
    own = parseKey(key);
  } catch {
    return false; // what is no key signed nothing
  }
  if (own.kind !== PLAIN) return false;
  const line = note.lines.find(({ name, id }) => name === own.name && id === own.id);
  return line !== undefined && isSigned(own.raw, line.rest, utf8(note.body));
}

/** Judge a signed checkpoint under a policy. */
export async function accept(note: Uint8Array, policy: Policy): Promise<Accepted> {
  if (policy.logs.length === 0) throw new Refused("the policy names no log; add a line 'log KEY'");
  const { body, lines } = parseNote(note);
  const keys = [...policy.logs, ...policy.witnesses.values()];
  const strangers: string[] = [];
  const by = new Map<Key, number>();
  for (const line of lines) {
    const key = keys.find((one) => one.name === line.name && one.id === line.id);
    if (!key) {
      strangers.push(line.name);
      continue;
    }
    let at = 0n;
    let signature = line.rest;
    let message: Uint8Array = utf8(body);
    if (key.kind === COSIGNED) {
      for (const byte of signature.slice(0, 8)) at = (at << 8n) | BigInt(byte);
      signature = signature.slice(8);
      message = joined(utf8(`cosignature/v1\ntime ${at}\n`), message);
    }
    if (at >= 1n << 63n || !(await isSigned(key.raw, signature, message))) {
      throw new Refused(`the signature in the name of ${quoted(line.name)} is not by its key`);
    }
    by.set(key, Math.max(by.get(key) ?? 0, Number(at)));
  }
  if (by.size === 0) {
    throw new Refused(`no trusted key signed this note; it names ${some(strangers)}`);
  }
  const head = parseHead(body);
  const log = [...by.keys()].find((one) => one.kind === PLAIN && one.name === head.origin);
  if (!log) {
    throw new Refused(`the log ${quoted(head.origin)} did not sign this checkpoint with its key`);
  }
  const seen = [...policy.witnesses]
    .filter(([, key]) => by.has(key))
    .map(([name, key]) => ({ name, at: by.get(key) as number }));
  const isWitnessed = policy.quorum !== "none";
  const signed = new Set(seen.map((one) => one.name));
  const missing = isWitnessed ? lacks(policy, policy.quorum, signed) : "";
  if (missing) throw new Refused(`too few witnesses saw this checkpoint: ${missing}`);
  return { head, log, seen, strangers, isWitnessed };
}

/** Say what a witness or a group lacks; nothing when it has signed. */
function lacks(policy: Policy, name: string, seen: Set<string>): string {
  const group = policy.groups.get(name);
  if (!group) return seen.has(name) ? "" : `${quoted(name)} did not sign`;
  const { least, members } = group;
  const absent = members.map((one) => lacks(policy, one, seen)).filter(Boolean);
  const got = members.length - absent.length;
  if (got >= least) return "";
  const all = absent.join(", ");
  return `${quoted(name)} needs ${least} of ${members.length} and has ${got} (${all})`;
}

function some(names: string[]): string {
  const more = names.length - NAMED;
  return names.slice(0, NAMED).map(quoted).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

export function parseHead(body: string): Head {
  const rows = body.slice(0, -1).split("\n");
  const [origin = "", size = "", root = ""] = rows;
  const hash = base64(root);
  if (!body.endsWith("\n") || rows.length < 3 || rows.includes("") || hash.length !== HASH) {
    throw new Unreadable("not the lines of a checkpoint");
  }
  return { origin, size: decimal(size), root: hash };
}

export function parseReceipt(body: string): Receipt {
  const [head, ...lines] = body.split("\n");
  const field = (name: string, at: number): string => {
    const line = lines[at] ?? "";
    if (head !== RECEIPT || !line.startsWith(`${name} `)) throw new Unreadable("not a receipt");
    return line.slice(name.length + 1);
  };
  return {
    origin: field("log", 0),
    entry: field("entry", 1),
    at: Number(field("time", 2)),
    within: Number(field("within", 3)),
  };
}

export function parseProof(raw: Uint8Array): Proof {
  const cut = raw.findIndex((one, at) => one === 10 && raw[at + 1] === 10);
  if (cut < 0 || raw.length > 2_000_000) throw new Unreadable("not a proof file");
  const lines = text(raw.slice(0, cut), "the proof").split("\n");
  const note = raw.slice(cut + 2);
  if (lines.shift() !== HEAD_LINE || note.length === 0) throw new Unreadable("not a proof file");
  let extra: Uint8Array | undefined;
  if (lines[0]?.startsWith("extra ")) extra = base64((lines.shift() as string).slice(6));
  const index = lines.shift() ?? "";
  if (!index.startsWith("index ")) throw new Unreadable("the proof has no index");
  const path = lines.map(base64);
  if (path.length > 63 || path.some((one) => one.length !== HASH)) {
    throw new Unreadable("the proof has other lines than hashes, or too many");
  }
  return { index: decimal(index.slice(6)), path, note, extra };
}

/** Check that an entry was logged, under a policy. */
export async function checkEntry(
  entry: Uint8Array,
  proof: Proof,
  policy: Policy,
): Promise<Accepted> {
  const accepted = await accept(proof.note, policy);
  const { size, root } = accepted.head;
  checkInclusion(leafHash(entry), proof.index, size, proof.path, root);
  return accepted;
}

export function parsePolicy(raw: Uint8Array): Policy {
  const policy: Policy = { logs: [], witnesses: new Map(), groups: new Map(), quorum: "" };
  const used = new Set<string>();
  const isFree = (name: string) =>
    name !== "none" && !policy.witnesses.has(name) && !policy.groups.has(name);
  const lines = text(raw, "the policy").split("\n");
  lines.forEach((line, at) => {
    const words = line.split(/[ \t]+/).filter((word) => word !== "");
    const odd = [...line].some((one) => (one < " " && one !== "\t") || one === "\x7f");
    const [verb, ...rest] = words;
    if (!odd && (verb === undefined || verb.startsWith("#"))) return;
    if (odd || !take(policy, verb as string, rest, used, isFree)) {
      throw new Unreadable(`line ${at + 1} of the policy is not understood`);
    }
  });
  if (!policy.quorum) throw new Unreadable("the policy has no quorum");
  return policy;
}

function take(
  policy: Policy,
  verb: string,
  words: string[],
  used: Set<string>,
  isFree: (name: string) => boolean,
): boolean {
  const [first = "", second = "", ...rest] = words;
  const holds = (keys: Iterable<Key>, key: Key) =>
    [...keys].some((one) => hex(one.raw) === hex(key.raw));
  if (verb === "log" && (words.length === 1 || words.length === 2)) {
    const key = parseKey(first);
    if (key.kind !== PLAIN || holds([...policy.logs, ...policy.witnesses.values()], key)) {
      return false;
    }
    policy.logs.push(key);
    return true;
  }
  if (verb === "witness" && (words.length === 2 || words.length === 3) && isFree(first)) {
    const key = parseKey(second);
    const known = [...policy.logs, ...policy.witnesses.values()]; // a log is no witness of itself
    if (key.kind !== COSIGNED || holds(known, key)) return false;
    policy.witnesses.set(first, key);
    return true;
  }
  if (verb === "group" && rest.length > 0 && isFree(first)) {
    if (rest.some((one) => isFree(one) || one === "none" || used.has(one))) return false;
    if (new Set(rest).size !== rest.length) return false;
    for (const one of rest) used.add(one);
    const counts: Record<string, number> = { any: 1, all: rest.length };
    const least = Object.hasOwn(counts, second) ? (counts[second] as number) : decimal(second);
    policy.groups.set(first, { least, members: rest });
    return least >= 1 && least <= rest.length;
  }
  if (verb === "quorum" && words.length === 1 && !policy.quorum) {
    policy.quorum = first;
    return first === "none" || !isFree(first);
  }
  return false;
}
