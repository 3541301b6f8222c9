/* A conversation: rate its turns, compare two replies, or write one. What is asked decides what a draft
   is: ratings by turn, a comparison as ``pair`` has it, or a text. */
import { html, nothing, type TemplateResult } from "lit";
import { section } from "../i18n/load";
import type { Json, Question } from "../protocol/questions";
import type { Shown } from "../protocol/workbench";
import { pair, view as pairView } from "./pair";
import { type Scale, scale, steps, wishes } from "./rating";
import { group, heading } from "./shared/controls";
import type { Command, Kind, QuestionContext } from "./shared/kind";
import { text, writing } from "./text";

type Talk = Question &
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
const turnsIn = (content: Shown | undefined): Turn[] =>
  content?.as === "turns" ? content.turns : [];
const talkOf = (question: Question, cells: Readonly<Record<string, Shown>>): Turn[] =>
  turnsIn(cells[(question as Talk).column]);

/** The turns to be rated, by their places; every one where nobody is the assistant. */
export function rated(question: Question, turns: readonly Turn[]): number[] {
  const of = (question as Talk).turns ?? "assistant";
  const places = turns.map((_, at) => at);
  const own = places.filter((at) => turns[at]?.role === "assistant");
  if (of === "all" || !own.length) return of === "last" ? places.slice(-1) : places;
  return of === "last" ? own.slice(-1) : own;
}

const stepsOf = (question: Question): number[] => steps({ ...(question as Talk), step: 1 });

/** Rate the turn in hand and go on to the next that has no rating. */
function rate(context: QuestionContext, position: number, value: number): void {
  const { question, cells, language } = context;
  const all = rated(question, talkOf(question, cells));
  const ratings: Draft["rated"] = { ...draftOf(context.draft).rated, [position]: value };
  const later = [...all.filter((at) => at > position), ...all.filter((at) => at < position)];
  const next = later.find((at) => ratings[at] === undefined);
  context.set(
    { rated: ratings, at: next ?? position },
    {
      done: all.length === 1,
      say: next === undefined ? "" : wordsIn(language).next(next + 1),
    },
  );
}

/** Which turn has the keys: the one in hand, else the first to rate. */
function inHand(question: Question, cells: QuestionContext["cells"], draft: Json): number {
  const all = rated(question, talkOf(question, cells));
  const { at } = draftOf(draft);
  return all.includes(at) ? at : (all[0] ?? -1);
}

function conversation(context: QuestionContext, under?: (at: number) => unknown): TemplateResult {
  const words = wordsIn(context.language);
  const turns = talkOf(context.question, context.cells);
  if (!turns.length) return html`<p class="mute">${words.empty}</p>`;
  const name = (role: string) => words.roles[role as keyof typeof words.roles] ?? role;
  return html`${heading(context, words.talk, "sr")}
    <ol class="kd-talk">${turns.map(
      (message, at) =>
        html`<li class="kd-turn ${message.role === "assistant" ? "machine" : ""}"><p class="small kd-role">${at + 1}. ${name(message.role)}</p>
          <p class="kd-said" lang="" dir="auto">${message.text}</p>${under?.(at) ?? nothing}</li>`,
    )}</ol>`;
}

function rating(context: QuestionContext): TemplateResult {
  const { question, cells, language } = context;
  const words = wordsIn(language);
  const all = rated(question, talkOf(question, cells));
  const draft = draftOf(context.draft);
  const current = inHand(question, cells, context.draft);
  const under = (at: number) => {
    if (!all.includes(at)) return nothing;
    const isHere = at === current && context.active && !context.fixed;
    const keys = isHere ? context.keys : new Map<string, string>();
    const id = `${context.name}-turn-${at}`;
    return html`<div class="kd-rate ${isHere ? "here" : ""}" role="group" aria-labelledby=${id} data-turn=${at}>
      <p class="small mute" id=${id}>${words.rate(at + 1)}${isHere && all.length > 1 ? html`<span class="kd-here">, ${words.here}</span>` : nothing}</p>
      ${scale({ ...context, keys }, { ...(question as Talk), step: 1 }, draft.rated[at], String, (value) => rate(context, at, value))}</div>`;
  };
  return group(context, conversation(context, under));
}

