import "fake-indexeddb/auto";
import { expect, test } from "vitest";
import { base58, deviceKey, didOf, signLine, signStatement, walk } from "./device_key";

test("base 58 is written as elsewhere, zeros in front kept", () => {
  expect(base58(new TextEncoder().encode("canut"))).toBe("CDK55Nb");
  expect(base58(Uint8Array.of(0, 0, 1))).toBe("112");
});

test("a key is named as did:key names it", async () => {
  const raw = new Uint8Array(32);
  const key = await crypto.subtle.importKey("raw", raw, "Ed25519", true, ["verify"]);

  expect(await didOf(key)).toBe("did:key:z6MkeTG3bFFSLYVU7VqhgZxqr6YzpaGrQtFMh1uvqGy1vDnP");
});

test("what is signed is this statement and this word, by a key that stays inside", async () => {
  const sha256 = "ab".repeat(32);
  const { did, signature, says } = await signStatement(sha256, "agreed");

  const made = await deviceKey().catch(() => null);
  expect(says).toBe("agreed");
  expect(did).toMatch(/^did:key:z6Mk/);
  expect(atob(signature)).toHaveLength(64);
  expect(made?.privateKey.extractable ?? false).toBe(false);
});

test("each project has a key of its own, and a person keeps the number they drew", async () => {
  const wanted = { project: 7, log: "a.example/log/7", person: "", steps: 3 };
  const first = await signLine(wanted);
  const again = await signLine({ ...wanted, person: first.person });
  const other = await signLine({ ...wanted, project: 8, log: "a.example/log/8" });

  expect(again.person).toBe(first.person);
  expect(again.key).toBe(first.key);
  expect(other.key).not.toBe(first.key);
  expect(again.seed).not.toBe(first.seed);
  expect(first.signature).toHaveLength(128);
});

test("a chain goes on link by link", () => {
  const seed = new Uint8Array(32);

  expect(walk(seed, 0)).toEqual(seed);
  expect(walk(seed, 3)).toEqual(walk(walk(seed, 1), 2));
});
