/* Merkle trees of logs: hashes, inclusion and consistency proofs, and the root of a log as it grows.
   Sources: RFC 6962, section 2.1; RFC 9162, sections 2.1.1, 2.1.3.2 and 2.1.4.2; C2SP tlog-tiles; FIPS 180-4. */

import { digest, ROUND, START } from "../time/sha256";
import { HASH, hex, joined, Refused, same } from "./canonical";

export type Hash = Uint8Array;
/** Reads the hash of a whole subtree: of 2^level leaves, the index-th from the left. */
export type ReadNode = (level: number, index: number) => Promise<Hash>;
export type Fetch = (path: string) => Promise<Uint8Array>;
export type Head = { size: number; root: Hash };

const TILE = 256;
const LONGEST = 1024;
const K = Int32Array.from(ROUND);
const w = new Int32Array(64);
const state = new Int32Array(8);
const block = new Uint8Array(LONGEST + 128);

export const leafHash = (entry: Uint8Array): Hash => digest(joined(Uint8Array.of(0), entry));
export const nodeHash = (left: Hash, right: Hash): Hash =>
  digest(joined(Uint8Array.of(1), left, right));

/** Return the path of a tile in a log; `width` is how many hashes or entries it holds. */
export function pathOf(level: number | "entries", index: number, width: number): string {
  const digits = String(index);
  const whole = digits.padStart(Math.ceil(digits.length / 3) * 3, "0");
  const parts = whole.match(/.{3}/g) ?? [];
  const folders = parts.map((part, n) => (n < parts.length - 1 ? `x${part}` : part)).join("/");
  return `tile/${level}/${folders}${width < TILE ? `.p/${width}` : ""}`;
}

/** Read nodes of a tree of this size; each tile is fetched once. */
export function nodesOf(fetched: Fetch, size: number): ReadNode {
  const tiles = new Map<string, Promise<Uint8Array>>();
  return async (level, index) => {
    const tall = Math.floor(level / 8);
    const row = 2 ** (level % 8);
    const tile = Math.floor((index * row) / TILE);
    const width = Math.min(TILE, Math.floor(size / 2 ** (8 * tall)) - tile * TILE);
    const path = pathOf(tall, tile, width);
    const fetching = tiles.get(path) ?? fetched(path);
    tiles.set(path, fetching);
    const raw = await fetching;
    if (raw.length !== width * HASH) throw new Error(`${path} is not ${width} hashes`);
    const first = (index * row) % TILE;
    let hashes = Array.from({ length: row }, (_, n) =>
      raw.subarray((first + n) * HASH, (first + n + 1) * HASH),
    );
    while (hashes.length > 1) {
      const lefts = hashes.filter((_, n) => n % 2 === 0);
      hashes = lefts.map((left, n) => nodeHash(left, hashes[2 * n + 1] as Hash));
    }
    return hashes[0] as Hash;
  };
}

/** The largest power of two below a size of at least two. */
function split(size: number): number {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
}

async function spanRoot(read: ReadNode, begin: number, end: number): Promise<Hash> {
  if (begin === end) return digest(new Uint8Array());
  const nodes: Hash[] = [];
  while (begin < end) {
    const level = Math.floor(Math.log2(end - begin));
    nodes.push(await read(level, begin / 2 ** level));
    begin += 2 ** level;
  }
  return nodes.reduceRight((right, left) => nodeHash(left, right));
}

/** The hashes that lead from a leaf to the root of the first `size` leaves. */
export async function inclusionProof(read: ReadNode, index: number, size: number): Promise<Hash[]> {
  const proof: Hash[] = [];
  let [begin, end] = [0, size];
  while (end - begin > 1) {
    const middle = begin + split(end - begin);
    if (index < middle) {
      proof.push(await spanRoot(read, middle, end));
      end = middle;
    } else {
      proof.push(await spanRoot(read, begin, middle));
      begin = middle;
    }
  }
  return proof.reverse();
}

/** Return how many hashes show a leaf to be in a tree. */
function pathLength(index: number, size: number): number {
  const [at, last] = [BigInt(index), BigInt(size - 1)];
  const inner = at === last ? 0 : (at ^ last).toString(2).length;
  return inner + [...(at >> BigInt(inner)).toString(2)].filter((bit) => bit === "1").length;
}

/** Return the root that a leaf and its path lead to. */
function rootFrom(leaf: Hash, index: number, size: number, path: readonly Hash[]): Hash {
  let [at, last, hash] = [index, size - 1, leaf];
  for (const sibling of path) {
    if (at % 2 === 1 || at === last) {
      hash = nodeHash(sibling, hash);
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)];
    } else hash = nodeHash(hash, sibling);
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return hash;
}

/** Return whether a leaf is in the tree with this root, at this index. */
export const isIncluded = (
  leaf: Hash,
  index: number,
  size: number,
  path: readonly Hash[],
  root: Hash,
): boolean =>
  index >= 0 &&
  index < size &&
  path.length === pathLength(index, size) &&
  same(rootFrom(leaf, index, size, path), root);

