/* Parts of a text that get a label, and relations between them. By mouse: drag over words; by touch: the
   first word, then the last; by keyboard: arrows go along the words, with Shift they select, a label's key
   marks. What is chosen takes another label, moves its edges, is related, goes. */
import { html, nothing, type TemplateResult } from "lit";
import "../../styles/dyes.css";
import "../../styles/spans.css";
import type { Json, Question } from "../../protocol/questions";
import { kc, listed, shortcut } from "../shared/controls";
import type { Command, Kind, QuestionContext } from "../shared/kind";
import { dyeOf, labelIn } from "../shared/labels";
import { VERBS } from "../shared/verbs";
import {
  choose,
  cursorOf,
  deselect,
  join,
  link,
  name,
  neighbour,
  quoteSpan,
  relationIn,
  removeSpan,
  spanOf,
  sweep,
  switchEdge,
  textOf,
  touch,
  walk,
} from "./cursor";
import {
  answerOf,
  draftFrom,
  draftOf,
  emptyDraft,
  type Span,
  type SpansQuestion,
  unrelate,
} from "./model";
import { follow, paint, sweepOver, wordAt } from "./view";
import { wordsIn } from "./words";

/** Less is a click: hands tremble. */
const DRAG_POINTS = 4;
const LABEL = "label ";
const RELATION = "relation ";
const relationsOf = (question: Question) => (question as SpansQuestion).relations ?? [];

type Seen = Pick<QuestionContext, "question" | "cells" | "draft" | "language">;

function commands(here: Seen): Command[] {
  const { question, language } = here;
  const words = wordsIn(language);
  const { labels } = question as SpansQuestion;
  const isLinking = !!spanOf(draftOf(here.draft), cursorOf(here).link);
  const named: Command[] = isLinking
    ? relationsOf(question).map(({ value, label }) => ({
        id: RELATION + value,
        label: label || value,
      }))
    : labels.map(({ value, label }) => ({ id: LABEL + value, label: label || value }));
  return [
    ...named,
    { id: "left", label: words.left, wish: "arrowleft" },
    { id: "right", label: words.right, wish: "arrowright" },
    { id: "up", label: words.up, wish: "arrowup" },
    { id: "down", label: words.down, wish: "arrowdown" },
    { id: "more-left", label: words.moreLeft, wish: "shift+arrowleft" },
    { id: "more-right", label: words.moreRight, wish: "shift+arrowright" },
    { id: "more-up", label: words.moreUp, wish: "shift+arrowup" },
    { id: "more-down", label: words.moreDown, wish: "shift+arrowdown" },
    { id: "before", label: words.before, wish: VERBS.previous },
    { id: "after", label: words.after, wish: VERBS.next },
    { id: "edge", label: words.edge, wish: VERBS.edge },
    { id: "remove", label: words.remove, wish: VERBS.delete },
    { id: "out", label: words.remove, wish: VERBS.out },
    ...(relationsOf(question).length
      ? [{ id: "relate", label: words.relate, wish: VERBS.link }]
      : []),
    { id: "stop", label: words.stop, wish: VERBS.leave },
  ];
}

function act(context: QuestionContext, command: string): void {
  const forward = textOf(context).isRtl ? -1 : 1;
  const back = -forward as 1 | -1;
  if (command.startsWith(LABEL)) name(context, command.slice(LABEL.length));
  else if (command.startsWith(RELATION)) join(context, command.slice(RELATION.length));
  else if (command === "left") walk(context, back, false, false);
  else if (command === "right") walk(context, forward as 1 | -1, false, false);
  else if (command === "more-left") walk(context, back, false, true);
  else if (command === "more-right") walk(context, forward as 1 | -1, false, true);
  else if (command === "up" || command === "down")
    walk(context, command === "up" ? -1 : 1, true, false);
  else if (command === "more-up" || command === "more-down")
    walk(context, command === "more-up" ? -1 : 1, true, true);
  else if (command === "before" || command === "after")
    neighbour(context, command === "before" ? -1 : 1);
  else if (command === "edge") switchEdge(context);
  else if (command === "remove" || command === "out") removeSpan(context, cursorOf(context).chosen);
  else if (command === "relate") link(context);
  else if (command === "stop") deselect(context);
}

