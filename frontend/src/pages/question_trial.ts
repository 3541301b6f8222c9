/* An author answers a few tasks to measure how long one takes: the median becomes the time that the price
   rests on. Nothing that is answered leaves the page.
     [data-trial] > [data-trial-start], [data-trial-status][data-took]
     dialog[data-trial-dialog] with [data-trial-heading][data-text], [data-trial-task], [data-trial-next] */
import { html, nothing, render } from "lit";
import { pageLanguage, spaced } from "../i18n/languages";
import { fetchKinds } from "../kinds/register";
import type { Language, Question } from "../protocol/questions";
import type { Shown } from "../protocol/workbench";
import { StandaloneQuestion } from "./standalone_question";
import "../styles/kinds.css";

export type Sampled = {
  why?: string;
  schema?: { questions: Question[]; show: { column: string; as: string }[] };
  samples?: Record<string, Shown>[];
  language?: Language;
};

/** The middle of some times, in whole seconds, at least one. */
export function medianSeconds(timesMs: readonly number[]): number {
  const ordered = [...timesMs].sort((a, b) => a - b);
  const middle = ordered[Math.floor((ordered.length - 1) / 2)] ?? 0;
  return Math.max(1, Math.round(middle / 1000));
}

const material = (shown: Shown | undefined) => {
  if (!shown || shown.as === "page") return nothing;
  if (shown.as === "image") return html`<p><img src=${shown.url} alt=${shown.alt}></p>`;
  if (shown.as === "audio") return html`<p><audio controls src=${shown.url}></audio></p>`;
  if (shown.as === "turns")
    return html`${shown.turns.map(({ role, text }) => html`<p><b>${role}</b> ${text}</p>`)}`;
  return html`<p class="preline">${shown.value}</p>`;
};

/** Draw one task; the answers to its questions, undefined while one is missing. */
function drawTask(
  box: HTMLElement,
  { schema, language = pageLanguage() }: Sampled,
  cells: Record<string, Shown>,
  changed: () => void,
): () => unknown[] {
  const questions = (schema?.questions ?? []).map(({ when: _when, each: _each, ...rest }) => rest);
  const parts = questions.map(
    ({ ask }, at) =>
      html`<p class="voice q" id=${`trial-${at}`}>${spaced(ask, language)}</p><div data-part=${at} tabindex="-1"></div>`,
  );
  const shown = (schema?.show ?? []).map(({ column }) => material(cells[column]));
  render(nothing, box);
  render(html`${shown}${parts}`, box);
  const drawn = questions.flatMap((question, at) => {
    const container = box.querySelector<HTMLElement>(`[data-part="${at}"]`);
    const options = { question, cells: { ...cells }, language, name: `trial-${at}`, changed };
    return container ? [new StandaloneQuestion(container, options)] : [];
  });
  box.querySelector<HTMLElement>("[data-part]")?.focus();
  return () => drawn.map(({ answer }) => answer);
}

function write(form: HTMLFormElement, seconds: number): void {
  for (const name of ["seconds", "timed"]) {
    const field = form.querySelector<HTMLInputElement>(`[name=${name}]`);
    if (!field) continue;
    field.value = String(seconds);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

/** Ask for the tasks in turn; resolve with the seconds of one, or with why it cannot be. */
export async function tryTasks(form: HTMLFormElement, sampled: Sampled): Promise<string> {
  const dialog = form.querySelector<HTMLDialogElement>("[data-trial-dialog]");
  const status = form.querySelector<HTMLElement>("[data-trial-status]");
  const box = dialog?.querySelector<HTMLElement>("[data-trial-task]");
  const heading = dialog?.querySelector<HTMLElement>("[data-trial-heading]");
  const next = dialog?.querySelector<HTMLButtonElement>("[data-trial-next]");
  const { schema, samples = [], language = pageLanguage() } = sampled;
  if (!dialog || !box || !heading || !next || !schema || !samples.length) return sampled.why ?? "";
  await fetchKinds(
    schema.questions.map(({ kind }) => kind),
    language,
  );
  const times: number[] = [];
  const ended = new AbortController();
  const { signal } = ended;
  const close = () => {
    render(nothing, box);
    ended.abort();
  };
  dialog.addEventListener("close", close, { signal });
  // What is answered here is no text of the form behind it.
  for (const kind of ["input", "change", "focusout"])
    dialog.addEventListener(kind, (event) => event.stopPropagation(), { signal });
  let begun = 0;
  let answers: () => unknown[] = () => [];
  const isWhole = () => !answers().includes(undefined);
  const draw = () => {
    heading.textContent = (heading.dataset.text ?? "")
      .replace("NUMBER", String(times.length + 1))
      .replace("TOTAL", String(samples.length));
    answers = drawTask(box, sampled, samples[times.length] ?? {}, () => {
      next.toggleAttribute("disabled", !isWhole());
    });
    next.toggleAttribute("disabled", !isWhole());
    begun = performance.now();
  };
  const go = () => {
    if (!isWhole()) return;
    times.push(performance.now() - begun);
    if (times.length < samples.length) return draw();
    const seconds = medianSeconds(times);
    write(form, seconds);
    if (status)
      status.textContent = (status.dataset.took ?? "").replace("SECONDS", String(seconds));
    dialog.close();
  };
  next.addEventListener("click", go, { signal });
  dialog.addEventListener(
    "keydown",
    (event) => {
      // Enter in the dialog is the next task, never the form behind it.
      const isButton = (event.target as Element).matches("button, textarea");
      if (event.key !== "Enter" || isButton || event.defaultPrevented) return;
      event.preventDefault();
      event.stopPropagation();
      go();
    },
    { signal },
  );
  dialog.showModal();
  draw();
  return "";
}
