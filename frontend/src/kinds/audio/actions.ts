/* What a person does to the segments of a sound: by keys, by buttons, by a finger on the wave. */

import type { QuestionContext } from "../shared/kind";
import { applyOrRefuse, labelIn, nearest, sticky } from "../shared/labels";
import {
  type AudioQuestion,
  change,
  clock,
  type Draft,
  draftOf,
  type Edge,
  isRefused,
  nudge,
  place as put,
  type RefusedChange,
  remove,
  type Segment,
  spoken,
} from "./model";
import { lengthOf, type Player, playerOf, seek, timeOf } from "./player";
import { wordsIn } from "./words";

const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];

export const segmentOf = (draft: Draft, key: string): Segment | undefined =>
  draft.segments.find((each) => each.key === key);

type Speaking = Pick<QuestionContext, "question" | "language">;

/** A segment in words: its label, and from when to when. */
export function describe({ question, language }: Speaking, { label, start, end }: Segment): string {
  const words = wordsIn(language);
  const span = words.span(spoken(start, language), spoken(end, language));
  return `${labelIn(question as AudioQuestion, label)}, ${span}`;
}

function explainRefusal(context: QuestionContext, { no }: RefusedChange): string {
  const words = wordsIn(context.language);
  return no === "most" ? words.most((context.question as AudioQuestion).most ?? 0) : words[no];
}

const keep = (
  context: QuestionContext,
  edited: Draft | RefusedChange,
  say: string,
  joins = false,
): boolean =>
  applyOrRefuse<RefusedChange>(context, edited, (no) => explainRefusal(context, no), {
    say,
    joins,
  });

/** Place a segment and choose it. */
export function addSegment(
  context: QuestionContext,
  start: number,
  end: number,
  label?: string,
): void {
  const player = playerOf(context);
  const draft = draftOf(context.draft);
  const edited = put(context.question, draft, { start, end }, label ?? draft.label);
  player.from = null;
  if (isRefused(edited)) {
    keep(context, edited, "");
    return;
  }
  const key = String(draft.next);
  const added = segmentOf(edited, key);
  Object.assign(player, { chosen: key, picked: false, edge: "end" });
  keep(context, edited, added ? describe(context, added) : "");
}

/** A label is pressed: it ends what was begun, renames what was chosen, else is for what comes next. */
export function name(context: QuestionContext, label: string): void {
  const player = playerOf(context);
  const draft = draftOf(context.draft);
  const chosen = segmentOf(draft, player.chosen);
  const own = labelIn(context.question as AudioQuestion, label);
  sticky.set(context.question.id, label);
  if (chosen && player.picked) {
    const edited =
      chosen.label === label ? draft : change(context.question, draft, chosen.key, { label });
    keep(
      context,
      isRefused(edited) ? edited : { ...edited, label },
      describe(context, { ...chosen, label }),
    );
  } else if (player.from !== null) addSegment(context, player.from, timeOf(player), label);
  else
    context.set({ ...draft, label } as never, {
      say: wordsIn(context.language).next(own),
      quiet: true,
    });
}

export function choose(context: QuestionContext, segment: Segment, isHeard = true): void {
  const player = playerOf(context);
  Object.assign(player, { chosen: segment.key, picked: true, edge: "end", from: null });
  if (isHeard) seek(player, segment.start);
  const next = { ...draftOf(context.draft), label: segment.label };
  context.set(next as never, { say: describe(context, segment), quiet: true });
}

export function neighbour(context: QuestionContext, by: 1 | -1): void {
  const { segments } = draftOf(context.draft);
  const player = playerOf(context);
  if (!segments.length) {
    context.say(wordsIn(context.language).marks(0));
    return;
  }
  const segment = nearest(segments, player.chosen, timeOf(player), by);
  if (segment) choose(context, segment);
}