/** What to do now, in a line under the text. */
function guide(context: QuestionContext): string {
  const words = wordsIn(context.language);
  const cursor = cursorOf(context);
  const draft = draftOf(context.draft);
  const [from, chosen] = [spanOf(draft, cursor.link), spanOf(draft, cursor.chosen)];
  if (from && chosen && from.key !== chosen.key)
    return words.between(quoteSpan(context, from), quoteSpan(context, chosen));
  if (from) return words.linking(quoteSpan(context, from));
  if (cursor.from !== null && !cursor.byKeys) {
    const token = textOf(context).tokens[cursor.from];
    return token ? words.last(quoteSpan(context, token)) : "";
  }
  return chosen && cursor.picked ? words.picked(quoteSpan(context, chosen)) : words.how;
}

function labels(context: QuestionContext): TemplateResult {
  const { question, language, fixed } = context;
  const words = wordsIn(language);
  const draft = draftOf(context.draft);
  const cursor = cursorOf(context);
  const chosen = spanOf(draft, cursor.chosen);
  const now = cursor.picked && chosen ? chosen.label : draft.label;
  if (spanOf(draft, cursor.link))
    return html`<p class="small b" id="${context.name}-rels">${words.relations}</p>
      <div class="sp-labels" role="group" aria-labelledby="${context.name}-rels">${relationsOf(
        question,
      ).map(
        ({ value }) => html`<button type="button" class="choice" data-relation=${value}
          aria-keyshortcuts=${shortcut(context, RELATION + value)} @click=${() => join(context, value)}><span lang=${context.tongue ?? nothing}>${relationIn(question as SpansQuestion, value)}</span>${kc(context, RELATION + value)}</button>`,
      )}<button type="button" class="btn sm quiet" aria-keyshortcuts=${shortcut(context, "stop")} @click=${() => deselect(context)}>${words.stop} ${kc(context, "stop")}</button></div>`;
  return html`<p class="small b" id="${context.name}-labels">${words.labels}</p>
    <div class="sp-labels" role="group" aria-labelledby="${context.name}-labels">${(
      question as SpansQuestion
    ).labels.map(({ value }) => {
      const many = draft.spans.filter(({ label }) => label === value).length;
      return html`<button type="button" class="choice" data-value=${value} aria-pressed=${now === value ? "true" : "false"}
          aria-keyshortcuts=${shortcut(context, LABEL + value)} aria-disabled=${fixed ? "true" : nothing}
          @click=${() => !fixed && name(context, value)}><i class="sp-dye sw${dyeOf(question as SpansQuestion, value)}" aria-hidden="true"></i><span lang=${context.tongue ?? nothing}>${labelIn(question as SpansQuestion, value)}</span>${many ? html`<span class="num mute sp-many" aria-hidden="true">${many}</span>` : nothing}${kc(context, LABEL + value)}</button>`;
    })}</div>`;
}

/** What keys do, as buttons: for a finger, for a switch, for who looks for the keys. */
function moves(context: QuestionContext): TemplateResult | typeof nothing {
  if (context.fixed) return nothing;
  const words = wordsIn(context.language);
  const draft = draftOf(context.draft);
  const isChosen = !!spanOf(draft, cursorOf(context).chosen);
  const button = (id: string, sign: unknown, called: string, off = false) =>
    html`<button type="button" class="btn sm sp-move" data-move=${id} aria-label=${called} aria-disabled=${off ? "true" : nothing}
      aria-keyshortcuts=${shortcut(context, id)} @click=${() => {
        if (off) return;
        cursorOf(context).byKeys = true;
        act(context, id);
      }}>${sign}</button>`;
  const row = (says: string, ...buttons: unknown[]) =>
    html`<div class="sp-row"><span class="sp-pair">${buttons}</span><span class="small mute">${says}</span></div>`;
  return html`<div class="sp-moves">
    ${row(words.word, button("left", "←", words.left), button("right", "→", words.right))}
    ${row(words.wider, button("more-left", html`<span class="wide">⇧ </span>←`, words.moreLeft), button("more-right", html`<span class="wide">⇧ </span>→`, words.moreRight))}
    ${row(words.other, button("before", html`<span class="narrow">↑</span>${kc(context, "before")}`, words.before, !draft.spans.length), button("after", html`<span class="narrow">↓</span>${kc(context, "after")}`, words.after, !draft.spans.length))}
    <div class="sp-row sp-pair">
      <button type="button" class="btn sm" data-move="edge" aria-disabled=${isChosen ? nothing : "true"} aria-keyshortcuts=${shortcut(context, "edge")} @click=${() => switchEdge(context)}>${words.edge} ${kc(context, "edge")}</button>
      ${
        relationsOf(context.question).length
          ? html`<button type="button" class="btn sm" data-move="relate" aria-disabled=${isChosen && draft.spans.length > 1 ? nothing : "true"} aria-keyshortcuts=${shortcut(context, "relate")} @click=${() => link(context)}>${words.relate} ${kc(context, "relate")}</button>`
          : nothing
      }
      <button type="button" class="btn sm" data-move="remove" aria-disabled=${isChosen ? nothing : "true"} aria-keyshortcuts=${shortcut(context, "remove")} @click=${() => removeSpan(context, cursorOf(context).chosen)}>${words.remove} ${kc(context, "remove")}</button>
    </div></div>`;
}

