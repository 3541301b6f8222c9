/* One of several, or several of several. Single: one key decides. Multiple: keys toggle, Enter decides.
   Choices that hold choices are drawn by ``paths``. */
import { html, nothing, type TemplateResult } from "lit";
import { section } from "../../i18n/load";
import type { Choice, Json, Question } from "../../protocol/questions";
import { columns, group, listed, phoneColumns, quote, toggle } from "../shared/controls";
import { allocate, capOf, isDigit } from "../shared/keyboard";
import type { Command, Kind, QuestionContext } from "../shared/kind";
import { paths } from "./paths";

export type Choosing = Question & { multiple?: boolean; choices: Choice[]; anywhere?: boolean };
type Keyed = { value: string; label: string; key: string };

const ROW = "1234567890";
export const labelOf = (choice: Choice): string => choice.label || choice.value;
const wordsIn = section("kinds", "choice");

let cached: { choices: readonly Choice[]; keyed: Keyed[] } | null = null;

/** Each choice with its key; digit labels first, as they lie on the keyboard. */
export function keyed(question: Question): Keyed[] {
  const { choices } = question as Choosing;
  if (cached?.choices === choices) return cached.keyed;
  const keys = allocate(choices.map(labelOf));
  const all = choices.map((choice, index) => ({
    value: choice.value,
    label: labelOf(choice),
    key: keys[index] ?? "",
  }));
  const place = ({ label }: Keyed) => (isDigit(label) ? ROW.indexOf(label) : ROW.length);
  cached = { choices, keyed: all.sort((a, b) => place(a) - place(b)) };
  return cached.keyed;
}

const isNested = (question: Question): boolean => (question as Choosing).anywhere !== undefined;
const isMultiple = (question: Question): boolean => !!(question as Choosing).multiple;
const texts = (value: Json): string[] =>
  Array.isArray(value) ? value.map(String) : value === null ? [] : [String(value)];

function view(context: QuestionContext): TemplateResult {
  const { question } = context;
  const chosen = texts(context.draft);
  const all = keyed(question);
  const caps = all.filter((each) => isDigit(each.label));
  const others = all.filter((each) => !isDigit(each.label));
  const labels = others.map((each) => each.label);
  const button = (each: Keyed, cap: boolean) =>
    toggle(context, {
      id: each.value,
      label: each.label,
      on: chosen.includes(each.value),
      press: () => choose(context, each.value),
      cap,
    });
  return group(
    context,
    html`${caps.length ? html`<div class="caps" data-n=${caps.length}>${caps.map((each) => button(each, true))}</div>` : nothing}
    ${
      others.length
        ? html`<div class="choices" data-columns=${columns(labels)} data-phone=${phoneColumns(labels)}>
          ${others.map((each) => button(each, false))}
        </div>`
        : nothing
    }`,
  );
}

function choose(context: QuestionContext, value: string): void {
  if (!isMultiple(context.question)) {
    context.set(value, { done: true });
    return;
  }
  const chosen = texts(context.draft);
  const next = chosen.includes(value)
    ? chosen.filter((each) => each !== value)
    : [...chosen, value];
  context.set(next);
}

const flat: Kind = {
  view,
  commands: ({ question }) =>
    keyed(question).map(({ value, label }): Command => ({ id: value, label })),
  act: choose,
  emptyDraft: () => [],
  draftFrom: (_asked, answer) => answer,
  answer(question, draft) {
    const chosen = texts(draft);
    if (!isMultiple(question)) return chosen[0];
    const { choices } = question as Choosing;
    const inOrder = choices.map(({ value }) => value).filter((value) => chosen.includes(value));
    return inOrder.length ? inOrder : undefined;
  },
  lacks: ({ question, language }) => wordsIn(language)[isMultiple(question) ? "some" : "one"],
  describe(question, answer, { language }) {
    const { choices } = question as Choosing;
    return listed(
      texts(answer).map((value) => {
        const choice = choices.find((each) => each.value === value);
        return quote(choice ? labelOf(choice) : value, language);
      }),
      language,
    );
  },
  short(question, answer) {
    const all = keyed(question);
    const marks = texts(answer).map((value) => {
      const choice = all.find((each) => each.value === value);
      return choice ? (choice.label.length <= 2 ? choice.label : capOf(choice.key)) : "";
    });
    return marks.length <= 2 ? marks.join("") : `${marks[0]}…`;
  },
  decides: (question) => !isMultiple(question),
};

const of = (question: Question): Kind => (isNested(question) ? paths : flat);

export const choice: Kind = {
  view: (context) => of(context.question).view(context),
  commands: (context) => of(context.question).commands(context),
  act: (context, command) => of(context.question).act(context, command),
  emptyDraft: (question, cells) => of(question).emptyDraft(question, cells),
  draftFrom: (question, answer, cells) => of(question).draftFrom(question, answer, cells),
  answer: (question, draft, cells) => of(question).answer(question, draft, cells),
  lacks: (context) => of(context.question).lacks(context),
  describe: (question, answer, say) => of(question).describe(question, answer, say),
  short: (question, answer) => of(question).short(question, answer),
  decides: (question) => of(question).decides(question),
};
