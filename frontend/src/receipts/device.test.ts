import "fake-indexeddb/auto";
import { expect, test } from "vitest";
import { base58, deviceKey, didOf, signStatement } from "./device";

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
