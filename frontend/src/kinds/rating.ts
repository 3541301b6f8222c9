/* A step of a scale, one key each, or a place on a slider, which stands nowhere until it is put there. */
import { html, nothing, type TemplateResult } from "lit";
import { localeOf } from "../i18n/languages";
import { section } from "../i18n/load";
import type { Json, Language, Question } from "../protocol/questions";
import { group, isRtl, kc, shortcut, toggle } from "./shared/controls";
import type { Command, Kind, QuestionContext } from "./shared/kind";

export type Scale = Question & {
  look?: "scale" | "slider";
  least: number;
  most: number;
  step: number;
  ends?: string[];
};

const LESS = "less";
const MORE = "more";
const wordsIn = section("kinds", "rating");

const formatRating = (value: number, language: Language): string =>
  new Intl.NumberFormat(localeOf(language), { maximumFractionDigits: 6 })
    .format(value)
    .replace("-", "−");

/** The steps of a scale, least first. */
export function steps({ least, most, step = 1 }: Pick<Scale, "least" | "most" | "step">): number[] {
  const many = Math.round((most - least) / step);
  return Array.from({ length: many + 1 }, (_, i) => least + i * step);
}

/** The keys a scale wants: its own digit, 0 for ten where nothing else is 0. */
export function wishes(values: readonly number[]): (string | undefined)[] {
  return values.map((value) => {
    if (Number.isInteger(value) && value >= 0 && value <= 9) return String(value);
    return value === 10 && !values.includes(0) ? "0" : undefined;
  });
}

const endOf = (ends: readonly string[] | undefined, at: number, last: number): string =>
  (at === 0 ? ends?.[0] : at === last ? ends?.[1] : "") ?? "";

/** The caps of a scale with its ends in words; `id` names the command of a step. */
export function scale(
  context: QuestionContext,
  of: Pick<Scale, "least" | "most" | "step" | "ends">,
  now: Json | undefined,
  id: (value: number) => string,
  press: (value: number) => void,
): TemplateResult {
  const values = steps(of);
  const last = values.length - 1;
  const ends = (of.ends ?? []).some(Boolean) ? of.ends : undefined;
  return html`<div class="kd-scale" data-n=${values.length}>${values.map((value, at) => {
    const label = formatRating(value, context.language);
    const end = endOf(ends, at, last);
    return toggle(context, {
      id: id(value),
      label,
      on: now === value,
      press: () => press(value),
      cap: true,
      name: end ? `${label}, ${end}` : undefined,
    });
  })}</div>
  ${ends ? html`<p class="kd-ends small mute" aria-hidden="true"><span>${ends[0]}</span><span>${ends[1]}</span></p>` : nothing}`;
}

const isSlider = (question: Question): boolean => (question as Scale).look === "slider";

/** The nearest place on the scale. */
function snapped({ least, most, step }: Scale, value: number): number {
  const at = Math.round((Math.min(most, Math.max(least, value)) - least) / step);
  return Number((least + at * step).toFixed(6));
}

function move(context: QuestionContext, steps: number): void {
  const of = context.question as Scale;
  const middle = snapped(of, (of.least + of.most) / 2);
  const now = typeof context.draft === "number" ? context.draft + steps * stride(of) : middle;
  const next = snapped(of, now);
  context.set(next, { joins: true, say: formatRating(next, context.language) });
}

/** One press moves a hundredth of the way at least, else a slider of many places is never there. */
const stride = ({ least, most, step }: Scale): number =>
  step * Math.max(1, Math.round((most - least) / step / 100));

function slider(context: QuestionContext): TemplateResult {
  const of = context.question as Scale;
  const words = wordsIn(context.language);
  const now = typeof context.draft === "number" ? context.draft : null;
  const setRating = (event: Event) => {
    if (context.fixed) return;
    context.set(Number((event.target as HTMLInputElement).value), { joins: true });
  };
  const label = now === null ? words.unset : formatRating(now, context.language);
  const button = (id: string, sign: string, name: string, by: number) =>
    html`<button type="button" class="btn kd-step" aria-label=${name} aria-keyshortcuts=${shortcut(context, id)}
      aria-disabled=${context.fixed ? "true" : nothing} @click=${() => !context.fixed && move(context, by)}>${sign} ${kc(context, id)}</button>`;
  return group(
    context,
    html`<p class="kd-now ${now === null ? "none" : ""}" aria-hidden="true">${label}</p>
      <div class="kd-slide">${button(LESS, "−", words.less, -1)}
        <input type="range" class="kd-range ${now === null ? "none" : ""}" min=${of.least} max=${of.most} step=${of.step}
          .value=${String(now ?? (of.least + of.most) / 2)} ?disabled=${context.fixed}
          aria-labelledby=${context.name} aria-valuetext=${label}
          @input=${setRating} @pointerup=${setRating}>
        ${button(MORE, "+", words.more, 1)}</div>
      <p class="kd-ends small mute"><span>${formatRating(of.least, context.language)}${of.ends?.[0] ? `, ${of.ends[0]}` : ""}</span>
        <span>${formatRating(of.most, context.language)}${of.ends?.[1] ? `, ${of.ends[1]}` : ""}</span></p>`,
  );
}

export const rating: Kind = {
  view: (context) =>
    isSlider(context.question)
      ? slider(context)
      : group(
          context,
          scale(context, context.question as Scale, context.draft, String, (value) =>
            context.set(value, { done: true }),
          ),
        ),
  commands({ question, language }) {
    const words = wordsIn(language);
    if (isSlider(question))
      return [
        { id: LESS, label: words.less, wish: isRtl() ? "arrowright" : "arrowleft" },
        { id: MORE, label: words.more, wish: isRtl() ? "arrowleft" : "arrowright" },
      ];
    const values = steps(question as Scale);
    const wished = wishes(values);
    return values.map((value, at): Command => {
      const wish = wished[at];
      return { id: String(value), label: formatRating(value, language), ...(wish ? { wish } : {}) };
    });
  },
  act(context, command) {
    if (isSlider(context.question)) move(context, command === MORE ? 1 : -1);
    else context.set(Number(command), { done: true });
  },
  emptyDraft: () => null,
  draftFrom: (_asked, answer) => answer,
  answer: (_asked, draft) => (typeof draft === "number" ? draft : undefined),
  lacks: ({ question, language }) => wordsIn(language)[isSlider(question) ? "put" : "lacks"],
  describe: (_asked, answer, { language }) => formatRating(Number(answer), language),
  short: (_asked, answer) => (String(answer).length <= 3 ? String(answer) : ""),
  decides: (question) => !isSlider(question),
};
