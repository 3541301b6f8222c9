/* What a person does to the segments of a sound: by keys, by buttons, by a finger on the wave. */

import type { Place } from "../shared/kind";
import { keepOr, labelIn, nearest, sticky } from "../shared/labels";
import {
  change,
  clock,
  type Draft,
  draftOf,
  type Edge,
  type Heard,
  isNo,
  type No,
  nudge,
  place as put,
  remove,
  type Segment,
  spoken,
} from "./model";
import { lengthOf, type Player, playerOf, seek, timeOf } from "./player";
import { wordsIn } from "./words";

const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];

export const segmentOf = (draft: Draft, key: string): Segment | undefined =>
  draft.segments.find((each) => each.key === key);

type Speaking = Pick<Place, "asked" | "language">;

/** A segment in words: its label, and from when to when. */
export function toldOf({ asked, language }: Speaking, { label, start, end }: Segment): string {
  const words = wordsIn(language);
  const span = words.span(spoken(start, language), spoken(end, language));
  return `${labelIn(asked as Heard, label)}, ${span}`;
}

function whyNot(place: Place, { no }: No): string {
  const words = wordsIn(place.language);
  return no === "most" ? words.most((place.asked as Heard).most ?? 0) : words[no];
}

const keep = (place: Place, said: Draft | No, say: string, joins = false): boolean =>
  keepOr<No>(place, said, (no) => whyNot(place, no), { say, joins });

/** Place a segment and choose it. */
export function placed(place: Place, start: number, end: number, label?: string): void {
  const player = playerOf(place);
  const draft = draftOf(place.draft);
  const said = put(place.asked, draft, { start, end }, label ?? draft.label);
  player.from = null;
  if (isNo(said)) {
    keep(place, said, "");
    return;
  }
  const key = String(draft.next);
  const made = segmentOf(said, key);
  Object.assign(player, { chosen: key, edge: "end" });
  keep(place, said, made ? toldOf(place, made) : "");
}

/** A label is pressed: it names what is chosen, ends what was begun, else is taken in hand. */
export function name(place: Place, label: string): void {
  const player = playerOf(place);
  const draft = draftOf(place.draft);
  const chosen = segmentOf(draft, player.chosen);
  const own = labelIn(place.asked as Heard, label);
  sticky.set(place.asked.id, label);
  if (chosen) {
    const said = chosen.label === label ? draft : change(place.asked, draft, chosen.key, { label });
    keep(place, isNo(said) ? said : { ...said, label }, toldOf(place, { ...chosen, label }));
  } else if (player.from !== null) placed(place, player.from, timeOf(player), label);
  else place.set({ ...draft, label } as never, { say: own, joins: true });
}

export function choose(place: Place, segment: Segment, isHeard = true): void {
  const player = playerOf(place);
  Object.assign(player, { chosen: segment.key, edge: "end", from: null });
  if (isHeard) seek(player, segment.start);
  place.say(toldOf(place, segment));
  place.redraw();
}

export function neighbour(place: Place, by: 1 | -1): void {
  const { segments } = draftOf(place.draft);
  const player = playerOf(place);
  if (!segments.length) {
    place.say(wordsIn(place.language).marks(0));
    return;
  }
  const found = nearest(segments, player.chosen, timeOf(player), by);
  if (found) choose(place, found);
}

/** Start here, end here: of what is chosen, else of a segment that is begun. */
export function here(place: Place, edge: Edge): void {
  const player = playerOf(place);
  const words = wordsIn(place.language);
  const draft = draftOf(place.draft);
  const now = timeOf(player);
  const chosen = segmentOf(draft, player.chosen);
  if (chosen) {
    const said = change(place.asked, draft, chosen.key, { [edge]: Math.round(now * 1000) / 1000 });
    const after = isNo(said) ? chosen : (segmentOf(said, chosen.key) ?? chosen);
    player.edge = edge;
    keep(place, said, toldOf(place, after));
  } else if (edge === "start") {
    player.from = now;
    place.say(words.began(spoken(now, place.language)));
    place.redraw();
  } else if (player.from === null) place.say(words.needFrom);
  else placed(place, player.from, now);
}

/** Arrows: the edge in hand of what is chosen, else where one listens. */
export function move(place: Place, by: number): void {
  const player = playerOf(place);
  const draft = draftOf(place.draft);
  const chosen = segmentOf(draft, player.chosen);
  if (!chosen) {
    place.say(spoken(seek(player, timeOf(player) + by), place.language));
    place.redraw();
    return;
  }
  const said = nudge(place.asked, draft, chosen.key, player.edge, by, lengthOf(player));
  const after = isNo(said) ? chosen : (segmentOf(said, chosen.key) ?? chosen);
  if (keep(place, said, spoken(after[player.edge], place.language), true))
    seek(player, player.edge === "end" ? Math.max(after.start, after.end - 1) : after.start);
}

export function backTwo(place: Place): void {
  const player = playerOf(place);
  place.say(spoken(seek(player, timeOf(player) - 2), place.language));
  place.redraw();
}

export function pace(place: Place, by: 1 | -1): void {
  const player = playerOf(place);
  const { language } = place;
  const at = SPEEDS.indexOf(player.speed) + by;
  player.speed = SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, at))] ?? 1;
  if (player.sound) {
    player.sound.preservesPitch = true;
    player.sound.playbackRate = player.speed;
  }
  place.say(wordsIn(language).speed(rateOf(player, place)));
  place.redraw();
}

export const rateOf = ({ speed }: Player, { language }: Pick<Place, "language">): string =>
  `×\u202f${new Intl.NumberFormat(language).format(speed)}`;

export function loop(place: Place): void {
  const player = playerOf(place);
  const words = wordsIn(place.language);
  const chosen = segmentOf(draftOf(place.draft), player.chosen);
  if (!chosen) {
    place.say(words.pick);
    return;
  }
  player.loop = !player.loop;
  if (player.loop) {
    seek(player, chosen.start);
    void player.sound?.play().catch(() => undefined);
  }
  place.say(player.loop ? words.loopOn : words.loopOff);
  place.redraw();
}

export function otherEdge(place: Place): void {
  const player = playerOf(place);
  const words = wordsIn(place.language);
  const chosen = segmentOf(draftOf(place.draft), player.chosen);
  if (chosen) player.edge = player.edge === "end" ? "start" : "end";
  place.say(
    chosen
      ? `${words.edgeNow[player.edge]}, ${clock(chosen[player.edge], place.language)}`
      : words.pick,
  );
  place.redraw();
}

export function takeOut(place: Place, key: string): void {
  const draft = draftOf(place.draft);
  const segment = segmentOf(draft, key);
  const words = wordsIn(place.language);
  if (!segment) {
    place.say(words.pick);
    return;
  }
  Object.assign(playerOf(place), { chosen: "", loop: false });
  place.set(remove(draft, key) as never, { say: words.gone(toldOf(place, segment)) });
}

export function letGo(place: Place): void {
  const player = playerOf(place);
  Object.assign(player, { chosen: "", from: null, loop: false });
  place.redraw();
}

export function zoom(place: Place, by: 1 | -1): void {
  const player = playerOf(place);
  const most = Math.max(0, Math.ceil(Math.log2(Math.max(1, lengthOf(player) / 2))));
  player.zoom = Math.max(0, Math.min(most, player.zoom + by));
  place.redraw();
}

/** What is written of a segment. */
export function write(place: Place, key: string, text: string): void {
  const draft = draftOf(place.draft);
  const segments = draft.segments.map((each) => (each.key === key ? { ...each, text } : each));
  place.set({ ...draft, segments } as never, { joins: true });
}