/** Check that a leaf is in a tree; throws `Refused` with the reason. */
export function checkInclusion(
  leaf: Hash,
  index: number,
  size: number,
  path: readonly Hash[],
  root: Hash,
): void {
  if (index >= size) throw new Refused(`leaf ${index} is not in a tree of ${size}`);
  const needed = pathLength(index, size);
  if (path.length !== needed) {
    throw new Refused(`leaf ${index} of ${size} is shown by ${needed} hashes; got ${path.length}`);
  }
  const computed = rootFrom(leaf, index, size, path);
  if (!same(computed, root)) {
    const [seen, claimed] = [computed, root].map((hash) => hex(hash).slice(0, 16));
    throw new Refused(
      `leaf ${index} is not in the tree of ${size}: ${seen} was computed, ${claimed} claimed`,
    );
  }
}

/** The hashes that show that a tree of `next` leaves continues its first `old`. */
export async function consistencyProof(read: ReadNode, old: number, next: number): Promise<Hash[]> {
  const proof: Hash[] = [];
  let [begin, end, whole] = [0, next, true];
  while (old !== end) {
    const middle = begin + split(end - begin);
    if (old <= middle) {
      proof.push(await spanRoot(read, middle, end));
      end = middle;
    } else {
      proof.push(await spanRoot(read, begin, middle));
      [begin, whole] = [middle, false];
    }
  }
  if (!whole) proof.push(await spanRoot(read, begin, end));
  return proof.reverse();
}

/** Return whether the tree of `next` continues that of `old`, with nothing changed. */
export function isContinued(old: Head, next: Head, proof: readonly Hash[]): boolean {
  if (!(old.size > 0 && old.size <= next.size)) return false;
  if (old.size === next.size) return proof.length === 0 && same(old.root, next.root);
  const isPower = Number.isInteger(Math.log2(old.size));
  const [first, ...siblings] = isPower ? [old.root, ...proof] : proof;
  if (!first) return false;
  let [at, last] = [old.size - 1, next.size - 1];
  while (at % 2 === 1) [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  let [before, after] = [first, first];
  for (const sibling of siblings) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      before = nodeHash(sibling, before);
      after = nodeHash(sibling, after);
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)];
    } else after = nodeHash(after, sibling);
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 && same(before, old.root) && same(after, next.root);
}

/** The root of a growing log, kept as the roots of its whole subtrees: one a height. */
export class CompactRange {
  size = 0;
  private readonly whole: Uint8Array[] = [];

  /** Add an entry of at most 1024 bytes. */
  add(entry: Uint8Array): void {
    block[0] = 0;
    block.set(entry, 1);
    let hash = hashOf(1 + entry.length);
    for (let left = this.size; left & 1; left >>= 1) {
      block[0] = 1;
      block.set(this.whole.pop() as Uint8Array, 1);
      block.set(hash, 1 + HASH);
      hash = hashOf(1 + 2 * HASH);
    }
    this.whole.push(hash);
    this.size += 1;
  }

  /** Return the root of the entries that were added. */
  root(): Uint8Array {
    const subtrees = [...this.whole];
    let root = subtrees.pop();
    if (!root) return digest(new Uint8Array());
    for (let left = subtrees.pop(); left; left = subtrees.pop()) root = nodeHash(left, root);
    return root;
  }
}

/** Hash the first bytes of the block, which is written over. */
function hashOf(length: number): Uint8Array {
  const end = (((length + 8) >> 6) << 6) + 64;
  block.fill(0, length, end);
  block[length] = 0x80;
  block[end - 2] = (length * 8) >> 8;
  block[end - 1] = (length * 8) & 255;
  for (let n = 0; n < 8; n += 1) state[n] = START[n] as number;
  for (let at = 0; at < end; at += 64) compress(at);
  const hash = new Uint8Array(HASH);
  for (let n = 0; n < 8; n += 1) {
    const word = state[n] as number;
    hash[4 * n] = word >>> 24;
    hash[4 * n + 1] = word >>> 16;
    hash[4 * n + 2] = word >>> 8;
    hash[4 * n + 3] = word;
  }
  return hash;
}

function compress(at: number): void {
  for (let i = 0; i < 16; i += 1) {
    const from = at + 4 * i;
    w[i] =
      ((block[from] as number) << 24) |
      ((block[from + 1] as number) << 16) |
      ((block[from + 2] as number) << 8) |
      (block[from + 3] as number);
  }
  for (let i = 16; i < 64; i += 1) {
    const x = w[i - 15] as number;
    const y = w[i - 2] as number;
    const low = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const high = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = ((w[i - 16] as number) + low + (w[i - 7] as number) + high) | 0;
  }
  let a = state[0] as number;
  let b = state[1] as number;
  let c = state[2] as number;
  let d = state[3] as number;
  let e = state[4] as number;
  let f = state[5] as number;
  let g = state[6] as number;
  let h = state[7] as number;
  for (let i = 0; i < 64; i += 1) {
    const mix = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t = (h + mix + ((e & f) ^ (~e & g)) + (K[i] as number) + (w[i] as number)) | 0;
    const sum = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const u = (sum + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t) | 0;
    d = c;
    c = b;
    b = a;
    a = (t + u) | 0;
  }
  state[0] = (state[0] as number) + a;
  state[1] = (state[1] as number) + b;
  state[2] = (state[2] as number) + c;
  state[3] = (state[3] as number) + d;
  state[4] = (state[4] as number) + e;
  state[5] = (state[5] as number) + f;
  state[6] = (state[6] as number) + g;
  state[7] = (state[7] as number) + h;
}
