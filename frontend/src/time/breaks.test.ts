import { expect, test } from "vitest";
import { BreakTimer, extendStreak, isOffered, mayWait, type WorkStreak } from "./breaks";

const MINUTE = 60_000;

/** Hands that move every so often from minute 0 on; returns them as they are at the end. */
function work(
  minutes: number,
  every = MINUTE,
  initial: WorkStreak | null = null,
  from = 0,
): WorkStreak {
  let streak = initial;
  for (let at = from; at <= from + minutes * MINUTE; at += every) streak = extendStreak(streak, at);
  return streak as WorkStreak;
}

test("a break is offered after an hour without rest, not before", () => {
  expect(isOffered(work(59), 59 * MINUTE)).toBe(false);
  expect(isOffered(work(60), 60 * MINUTE)).toBe(true);
});

test("five minutes of rest begin the hour anew", () => {
  const rested = work(30, MINUTE, work(55), 60 * MINUTE);

  expect(rested.since).toBe(60 * MINUTE);
  expect(isOffered(rested, 90 * MINUTE)).toBe(false);
});

test("a break put off comes back after ten minutes in all", () => {
  const later = { ...work(62), put_off: 62 * MINUTE };

  expect(isOffered(later, 66 * MINUTE)).toBe(false);
  expect(isOffered({ ...later, last: 70 * MINUTE }, 70 * MINUTE)).toBe(true);
  expect(mayWait(later, 69 * MINUTE)).toBe(true);
  expect(mayWait(later, 70 * MINUTE)).toBe(false);
});

test("hands are remembered from page to page, each person's apart", () => {
  localStorage.clear();
  new BreakTimer("1").moved(5_000);
  new BreakTimer("1").moved(65_000);

  expect(new BreakTimer("1").hands).toEqual({ since: 5_000, last: 65_000, put_off: 0 });
  expect(new BreakTimer("2").hands).toBeNull();
});
