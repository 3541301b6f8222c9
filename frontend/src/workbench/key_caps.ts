/* How keys are written on the page, in its language. */

import { keyWords } from "../i18n/workbench_words";
import { capOf } from "../kinds/shared/keyboard";
import type { Bench } from "./context";
import type { Action } from "./keymap";

/** How a key is written, by the names this language has for some. */
export function cap(bench: Bench, key: string): string {
  const named = bench.words.keyNames;
  return key === "backspace"
    ? named.Backspace
    : key === " "
      ? keyWords(bench.data.language).space
      : capOf(key);
}

export const capFor = (bench: Bench, action: Action): string => cap(bench, bench.keymap.of(action));
