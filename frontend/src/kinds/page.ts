/* A page of the requester's own, in a frame; which sites it loads from is read before it is opened. What the
   page sends is received by the server; the workbench asks for it there and hands it in under the worker's own
   session. A draft is the form so far, and what was received. Signs from inside count only while the frame has
   the focus, and no longer than ten minutes after something happened outside: then the person is asked whether
   they are still at it. Of a page on another site nothing is seen inside: the person says that they finished. */
import { html, nothing, type TemplateResult } from "lit";
import { section } from "../i18n/load";
import {
  type FormDraft,
  FRAME_SIGN,
  isDraft,
  MessageGate,
  readMessage,
} from "../own_pages/messages";
import type { Json, Question } from "../protocol/questions";
import type { Shown } from "../protocol/workbench";
import type { Kind, QuestionContext } from "./shared/kind";

type Fields = { [name: string]: string[] };
type Draft = { form: FormDraft; fields: Fields | null };
type Framed = Extract<Shown, { as: "page" }>;

const CELL = "own page";
const BELIEVED_MS = 600_000;

/** The one field of somebody's word that they finished; the server writes it, no page can. */
const WORD = "canut.finished";

const wordsIn = section("kinds", "page", { isAt: ["host"], loadsFrom: ["hosts"] });
const draftOf = (draft: Json): Draft => draft as unknown as Draft;
const pageIn = (cells: QuestionContext["cells"]): Framed | undefined =>
  cells[CELL]?.as === "page" ? cells[CELL] : undefined;

type Bridge = { context: QuestionContext; listen: (event: MessageEvent) => void; focused: number };
const bridges = new Map<HTMLElement, Bridge>();
const gate = new MessageGate();

const frameIn = (element: HTMLElement): HTMLIFrameElement | null =>
  element.querySelector<HTMLIFrameElement>("iframe.kd-page");

/** The sites that were read and let in, on this page of the workbench. */
const opened = new Set<string>();
const sitesOf = ({ hosts = [] }: Framed): string => hosts.join(", ");

/** Ask what was sent. With `finished`, the person says that they finished on another site. */
async function take(bridge: Bridge, { done = true, finished = false } = {}): Promise<void> {
  const page = pageIn(bridge.context.cells);
  if (!page) return;
  const words = wordsIn(bridge.context.language);
  const url = finished && page.finished ? page.finished : page.received;
  const answer = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
    body: "{}",
  });
  if (answer.status === 404) {
    bridge.context.say(words.opening); // "I finished there" came before the page was asked for
    return;
  }
  if (!answer.ok) throw new Error(String(answer.status));
  const { fields } = (await answer.json()) as { fields: Fields | null };
  if (!fields) return;
  const { form } = draftOf(bridge.context.draft);
  const isWord = WORD in fields;
  const say = isWord ? words.wordOnly : done ? words.received : words.notYet;
  bridge.context.set({ form, fields }, { done: done && !isWord, say });
}

/** What the workbench's own page was given, against forged requests. */
function token(): string {
  const text = document.getElementById("workbench-data")?.textContent;
  return text ? String((JSON.parse(text) as { csrf?: string }).csrf ?? "") : "";
}

function hear(element: HTMLElement, bridge: Bridge, event: MessageEvent): void {
  const frame = frameIn(element);
  if (!frame || event.source !== frame.contentWindow || event.origin !== window.location.origin)
    return;
  const message = readMessage(event.data);
  if (!message || !gate.lets(performance.now())) return;
  const { form, fields } = draftOf(bridge.context.draft);
  if (message.canut === "received") collect(bridge);
  else if (message.canut === "draft")
    bridge.context.set({ form: message.form, fields }, { quiet: true, joins: true });
  else if (message.canut === "ready" && form.length > 0)
    frame.contentWindow?.postMessage({ canut: "fill", form }, window.location.origin);
  else if (message.canut === "active") sign(frame, bridge);
}

/** Somebody is at it inside: believed while the frame has the focus, for a while after a sign outside. */
function sign(frame: HTMLIFrameElement, bridge: Bridge): void {
  const isHere = document.visibilityState === "visible" && document.hasFocus();
  if (!isHere || document.activeElement !== frame) return;
  const isBelieved = performance.now() - bridge.focused < BELIEVED_MS;
  if (isBelieved) document.dispatchEvent(new CustomEvent(FRAME_SIGN));
  const ask = frame.parentElement?.querySelector<HTMLElement>(".kd-page-ask");
  if (ask) ask.hidden = isBelieved;
}

const outside = (event: Event): void => {
  if (!event.isTrusted) return;
  for (const [element, bridge] of bridges) {
    bridge.focused = performance.now();
    const ask = element.querySelector<HTMLElement>(".kd-page-ask");
    if (ask) ask.hidden = true;
  }
};

