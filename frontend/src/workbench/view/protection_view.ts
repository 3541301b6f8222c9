/* How protection looks: the veil over a picture, whom to talk to, refusing, what is due first. */
import { html, nothing, type TemplateResult } from "lit";
import { careWords } from "../../i18n/workbench_words";
import { nameOf } from "../../kinds/shared/keyboard";
import { isHard } from "../../protocol/exposure";
import type { Task } from "../../protocol/workbench";
import type { WorkbenchContext } from "../context";
import { capFor } from "../key_caps";
import { LOOM } from "./icons";

const kc = (key: string) => html`<kbd class="kc" aria-hidden="true">${key}</kbd>`;

/** A picture that shows while it is held with a finger or the mouse, or after a press of V. */
export function veiled(
  context: WorkbenchContext,
  task: Task,
  picture: HTMLElement,
): TemplateResult {
  const { care } = context;
  care.veil.show(task.lease);
  const hold = (event: PointerEvent) => {
    event.preventDefault();
    care.uncover(true);
  };
  return html`<div class="wb-veil ${care.veil.open ? "open" : ""}" @pointerdown=${hold}
      @pointerup=${() => care.uncover(false)} @pointerleave=${() => care.uncover(false)}
      @pointercancel=${() => care.uncover(false)} @contextmenu=${(event: Event) => event.preventDefault()}>${picture}</div>`;
}

/** Under what is hard to look at: uncover it, or see no more of it. */
export function hard(context: WorkbenchContext, task: Task): TemplateResult | typeof nothing {
  const { care, session } = context;
  const words = careWords(context.data.language);
  if (!isHard(task)) return nothing;
  const open = care.veil.open;
  return html`<div class="wb-unveil">
    ${
      task.veiled
        ? html`<button type="button" class="btn sm" aria-pressed=${open} aria-keyshortcuts=${nameOf(context.keymap.of("uncover"))}
            @click=${() => care.uncover(!open)}>${open ? words.cover : words.uncover} ${kc(capFor(context, "uncover"))}</button>`
        : nothing
    }
    <button type="button" class="btn sm wb-no" @click=${() => void care.decline(session)}>${words.stopShowing}</button>
    ${task.veiled ? html`<span class="small mute">${words.uncoverNote}</span>` : nothing}
  </div>`;
}

/** In view on every task: the label, whom to talk to, and the way out, one press away. */
export function protection(context: WorkbenchContext): TemplateResult | typeof nothing {
  const { care, data, session } = context;
  const words = careWords(context.data.language);
  const risk = data.project.risk;
  const task = session.screen === "task" ? session.current : null;
  const near = task !== null && isHard(task); // then the way out stands under it
  if (!risk?.label && !near && !data.support) return nothing;
  return html`<div class="wb-care">
    ${
      risk?.label
        ? html`<p class="small"><b>${words.risk(risk.label)}</b> <span class="mute">${risk.words}</span></p>`
        : nothing
    }
    ${
      care.declined
        ? html`<p class="small">${words.declined}</p>`
        : risk?.label && !near
          ? html`<p><button type="button" class="btn sm" @click=${() => void care.decline(session)}>${words.stopShowing}</button></p>`
          : nothing
    }
    <p class="small">${words.talk} ${data.support ? html`<b>${data.support}</b>` : html`<span class="mute">${words.talkNobody}</span>`}</p>
  </div>`;
}

/** Before a project begins: what it may show. */
export function risk(context: WorkbenchContext): TemplateResult | typeof nothing {
  const { data } = context;
  const words = careWords(context.data.language);
  const level = data.project.risk;
  if (!level || level.label === null) return nothing;
  return html`<div><h2 class="small">${words.riskName}</h2>
    <p class="small">${words.risk(level.label)} ${level.words}. ${level.kinds.join(", ")}</p></div>`;
}

/** Nothing more just now, and why: a limit, a rest that is due, a break to take. */
export function blockedScreen(context: WorkbenchContext): TemplateResult {
  const { session, care, data } = context;
  const words = careWords(context.data.language);
  const block = session.heldBack;
  return html`<div class="statec wb-end">
    ${LOOM}
    <h1 class="h1s voice" id="wb-question" tabindex="-1">${care.resting ? words.restTitle : words.heldTitle}</h1>
    <p class="mute">${care.resting ? words.restNote : block?.text}</p>
    <div class="row gap2 mt">
      ${
        (block?.why === "break" || block?.why === "calm") && !care.resting
          ? html`<button type="button" class="btn pri" @click=${() => void care.rest()}>${words.rest}</button>`
          : html`<button type="button" class="btn pri" @click=${() => care.goOn(session)}>${care.resting ? words.restOver : context.words.lookAgain}</button>`
      }
      <button type="button" class="btn quiet" @click=${() => context.stop()}>${context.words.leave}</button>
      ${data.urls.exposure ? html`<a class="btn quiet" href=${data.urls.exposure}>${words.myLimits}</a>` : nothing}
    </div>
  </div>`;
}

/** Say that a task is harder than its label; never that it is easier. */
export function harder(context: WorkbenchContext, task: Task): TemplateResult | typeof nothing {
  const { data } = context;
  const words = careWords(context.data.language);
  const levels = data.project.risk?.levels ?? [];
  const from = (task.severity ?? 0) + 1;
  const say = (level: number) => {
    context.close();
    void context.care.harder(task, level);
  };
  if (!levels.length || from >= levels.length) return nothing;
  return html`<div class="field wb-harder"><span class="lab" id="wb-harder">${words.harder}</span>
    <div class="stack2" role="group" aria-labelledby="wb-harder">${levels
      .map((text, level) => [text, level] as const)
      .slice(from)
      .map(
        ([text, level]) =>
          html`<button type="button" class="btn sm" data-level=${level} @click=${() => say(level)}>${level}. ${text}</button>`,
      )}</div></div>`;
}
