/* The workbench's standing parts: bar, thread, account in the margin, the thing to judge, tools. */
import { html, nothing, type TemplateResult } from "lit";
import { duration, earnings, money, perHour, price } from "../../i18n/format";
import { spaced } from "../../i18n/languages";
import { nameOf } from "../../kinds/shared/keyboard";
import type { Shown, Task } from "../../protocol/workbench";
import type { WorkbenchContext } from "../context";
import { capFor } from "../key_caps";
import { isTiny } from "../storage/image_prefetch";
import { ASK, BACK, FLAG, INFO, KNOTS, SIGN, SKIP, UNDO, WARN } from "./icons";
import { packLink } from "./offline_panel";
import { narrowThread, type ThreadState, wideThread } from "./progress_thread";
import { hard, protection, veiled } from "./protection_view";

const kc = (key: string) => html`<kbd class="kc" aria-hidden="true">${key}</kbd>`;

/** What the requester wrote may be in the page's language too: its spaces are put right on screen. */
export const formatProjectText = (context: WorkbenchContext, text: string): string => {
  const listed = text.replace(/^[-*] /gm, "– ");
  return spaced(listed, context.data.language);
};

/** Whether there is something to read: instructions, or answers to what others asked. */
export const isAnnounced = (context: WorkbenchContext): boolean =>
  context.session.question.instructions.trim().length > 0 || (context.data.said ?? []).length > 0;

/** The whole sentence about what is kept where. */
export function stateWords(context: WorkbenchContext): string {
  const { words } = context;
  const k = context.outbox.waiting.length;
  return {
    ok: words.saved,
    wait: words.waiting(k),
    offline: context.session.shown ? words.offline(k) : words.offlineEmpty(k),
    fault: words.fault(k),
    "signed-out": words.signedOut(k),
  }[context.state];
}

/** The sign in two lengths; the style sheet shows the one that fits. */
function status(context: WorkbenchContext): TemplateResult {
  const { words, state } = context;
  const k = context.outbox.waiting.length;
  const long = { ok: words.saved, wait: words.waiting(k), offline: words.offlineBar(k) };
  const short = {
    ok: words.savedShort,
    wait: words.waitingShort(k),
    offline: words.offlineShort(k),
    fault: words.faultShort(k),
    "signed-out": words.signedOutShort(k),
  }[state];
  const look = state === "ok" || state === "wait" ? state : "off";
  return html`<button type="button" class="status wb-status ${look}" title=${stateWords(context)}
    @click=${() => context.open("waits")}>${KNOTS[look]}<span class="long">${
      state in long ? long[state as keyof typeof long] : short
    }</span><span class="short">${short}</span></button>`;
}

export function bar(context: WorkbenchContext): TemplateResult {
  const { words, data } = context;
  return html`<header class="bar wb-bar">
    <div class="m"><a class="sign" href="/" aria-label="Canut">${SIGN}<span>Canut</span></a></div>
    <div class="c">
      <div class="wb-proj"><b class="b" lang=${context.tongue ?? nothing}>${data.project.title}</b>
        <span class="mute wide">${words.forWhom(data.project.organisation)}</span>
        <button type="button" class="wb-link small nb wide" @click=${() => context.open("why")}>${words.why}</button></div>
      <div class="push row gap4 wb-acts">
        <span class="wide">${status(context)}</span>
        ${isAnnounced(context) ? html`<button type="button" class="btn sm wide" aria-keyshortcuts=${nameOf(context.keymap.of("help"))} @click=${() => context.open("help")}>${words.instructions} ${kc(capFor(context, "help"))}</button>` : nothing}
        <button type="button" class="btn sm wb-rest" @click=${() => context.takeBreak()}><span class="wide">${words.breakDoor}</span><span class="narrow">${words.breakDoorShort}</span></button>
        <button type="button" class="btn sm" @click=${() => context.stop()}>${words.stop}</button>
      </div>
    </div>
  </header>`;
}

