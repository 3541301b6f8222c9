/* Things put in order, the best first. A key places a thing at the end of the order; arrows move the one
   in hand. No dragging is needed. A draft is the order so far, and which thing is in hand. */
import { html, nothing, type TemplateResult } from "lit";
import { section } from "../i18n/load";
import type { Choice, Json, Question } from "../protocol/questions";
import type { Shown } from "../protocol/workbench";
import { cut, group, kc, player, shortcut } from "./shared/controls";
import type { Command, Kind, QuestionContext } from "./shared/kind";

type Ranked = Question & { items: Choice[]; as?: "text" | "image" };
type Draft = { order: string[]; held: string };

const UP = "\u0000up";
const DOWN = "\u0000down";
const wordsIn = section("kinds", "ranking", {
  up: ["label"],
  down: ["label"],
  out: ["label"],
  said: ["label", "n", "of"],
  gone: ["label"],
  left: ["k"],
});

const draftOf = (draft: Json): Draft => draft as unknown as Draft;
const itemsOf = (question: Question): Choice[] => (question as Ranked).items;
const labelOf = (choice: Choice): string => choice.label || choice.value;
const labelIn = (question: Question, value: string): string => {
  const item = itemsOf(question).find((each) => each.value === value);
  return item ? labelOf(item) : value;
};
const restOf = (question: Question, { order }: Draft): Choice[] =>
  itemsOf(question).filter(({ value }) => !order.includes(value));

/** Place a thing; the last one left places itself. */
function rank(context: QuestionContext, value: string): void {
  const { question, language } = context;
  const order = [...draftOf(context.draft).order, value];
  const unranked = restOf(question, { order, held: "" });
  if (unranked.length === 1 && unranked[0]) order.push(unranked[0].value);
  const text = wordsIn(language).said(
    labelIn(question, value),
    order.indexOf(value) + 1,
    itemsOf(question).length,
  );
  context.set({ order, held: value }, { say: text });
}

function move(context: QuestionContext, value: string, by: number): void {
  const { order } = draftOf(context.draft);
  const at = order.indexOf(value);
  const to = at + by;
  if (at < 0 || to < 0 || to >= order.length) return;
  const next = order.filter((each) => each !== value);
  next.splice(to, 0, value);
  const text = wordsIn(context.language).said(
    labelIn(context.question, value),
    to + 1,
    itemsOf(context.question).length,
  );
  context.set({ order: next, held: value }, { say: text });
}

function remove(context: QuestionContext, value: string): void {
  const order = draftOf(context.draft).order.filter((each) => each !== value);
  const text = wordsIn(context.language).gone(labelIn(context.question, value));
  context.set({ order, held: order.at(-1) ?? "" }, { say: text });
}

function act(context: QuestionContext, command: string): void {
  const { order, held: selected } = draftOf(context.draft);
  if (command === UP || command === DOWN) move(context, selected, command === UP ? -1 : 1);
  else if (order.includes(command)) context.set({ order, held: command });
  else rank(context, command);
}

function shownIn(context: QuestionContext, value: string): Shown | undefined {
  return (context.question as Ranked).as ? context.cells[value] : undefined;
}

function content(context: QuestionContext, value: string): TemplateResult {
  const cell = shownIn(context, value);
  const label = html`<b class="b" lang=${context.tongue ?? nothing} dir="auto">${labelIn(context.question, value)}</b>`;
  if (cell?.as === "image")
    return html`${label}<span class="kd-thumb">${context.picture(cell)}</span>`;
  if (cell?.as === "audio") return html`${label}${player(cell)}`;
  if (cell?.as === "text")
    return html`${label}<span class="kd-said small" lang="" dir="auto">${cell.value}</span>`;
  return label;
}

function row(context: QuestionContext, value: string, at: number): TemplateResult {
  const { question, language, fixed } = context;
  const words = wordsIn(language);
  const { order, held: selected } = draftOf(context.draft);
  const label = cut(labelIn(question, value), 40);
  const button = (sign: string, name: string, off: boolean, press: () => void) =>
    html`<button type="button" class="btn sm kd-move" aria-label=${name} aria-disabled=${off ? "true" : nothing}
      @click=${() => !off && press()}>${sign}</button>`;
  return html`<li class="kd-row ${selected === value ? "held" : ""}" data-value=${value}>
    <span class="kd-rank num" aria-hidden="true">${at + 1}</span>
    <span class="kd-what">${content(context, value)}</span>
    ${kc(context, value)}
    ${
      fixed
        ? nothing
        : html`<span class="row kd-moves">${button("↑", words.up(label), at === 0, () => move(context, value, -1))}
          ${button("↓", words.down(label), at === order.length - 1, () => move(context, value, 1))}
          ${button("×", words.out(label), false, () => remove(context, value))}</span>`
    }</li>`;
}

function view(context: QuestionContext): TemplateResult {
  const { question, language, fixed } = context;
  const words = wordsIn(language);
  const draft = draftOf(context.draft);
  const unranked = restOf(question, draft);
  return group(
    context,
    html`${
      draft.order.length
        ? html`<p class="small mute" id="${context.name}-order">${words.order}</p>
          <ol class="kd-order" aria-labelledby="${context.name}-order">${draft.order.map((value, at) => row(context, value, at))}</ol>
          ${
            context.active && !fixed
              ? html`<p class="small mute kd-keys">${words.move} ${kc(context, UP)} ${kc(context, DOWN)}</p>`
              : nothing
          }`
        : nothing
    }
    ${
      unranked.length
        ? html`<p class="small mute" id="${context.name}-rest">${draft.order.length ? words.rest : words.first}</p>
          <div class="kd-rest" role="group" aria-labelledby="${context.name}-rest">${unranked.map(
            ({ value }) =>
              html`<button type="button" class="choice" data-value=${value} aria-keyshortcuts=${shortcut(context, value)} aria-disabled=${fixed ? "true" : nothing}
                @click=${() => !fixed && rank(context, value)}><span class="kd-what">${content(context, value)}</span>${kc(context, value)}</button>`,
          )}</div>`
        : html`<p class="small mute kd-keys">${words.all}</p>`
    }`,
  );
}

export const ranking: Kind = {
  view,
  commands({ question, draft, language }) {
    const { held: selected } = draftOf(draft);
    const words = wordsIn(language);
    const own = itemsOf(question).map(
      (each): Command => ({ id: each.value, label: labelOf(each) }),
    );
    if (!selected) return own;
    const label = labelIn(question, selected);
    return [
      ...own,
      { id: UP, label: words.up(label), wish: "arrowup" },
      { id: DOWN, label: words.down(label), wish: "arrowdown" },
    ];
  },
  act,
  emptyDraft: () => ({ order: [], held: "" }),
  draftFrom: (_asked, answer) => ({ order: answer as string[], held: "" }),
  answer(question, draft) {
    const { order } = draftOf(draft);
    return order.length === itemsOf(question).length ? order : undefined;
  },
  lacks: ({ question, draft, language }) =>
    wordsIn(language).left(restOf(question, draftOf(draft)).length),
  describe: (question, answer) =>
    (answer as string[]).map((value) => labelIn(question, value)).join(" › "),
  short: (question, answer) => labelIn(question, String((answer as string[])[0] ?? "")).slice(0, 2),
  decides: () => false,
};
