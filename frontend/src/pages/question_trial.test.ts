import { expect, test } from "vitest";
import { medianSeconds } from "./question_trial";

test("the middle time is kept, in whole seconds, never none", () => {
  expect(medianSeconds([4_200, 19_000, 6_900])).toBe(7);
  expect(medianSeconds([120])).toBe(1);
  expect(medianSeconds([3_000, 5_000])).toBe(3);
});