export function thread(context: WorkbenchContext, width: number, phone: boolean): TemplateResult {
  const { words, session } = context;
  const total = session.progress?.total ?? null;
  const done = total === null ? session.done : Math.min(session.done, total);
  const ready = session.queue.length;
  const name = total === null ? words.done(done) : words.doneOfShort(done, total);
  const state: ThreadState = {
    width,
    done,
    total,
    ready,
    name,
    marks: session.past.map(({ task, values }, i) => ({
      text: context.short(values),
      title: `${task.key} : ${context.describe(values)}`,
      here: i === session.revisiting,
    })),
  };
  return html`<div class="sec first wb-fil">
    <div class="m wide"><p>${total === null ? words.done(done) : words.doneOf(done, total)},<br>${words.ready(ready)}</p></div>
    <div class="c">
      <div class="narrow row small mute"><span>${name}, ${words.readyShort(ready)}</span><span class="push">${status(context)}</span></div>
      ${width ? (phone ? narrowThread(state) : wideThread(state)) : nothing}
    </div>
  </div>`;
}

/** Time and money: in the margin on a laptop, under the tools on a phone; never above the question. */
export function account(context: WorkbenchContext): TemplateResult {
  const { words, session, data } = context;
  const { language } = data;
  const rate = data.project.own_staff ? null : data.rate;
  const hourly = perHour(session.earnedMicro, session.elapsedMs);
  const unk = html`<span class="unk"><b>${words.notYet}</b></span>`;
  return html`<div class="m wb-me">
    <dl class="acct">
      <div><dt><span class="wide">${words.myTime}</span><span class="narrow">${words.myTimeShort}</span></dt>
        <dd>${duration(context.day.ms)}<small class="blk wide">${words.measured}</small></dd></div>
      ${
        rate
          ? html`<div><dt>${words.earned}</dt><dd>${earnings(session.earnedMicro, rate.currency, language)}</dd></div>
            <div><dt>${words.perHour}</dt><dd>${hourly === null ? unk : money(hourly, rate.currency, language)}</dd></div>`
          : nothing
      }
    </dl>
    ${rate && (rate.piece_micro || !rate.by_hour_micro) ? html`<p class="wide">${words.perAnswer(price(rate.piece_micro, rate.currency, language))}</p>` : nothing}
    ${rate?.by_hour_micro ? html`<p class="wide">${words.payHour(price(rate.by_hour_micro, rate.currency, language))}</p>` : nothing}
    <p><button type="button" class="wb-link" @click=${() => context.open("counted")}>${words.howCounted}</button></p>
    ${data.project.simulated ? html`<p class="wb-simu"><i class="weave w-simu"></i> ${words.simulated}</p>` : nothing}
    ${packLink(context)}
    ${breakOffer(context)} ${protection(context)} ${trouble(context)}
  </div>`;
}

/** A paid break that is due, in the margin: it can be taken, put off, or left there. */
function breakOffer(context: WorkbenchContext): TemplateResult | typeof nothing {
  const { words, breakOffer: offer } = context;
  if (!offer) return nothing;
  return html`<div class="note mt wb-break"><p>${words.breakOffer}</p>
    <p class="row wrap"><button type="button" class="btn sm" @click=${() => context.takeBreak()}>${words.breakTake}</button>
      ${
        offer === "may-wait"
          ? html`<button type="button" class="btn sm quiet" @click=${() => context.putBreakOff()}>${words.breakLater}</button>`
          : nothing
      }</p></div>`;
}

/** The way back in, in a window beside this page, which stays as it is. */
export const signIn = (context: WorkbenchContext): TemplateResult =>
  html`<p><a class="btn sm wb-signin" href=${context.data.urls.back ?? context.data.urls.signin} target="_blank"
    @click=${(event: Event) => context.signIn(event)}>${context.words.signIn}</a></p>`;

