/* Spans drawn under a text that stays one piece of text: a veil and a line for each, in layers, its label
   under where it begins. Which word lies where the finger is, is found from the words themselves. */
import type { QuestionContext } from "../shared/kind";
import { dyeOf, labelIn } from "../shared/labels";
import { cursorOf, selected, spanOf, textOf } from "./cursor";
import { draftOf, layers, type Span, type SpansQuestion } from "./model";
import type { Cut, Token } from "./tokens";

const LINE = 5;
const TAG = 14;
export const DEEPEST = 4;

export function rangeOf(text: Text, cut: Cut, { start, end }: Token): Range {
  const range = document.createRange();
  range.setStart(text, Math.min(cut.units(start), text.length));
  range.setEnd(text, Math.min(cut.units(end), text.length));
  return range;
}

export const nodeOf = (container: Element): Text | null => {
  const own = container.querySelector(".sp-text");
  return (
    [...(own?.childNodes ?? [])].find(
      (node): node is Text => node instanceof Text && node.length > 0,
    ) ?? null
  );
};

type Box = { left: number; right: number; top: number; bottom: number };

/** The boxes of a part of the text, one a line, as they lie in its room. */
function boxesOf(text: Text, cut: Cut, span: Token, origin: DOMRect): Box[] {
  const lines: Box[] = [];
  for (const { left, right, top, bottom, width } of rangeOf(text, cut, span).getClientRects()) {
    if (width < 1) continue;
    const box = {
      left: left - origin.left,
      right: right - origin.left,
      top: top - origin.top,
      bottom: bottom - origin.top,
    };
    const before = lines.at(-1);
    if (before && Math.abs(before.top - box.top) < 3 && box.left - before.right < 3)
      before.right = Math.max(before.right, box.right);
    else lines.push(box);
  }
  return lines;
}

function rectangle(look: string, box: Box): HTMLElement {
  const element = document.createElement("i");
  element.className = look;
  element.style.left = `${box.left}px`;
  element.style.top = `${box.top}px`;
  element.style.width = `${box.right - box.left}px`;
  element.style.height = `${box.bottom - box.top}px`;
  return element;
}

type Tag = { element: HTMLElement; left: number; top: number };

/** Shorten labels that would run into the next on their line. */
function part(tags: readonly Tag[], width: number): void {
  for (const tag of tags) {
    const next = tags
      .filter(({ top, left }) => Math.abs(top - tag.top) < 4 && left > tag.left)
      .map(({ left }) => left);
    tag.element.style.maxWidth = `${Math.max(12, Math.min(width, ...next) - tag.left - 4)}px`;
  }
}

export function paint(container: Element, context: QuestionContext): void {
  const text = nodeOf(container);
  const under = container.querySelector(".sp-under");
  const page = container.querySelector(".sp-page");
  if (!text || !under || !page) return;
  const cut = textOf(context);
  const question = context.question as SpansQuestion;
  const { spans } = draftOf(context.draft);
  const cursor = cursorOf(context);
  const deep = layers(spans);
  const depth = Math.max(0, ...deep.values()) + 1;
  page.setAttribute("data-depth", String(spans.length ? Math.min(depth, DEEPEST) : 1));
  const origin = page.getBoundingClientRect();
  const width = origin.width;
  const elements: HTMLElement[] = [];
  const tags: Tag[] = [];
  const layer = ({ key }: Span) => deep.get(key) ?? 0;
  for (const span of [...spans].sort((a, b) => layer(b) - layer(a))) {
    const down = LINE * layer(span);
    const boxes = boxesOf(text, cut, span, origin);
    const look = `${span.key === cursor.chosen ? " here" : ""}${span.key === cursor.link ? " link" : ""}`;
    for (const box of boxes)
      elements.push(
        rectangle(`sp-span sp${dyeOf(question, span.label)}${look}`, {
          ...box,
          bottom: box.bottom + down + 2,
        }),
      );
    const first = boxes[0];
    if (!first) continue;
    const tag = document.createElement("b");
    tag.className = `sp-tag${look}`;
    tag.textContent = labelIn(question, span.label);
    const top = first.bottom + LINE * Math.min(depth, DEEPEST) + TAG * layer(span);
    tag.style.left = `${first.left}px`;
    tag.style.top = `${top}px`;
    tags.push({ element: tag, left: first.left, top });
  }
  part(tags, width);
  elements.push(...tags.map(({ element }) => element));
  under.replaceChildren(...elements);
  sweepOver(container, context);
}

/** The word in hand, or what is selected, over what is marked. */
export function sweepOver(container: Element, context: QuestionContext): void {
  const text = nodeOf(container);
  const hold = container.querySelector(".sp-hold");
  const page = container.querySelector(".sp-page");
  if (!text || !hold || !page) return;
  const cursor = cursorOf(context);
  const cut = textOf(context);
  const token = cut.tokens[cursor.at];
  const chosen = spanOf(draftOf(context.draft), cursor.chosen);
  const span = selected(context) ?? (cursor.byKeys && token && !chosen ? token : null);
  const origin = page.getBoundingClientRect();
  const boxes = span ? boxesOf(text, cut, span, origin) : [];
  const elements = boxes.map((box) => rectangle(cursor.from === null ? "sp-at" : "sp-sel", box));
  if (chosen && !context.fixed) {
    const ends = boxesOf(text, cut, chosen, origin);
    const end = cursor.edge === "end" ? ends.at(-1) : ends[0];
    const at = end && ((cursor.edge === "end") !== cut.isRtl ? end.right : end.left);
    if (end && at !== undefined)
      elements.push(rectangle("sp-edge", { ...end, left: at - 2, right: at + 2 }));
  }
  hold.replaceChildren(...elements);
}

/** The word at a point of the screen; -1 far from any. */
export function wordAt(container: Element, cut: Cut, x: number, y: number): number {
  const text = nodeOf(container);
  const { tokens } = cut;
  if (!text || !tokens.length) return -1;
  const boxes = (at: number) => [...rangeOf(text, cut, tokens[at] as Token).getClientRects()];
  let low = 0;
  let high = tokens.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((boxes(middle).at(-1)?.bottom ?? 0) < y) low = middle + 1;
    else high = middle;
  }
  let best = -1;
  let far = Number.POSITIVE_INFINITY;
  for (let at = Math.max(0, low - 1); at < tokens.length; at += 1) {
    const own = boxes(at);
    if (at > low && (own[0]?.top ?? 0) > y) break;
    for (const { left, right, top, bottom } of own) {
      const dx = Math.max(left - x, x - right, 0);
      const dy = Math.max(top - y, y - bottom, 0);
      const distance = dx + 3 * dy;
      if (distance < far) [best, far] = [at, distance];
    }
  }
  return far < 80 ? best : -1;
}

/** Bring what is in hand into view. */
export function follow(container: Element, context: QuestionContext): void {
  const text = nodeOf(container);
  const cursor = cursorOf(context);
  const cut = textOf(context);
  const token = cut.tokens[cursor.at];
  if (!text || !token || !cursor.byKeys) return;
  const box = rangeOf(text, cut, token).getBoundingClientRect();
  const low = innerHeight - 90;
  if (box.top < 80) scrollBy({ top: box.top - 140 });
  else if (box.bottom > low) scrollBy({ top: box.bottom - low + 60 });
}
