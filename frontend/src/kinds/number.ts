/* A number that is typed, in bounds, with its unit. A draft is what was typed, a comma as good as a point. */
import { html, nothing, type TemplateResult } from "lit";
import { localeOf } from "../i18n/languages";
import { section } from "../i18n/load";
import type { Json, Language, Question } from "../protocol/questions";
import { group } from "./shared/controls";
import type { Kind, QuestionContext } from "./shared/kind";

type Counted = Question & { least: number; most: number; decimals: number; unit?: string };

const NO_LIMIT = 1e12;
const wordsIn = section("kinds", "number", {
  between: ["least", "most"],
  from: ["least"],
  places: ["k"],
});

const formatNumber = (value: number, language: Language): string =>
  new Intl.NumberFormat(localeOf(language), { maximumFractionDigits: 9 }).format(value);

/** What was typed as a number; undefined where it is none. */
export function parseNumber(typed: Json): number | undefined {
  const plain = String(typed ?? "")
    .replace(/[\s\u00a0\u202f]/g, "")
    .replace("−", "-")
    .replace(",", ".");
  return /^-?(?:\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : undefined;
}

/** What keeps a draft from being an answer; "" where nothing does. */
function fault(question: Question, draft: Json): "" | "lacks" | "bad" | "places" | "bounds" {
  const { least, most, decimals } = question as Counted;
  if (!String(draft ?? "").trim()) return "lacks";
  const value = parseNumber(draft);
  if (value === undefined) return "bad";
  if (Number(value.toFixed(decimals)) !== value) return "places";
  return value < least || value > most ? "bounds" : "";
}

function wrong({
  question,
  draft,
  language,
}: Pick<QuestionContext, "question" | "draft" | "language">): string {
  const problem = fault(question, draft);
  if (!problem) return "";
  if (problem === "bounds") return bounds(question, language);
  const words = wordsIn(language);
  return problem === "places" ? words.places((question as Counted).decimals) : words[problem];
}

function bounds(question: Question, language: Language): string {
  const { least, most } = question as Counted;
  const words = wordsIn(language);
  return most >= NO_LIMIT
    ? words.from(formatNumber(least, language))
    : words.between(formatNumber(least, language), formatNumber(most, language));
}

function step(context: QuestionContext, by: number): void {
  const { least, most, decimals } = context.question as Counted;
  const now = parseNumber(context.draft);
  const next = now === undefined ? least : Math.min(most, Math.max(least, now + by));
  const rounded = Number(next.toFixed(decimals));
  context.set(String(rounded), { joins: true, say: formatNumber(rounded, context.language) });
}

function view(context: QuestionContext): TemplateResult {
  const { question, language } = context;
  const { unit } = question as Counted;
  const words = wordsIn(language);
  const typed = String(context.draft ?? "");
  const why = typed.trim() ? wrong(context) : "";
  const hint = `${context.name}-hint`;
  const onKey = (event: KeyboardEvent) => {
    const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!by || context.fixed) return;
    event.preventDefault();
    step(context, by);
  };
  const button = (sign: string, name: string, by: number) =>
    html`<button type="button" class="btn kd-step" aria-label=${name} aria-disabled=${context.fixed ? "true" : nothing}
      @click=${() => !context.fixed && step(context, by)}>${sign}</button>`;
  return group(
    context,
    html`<div class="kd-number">${button("−", words.less, -1)}
      <input class="inp num kd-figure" inputmode="decimal" autocomplete="off" enterkeyhint="done" maxlength="30"
        .value=${typed} ?readonly=${context.fixed} aria-labelledby=${context.name} aria-describedby=${hint}
        aria-invalid=${why ? "true" : "false"}
        @input=${(event: Event) => context.set((event.target as HTMLInputElement).value, { joins: true })}
        @keydown=${onKey}>
      ${button("+", words.more, 1)}${unit ? html`<span class="kd-unit">${unit}</span>` : nothing}</div>
    <p class="small ${why ? "msg err" : "mute"}" id=${hint}>${why || bounds(question, language)}</p>`,
  );
}

export const number: Kind = {
  view,
  commands: () => [],
  act: () => undefined,
  emptyDraft: () => "",
  draftFrom: (_asked, answer) => String(answer),
  answer: (question, draft) => (fault(question, draft) ? undefined : parseNumber(draft)),
  lacks: wrong,
  describe(question, answer, { language }) {
    const { unit } = question as Counted;
    return formatNumber(Number(answer), language) + (unit ? `\u00a0${unit}` : "");
  },
  short: (_asked, answer) => (String(answer).length <= 3 ? String(answer) : ""),
  decides: () => false,
  field: "input",
};
