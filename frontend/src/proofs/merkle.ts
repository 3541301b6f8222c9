/* The root of a log of a million entries, without a million hashes in memory: what is kept are the
   whole subtrees of what came so far, one a height. Source: RFC 9162, section 2.1.1; FIPS 180-4. */

import { digest, ROUND, START } from "../time/sha256.ts";
import { HASH, nodeHash } from "./canonical.ts";

const LONGEST = 1024;
const K = Int32Array.from(ROUND);
const w = new Int32Array(64);
const state = new Int32Array(8);
const block = new Uint8Array(LONGEST + 128);

export class Tree {
  size = 0;
  private readonly whole: Uint8Array[] = [];

  /** Add an entry of at most 1024 bytes. */
  add(entry: Uint8Array): void {
    block[0] = 0;
    block.set(entry, 1);
    let hash = hashOf(1 + entry.length);
    for (let rest = this.size; rest & 1; rest >>= 1) {
      block[0] = 1;
      block.set(this.whole.pop() as Uint8Array, 1);
      block.set(hash, 1 + HASH);
      hash = hashOf(1 + 2 * HASH);
    }
    this.whole.push(hash);
    this.size += 1;
  }

  /** Return the root of what was added. */
  root(): Uint8Array {
    const rest = [...this.whole];
    let root = rest.pop();
    if (!root) return digest(new Uint8Array());
    for (let left = rest.pop(); left; left = rest.pop()) root = nodeHash(left, root);
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
