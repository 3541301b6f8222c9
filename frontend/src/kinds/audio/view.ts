/* The timeline of a sound: its wave on a canvas, segments over it, where one listens; and what a mouse or a
   finger does to it. A drag over nothing makes a segment, over an edge moves it, over what is chosen moves
   the whole; a press goes there, or chooses. */

import type { QuestionContext } from "../shared/kind";
import { dyeOf, labelIn } from "../shared/labels";
import { addSegment, choose, describe, segmentOf } from "./actions";
import {
  A_SECOND,
  type AudioQuestion,
  change,
  clock,
  type Draft,
  draftOf,
  type Edge,
  isRefused,
  lanes,
  nudge,
  type Segment,
  windowOf,
} from "./model";
import { lengthOf, type Player, playerOf, seek, timeOf } from "./player";

export function view(player: Player): { left: number; span: number } {
  const visible = windowOf(lengthOf(player), player.zoom, timeOf(player), player.left);
  player.left = visible.left;
  return visible;
}

function wave(canvas: HTMLCanvasElement, player: Player): void {
  const { width, height } = canvas.getBoundingClientRect();
  const dots = devicePixelRatio || 1;
  canvas.width = Math.max(1, Math.round(width * dots));
  canvas.height = Math.max(1, Math.round(height * dots));
  const pen = canvas.getContext("2d");
  if (!pen) return;
  pen.fillStyle = getComputedStyle(canvas).color;
  const middle = canvas.height / 2;
  const { left, span } = view(player);
  const { peaks } = player;
  for (let x = 0; x < canvas.width; x += 1) {
    const from = Math.floor((left + (x / canvas.width) * span) * A_SECOND);
    const to = Math.max(from + 1, Math.floor((left + ((x + 1) / canvas.width) * span) * A_SECOND));
    let loud = 0;
    for (let at = from; peaks && at < to; at += 1) loud = Math.max(loud, peaks[at] ?? 0);
    const tall = Math.max(dots, loud * (canvas.height - 4));
    pen.fillRect(x, middle - tall / 2, 1, tall);
  }
}

const percent = (share: number): string => `${Math.round(share * 100_000) / 1_000}%`;

function strip(look: string, from: number, to: number, visible: { left: number; span: number }) {
  const element = document.createElement("i");
  element.className = look;
  const [start, end] = [from, to].map((time) =>
    Math.max(-0.01, Math.min(1.01, (time - visible.left) / visible.span)),
  ) as [number, number];
  element.style.left = percent(start);
  element.style.width = percent(Math.max(0, end - start));
  return element;
}

export function paint(container: Element, context: QuestionContext): void {
  const canvas = container.querySelector<HTMLCanvasElement>(".au-wave");
  const over = container.querySelector(".au-over");
  if (!canvas || !over) return;
  const player = playerOf(context);
  const question = context.question as AudioQuestion;
  wave(canvas, player);
  const visible = view(player);
  const { segments } = draftOf(context.draft);
  const lane = lanes(segments);
  const many = Math.max(1, ...[...lane.values()].map((at) => at + 1));
  const element = segments.map((each) => {
    const isChosen = each.key === player.chosen;
    const look = `au-seg sp${dyeOf(question, each.label)}${isChosen ? " here" : ""}${isChosen && player.edge === "start" ? " first" : ""}`;
    const box = strip(look, each.start, each.end, visible);
    const at = lane.get(each.key) ?? 0;
    box.style.top = percent(at / many);
    box.style.height = percent(1 / many);
    const tag = document.createElement("b");
    tag.textContent = labelIn(question, each.label);
    box.append(tag);
    return box;
  });
  if (player.from !== null)
    element.push(strip("au-from", player.from, Math.max(player.from, timeOf(player)), visible));
  over.replaceChildren(...element);
  head(container, context);
}

/** Where one listens: moved alone, many times a second. */
export function head(container: Element, context: QuestionContext): void {
  const player = playerOf(context);
  const line = container.querySelector<HTMLElement>(".au-head");
  const clockText = container.querySelector(".au-now");
  const before = player.left;
  const { left, span } = view(player);
  const now = timeOf(player);
  if (line) line.style.left = percent(Math.max(0, Math.min(1, (now - left) / span)));
  if (clockText)
    clockText.textContent = `${clock(now, context.language)} / ${clock(lengthOf(player), context.language)}`;
  if (before !== left) paint(container, context);
}

