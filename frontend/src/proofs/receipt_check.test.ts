import "fake-indexeddb/auto";
import { beforeAll, describe, expect, test } from "vitest";
import { digest } from "../time/sha256";
import { utf8 as bytes, hex, joined } from "./canonical";
import {
  consistencyProof,
  inclusionProof,
  isContinued,
  isIncluded,
  leafHash,
  nodesOf,
  pathOf,
} from "./merkle";
import { checkReceipt, isOpened, readLog } from "./receipt_check";
import { keepPlaces, keepReceipts, keepSeen, receiptsOf, seenOf } from "./receipt_store";

const base64 = (raw: Uint8Array) => btoa(String.fromCharCode(...raw));
const NAME = "log.example/log/7";
let pair: CryptoKeyPair;
let key = "";
let id: Uint8Array = new Uint8Array();

beforeAll(async () => {
  pair = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const material = Uint8Array.of(1, ...raw);
  id = digest(joined(bytes(`${NAME}\n`), material)).slice(0, 4);
  key = `${NAME}+${hex(id)}+${base64(material)}`;
});

async function signed(text: string): Promise<string> {
  const by = new Uint8Array(await crypto.subtle.sign("Ed25519", pair.privateKey, bytes(text)));
  return `${text}\n\u2014 ${NAME} ${base64(Uint8Array.of(...id, ...by))}\n`;
}

/** The naive tree of RFC 6962, written anew: halves at the largest power of two. */
function root(leaves: Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return digest(new Uint8Array());
  if (leaves.length === 1) return leaves[0] as Uint8Array;
  const half = 2 ** (Math.ceil(Math.log2(leaves.length)) - 1);
  const [left, right] = [root(leaves.slice(0, half)), root(leaves.slice(half))];
  return digest(joined(Uint8Array.of(1), left, right));
}

const entry = (n: number) =>
  `{"c":"${n.toString(16).padStart(64, "0")}","p":"7","t":"answer","v":1}`;
const leavesOf = (count: number, from = 0) =>
  Array.from({ length: count }, (_, n) => leafHash(bytes(entry(from + n))));

/** A log's files, out of its leaves. */
function served(leaves: Uint8Array[], checkpoint = "") {
  return async (path: string): Promise<Uint8Array> => {
    if (path === "checkpoint") return bytes(checkpoint);
    for (let level = 0, width = leaves.length; width > 0; level += 1, width >>= 8) {
      for (let place = 0; place * 256 < width; place += 1) {
        const wide = Math.min(256, width - place * 256);
        if (pathOf(level, place, wide) !== path) continue;
        const span = 256 ** level;
        const hashes = Array.from({ length: wide }, (_, n) =>
          root(leaves.slice((place * 256 + n) * span, (place * 256 + n + 1) * span)),
        );
        return Uint8Array.from(hashes.flatMap((row) => [...row]));
      }
    }
    throw new Error(`no ${path}`);
  };
}

async function log(leaves: Uint8Array[]) {
  const text = `${NAME}\n${leaves.length}\n${base64(root(leaves))}\n`;
  return served(leaves, await signed(text));
}

const receipt = (n: number, at = 1_000) =>
  signed(`canut/receipt/v1\nlog ${NAME}\nentry ${entry(n)}\ntime ${at}\nwithin 60000\n`);
const held = async (n: number) => ({
  owner: "1 avis",
  key: `k${n}`,
  promise: await receipt(n),
  place: null,
});
const placed = (place: number | null) => ({ place, payload: "", nonce: "" });

describe("a tree", () => {
  test.each([1, 2, 3, 7, 255, 256, 257, 300])("of %i leaves shows each of them", async (size) => {
    const leaves = leavesOf(size);
    const whole = root(leaves);
    const read = nodesOf(served(leaves), size);

    for (const index of new Set([0, size >> 1, size - 1])) {
      const proof = await inclusionProof(read, index, size);
      expect(isIncluded(leaves[index] as Uint8Array, index, size, proof, whole)).toBe(true);
      const other = (index + 1) % size;
      if (size > 1)
        expect(isIncluded(leaves[other] as Uint8Array, index, size, proof, whole)).toBe(false);
    }
  });

  test("is shown to continue each of its beginnings, and no other tree", async () => {
    const leaves = leavesOf(300);
    const next = { size: 300, root: root(leaves) };
    const read = nodesOf(served(leaves), 300);

    for (const size of [1, 2, 3, 128, 255, 256, 299, 300]) {
      const old = { size, root: root(leaves.slice(0, size)) };
      const proof = await consistencyProof(read, size, 300);
      expect(isContinued(old, next, proof)).toBe(true);
      expect(isContinued({ size, root: digest(bytes("x")) }, next, proof)).toBe(false);
    }
  });

  test("has its tiles where readers of such logs look for them", () => {
    expect(pathOf(0, 1_234_067, 5)).toBe("tile/0/x001/x234/067.p/5");
    expect(pathOf("entries", 0, 256)).toBe("tile/entries/000");
  });
});

