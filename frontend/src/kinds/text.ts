/* A text that is written: a line or several, what is heard or read, a translation, a correction of what
   stands there already. A draft is the text as typed. */
import { html, nothing, type TemplateResult } from "lit";
import { section } from "../i18n/load";
import type { Json, Question } from "../protocol/questions";
import type { Shown } from "../protocol/workbench";
import { cut, group, quote } from "./shared/controls";
import type { Kind, QuestionContext } from "./shared/kind";

export type Written = Question & {
  mode?: "short" | "long" | "transcription" | "translation" | "correction";
  least: number;
  most: number;
  column?: string;
  language?: string;
};

/** From here on what is left is counted. */
const NEAR = 0.8;
const wordsIn = section("kinds", "text", {
  short: ["k"],
  long: ["k"],
  left: ["n", "most"],
});

/** As the server keeps it: composed, no blanks at the ends. */
export const tidy = (typed: Json): string =>
  String(typed ?? "")
    .normalize("NFC")
    .replace(/\r\n?/g, "\n")
    .trim();

const textIn = (content: Shown | undefined): string =>
  content?.as === "text" ? content.value : "";

/** How many characters, as the server counts: not the halves of pairs. */
const length = (text: string): number => [...text].length;

const textToCorrect = (question: Question, cells: Readonly<Record<string, Shown>>): string => {
  const { mode, column } = question as Written;
  return mode === "correction" && column ? textIn(cells[column]) : "";
};

/** By how many characters a draft is too long, or too short, which is less than nothing. */
function off(question: Question, draft: Json): number {
  const { least, most } = question as Written;
  const n = length(tidy(draft));
  return n < least ? n - least : Math.max(0, n - most);
}

function lacks({
  question,
  draft,
  language,
}: Pick<QuestionContext, "question" | "draft" | "language">): string {
  const words = wordsIn(language);
  const by = off(question, draft);
  if (by < 0) return tidy(draft) ? words.short(-by) : words.lacks;
  return by > 0 ? words.long(by) : "";
}

/** The field, and under it what is to know: too long, how much is left, what was changed. */
export function writing(context: QuestionContext, lines: number): TemplateResult {
  const { question, language } = context;
  const { most, mode } = question as Written;
  const words = wordsIn(language);
  const typed = String(context.draft ?? "");
  const n = length(tidy(typed));
  const hint = `${context.name}-hint`;
  const over = n > most;
  const start = textToCorrect(question, context.cells);
  const onInput = (event: Event) =>
    context.set((event.target as HTMLTextAreaElement).value, { joins: true });
  const tongue = (question as Written).language ?? context.tongue ?? "";
  const note = over
    ? words.long(n - most)
    : n > most * NEAR
      ? words.left(n, most)
      : mode === "correction"
        ? tidy(typed) === tidy(start)
          ? words.begun
          : words.changed
        : words.leave;
  const calm = !over && note === words.leave;
  return html`${
    lines === 1
      ? html`<input class="inp kd-line" .value=${typed} lang=${tongue} dir="auto" autocomplete="off" enterkeyhint="done"
          ?readonly=${context.fixed} aria-labelledby=${context.name} aria-describedby=${hint}
          aria-invalid=${over ? "true" : "false"} @input=${onInput}>`
      : html`<textarea class="inp area kd-text" rows=${lines} .value=${typed} lang=${tongue} dir="auto"
          ?readonly=${context.fixed} aria-labelledby=${context.name} aria-describedby=${hint}
          aria-invalid=${over ? "true" : "false"} @input=${onInput}></textarea>`
  }
    <p class="small ${over ? "msg err" : "mute"} ${calm ? "kd-keys" : ""}" id=${hint}>${note}
    ${
      mode === "correction" && !context.fixed && typed !== start
        ? html` <button type="button" class="wb-link" @click=${() => context.set(start, { say: words.begun })}>${words.again}</button>`
        : nothing
    }</p>`;
}

function view(context: QuestionContext): TemplateResult {
  const { mode, column } = context.question as Written;
  const source = mode === "translation" && column ? context.cells[column] : undefined;
  return group(
    context,
    html`${source?.as === "text" ? html`<p class="small mute">${wordsIn(context.language).before}</p><blockquote class="wb-text voice" lang="" dir="auto">${source.value}</blockquote>` : nothing}
    ${writing(context, mode === "short" || !mode ? 1 : 4)}`,
  );
}

export const text: Kind = {
  view,
  commands: () => [],
  act: () => undefined,
  emptyDraft: textToCorrect,
  draftFrom: (_asked, answer) => String(answer),
  answer: (question, draft) => (off(question, draft) ? undefined : tidy(draft)),
  lacks,
  describe: (_asked, answer, { language }) => quote(cut(String(answer)), language),
  short: (_asked, answer) => (length(String(answer)) <= 2 ? String(answer) : "¶"),
  decides: () => false,
  field: "input, textarea",
  hasLines: (question) => !["short", undefined].includes((question as Written).mode),
};