type Drag = {
  from: number;
  what: Edge | "both" | "new";
  key: string;
  moved: boolean;
  /** What it comes to, while it is not let go. */
  said: Draft | null;
};
const NEAR = 14;
const SLACK = 4;

/** What lies under a point: an edge, what is chosen, or nothing. */
function grip(
  context: QuestionContext,
  x: number,
  width: number,
  isTouch: boolean,
): Pick<Drag, "what" | "key"> {
  const player = playerOf(context);
  const { left, span } = view(player);
  const at = (time: number) => ((time - left) / span) * width;
  const { segments } = draftOf(context.draft);
  const chosen = segmentOf(draftOf(context.draft), player.chosen);
  const first = chosen ? [chosen, ...segments] : segments;
  const near = isTouch ? 2 * NEAR : NEAR / 2;
  for (const { key, start, end } of first)
    for (const edge of ["end", "start"] as const)
      if (
        Math.abs(at(edge === "end" ? end : start) - x) <= near &&
        (!isTouch || key === chosen?.key)
      )
        return { what: edge, key };
  if (chosen && x > at(chosen.start) && x < at(chosen.end))
    return { what: "both", key: chosen.key };
  return { what: "new", key: "" };
}

/** Hear what a mouse or a finger does; the place is asked for anew each time. */
export function listen(line: HTMLElement, now: () => QuestionContext): void {
  let drag: Drag | null = null;
  let began = 0;
  const spot = (event: PointerEvent) => {
    const box = line.getBoundingClientRect();
    const { left, span } = view(playerOf(now()));
    const x = Math.max(0, Math.min(box.width, event.clientX - box.left));
    return { x, width: box.width, time: left + (x / box.width) * span };
  };
  line.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const { x, width, time } = spot(event);
    const target = now().fixed
      ? ({ what: "new", key: "" } as const)
      : grip(now(), x, width, event.pointerType === "touch");
    drag = { from: time, ...target, moved: false, said: null };
    began = event.clientX;
    line.setPointerCapture(event.pointerId);
  });
  line.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const context = now();
    const { time } = spot(event);
    if (!drag.moved && Math.abs(event.clientX - began) < SLACK) return;
    drag.moved = true;
    if (context.fixed) return;
    if (drag.what === "new") {
      const over = line.querySelector(".au-over");
      const { left, span } = view(playerOf(context));
      over?.querySelector(".au-new")?.remove();
      const [from, to] = [Math.min(drag.from, time), Math.max(drag.from, time)];
      over?.append(strip("au-new", from, to, { left, span }));
      return;
    }
    const player = playerOf(context);
    const draft = draftOf(context.draft);
    player.chosen = drag.key;
    if (drag.what !== "both") player.edge = drag.what;
    const by = Math.round((time - drag.from) * 100) / 100;
    const edited =
      drag.what === "both"
        ? nudge(context.question, draft, drag.key, "both", by, lengthOf(player))
        : change(context.question, draft, drag.key, { [drag.what]: Math.round(time * 100) / 100 });
    if (isRefused(edited)) return;
    drag.said = edited; // one step, kept when it is let go
    if (line.parentElement) paint(line.parentElement, { ...context, draft: edited as never });
  });
  line.addEventListener("pointerup", (event) => {
    const context = now();
    const { time } = spot(event);
    const was = drag;
    drag = null;
    if (!was) return;
    if (was.moved && was.what === "new" && !context.fixed)
      addSegment(context, Math.round(was.from * 100) / 100, Math.round(time * 100) / 100);
    else if (!was.moved) pressed(context, time);
    else if (was.said) {
      const moved = segmentOf(was.said, was.key);
      context.set(was.said as never, moved ? { say: describe(context, moved) } : {});
    } else context.redraw();
  });
  line.addEventListener("pointercancel", () => {
    drag = null;
    now().redraw();
  });
}

/** A press chooses the segment there, the next one where it is chosen already, and goes there. */
function pressed(context: QuestionContext, time: number): void {
  const player = playerOf(context);
  seek(player, time);
  const here: Segment[] = draftOf(context.draft).segments.filter(
    ({ start, end }) => start <= time && time <= end,
  );
  const at = here.findIndex(({ key }) => key === player.chosen);
  const next = here[at + 1];
  if (next && !context.fixed) choose(context, next, false);
  else {
    player.chosen = "";
    context.say(clock(time, context.language));
    context.redraw();
  }
}
