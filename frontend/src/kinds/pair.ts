/* Two things beside each other: which is better, or neither, and why. A and B are their own keys. */
import { html, nothing, type TemplateResult } from "lit";
import { section } from "../i18n/load";
import type { Choice, Json, Question } from "../protocol/questions";
import type { Shown } from "../protocol/workbench";
import { group, heading, kc, listed, player, shortcut, toggle } from "./shared/controls";
import type { Command, Kind, QuestionContext } from "./shared/kind";

export type Compared = Question & { a: string; b: string; tie?: boolean; reasons?: Choice[] };
type Draft = { choice: string; reasons: string[] };

const REASON = "because ";
const wordsIn = section("kinds", "pair", {
  because: ["why"],
});

const draftOf = (draft: Json): Draft => draft as unknown as Draft;
const labelOf = (choice: Choice): string => choice.label || choice.value;
const reasonsOf = (question: Question): Choice[] => (question as Compared).reasons ?? [];

function side(
  context: QuestionContext,
  letter: string,
  content: Shown | undefined,
): TemplateResult {
  const id = `${context.name}-${letter}`;
  const inside =
    content?.as === "image"
      ? html`<div class="wb-img">${context.picture(content)}</div>`
      : content?.as === "audio"
        ? player(content, id)
        : html`<p class="kd-said" lang="" dir="auto">${content?.as === "text" && content.value ? content.value : html`<span class="unk"><b>${wordsIn(context.language).none}</b></span>`}</p>`;
  return html`<section class="kd-side" aria-labelledby=${id}>${heading(context, letter, "kd-letter", id)}${inside}</section>`;
}

function act(context: QuestionContext, command: string): void {
  const draft = draftOf(context.draft);
  if (!command.startsWith(REASON)) {
    const isLast = !reasonsOf(context.question).length;
    context.set({ ...draft, choice: command }, { done: isLast });
    return;
  }
  const value = command.slice(REASON.length);
  const has = draft.reasons.includes(value);
  const reasons = has ? draft.reasons.filter((each) => each !== value) : [...draft.reasons, value];
  context.set({ ...draft, reasons });
}

export function view(context: QuestionContext): TemplateResult {
  const question = context.question as Compared;
  const words = wordsIn(context.language);
  const { choice, reasons } = draftOf(context.draft);
  const button = (id: "a" | "b" | "tie") =>
    html`<button type="button" class="choice" aria-pressed=${choice === id ? "true" : "false"} data-value=${id}
      aria-keyshortcuts=${shortcut(context, id)} aria-disabled=${context.fixed ? "true" : nothing}
      @click=${() => !context.fixed && act(context, id)}><span>${words[id]}</span>${kc(context, id)}</button>`;
  return html`<div class="kd-pair">${side(context, "A", context.cells[question.a])}${side(context, "B", context.cells[question.b])}</div>
    ${group(
      context,
      html`<div class="choices kd-which" data-columns=${question.tie ? 3 : 2} data-phone="1">
        ${button("a")}${question.tie ? button("tie") : nothing}${button("b")}</div>
      ${
        reasonsOf(question).length && choice
          ? html`<fieldset class="kd-why"><legend class="small mute">${words.why}</legend>
            <div class="choices" data-columns="2" data-phone="2">${reasonsOf(question).map((each) =>
              toggle(context, {
                id: REASON + each.value,
                label: labelOf(each),
                on: reasons.includes(each.value),
                press: () => act(context, REASON + each.value),
              }),
            )}</div></fieldset>`
          : nothing
      }`,
    )}`;
}

export const pair: Kind = {
  view,
  commands({ question, language, draft }) {
    const words = wordsIn(language);
    const whys = draftOf(draft).choice ? reasonsOf(question) : [];
    return [
      { id: "a", label: words.a, wish: "a" },
      ...((question as Compared).tie ? [{ id: "tie", label: words.tie, wish: words.tieKey }] : []),
      { id: "b", label: words.b, wish: "b" },
      ...whys.map((each): Command => ({ id: REASON + each.value, label: labelOf(each) })),
    ];
  },
  act,
  emptyDraft: () => ({ choice: "", reasons: [] }),
  draftFrom: (_asked, answer) => ({ reasons: [], ...(answer as { choice: string }) }),
  answer(question, draft) {
    const { choice, reasons } = draftOf(draft);
    if (!choice) return undefined;
    const inOrder = reasonsOf(question).map(({ value }) => value);
    return { choice, reasons: inOrder.filter((value) => reasons.includes(value)) };
  },
  lacks: ({ question, language }) =>
    wordsIn(language)[(question as Compared).tie ? "lacks" : "lacksTwo"],
  describe(question, answer, { language }) {
    const { choice, reasons = [] } = answer as unknown as Draft;
    const words = wordsIn(language);
    const chosen = reasonsOf(question).filter(({ value }) => reasons.includes(value));
    const why = listed(chosen.map(labelOf), language);
    return (
      ((words.told as Record<string, string>)[choice] ?? choice) + (why ? words.because(why) : "")
    );
  },
  short: (_asked, answer) =>
    ({ a: "A", b: "B", tie: "=" })[(answer as unknown as Draft).choice] ?? "",
  decides: (question) => !reasonsOf(question).length,
};
