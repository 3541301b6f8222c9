import { expect, test } from "vitest";
import { ask, tried } from "../../../test/kind";
import { cursorOf } from "./cursor";
import { emptyDraft, isRefused, layers, mark, nudge, type Span, type SpansQuestion } from "./model";
import { cutText } from "./tokens";

const parts = (text: string, snap = "word") => {
  const cut = cutText(text, snap);
  return cut.tokens.map(cut.part);
};

test("tokens: words stand apart from punctuation, and from what elides before them", () => {
  expect(parts("L’Italie, c'est près.")).toEqual(["L’", "Italie", ",", "c'", "est", "près", "."]);
  expect(parts("Zoé's aujourd’hui")).toEqual(["Zoé", "'s", "aujourd’hui"]);
});

test("tokens: places are code points, whatever the emoji and the marks", () => {
  const cut = cutText("🧵🧵 e\u0301te\u0301 👩‍🏫 fin", "word");
  const last = cut.tokens.at(-1);

  expect(last && cut.part(last)).toBe("fin");
  expect(last?.start).toBe([..."🧵🧵 e\u0301te\u0301 👩‍🏫 "].length);
  expect(cut.units(2)).toBe(4);
  expect(cut.points(4)).toBe(2);
  expect(cut.tokens.map(cut.part)).toContain("e\u0301te\u0301");
});

test("tokens: characters are what people see as one", () => {
  expect(parts("e\u0301👩‍🏫 x", "character")).toEqual(["e\u0301", "👩‍🏫", "x"]);
});

test("tokens: sentences begin at their first word, and the direction is that of the text", () => {
  const cut = cutText("Un métier. Deux canuts !\nTrois.", "word");
  expect(cut.sentences.map((at) => cut.part(cut.tokens[at] ?? { start: 0, end: 0 }))).toEqual([
    "Un",
    "Deux",
    "Trois",
  ]);
  expect(cut.isRtl).toBe(false);
  expect(cutText("«שלום עולם»", "word").isRtl).toBe(true);
});

test("tokens: ten thousand words are cut in a blink", () => {
  const text = "navette ".repeat(10_000);
  const before = performance.now();
  expect(cutText(text, "word").tokens).toHaveLength(10_000);
  expect(performance.now() - before).toBeLessThan(1_000);
});

const question = (more: object = {}) =>
  ask("spans", {
    labels: [
      { value: "person", label: "Personne" },
      { value: "place", label: "Lieu" },
    ],
    relations: [],
    snap: "word",
    overlap: false,
    column: "text",
    least: 0,
    most: 2000,
    ...more,
  }) as SpansQuestion;
const RELATED = { relations: [{ value: "in", label: "travaille à" }] };
const cells = (value = "Marie tisse à Lyon. Paul file.") => ({
  text: { as: "text" as const, value },
});
const span = (start: number, end: number, label = "person"): Span => ({
  key: `${start}`,
  label,
  start,
  end,
});

test("spans: what overlaps is refused where it may not, and drawn in layers where it may", () => {
  const apart = question();
  const draft = mark(apart, emptyDraft(apart), { start: 0, end: 5 }, "person");
  expect(isRefused(draft)).toBe(false);
  if (isRefused(draft)) return;
  expect(mark(apart, draft, { start: 3, end: 8 }, "place")).toMatchObject({ no: "overlap" });
  expect(mark(apart, draft, { start: 0, end: 5 }, "person")).toMatchObject({ no: "twice" });
  expect(mark(question({ most: 1 }), draft, { start: 9, end: 12 }, "place")).toEqual({
    no: "most",
  });

  const nested = layers([span(0, 20), span(1, 5), span(6, 9), span(30, 40)]);
  expect([...nested.values()].sort()).toEqual([0, 0, 0, 1]);
  expect(layers([span(0, 20), span(2, 5)]).get("0")).toBe(1);
});