/** Start here, end here: of what is chosen, else of a segment that is begun. */
export function moveEdgeHere(context: QuestionContext, edge: Edge): void {
  const player = playerOf(context);
  const words = wordsIn(context.language);
  const draft = draftOf(context.draft);
  const now = timeOf(player);
  const chosen = segmentOf(draft, player.chosen);
  if (chosen) {
    const edited = change(context.question, draft, chosen.key, {
      [edge]: Math.round(now * 1000) / 1000,
    });
    const after = isRefused(edited) ? chosen : (segmentOf(edited, chosen.key) ?? chosen);
    player.edge = edge;
    keep(context, edited, describe(context, after));
  } else if (edge === "start") {
    player.from = now;
    context.say(words.began(spoken(now, context.language)));
    context.redraw();
  } else if (player.from === null) context.say(words.needFrom);
  else addSegment(context, player.from, now);
}

/** Arrows: the edge in hand of what is chosen, else where one listens. */
export function move(context: QuestionContext, by: number): void {
  const player = playerOf(context);
  const draft = draftOf(context.draft);
  const chosen = segmentOf(draft, player.chosen);
  if (!chosen) {
    context.say(spoken(seek(player, timeOf(player) + by), context.language));
    context.redraw();
    return;
  }
  const edited = nudge(context.question, draft, chosen.key, player.edge, by, lengthOf(player));
  const after = isRefused(edited) ? chosen : (segmentOf(edited, chosen.key) ?? chosen);
  if (keep(context, edited, spoken(after[player.edge], context.language), true))
    seek(player, player.edge === "end" ? Math.max(after.start, after.end - 1) : after.start);
}

export function rewind(context: QuestionContext): void {
  const player = playerOf(context);
  context.say(spoken(seek(player, timeOf(player) - 2), context.language));
  context.redraw();
}

export function changeSpeed(context: QuestionContext, by: 1 | -1): void {
  const player = playerOf(context);
  const { language } = context;
  const at = SPEEDS.indexOf(player.speed) + by;
  player.speed = SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, at))] ?? 1;
  if (player.sound) {
    player.sound.preservesPitch = true;
    player.sound.playbackRate = player.speed;
  }
  context.say(wordsIn(language).speed(rateOf(player, context)));
  context.redraw();
}

export const rateOf = (
  { speed }: Player,
  { language }: Pick<QuestionContext, "language">,
): string => `×\u202f${new Intl.NumberFormat(language).format(speed)}`;

export function loop(context: QuestionContext): void {
  const player = playerOf(context);
  const words = wordsIn(context.language);
  const chosen = segmentOf(draftOf(context.draft), player.chosen);
  if (!chosen) {
    context.say(words.pick);
    return;
  }
  player.loop = !player.loop;
  if (player.loop) {
    seek(player, chosen.start);
    void player.sound?.play().catch(() => undefined);
  }
  context.say(player.loop ? words.loopOn : words.loopOff);
  context.redraw();
}

export function switchEdge(context: QuestionContext): void {
  const player = playerOf(context);
  const words = wordsIn(context.language);
  const chosen = segmentOf(draftOf(context.draft), player.chosen);
  if (chosen) player.edge = player.edge === "end" ? "start" : "end";
  context.say(
    chosen
      ? `${words.edgeNow[player.edge]}, ${clock(chosen[player.edge], context.language)}`
      : words.pick,
  );
  context.redraw();
}

export function removeSegment(context: QuestionContext, key: string): void {
  const draft = draftOf(context.draft);
  const segment = segmentOf(draft, key);
  const words = wordsIn(context.language);
  if (!segment) {
    context.say(words.pick);
    return;
  }
  Object.assign(playerOf(context), { chosen: "", loop: false });
  context.set(remove(draft, key) as never, { say: words.gone(describe(context, segment)) });
}

export function deselect(context: QuestionContext): void {
  const player = playerOf(context);
  Object.assign(player, { chosen: "", from: null, loop: false });
  context.redraw();
}

export function zoom(context: QuestionContext, by: 1 | -1): void {
  const player = playerOf(context);
  const most = Math.max(0, Math.ceil(Math.log2(Math.max(1, lengthOf(player) / 2))));
  player.zoom = Math.max(0, Math.min(most, player.zoom + by));
  context.redraw();
}

/** What is written of a segment. */
export function write(context: QuestionContext, key: string, text: string): void {
  const draft = draftOf(context.draft);
  const segments = draft.segments.map((each) => (each.key === key ? { ...each, text } : each));
  context.set({ ...draft, segments } as never, { joins: true });
}
