/* What opens over the task: instructions, reasons to skip, a report, the keys, what waits, the counting. */
import { html, nothing, type TemplateResult } from "lit";
import { price } from "../../i18n/format";
import { careWords } from "../../i18n/workbench_words";
import type { WorkbenchContext } from "../context";
import type { QueuedMessage } from "../storage/device_db";
import { keys } from "./key_panel";
import { formatProjectText, signIn, stateWords } from "./layout";
import { packing } from "./offline_panel";
import { harder } from "./protection_view";
import { reasons } from "./screens";

export const REASONS = ["cannot-see", "not-sure", "wrong-item", "hurts", "other"] as const;

const kc = (key: string) => html`<kbd class="kc">${key}</kbd>`;

function head(context: WorkbenchContext, title: string, note = "", focus = true): TemplateResult {
  return html`<div class="row base"><h2 class="wb-panel-title voice" id="wb-panel-title" tabindex="-1" ?autofocus=${focus}>${title}</h2>
      <button type="button" class="btn sm quiet push" @click=${() => context.close()}>${context.words.close} ${kc(context.words.keyNames.Escape)}</button></div>
    ${note ? html`<p class="small mute">${note}</p>` : nothing}`;
}

function help(context: WorkbenchContext): TemplateResult {
  const { words, session } = context;
  return html`${head(context, words.instructions, words.version(session.question.version))}
    <div class="prose wb-help" lang=${context.tongue ?? nothing} dir="auto">${formatProjectText(context, session.question.instructions)}</div>
    ${earlierQuestions(context)}
    ${session.shown?.practice ? html`<p class="small mute">${words.practiceNote}</p>` : nothing}
    <p class="small mt"><button type="button" class="wb-link" @click=${() => context.open("keys")}>${words.keysTitle}</button></p>`;
}

/** What others asked here, and what they were answered. */
function earlierQuestions(context: WorkbenchContext): TemplateResult | typeof nothing {
  const pairs = context.data.said ?? [];
  if (pairs.length === 0) return nothing;
  return html`<h3 class="h3 mt">${context.words.saidTitle}</h3>
    <dl class="wb-said" lang=${context.tongue ?? nothing}>${pairs.map(([question, answer]) => html`<div><dt>${question}</dt><dd>${answer}</dd></div>`)}</dl>`;
}

const field = (event: Event): HTMLTextAreaElement | null =>
  (event.currentTarget as HTMLElement).closest("dialog")?.querySelector("textarea") ?? null;

function skip(context: WorkbenchContext): TemplateResult {
  const { words } = context;
  return html`${head(context, words.skipTitle, words.skipNote)}
    <div class="field"><label for="wb-words">${words.yourWords} <span class="opt">${words.optional}</span></label>
      <textarea class="inp area" id="wb-words" maxlength="180"></textarea></div>
    <div class="choices wb-reasons">${REASONS.map(
      (
        reason,
        i,
      ) => html`<button type="button" class="choice" aria-keyshortcuts=${i + 1} data-reason=${reason}
        @click=${(event: Event) => context.skip(reason, field(event)?.value.trim() ?? "")}><span>${words.reasons[reason]}</span>${kc(String(i + 1))}</button>`,
    )}</div>`;
}

function flag(context: WorkbenchContext): TemplateResult {
  const { words } = context;
  const { flagTitle: title, flagNote: note, flagSend: verb, needWords: hint } = words;
  return html`${writing(context, { title, note, verb, hint }, (text) => context.flag(text))}
    ${context.session.shown ? harder(context, context.session.shown) : nothing}`;
}

function ask(context: WorkbenchContext): TemplateResult {
  const { words } = context;
  const { askTitle: title, askNote: note, askSend: verb, askWords: hint } = words;
  return html`${writing(context, { title, note, verb, hint }, (text) => context.ask(text))}
    ${
      hasLabels(context)
        ? html`<p class="small mt"><button type="button" class="wb-link wb-missing" @click=${() => context.open("missing")}>${words.missing}</button></p>`
        : nothing
    }`;
}

/** Whether the question in turn is answered by labels or choices, of which one may be missing. */
export function hasLabels({ answering: currentTask }: WorkbenchContext): boolean {
  const { labels, choices } = (currentTask.slot?.question ?? {}) as Record<string, unknown>;
  return Array.isArray(labels) || Array.isArray(choices);
}

function missing(context: WorkbenchContext): TemplateResult {
  const { words } = context;
  const { missing: title, missingNote: note, askSend: verb, missingWords: hint } = words;
  return writing(context, { title, note, verb, hint, most: 80 }, (text) => context.propose(text));
}

/** After something was refused because it hurts: what can be done now, each one press away. */
function hurts(context: WorkbenchContext): TemplateResult {
  const { words, care, data } = context;
  const own = careWords(data.language);
  const decline = () => {
    context.close();
    void care.decline(context.session);
  };
  return html`${head(context, own.hurtsTitle, "", false)}
    <p class="measure">${own.hurtsNote}</p>
    <p class="measure">${own.talk} ${data.support ? html`<b>${data.support}</b>` : html`<span class="mute">${own.talkNobody}</span>`}</p>
    <div class="stack2 mt wb-hurts">
      <button type="button" class="btn pri" autofocus @click=${() => context.takeBreak()}>${words.breakDoor}</button>
      ${care.declined ? nothing : html`<button type="button" class="btn" data-do="decline" @click=${decline}>${own.hurtsStop}</button>`}
      <button type="button" class="btn quiet" @click=${() => context.close()}>${words.next}</button>
    </div>`;
}

