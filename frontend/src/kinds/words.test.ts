import { expect, test } from "vitest";
import { ask, tried } from "../../test/kind";

const short = ask("text", { mode: "short", least: 1, most: 20 });

test("text: blanks at the ends are no answer", async () => {
  const page = await tried(short);
  page.type("   ");
  expect(page.answer).toBeUndefined();

  page.type("  Velours & Fils ");
  expect(page.answer).toBe("Velours & Fils");
});

test("text: letters typed one after another are one step back", async () => {
  const page = await tried(short);
  for (const typed of ["a", "ab", "abc"]) page.type(typed);

  page.sheet.undo();
  expect(page.answer).toBeUndefined();
  page.sheet.redo();
  expect(page.answer).toBe("abc");
});

test("text: too short and too long are counted as people count", async () => {
  const page = await tried(ask("text", { mode: "long", least: 5, most: 8 }));
  page.type("🧵🧵🧵");
  expect(page.lacks).toBe("Encore 2\u00a0caractères au moins.");

  page.type("123456789");
  expect(page.answer).toBeUndefined();
  expect(page.room.querySelector(".msg.err")?.textContent).toContain("1\u00a0caractère de trop.");
});

test("text: a correction begins with what is there, and that may be right", async () => {
  const cells = { lu: { as: "text" as const, value: "Fabrique de soie" } };
  const page = await tried(
    ask("text", { mode: "correction", least: 1, most: 200, column: "lu", language: "fr" }),
    cells,
  );
  expect(page.answer).toBe("Fabrique de soie");
  expect(page.draw().textContent).toContain("Validez-le tel quel.");

  page.type("Fabrique de soies");
  expect(page.answer).toBe("Fabrique de soies");
  page.click(".wb-link");
  expect(page.answer).toBe("Fabrique de soie");
});

test("text: the language to write in is that of the field", async () => {
  const page = await tried(ask("text", { mode: "translation", least: 1, most: 9, language: "en" }));

  expect(page.draw().querySelector("textarea")?.getAttribute("lang")).toBe("en");
});

const compared = ask("pair", { a: "x", b: "y", tie: true, reasons: [] });
const because = ask("pair", {
  a: "x",
  b: "y",
  tie: true,
  reasons: [
    { value: "truer", label: "Plus juste" },
    { value: "clear", label: "Plus claire" },
  ],
});
const sides = {
  x: { as: "text" as const, value: "Un" },
  y: { as: "text" as const, value: "Deux" },
};

test("pair: A and B are their own keys, and choosing is answering", async () => {
  const page = await tried(compared, sides);
  page.press("b");

  expect(page.answer).toEqual({ choice: "b", reasons: [] });
  expect(page.done).toEqual([true]);
  expect(page.draw().textContent).toContain("Deux");
});

test("pair: reasons come once a side is chosen, in the question's order", async () => {
  const page = await tried(because, sides);
  expect(page.caps()).toBe("aeb");

  page.press("a", "2", "1");
  expect(page.answer).toEqual({ choice: "a", reasons: ["truer", "clear"] });
  expect(page.done).toEqual([]);
  expect(page.told(page.answer ?? null)).toBe("A, car Plus juste et Plus claire");
});

const ranked = ask("ranking", {
  items: [
    { value: "un", label: "Un" },
    { value: "deux", label: "Deux" },
    { value: "trois", label: "Trois" },
  ],
});

test("ranking: keys place, the last one places itself", async () => {
  const page = await tried(ranked);
  page.press("2");
  expect(page.lacks).toBe("Il en reste 2\u00a0à placer.");

  page.press("3");
  expect(page.answer).toEqual(["deux", "trois", "un"]);
  expect(page.said.at(-1)).toBe("Trois, 2e sur 3.");
});

test("ranking: arrows move the one in hand, no further than the ends, and say where it is", async () => {
  const page = await tried(ranked, {}, { values: { q: ["un", "deux", "trois"] } });
  page.press("3", "arrowup", "arrowup", "arrowup");
  expect(page.answer).toEqual(["trois", "un", "deux"]);
  expect(page.said.at(-1)).toBe("Trois, 1er sur 3.");

  page.sheet.undo();
  expect(page.answer).toEqual(["un", "trois", "deux"]);
});

test("ranking: buttons move and take out", async () => {
  const page = await tried(ranked, {}, { values: { q: ["un", "deux", "trois"] } });
  page.click('[data-value="un"] .kd-move:nth-of-type(2)');
  expect(page.answer).toEqual(["deux", "un", "trois"]);

  page.click('[data-value="un"] .kd-move:nth-of-type(3)');
  expect(page.answer).toBeUndefined();
});

const talk = {
  talk: {
    as: "turns" as const,
    turns: [
      { role: "user", text: "Qui ?" },
      { role: "assistant", text: "Jacquard." },
      { role: "user", text: "Quand ?" },
      { role: "assistant", text: "1801." },
    ],
  },
};

test("chat: the replies of the assistant are rated one after the other", async () => {
  const page = await tried(
    ask("chat", { mode: "rate", column: "talk", turns: "assistant", least: 1, most: 5 }),
    talk,
  );
  page.press("4");
  expect(page.answer).toBeUndefined();
  expect(page.said.at(-1)).toBe("Tour 4.");

  page.press("2");
  expect(page.answer).toEqual([
    { turn: 1, rating: 4 },
    { turn: 3, rating: 2 },
  ]);
  expect(page.told(page.answer ?? null)).toBe("tour 2\u00a0: 4, tour 4\u00a0: 2");
});

test("chat: of the last turn only, and of all where nobody is the assistant", async () => {
  const last = { mode: "rate", column: "talk", turns: "last", least: 1, most: 5 };
  const page = await tried(ask("chat", last), talk);
  page.press("5");
  expect(page.answer).toEqual([{ turn: 3, rating: 5 }]);

  const plain = { talk: { as: "turns" as const, turns: [{ role: "Ada", text: "Oui." }] } };
  const other = await tried(ask("chat", { ...last, turns: "assistant" }), plain);
  other.press("1");
  expect(other.answer).toEqual([{ turn: 0, rating: 1 }]);
});

test("chat: two replies are compared, one is written", async () => {
  const two = await tried(
    ask("chat", { mode: "compare", column: "talk", a: "x", b: "y", tie: true, reasons: [] }),
    { ...talk, ...sides },
  );
  two.press("e");
  expect(two.answer).toEqual({ choice: "tie", reasons: [] });

  const writing = await tried(
    ask("chat", { mode: "write", column: "talk", least: 3, most: 80 }),
    talk,
  );
  writing.type("En 1801, à Lyon.");
  expect(writing.answer).toBe("En 1801, à Lyon.");
});
