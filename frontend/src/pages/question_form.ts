/* The form of what is asked: the fields of the kind chosen, and the question as its workers will see it.
     form[data-asking=ADDRESS]   asks there what the question is, whenever it changes
     [data-kind] [data-unless]   shown with its kind, hidden with it
     [data-kind][data-chat]      of a conversation, shown with its mode
     [data-trial]                answers a few tasks to measure their time: question_trial.ts
     [data-preview-kind]         where kinds besides flat choices are drawn */

import type { Sampled } from "./question_trial";

const PAUSE_MS = 350;

const chosen = (form: HTMLFormElement, name: string): string =>
  form.querySelector<HTMLSelectElement>(`[name=${name}]`)?.value ?? "";

function sort(form: HTMLFormElement): void {
  const kind = chosen(form, "kind");
  const mode = chosen(form, "chat_mode");
  for (const part of form.querySelectorAll<HTMLElement>("[data-kind]")) {
    const { kind: kinds = "", chat } = part.dataset;
    part.hidden = !kinds.split(" ").includes(kind) || (kind === "chat" && !!chat && chat !== mode);
  }
  for (const part of form.querySelectorAll<HTMLElement>("[data-unless]"))
    part.hidden = part.dataset.unless === kind;
}

const isFlat = (form: HTMLFormElement): boolean =>
  chosen(form, "kind") === "choice" &&
  ![...form.querySelectorAll<HTMLInputElement>("[name=choices]")].some(({ value }) =>
    value.includes(" > "),
  );

async function ask(form: HTMLFormElement): Promise<unknown> {
  const answer = await fetch(form.dataset.asking ?? "", {
    method: "POST",
    body: new FormData(form),
    headers: { Accept: "application/json" },
  });
  return answer.ok ? answer.json() : null;
}

/** Offer to answer a few tasks, so that their time is measured. */
function offerTrial(form: HTMLFormElement): void {
  const start = form.querySelector<HTMLElement>("[data-trial-start]");
  const status = form.querySelector<HTMLElement>("[data-trial-status]");
  form.querySelector<HTMLElement>("[data-trial]")?.removeAttribute("hidden");
  start?.addEventListener("click", async () => {
    const sampled = await ask(form).catch(() => null);
    const { tryTasks } = await import("./question_trial");
    const why = await tryTasks(form, (sampled ?? {}) as Sampled);
    if (why && status) status.textContent = why;
  });
}

export function listenForAsking(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-asking]")) {
    const box = form.querySelector<HTMLElement>("[data-preview-kind]");
    const flat = form.querySelectorAll<HTMLElement>(
      "[data-preview-choices], [data-preview-ask], [data-preview-item]",
    );
    offerTrial(form);
    let timer = 0;
    let round = 0;
    const draw = async () => {
      sort(form);
      if (!box) return;
      const plain = isFlat(form);
      for (const part of flat) part.hidden = !plain;
      box.hidden = plain;
      if (plain) return;
      round += 1;
      const ownRound = round;
      const preview = await ask(form).catch(() => null);
      if (!preview || ownRound !== round) return;
      const { show } = await import("./question_preview");
      await show(box, preview);
    };
    const soon = () => {
      clearTimeout(timer);
      timer = window.setTimeout(() => void draw(), PAUSE_MS);
    };
    form.addEventListener("input", soon);
    form.addEventListener("change", () => {
      sort(form);
      soon();
    });
    void draw();
  }
}
