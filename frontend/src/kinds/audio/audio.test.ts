import { expect, test } from "vitest";
import { ask, tried } from "../../../test/kind";
import {
  A_SECOND,
  type AudioQuestion,
  clock,
  type Draft,
  emptyDraft,
  isRefused,
  lanes,
  nudge,
  peaksOf,
  place,
  type Segment,
  spoken,
  windowOf,
} from "./model";
import { playerOf } from "./player";

const question = (more: object = {}) =>
  ask("audio", {
    labels: [
      { value: "a", label: "Première voix" },
      { value: "b", label: "Seconde voix" },
    ],
    transcript: false,
    overlap: true,
    column: "sound",
    least: 0,
    most: 1000,
    ...more,
  }) as AudioQuestion;
const cells = () => ({ sound: { as: "audio" as const, url: "/media/p/0" } });
const addSegment = (question: AudioQuestion, draft: Draft, start: number, end: number) => {
  const edited = place(question, draft, { start, end }, "a");
  if (isRefused(edited)) throw new Error(edited.no);
  return edited;
};

test("times: written as on a clock, and said in words", () => {
  expect(clock(65.304, "fr")).toBe("1:05,30");
  expect(clock(65.304, "en")).toBe("1:05.30");
  expect(clock(59.999, "en")).toBe("1:00.00");
  expect(spoken(65.3, "fr")).toBe("1 min 5,3 s");
  expect(spoken(3, "en")).toBe("3 s");
});

test("segments: an end before its start is turned, nothing is shorter than can be heard", () => {
  const schema = question();
  expect(addSegment(schema, emptyDraft(schema), 2, 0.5).segments).toMatchObject([
    { start: 0.5, end: 2 },
  ]);
  expect(place(schema, emptyDraft(schema), { start: 1, end: 1.01 }, "a")).toEqual({ no: "short" });
});

test("segments: two overlap only where they may; too many are refused", () => {
  const apart = question({ overlap: false });
  const draft = addSegment(apart, emptyDraft(apart), 0, 2);
  expect(place(apart, draft, { start: 1, end: 3 }, "b")).toEqual({ no: "overlap" });
  expect(addSegment(apart, draft, 2, 3).segments).toHaveLength(2);
  expect(addSegment(question(), draft, 1, 3).segments).toHaveLength(2);
  expect(place(question({ most: 1 }), draft, { start: 4, end: 5 }, "a")).toEqual({ no: "most" });
});

test("segments: edges stay in the sound and apart, the whole moves with its length", () => {
  const schema = question();
  const draft = addSegment(schema, emptyDraft(schema), 1, 2);
  expect(nudge(schema, draft, "1", "end", 9, 4)).toMatchObject({
    segments: [{ start: 1, end: 4 }],
  });
  expect(nudge(schema, draft, "1", "start", -9, 4)).toMatchObject({ segments: [{ start: 0 }] });
  expect(nudge(schema, draft, "1", "end", -1, 4)).toEqual({ no: "short" });
  expect(nudge(schema, draft, "1", "both", 9, 4)).toMatchObject({
    segments: [{ start: 3, end: 4 }],
  });
});

test("timeline: voices at once have lines of their own", () => {
  const segment = (key: string, start: number, end: number): Segment => ({
    key,
    label: "a",
    start,
    end,
    text: "",
  });
  const laneOf = lanes([segment("x", 0, 2), segment("y", 1, 3), segment("z", 2, 4)]);

  expect([laneOf.get("x"), laneOf.get("y"), laneOf.get("z")]).toEqual([0, 1, 0]);
});

test("timeline: a part of the sound is seen, about where one listens", () => {
  expect(windowOf(60, 0, 30, 0)).toEqual({ left: 0, span: 60 });
  expect(windowOf(60, 2, 5, 0)).toEqual({ left: 0, span: 15 });
  expect(windowOf(60, 2, 40, 0).left).toBeCloseTo(36.25);
  expect(windowOf(60, 2, 59, 0).left).toBe(45);
});

test("wave: the loudest of each hundredth of a second, a part at a time", async () => {
  const rate = 8_000;
  const samples = new Float32Array(3 * rate * 60).fill(0.25);
  samples[rate + 3] = -0.75;
  let rests = 0;
  const peaks = await peaksOf([samples], rate, async () => {
    rests += 1;
  });

  expect(peaks).toHaveLength(180 * A_SECOND);
  expect([peaks[0], peaks[A_SECOND], peaks[A_SECOND + 1]]).toEqual([0.25, 0.75, 0.25]);
  expect(rests).toBe(2);
});

/** A sound that is not there, whose time goes where it is told. */
function silent(page: Awaited<ReturnType<typeof tried>>, schema: AudioQuestion): void {
  const player = playerOf({ question: schema, cells: page.sheet.cells });
  player.sound = { currentTime: 0, duration: 10, paused: true } as HTMLAudioElement;
}

test("audio: placed, nudged, renamed and taken out by keys alone", async () => {
  const schema = question();
  const page = await tried(schema, cells());
  silent(page, schema);
  page.press("o");
  expect(page.said.at(-1)).toBe("Marquez d’abord le début.");
  page.press("arrowright", "i", "shift+arrowright", "o");
  expect(page.answer).toEqual([{ label: "a", start: 0.1, end: 1.1 }]);
  expect(page.said.at(-1)).toBe("Première voix, de 0,1 s à 1,1 s");

  page.press("2");
  expect(page.answer).toMatchObject([{ label: "a" }]);
  page.press("p", "2", "arrowright", "shift+arrowright", "e", "arrowright");
  expect(page.answer).toEqual([{ label: "b", start: 0.2, end: 2.2 }]);
  page.press("escape", "p", "x");
  expect(page.answer).toEqual([]);
  page.sheet.undo();
  expect(page.answer).toEqual([{ label: "b", start: 0.2, end: 2.2 }]);
});

test("audio: what is said is written segment by segment, and comes back", async () => {
  const schema = question({ transcript: true, least: 1 });
  const answer = [{ label: "a", start: 0, end: 1.5, text: "Bonjour." }];
  const page = await tried(schema, cells(), { values: { q: answer } });
  expect(page.answer).toEqual(answer);

  page.type("  Bonjour à vous.  ");
  expect(page.answer).toMatchObject([{ text: "Bonjour à vous." }]);
  silent(page, schema);
  page.press("n", "delete");
  expect(page.answer).toBeUndefined();
  expect(page.lacks).toBe("Placez encore un segment.");
  expect(page.told(answer)).toBe("Première voix, de 0 s à 1,5 s");
});

test("audio: no key of another is taken", async () => {
  const page = await tried(question({ transcript: true }), cells());
  const keys = [...page.place().keys.values()].filter(Boolean);

  expect(new Set(keys).size).toBe(keys.length);
});

test("sounds to compare or to put in order are heard where they stand", async () => {
  const sound = (url: string) => ({ as: "audio" as const, url });
  const pair = await tried(ask("pair", { a: "x", b: "y", tie: true, reasons: [] }), {
    x: sound("/one"),
    y: sound("/two"),
  });
  const players = [...pair.draw().querySelectorAll("audio")];
  expect(players.map((each) => each.getAttribute("src"))).toEqual(["/one", "/two"]);
  expect(players[0]?.getAttribute("aria-labelledby")).toBe("wb-question-A");

  const items = [{ value: "x" }, { value: "y" }];
  const order = await tried(ask("ranking", { items, as: "audio" }), { x: sound("/one") });
  expect(order.draw().querySelectorAll("audio")).toHaveLength(1);
});
