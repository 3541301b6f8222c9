import { html } from "lit";
import { beforeAll, expect, test } from "vitest";
import type { Json, Question } from "../../protocol/questions";
import { fetchKinds, KINDS, knowKind } from "../register";
import { abbreviateValues, describeValues, TaskForm } from "./form";
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
] as object[] as Question[];

/** Regions stand for boxes, which are drawn elsewhere. */
const marks: Kind = {
  view: () => html``,
  commands: () => [],
  act: () => undefined,
  emptyDraft: () => [],
  draftFrom: (_asked, answer) => answer,
  answer: (_asked, draft) => draft,
  lacks: () => "",
  describe: () => "",
  short: () => "",
  decides: () => false,
  regions: (_asked, draft) =>
    (draft as { label: string; key: string }[]).map(({ key, label }) => ({ key, name: label })),
};

beforeAll(async () => {
  await fetchKinds(Object.keys(KINDS), "fr");
  knowKind("boxes", marks);
});

const names = (form: TaskForm) => form.slots.map(({ name }) => name);
const setDraft = (form: TaskForm, name: string, draft: Json) => {
  const slot = form.slots.find((slot) => slot.name === name);
  if (!slot) throw new Error(`${name} is not asked`);
  form.set(slot, draft);
};

test("a question appears with the answer it depends on, and goes with it", () => {
  const form = new TaskForm(questions, {}, say);
  expect(names(form)).toEqual(["any", "note"]);

  setDraft(form, "any", "oui");
  expect(names(form)).toEqual(["any", "many", "note"]);
  setDraft(form, "many", "3");
  setDraft(form, "any", "non");
  expect(form.values).toEqual({ values: { any: "non" }, missing: null });
});

test("what was begun comes back with its question", () => {
  const form = new TaskForm(questions, {}, say);
  setDraft(form, "any", "oui");
  setDraft(form, "many", "3");
  setDraft(form, "any", "non");
  setDraft(form, "any", "oui");

  expect(form.values.values).toEqual({ any: "oui", many: 3 });
});

test("what may be left out is not missing, unless it was begun and is no answer", () => {
  const form = new TaskForm(questions, {}, say);
  setDraft(form, "any", "non");
  expect(form.values.missing).toBeNull();

  setDraft(form, "note", "x".repeat(30));
  expect(form.values.missing?.name).toBe("note");
});

test("steps are taken back over all questions, and done again", () => {
  const form = new TaskForm(questions, {}, say);
  setDraft(form, "any", "oui");
  setDraft(form, "many", "3");
  form.undo();
  form.undo();
  expect(form.values.values).toEqual({});
  expect(form.undo()).toBe(false);

  form.redo();
  expect(form.values.values).toEqual({ any: "oui" });
});

test("drafts kept on the device are taken up again before answers are", () => {
  const stored = new TaskForm(questions, {}, say);
  setDraft(stored, "any", "oui");
  const again = new TaskForm(questions, {}, say, { drafts: stored.drafts, values: { any: "non" } });

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
] as object[] as Question[];

test("what is asked of each region is asked of those it is for, and stays with its region", () => {
  const form = new TaskForm(perRegion, {}, say);
  setDraft(form, "box", [
    { key: "1", label: "chat" },
    { key: "2", label: "chien" },
    { key: "3", label: "chat" },
  ]);
  expect(names(form)).toEqual(["box", "awake 1", "awake 3"]);

  setDraft(form, "awake 3", "non");
  expect(form.values.values.awake).toEqual([null, null, "non"]);
  setDraft(form, "box", [{ key: "3", label: "chat" }]);
  expect(form.values.values.awake).toEqual(["non"]);
});

test("answers to several questions are told after what was asked", () => {
  const values = { any: "oui", many: 3 };

  expect(describeValues(questions, values, say)).toBe(
    "Y en a-t-il ? «\u00a0oui\u00a0» · Combien ? 3",
  );
  expect(abbreviateValues(questions, values)).toBe("1");
});
