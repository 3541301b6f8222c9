/* What can be done to segments of a sound: pure changes of a draft, or why not; times in words; and the
   loudness of a sound, as it is drawn. Times are seconds, kept to the millisecond. */

import { comma } from "../../i18n/format";
import { localeOf } from "../../i18n/languages";
import type { Choice, Json, Language, Question } from "../../protocol/questions";
import { firstLabel } from "../shared/labels";

export type AudioQuestion = Question & {
  labels: Choice[];
  transcript?: boolean;
  overlap?: boolean;
  column?: string;
  least?: number;
  most?: number;
};
export type Segment = { key: string; label: string; start: number; end: number; text: string };
export type Draft = { segments: Segment[]; label: string; next: number };
export type RefusedChange = { no: "overlap" | "most" | "twice" | "short" };
export type Edge = "start" | "end";

/** Shorter than this nobody hears. */
export const SHORTEST = 0.02;
export const LONGEST_TEXT = 2_000;

export const draftOf = (draft: Json): Draft => draft as unknown as Draft;
export const isRefused = (edited: Draft | RefusedChange): edited is RefusedChange => "no" in edited;
export const tidyTime = (seconds: number): number => Math.round(seconds * 1000) / 1000;
export const tidyText = (typed: string): string =>
  typed.normalize("NFC").replace(/\r\n?/g, "\n").trim();

export const emptyDraft = (question: Question): Draft => ({
  segments: [],
  label: firstLabel(question),
  next: 1,
});

const byTime = (segment: Segment, other: Segment): number =>
  segment.start - other.start ||
  segment.end - other.end ||
  (segment.label < other.label ? -1 : segment.label > other.label ? 1 : 0);

export const ordered = (segments: readonly Segment[]): Segment[] => [...segments].sort(byTime);

function against(
  question: Question,
  segment: Segment,
  others: readonly Segment[],
): RefusedChange | null {
  if (segment.end - segment.start < SHORTEST) return { no: "short" };
  if (others.some((each) => byTime(each, segment) === 0 && each.text === segment.text))
    return { no: "twice" };
  if ((question as AudioQuestion).overlap ?? true) return null;
  const meets = others.some(({ start, end }) => start < segment.end && segment.start < end);
  return meets ? { no: "overlap" } : null;
}

export function place(
  question: Question,
  draft: Draft,
  span: { start: number; end: number },
  label: string,
): Draft | RefusedChange {
  if (draft.segments.length >= ((question as AudioQuestion).most ?? Number.POSITIVE_INFINITY))
    return { no: "most" };
  const [start, end] = [Math.min(span.start, span.end), Math.max(span.start, span.end)];
  const key = String(draft.next);
  const segment = { key, label, start: tidyTime(Math.max(0, start)), end: tidyTime(end), text: "" };
  return (
    against(question, segment, draft.segments) ?? {
      segments: ordered([...draft.segments, segment]),
      label,
      next: draft.next + 1,
    }
  );
}

export function change(
  question: Question,
  draft: Draft,
  key: string,
  what: Partial<Segment>,
): Draft | RefusedChange {
  const old = draft.segments.find((each) => each.key === key);
  if (!old) return draft;
  const segment = { ...old, ...what };
  const others = draft.segments.filter((each) => each.key !== key);
  return (
    against(question, segment, others) ?? { ...draft, segments: ordered([...others, segment]) }
  );
}

/** Move one end, or the whole, by some seconds; never out of the sound. */
export function nudge(
  question: Question,
  draft: Draft,
  key: string,
  edge: Edge | "both",
  by: number,
  length: number,
): Draft | RefusedChange {
  const old = draft.segments.find((each) => each.key === key);
  if (!old) return draft;
  const most = length || Number.POSITIVE_INFINITY;
  const inside = (time: number) => tidyTime(Math.max(0, Math.min(most, time)));
  if (edge === "both") {
    const shift = Math.max(-old.start, Math.min(most - old.end, by));
    const [start, end] = [tidyTime(old.start + shift), tidyTime(old.end + shift)];
    return change(question, draft, key, { start, end });
  }
  return change(question, draft, key, { [edge]: inside(old[edge] + by) });
}

