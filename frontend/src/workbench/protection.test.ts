import { expect, test, vi } from "vitest";
import { isStale } from "../protocol/exposure";
import type { Task } from "../protocol/workbench";
import { Protection, Veil } from "./protection";
import type { Session } from "./session";

const task = (more: Partial<Task> = {}): Task => ({
  lease: 7,
  task: 1,
  key: "k",
  show: [],
  practice: false,
  lent_ms: 0,
  expires_ms: 900,
  question_version: 1,
  help: null,
  severity: 3,
  veiled: true,
  ...more,
});

test("only the time it was uncovered counts, rounded up", () => {
  let now = 0;
  const veil = new Veil(() => now);
  veil.show(7);
  now = 600;
  veil.turn(true);
  now = 900;
  veil.turn(false);
  now = 1_000;
  expect(veil.share(7)).toBe(300);
  veil.turn(true);
  now = 1_001;
  expect(veil.share(7)).toBe(301);
});

test("what never was uncovered weighs nothing, what the veil never covered weighs all", () => {
  let now = 0;
  const veil = new Veil(() => now);
  veil.show(7);
  now = 5_000;
  expect(veil.share(7)).toBe(0);
  expect(veil.share(8)).toBe(1_000);
});

test("each task begins covered", () => {
  const veil = new Veil(() => 0);
  veil.show(7);
  veil.turn(true);
  veil.show(8);
  expect(veil.open).toBe(false);
});

test("nothing is told of a task without a veil", () => {
  const care = new Protection(vi.fn(), {});
  expect(care.revealed(task({ veiled: false }))).toBeNull();
  expect(care.revealed(task())).toBe(1_000);
});

test("refusing lets go at once and is told until the server has heard it", async () => {
  const post = vi.fn().mockRejectedValueOnce(new Error("away")).mockResolvedValue(undefined);
  const care = new Protection(post, { decline: "decline" });
  const decisions: boolean[] = [];
  const session = {
    current: task(),
    screen: "task",
    keepOnly: (keep: (each: Task) => boolean) =>
      decisions.push(keep(task()), keep(task({ severity: 0 }))),
    lookAgain: vi.fn(),
  } as unknown as Session;
  await care.decline(session);
  await care.tell();
  await care.tell();
  expect(decisions).toEqual([false, true]);
  expect(post.mock.calls).toEqual([
    ["decline", { seen: [7] }],
    ["decline", { seen: [7] }],
  ]);
});

test("a harder task is said once, and a break is asked for", async () => {
  const post = vi.fn().mockResolvedValue(undefined);
  const care = new Protection(post, { rest: "rest", harder: "harder" });
  const harmless = task({ severity: 1 });
  await care.harder(harmless, 4);
  await care.rest();
  expect([harmless.severity, care.resting]).toEqual([4, true]);
  expect(post.mock.calls).toEqual([
    ["harder", { lease: 7, severity: 4 }],
    ["rest", {}],
  ]);
});

test("a hard task that ran out on a device that was away is not shown", () => {
  expect(isStale(task(), 900)).toBe(true);
  expect(isStale(task(), 899)).toBe(false);
  expect(isStale(task({ severity: 0 }), 900)).toBe(false);
});