/** What a panel to write in says; `most` characters fit. */
type Writing = { title: string; note: string; verb: string; hint: string; most?: number };

function writing(
  context: WorkbenchContext,
  { title, note, verb, hint, most = 500 }: Writing,
  done: (text: string) => void,
): TemplateResult {
  const { words } = context;
  const send = (event: Event) => {
    event.preventDefault();
    const area = field(event);
    const text = area?.value.trim() ?? "";
    if (text) {
      done(text);
      return;
    }
    area?.setAttribute("aria-invalid", "true");
    area?.focus();
  };
  return html`${head(context, title, note, false)}
    <form @submit=${send}>
      <div class="field"><label for="wb-words">${words.yourWords}</label>
        <textarea class="inp area" id="wb-words" maxlength=${most} required aria-describedby="wb-words-why" autofocus></textarea>
        <p class="small mute" id="wb-words-why">${hint}</p></div>
      <div class="row gap2 mt"><button type="submit" class="btn pri">${verb}</button>
        <button type="button" class="btn" @click=${() => context.close()}>${words.keep}</button></div>
    </form>`;
}

/** One kept thing in a line: which task, what was said. */
export function line(context: WorkbenchContext, message: QueuedMessage): string {
  const { words } = context;
  const text =
    message.kind === "answer"
      ? context.describe(message.values)
      : message.kind === "skip"
        ? words.skipOf
        : message.kind === "ask"
          ? words.askOf
          : words.flagOf;
  return `${message.task.key} : ${text}`;
}

function waits(context: WorkbenchContext): TemplateResult {
  const { words, outbox, state } = context;
  const no = outbox.notAccepted;
  return html`${head(context, words.whatWaits, state === "ok" ? words.nothingWaits : stateWords(context))}
    ${state === "signed-out" ? signIn(context) : nothing}
    ${outbox.said ? html`<p class="msg err">${outbox.said}</p>` : nothing}
    ${outbox.waiting.length ? html`<ul class="wb-list num">${outbox.waiting.map((message) => html`<li>${line(context, message)}</li>`)}</ul>` : nothing}
    ${
      no.length
        ? html`<div class="note wait"><p class="t">${words.notAccepted(no.length)}</p>
          <p class="small">${words.notAcceptedWhy}</p>
          <ul class="wb-list">${no.map(({ kept: message, title }) => html`<li><span class="num">${line(context, message)}</span> <span class="small mute">${title}</span></li>`)}</ul>
          <div class="row gap2"><button type="button" class="btn sm" @click=${() => context.copyRefused()}>${words.copyList}</button>
            <button type="button" class="btn sm quiet" @click=${() => void outbox.forgetRefused()}>${words.forget}</button></div></div>`
        : nothing
    }
    ${packing(context)}`;
}

function counted(context: WorkbenchContext): TemplateResult {
  const { words, data } = context;
  const rate = data.project.own_staff ? null : data.rate;
  return html`${head(context, words.countedTitle)}
    <p class="measure">${words.countedTime}</p>
    <p class="measure">${
      rate
        ? rate.by_hour_micro
          ? words.payHour(price(rate.by_hour_micro, rate.currency, data.language))
          : words.countedMoney(price(rate.piece_micro, rate.currency, data.language))
        : words.countedOwn
    }</p>
    <p class="measure">${words.countedBeats}</p>`;
}

function aims(context: WorkbenchContext): TemplateResult {
  return html`${head(context, context.data.project.title, context.words.forWhom(context.data.project.organisation))}${reasons(context)}`;
}

/** Nothing to do and nothing that runs: the page says how much of it counts, and waits. */
function pause(context: WorkbenchContext): TemplateResult {
  const { words } = context;
  return html`${head(context, words.breakTitle, "", false)}
    <p class="measure">${words.breakWords}</p>
    <p class="measure mute">${words.breakEyes}</p>
    <p class="mt"><button type="button" class="btn pri" autofocus @click=${() => context.close()}>${words.breakEnd}</button></p>`;
}

export function panel(context: WorkbenchContext): TemplateResult | typeof nothing {
  switch (context.panel) {
    case "why":
      return aims(context);
    case "help":
      return help(context);
    case "skip":
      return skip(context);
    case "flag":
      return flag(context);
    case "ask":
      return ask(context);
    case "missing":
      return missing(context);
    case "hurts":
      return hurts(context);
    case "keys":
      return keys(context, head(context, context.words.keysTitle));
    case "waits":
      return waits(context);
    case "counted":
      return counted(context);
    case "break":
      return pause(context);
    default:
      return nothing;
  }
}

/** A press beside the panel closes it. */
export function closeOutside({ target, clientX, clientY }: MouseEvent): void {
  if (!(target instanceof HTMLDialogElement)) return;
  const { left, right, top, bottom } = target.getBoundingClientRect();
  const inside = clientX >= left && clientX <= right && clientY >= top && clientY <= bottom;
  if (!inside) target.close();
}
