/* A conversation: rate its turns, compare two replies, or write one. What is asked decides what a draft
   is: ratings by turn, a comparison as ``pair`` has it, or a text. */
import { html, nothing, type TemplateResult } from "lit";
import { section } from "../i18n/load";
import type { Asked, Json } from "../protocol/questions";
import type { Shown } from "../protocol/workbench";
import { pair, view as pairView } from "./pair";
import { type Scale, scale, steps, wishes } from "./rating";
import { group, heading } from "./shared/controls";
import type { Command, Kind, Place } from "./shared/kind";
import { text, writing } from "./text";

type Talk = Asked &
  Pick<Scale, "least" | "most" | "ends"> & {
    mode: "rate" | "compare" | "write";
    column: string;
    turns?: "all" | "assistant" | "last";
  };
type Turn = { role: string; text: string };
type Draft = { rated: Record<string, number>; at: number };

const wordsIn = section("kinds", "chat", {
  rate: ["n"],
  next: ["n"],
  left: ["k"],
  told: ["n", "of"],
});

const draftOf = (draft: Json): Draft => draft as unknown as Draft;
const turnsIn = (shown: Shown | undefined): Turn[] => (shown?.as === "turns" ? shown.turns : []);
const talkOf = (asked: Asked, cells: Readonly<Record<string, Shown>>): Turn[] =>
  turnsIn(cells[(asked as Talk).column]);

/** The turns to be rated, by their places; every one where nobody is the assistant. */
export function rated(asked: Asked, turns: readonly Turn[]): number[] {
  const of = (asked as Talk).turns ?? "assistant";
  const places = turns.map((_, at) => at);
  const own = places.filter((at) => turns[at]?.role === "assistant");
  if (of === "all" || !own.length) return of === "last" ? places.slice(-1) : places;
  return of === "last" ? own.slice(-1) : own;
}

const stepsOf = (asked: Asked): number[] => steps({ ...(asked as Talk), step: 1 });

/** Rate the turn in hand and go on to the next that has no rating. */
function rate(place: Place, turn: number, value: number): void {
  const { asked, cells, language } = place;
  const all = rated(asked, talkOf(asked, cells));
  const ratings: Draft["rated"] = { ...draftOf(place.draft).rated, [turn]: value };
  const later = [...all.filter((at) => at > turn), ...all.filter((at) => at < turn)];
  const next = later.find((at) => ratings[at] === undefined);
  place.set(
    { rated: ratings, at: next ?? turn },
    {
      done: all.length === 1,
      say: next === undefined ? "" : wordsIn(language).next(next + 1),
    },
  );
}

/** Which turn has the keys: the one in hand, else the first to rate. */
function inHand(asked: Asked, cells: Place["cells"], draft: Json): number {
  const all = rated(asked, talkOf(asked, cells));
  const { at } = draftOf(draft);
  return all.includes(at) ? at : (all[0] ?? -1);
}

function conversation(place: Place, under?: (at: number) => unknown): TemplateResult {
  const words = wordsIn(place.language);
  const turns = talkOf(place.asked, place.cells);
  if (!turns.length) return html`<p class="mute">${words.empty}</p>`;
  const name = (role: string) => words.roles[role as keyof typeof words.roles] ?? role;
  return html`${heading(place, words.talk, "sr")}
    <ol class="kd-talk">${turns.map(
      (turn, at) =>
        html`<li class="kd-turn ${turn.role === "assistant" ? "machine" : ""}"><p class="small kd-role">${at + 1}. ${name(turn.role)}</p>
          <p class="kd-said" lang="" dir="auto">${turn.text}</p>${under?.(at) ?? nothing}</li>`,
    )}</ol>`;
}

function rating(place: Place): TemplateResult {
  const { asked, cells, language } = place;
  const words = wordsIn(language);
  const all = rated(asked, talkOf(asked, cells));
  const draft = draftOf(place.draft);
  const hand = inHand(asked, cells, place.draft);
  const under = (at: number) => {
    if (!all.includes(at)) return nothing;
    const isHere = at === hand && place.active && !place.fixed;
    const keys = isHere ? place.keys : new Map<string, string>();
    const id = `${place.name}-turn-${at}`;
    return html`<div class="kd-rate ${isHere ? "here" : ""}" role="group" aria-labelledby=${id} data-turn=${at}>
      <p class="small mute" id=${id}>${words.rate(at + 1)}${isHere && all.length > 1 ? html`<span class="kd-here">, ${words.here}</span>` : nothing}</p>
      ${scale({ ...place, keys }, { ...(asked as Talk), step: 1 }, draft.rated[at], String, (value) => rate(place, at, value))}</div>`;
  };
  return group(place, conversation(place, under));
}

