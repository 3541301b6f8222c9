/* Where a person stands in a text whose spans they mark: the word in hand, what is selected from there,
   the span chosen, the one a relation begins at. Nothing of it is an answer: it is kept beside the draft,
   and is no step to be undone. */

import { quote, cut as shorten } from "../shared/controls";
import type { Place } from "../shared/kind";
import { keepOr, labelIn, named, nearest, sticky } from "../shared/labels";
import {
  type Draft,
  draftOf,
  isNo,
  mark,
  type No,
  nudge,
  relabel,
  relate,
  remove,
  type Span,
  type Spanned,
} from "./model";
import { type Cut, cutOf, lastUpTo, type Token, tokenAt } from "./tokens";
import { wordsIn } from "./words";

export type Hand = {
  /** The word in hand; -1 before the first. */
  at: number;
  /** Where a selection began; null where nothing is selected. */
  from: number | null;
  /** The key of the span chosen. */
  chosen: string;
  edge: "start" | "end";
  /** The key of the span that a relation begins at. */
  link: string;
  /** It was brought there by keys: a label then marks the word itself. */
  byKeys: boolean;
};

type Here = Pick<Place, "asked" | "cells">;

const hands = new WeakMap<object, Map<string, Hand>>();

export function handOf({ asked, cells }: Here): Hand {
  const own = hands.get(cells) ?? new Map<string, Hand>();
  hands.set(cells, own);
  const hand: Hand = own.get(asked.id) ?? {
    at: -1,
    from: null,
    chosen: "",
    edge: "end",
    link: "",
    byKeys: false,
  };
  own.set(asked.id, hand);
  return hand;
}

export function textOf({ asked, cells }: Here): Cut {
  const { column = "", snap = "word" } = asked as Spanned;
  const shown = cells[column];
  return cutOf(shown?.as === "text" ? shown.value : "", snap);
}

export const relationIn = ({ relations = [] }: Spanned, value: string): string =>
  named(relations, value);

export const spanOf = (draft: Draft, key: string): Span | undefined =>
  draft.spans.find((each) => each.key === key);

export const saidOf = (place: Here & Pick<Place, "language">, span: Token): string =>
  quote(shorten(textOf(place).part(span), 40), place.language);

/** The words selected, as a place in the text. */
export function selected(place: Here): Token | null {
  const { at, from } = handOf(place);
  const { tokens } = textOf(place);
  if (from === null || at < 0) return null;
  const [first, last] = [tokens[Math.min(at, from)], tokens[Math.max(at, from)]];
  return first && last ? { start: first.start, end: last.end } : null;
}

/** The spans over a word, what is inside first. */
export const over = (draft: Draft, token: Token): Span[] =>
  draft.spans
    .filter(({ start, end }) => start < token.end && token.start < end)
    .sort((a, b) => a.end - a.start - (b.end - b.start));

export function whyNot(place: Place, { no, span }: No): string {
  const words = wordsIn(place.language);
  if (no === "overlap" && span) return words.overlap(saidOf(place, span));
  if (no === "most") return words.most((place.asked as Spanned).most ?? 0);
  return no === "self" ? words.self : words.twice;
}

const keep = (place: Place, said: Draft | No, say: string): boolean =>
  keepOr<No>(place, said, (no) => whyNot(place, no), { say });

function marked(place: Place, span: Token, label: string, isChosen: boolean): void {
  const { asked, language } = place;
  const hand = handOf(place);
  const draft = draftOf(place.draft);
  const said = mark(asked, draft, span, label);
  hand.from = null;
  hand.chosen = isChosen && !isNo(said) ? String(draft.next) : "";
  hand.edge = "end";
  const name = labelIn(asked as Spanned, label);
  keep(place, said, wordsIn(language).marked(saidOf(place, span), name));
}

/** Mark what lies between two words with the label in hand. */
export function sweep(place: Place, from: number, to: number): void {
  const hand = handOf(place);
  Object.assign(hand, { from, at: to, byKeys: false });
  const span = selected(place);
  if (span) marked(place, span, draftOf(place.draft).label, false);
}

/** A label is pressed: it names what is chosen, marks what is selected, else is taken in hand. */
export function name(place: Place, label: string): void {
  const { asked, language } = place;
  const hand = handOf(place);
  const draft = draftOf(place.draft);
  const chosen = spanOf(draft, hand.chosen);
  const token = textOf(place).tokens[hand.at];
  const span = selected(place) ?? (hand.byKeys && token ? token : null);
  const own = labelIn(asked as Spanned, label);
  sticky.set(asked.id, label);
  if (chosen) {
    const said = chosen.label === label ? draft : relabel(asked, draft, chosen.key, label);
    keep(place, said, wordsIn(language).marked(saidOf(place, chosen), own));
  } else if (span) marked(place, span, label, hand.byKeys);
  else place.set({ ...draft, label } as never, { say: own, joins: true });
}

/** A word is pressed: it ends a selection, chooses the span over it, else begins a selection. */
export function touch(place: Place, token: number): void {
  const hand = handOf(place);
  const draft = draftOf(place.draft);
  const here = textOf(place).tokens[token];
  if (!here) return;
  if (hand.from !== null) {
    sweep(place, hand.from, token);
    return;
  }
  const found = over(draft, here);
  const again = found.findIndex(({ key }) => key === hand.chosen);
  const next = found[again + 1] ?? ((place.asked as Spanned).overlap ? undefined : found[0]);
  Object.assign(hand, { at: token, byKeys: false });
  if (next) choose(place, next);
  else {
    Object.assign(hand, { chosen: "", from: token });
    place.say(wordsIn(place.language).last(saidOf(place, here)));
    place.redraw();
  }
}

