import { describe, expect, test } from "vitest";
import { allocate, keyOf, RESERVED } from "./keyboard";

const pressed = (key: string, code: string, more: Partial<KeyboardEvent> = {}) =>
  keyOf({ key, code, shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, ...more });

describe("allocating keys", () => {
  test("ten labels take the number row in its own order", () => {
    expect(allocate([..."abcdefghij"])).toEqual([..."1234567890"]);
  });

  test("past ten, letters: the label's own first letter where it is free", () => {
    const labels = [...Array.from({ length: 10 }, (_, i) => `n${i + 10}`), "Rouge", "Rose", "Été"];

    expect(allocate(labels).slice(10)).toEqual(["r", "o", "e"]);
  });

  test("a digit keeps its own key and the others take letters", () => {
    const keys = allocate(["0", "1", "7", "Illisible", "Plusieurs chiffres"]);

    expect(keys).toEqual(["0", "1", "7", "i", "p"]);
  });

  test("no key twice and none that already means something, up to thirty-six", () => {
    const keys = allocate(Array.from({ length: 36 }, (_, i) => `sfz ${i}`)).filter(Boolean);

    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.filter((key) => RESERVED.has(key))).toEqual([]);
    expect(keys.length).toBe(31);
  });
});

describe("reading keys", () => {
  test("the French number row means digits without Shift", () => {
    expect(pressed("&", "Digit1")).toBe("1");
    expect(pressed("à", "Digit0")).toBe("0");
    expect(pressed("?", "Digit6", { shiftKey: true })).toBe("?");
  });

  test("a letter of another alphabet counts by its place", () => {
    expect(pressed("ы", "KeyS")).toBe("s");
  });

  test("a browser's or the system's own shortcut is not ours", () => {
    expect(pressed("f", "KeyF", { ctrlKey: true })).toBe("");
    expect(pressed("s", "KeyS", { metaKey: true })).toBe("");
  });
});
