import { beforeEach, expect, test } from "vitest";
import { DayClock } from "./day_clock";

beforeEach(() => localStorage.clear());

const at = { now: 1_700_000_000_000, visible: true };
const open = (measured: number) =>
  new DayClock({ person: 7, measured, now: () => at.now, visible: () => at.visible });

test("what is measured grows while somebody is there, by a minute of silence at most", () => {
  const clock = open(10_000);
  at.now += 5_000;
  clock.sign();
  expect(clock.ms).toBe(15_000);

  at.now += 300_000;
  expect(clock.ms).toBe(75_000);
  clock.sign();
  at.now += 1_000;
  expect(clock.ms).toBe(76_000);
});

test("a page that is hidden counts nothing", () => {
  const clock = open(0);
  at.now += 2_000;
  at.visible = false;
  clock.turned();
  at.now += 30_000;
  at.visible = true;
  clock.turned();
  at.now += 1_000;
  expect(clock.ms).toBe(3_000);
});

test("opened again where the server has measured less, it stands still and never goes back", () => {
  const clock = open(100_000);
  at.now += 20_000;
  expect(clock.ms).toBe(120_000);

  const again = open(105_000);
  expect(again.ms).toBe(120_000);
  at.now += 10_000;
  expect(again.ms).toBe(120_000);
  at.now += 10_000;
  again.sign();
  expect(again.ms).toBe(125_000);
});

test("another day begins with what the server says of it", () => {
  open(100_000).sign();
  at.now += 48 * 3_600_000;
  expect(open(4_000).ms).toBe(4_000);
});
