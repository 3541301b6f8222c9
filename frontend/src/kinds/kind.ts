/* What every kind of question can do in the workbench; one file per kind beside this one. */
import type { TemplateResult } from "lit";
import type { Asked } from "../workbench/wire";
import type { Words } from "../workbench/words";

export type Answered = string | string[];

export type Drawing = {
  asked: Asked;
  /** What is chosen so far, or was chosen. */
  draft: readonly string[];
  words: Words;
  /** The language of the labels, where it is not the page's. */
  tongue?: string | undefined;
  /** Shown, not to be changed: the explanation of a practice task. */
  fixed: boolean;
  choose: (value: string) => void;
  check: () => void;
};

export interface Kind {
  /** Draw the answers, in the keyboard's own order. */
  view(drawing: Drawing): TemplateResult;
  /** The value a key stands for, "check" to validate, null when the key is not this kind's. */
  press(asked: Asked, key: string): { value: string } | "check" | null;
  /** The next draft when a value is chosen, and whether it is an answer already. */
  choose(asked: Asked, draft: readonly string[], value: string): { draft: string[]; done: boolean };
  /** A draft as an answer; null while it is none. */
  answer(asked: Asked, draft: readonly string[]): Answered | null;
  /** An answer as a draft. */
  draft(answer: Answered | undefined): string[];
  /** An answer in words. */
  told(asked: Asked, answer: Answered, words: Words): string;
  /** An answer in one or two characters, above the thread; "" when it has none. */
  short(asked: Asked, answer: Answered): string;
}