function view(context: QuestionContext): TemplateResult {
  const words = wordsIn(context.language);
  const page = pageIn(context.cells);
  const { form, fields } = draftOf(context.draft);
  if (context.fixed || !page)
    return html`<p class="small mute">${fields ? describe(context.question, fields) : words.noPage}</p>`;
  if (fields) return received(context, fields, form);
  const sites = sitesOf(page);
  if (sites && !opened.has(sites)) return gatekeeper(context, page, sites);
  const bridge = () => bridgeOf(context);
  return html`<div class="kd-page-part">
    <p class="small"><a href="#${context.name}-after">${words.skipPage}</a></p>
    ${sites ? html`<p class="small mute">${named(context, page)}</p>` : nothing}
    <iframe class="kd-page" src=${page.url} title=${words.title}></iframe>
    <p class="row kd-page-ask" hidden><span>${words.stillThere}</span>
      <button type="button" class="btn sm">${words.yes}</button></p>
    <p class="small mute row wrap kd-page-after" id="${context.name}-after" tabindex="-1">${
      page.outside
        ? html`<span>${words.empty}</span>
          <a class="btn sm" href=${page.outside} target="_blank" rel="noopener noreferrer">${words.newTab}</a>
          <button type="button" class="btn sm" @click=${() => collect(bridge(), true)}>${words.finished}</button>`
        : html`<span>${words.inside}</span>
          <button type="button" class="btn sm" @click=${() => collect(bridge())}>${words.sent}</button>`
    }</p></div>`;
}

const named = (context: QuestionContext, page: Framed): string => {
  const words = wordsIn(context.language);
  return page.outside ? words.isAt(sitesOf(page)) : words.loadsFrom(sitesOf(page));
};

/** Which sites the page is on or loads from, before anything of it is fetched. */
function gatekeeper(context: QuestionContext, page: Framed, sites: string): TemplateResult {
  const words = wordsIn(context.language);
  const open = (): void => {
    opened.add(sites);
    context.redraw();
  };
  return html`<div class="kd-page-part kd-page-gate"><p>${named(context, page)}</p>
    <p class="small mute">${words.learns}</p>
    <p><button type="button" class="btn pri" @click=${open}>${words.open}</button></p></div>`;
}

/** What was sent and is not handed in yet, with one button that does. */
function received(context: QuestionContext, fields: Fields, form: FormDraft): TemplateResult {
  const words = wordsIn(context.language);
  const again = (): void => context.set({ form, fields: null }, { quiet: true });
  const isWord = WORD in fields;
  const handIn = (): void => {
    const bridge = bridgeOf(context);
    if (isOutside(bridge) && !isWord)
      collect(bridge); // with the time that was spent there
    else context.go();
  };
  return html`<div class="kd-page-part kd-page-got">
    <p class="b">${isWord ? words.wordOnly : words.notYet}</p>
    ${isWord ? nothing : html`<p class="small mute">${describe(context.question, fields)}</p>`}
    <p class="row wrap"><button type="button" class="btn pri" @click=${handIn}>${words.handIn}</button>
      <button type="button" class="btn quiet" @click=${again}>${words.again}</button></p></div>`;
}

const bridgeOf = ({ name }: QuestionContext): Bridge | undefined =>
  [...bridges.values()].find((each) => each.context.name === name);

/** The page says it was sent, or the person does: ask the server, and say so where it does not answer. */
function collect(bridge: Bridge | undefined, finished = isOutside(bridge)): void {
  if (!bridge) return;
  const { context } = bridge;
  take(bridge, { finished }).catch(() => context.say(wordsIn(context.language).failed));
}

const isOutside = (bridge: Bridge | undefined): boolean =>
  !!bridge && !!pageIn(bridge.context.cells)?.outside;

/** Somebody comes back from another tab: what the page there sent may have come meanwhile. */
function look(): void {
  if (document.visibilityState !== "visible") return;
  for (const bridge of bridges.values())
    if (isOutside(bridge) && !draftOf(bridge.context.draft).fields)
      void take(bridge, { done: false }).catch(() => undefined);
}

function describe(_question: Question, answer: Json): string {
  return Object.entries(answer as Fields)
    .map(([name, texts]) => `${name}: ${texts.join(", ").slice(0, 60)}`)
    .slice(0, 6)
    .join(" · ");
}

export const page: Kind = {
  view,
  commands: () => [],
  act: () => undefined,
  emptyDraft: () => ({ form: [], fields: null }),
  draftFrom: (_question, answer) => ({ form: [], fields: answer }),
  answer: (_question, draft) => draftOf(draft).fields ?? undefined,
  lacks: ({ language }) => wordsIn(language).lacks,
  describe,
  short: () => "",
  decides: () => true,
  field: "iframe",
  typed: () => false,
  afterDraw(element, context) {
    const bridge = bridges.get(element);
    if (bridge) {
      bridge.context = context;
      return;
    }
    const opening: Bridge = {
      context,
      focused: performance.now(),
      listen: (event) => hear(element, opening, event),
    };
    if (bridges.size === 0) {
      for (const name of ["keydown", "pointerdown", "blur"])
        window.addEventListener(name, outside, true);
      document.addEventListener("visibilitychange", look);
    }
    bridges.set(element, opening);
    window.addEventListener("message", opening.listen);
    const { form, fields } = draftOf(context.draft);
    if (!isDraft(form)) context.set({ form: [], fields: null }, { quiet: true });
    else if (form.length > 0 && !fields) void take(opening, { done: false }).catch(() => undefined);
  },
  beforeRemove(element) {
    const bridge = bridges.get(element);
    if (bridge) window.removeEventListener("message", bridge.listen);
    bridges.delete(element);
    if (bridges.size > 0) return;
    document.removeEventListener("visibilitychange", look);
    for (const name of ["keydown", "pointerdown", "blur"])
      window.removeEventListener(name, outside, true);
  },
};
