import { expect, test } from "vitest";
import { timeInWords, uncounted } from "./correct_time";

test("what is counted already is not asked for again", () => {
  expect(uncounted(0, 120, [[37, 74]])).toBe(83);
  expect(
    uncounted(0, 120, [
      [0, 60],
      [60, 200],
    ]),
  ).toBe(0);
  expect(uncounted(60, 120, [[200, 300]])).toBe(60);
});

test("times are written as pages write them", () => {
  const plain = (seconds: number) => timeInWords(seconds).replaceAll("\u00a0", " ");
  expect([9, 60, 83, 540, 3_660].map(plain)).toEqual([
    "9 s",
    "1 min",
    "1 min 23",
    "9 min",
    "1 h 01",
  ]);
});
