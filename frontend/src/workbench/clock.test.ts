import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { Clock, canonical } from "./clock";
import { sha256 } from "./sha256";
import type { Beat } from "./wire";

function setUp() {
  const beats: Beat[] = [];
  const at = { ms: 0, visible: true };
  const clock = new Clock({
    session: "s",
    surface: "item:1",
    keep: (beat) => beats.push(beat),
    mono: () => at.ms,
    visible: () => at.visible,
    focused: () => true,
  });
  const sign = (type: string, more: object = {}) => clock.sign({ type, isTrusted: true, ...more });
  return { beats, at, clock, sign };
}

test("our SHA-256 is everybody's", () => {
  for (const text of ["", "abc", "é".repeat(55), "x".repeat(64), "canut ".repeat(500)])
    expect(sha256(text)).toBe(createHash("sha256").update(text).digest("hex"));
});

test("events are counted by second and by sort, and nothing else of them is kept", () => {
  const { beats, at, clock, sign } = setUp();
  at.ms = 1_200;
  sign("keydown");
  sign("keydown");
  sign("pointermove");
  at.ms = 2_999;
  sign("touchstart");
  sign("wheel");
  at.ms = 15_000;

  clock.tick();

  expect(beats[0]?.buckets).toEqual([
    [1, 2, 1, 0, 0],
    [2, 0, 0, 1, 1],
  ]);
  expect(beats[0]).toMatchObject({ seq: 0, mono_ms: 15_000, visible: true, surface: "item:1" });
});

test("made-up events and the echoes of a held key are no sign", () => {
  const { beats, at, clock, sign } = setUp();
  sign("keydown", { isTrusted: false });
  sign("keydown", { repeat: true });
  sign("copy");
  at.ms = 15_000;

  clock.tick();

  expect(beats[0]?.buckets).toEqual([]);
});

test("each beat carries the hash of the one before", () => {
  const { beats, at, clock } = setUp();
  for (const ms of [15_000, 30_000, 45_000]) {
    at.ms = ms;
    clock.tick();
  }

  expect(beats.map(({ seq }) => seq)).toEqual([0, 1, 2]);
  expect(beats[0]?.previous).toBe("");
  for (const [i, beat] of beats.slice(1).entries()) {
    const before = canonical(beats[i]);
    expect(beat.previous).toBe(createHash("sha256").update(before).digest("hex"));
  }
});

test("the canonical form sorts names and writes whole numbers plainly", () => {
  const beat = { seq: 0, buckets: [[1, 2, 0, 0, 0]], session: "s", focused: false };

  expect(canonical(beat)).toBe('{"buckets":[[1,2,0,0,0]],"focused":false,"seq":0,"session":"s"}');
});

test("a beat ends when another thing comes in view", () => {
  const { beats, at, clock } = setUp();
  at.ms = 4_000;
  clock.see("instructions");
  clock.see("instructions");
  at.ms = 9_000;
  clock.see("item:2");

  expect(beats.map(({ surface, mono_ms }) => [surface, mono_ms])).toEqual([
    ["item:1", 4_000],
    ["instructions", 9_000],
  ]);
});

test("a hidden page, or ten minutes without a sign, beats no more", () => {
  const { beats, at, clock } = setUp();
  at.visible = false;
  at.ms = 15_000;
  clock.tick();
  at.visible = true;
  at.ms = 700_000;
  clock.tick();

  expect(beats).toEqual([]);
});
