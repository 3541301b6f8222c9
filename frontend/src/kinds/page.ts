/* A page of the requester's own, in a frame. What the page sends is received by the server; the workbench asks
   for it there and hands it in under the worker's own session. A draft is the form so far, and what was
   received. Signs from inside count only while the frame has the focus, and no longer than ten minutes after
   something happened outside: then the person is asked whether they are still at it. */
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

const wordsIn = section("kinds", "page", {});
const draftOf = (draft: Json): Draft => draft as unknown as Draft;
const pageIn = (cells: QuestionContext["cells"]): Framed | undefined =>
  cells[CELL]?.as === "page" ? cells[CELL] : undefined;

type Bridge = { context: QuestionContext; listen: (event: MessageEvent) => void; focused: number };
const bridges = new Map<HTMLElement, Bridge>();
const gate = new MessageGate();

const frameIn = (element: HTMLElement): HTMLIFrameElement | null =>
  element.querySelector<HTMLIFrameElement>("iframe.kd-page");

async function take(bridge: Bridge): Promise<void> {
  const page = pageIn(bridge.context.cells);
  if (!page) return;
  const answer = await fetch(page.received, { method: "POST" });
  const { fields } = (await answer.json()) as { fields: Fields | null };
  if (!answer.ok || !fields) return;
  const { form } = draftOf(bridge.context.draft);
  bridge.context.set(
    { form, fields },
    { done: true, say: wordsIn(bridge.context.language).received },
  );
}

function hear(element: HTMLElement, bridge: Bridge, event: MessageEvent): void {
  const frame = frameIn(element);
  if (!frame || event.source !== frame.contentWindow || event.origin !== window.location.origin)
    return;
  const message = readMessage(event.data);
  if (!message || !gate.lets(performance.now())) return;
  const { form, fields } = draftOf(bridge.context.draft);
  if (message.canut === "received") void take(bridge).catch(() => undefined);
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
  const { fields } = draftOf(context.draft);
  if (context.fixed || !page)
    return html`<p class="small mute">${fields ? describe(context.question, fields) : words.noPage}</p>`;
  return html`<div class="kd-page-part">
    <p class="small"><a href="#${context.name}-after">${words.skipPage}</a></p>
    <iframe class="kd-page" src=${page.url} title=${words.title}></iframe>
    <p class="row kd-page-ask" hidden><span>${words.stillThere}</span>
      <button type="button" class="btn sm">${words.yes}</button></p>
    <p class="small mute" id="${context.name}-after" tabindex="-1">${fields ? words.received : words.inside}
      ${
        fields
          ? nothing
          : html`<button type="button" class="btn sm" @click=${() => collect(context)}>${words.sent}</button>`
      }</p></div>`;
}

/** The page says it was sent and the answer is not here: ask the server. */
function collect(context: QuestionContext): void {
  const bridge = [...bridges.values()].find((each) => each.context.name === context.name);
  if (bridge) void take(bridge).catch(() => undefined);
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
    const opened: Bridge = {
      context,
      focused: performance.now(),
      listen: (event) => hear(element, opened, event),
    };
    if (bridges.size === 0)
      for (const name of ["keydown", "pointerdown", "blur"])
        window.addEventListener(name, outside, true);
    bridges.set(element, opened);
    window.addEventListener("message", opened.listen);
    const { form } = draftOf(context.draft);
    if (!isDraft(form)) context.set({ form: [], fields: null }, { quiet: true });
  },
  beforeRemove(element) {
    const bridge = bridges.get(element);
    if (bridge) window.removeEventListener("message", bridge.listen);
    bridges.delete(element);
    if (bridges.size === 0)
      for (const name of ["keydown", "pointerdown", "blur"])
        window.removeEventListener(name, outside, true);
  },
};