function list(context: QuestionContext): TemplateResult {
  const { question, language, fixed } = context;
  const words = wordsIn(language);
  const draft = draftOf(context.draft);
  const cursor = cursorOf(context);
  const item = (span: Span) => html`<li class="sp-item ${span.key === cursor.chosen ? "here" : ""}">
    <button type="button" class="sp-pick" aria-pressed=${span.key === cursor.chosen ? "true" : "false"} aria-disabled=${fixed ? "true" : nothing}
      @click=${() => !fixed && choose(context, span)}><i class="sp-dye sw${dyeOf(question as SpansQuestion, span.label)}" aria-hidden="true"></i><span><bdi lang="">${quoteSpan(context, span)}</bdi> <span class="small mute" lang=${context.tongue ?? nothing}>${labelIn(question as SpansQuestion, span.label)}</span></span></button>
    ${fixed ? nothing : html`<button type="button" class="kd-x" aria-label=${words.removeThis(quoteSpan(context, span))} @click=${() => removeSpan(context, span.key)}>×</button>`}</li>`;
  const relation = ({ from, to, label }: (typeof draft.relations)[number], at: number) => {
    const [source, target] = [spanOf(draft, from), spanOf(draft, to)];
    if (!source || !target) return nothing;
    const text = `${quoteSpan(context, source)} ${relationIn(question as SpansQuestion, label)} ${quoteSpan(context, target)}`;
    return html`<li class="sp-item"><span class="sp-pick"><bdi>${quoteSpan(context, source)}</bdi> <b class="b" lang=${context.tongue ?? nothing}>${relationIn(question as SpansQuestion, label)}</b> → <bdi>${quoteSpan(context, target)}</bdi></span>
      ${
        fixed
          ? nothing
          : html`<button type="button" class="kd-x" aria-label=${words.removeThis(text)} @click=${() => context.set(unrelate(draft, at) as never, { say: words.unrelated })}>×</button>`
      }</li>`;
  };
  return html`<p class="small mute sp-count" id="${context.name}-list">${words.marks(draft.spans.length)}</p>
    ${draft.spans.length ? html`<ol class="sp-list" aria-labelledby="${context.name}-list">${draft.spans.map(item)}</ol>` : nothing}
    ${draft.relations.length ? html`<p class="small mute">${words.relations}</p><ul class="sp-list">${draft.relations.map(relation)}</ul>` : nothing}`;
}

function view(context: QuestionContext): TemplateResult {
  const words = wordsIn(context.language);
  const { text, tokens } = textOf(context);
  return html`<div class="wb-choices sp" role="group" aria-labelledby=${context.name} tabindex="-1">
    <div class="sp-read">
      <div class="sp-page" data-depth="1"><div class="sp-under" aria-hidden="true"></div><div class="sp-hold" aria-hidden="true"></div><div class="sp-text ${context.fixed ? "fixed" : ""}" lang="" dir="auto" role="group" aria-label=${words.text}>${text}</div></div>
      ${tokens.length ? nothing : html`<p class="small mute">${words.empty}</p>`}
      ${context.fixed ? nothing : html`<p class="small mute sp-guide">${guide(context)}</p>`}
    </div>
    <div class="sp-side">${context.fixed ? nothing : labels(context)}${moves(context)}${list(context)}</div>
  </div>`;
}

/** What an element is told of: where it stands, and what it is drawn from. */
type Held = {
  place: QuestionContext;
  watch: ResizeObserver;
  text: Element;
  drag: number;
  /** Where the drag began on screen, across and down. */
  origin: readonly [number, number];
  moved: boolean;
  seen: string;
  spans: unknown;
};
const views = new WeakMap<HTMLElement, Held>();

