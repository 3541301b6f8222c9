/* How keys are written on the page, in its language. */

import { capIn } from "../kinds/shared/controls";
import type { WorkbenchContext } from "./context";
import type { Action } from "./keymap";

/** How a key is written, by the names this language has for some. */
export function cap(context: WorkbenchContext, key: string): string {
  const { keyNames } = context.words;
  if (key === "backspace") return keyNames.Backspace;
  return key === "escape" ? keyNames.Escape : capIn(key, context.data.language);
}

export const capFor = (context: WorkbenchContext, action: Action): string =>
  cap(context, context.keymap.of(action));
