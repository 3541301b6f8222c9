/* Parts of a text that get a label, and relations between them. By mouse: drag over words; by touch: the
   first word, then the last; by keyboard: arrows go along the words, with Shift they select, a label's key
   marks. What is chosen takes another label, moves its edges, is related, goes. */
import { html, nothing, type TemplateResult } from "lit";
import "../../styles/dyes.css";
import "../../styles/spans.css";
import type { Asked, Json } from "../../protocol/questions";
import { kc, listed, shortcut } from "../shared/controls";
import type { Command, Kind, Place } from "../shared/kind";
import { dyeOf, labelIn } from "../shared/labels";
import {
  choose,
  handOf,
  join,
  letGo,
  link,
  name,
  neighbour,
  otherEdge,
  relationIn,
  saidOf,
  spanOf,
  sweep,
  takeOut,
  textOf,
  touch,
  walk,
} from "./cursor";
import { answerOf, begun, draftFrom, draftOf, type Span, type Spanned, unrelate } from "./model";
import { follow, paint, sweepOver, wordAt } from "./view";
import { wordsIn } from "./words";

const LABEL = "label ";
const RELATION = "relation ";
const relationsOf = (asked: Asked) => (asked as Spanned).relations ?? [];

type Seen = Pick<Place, "asked" | "cells" | "draft" | "language">;