/** What is wrong with the line, what is kept, what to do; in the margin, so that nothing jumps. */
function trouble(context: WorkbenchContext): TemplateResult | typeof nothing {
  const { words, state, outbox } = context;
  const no = outbox.notAccepted.length;
  const away = state === "offline" || state === "fault" || state === "signed-out";
  if (!away && !no && !context.session.newQuestion) return nothing;
  return html`<div class="note ${away || no ? "wait" : ""} wb-trouble">
    ${
      away
        ? html`<p class="t">${WARN}<span>${stateWords(context)}</span></p>
          ${
            state === "signed-out"
              ? signIn(context)
              : html`<p><button type="button" class="btn sm" @click=${() => void outbox.retry()}>${words.tryAgain}</button></p>`
          }`
        : nothing
    }
    ${no ? html`<p><button type="button" class="wb-link" @click=${() => context.open("waits")}>${words.notAccepted(no)}</button></p>` : nothing}
    ${
      context.session.newQuestion
        ? html`<p>${words.changed(context.session.question.version)}
          ${isAnnounced(context) ? html`<button type="button" class="wb-link" @click=${() => context.open("help")}>${words.allInstructions}</button>` : nothing}</p>`
        : nothing
    }
  </div>`;
}

/** The line under the question: where we are, or what is being looked at again. */
export function place(context: WorkbenchContext): TemplateResult {
  const { words, session } = context;
  const { given: answer } = session;
  if (session.revisiting !== null && answer)
    return html`<p class="small wb-place wb-again" id="wb-place">${words.revisit(context.describe(answer))}
      ${context.notice ? html`<b class="b" role="status">${context.notice}</b>` : nothing}</p>`;
  const total = session.progress?.total ?? null;
  const at = total === null ? session.done + 1 : Math.min(session.done + 1, total);
  const first = session.shown?.show[0];
  const picture =
    first?.as === "image" && isTiny(first)
      ? ` ${words.image(String(first.width), String(first.height))}`
      : "";
  const practice = session.shown?.practice;
  return html`<p class="small mute wb-place" id="wb-place">${
    practice
      ? html`<span class="tag">${words.practice}</span> ${words.practiceNote} ${session.shown?.help ? words.practiceThen : words.practiceHow}`
      : html`<span class="wide">${total === null ? words.task(at) : words.taskOf(at, total)}${picture}</span>`
  } ${isMultiple(context) ? words.multiple : nothing} ${context.notice ? html`<b class="b">${context.notice}</b>` : nothing}</p>`;
}

/** Said once, above: several answers may be given to the one question. */
const isMultiple = ({ answering: currentTask }: WorkbenchContext): boolean => {
  const [first, second] = currentTask.questions;
  return !second && !!(first as { multiple?: boolean } | undefined)?.multiple;
};

/** Whole lines or sentences only, and never half of one. */
function beginning(text: string): string {
  const end = Math.max(text.lastIndexOf("\n", 260), text.lastIndexOf(". ", 260) + 1);
  return end > 60 ? text.slice(0, end).trim() : `${text.slice(0, text.lastIndexOf(" ", 240))}…`;
}

/** The first lines of the instructions, beside what is judged. */
function aid(context: WorkbenchContext): TemplateResult | typeof nothing {
  const { words } = context;
  const text = context.session.question.instructions.trim();
  if (!text) return nothing;
  const short = text.length > 280 ? beginning(text) : text;
  return html`<aside class="wb-aid wide">
    <h2 class="small b">${words.instructions}</h2><p class="small mute prose" lang=${context.tongue ?? nothing} dir="auto">${formatProjectText(context, short)}</p>
    <p class="small"><button type="button" class="wb-link" aria-keyshortcuts=${nameOf(context.keymap.of("help"))} @click=${() => context.open("help")}>${words.allInstructions}</button> ${kc(capFor(context, "help"))}</p>
  </aside>`;
}

/** A text of up to so many characters is set larger: one glance, one decision. */
const SHORT = 140;

function taskContent(context: WorkbenchContext, task: Task, content: Shown): TemplateResult {
  if (content.as === "text")
    return html`<blockquote class="wb-text voice ${content.value.length <= SHORT ? "short" : ""}" lang="" dir="auto">${content.value}</blockquote>`;
  if (content.as === "audio")
    return html`<audio class="wb-sound" controls preload="auto" aria-label=${context.words.soundAlt} src=${content.url}></audio>`;
  if (content.as === "turns" || content.as === "page") return html`${nothing}`;
  return html`<div class="wb-img">${judged(context, task, content)}</div>`;
}

/** A picture to judge, under its veil where it has one. */
export function judged(
  context: WorkbenchContext,
  task: Task,
  image: Extract<Shown, { as: "image" }>,
): unknown {
  const picture = context.pictures.of(task, image, context.raw && !!image.raw);
  return task.veiled ? veiled(context, task, picture) : picture;
}

