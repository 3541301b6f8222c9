/* A day of the calendar, in the browser's own field; a step earlier or later by keys and buttons. A draft is
   the date as its field has it, YYYY-MM-DD, or nothing while it is not whole. */
import { html, type TemplateResult } from "lit";
import { withFirst } from "../i18n/format";
import { localeOf } from "../i18n/languages";
import { section } from "../i18n/load";
import type { Json, Language, Question } from "../protocol/questions";
import { group, isRtl, kc, shortcut } from "./shared/controls";
import type { Command, Kind, QuestionContext } from "./shared/kind";

type Dated = Question & { earliest: string; latest: string };

const ANY = { earliest: "0001-01-01", latest: "9999-12-31" };
const wordsIn = section("kinds", "date", {
  between: ["first", "last"],
  from: ["first"],
  until: ["last"],
});

/** The date of a text, at midnight of UTC; null where it is none of the calendar. */
function dateOf(text: string): Date | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && textOf(date) === text ? date : null;
}

const textOf = (date: Date): string => date.toISOString().slice(0, 10);

/** A date in words: 11 mai 1806, 1er mai 1806. */
export function spokenDate(text: string, language: Language): string {
  const date = dateOf(text);
  if (!date) return text;
  const style = { dateStyle: "long", timeZone: "UTC" } as const;
  return withFirst(new Intl.DateTimeFormat(localeOf(language), style).format(date), language);
}

const typedIn = (draft: Json): string => String(draft ?? "").trim();

/** What keeps a draft from being an answer; "" where nothing does. */
function fault(question: Question, draft: Json): "" | "lacks" | "bounds" {
  const { earliest, latest } = question as Dated;
  const text = typedIn(draft);
  if (!dateOf(text)) return "lacks";
  return text < earliest || text > latest ? "bounds" : "";
}

function bounds(question: Question, language: Language): string {
  const { earliest, latest } = question as Dated;
  const words = wordsIn(language);
  const [first, last] = [spokenDate(earliest, language), spokenDate(latest, language)];
  if (earliest === ANY.earliest) return latest === ANY.latest ? "" : words.until(last);
  return latest === ANY.latest ? words.from(first) : words.between(first, last);
}

type Seen = Pick<QuestionContext, "question" | "draft" | "language">;

function lacks({ question, draft, language }: Seen): string {
  const problem = fault(question, draft);
  return problem === "bounds" ? bounds(question, language) : problem && wordsIn(language).lacks;
}

/** Whether a date comes after another: their texts stand in the order of their days. */
const isAfter = (text: string, other: string): boolean => text > other;

/** The day a step leads to, within bounds; from nothing, to today or the bound nearest to it. */
function stepped(question: Question, draft: Json, by: { days?: number; months?: number }): string {
  const { earliest, latest } = question as Dated;
  const before = dateOf(typedIn(draft));
  const date = before ?? new Date();
  if (before) {
    const { days = 0, months = 0 } = by;
    const day = date.getUTCDate();
    date.setUTCDate(months ? 1 : day + days);
    if (months) {
      date.setUTCMonth(date.getUTCMonth() + months);
      const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0));
      date.setUTCDate(Math.min(day, last.getUTCDate())); // 31 January and a month is 28 February
    }
  }
  const text = textOf(date);
  if (text < earliest) return earliest;
  return isAfter(text, latest) ? latest : text;
}

const STEPS: Readonly<Record<string, { days?: number; months?: number }>> = {
  earlier: { days: -1 },
  later: { days: 1 },
  "month-earlier": { months: -1 },
  "month-later": { months: 1 },
};

function act(context: QuestionContext, command: string): void {
  const by = STEPS[command];
  if (!by || context.fixed) return;
  const text = stepped(context.question, context.draft, by);
  context.set(text, { joins: true, say: spokenDate(text, context.language) });
}

function commands({ language }: Pick<QuestionContext, "language">): Command[] {
  const words = wordsIn(language);
  const [back, on] = isRtl() ? ["arrowright", "arrowleft"] : ["arrowleft", "arrowright"];
  return [
    { id: "earlier", label: words.earlier, wish: back },
    { id: "later", label: words.later, wish: on },
    { id: "month-earlier", label: words.monthEarlier, wish: `shift+${back}` },
    { id: "month-later", label: words.monthLater, wish: `shift+${on}` },
  ];
}

function view(context: QuestionContext): TemplateResult {
  const { question, language, fixed } = context;
  const { earliest, latest } = question as Dated;
  const words = wordsIn(language);
  const typed = typedIn(context.draft);
  const why = typed ? lacks(context) : "";
  const hint = `${context.name}-hint`;
  const button = (id: string, sign: string, name: string) =>
    html`<button type="button" class="btn kd-step" aria-label=${name} aria-keyshortcuts=${shortcut(context, id)}
      aria-disabled=${fixed ? "true" : "false"} @click=${() => act(context, id)}>${sign} ${kc(context, id)}</button>`;
  return group(
    context,
    html`<div class="kd-number kd-date">${button("earlier", "−", words.earlier)}
      <input class="inp num kd-figure" type="date" min=${earliest} max=${latest}
        .value=${typed} ?readonly=${fixed} aria-labelledby=${context.name} aria-describedby=${hint}
        aria-invalid=${why ? "true" : "false"}
        @input=${(event: Event) => context.set((event.target as HTMLInputElement).value, { joins: true })}>
      ${button("later", "+", words.later)}</div>
    <p class="small ${why ? "msg err" : "mute"}" id=${hint}>${why || (typed ? spokenDate(typed, language) : bounds(question, language))}</p>`,
  );
}

export const date: Kind = {
  view,
  commands,
  act,
  emptyDraft: () => "",
  draftFrom: (_asked, answer) => String(answer),
  answer: (question, draft) => (fault(question, draft) ? undefined : typedIn(draft)),
  lacks,
  describe: (_asked, answer, { language }) => spokenDate(String(answer), language),
  short: () => "",
  decides: () => false,
  field: "input",
};