function commands(here: Seen): Command[] {
  const { asked, language } = here;
  const words = wordsIn(language);
  const { labels } = asked as Spanned;
  const isLinking = !!spanOf(draftOf(here.draft), handOf(here).link);
  const named: Command[] = isLinking
    ? relationsOf(asked).map(({ value, label }) => ({
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
    { id: "before", label: words.before, wish: "p" },
    { id: "after", label: words.after, wish: "n" },
    { id: "edge", label: words.edge, wish: "e" },
    { id: "remove", label: words.remove, wish: "delete" },
    { id: "out", label: words.remove, wish: "x" },
    ...(relationsOf(asked).length ? [{ id: "relate", label: words.relate, wish: "r" }] : []),
    { id: "stop", label: words.stop, wish: "escape" },
  ];
}

function act(place: Place, command: string): void {
  const forward = textOf(place).isRtl ? -1 : 1;
  const back = -forward as 1 | -1;
  if (command.startsWith(LABEL)) name(place, command.slice(LABEL.length));
  else if (command.startsWith(RELATION)) join(place, command.slice(RELATION.length));
  else if (command === "left") walk(place, back, false, false);
  else if (command === "right") walk(place, forward as 1 | -1, false, false);
  else if (command === "more-left") walk(place, back, false, true);
  else if (command === "more-right") walk(place, forward as 1 | -1, false, true);
  else if (command === "up" || command === "down")
    walk(place, command === "up" ? -1 : 1, true, false);
  else if (command === "more-up" || command === "more-down")
    walk(place, command === "more-up" ? -1 : 1, true, true);
  else if (command === "before" || command === "after")
    neighbour(place, command === "before" ? -1 : 1);
  else if (command === "edge") otherEdge(place);
  else if (command === "remove" || command === "out") takeOut(place, handOf(place).chosen);
  else if (command === "relate") link(place);
  else if (command === "stop") letGo(place);
}

/** What to do now, in a line under the text. */
function guide(place: Place): string {
  const words = wordsIn(place.language);
  const hand = handOf(place);
  const draft = draftOf(place.draft);
  const [from, chosen] = [spanOf(draft, hand.link), spanOf(draft, hand.chosen)];
  if (from && chosen && from.key !== chosen.key)
    return words.between(saidOf(place, from), saidOf(place, chosen));
  if (from) return words.linking(saidOf(place, from));
  if (hand.from !== null && !hand.byKeys) {
    const token = textOf(place).tokens[hand.from];
    return token ? words.last(saidOf(place, token)) : "";
  }
  return chosen ? words.picked(saidOf(place, chosen)) : words.how;
}

function labels(place: Place): TemplateResult {
  const { asked, language, fixed } = place;
  const words = wordsIn(language);
  const draft = draftOf(place.draft);
  const hand = handOf(place);
  const chosen = spanOf(draft, hand.chosen);
  const now = chosen?.label ?? draft.label;
  if (spanOf(draft, hand.link))
    return html`<p class="small b" id="${place.name}-rels">${words.relations}</p>
      <div class="sp-labels" role="group" aria-labelledby="${place.name}-rels">${relationsOf(
        asked,
      ).map(
        ({ value }) => html`<button type="button" class="choice" data-relation=${value}
          aria-keyshortcuts=${shortcut(place, RELATION + value)} @click=${() => join(place, value)}><span lang=${place.tongue ?? nothing}>${relationIn(asked as Spanned, value)}</span>${kc(place, RELATION + value)}</button>`,
      )}<button type="button" class="btn sm quiet" aria-keyshortcuts=${shortcut(place, "stop")} @click=${() => letGo(place)}>${words.stop} ${kc(place, "stop")}</button></div>`;
  return html`<p class="small b" id="${place.name}-labels">${words.labels}</p>
    <div class="sp-labels" role="group" aria-labelledby="${place.name}-labels">${(
      asked as Spanned
    ).labels.map(({ value }) => {
      const many = draft.spans.filter(({ label }) => label === value).length;
      return html`<button type="button" class="choice" data-value=${value} aria-pressed=${now === value ? "true" : "false"}
          aria-keyshortcuts=${shortcut(place, LABEL + value)} aria-disabled=${fixed ? "true" : nothing}
          @click=${() => !fixed && name(place, value)}><i class="sp-dye sw${dyeOf(asked as Spanned, value)}" aria-hidden="true"></i><span lang=${place.tongue ?? nothing}>${labelIn(asked as Spanned, value)}</span>${many ? html`<span class="num mute sp-many" aria-hidden="true">${many}</span>` : nothing}${kc(place, LABEL + value)}</button>`;
    })}</div>`;
}

/** What keys do, as buttons: for a finger, for a switch, for who looks for the keys. */
function moves(place: Place): TemplateResult | typeof nothing {
  if (place.fixed) return nothing;
  const words = wordsIn(place.language);
  const draft = draftOf(place.draft);
  const isChosen = !!spanOf(draft, handOf(place).chosen);
  const button = (id: string, sign: unknown, called: string, off = false) =>
    html`<button type="button" class="btn sm sp-move" data-move=${id} aria-label=${called} aria-disabled=${off ? "true" : nothing}
      aria-keyshortcuts=${shortcut(place, id)} @click=${() => {
        if (off) return;
        handOf(place).byKeys = true;
        act(place, id);
      }}>${sign}</button>`;
  const row = (says: string, ...buttons: unknown[]) =>
    html`<div class="sp-row"><span class="sp-pair">${buttons}</span><span class="small mute">${says}</span></div>`;
  return html`<div class="sp-moves">
    ${row(words.word, button("left", "←", words.left), button("right", "→", words.right))}
    ${row(words.wider, button("more-left", "⇧ ←", words.moreLeft), button("more-right", "⇧ →", words.moreRight))}
    ${row(words.other, button("before", html`<span class="narrow">↑</span>${kc(place, "before")}`, words.before, !draft.spans.length), button("after", html`<span class="narrow">↓</span>${kc(place, "after")}`, words.after, !draft.spans.length))}
    <div class="sp-row sp-pair">
      <button type="button" class="btn sm" data-move="edge" aria-disabled=${isChosen ? nothing : "true"} aria-keyshortcuts=${shortcut(place, "edge")} @click=${() => otherEdge(place)}>${words.edge} ${kc(place, "edge")}</button>
      ${
        relationsOf(place.asked).length
          ? html`<button type="button" class="btn sm" data-move="relate" aria-disabled=${isChosen && draft.spans.length > 1 ? nothing : "true"} aria-keyshortcuts=${shortcut(place, "relate")} @click=${() => link(place)}>${words.relate} ${kc(place, "relate")}</button>`
          : nothing
      }
      <button type="button" class="btn sm" data-move="remove" aria-disabled=${isChosen ? nothing : "true"} aria-keyshortcuts=${shortcut(place, "remove")} @click=${() => takeOut(place, handOf(place).chosen)}>${words.remove} ${kc(place, "out")}</button>
    </div></div>`;
}

function list(place: Place): TemplateResult {
  const { asked, language, fixed } = place;
  const words = wordsIn(language);
  const draft = draftOf(place.draft);
  const hand = handOf(place);
  const one = (span: Span) => html`<li class="sp-item ${span.key === hand.chosen ? "here" : ""}">
    <button type="button" class="sp-pick" aria-pressed=${span.key === hand.chosen ? "true" : "false"} aria-disabled=${fixed ? "true" : nothing}
      @click=${() => !fixed && choose(place, span)}><i class="sp-dye sw${dyeOf(asked as Spanned, span.label)}" aria-hidden="true"></i><span><bdi lang="">${saidOf(place, span)}</bdi> <span class="small mute" lang=${place.tongue ?? nothing}>${labelIn(asked as Spanned, span.label)}</span></span></button>
    ${fixed ? nothing : html`<button type="button" class="kd-x" aria-label=${words.removeThis(saidOf(place, span))} @click=${() => takeOut(place, span.key)}>×</button>`}</li>`;
  const relation = ({ from, to, label }: (typeof draft.relations)[number], at: number) => {
    const [one, other] = [spanOf(draft, from), spanOf(draft, to)];
    if (!one || !other) return nothing;
    const said = `${saidOf(place, one)} ${relationIn(asked as Spanned, label)} ${saidOf(place, other)}`;
    return html`<li class="sp-item"><span class="sp-pick"><bdi>${saidOf(place, one)}</bdi> <b class="b" lang=${place.tongue ?? nothing}>${relationIn(asked as Spanned, label)}</b> → <bdi>${saidOf(place, other)}</bdi></span>
      ${
        fixed
          ? nothing
          : html`<button type="button" class="kd-x" aria-label=${words.removeThis(said)} @click=${() => place.set(unrelate(draft, at) as never, { say: words.unrelated })}>×</button>`
      }</li>`;
  };
  return html`<p class="small mute sp-count" id="${place.name}-list">${words.marks(draft.spans.length)}</p>
    ${draft.spans.length ? html`<ol class="sp-list" aria-labelledby="${place.name}-list">${draft.spans.map(one)}</ol>` : nothing}
    ${draft.relations.length ? html`<p class="small mute">${words.relations}</p><ul class="sp-list">${draft.relations.map(relation)}</ul>` : nothing}`;
}

function view(place: Place): TemplateResult {
  const words = wordsIn(place.language);
  const { text, tokens } = textOf(place);
  return html`<div class="wb-choices sp" role="group" aria-labelledby=${place.name} tabindex="-1">
    <div class="sp-read">
      <div class="sp-page" data-depth="1"><div class="sp-under" aria-hidden="true"></div><div class="sp-hold" aria-hidden="true"></div><div class="sp-text ${place.fixed ? "fixed" : ""}" lang="" dir="auto" role="group" aria-label=${words.text}>${text}</div></div>
      ${tokens.length ? nothing : html`<p class="small mute">${words.empty}</p>`}
      ${place.fixed ? nothing : html`<p class="small mute sp-guide">${guide(place)}</p>`}
    </div>
    <div class="sp-side">${place.fixed ? nothing : labels(place)}${moves(place)}${list(place)}</div>
  </div>`;
}

/** What an element is told of: where it stands, and what it is drawn from. */
type Held = {
  place: Place;
  watch: ResizeObserver;
  text: Element;
  drag: number;
  moved: boolean;
  seen: string;
  spans: unknown;
};
const held = new WeakMap<HTMLElement, Held>();

function listen(element: HTMLElement, own: Held): void {
  const { text } = own;
  const word = ({ clientX, clientY }: PointerEvent) =>
    wordAt(element, textOf(own.place), clientX, clientY);
  const isOurs = (event: PointerEvent) => event.button === 0 && !own.place.fixed;
  text.addEventListener("pointerdown", (event) => {
    const pointer = event as PointerEvent;
    own.drag = isOurs(pointer) ? word(pointer) : -1;
    own.moved = false;
    if (own.drag >= 0 && pointer.pointerType === "mouse") text.setPointerCapture(pointer.pointerId);
  });
  text.addEventListener("pointermove", (event) => {
    const pointer = event as PointerEvent;
    if (own.drag < 0 || pointer.pointerType !== "mouse") return;
    const at = word(pointer);
    if (at < 0 || (at === own.drag && !own.moved)) return;
    own.moved = true;
    Object.assign(handOf(own.place), { from: own.drag, at, byKeys: false, chosen: "" });
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

function drawn(element: HTMLElement, place: Place): void {
  const text = element.querySelector(".sp-text");
  if (!text) return;
  let own = held.get(element);
  if (own?.text !== text) {
    own?.watch.disconnect();
    const watch = new ResizeObserver(() => {
      const now = held.get(element);
      if (now) paint(element, now.place);
    });
    own = { place, watch, text, drag: -1, moved: false, seen: "", spans: null };
    held.set(element, own);
    listen(element, own);
    watch.observe(text);
  }
  own.place = place;
  const hand = handOf(place);
  const seen = `${place.asked.id} ${place.fixed} ${hand.chosen} ${hand.link}`;
  const { spans } = draftOf(place.draft);
  if (own.seen !== seen || own.spans !== spans) paint(element, place);
  else sweepOver(element, place);
  Object.assign(own, { seen, spans });
  if (place.active) follow(element, place);
}

export const spans: Kind = {
  view,
  commands,
  act,
  begin: (asked) => begun(asked) as never,
  draft: (asked, answer) => draftFrom(asked, answer) as never,
  answer(asked, draft) {
    const { least = 0, most = Number.POSITIVE_INFINITY } = asked as Spanned;
    const { length } = draftOf(draft).spans;
    return length >= least && length <= most ? answerOf(draftOf(draft)) : undefined;
  },
  lacks({ asked, draft, language }) {
    const { least = 0, most = Number.POSITIVE_INFINITY } = asked as Spanned;
    const { length } = draftOf(draft).spans;
    const words = wordsIn(language);
    return length < least
      ? words.least(least - length)
      : length > most
        ? words.over(length - most)
        : "";
  },
  told(asked, answer, { language }) {
    const { spans: found } = answer as unknown as { spans: { label: string }[] };
    const each = (asked as Spanned).labels.flatMap(({ value, label }) => {
      const many = found.filter((one) => one.label === value).length;
      return many ? [`${many} ${label || value}`] : [];
    });
    return listed(each, language) || wordsIn(language).nothing;
  },
  short: (_asked, answer) =>
    String((answer as unknown as { spans: Json[] }).spans.length).slice(0, 2),
  decides: () => false,
  regions: (asked, draft, { language }, cells) =>
    draftOf(draft).spans.map((span, at) => ({
      key: span.key,
      name: `${at + 1}. ${saidOf({ asked, cells, language }, span)}, ${labelIn(asked as Spanned, span.label)}.`,
    })),
  drawn,
  gone(element) {
    held.get(element)?.watch.disconnect();
    held.delete(element);
  },
};
