/* What can be done to spans and the relations between them: pure changes of a draft, or why not. */
import type { Choice, Json, Question } from "../../protocol/questions";
import { firstLabel } from "../shared/labels";
import type { Cut, Token } from "./tokens";

export type SpansQuestion = Question & {
  labels: Choice[];
  relations?: Choice[];
  snap?: string;
  overlap?: boolean;
  column?: string;
  least?: number;
  most?: number;
};
export type Span = Token & { key: string; label: string };
export type Relation = { from: string; to: string; label: string };
export type Draft = { spans: Span[]; relations: Relation[]; label: string; next: number };
/** Why a change cannot be made: the span in the way, too many, or there already. */
export type RefusedChange = { no: "overlap" | "most" | "twice" | "self"; span?: Span };

export const draftOf = (draft: Json): Draft => draft as unknown as Draft;
export const isRefused = (edited: Draft | RefusedChange): edited is RefusedChange => "no" in edited;

export const emptyDraft = (question: Question): Draft => ({
  spans: [],
  relations: [],
  label: firstLabel(question),
  next: 1,
});

const byPlace = (span: Span, other: Span): number =>
  span.start - other.start ||
  span.end - other.end ||
  (span.label < other.label ? -1 : span.label > other.label ? 1 : 0);

export const ordered = (spans: readonly Span[]): Span[] => [...spans].sort(byPlace);

const isSame = (span: Span, other: Span): boolean => byPlace(span, other) === 0;

/** What stands against a span among others, where it would be one of them. */
function against(question: Question, span: Span, others: readonly Span[]): RefusedChange | null {
  const twin = others.find((each) => isSame(each, span));
  if (twin) return { no: "twice", span: twin };
  if ((question as SpansQuestion).overlap) return null;
  const near = others.find(({ start, end }) => start < span.end && span.start < end);
  return near ? { no: "overlap", span: near } : null;
}

export function mark(
  question: Question,
  draft: Draft,
  place: Token,
  label: string,
): Draft | RefusedChange {
  if (draft.spans.length >= ((question as SpansQuestion).most ?? Number.POSITIVE_INFINITY))
    return { no: "most" };
  const span = { key: String(draft.next), label, start: place.start, end: place.end };
  return (
    against(question, span, draft.spans) ?? {
      ...draft,
      spans: ordered([...draft.spans, span]),
      label,
      next: draft.next + 1,
    }
  );
}

function change(
  question: Question,
  draft: Draft,
  key: string,
  what: Partial<Span>,
): Draft | RefusedChange {
  const old = draft.spans.find((each) => each.key === key);
  if (!old) return draft;
  const span = { ...old, ...what };
  const others = draft.spans.filter((each) => each.key !== key);
  return against(question, span, others) ?? { ...draft, spans: ordered([...others, span]) };
}

export function relabel(
  question: Question,
  draft: Draft,
  key: string,
  label: string,
): Draft | RefusedChange {
  const edited = change(question, draft, key, { label });
  return isRefused(edited) ? edited : { ...edited, label };
}

/** Move an end of a span by one token; it stays as it is where it would become nothing. */
export function nudge(
  question: Question,
  draft: Draft,
  cut: Cut,
  { key, edge, by }: { key: string; edge: "start" | "end"; by: -1 | 1 },
): Draft | RefusedChange {
  const span = draft.spans.find((each) => each.key === key);
  if (!span) return draft;
  const places = cut.tokens.map((token) => token[edge]);
  const beyond =
    by > 0
      ? places.find((place) => place > span[edge])
      : places.filter((place) => place < span[edge]).at(-1);
  if (beyond === undefined) return draft;
  const moved = { ...span, [edge]: beyond };
  return moved.start < moved.end ? change(question, draft, key, { [edge]: beyond }) : draft;
}

export const remove = (draft: Draft, key: string): Draft => ({
  ...draft,
  spans: draft.spans.filter((each) => each.key !== key),
  relations: draft.relations.filter(({ from, to }) => from !== key && to !== key),
});

export function relate(draft: Draft, relation: Relation): Draft | RefusedChange {
  if (relation.from === relation.to) return { no: "self" };
  const same = ({ from, to, label }: Relation) =>
    from === relation.from && to === relation.to && label === relation.label;
  if (draft.relations.some(same)) return { no: "twice" };
  return { ...draft, relations: [...draft.relations, relation] };
}

export const unrelate = (draft: Draft, at: number): Draft => ({
  ...draft,
  relations: draft.relations.filter((_, place) => place !== at),
});

/** As the server keeps it: spans numbered as they begin, relations by those numbers. */
export function answerOf(draft: Draft): Json {
  const spans = ordered(draft.spans);
  const number = new Map(spans.map(({ key }, at) => [key, at + 1]));
  const relations = draft.relations
    .map(({ from, to, label }) => ({ from: number.get(from) ?? 0, to: number.get(to) ?? 0, label }))
    .sort((a, b) => a.from - b.from || a.to - b.to || (a.label < b.label ? -1 : 1));
  return {
    spans: spans.map(({ label, start, end }, at) => ({ id: String(at + 1), label, start, end })),
    relations: relations.map(({ from, to, label }) => ({
      from: String(from),
      to: String(to),
      label,
    })),
  };
}

type Answered = {
  spans: { id?: string; label: string; start: number; end: number }[];
  relations?: Relation[];
};

export function draftFrom(question: Question, answer: Json): Draft {
  const { spans, relations = [] } = answer as unknown as Answered;
  const own = spans.map(({ id, ...span }, at) => ({ key: id ?? String(at + 1), ...span }));
  return { ...emptyDraft(question), spans: ordered(own), relations, next: own.length + 1 };
}

/** On which line under the text each span is drawn: what is inside of another stands nearer to it. */
export function layers(spans: readonly Span[]): Map<string, number> {
  const layerOf = new Map<string, number>();
  const bySize = [...spans].sort((a, b) => a.end - a.start - (b.end - b.start) || byPlace(a, b));
  for (const span of bySize) {
    const used = bySize
      .filter((near) => layerOf.has(near.key) && near.start < span.end && span.start < near.end)
      .map((near) => layerOf.get(near.key));
    let layer = 0;
    while (used.includes(layer)) layer += 1;
    layerOf.set(span.key, layer);
  }
  return layerOf;
}
