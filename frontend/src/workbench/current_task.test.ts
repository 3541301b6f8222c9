import { html } from "lit";
import { beforeAll, beforeEach, expect, test, vi } from "vitest";
import { fetchKinds, KINDS, knowKind } from "../kinds/register";
import type { Kind } from "../kinds/shared/kind";
import { CurrentTask, type Host, keysOf } from "./current_task";
import { DraftStore } from "./storage/draft_store";
import "fake-indexeddb/auto";
import type { Question, Values } from "../protocol/questions";
import type { Task } from "../protocol/workbench";

const choices = [{ value: "oui" }, { value: "non" }];
const several = [
  { id: "any", kind: "choice", ask: "Y en a-t-il ?", choices },
  { id: "many", kind: "number", ask: "Combien ?", least: 0, most: 9, decimals: 0 },
  { id: "note", kind: "text", ask: "Un mot ?", mode: "short", least: 1, most: 20, optional: true },
] as object[] as Question[];
const task = { lease: 1, task: 7, key: "7", show: [] } as object as Task;

let sent: Values[] = [];
let messages: string[] = [];
let draftStore: DraftStore;

beforeAll(() => fetchKinds(Object.keys(KINDS), "fr"));
beforeEach(async () => {
  sent = [];
  messages = [];
  draftStore = await DraftStore.open(`ada ${Math.random()}`);
});

function begin(questions: Question[], more: object = {}): CurrentTask {
  const session = {
    question: { version: 1, schema: { questions } },
    screen: "task",
    revisiting: null,
    past: [],
    given: null,
    ...more,
  };
  const currentTask = new CurrentTask({
    session,
    language: "fr",
    tongue: undefined,
    shelf: draftStore,
    picture: () => "",
    say: (text: string) => messages.push(text),
    send: (values: Values) => sent.push(values),
    changed: () => undefined,
  } as object as Host);
  currentTask.show(task);
  return currentTask;
}

test("keys wished for come first, and nobody gets a key twice", () => {
  const keys = keysOf([
    { id: "up", label: "Monter", wish: "arrowup" },
    { id: "a", label: "A", wish: "a" },
    { id: "skip", label: "S", wish: "s" },
    { id: "x", label: "Alpha" },
  ]);

  expect(keys.get("up")).toBe("arrowup");
  expect(keys.get("a")).toBe("a");
  expect(keys.get("skip")).not.toBe("s");
  expect(new Set(keys.values()).size).toBe(4);
});

test("only the question in turn has keys", () => {
  const currentTask = begin(several);
  const keys = currentTask.slots.map((slot) => currentTask.contextOf(slot).keys.size);

  expect(keys).toEqual([2, 0, 0]);
});

test("choosing goes on to what is missing, Enter says what is missing, then answers", () => {
  const currentTask = begin(several);
  currentTask.press("1");
  expect([currentTask.turn, currentTask.wanted]).toEqual(["many", "many"]);

  currentTask.goOn();
  expect(messages.at(-1)).toBe("Écrivez un nombre.");
  const many = currentTask.slots[1];
  if (many) currentTask.contextOf(many).set("3");
  currentTask.goOn();
  expect(currentTask.turn).toBe("note");

  currentTask.goOn();
  expect(sent).toEqual([{ any: "oui", many: 3 }]);
});

test("one question that is decided by choosing is an answer at once", () => {
  const currentTask = begin(several.slice(0, 1));
  currentTask.press("2");

  expect(sent).toEqual([{ any: "non" }]);
});

test("what was begun is kept from the first change, and given up with the answer", () => {
  const first = begin(several);
  first.press("1");
  expect(begin(several).sheet?.values.values).toEqual({ any: "oui" });

  first.forget();
  expect(begin(several).sheet?.values.values).toEqual({});
});

test("a draft of an older question is not taken up", () => {
  begin(several).press("1");
  const newer = { question: { version: 2, schema: { questions: several } } };

  expect(begin(several, newer).sheet?.values.values).toEqual({});
});

