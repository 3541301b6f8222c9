/* Where a person stands in a text whose spans they mark: the word in hand, what is selected from there,
   the span chosen, the one a relation begins at. Nothing of it is an answer: it is kept beside the draft,
   and is no step to be undone. */

import { quote, cut as shorten } from "../shared/controls";
import type { QuestionContext } from "../shared/kind";
import { applyOrRefuse, labelIn, named, nearest, sticky } from "../shared/labels";
import {
  type Draft,
  draftOf,
  isRefused,
  mark,
  nudge,
  type RefusedChange,
  relabel,
  relate,
  remove,
  type Span,
  type SpansQuestion,
} from "./model";
import { type Cut, cutOf, lastUpTo, type Token, tokenAt } from "./tokens";
import { wordsIn } from "./words";

export type Cursor = {
  /** The word in hand; -1 before the first. */
  at: number;
  /** Where a selection began; null where nothing is selected. */
  from: number | null;
  /** The key of the span in hand: chosen, or marked last. */
  chosen: string;
  /** It was chosen, not just marked: only then does a label rename it. */
  picked: boolean;
  edge: "start" | "end";
  /** The key of the span that a relation begins at. */
  link: string;
  /** It was brought there by keys: a label then marks the word itself. */
  byKeys: boolean;
};

type Here = Pick<QuestionContext, "question" | "cells">;

const cursors = new WeakMap<object, Map<string, Cursor>>();

export function cursorOf({ question, cells }: Here): Cursor {
  const own = cursors.get(cells) ?? new Map<string, Cursor>();
  cursors.set(cells, own);
  const cursor: Cursor = own.get(question.id) ?? {
    at: -1,
    from: null,
    chosen: "",
    picked: false,
    edge: "end",
    link: "",
    byKeys: false,
  };
  own.set(question.id, cursor);
  return cursor;
}

export function textOf({ question, cells }: Here): Cut {
  const { column = "", snap = "word" } = question as SpansQuestion;
  const content = cells[column];
  return cutOf(content?.as === "text" ? content.value : "", snap);
}

export const relationIn = ({ relations = [] }: SpansQuestion, value: string): string =>
  named(relations, value);

export const spanOf = (draft: Draft, key: string): Span | undefined =>
  draft.spans.find((each) => each.key === key);

export const quoteSpan = (context: Here & Pick<QuestionContext, "language">, span: Token): string =>
  quote(shorten(textOf(context).part(span), 40), context.language);

/** The words selected, as a place in the text. */
export function selected(context: Here): Token | null {
  const { at, from } = cursorOf(context);
  const { tokens } = textOf(context);
  if (from === null || at < 0) return null;
  const [first, last] = [tokens[Math.min(at, from)], tokens[Math.max(at, from)]];
  return first && last ? { start: first.start, end: last.end } : null;
}

/** The spans over a word, what is inside first. */
export const spansOver = (draft: Draft, token: Token): Span[] =>
  draft.spans
    .filter(({ start, end }) => start < token.end && token.start < end)
    .sort((a, b) => a.end - a.start - (b.end - b.start));

export function explainRefusal(context: QuestionContext, { no, span }: RefusedChange): string {
  const words = wordsIn(context.language);
  if (no === "overlap" && span) return words.overlap(quoteSpan(context, span));
  if (no === "most") return words.most((context.question as SpansQuestion).most ?? 0);
  return no === "self" ? words.self : words.twice;
}

const keep = (context: QuestionContext, edited: Draft | RefusedChange, say: string): boolean =>
  applyOrRefuse<RefusedChange>(context, edited, (no) => explainRefusal(context, no), { say });

function marked(context: QuestionContext, span: Token, label: string, isChosen: boolean): void {
  const { question, language } = context;
  const cursor = cursorOf(context);
  const draft = draftOf(context.draft);
  const edited = mark(question, draft, span, label);
  cursor.from = null;
  cursor.chosen = isChosen && !isRefused(edited) ? String(draft.next) : "";
  cursor.picked = false;
  cursor.edge = "end";
  const name = labelIn(question as SpansQuestion, label);
  keep(context, edited, wordsIn(language).marked(quoteSpan(context, span), name));
}

