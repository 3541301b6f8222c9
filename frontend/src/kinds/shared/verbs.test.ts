import { expect, test } from "vitest";
import { ask } from "../../../test/kind";
import { fetchKinds, KINDS, kindOf } from "../register";
import { RESERVED } from "./keyboard";
import { VERBS } from "./verbs";

const LABELS = [{ value: "a", label: "Alpha" }];
const MARKS = { labels: LABELS, least: 0, most: 9, column: "x" };
const QUESTIONS = [
  ask("boxes", MARKS),
  ask("polygons", MARKS),
  ask("keypoints", { ...MARKS, points: [{ value: "nose" }], skeleton: [] }),
  ask("spans", { ...MARKS, relations: [{ value: "in" }], snap: "word", overlap: false }),
  ask("audio", { ...MARKS, transcript: true, overlap: true }),
];

/** What each kind of marks has on which key: everything that is no label and no arrow. */
async function wishes(): Promise<[string, string, string][]> {
  await fetchKinds(Object.keys(KINDS), "en");
  return QUESTIONS.flatMap((question) => {
    const kind = kindOf(question);
    const cells = {};
    const draft = kind.draftFrom(
      question,
      question.kind === "spans" ? { spans: [], relations: [] } : [],
      cells,
    );
    return kind
      .commands({ question, cells, draft, language: "en" })
      .flatMap(({ id, wish }): [string, string, string][] =>
        wish && !wish.includes("arrow") ? [[question.kind, id, wish]] : [],
      );
  });
}

test("a verb has one key, no two verbs share one, and none is a key of every task", () => {
  const keys = Object.values(VERBS);
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys.filter((key) => RESERVED.has(key))).toEqual([]);
});

test("every key of marks is that of a verb, whatever the kind", async () => {
  const verbs: readonly string[] = Object.values(VERBS);
  expect((await wishes()).filter(([, , wish]) => !verbs.includes(wish))).toEqual([]);
});

test("what goes to the next and the one before is the same everywhere, and Space plays", async () => {
  const all = await wishes();
  const on = (key: string) => new Set(all.filter(([, , wish]) => wish === key).map(([, id]) => id));
  expect(on(VERBS.play)).toEqual(new Set(["play"]));
  expect(on(VERBS.next)).toEqual(new Set(["after"])); // of pictures once there are some
  expect(on(VERBS.delete)).toEqual(new Set(["remove"]));
  expect(on(VERBS.nearer)).toEqual(new Set(["bigger", "nearer"]));
});
