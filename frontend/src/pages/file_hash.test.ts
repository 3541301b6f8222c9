import { expect, it, vi } from "vitest";
import { fingerprint } from "./file_hash";

const ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

it("hashes bytes with and without the browser's own way", async () => {
  const bytes = new TextEncoder().encode("abc");
  expect(await fingerprint(bytes)).toBe(ABC);
  vi.stubGlobal("crypto", {});
  expect(await fingerprint(bytes)).toBe(ABC);
  vi.unstubAllGlobals();
});
