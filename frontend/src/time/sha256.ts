/* SHA-256, in one go. The browser's own exists only on https and localhost, and only asynchronously;
   beats must chain on a plain http address too. Source: FIPS 180-4, section 6.2. */

function* primes(): Generator<number> {
  for (let n = 2; ; n += 1) {
    let whole = true;
    for (let d = 2; d * d <= n; d += 1) if (n % d === 0) whole = false;
    if (whole) yield n;
  }
}

const fraction = (x: number) => ((x - Math.floor(x)) * 2 ** 32) | 0;
const first = primes();
const PRIMES = Array.from({ length: 64 }, () => first.next().value as number);
export const START = PRIMES.slice(0, 8).map((p) => fraction(Math.sqrt(p)));
export const ROUND = PRIMES.map((p) => fraction(Math.cbrt(p)));

const rotate = (x: number, by: number) => (x >>> by) | (x << (32 - by));

/** Hash a text; 64 hex digits. */
export function sha256(text: string): string {
  const words = digest(new TextEncoder().encode(text));
  return [...words].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Hash bytes; 32 of them. */
export function digest(bytes: Uint8Array): Uint8Array {
  const blocks = new Uint8Array((((bytes.length + 8) >> 6) << 6) + 64);
  blocks.set(bytes);
  blocks[bytes.length] = 0x80;
  const view = new DataView(blocks.buffer);
  view.setUint32(blocks.length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(blocks.length - 4, bytes.length * 8);
  const state = [...START];
  const w = new Int32Array(64);
  for (let at = 0; at < blocks.length; at += 64) {
    for (let i = 0; i < 64; i += 1) {
      if (i < 16) {
        w[i] = view.getInt32(at + i * 4);
        continue;
      }
      const a = w[i - 15] as number;
      const b = w[i - 2] as number;
      const low = rotate(a, 7) ^ rotate(a, 18) ^ (a >>> 3);
      const high = rotate(b, 17) ^ rotate(b, 19) ^ (b >>> 10);
      w[i] = (w[i - 16] as number) + low + (w[i - 7] as number) + high;
    }
    let [a, b, c, d, e, f, g, h] = state as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    for (let i = 0; i < 64; i += 1) {
      const mix = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
      const t = (h + mix + ((e & f) ^ (~e & g)) + (ROUND[i] as number) + (w[i] as number)) | 0;
      const sum = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
      const u = (sum + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + t) | 0, c, b, a, (t + u) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((value, i) => {
      state[i] = ((state[i] as number) + value) | 0;
    });
  }
  const hash = new DataView(new ArrayBuffer(32));
  state.forEach((word, i) => {
    hash.setInt32(i * 4, word);
  });
  return new Uint8Array(hash.buffer);
}