export const remove = (draft: Draft, key: string): Draft => ({
  ...draft,
  segments: draft.segments.filter((each) => each.key !== key),
});

export function answerOf(question: Question, draft: Draft): Json {
  const isWritten = (question as AudioQuestion).transcript;
  return ordered(draft.segments).map(({ label, start, end, text }) => ({
    label,
    start,
    end,
    ...(isWritten ? { text: tidyText(text) } : {}),
  }));
}

export function draftFrom(question: Question, answer: Json): Draft {
  const stored = answer as unknown as Omit<Segment, "key">[];
  const segments = stored.map((each, at) => ({
    ...each,
    key: String(at + 1),
    text: each.text ?? "",
  }));
  return { ...emptyDraft(question), segments: ordered(segments), next: segments.length + 1 };
}

/** On which line each segment is drawn, so that voices at once do not hide each other. */
export function lanes(segments: readonly Segment[]): Map<string, number> {
  const ends: number[] = [];
  const laneOf = new Map<string, number>();
  for (const { key, start, end } of ordered(segments)) {
    const free = ends.findIndex((before) => before <= start);
    const lane = free < 0 ? ends.length : free;
    ends[lane] = end;
    laneOf.set(key, lane);
  }
  return laneOf;
}

/** As a clock shows it: 1:05,3 in French, 1:05.3 in English. */
export function clock(seconds: number, language: Language): string {
  const whole = Math.max(0, Math.round(seconds * 100));
  const [minutes, hundredths] = [Math.floor(whole / 6_000), whole % 6_000];
  const [units, parts] = [Math.floor(hundredths / 100), hundredths % 100];
  return `${minutes}:${String(units).padStart(2, "0")}${comma(language)}${String(parts).padStart(2, "0")}`;
}

/** As it is said: “1 minute 5,3 s”. */
export function spoken(seconds: number, language: Language): string {
  const tenths = Math.max(0, Math.round(seconds * 100) / 100);
  const minutes = Math.floor(tenths / 60);
  const secondsText = new Intl.NumberFormat(localeOf(language), {
    maximumFractionDigits: 2,
  }).format(tidyTime(tenths - 60 * minutes));
  return `${minutes ? `${minutes} min ` : ""}${secondsText} s`;
}

/** How many peaks are kept of each second. */
export const A_SECOND = 100;
const AT_ONCE = 1_000_000;

/** The loudest sample of each hundredth of a second, from 0 to 1. */
export function peaksIn(
  samples: Float32Array,
  rate: number,
  peaks: Float32Array,
  from: number,
  to: number,
): void {
  for (let at = from; at < to; at += 1) {
    const place = Math.floor((at * A_SECOND) / rate);
    const loud = Math.abs(samples[at] as number);
    if (loud > (peaks[place] ?? 1)) peaks[place] = loud;
  }
}

/** The same of a whole sound, a part at a time, so that the page never stands still. */
export async function peaksOf(
  channels: readonly Float32Array[],
  rate: number,
  pause: () => Promise<void>,
): Promise<Float32Array> {
  const long = Math.max(0, ...channels.map(({ length }) => length));
  const peaks = new Float32Array(Math.ceil((long * A_SECOND) / rate));
  for (const samples of channels)
    for (let from = 0; from < samples.length; from += AT_ONCE) {
      peaksIn(samples, rate, peaks, from, Math.min(samples.length, from + AT_ONCE));
      await pause();
    }
  return peaks;
}

/** What part of a sound is seen, zoomed in about a moment; the whole where it is not. */
export function windowOf(
  length: number,
  zoom: number,
  about: number,
  left: number,
): { left: number; span: number } {
  const span = Math.max(0.5, length / 2 ** zoom);
  const most = Math.max(0, length - span);
  const start = about < left || about > left + span ? about - span / 4 : left;
  return { left: Math.max(0, Math.min(most, start)), span };
}
