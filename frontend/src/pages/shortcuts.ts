/* One key a decision on pages without a script of their own: [data-key="a"] is pressed by that key.
   Fields keep their keys, and so does whatever has the focus: Enter on a link follows it. */
import { lettersAct } from "./find";

const WRITES = "input:not([type=radio], [type=checkbox]), textarea, select";

function press(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
  const focused = event.target as Element;
  if (focused.closest?.(WRITES)) return;
  if (event.key === "Enter" && focused.closest?.("a, button, input, summary")) return;
  if (/^\p{L}$/u.test(event.key) && !lettersAct()) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  for (const element of document.querySelectorAll<HTMLElement>("[data-key]")) {
    if (element.dataset.key !== key || element.closest("[hidden], dialog:not([open])")) continue;
    event.preventDefault();
    element.focus();
    element.click();
    return;
  }
}

export function listenForKeys(): void {
  if (document.querySelector("[data-key]")) document.addEventListener("keydown", press);
}