/** What comparing and writing need of a question. */
const asText = (asked: Asked): Asked => ({ ...asked, mode: "long" }) as Asked;
const modeOf = (asked: Asked): Talk["mode"] => (asked as Talk).mode;

function view(place: Place): TemplateResult {
  const mode = modeOf(place.asked);
  if (mode === "rate") return rating(place);
  return html`<div class="kd-before">${conversation(place)}</div>
    ${
      mode === "compare"
        ? pairView(place)
        : group(place, writing({ ...place, asked: asText(place.asked) }, 5))
    }`;
}

export const chat: Kind = {
  view,
  commands(place) {
    const mode = modeOf(place.asked);
    if (mode === "compare") return pair.commands(place);
    if (mode === "write") return [];
    const values = stepsOf(place.asked);
    const wished = wishes(values);
    return values.map((value, at): Command => {
      const wish = wished[at];
      return { id: String(value), label: String(value), ...(wish ? { wish } : {}) };
    });
  },
  act(place, command) {
    if (modeOf(place.asked) === "compare") {
      pair.act(place, command);
      return;
    }
    const hand = inHand(place.asked, place.cells, place.draft);
    if (hand >= 0) rate(place, hand, Number(command));
  },
  begin(asked, cells) {
    const mode = modeOf(asked);
    if (mode === "compare") return pair.begin(asked, cells);
    return mode === "write" ? "" : { rated: {}, at: -1 };
  },
  draft(asked, answer, cells) {
    const mode = modeOf(asked);
    if (mode === "compare") return pair.draft(asked, answer, cells);
    if (mode === "write") return String(answer);
    const each = answer as { turn: number; rating: number }[];
    return { rated: Object.fromEntries(each.map(({ turn, rating }) => [turn, rating])), at: -1 };
  },
  answer(asked, draft, cells) {
    const mode = modeOf(asked);
    if (mode === "compare") return pair.answer(asked, draft, cells);
    if (mode === "write") return text.answer(asText(asked), draft, cells);
    const all = rated(asked, talkOf(asked, cells));
    const said = all.flatMap((turn) => {
      const rating = draftOf(draft).rated[turn];
      return rating === undefined ? [] : [{ turn, rating }];
    });
    return all.length && said.length === all.length ? said : undefined;
  },
  lacks(place) {
    const mode = modeOf(place.asked);
    if (mode === "compare") return pair.lacks(place);
    if (mode === "write") return text.lacks({ ...place, asked: asText(place.asked) });
    const all = rated(place.asked, talkOf(place.asked, place.cells));
    if (!all.length) return wordsIn(place.language).empty;
    const left = all.filter((turn) => draftOf(place.draft).rated[turn] === undefined).length;
    return wordsIn(place.language).left(left);
  },
  told(asked, answer, say) {
    const mode = modeOf(asked);
    if (mode === "compare") return pair.told(asked, answer, say);
    if (mode === "write") return text.told(asText(asked), answer, say);
    const each = answer as { turn: number; rating: number }[];
    const { told } = wordsIn(say.language);
    return each.map(({ turn, rating }) => told(turn + 1, rating)).join(", ");
  },
  short(asked, answer) {
    const mode = modeOf(asked);
    if (mode === "compare") return pair.short(asked, answer);
    if (mode === "write") return "¶";
    const each = answer as { turn: number; rating: number }[];
    return each.length === 1 ? String(each[0]?.rating) : "…";
  },
  decides(asked) {
    const mode = modeOf(asked);
    return mode === "compare" ? pair.decides(asked) : false;
  },
  field: "textarea",
  typed: (asked) => modeOf(asked) === "write",
  hasLines: (asked) => modeOf(asked) === "write",
};
