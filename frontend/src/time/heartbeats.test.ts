import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { Beat } from "../protocol/beats";
import { canonical, Heartbeats, positionAfter } from "./heartbeats";
import { sha256 } from "./sha256";

function setUp() {
  const beats: Beat[] = [];
  const at = { ms: 0, visible: true, plays: false };
  const heartbeats = new Heartbeats({
    session: "s",
    surface: "item:1",
    keep: (beat) => beats.push(beat),
    mono: () => at.ms,
    visible: () => at.visible,
    focused: () => true,
    plays: () => at.plays,
  });
  const sign = (type: string, more: object = {}) =>
    heartbeats.sign({ type, isTrusted: true, ...more });
  return { beats, at, clock: heartbeats, sign };
}

test("our SHA-256 is everybody's", () => {
  for (const text of ["", "abc", "é".repeat(55), "x".repeat(64), "canut ".repeat(500)])
    expect(sha256(text)).toBe(createHash("sha256").update(text).digest("hex"));
});

test("events are counted by second and by sort, and nothing else of them is kept", () => {
  const { beats, at, clock: heartbeats, sign } = setUp();
  at.ms = 1_200;
  sign("keydown");
  sign("keydown");
  sign("pointermove");
  at.ms = 2_999;
  sign("touchstart");
  sign("wheel");
  at.ms = 15_000;

  heartbeats.tick();

  expect(beats[0]?.buckets).toEqual([
    [1, 2, 1, 0, 0],
    [2, 0, 0, 1, 1],
  ]);
  expect(beats[0]).toMatchObject({ seq: 0, mono_ms: 15_000, visible: true, surface: "item:1" });
});

test("made-up events and the echoes of a held key are no sign", () => {
  const { beats, at, clock: heartbeats, sign } = setUp();
  sign("keydown", { isTrusted: false });
  sign("keydown", { repeat: true });
  sign("copy");
  at.ms = 15_000;

  heartbeats.tick();

  expect(beats[0]?.buckets).toEqual([]);
});

test("each beat carries the hash of the one before", () => {
  const { beats, at, clock: heartbeats } = setUp();
  for (const ms of [15_000, 30_000, 45_000]) {
    at.ms = ms;
    heartbeats.tick();
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
  const { beats, at, clock: heartbeats } = setUp();
  at.ms = 4_000;
  heartbeats.see("instructions");
  heartbeats.see("instructions");
  at.ms = 9_000;
  heartbeats.see("item:2");

  expect(beats.map(({ surface, mono_ms }) => [surface, mono_ms])).toEqual([
    ["item:1", 4_000],
    ["instructions", 9_000],
  ]);
});

test("a hidden page, or twenty minutes without a sign, beats no more", () => {
  const { beats, at, clock: heartbeats } = setUp();
  at.visible = false;
  at.ms = 15_000;
  heartbeats.tick();
  at.visible = true;
  at.ms = 1_300_000;
  heartbeats.tick();

  expect(beats).toEqual([]);
});

test("nineteen minutes without a sign still beat: silence is doubled with assistive technology", () => {
  const { beats, at, clock: heartbeats } = setUp();
  at.ms = 19 * 60_000;
  heartbeats.tick();

  expect(beats).toHaveLength(1);
});

test("what plays is counted, from when it is heard to when it stops", () => {
  const { beats, at, clock: heartbeats } = setUp();
  const seconds = (from: number, to: number) => {
    for (at.ms = from; at.ms <= to; at.ms += 1_000) heartbeats.tick();
  };
  seconds(1_000, 4_000);
  at.plays = true;
  seconds(5_000, 9_000);
  at.plays = false;
  seconds(10_000, 15_000);

  expect(beats[0]?.media_ms).toBe(5_000);
});

test("a hidden page that plays goes on beating", () => {
  const { beats, at, clock: heartbeats } = setUp();
  at.visible = false;
  at.plays = true;
  for (at.ms = 1_000; at.ms <= 15_000; at.ms += 1_000) heartbeats.tick();

  expect(beats.map(({ media_ms, visible }) => [media_ms, visible])).toEqual([[14_000, false]]);
});

test("a page frozen while the phone is locked says what played when it wakes", () => {
  const { beats, at, clock: heartbeats } = setUp();
  at.plays = true;
  at.ms = 1_000;
  heartbeats.tick();
  at.visible = false;
  heartbeats.close();
  at.ms = 121_000;
  heartbeats.tick();

  expect(beats.map(({ media_ms, visible }) => [media_ms, visible])).toEqual([
    [0, false],
    [120_000, false],
  ]);
});

test("sound and video of the page are heard, paused ones are not", () => {
  const beats: Beat[] = [];
  let ms = 0;
  const heartbeats = new Heartbeats({
    session: "s",
    surface: "item:1",
    keep: (b) => beats.push(b),
    mono: () => ms,
  });
  const sound = document.body.appendChild(document.createElement("audio"));
  const state = { paused: false, ended: false, readyState: 4 };
  for (const name of ["paused", "ended", "readyState"] as const)
    Object.defineProperty(sound, name, { get: () => state[name] });
  heartbeats.tick();
  ms = 5_000;
  heartbeats.tick();
  state.paused = true;
  ms = 15_000;
  heartbeats.tick();
  sound.remove();

  expect(beats[0]?.media_ms).toBe(15_000);
});

test("a beat holds what the list allows, and nothing beside it", () => {
  const { beats, at, clock: heartbeats, sign } = setUp();
  at.ms = 1_000;
  sign("keydown", { key: "secret", clientX: 12, target: "field" });
  at.ms = 15_000;
  heartbeats.tick();

  expect(Object.keys(beats[0] ?? {}).sort()).toEqual(
    "buckets focused media_ms mono_ms previous seq session surface visible".split(" "),
  );
  expect(JSON.stringify(beats)).not.toMatch(/secret|clientX|field/);
});

test("a page that opens again goes on with the chain of its beats, and counts nothing between", () => {
  const first = setUp();
  first.at.ms = 15_000;
  first.clock.tick();
  const beats: Beat[] = [];
  let ms = 600_000;

  const heartbeats = new Heartbeats({
    session: "s",
    surface: "item:2",
    after: positionAfter(first.beats[0] as Beat),
    keep: (beat) => beats.push(beat),
    mono: () => ms,
  });
  ms = 615_000;
  heartbeats.sign({ type: "keydown", isTrusted: true });
  heartbeats.tick();

  expect(heartbeats.stand.seq).toBe(2);
  expect(beats[0]).toMatchObject({
    seq: 1,
    mono_ms: 615_000,
    previous: first.clock.stand.previous,
  });
});