/** Choose a span; where a relation was begun, it ends there. */
export function choose(place: Place, span: Span): void {
  const { asked, language } = place;
  const words = wordsIn(language);
  const hand = handOf(place);
  const draft = draftOf(place.draft);
  Object.assign(hand, { chosen: span.key, from: null, edge: "end" });
  hand.at = tokenAt(textOf(place), span.end - 1);
  const own = `${saidOf(place, span)}, ${labelIn(asked as Spanned, span.label)}`;
  const source = spanOf(draft, hand.link);
  const relations = (asked as Spanned).relations ?? [];
  if (source && source.key !== span.key) {
    if (relations.length === 1 && relations[0] && !hand.byKeys) join(place, relations[0].value);
    else {
      place.say(words.between(saidOf(place, source), own));
      place.redraw();
    }
    return;
  }
  place.say(own);
  place.redraw();
}

/** Go to the span before or after where one stands. */
export function neighbour(place: Place, by: -1 | 1): void {
  const draft = draftOf(place.draft);
  const hand = handOf(place);
  const { spans } = draft;
  if (!spans.length) {
    place.say(wordsIn(place.language).marks(0));
    return;
  }
  hand.byKeys = true;
  const here = textOf(place).tokens[hand.at]?.start ?? -1;
  const found = nearest(spans, hand.chosen, here, by);
  if (found) choose(place, found);
}

/** Go word by word, or by sentences; with a selection, or an edge of what is chosen. */
export function walk(place: Place, by: -1 | 1, isSentence: boolean, extends_: boolean): void {
  const hand = handOf(place);
  const cut = textOf(place);
  const draft = draftOf(place.draft);
  const chosen = spanOf(draft, hand.chosen);
  hand.byKeys = true;
  if (extends_ && chosen && !isSentence) {
    const { edge } = hand;
    const said = nudge(place.asked, draft, cut, { key: chosen.key, edge, by });
    const after = isNo(said) ? chosen : (spanOf(said, chosen.key) ?? chosen);
    hand.at = tokenAt(cut, edge === "end" ? after.end - 1 : after.start);
    keep(place, said, saidOf(place, after));
    return;
  }
  if (chosen) hand.at = tokenAt(cut, by > 0 ? chosen.end - 1 : chosen.start);
  const before = hand.at;
  hand.chosen = "";
  hand.at = isSentence ? sentence(cut, before, by, extends_) : before + by;
  hand.at = Math.max(0, Math.min(cut.tokens.length - 1, hand.at));
  if (extends_) hand.from ??= Math.max(0, before);
  else hand.from = null;
  place.say(toldHand(place));
  place.redraw();
}

function sentence({ sentences, tokens }: Cut, at: number, by: -1 | 1, extends_: boolean): number {
  const here = lastUpTo(sentences, at);
  if (by < 0)
    return (sentences[here] ?? 0) < at ? (sentences[here] ?? 0) : (sentences[here - 1] ?? 0);
  const next = sentences[here + 1] ?? tokens.length;
  return extends_ && at < next - 1 ? next - 1 : Math.min(next, tokens.length - 1);
}

/** What is in hand, for those who do not see it: the word or the selection, and the labels it has. */
export function toldHand(place: Place): string {
  const words = wordsIn(place.language);
  const asked = place.asked as Spanned;
  const span = selected(place);
  const { tokens } = textOf(place);
  if (span) return words.selected(saidOf(place, span));
  const token = tokens[handOf(place).at];
  if (!token) return words.empty;
  const own = over(draftOf(place.draft), token).map(({ label }) => labelIn(asked, label));
  return textOf(place).part(token) + (own.length ? words.inside(own.join(", ")) : "");
}

export function takeOut(place: Place, key: string): void {
  const draft = draftOf(place.draft);
  const span = spanOf(draft, key);
  const words = wordsIn(place.language);
  if (!span) {
    place.say(words.pick);
    return;
  }
  const hand = handOf(place);
  Object.assign(hand, { chosen: "", link: "" });
  place.set(remove(draft, key) as never, { say: words.gone(saidOf(place, span)) });
}

/** Begin a relation at the span chosen. */
export function link(place: Place): void {
  const hand = handOf(place);
  const draft = draftOf(place.draft);
  const words = wordsIn(place.language);
  const chosen = spanOf(draft, hand.chosen);
  if (chosen && draft.spans.length > 1) hand.link = chosen.key;
  place.say(
    !chosen
      ? words.pick
      : draft.spans.length < 2
        ? words.alone
        : words.linking(saidOf(place, chosen)),
  );
  place.redraw();
}

/** Draw the relation between where it began and what is chosen. */
export function join(place: Place, label: string): void {
  const hand = handOf(place);
  const draft = draftOf(place.draft);
  const words = wordsIn(place.language);
  const [from, to] = [spanOf(draft, hand.link), spanOf(draft, hand.chosen)];
  if (!from || !to) return;
  const said = relate(draft, { from: from.key, to: to.key, label });
  const own = relationIn(place.asked as Spanned, label);
  if (keep(place, said, words.related(saidOf(place, from), own, saidOf(place, to)))) {
    Object.assign(hand, { link: "", chosen: from.key });
    place.redraw();
  }
}

export function otherEdge(place: Place): void {
  const hand = handOf(place);
  const words = wordsIn(place.language);
  const chosen = spanOf(draftOf(place.draft), hand.chosen);
  if (chosen) hand.edge = hand.edge === "end" ? "start" : "end";
  place.say(chosen ? words.edgeNow[hand.edge] : words.pick);
  place.redraw();
}

/** Let go: of a relation begun, else of what is selected or chosen. */
export function letGo(place: Place): void {
  const hand = handOf(place);
  if (hand.link) hand.link = "";
  else Object.assign(hand, { from: null, chosen: "" });
  place.say(toldHand(place));
  place.redraw();
}
