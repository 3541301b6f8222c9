/* The screens that are no task: why one is asked, waiting, and the end. */
import { html, nothing, type TemplateResult } from "lit";
import { duration, earnings, price } from "../../i18n/format";
import type { Rate } from "../../protocol/workbench";
import type { WorkbenchContext } from "../context";
import { CHECK, LOOM, WARN } from "./icons";
import { formatProjectText, isAnnounced } from "./layout";
import { blockedScreen, risk } from "./protection_view";

const UNKNOWN = new Set(["", "unknown", "inconnu", "inconnue"]);

function projectText(context: WorkbenchContext, text: string): TemplateResult {
  return UNKNOWN.has(text.trim().toLowerCase())
    ? html`<span class="unk"><b>${context.words.unknown}</b></span>`
    : html`<span lang=${context.tongue ?? nothing} dir="auto">${formatProjectText(context, text)}</span>`;
}

/** What is paid: answers, hours of measured time, or both. */
function pays(context: WorkbenchContext, rate: Rate): string {
  const { words, data } = context;
  const hour = rate.by_hour_micro ?? 0;
  const sentences = [];
  if (rate.piece_micro || !hour)
    sentences.push(words.payPiece(price(rate.piece_micro, rate.currency, data.language)));
  if (hour) sentences.push(words.payHour(price(hour, rate.currency, data.language)));
  return sentences.join(" ");
}

/** Why, for whom, from whom, for how much: short, and all that a person should know before. */
export function reasons(context: WorkbenchContext): TemplateResult {
  const { words, data } = context;
  const { aims, origin } = data.project;
  const rate = data.project.own_staff ? null : data.rate;
  const aim = (name: string, text: string) =>
    html`<div><h2 class="small">${name}</h2><p>${projectText(context, text)}</p></div>`;
  return html`<div class="wb-aims">
      ${aim(words.aimBusiness, aims.business)} ${aim(words.aimSocial, aims.social)} ${aim(words.aimEthical, aims.ethical)}
    </div>
    <div class="wb-aims wb-facts">
      <div><h2 class="small">${
        origin.page ? html`<a href=${origin.page}>${words.origin}</a>` : words.origin
      }</h2>
        ${
          origin.parts?.length
            ? html`<ul class="plain small">${origin.parts.map((part) => html`<li>${part}</li>`)}</ul>`
            : html`<dl class="wb-origin small">
          <dt class="mute">${words.originWhose}</dt><dd>${projectText(context, origin.whose)}</dd>
          <dt class="mute">${words.originConsent}</dt><dd>${projectText(context, origin.consent)}</dd>
          <dt class="mute">${words.originPaid}</dt><dd>${projectText(context, origin.paid)}</dd>
        </dl>`
        }</div>
      <div><h2 class="small">${words.pay}</h2><p class="small">${
        rate ? pays(context, rate) : words.payOwn
      }</p></div>
      ${risk(context)}
      <div><h2 class="small">${words.time}</h2><p class="small">${words.timeNote} ${words.noHurry}</p></div>
    </div>
    ${
      data.project.simulated
        ? html`<p class="small mute"><i class="weave w-simu"></i> ${words.simulated}</p>`
        : nothing
    }`;
}

export function why(context: WorkbenchContext): TemplateResult {
  const { words, data, session } = context;
  const total = data.progress?.total;
  return html`<main><div class="sec first wb wb-why">
    <div class="c">
      <h1 lang=${context.tongue ?? nothing}>${data.project.title}</h1>
      <p class="small mute">${words.forWhom(data.project.organisation)}${total ? html` ${words.tasks(total)}.` : nothing}</p>
      ${reasons(context)}
      <p class="wb-start"><button type="button" class="btn pri wb-begin" aria-keyshortcuts="Enter" @click=${() => session.begin()}>${words.begin}
        <kbd class="kc inv" aria-hidden="true">${words.keyNames.Enter}</kbd></button></p>
    </div>
    <div class="m"></div>
  </div></main>`;
}

