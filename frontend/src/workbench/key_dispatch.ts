/* What a key press means on the page: to a panel that is open, to a field, to the task, to the question in
   turn. Which key a question has given to what is decided in ``current_task``. */

import { keyOf } from "../kinds/shared/keyboard";
import type { WorkbenchContext } from "./context";
import { handleKeyInPanel } from "./view/key_panel";
import { REASONS } from "./view/panels";

type Page = WorkbenchContext & Element & { readonly isOpen: boolean };

/** Enter belongs to the button or link that has the focus, save among answers that are one press each. */
function onControl(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    !!target.closest("a, button, summary") &&
    (!target.closest(".wb-choices") || !!target.closest("[data-enter]"))
  );
}

/** Space presses a button that was reached by keyboard; after a press of the mouse it is the question's. */
const isReached = (target: EventTarget | null): boolean =>
  target instanceof Element && target.matches(":is(button, summary, a):focus-visible");

/** The button that takes the answer: the focus comes to it by itself, and Shift still leads back. */
const onCheck = (target: EventTarget | null): boolean =>
  target instanceof Element && !!target.closest(".wb-check .pri");

/** Do what a key says; false when it says nothing here, and is the browser's. */
export function handleKey(page: Page, event: KeyboardEvent): boolean {
  const key = keyOf(event);
  if ((event.repeat && !key.includes("arrow")) || event.isComposing) return false;
  const field = (event.target as Element | null)?.closest?.("input, textarea, select") ?? null;
  if (page.panel === "keys" && handleKeyInPanel(page, event.key === " " ? " " : key)) return true;
  if (page.panel) return inPanel(page, key, field);
  if (field) return inField(page, event, field);
  return event.ctrlKey || event.metaKey ? withControl(page, event) : onPage(page, event, key);
}

function inPanel(page: Page, key: string, field: Element | null): boolean {
  const reason = page.panel === "skip" && !field ? REASONS[Number(key) - 1] : undefined;
  if (!reason) return false;
  page.skip(reason, page.querySelector("textarea")?.value.trim() ?? "");
  return true;
}

/** In a field Enter goes on, with Ctrl where it begins a line; Escape leaves it for the other keys. */
function inField(page: Page, event: KeyboardEvent, field: Element): boolean {
  const strong = event.ctrlKey || event.metaKey;
  if (event.key === "Escape") {
    focusAnswers();
    return true;
  }
  if (field.matches("[type=range]") && event.key.length === 1)
    return strong ? withControl(page, event) : page.keysOn && byLetter(page, keyOf(event));
  if (event.key !== "Enter" || (field.matches("textarea") && !strong)) return false;
  goOn(page, event.shiftKey);
  return true;
}

/** Put the focus on the answers themselves, where keys are keys. */
function focusAnswers(): void {
  const active = document.activeElement as HTMLElement | null;
  const container = active?.closest<HTMLElement>(".wb-choices");
  if (container) container.focus({ preventScroll: true });
  else active?.blur();
}

function goOn(page: Page, back: boolean): void {
  if (back) page.answering.goBack();
  else page.answering.goOn();
}

function withControl(page: Page, event: KeyboardEvent): boolean {
  const key = event.key.toLowerCase();
  if (key === "z" || key === "y") return page.answering.step(key === "z" && !event.shiftKey);
  if (key !== "enter" || !page.isOpen) return false;
  page.answering.goOn();
  return true;
}

function onPage(page: Page, event: KeyboardEvent, key: string): boolean {
  const { session } = page;
  if (key === "" || (key === " " && isReached(event.target))) return false;
  if (key === "enter") {
    if (onControl(event.target) && !(event.shiftKey && onCheck(event.target))) return false;
    return entered(page, event.shiftKey);
  }
  if (key === "escape" && session.revisiting !== null) {
    session.backToCurrent();
    return true;
  }
  return page.keysOn && byLetter(page, key);
}

function entered(page: Page, back: boolean): boolean {
  const { session, answering: currentTask } = page;
  const { isAlone, slot } = currentTask;
  if (session.screen === "why") session.begin();
  else if (session.screen === "explained" && session.revisiting === null) session.goOn();
  else if (!page.isOpen || !slot || (isAlone && slot.kind.decides(slot.question))) return false;
  else goOn(page, back);
  return true;
}

/** What stands for all tasks first; then what the question in turn has given its keys to. */
function byLetter(page: Page, key: string): boolean {
  const { session } = page;
  const action = page.keymap.actionOf(key);
  if (action === "undo") page.back();
  else if (action === "help") page.open("help");
  else if (session.screen === "why") return false;
  else if (action === "skip") page.open("skip");
  else if (action === "flag" && session.shown) page.open("flag");
  else if (action === "ask" && session.shown) page.open("ask");
  else if (action === "raw") page.toggleRaw();
  else if (action === "uncover" && session.shown?.veiled) page.care.uncover(!page.care.veil.open);
  else return page.isOpen && page.answering.press(key);
  return true;
}
