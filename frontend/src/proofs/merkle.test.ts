import { expect, test } from "vitest";
import { digest } from "../time/sha256";
import { hex, Refused, Unreadable } from "./canonical";
import { CompactRange, leafHash, nodeHash } from "./merkle";
import { countLines, countLog } from "./recount";

/** The root as RFC 9162 defines it, by splitting. */
function naive(leaves: Uint8Array[]): Uint8Array {
  if (leaves.length < 2) return leaves[0] ?? digest(new Uint8Array());
  let half = 1;
  while (2 * half < leaves.length) half *= 2;
  return nodeHash(naive(leaves.slice(0, half)), naive(leaves.slice(half)));
}

const bytes = (length: number, seed: number) =>
  Uint8Array.from({ length }, (_, at) => (at * 31 + seed * 7) & 255);
const entry = (kind: string, hidden: string, project = "7") =>
  new TextEncoder().encode(`{"c":"${hidden}","p":"${project}","t":"${kind}","v":1}`);
const written = (entries: Uint8Array[]) =>
  Uint8Array.from(entries.flatMap((one) => [one.length >> 8, one.length & 255, ...one]));

test("every small tree has the root that the definition gives, whatever its entries are long", () => {
  const leaves: Uint8Array[] = [];
  const tree = new CompactRange();
  for (let size = 0; size < 140; size += 1) {
    expect([size, hex(tree.root())]).toEqual([size, hex(naive(leaves))]);
    const made = bytes(size < 130 ? size : 1024 - (size - 130), size);
    leaves.push(leafHash(made));
    tree.add(made);
  }
});

test("a log is counted as it is written, and told how far", async () => {
  const entries = [..."0123456789abcdef"].map((one) => entry("answer", one.repeat(64)));
  entries.push(entry("decision", "01".repeat(32)));

  const counted = await countLog(written(entries), "7");

  expect([counted.size, counted.answers]).toEqual([17, 16]);
  expect(hex(counted.root)).toBe(hex(naive(entries.map(leafHash))));
});

test("what is no entry of this project is refused, also behind many that are", async () => {
  const good = entry("answer", "a".repeat(64));
  const other = entry("answer", "b".repeat(64));
  for (const odd of [
    entry("answer", "a".repeat(64), "8"),
    entry("answer", "A".repeat(64)),
    entry("answer", "a".repeat(63)),
    new TextEncoder().encode('{"c":"'),
    bytes(40, 1),
    bytes(2000, 1),
  ]) {
    await expect(countLog(written([good, other, odd]), "7")).rejects.toThrow(Unreadable);
  }
  await expect(countLog(written([good]).slice(0, -1), "7")).rejects.toThrow(Unreadable);
});

test("an entry that stands in the log twice is refused", async () => {
  const good = entry("answer", "a".repeat(64));
  await expect(countLog(written([good, good]), "7")).rejects.toThrow(Refused);
});

test("lines are counted by their ends", async () => {
  const lines = (text: string) => countLines(new TextEncoder().encode(text));

  expect([await lines(""), await lines("a\n"), await lines("a\n\nb\n")]).toEqual([0, 1, 3]);
  await expect(lines("a\nb")).rejects.toThrow(Unreadable);
});
