/* The questions of a task on its page: one alone under its words, or several one after another, the one
   in turn marked; and the button that takes the answer, with what it still waits for. */
import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { askWords } from "../../i18n/workbench_words";
import type { Slot } from "../../kinds/shared/form";
import type { WorkbenchContext } from "../context";
import { formatProjectText } from "./layout";
import { hasLabels } from "./panels";

/** Words of the frame alone; each kind has its own. */
export function ask(context: WorkbenchContext): TemplateResult {
  const { answering: currentTask, tongue } = context;
  const own = askWords(context.data.language);
  const first = currentTask.questions[0];
  return currentTask.isAlone && first
    ? html`<h1 class="q voice" id="wb-question" lang=${tongue ?? nothing} dir="auto">${formatProjectText(context, first.ask)}</h1>`
    : html`<h1 class="sr" id="wb-question" tabindex="-1">${own.several(currentTask.slots.length)}</h1>`;
}

export function answers(context: WorkbenchContext, fixed: boolean): TemplateResult {
  const { answering: currentTask } = context;
  const { slots } = currentTask;
  const only = slots[0];
  if (currentTask.isAlone && only)
    return html`${only.kind.view(currentTask.contextOf(only))}${missing(context, fixed)}
      ${fixed || only.kind.decides(only.question) ? nothing : check(context)}`;
  return html`<ol class="wb-asks">${repeat(
    slots,
    ({ name }) => name,
    (slot) => questionItem(context, slot),
  )}</ol>
    ${missing(context, fixed)}${fixed ? nothing : check(context)}`;
}

/** The way to say that a label is missing; on a phone it stands where one asks. */
const missing = (context: WorkbenchContext, fixed: boolean) =>
  fixed || !hasLabels(context)
    ? nothing
    : html`<p class="small faint wide wb-lacks"><button type="button" class="wb-link" @click=${() => context.open("missing")}>${context.words.missing}</button></p>`;

function questionItem(context: WorkbenchContext, slot: Slot): TemplateResult {
  const { answering: currentTask, words, tongue } = context;
  const questionContext = currentTask.contextOf(slot);
  const done = currentTask.sheet?.isDone(slot);
  return html`<li class="wb-ask ${questionContext.active && !questionContext.fixed ? "turn" : ""} ${done ? "done" : ""}" data-slot=${slot.name}
    @focusin=${() => currentTask.turn !== slot.name && currentTask.turnTo(slot.name, false)}>
    <h2 class="voice wb-askq" id=${questionContext.name} lang=${tongue ?? nothing} dir="auto">${slot.region ? html`<span class="small mute">${slot.region.name}</span> ` : nothing}${formatProjectText(context, slot.question.ask)}
      ${slot.question.optional ? html`<span class="opt small" lang=${context.data.language}>${words.optional}</span>` : nothing}</h2>
    ${slot.kind.view(questionContext)}</li>`;
}

function check(context: WorkbenchContext): TemplateResult {
  const { answering: currentTask, words } = context;
  const own = askWords(context.data.language);
  const { lacks, slot, sheet: form } = currentTask;
  const lines = !!slot?.kind.hasLines?.(slot.question);
  const keys = lines ? "Control+Enter" : "Enter";
  const hasSteps = context.hasSteps || slot?.kind.typed?.(slot.question) === false;
  const steps = (form?.canUndo || form?.canRedo) && hasSteps;
  const step = (back: boolean, can: boolean | undefined, name: string, key: string) =>
    html`<button type="button" class="btn sm quiet" aria-keyshortcuts=${key} aria-disabled=${can ? nothing : "true"}
      @click=${() => currentTask.step(back)}>${name}</button>`;
  return html`<div class="wb-check row wrap">
    <button type="button" class="btn pri" aria-keyshortcuts=${keys}
      aria-disabled=${lacks ? "true" : nothing} aria-describedby=${lacks ? "wb-check-why" : nothing}
      @click=${() => currentTask.check()}>${words.check} <kbd class="kc inv" aria-hidden="true">${lines ? `${words.keyNames.Control} ` : ""}${words.keyNames.Enter}</kbd></button>
    <span class="small mute" id="wb-check-why">${lacks || nothing}</span>
    ${
      steps
        ? html`<span class="push row wb-steps">${step(true, form?.canUndo, own.stepBack, "Control+Z")}${step(false, form?.canRedo, own.stepAgain, "Control+Y")}</span>`
        : nothing
    }
  </div>`;
}
