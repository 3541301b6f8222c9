/* The labels that marks get, of whatever kind: their names, their dyes, and the one chosen last, which goes
   on to the next task as long as the page is open. And how a change of marks is kept, or refused in words. */
import type { Choice, Json, Question } from "../../protocol/questions";
import type { QuestionContext } from "./kind";

export type Labelled = Question & { labels: readonly Choice[] };
const DYES = 12;

/** The label chosen last, by question. */
export const sticky = new Map<string, string>();
export const forgetLabels = (): void => sticky.clear();

export const named = (choices: readonly Choice[], value: string): string =>
  choices.find((each) => each.value === value)?.label || value;
export const labelIn = ({ labels }: Labelled, value: string): string => named(labels, value);

/** The label one begins with: the last one chosen, else the first. */
export function firstLabel(question: Question): string {
  const { labels, id } = question as Labelled;
  const last = sticky.get(id);
  return (labels.find(({ value }) => value === last) ?? labels[0])?.value ?? "";
}

/** Which of the twelve dyes a label has, from 1. */
export const dyeOf = (question: Question, label: string): number => {
  const at = (question as Labelled).labels.findIndex(({ value }) => value === label);
  return (Math.max(0, at) % DYES) + 1;
};

/** Keep a change of a draft, or say why it cannot be made: `no` words it. */
export function applyOrRefuse<No extends { no: string }>(
  context: QuestionContext,
  change: object | No,
  whyNot: (no: No) => string,
  how: { say: string; joins?: boolean },
): boolean {
  if ("no" in change) {
    context.say(whyNot(change as No));
    context.redraw();
    return false;
  }
  context.set(change as Json, how);
  return true;
}

/** The next or the one before among what lies in order: of the chosen one, else of where one stands. */
export function nearest<One extends { key: string; start: number }>(
  ones: readonly One[],
  chosen: string,
  here: number,
  by: 1 | -1,
): One | undefined {
  const at = ones.findIndex(({ key }) => key === chosen);
  if (at >= 0) return ones[(at + by + ones.length) % ones.length];
  return by > 0
    ? (ones.find(({ start }) => start > here) ?? ones[0])
    : (ones.findLast(({ start }) => start <= here) ?? ones.at(-1));
}
