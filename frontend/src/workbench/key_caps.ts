/* How keys are written on the page, in its language. */

import { keyWords } from "../i18n/workbench_words";
import { capOf } from "../kinds/shared/keyboard";
import type { WorkbenchContext } from "./context";
import type { Action } from "./keymap";

/** How a key is written, by the names this language has for some. */
export function cap(context: WorkbenchContext, key: string): string {
  const named = context.words.keyNames;
  return key === "backspace"
    ? named.Backspace
    : key === " "
      ? keyWords(context.data.language).space
      : capOf(key);
}

export const capFor = (context: WorkbenchContext, action: Action): string =>
  cap(context, context.keymap.of(action));