test("spans: an edge goes to the next border, and never past the other edge", () => {
  const cut = cutText("un deux trois", "word");
  const draft = { ...emptyDraft(question()), spans: [span(3, 7)] };
  const end = (by: 1 | -1) => nudge(question(), draft, cut, { key: "3", edge: "end", by });

  expect(end(1)).toMatchObject({ spans: [{ start: 3, end: 13 }] });
  expect(end(-1)).toBe(draft);
  expect(nudge(question(), draft, cut, { key: "3", edge: "start", by: -1 })).toMatchObject({
    spans: [{ start: 0, end: 7 }],
  });
});

test("spans: marked, renamed, widened and taken out by keys alone", async () => {
  const page = await tried(question(), cells());
  page.press("arrowright", "1");
  expect(page.answer).toEqual({
    spans: [{ id: "1", label: "person", start: 0, end: 5 }],
    relations: [],
  });
  expect(page.said.at(-1)).toBe(
    "« Marie »\u00a0: Personne.".replaceAll("« ", "«\u00a0").replaceAll(" »", "\u00a0»"),
  );

  page.press("2", "shift+arrowright");
  expect(page.answer).toMatchObject({ spans: [{ label: "person", start: 0, end: 11 }] });
  page.press("p", "2");
  expect(page.answer).toMatchObject({ spans: [{ label: "place", start: 0, end: 11 }] });
  page.press("shift+arrowleft", "e", "shift+arrowright");
  expect(page.answer).toMatchObject({ spans: [{ start: 0, end: 5 }] });
  page.press("arrowdown", "shift+arrowright", "1", "p", "p");
  expect(page.answer).toMatchObject({
    spans: [{ end: 5 }, { label: "person", start: 20, end: 29 }],
  });
  page.press("x");
  expect(page.answer).toMatchObject({ spans: [{ start: 0 }] });
  page.sheet.undo();
  expect((page.answer as { spans: unknown[] }).spans).toHaveLength(2);
});

test("spans: a relation goes from what is chosen to another, and leaves with it", async () => {
  const page = await tried(question(RELATED), cells());
  page.press("arrowright", "1", "arrowright", "arrowright", "arrowright", "2", "p", "k");
  expect(page.said.at(-1)).toContain("choisissez l’autre passage");
  page.press("n", "1");

  expect(page.answer).toMatchObject({ relations: [{ from: "1", to: "2", label: "in" }] });
  expect(page.draw().textContent).toContain("travaille à");
  page.press("x");
  expect(page.answer).toMatchObject({ relations: [] });
});

test("spans: in a text from right to left the left arrow goes on", async () => {
  const page = await tried(question(), cells("שלום עולם"));
  page.press("arrowleft", "arrowleft", "1");

  expect(page.answer).toMatchObject({ spans: [{ start: 5, end: 9 }] });
});

test("spans: too few and too many are said in words", async () => {
  const page = await tried(question({ least: 2, most: 2 }), cells());
  expect(page.answer).toBeUndefined();
  expect(page.lacks).toBe("Marquez encore 2 passages.");

  page.press("arrowright", "1", "arrowright", "1", "arrowright", "1");
  expect(page.said.at(-1)).toBe("2 passages au plus.");
  expect(page.lacks).toBe("");
});

test("spans: what was answered comes back, and says itself", async () => {
  const answer = {
    spans: [
      { id: "1", label: "person", start: 0, end: 5 },
      { id: "2", label: "place", start: 14, end: 18 },
    ],
    relations: [{ from: "1", to: "2", label: "in" }],
  };
  const page = await tried(question(RELATED), cells(), { values: { q: answer } });

  expect(page.answer).toEqual(answer);
  expect(page.told(answer)).toBe("1 Personne et 1 Lieu");
  expect(page.draw(true).querySelectorAll("button:not([aria-disabled])")).toHaveLength(0);
});

test("spans: letting go chooses nothing", async () => {
  const page = await tried(question(), cells());
  page.press("arrowright", "1", "escape");
  const { chosen, from } = cursorOf({ question: question(), cells: page.sheet.cells });

  expect([chosen, from]).toEqual(["", null]);
});
