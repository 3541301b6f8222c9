/* What opens over the task: instructions, reasons to skip, a report, the keys, what waits, the counting. */
import { html, nothing, type TemplateResult } from "lit";
import { price } from "../../i18n/format";
import type { Bench } from "../context";
import type { Kept } from "../storage/device_db";
import { keys } from "./key_panel";
import { signIn, stateWords, voiced } from "./layout";
import { packing } from "./offline_panel";
import { harder } from "./protection_view";
import { reasons } from "./screens";

export const REASONS = ["cannot-see", "not-sure", "wrong-item", "hurts", "other"] as const;

const kc = (key: string) => html`<kbd class="kc">${key}</kbd>`;

function head(bench: Bench, title: string, note = "", focus = true): TemplateResult {
  return html`<div class="row base"><h2 class="wb-panel-title voice" id="wb-panel-title" tabindex="-1" ?autofocus=${focus}>${title}</h2>
      <button type="button" class="btn sm quiet push" @click=${() => bench.close()}>${bench.words.close} ${kc(bench.words.keyNames.Escape)}</button></div>
    ${note ? html`<p class="small mute">${note}</p>` : nothing}`;
}

function help(bench: Bench): TemplateResult {
  const { words, session } = bench;
  return html`${head(bench, words.instructions, words.version(session.question.version))}
    <div class="prose wb-help" lang=${bench.tongue ?? nothing} dir="auto">${voiced(bench, session.question.instructions)}</div>
    ${said(bench)}
    ${session.shown?.practice ? html`<p class="small mute">${words.practiceNote}</p>` : nothing}
    <p class="small mt"><button type="button" class="wb-link" @click=${() => bench.open("keys")}>${words.keysTitle}</button></p>`;
}

/** What others asked here, and what they were answered. */
function said(bench: Bench): TemplateResult | typeof nothing {
  const pairs = bench.data.said ?? [];
  if (pairs.length === 0) return nothing;
  return html`<h3 class="h3 mt">${bench.words.saidTitle}</h3>
    <dl class="wb-said" lang=${bench.tongue ?? nothing}>${pairs.map(([question, answer]) => html`<div><dt>${question}</dt><dd>${answer}</dd></div>`)}</dl>`;
}

const field = (event: Event): HTMLTextAreaElement | null =>
  (event.currentTarget as HTMLElement).closest("dialog")?.querySelector("textarea") ?? null;

function skip(bench: Bench): TemplateResult {
  const { words } = bench;
  return html`${head(bench, words.skipTitle, words.skipNote)}
    <div class="field"><label for="wb-words">${words.yourWords} <span class="opt">${words.optional}</span></label>
      <textarea class="inp area" id="wb-words" maxlength="180"></textarea></div>
    <div class="choices wb-reasons">${REASONS.map(
      (
        reason,
        i,
      ) => html`<button type="button" class="choice" aria-keyshortcuts=${i + 1} data-reason=${reason}
        @click=${(event: Event) => bench.skip(reason, field(event)?.value.trim() ?? "")}><span>${words.reasons[reason]}</span>${kc(String(i + 1))}</button>`,
    )}</div>`;
}

function flag(bench: Bench): TemplateResult {
  const { words } = bench;
  return writing(bench, words.flagTitle, words.flagNote, words.flagSend, (text) =>
    bench.flag(text),
  );
}

function ask(bench: Bench): TemplateResult {
  const { words } = bench;
  return writing(bench, words.askTitle, words.askNote, words.askSend, (text) => bench.ask(text));
}

function writing(
  bench: Bench,
  title: string,
  note: string,
  verb: string,
  done: (text: string) => void,
): TemplateResult {
  const { words } = bench;
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
  return html`${head(bench, title, note, false)}
    <form @submit=${send}>
      <div class="field"><label for="wb-words">${words.yourWords}</label>
        <textarea class="inp area" id="wb-words" maxlength="500" required aria-describedby="wb-words-why" autofocus></textarea>
        <p class="small mute" id="wb-words-why">${words.needWords}</p></div>
      <div class="row gap2 mt"><button type="submit" class="btn pri">${verb}</button>
        <button type="button" class="btn" @click=${() => bench.close()}>${words.keep}</button></div>
    </form>
    ${bench.session.shown ? harder(bench, bench.session.shown) : nothing}`;
}

/** One kept thing in a line: which task, what was said. */
export function line(bench: Bench, kept: Kept): string {
  const { words } = bench;
  const said =
    kept.kind === "answer"
      ? bench.told(kept.values)
      : kept.kind === "skip"
        ? words.skipOf
        : kept.kind === "ask"
          ? words.askOf
          : words.flagOf;
  return `${kept.task.key} : ${said}`;
}

function waits(bench: Bench): TemplateResult {
  const { words, outbox, state } = bench;
  const no = outbox.notAccepted;
  return html`${head(bench, words.whatWaits, state === "ok" ? words.nothingWaits : stateWords(bench))}
    ${state === "signed-out" ? signIn(bench) : nothing}
    ${outbox.said ? html`<p class="msg err">${outbox.said}</p>` : nothing}
    ${outbox.waiting.length ? html`<ul class="wb-list num">${outbox.waiting.map((kept) => html`<li>${line(bench, kept)}</li>`)}</ul>` : nothing}
    ${
      no.length
        ? html`<div class="note wait"><p class="t">${words.notAccepted(no.length)}</p>
          <p class="small">${words.notAcceptedWhy}</p>
          <ul class="wb-list">${no.map(({ kept, title }) => html`<li><span class="num">${line(bench, kept)}</span> <span class="small mute">${title}</span></li>`)}</ul>
          <div class="row gap2"><button type="button" class="btn sm" @click=${() => bench.copyRefused()}>${words.copyList}</button>
            <button type="button" class="btn sm quiet" @click=${() => void outbox.forgetRefused()}>${words.forget}</button></div></div>`
        : nothing
    }
    ${packing(bench)}`;
}

function counted(bench: Bench): TemplateResult {
  const { words, data } = bench;
  const rate = data.project.own_staff ? null : data.rate;
  return html`${head(bench, words.countedTitle)}
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

function aims(bench: Bench): TemplateResult {
  return html`${head(bench, bench.data.project.title, bench.words.forWhom(bench.data.project.organisation))}${reasons(bench)}`;
}

/** Nothing to do and nothing that runs: the page says how much of it counts, and waits. */
function pause(bench: Bench): TemplateResult {
  const { words } = bench;
  return html`${head(bench, words.breakTitle, "", false)}
    <p class="measure">${words.breakWords}</p>
    <p class="measure mute">${words.breakEyes}</p>
    <p class="mt"><button type="button" class="btn pri" autofocus @click=${() => bench.close()}>${words.breakEnd}</button></p>`;
}

export function panel(bench: Bench): TemplateResult | typeof nothing {
  switch (bench.panel) {
    case "why":
      return aims(bench);
    case "help":
      return help(bench);
    case "skip":
      return skip(bench);
    case "flag":
      return flag(bench);
    case "ask":
      return ask(bench);
    case "keys":
      return keys(bench, head(bench, bench.words.keysTitle));
    case "waits":
      return waits(bench);
    case "counted":
      return counted(bench);
    case "break":
      return pause(bench);
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