/** Mark what lies between two words with the label in hand. */
export function sweep(context: QuestionContext, from: number, to: number): void {
  const cursor = cursorOf(context);
  Object.assign(cursor, { from, at: to, byKeys: false });
  const span = selected(context);
  if (span) marked(context, span, draftOf(context.draft).label, false);
}

/** A label is pressed: it marks what is selected, renames what was chosen, else is for what comes next. */
export function name(context: QuestionContext, label: string): void {
  const { question, language } = context;
  const cursor = cursorOf(context);
  const draft = draftOf(context.draft);
  const chosen = spanOf(draft, cursor.chosen);
  const token = textOf(context).tokens[cursor.at];
  const span = selected(context) ?? (cursor.byKeys && token ? token : null);
  const own = labelIn(question as SpansQuestion, label);
  sticky.set(question.id, label);
  if (chosen && cursor.picked) {
    const edited = chosen.label === label ? draft : relabel(question, draft, chosen.key, label);
    keep(context, edited, wordsIn(language).marked(quoteSpan(context, chosen), own));
  } else if (span && !chosen) marked(context, span, label, cursor.byKeys);
  else context.set({ ...draft, label } as never, { say: wordsIn(language).next(own), quiet: true });
}

/** A word is pressed: it ends a selection, chooses the span over it, else begins a selection. */
export function touch(context: QuestionContext, token: number): void {
  const cursor = cursorOf(context);
  const draft = draftOf(context.draft);
  const here = textOf(context).tokens[token];
  if (!here) return;
  if (cursor.from !== null) {
    sweep(context, cursor.from, token);
    return;
  }
  const spansHere = spansOver(draft, here);
  const again = spansHere.findIndex(({ key }) => key === cursor.chosen);
  const next =
    spansHere[again + 1] ??
    ((context.question as SpansQuestion).overlap ? undefined : spansHere[0]);
  Object.assign(cursor, { at: token, byKeys: false });
  if (next) choose(context, next);
  else {
    Object.assign(cursor, { chosen: "", from: token });
    context.say(wordsIn(context.language).last(quoteSpan(context, here)));
    context.redraw();
  }
}

/** Choose a span; where a relation was begun, it ends there. */
export function choose(context: QuestionContext, span: Span): void {
  const { question, language } = context;
  const words = wordsIn(language);
  const cursor = cursorOf(context);
  const draft = draftOf(context.draft);
  Object.assign(cursor, { chosen: span.key, picked: true, from: null, edge: "end" });
  cursor.at = tokenAt(textOf(context), span.end - 1);
  const own = `${quoteSpan(context, span)}, ${labelIn(question as SpansQuestion, span.label)}`;
  const source = spanOf(draft, cursor.link);
  const relations = (question as SpansQuestion).relations ?? [];
  if (source && source.key !== span.key) {
    if (relations.length === 1 && relations[0] && !cursor.byKeys) join(context, relations[0].value);
    else {
      context.say(words.between(quoteSpan(context, source), own));
      context.redraw();
    }
    return;
  }
  context.set({ ...draft, label: span.label } as never, { say: own, quiet: true });
}

/** Go to the span before or after where one stands. */
export function neighbour(context: QuestionContext, by: -1 | 1): void {
  const draft = draftOf(context.draft);
  const cursor = cursorOf(context);
  const { spans } = draft;
  if (!spans.length) {
    context.say(wordsIn(context.language).marks(0));
    return;
  }
  cursor.byKeys = true;
  const here = textOf(context).tokens[cursor.at]?.start ?? -1;
  const span = nearest(spans, cursor.chosen, here, by);
  if (span) choose(context, span);
}