/** Nothing under 300 ms (the style sheet waits), then lines in the shape of what comes. */
export function looking(context: WorkbenchContext): TemplateResult {
  const { words, session, state } = context;
  const offline = session.offline || state === "offline";
  return html`<div class="wb-looking">
    <h1 class="q voice" id="wb-question" tabindex="-1">${offline ? words.lookingOffline : words.looking}</h1>
    ${session.refusal && !offline ? html`<p class="msg err">${WARN}${session.refusal}</p>` : nothing}
    <div class="skt" aria-hidden="true"><i class="sk b"></i><i class="sk a"></i><i class="sk c"></i></div>
  </div>`;
}

/** Paused, ended or not begun: what that means, what is kept, what one can do. */
export function closed(context: WorkbenchContext): TemplateResult {
  const { words, session, data } = context;
  const state = session.closed in words.closedTitle ? session.closed : "closed";
  const promise = data.project.own_staff ? words.closedKept : words.closedPaid;
  return html`<div class="statec wb-end">
    ${LOOM}
    <h1 class="h1s voice" id="wb-question" tabindex="-1">${words.closedTitle[state as "closed"]}</h1>
    <p class="mute">${words.closedWhy[state as "closed"]} ${session.past.length ? promise : nothing}</p>
    <div class="row gap2 mt">
      <button type="button" class="btn pri" @click=${() => context.stop()}>${words.leave}</button>
      <a class="btn quiet" href="">${words.lookAgain}</a>
    </div>
  </div>`;
}

export function end(context: WorkbenchContext): TemplateResult {
  if (context.session.heldBack) return blockedScreen(context);
  const { words, session, data, outbox } = context;
  const rate = data.project.own_staff ? null : data.rate;
  const answers = session.done;
  const time = duration(session.elapsedMs);
  return html`<div class="statec wb-end">
    ${LOOM}
    <h1 class="h1s voice" id="wb-question" tabindex="-1">${words.endTitle}</h1>
    <p class="mute">${
      answers === 0
        ? words.endNothing
        : html`${words.endAnswers(answers)} ${
            rate
              ? words.endEarned(earnings(session.earnedMicro, rate.currency, data.language), time)
              : words.endTime(time)
          }`
    }</p>
    ${data.project.pilot_tasks ? html`<p class="mute">${words.endPilot(data.project.pilot_tasks)}</p>` : nothing}
    ${session.refusal ? html`<p class="msg">${WARN}${formatProjectText(context, session.refusal)}</p>` : nothing}
    ${outbox.waiting.length ? html`<p class="msg">${WARN}${words.endWaiting}</p>` : nothing}
    <div class="row gap2 mt">
      <button type="button" class="btn pri" @click=${() => context.stop()}>${words.leave}</button>
      <button type="button" class="btn quiet" @click=${() => session.lookAgain()}>${words.lookAgain}</button>
    </div>
  </div>`;
}

/** What a practice task teaches, in the place of the answers' tools. */
export function explained(context: WorkbenchContext): TemplateResult {
  const { words, session } = context;
  const expected = context.describe(session.current?.help?.known ?? {});
  const answer = context.describe(session.given ?? {});
  const same = expected === answer;
  const verdict = same ? words.expected(expected) : words.notExpected(expected, answer);
  return html`<div class="note ${same ? "ok" : "wait"} wb-explained">
    <p class="t">${same ? CHECK : WARN}<span id="wb-explained">${verdict}</span></p>
    <p class="row wrap"><button type="button" class="btn pri wb-next" aria-keyshortcuts="Enter" aria-describedby="wb-explained"
      @click=${() => session.goOn()}>${words.next} <kbd class="kc inv" aria-hidden="true">${words.keyNames.Enter}</kbd></button>
      ${isAnnounced(context) ? html`<button type="button" class="wb-link" @click=${() => context.open("help")}>${words.readAgain}</button>` : nothing}</p>
  </div>`;
}