describe("a log beside what was seen of it", () => {
  test("that grew is well", async () => {
    const before = await readLog(await log(leavesOf(5)), key);
    const logState = await readLog(await log(leavesOf(9)), key, before.seen ?? undefined);

    expect([before.trouble, logState.trouble, logState.size]).toEqual(["", "", 9]);
  });

  test.each([
    ["shorter", 4, 0],
    ["fork", 9, 1],
    ["fork", 5, 1],
  ])("is %s", async (trouble, size, from) => {
    const before = await readLog(await log(leavesOf(5)), key);

    const logState = await readLog(await log(leavesOf(size, from)), key, before.seen ?? undefined);

    expect([logState.trouble, logState.seen]).toEqual([trouble, null]);
  });

  test("signed by another is not believed", async () => {
    const files = await log(leavesOf(5));
    const seen = (await readLog(files, key)).seen;
    const changed = async (path: string) =>
      path === "checkpoint"
        ? bytes(new TextDecoder().decode(await files(path)).replace("\n5\n", "\n4\n"))
        : files(path);

    expect((await readLog(changed, key)).trouble).toBe("unsigned");
    expect((await readLog(files, key, seen ? { ...seen, key: "x" } : undefined)).trouble).toBe(
      "key",
    );
  });
});

describe("a receipt", () => {
  test("is kept where its entry is shown in the log", async () => {
    const logState = await readLog(await log(leavesOf(300)), key);

    const found = await checkReceipt(await held(299), placed(299), logState, 1_000_000);

    expect([found.state, found.held.place]).toEqual(["kept", 299]);
  });

  test("waits until it is due, and is missing from then on", async () => {
    const logState = await readLog(await log(leavesOf(5)), key);
    const one = await held(7);

    for (const where of [undefined, placed(null), placed(3), placed(99)]) {
      expect((await checkReceipt(one, where, logState, 60_999)).state).toBe("waiting");
      expect((await checkReceipt(one, where, logState, 61_000)).state).toBe("missing");
    }
  });

  test("that the log did not sign is no receipt", async () => {
    const logState = await readLog(await log(leavesOf(5)), key);
    const one = await held(1);
    const forged = { ...one, promise: one.promise.replace("time 1000", "time 2000") };

    expect((await checkReceipt(forged, placed(1), logState, 1_000_000)).state).toBe("forged");
  });

  test("opens with what was answered, and with nothing else", async () => {
    const [payload, nonce] = ['{"values":"{}"}', "ab".repeat(32)];
    const raw = Uint8Array.from({ length: 32 }, () => 0xab);
    const c = hex(digest(joined(bytes("canut/commit/v1\0"), raw, bytes(payload))));

    expect(isOpened(`{"c":"${c}"}`, payload, nonce)).toBe(true);
    expect(isOpened(`{"c":"${c}"}`, `${payload} `, nonce)).toBe(false);
  });
});

test("receipts stay on the device, each person's apart, once each", async () => {
  const one = await held(1);
  await keepReceipts("1 avis", [one, { key: "old" }, { key: "none", promise: null }]);
  await keepReceipts("1 avis", [one]);
  await keepReceipts("2 avis", [one]);
  await keepPlaces([{ ...one, place: 4 }]);
  await keepSeen({ origin: NAME, key, size: 5, root: digest(new Uint8Array()) });

  expect(await receiptsOf("1 avis")).toEqual([{ ...one, place: 4 }]);
  expect(await receiptsOf("3 avis")).toEqual([]);
  expect((await seenOf(NAME))?.size).toBe(5);
});