/** Go word by word, or by sentences; with a selection, or an edge of what is chosen. */
export function walk(
  context: QuestionContext,
  by: -1 | 1,
  isSentence: boolean,
  extends_: boolean,
): void {
  const cursor = cursorOf(context);
  const cut = textOf(context);
  const draft = draftOf(context.draft);
  const chosen = spanOf(draft, cursor.chosen);
  cursor.byKeys = true;
  if (extends_ && chosen && !isSentence) {
    const { edge } = cursor;
    const edited = nudge(context.question, draft, cut, { key: chosen.key, edge, by });
    const after = isRefused(edited) ? chosen : (spanOf(edited, chosen.key) ?? chosen);
    cursor.at = tokenAt(cut, edge === "end" ? after.end - 1 : after.start);
    keep(context, edited, quoteSpan(context, after));
    return;
  }
  if (chosen) cursor.at = tokenAt(cut, by > 0 ? chosen.end - 1 : chosen.start);
  const before = cursor.at;
  cursor.chosen = "";
  cursor.at = isSentence ? sentence(cut, before, by, extends_) : before + by;
  cursor.at = Math.max(0, Math.min(cut.tokens.length - 1, cursor.at));
  if (extends_) cursor.from ??= Math.max(0, before);
  else cursor.from = null;
  context.say(describeCursor(context));
  context.redraw();
}

function sentence({ sentences, tokens }: Cut, at: number, by: -1 | 1, extends_: boolean): number {
  const here = lastUpTo(sentences, at);
  if (by < 0)
    return (sentences[here] ?? 0) < at ? (sentences[here] ?? 0) : (sentences[here - 1] ?? 0);
  const next = sentences[here + 1] ?? tokens.length;
  return extends_ && at < next - 1 ? next - 1 : Math.min(next, tokens.length - 1);
}

/** What is in hand, for those who do not see it: the word or the selection, and the labels it has. */
export function describeCursor(context: QuestionContext): string {
  const words = wordsIn(context.language);
  const question = context.question as SpansQuestion;
  const span = selected(context);
  const { tokens } = textOf(context);
  if (span) return words.selected(quoteSpan(context, span));
  const token = tokens[cursorOf(context).at];
  if (!token) return words.empty;
  const own = spansOver(draftOf(context.draft), token).map(({ label }) => labelIn(question, label));
  return textOf(context).part(token) + (own.length ? words.inside(own.join(", ")) : "");
}

export function removeSpan(context: QuestionContext, key: string): void {
  const draft = draftOf(context.draft);
  const span = spanOf(draft, key);
  const words = wordsIn(context.language);
  if (!span) {
    context.say(words.pick);
    return;
  }
  const cursor = cursorOf(context);
  Object.assign(cursor, { chosen: "", link: "" });
  context.set(remove(draft, key) as never, { say: words.gone(quoteSpan(context, span)) });
}

/** Begin a relation at the span chosen. */
export function link(context: QuestionContext): void {
  const cursor = cursorOf(context);
  const draft = draftOf(context.draft);
  const words = wordsIn(context.language);
  const chosen = spanOf(draft, cursor.chosen);
  if (chosen && draft.spans.length > 1) cursor.link = chosen.key;
  context.say(
    !chosen
      ? words.pick
      : draft.spans.length < 2
        ? words.alone
        : words.linking(quoteSpan(context, chosen)),
  );
  context.redraw();
}

/** Draw the relation between where it began and what is chosen. */
export function join(context: QuestionContext, label: string): void {
  const cursor = cursorOf(context);
  const draft = draftOf(context.draft);
  const words = wordsIn(context.language);
  const [from, to] = [spanOf(draft, cursor.link), spanOf(draft, cursor.chosen)];
  if (!from || !to) return;
  const edited = relate(draft, { from: from.key, to: to.key, label });
  const own = relationIn(context.question as SpansQuestion, label);
  if (keep(context, edited, words.related(quoteSpan(context, from), own, quoteSpan(context, to)))) {
    Object.assign(cursor, { link: "", chosen: from.key });
    context.redraw();
  }
}

export function switchEdge(context: QuestionContext): void {
  const cursor = cursorOf(context);
  const words = wordsIn(context.language);
  const chosen = spanOf(draftOf(context.draft), cursor.chosen);
  if (chosen) cursor.edge = cursor.edge === "end" ? "start" : "end";
  context.say(chosen ? words.edgeNow[cursor.edge] : words.pick);
  context.redraw();
}

/** Let go: of a relation begun, else of what is selected or chosen. */
export function deselect(context: QuestionContext): void {
  const cursor = cursorOf(context);
  if (cursor.link) cursor.link = "";
  else Object.assign(cursor, { from: null, chosen: "" });
  context.say(describeCursor(context));
  context.redraw();
}