function listen(element: HTMLElement, own: Held): void {
  const { text } = own;
  const word = ({ clientX, clientY }: PointerEvent) =>
    wordAt(element, textOf(own.place), clientX, clientY);
  const isOurs = (event: PointerEvent) => event.button === 0 && !own.place.fixed;
  text.addEventListener("pointerdown", (event) => {
    const pointer = event as PointerEvent;
    own.drag = isOurs(pointer) ? word(pointer) : -1;
    own.origin = [pointer.clientX, pointer.clientY];
    own.moved = false;
    if (own.drag >= 0 && pointer.pointerType === "mouse") text.setPointerCapture(pointer.pointerId);
  });
  text.addEventListener("pointermove", (event) => {
    const pointer = event as PointerEvent;
    if (own.drag < 0 || pointer.pointerType !== "mouse") return;
    const at = word(pointer);
    const [x, y] = own.origin;
    const isStill = Math.hypot(pointer.clientX - x, pointer.clientY - y) < DRAG_POINTS;
    // a drag within one word marks that word
    if (at < 0 || (at === own.drag && isStill && !own.moved)) return;
    own.moved = true;
    Object.assign(cursorOf(own.place), { from: own.drag, at, byKeys: false, chosen: "" });
    sweepOver(element, own.place);
  });
  text.addEventListener("pointerup", (event) => {
    const at = word(event as PointerEvent);
    const { drag, moved } = own;
    own.drag = -1;
    if (drag < 0 || at < 0) return;
    if (moved) sweep(own.place, drag, at);
    else if (at === drag) touch(own.place, at);
  });
  text.addEventListener("pointercancel", () => {
    own.drag = -1;
  });
}

function onDrawn(element: HTMLElement, context: QuestionContext): void {
  const text = element.querySelector(".sp-text");
  if (!text) return;
  let own = views.get(element);
  if (own?.text !== text) {
    own?.watch.disconnect();
    const watch = new ResizeObserver(() => {
      const now = views.get(element);
      if (now) paint(element, now.place);
    });
    own = {
      place: context,
      watch,
      text,
      drag: -1,
      origin: [0, 0],
      moved: false,
      seen: "",
      spans: null,
    };
    views.set(element, own);
    listen(element, own);
    watch.observe(text);
  }
  own.place = context;
  const cursor = cursorOf(context);
  const paintedState = `${context.question.id} ${context.fixed} ${cursor.chosen} ${cursor.link}`;
  const { spans } = draftOf(context.draft);
  if (own.seen !== paintedState || own.spans !== spans) paint(element, context);
  else sweepOver(element, context);
  Object.assign(own, { seen: paintedState, spans });
  if (context.active) follow(element, context);
}

export const spans: Kind = {
  view,
  commands,
  act,
  emptyDraft: (question) => emptyDraft(question) as never,
  draftFrom: (question, answer) => draftFrom(question, answer) as never,
  answer(question, draft) {
    const { least = 0, most = Number.POSITIVE_INFINITY } = question as SpansQuestion;
    const { length } = draftOf(draft).spans;
    return length >= least && length <= most ? answerOf(draftOf(draft)) : undefined;
  },
  lacks({ question, draft, language }) {
    const { least = 0, most = Number.POSITIVE_INFINITY } = question as SpansQuestion;
    const { length } = draftOf(draft).spans;
    const words = wordsIn(language);
    return length < least
      ? words.least(least - length)
      : length > most
        ? words.over(length - most)
        : "";
  },
  describe(question, answer, { language }) {
    const { spans: passages } = answer as unknown as { spans: { label: string }[] };
    const each = (question as SpansQuestion).labels.flatMap(({ value, label }) => {
      const many = passages.filter((span) => span.label === value).length;
      return many ? [`${many} ${label || value}`] : [];
    });
    return listed(each, language) || wordsIn(language).nothing;
  },
  short: (_asked, answer) =>
    String((answer as unknown as { spans: Json[] }).spans.length).slice(0, 2),
  decides: () => false,
  regions: (question, draft, { language }, cells) =>
    draftOf(draft).spans.map((span, at) => ({
      key: span.key,
      name: `${at + 1}. ${quoteSpan({ question, cells, language }, span)}, ${labelIn(question as SpansQuestion, span.label)}.`,
    })),
  afterDraw: onDrawn,
  beforeRemove(element) {
    views.get(element)?.watch.disconnect();
    views.delete(element);
  },
};