/** What comparing and writing need of a question. */
const asText = (question: Question): Question => ({ ...question, mode: "long" }) as Question;
const modeOf = (question: Question): Talk["mode"] => (question as Talk).mode;

function view(context: QuestionContext): TemplateResult {
  const mode = modeOf(context.question);
  if (mode === "rate") return rating(context);
  return html`<div class="kd-before">${conversation(context)}</div>
    ${
      mode === "compare"
        ? pairView(context)
        : group(context, writing({ ...context, question: asText(context.question) }, 5))
    }`;
}

export const chat: Kind = {
  view,
  commands(context) {
    const mode = modeOf(context.question);
    if (mode === "compare") return pair.commands(context);
    if (mode === "write") return [];
    const values = stepsOf(context.question);
    const wished = wishes(values);
    return values.map((value, at): Command => {
      const wish = wished[at];
      return { id: String(value), label: String(value), ...(wish ? { wish } : {}) };
    });
  },
  act(context, command) {
    if (modeOf(context.question) === "compare") {
      pair.act(context, command);
      return;
    }
    const current = inHand(context.question, context.cells, context.draft);
    if (current >= 0) rate(context, current, Number(command));
  },
  emptyDraft(question, cells) {
    const mode = modeOf(question);
    if (mode === "compare") return pair.emptyDraft(question, cells);
    return mode === "write" ? "" : { rated: {}, at: -1 };
  },
  draftFrom(question, answer, cells) {
    const mode = modeOf(question);
    if (mode === "compare") return pair.draftFrom(question, answer, cells);
    if (mode === "write") return String(answer);
    const each = answer as { turn: number; rating: number }[];
    return { rated: Object.fromEntries(each.map(({ turn: at, rating }) => [at, rating])), at: -1 };
  },
  answer(question, draft, cells) {
    const mode = modeOf(question);
    if (mode === "compare") return pair.answer(question, draft, cells);
    if (mode === "write") return text.answer(asText(question), draft, cells);
    const all = rated(question, talkOf(question, cells));
    const ratings = all.flatMap((at) => {
      const rating = draftOf(draft).rated[at];
      return rating === undefined ? [] : [{ turn: at, rating }];
    });
    return all.length && ratings.length === all.length ? ratings : undefined;
  },
  lacks(context) {
    const mode = modeOf(context.question);
    if (mode === "compare") return pair.lacks(context);
    if (mode === "write") return text.lacks({ ...context, question: asText(context.question) });
    const all = rated(context.question, talkOf(context.question, context.cells));
    if (!all.length) return wordsIn(context.language).empty;
    const left = all.filter((at) => draftOf(context.draft).rated[at] === undefined).length;
    return wordsIn(context.language).left(left);
  },
  describe(question, answer, say) {
    const mode = modeOf(question);
    if (mode === "compare") return pair.describe(question, answer, say);
    if (mode === "write") return text.describe(asText(question), answer, say);
    const each = answer as { turn: number; rating: number }[];
    const { told: describeRating } = wordsIn(say.language);
    return each.map(({ turn: at, rating }) => describeRating(at + 1, rating)).join(", ");
  },
  short(question, answer) {
    const mode = modeOf(question);
    if (mode === "compare") return pair.short(question, answer);
    if (mode === "write") return "¶";
    const each = answer as { turn: number; rating: number }[];
    return each.length === 1 ? String(each[0]?.rating) : "…";
  },
  decides(question) {
    const mode = modeOf(question);
    return mode === "compare" ? pair.decides(question) : false;
  },
  field: "textarea",
  typed: (question) => modeOf(question) === "write",
  hasLines: (question) => modeOf(question) === "write",
};
