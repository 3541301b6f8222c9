import { html } from "lit";
import { beforeAll, expect, test } from "vitest";
import type { Asked, Json } from "../../protocol/questions";
import { fetchKinds, KINDS, knowKind } from "../register";
import { Sheet, shortValues, toldValues } from "./form";
import type { Kind } from "./kind";

const say = { language: "fr" as const };
const choices = [{ value: "oui" }, { value: "non" }];
const questions = [
  { id: "any", kind: "choice", ask: "Y en a-t-il ?", choices },
  {
    id: "many",
    kind: "number",
    ask: "Combien ?",
    least: 0,
    most: 9,
    decimals: 0,
    when: { question: "any", is: "oui" },
  },
  { id: "note", kind: "text", ask: "Un mot ?", mode: "short", least: 1, most: 20, optional: true },
] as object[] as Asked[];

/** Regions stand for boxes, which are drawn elsewhere. */
const marks: Kind = {
  view: () => html``,
  commands: () => [],
  act: () => undefined,
  begin: () => [],
  draft: (_asked, answer) => answer,
  answer: (_asked, draft) => draft,
  lacks: () => "",
  told: () => "",
  short: () => "",
  decides: () => false,
  regions: (_asked, draft) =>
    (draft as { label: string; key: string }[]).map(({ key, label }) => ({ key, name: label })),
};

beforeAll(async () => {
  await fetchKinds(Object.keys(KINDS), "fr");
  knowKind("boxes", marks);
});

const names = (sheet: Sheet) => sheet.slots.map(({ name }) => name);
const put = (sheet: Sheet, name: string, draft: Json) => {
  const slot = sheet.slots.find((one) => one.name === name);
  if (!slot) throw new Error(`${name} is not asked`);
  sheet.set(slot, draft);
};

test("a question appears with the answer it depends on, and goes with it", () => {
  const sheet = new Sheet(questions, {}, say);
  expect(names(sheet)).toEqual(["any", "note"]);

  put(sheet, "any", "oui");
  expect(names(sheet)).toEqual(["any", "many", "note"]);
  put(sheet, "many", "3");
  put(sheet, "any", "non");
  expect(sheet.values).toEqual({ values: { any: "non" }, missing: null });
});

test("what was begun comes back with its question", () => {
  const sheet = new Sheet(questions, {}, say);
  put(sheet, "any", "oui");
  put(sheet, "many", "3");
  put(sheet, "any", "non");
  put(sheet, "any", "oui");

  expect(sheet.values.values).toEqual({ any: "oui", many: 3 });
});

test("what may be left out is not missing, unless it was begun and is no answer", () => {
  const sheet = new Sheet(questions, {}, say);
  put(sheet, "any", "non");
  expect(sheet.values.missing).toBeNull();

  put(sheet, "note", "x".repeat(30));
  expect(sheet.values.missing?.name).toBe("note");
});

test("steps are taken back over all questions, and done again", () => {
  const sheet = new Sheet(questions, {}, say);
  put(sheet, "any", "oui");
  put(sheet, "many", "3");
  sheet.undo();
  sheet.undo();
  expect(sheet.values.values).toEqual({});
  expect(sheet.undo()).toBe(false);

  sheet.redo();
  expect(sheet.values.values).toEqual({ any: "oui" });
});

test("drafts kept on the device are taken up again before answers are", () => {
  const kept = new Sheet(questions, {}, say);
  put(kept, "any", "oui");
  const again = new Sheet(questions, {}, say, { drafts: kept.drafts, values: { any: "non" } });

  expect(again.values.values).toEqual({ any: "oui" });
});

const perRegion = [
  { id: "box", kind: "boxes", ask: "Marquez." },
  {
    id: "awake",
    kind: "choice",
    ask: "Éveillé ?",
    each: "box",
    choices,
    when: { question: "box", is: "chat" },
  },
] as object[] as Asked[];

test("what is asked of each region is asked of those it is for, and stays with its region", () => {
  const sheet = new Sheet(perRegion, {}, say);
  put(sheet, "box", [
    { key: "1", label: "chat" },
    { key: "2", label: "chien" },
    { key: "3", label: "chat" },
  ]);
  expect(names(sheet)).toEqual(["box", "awake 1", "awake 3"]);

  put(sheet, "awake 3", "non");
  expect(sheet.values.values.awake).toEqual([null, null, "non"]);
  put(sheet, "box", [{ key: "3", label: "chat" }]);
  expect(sheet.values.values.awake).toEqual(["non"]);
});

test("answers to several questions are told after what was asked", () => {
  const values = { any: "oui", many: 3 };

  expect(toldValues(questions, values, say)).toBe("Y en a-t-il ? «\u00a0oui\u00a0» · Combien ? 3");
  expect(shortValues(questions, values)).toBe("1");
});
