/* The new project's form: rows of choices, and the question as the worker will see it. */
import { allocate } from "../kinds/shared/keyboard";
import { say, speak } from "./page_words";

const MOST = 36;

const rowsOf = (list: Element): HTMLInputElement[] => [
  ...list.querySelectorAll<HTMLInputElement>(".opti input"),
];

function dress(row: Element): void {
  if (row.querySelector("button")) return;
  const button = document.createElement("button");
  button.type = "button";
  button.dataset.removeChoice = "";
  button.textContent = "×";
  row.append(button);
}

function number(list: Element): void {
  const inputs = rowsOf(list);
  inputs.forEach((input, index) => {
    const name = say("choice", index + 1);
    const remove = `${say("remove")} ${input.value || name}`;
    if (name) input.setAttribute("aria-label", name);
    if (name) input.nextElementSibling?.setAttribute("aria-label", remove);
    input.nextElementSibling?.toggleAttribute("hidden", inputs.length <= 2);
  });
  list.querySelector("[data-add-choice]")?.toggleAttribute("hidden", inputs.length >= MOST);
  preview();
}

function add(list: Element, value = "", after?: Element | null): HTMLInputElement | null {
  const rows = list.querySelectorAll(".opti");
  const last = after ?? rows[rows.length - 1];
  if (!last || rows.length >= MOST) return null;
  const row = last.cloneNode(true) as Element;
  const input = row.querySelector("input");
  if (!input) return null;
  input.value = value;
  input.removeAttribute("value");
  input.removeAttribute("id");
  input.classList.remove("bad");
  last.after(row);
  return input;
}

function remove(list: Element, input: HTMLInputElement): void {
  const inputs = rowsOf(list);
  if (inputs.length <= 2) return;
  const at = inputs.indexOf(input);
  input.closest(".opti")?.remove();
  (inputs[at - 1] ?? inputs[at + 1])?.focus();
  number(list);
}

/** Several lines pasted in one field become as many choices. */
function paste(event: ClipboardEvent, list: Element, input: HTMLInputElement): void {
  const lines = (event.clipboardData?.getData("text") ?? "").split(/\r?\n|\t/).map((l) => l.trim());
  const full = lines.filter(Boolean);
  if (full.length < 2) return;
  event.preventDefault();
  input.value = full[0] ?? "";
  let row = input.closest(".opti");
  for (const line of full.slice(1)) row = add(list, line, row)?.closest(".opti") ?? row;
  number(list);
}

/** Veil the chosen column and give its first cell. */
function chosenSample(): string {
  let sample = "";
  for (const table of document.querySelectorAll<HTMLTableElement>(".pv")) {
    const heads = [...table.querySelectorAll("thead th")];
    const at = heads.findIndex((th) => th.querySelector("input:checked"));
    for (const row of table.rows) {
      [...row.cells].forEach((cell, index) => {
        cell.classList.toggle("selc", index === at);
      });
    }
    sample ||= table.tBodies[0]?.rows[0]?.cells[at]?.textContent?.trim() ?? "";
  }
  return sample;
}

/** Redraw the question as the worker will see it, keys included. */
function preview(): void {
  const sample = chosenSample();
  const box = document.querySelector("[data-preview]");
  const list = document.querySelector("[data-choices]");
  if (!box || !list) return;
  const ask = document.querySelector<HTMLInputElement>("[data-ask]")?.value.trim();
  const multiple = document.querySelector<HTMLInputElement>("[data-multiple]")?.checked;
  const slot = (name: string) => box.querySelector(`[data-preview-${name}]`);
  const question = slot("ask");
  if (question && ask !== undefined) question.textContent = ask || "…";
  const item = slot("item");
  if (item && sample) item.textContent = sample;
  const labels = rowsOf(list)
    .map((input) => input.value.trim())
    .filter(Boolean);
  const keys = allocate(labels);
  const element = labels.map((label, index) => choice(label, keys[index] ?? ""));
  if (multiple) element.push(choice(say("check"), "↵"));
  slot("choices")?.replaceChildren(...element);
}

function choice(label: string, key: string): HTMLElement {
  const row = document.createElement("span");
  row.className = "choice sm";
  row.textContent = label;
  const cap = document.createElement("kbd");
  cap.className = "kc";
  cap.textContent = key.toUpperCase();
  row.append(cap);
  return row;
}

export function listenForChoices(): void {
  const place = (event: Event) => {
    const target = event.target as HTMLElement;
    return { list: target.closest?.("[data-choices]"), target };
  };
  for (const list of document.querySelectorAll("[data-choices]")) {
    list.querySelectorAll(".opti").forEach(dress);
    void speak().then(() => number(list));
  }
  document.addEventListener("click", (event) => {
    const { list, target } = place(event);
    if (!list) return;
    if (target.closest("[data-add-choice]")) {
      event.preventDefault();
      add(list)?.focus();
      number(list);
    }
    const row = target.closest("[data-remove-choice]")?.closest(".opti");
    const input = row?.querySelector("input");
    if (input) remove(list, input);
  });
  document.addEventListener("keydown", (event) => {
    const { list, target } = place(event);
    if (!list || !(target instanceof HTMLInputElement) || event.isComposing) return;
    if (event.key === "Enter") {
      event.preventDefault();
      const next = target.closest(".opti")?.nextElementSibling?.querySelector("input");
      if (next?.value === "") next.focus();
      else add(list, "", target.closest(".opti"))?.focus();
      number(list);
    } else if (event.key === "Backspace" && target.value === "" && !event.repeat) {
      event.preventDefault();
      remove(list, target);
    }
  });
  document.addEventListener("paste", (event) => {
    const { list, target } = place(event);
    if (list && target instanceof HTMLInputElement) paste(event, list, target);
  });
  for (const kind of ["input", "change"]) {
    document.addEventListener(kind, (event) => {
      const { list } = place(event);
      if (list) number(list);
      else preview();
    });
  }
  preview();
}