test("when the question changes in the middle, what is still asked keeps what was begun", () => {
  const session = {
    question: { version: 1, schema: { questions: several } },
    screen: "task",
    revisiting: null,
    past: [],
    given: null,
  };
  const currentTask = begin(several, session);
  currentTask.press("1");
  const changed = several.map((question) =>
    question.id === "many" ? { ...question, ask: "Combien, vraiment ?" } : question,
  );
  const host = (currentTask as object as { host: { session: typeof session } }).host;
  host.session.question = { version: 2, schema: { questions: changed } };
  currentTask.show(task);

  expect(currentTask.sheet?.values.values).toEqual({ any: "oui" });
});

test("an explanation cannot be changed", () => {
  const currentTask = begin(several.slice(0, 1), { screen: "explained", given: { any: "oui" } });

  expect(currentTask.press("2")).toBe(false);
  expect(sent).toEqual([]);
});

test("what was begun outlives the page", async () => {
  const owner = `lou ${Math.random()}`;
  const before = await DraftStore.open(owner);
  before.keep("7", 1, { q: "a" });
  await vi.waitFor(async () =>
    expect((await DraftStore.open(owner)).of("7", 1)).toEqual({ q: "a" }),
  );

  const other = await DraftStore.open(`${owner} beside`);
  expect(other.of("7", 1)).toBeUndefined();
});

test("a kind that draws outside templates is handed its element, and told when it goes", () => {
  const onDrawn = vi.fn();
  const onGone = vi.fn();
  const canvas: Kind = {
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
    afterDraw: onDrawn,
    beforeRemove: onGone,
  };
  knowKind("boxes", canvas);
  const currentTask = begin([{ id: "b", kind: "boxes", ask: "?" }]);
  const container = document.createElement("div");
  currentTask.settle(() => container);
  expect(onDrawn).toHaveBeenCalledWith(container, expect.objectContaining({ name: "wb-question" }));

  currentTask.show(null);
  currentTask.settle(() => null);
  expect(onGone).toHaveBeenCalledWith(container);
});

test("what is taken back, and taken again, is said with what stands then", () => {
  const many = { id: "k", kind: "choice", ask: "De quoi ?", multiple: true, choices };
  const currentTask = begin([many as object as Question]);
  currentTask.press("1");
  currentTask.press("2");
  currentTask.step(true);
  currentTask.step(true);
  currentTask.step(false);

  expect(messages).toEqual([
    "Défait. «\u00a0oui\u00a0»",
    "Défait. Choisissez au moins une réponse.",
    "Refait. «\u00a0oui\u00a0»",
  ]);
});

test("of questions that mark one picture, that in turn draws it, over what the others marked", () => {
  const photo = { as: "image", url: "/p", raw: "", width: 640, height: 420, alt: "" };
  const marking = { column: "photo", labels: [{ value: "a" }, { value: "b" }], least: 0, most: 9 };
  const questions = [
    { id: "roofs", kind: "polygons", ask: "?", ...marking },
    { id: "sure", kind: "choice", ask: "?", choices },
    { id: "outlines", kind: "polygons", ask: "?", ...marking },
  ] as object[] as Question[];
  const currentTask = begin(questions);
  currentTask.show({ ...task, cells: { photo } } as object as Task);
  currentTask.turnTo("roofs");
  const contexts = () => currentTask.slots.map((slot) => currentTask.contextOf(slot));
  for (const key of ["2", "i", "shift+arrowright", "i", "shift+arrowdown", "i", "o"])
    currentTask.press(key);
  expect(contexts().map(({ elsewhere }) => elsewhere ?? null)).toEqual([false, null, true]);

  currentTask.turnTo("outlines");
  const [roofs, , outlines] = contexts();
  expect([roofs?.elsewhere, outlines?.elsewhere]).toEqual([true, false]);
  expect(outlines?.beside).toEqual([
    {
      dye: 2,
      points: [
        [320, 210],
        [330, 210],
        [330, 220],
      ],
    },
  ]);

  currentTask.turnTo("sure");
  expect(contexts().map(({ elsewhere }) => elsewhere ?? null)).toEqual([true, null, false]);
});
