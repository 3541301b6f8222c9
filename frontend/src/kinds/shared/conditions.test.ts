import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { answerWords, type Conditional, SAYS, whichAreAsked } from "./conditions";

type Vectors = {
  says: Record<string, string[]>;
  heard: [string, unknown, unknown[]][];
  cases: {
    name: string;
    questions: Conditional[];
    values: Record<string, unknown>;
    asked: Record<string, boolean | boolean[]>;
  }[];
};

const VECTORS: Vectors = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../../../tests/core/kinds/when.json"), "utf8"),
);

test("answers are read at the same places as on the server", () => {
  expect(SAYS).toEqual(VECTORS.says);
  for (const [kind, value, heard] of VECTORS.heard) expect(answerWords(kind, value)).toEqual(heard);
});

test.each(VECTORS.cases)("$name", ({ questions, values, asked: expected }) => {
  expect(whichAreAsked(questions, values)).toEqual(expected);
});

test("a kind that is not known says nothing", () => {
  expect(answerWords("dance", "x")).toEqual([]);
});
