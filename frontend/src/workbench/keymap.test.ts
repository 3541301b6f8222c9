import { describe, expect, it } from "vitest";
import { keysOf } from "./current_task";
import { Keymap } from "./keymap";

const fakeStore = (text: string | null = null) => {
  const store = { text };
  return {
    store,
    get: () => store.text,
    set: (next: string) => {
      store.text = next;
    },
  };
};

describe("a person's own keys", () => {
  it("are those that are given until one is put elsewhere, and are there the next time", () => {
    const browser = fakeStore();
    const keys = new Keymap(1, browser);

    keys.set("skip", "p");

    expect(keys.actionOf("s")).toBeUndefined();
    expect(new Keymap(1, browser).actionOf("p")).toBe("skip");
  });

  it("go before what a question would have given out", () => {
    const keys = new Keymap(1, fakeStore());
    keys.set("avis q oui", "k");
    keys.set("skip", "1");

    const keyOf = keysOf(
      [
        { id: "oui", label: "Oui" },
        { id: "non", label: "Non" },
        { id: "rien", label: "Rien" },
      ],
      keys.personal("avis q"),
    );

    expect([...keyOf]).toEqual([
      ["oui", "k"],
      ["non", "n"],
      ["rien", "2"],
    ]);
  });

  it("give way to a key that stands for every task", () => {
    const keys = new Keymap(1, fakeStore());
    keys.set("avis q oui", "p");
    keys.set("skip", "p");

    const keyOf = keysOf([{ id: "oui", label: "Oui" }], keys.personal("avis q"));

    expect(keyOf.get("oui")).toBe("1");
  });

  it("can be given up, and a broken store is an empty one", () => {
    const browser = fakeStore("{broken");
    const keys = new Keymap(1, browser);
    keys.set("flag", "k");

    keys.reset();

    expect(keys.of("flag")).toBe("f");
    expect(keys.hasOwn).toBe(false);
  });

  it("never stand on keys that move or leave", () => {
    const keys = new Keymap(1, fakeStore());

    expect(["enter", "escape", "tab", " ", "arrowup", "f5"].every((key) => keys.isFixed(key))).toBe(
      true,
    );
    expect(keys.isFixed("k")).toBe(false);
  });
});
