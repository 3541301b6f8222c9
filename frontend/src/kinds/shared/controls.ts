/* What kinds draw alike: key caps, buttons that are chosen, lists in words. */
import { html, nothing, type TemplateResult } from "lit";
import { localeOf } from "../../i18n/languages";
import { section } from "../../i18n/load";
import type { Language } from "../../protocol/questions";
import type { Shown } from "../../protocol/workbench";
import { capOf, nameOf } from "./keyboard";
import type { QuestionContext } from "./kind";

/** Whether the page runs from right to left: then its left arrow goes on, and its right one back. */
export const isRtl = (): boolean => document.documentElement.dir === "rtl";

/** How a key is written on its cap in a language, where keyboards of that language name it. */
export const capIn = (key: string, language: Language): string =>
  key === " " ? wordsIn(language).space : capOf(key);

/** A key on its cap; nothing where the question is not in turn, or has none left. */
export const kc = (context: QuestionContext, id: string): TemplateResult | typeof nothing => {
  const key = context.keys.get(id);
  return key
    ? html`<kbd class="kc" aria-hidden="true">${capIn(key, context.language)}</kbd>`
    : nothing;
};

/** For `aria-keyshortcuts`. */
export const shortcut = (context: QuestionContext, id: string): string | typeof nothing => {
  const key = context.keys.get(id);
  return key ? nameOf(key) : nothing;
};

type Toggle = {
  id: string;
  label: string;
  on: boolean;
  press: () => void;
  /** Large and without a second cap: the label is the key. */
  cap?: boolean;
  /** More than the label says, for those who do not see where it stands. */
  name?: string | undefined;
  /** What pressing opens, said to those who do not see the sign that stands for it. */
  opens?: string | undefined;
  /** In the page's own language, not the project's. */
  ours?: boolean;
};

/** A button that is chosen or not. */
export function toggle(
  context: QuestionContext,
  { id, label, on, press, ...more }: Toggle,
): TemplateResult {
  return html`<button
    type="button"
    class=${more.cap ? "cap" : "choice"}
    aria-pressed=${on ? "true" : "false"}
    aria-label=${more.name ?? nothing}
    aria-keyshortcuts=${shortcut(context, id)}
    aria-disabled=${context.fixed ? "true" : nothing}
    data-value=${id}
    lang=${(!more.ours && context.tongue) || nothing}
    @click=${() => !context.fixed && press()}
  >${
    more.cap
      ? html`${label}${context.keys.get(id) === label ? nothing : kc(context, id)}`
      : html`<span dir="auto">${label}${more.opens ? html`<span aria-hidden="true"> ›</span><span class="sr"> (${more.opens})</span>` : nothing}</span>${kc(context, id)}`
  }</button>`;
}

/** A sound to be heard, named by what stands above it. */
export const player = (audio: Extract<Shown, { as: "audio" }>, named = ""): TemplateResult =>
  html`<audio class="kd-sound" controls preload="metadata" src=${audio.url} aria-labelledby=${named || nothing}></audio>`;

/** A heading within a question: under the page's own where it is the only one. */
export const heading = (
  context: QuestionContext,
  text: string,
  look: string,
  id = "",
): TemplateResult =>
  context.name === "wb-question"
    ? html`<h2 class=${look} id=${id || nothing}>${text}</h2>`
    : html`<h3 class=${look} id=${id || nothing}>${text}</h3>`;

/** The answers of one question, named by it. */
export const group = (context: QuestionContext, inside: unknown, role = "group"): TemplateResult =>
  html`<div class="wb-choices" role=${role} aria-labelledby=${context.name} tabindex="-1">${inside}</div>`;

/** How many columns: a row of four short ones, two past ten, else what the longest label allows. */
export function columns(labels: readonly string[]): number {
  const longest = Math.max(...labels.map((label) => label.length));
  if (labels.length <= 4 && longest <= 24) return labels.length;
  return labels.length > 10 || longest <= 48 ? 2 : 1;
}

/** On a phone: two beside each other where all are short, or there are many. */
export const phoneColumns = (labels: readonly string[]): number =>
  labels.length > 1 && (labels.length > 10 || labels.every((label) => label.length <= 20)) ? 2 : 1;

const wordsIn = section("kinds", "parts", { quote: ["text"] });
export const quote = (text: string, language: Language): string => wordsIn(language).quote(text);

const listFormats = new Map<Language, Intl.ListFormat>();

/** Several things in words: “a”, “b” and “c”. Making a formatter takes longer than drawing a task. */
export function listed(texts: readonly string[], language: Language): string {
  const formatter =
    listFormats.get(language) ?? new Intl.ListFormat(localeOf(language), { type: "conjunction" });
  listFormats.set(language, formatter);
  return formatter.format(texts);
}

/** A long text is told by its beginning. */
export const cut = (text: string, most = 60): string =>
  text.length <= most ? text : `${text.slice(0, most - 1).trimEnd()}…`;
