/* Hashes of a log's tree, read from its tiles and checked here: nobody is believed.
   Sources: RFC 6962, section 2.1; RFC 9162, sections 2.1.3.2 and 2.1.4.2; C2SP tlog-tiles. */

export type Hash = Uint8Array;
/** The hash of a whole subtree: of 2^level leaves, the index-th from the left. */
export type ReadNode = (level: number, index: number) => Promise<Hash>;
export type Fetch = (path: string) => Promise<Uint8Array>;

const WIDTH = 256;
const BYTES = 32;

export async function sha256(...parts: readonly Uint8Array[]): Promise<Hash> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest("SHA-256", whole));
}

export const leafHash = (entry: Uint8Array): Promise<Hash> => sha256(Uint8Array.of(0), entry);
const nodeHash = (left: Hash, right: Hash) => sha256(Uint8Array.of(1), left, right);

export const same = (a: Hash, b: Hash): boolean =>
  a.length === b.length && a.every((byte, place) => byte === b[place]);

export function pathOf(level: number | "entries", place: number, width: number): string {
  const digits = String(place);
  const whole = digits.padStart(Math.ceil(digits.length / 3) * 3, "0");
  const parts = whole.match(/.{3}/g) ?? [];
  const folders = parts.map((part, at) => (at < parts.length - 1 ? `x${part}` : part)).join("/");
  return `tile/${level}/${folders}${width < WIDTH ? `.p/${width}` : ""}`;
}

/** Read nodes of a tree of this size; each tile is fetched once. */
export function nodesOf(fetched: Fetch, size: number): ReadNode {
  const tiles = new Map<string, Promise<Uint8Array>>();
  return async (level, index) => {
    const tall = Math.floor(level / 8);
    const row = 2 ** (level % 8);
    const place = Math.floor((index * row) / WIDTH);
    const width = Math.min(WIDTH, Math.floor(size / 2 ** (8 * tall)) - place * WIDTH);
    const path = pathOf(tall, place, width);
    const tile = tiles.get(path) ?? fetched(path);
    tiles.set(path, tile);
    const raw = await tile;
    if (raw.length !== width * BYTES) throw new Error(`${path} is not ${width} hashes`);
    const first = (index * row) % WIDTH;
    let hashes = Array.from({ length: row }, (_, n) =>
      raw.subarray((first + n) * BYTES, (first + n + 1) * BYTES),
    );
    while (hashes.length > 1) {
      const pairs = hashes.filter((_, n) => n % 2 === 0);
      hashes = await Promise.all(pairs.map((left, n) => nodeHash(left, hashes[2 * n + 1] as Hash)));
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

async function span(read: ReadNode, begin: number, end: number): Promise<Hash> {
  if (begin === end) return sha256();
  const nodes: Hash[] = [];
  while (begin < end) {
    const level = Math.floor(Math.log2(end - begin));
    nodes.push(await read(level, begin / 2 ** level));
    begin += 2 ** level;
  }
  let seen = nodes.pop() as Hash;
  for (const left of nodes.reverse()) seen = await nodeHash(left, seen);
  return seen;
}

/** The hashes that lead from a leaf to the root of the first `size` leaves. */
export async function inclusionProof(read: ReadNode, index: number, size: number): Promise<Hash[]> {
  const proof: Hash[] = [];
  let [begin, end] = [0, size];
  while (end - begin > 1) {
    const middle = begin + split(end - begin);
    if (index < middle) {
      proof.push(await span(read, middle, end));
      end = middle;
    } else {
      proof.push(await span(read, begin, middle));
      begin = middle;
    }
  }
  return proof.reverse();
}

/** Does this leaf hash stand at this place of the tree with this root? */
export async function isIncluded(
  leaf: Hash,
  index: number,
  size: number,
  proof: readonly Hash[],
  root: Hash,
): Promise<boolean> {
  if (!(index >= 0 && index < size)) return false;
  let [at, last, seen] = [index, size - 1, leaf];
  for (const beside of proof) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      seen = await nodeHash(beside, seen);
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)];
    } else seen = await nodeHash(seen, beside);
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 && same(seen, root);
}

/** The hashes that show that a tree of `next` leaves continues its first `old`. */
export async function consistencyProof(read: ReadNode, old: number, next: number): Promise<Hash[]> {
  const proof: Hash[] = [];
  let [begin, end, whole] = [0, next, true];
  while (old !== end) {
    const middle = begin + split(end - begin);
    if (old <= middle) {
      proof.push(await span(read, middle, end));
      end = middle;
    } else {
      proof.push(await span(read, begin, middle));
      [begin, whole] = [middle, false];
    }
  }
  if (!whole) proof.push(await span(read, begin, end));
  return proof.reverse();
}

/** Does the tree of `next` leaves continue that of `old`, with nothing changed? */
export async function isContinued(
  old: { size: number; root: Hash },
  next: { size: number; root: Hash },
  proof: readonly Hash[],
): Promise<boolean> {
  if (!(old.size > 0 && old.size <= next.size)) return false;
  if (old.size === next.size) return proof.length === 0 && same(old.root, next.root);
  const isPower = Number.isInteger(Math.log2(old.size));
  const [first, ...rest] = isPower ? [old.root, ...proof] : proof;
  if (!first) return false;
  let [at, last] = [old.size - 1, next.size - 1];
  while (at % 2 === 1) [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  let [before, after] = [first, first];
  for (const beside of rest) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      before = await nodeHash(beside, before);
      after = await nodeHash(beside, after);
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)];
    } else after = await nodeHash(after, beside);
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 && same(before, old.root) && same(after, next.root);
}