export function stage(context: WorkbenchContext, task: Task): TemplateResult {
  const { words } = context;
  if (!task.show.length) return html`${hard(context, task)}`;
  const picture = task.show.find((content) => content.as === "image");
  const text = task.show.some(({ as }) => as === "text" || as === "audio");
  const look = text ? "text" : picture && isTiny(picture) ? "tiny" : "big";
  const tools = picture?.raw
    ? html`<p class="wb-tools small wide"><button type="button" class="wb-link" aria-keyshortcuts=${nameOf(context.keymap.of("raw"))} aria-pressed=${context.raw} @click=${() => context.toggleRaw()}>${
        context.raw ? words.smooth : words.raw
      }</button> ${kc(capFor(context, "raw"))}</p>`
    : nothing;
  return html`<div class="wb-stage ${look === "text" ? "" : "frame"} ${look}">
    ${tools}
    <div class="wb-things">${task.show.map((content) => taskContent(context, task, content))}${hard(context, task)}</div>
    ${aid(context)}
  </div>`;
}

/** What a model says of the task, with its name; a person says what they see. */
export function proposal(context: WorkbenchContext, task: Task): TemplateResult | typeof nothing {
  const text = proposed(context, task);
  return text ? html`<p class="wb-said small mute">${text}</p>` : nothing;
}

function proposed(context: WorkbenchContext, task: Task): string {
  const [first] = context.answering.isReady ? context.answering.questions : [];
  if (!task.proposal || !first) return "";
  const { label, source } = task.proposal;
  return context.words.proposed(context.describe({ [first.id]: label }) || label, source);
}

export function tools(context: WorkbenchContext): TemplateResult {
  const { words, session } = context;
  const again = session.revisiting !== null;
  const none = !session.past[(session.revisiting ?? session.past.length) - 1];
  return html`<div class="wb-util">
    <button type="button" class="btn quiet" aria-keyshortcuts=${nameOf(context.keymap.of("undo"))} aria-disabled=${none ? "true" : nothing}
      @click=${() => context.back()}>${UNDO}${words.undo} ${kc(capFor(context, "undo"))}</button>
    ${
      again
        ? html`<button type="button" class="btn quiet" aria-keyshortcuts="Escape" @click=${() => session.backToCurrent()}>${BACK}<span class="wide">${words.backToCurrent}</span><span class="narrow">${words.backShort}</span> ${kc(words.keyNames.Escape)}</button>`
        : html`<button type="button" class="btn quiet" aria-keyshortcuts=${nameOf(context.keymap.of("skip"))} aria-disabled=${session.screen === "task" ? nothing : "true"}
            @click=${() => context.open("skip")}>${SKIP}<span class="wide">${words.skip}</span><span class="narrow">${words.skipShort}</span> ${kc(capFor(context, "skip"))}</button>`
    }
    <button type="button" class="btn quiet" aria-keyshortcuts=${nameOf(context.keymap.of("flag"))} @click=${() => context.open("flag")}>${FLAG}${words.flag} ${kc(capFor(context, "flag"))}</button>
    <button type="button" class="btn quiet" aria-keyshortcuts=${nameOf(context.keymap.of("ask"))} @click=${() => context.open("ask")}>${ASK}${words.ask} ${kc(capFor(context, "ask"))}</button>
    ${isAnnounced(context) ? html`<button type="button" class="btn quiet narrow" @click=${() => context.open("help")}>${INFO}${words.instructions}</button>` : nothing}
    <span class="push small faint wide"><button type="button" class="wb-link" @click=${() => context.open("keys")}>${words.keysHint}</button></span>
  </div>`;
}

/** A task in words, for those who do not see it: where we are, and what is to be judged. */
export function spoken(context: WorkbenchContext, message: string): string {
  const { session, words } = context;
  if (!session.shown) return "";
  const things = session.shown.show.map((content) =>
    content.as === "text"
      ? content.value
      : content.as === "image"
        ? content.alt || words.imageAlt
        : "",
  );
  return `${message.trim()} ${things.join(" ")} ${proposed(context, session.shown)}`.trim();
}
