/* The questions of a task on its page: one alone under its words, or several one after another, the one
   in turn marked; and the button that takes the answer, with what it still waits for. */
import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { askWords } from "../../i18n/workbench_words";
import type { Slot } from "../../kinds/shared/form";
import type { Bench } from "../context";
import { voiced } from "./layout";

/** Words of the frame alone; each kind has its own. */
export function ask(bench: Bench): TemplateResult {
  const { answering, tongue } = bench;
  const own = askWords(bench.data.language);
  const first = answering.questions[0];
  return answering.isAlone && first
    ? html`<h1 class="q voice" id="wb-question" lang=${tongue ?? nothing} dir="auto">${voiced(bench, first.ask)}</h1>`
    : html`<h1 class="sr" id="wb-question" tabindex="-1">${own.several(answering.slots.length)}</h1>`;
}

export function answers(bench: Bench, fixed: boolean): TemplateResult {
  const { answering } = bench;
  const { slots } = answering;
  const only = slots[0];
  if (answering.isAlone && only)
    return html`${only.kind.view(answering.place(only))}
      ${fixed || only.kind.decides(only.asked) ? nothing : check(bench)}`;
  return html`<ol class="wb-asks">${repeat(
    slots,
    ({ name }) => name,
    (slot) => one(bench, slot),
  )}</ol>
    ${fixed ? nothing : check(bench)}`;
}

function one(bench: Bench, slot: Slot): TemplateResult {
  const { answering, words, tongue } = bench;
  const place = answering.place(slot);
  const done = answering.sheet?.isDone(slot);
  return html`<li class="wb-ask ${place.active && !place.fixed ? "turn" : ""} ${done ? "done" : ""}" data-slot=${slot.name}
    @focusin=${() => answering.turn !== slot.name && answering.turnTo(slot.name, false)}>
    <h2 class="voice wb-askq" id=${place.name} lang=${tongue ?? nothing} dir="auto">${slot.region ? html`<span class="small mute">${slot.region.name}</span> ` : nothing}${voiced(bench, slot.asked.ask)}
      ${slot.asked.optional ? html`<span class="opt small" lang=${bench.data.language}>${words.optional}</span>` : nothing}</h2>
    ${slot.kind.view(place)}</li>`;
}

function check(bench: Bench): TemplateResult {
  const { answering, words } = bench;
  const own = askWords(bench.data.language);
  const { lacks, slot, sheet } = answering;
  const lines = !!slot?.kind.hasLines?.(slot.asked);
  const keys = lines ? "Control+Enter" : "Enter";
  const hasSteps = bench.hasSteps || slot?.kind.typed?.(slot.asked) === false;
  const steps = (sheet?.canUndo || sheet?.canRedo) && hasSteps;
  const step = (back: boolean, can: boolean | undefined, name: string, key: string) =>
    html`<button type="button" class="btn sm quiet" aria-keyshortcuts=${key} aria-disabled=${can ? nothing : "true"}
      @click=${() => answering.step(back)}>${name}</button>`;
  return html`<div class="wb-check row wrap">
    <button type="button" class="btn pri" aria-keyshortcuts=${keys}
      aria-disabled=${lacks ? "true" : nothing} aria-describedby=${lacks ? "wb-check-why" : nothing}
      @click=${() => answering.check()}>${words.check} <kbd class="kc inv" aria-hidden="true">${lines ? `${words.keyNames.Control} ` : ""}${words.keyNames.Enter}</kbd></button>
    <span class="small mute" id="wb-check-why">${lacks || nothing}</span>
    ${
      steps
        ? html`<span class="push row wb-steps">${step(true, sheet?.canUndo, own.stepBack, "Control+Z")}${step(false, sheet?.canRedo, own.stepAgain, "Control+Y")}</span>`
        : nothing
    }
  </div>`;
}
