/* Marks as they are drawn over their picture: each line twice, in its dye over its opposite, so that it is
   seen on light and dark alike; dashes repeat what the dye says. In points of the window. */
import { html, nothing, svg, type TemplateResult } from "lit";
import type { QuestionContext } from "../shared/kind";
import { dyeOf } from "../shared/labels";
import { apart, middle, type Point, type Size, toWindow, type View } from "./geometry";
import { draftOf, type Grip, heldOf, labelNow, type Mark, marking, type ShapeKind } from "./model";
import { words } from "./words";

/** A box smaller than this on screen has two handles only, put a little outside. */
const SMALL_POINTS = 72;
const OUTSIDE = 10;
const FINGER = 22;
const MOUSE = 14;

export type Drawn = {
  place: QuestionContext;
  way: ShapeKind;
  view: View;
  window: Size;
  /** What a drag makes of the mark of the same key, or a new one. */
  ghost: Mark | null;
  /** Where a mouse would place the next point. */
  tip: Point | null;
  size: Size;
};

const isCoarse = (): boolean => matchMedia("(pointer: coarse)").matches;

const path = (points: readonly Point[], closed: boolean): string =>
  points.map(([x, y], at) => `${at ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("") +
  (closed && points.length > 2 ? "Z" : "");

const twice = (d: string, look: string): TemplateResult =>
  svg`<path class="rg-under" d=${d}></path><path class="rg-line ${look}" d=${d}></path>`;

function body(drawing: Drawn, mark: Mark): TemplateResult {
  const { way: shapeKind, view, place: context } = drawing;
  const question = marking(context.question);
  const to = (point: Point) => toWindow(view, point);
  if (!shapeKind.bones) return twice(path(shapeKind.outline(mark).map(to), true), "");
  const bones = shapeKind.bones(question, mark).map((bone) => path(bone.map(to), false));
  return svg`${bones.map((d) => twice(d, ""))}${shapeKind
    .dots?.(question, mark)
    .map(({ at, hidden }) => {
      const [x, y] = to(at);
      return svg`<circle class="rg-under rg-dot" cx=${x} cy=${y} r="4"></circle><circle class="rg-line rg-dot ${hidden ? "hollow" : ""}" cx=${x} cy=${y} r="4"></circle>`;
    })}`;
}

function region(drawing: Drawn, mark: Mark, at: number, isHeld: boolean): TemplateResult {
  const { way: shapeKind, view, place: context } = drawing;
  const outline = shapeKind.outline(mark).map((point) => toWindow(view, point));
  const [x, y] = outline.reduce((best, corner) =>
    corner[1] < best[1] || (corner[1] === best[1] && corner[0] < best[0]) ? corner : best,
  );
  const number = at >= 0 ? String(at + 1) : "";
  const wide = 10 + 7 * number.length;
  return svg`<g class="rg-one dye${dyeOf(context.question, mark.label)} ${isHeld ? "held" : ""}" data-mark=${mark.key}>
    ${shapeKind.bones ? nothing : svg`<path class="rg-fill" d=${path(outline, true)}></path>`}
    ${body(drawing, mark)}
    ${
      number
        ? svg`<rect class="rg-plate" x=${x} y=${Math.max(0, y - 17)} width=${wide} height="17" rx="2"></rect><text class="rg-number" x=${x + wide / 2} y=${Math.max(0, y - 17) + 12.5} text-anchor="middle">${number}</text>`
        : nothing
    }</g>`;
}

/** Which handles there is room for, and where they stand. */
function shownGrips(drawing: Drawn, mark: Mark): { grip: Grip; at: Point }[] {
  const { way: shapeKind, view, place: context } = drawing;
  const all = shapeKind.grips(marking(context.question), mark, words(context.language));
  const outline = shapeKind.outline(mark).map((point) => toWindow(view, point));
  const heart = middle(outline);
  const isBox = all[0]?.id === "nw";
  const side = Math.min(
    apart(outline[0] ?? heart, outline[1] ?? heart),
    apart(outline[1] ?? heart, outline[2] ?? heart),
  );
  const isSmall = isBox && side < SMALL_POINTS;
  const hasGrip = (id: string) =>
    !isBox ||
    id === "turn" ||
    (isSmall ? id === "nw" || id === "se" : !isCoarse() || id.length === 2);
  return all
    .filter(({ id }) => hasGrip(id))
    .map((grip) => {
      const [x, y] = toWindow(view, grip.at);
      const far = apart([x, y], heart);
      if (!isSmall || !far) return { grip, at: [x, y] };
      const push = OUTSIDE / far;
      return { grip, at: [x + (x - heart[0]) * push, y + (y - heart[1]) * push] };
    });
}

function grips(drawing: Drawn, mark: Mark): TemplateResult {
  const { place: context } = drawing;
  const { grip: inHand } = draftOf(context.draft);
  const reach = isCoarse() ? FINGER : MOUSE;
  const dye = dyeOf(context.question, mark.label);
  return svg`<g class="rg-grips dye${dye}">${shownGrips(drawing, mark).map(
    ({
      grip,
      at: [x, y],
    }) => svg`<circle class="rg-reach" data-grip=${grip.id} cx=${x} cy=${y} r=${reach}></circle>
      <circle class="rg-grip ${grip.id === inHand ? "now" : ""}" data-grip=${grip.id} cx=${x} cy=${y} r=${grip.id === inHand ? 8 : 6}></circle>`,
  )}</g>`;
}

/** What is placed of a region not finished yet, and where the next point would go. */
function open(drawing: Drawn): TemplateResult | typeof nothing {
  const { place: context, way: shapeKind, view, size, tip } = drawing;
  const draft = draftOf(context.draft);
  if (!draft.open.length) return nothing;
  const question = marking(context.question);
  const label = labelNow(context.question, draft);
  const next = tip ?? draft.pen;
  const to = (point: Point) => toWindow(view, point);
  const look = `rg-one rg-open dye${dyeOf(context.question, label)}`;
  if (shapeKind.bones) {
    const partial = shapeKind.shapeFrom(question, draft.open, size, true);
    return partial
      ? svg`<g class=${look}>${body(drawing, { ...partial, key: "", label })}</g>`
      : nothing;
  }
  const shape =
    shapeKind.drags && next
      ? shapeKind.shapeFrom(question, [...draft.open, next], size, false)
      : null;
  const points = draft.open as Point[];
  const line = shape
    ? shapeKind.outline({ ...shape, key: "", label })
    : next
      ? [...points, next]
      : points;
  return svg`<g class=${look}>${twice(path(line.map(to), !!shape), "dashed")}${points.map(
    (point) => {
      const [x, y] = to(point);
      return svg`<circle class="rg-grip" cx=${x} cy=${y} r="5"></circle>`;
    },
  )}</g>`;
}

function crosshair(drawing: Drawn): TemplateResult | typeof nothing {
  const draft = draftOf(drawing.place.draft);
  if (!draft.pen || draft.held || drawing.place.fixed) return nothing;
  const [x, y] = toWindow(drawing.view, draft.pen);
  const d = `M${x - 16} ${y}H${x - 4}M${x + 4} ${y}H${x + 16}M${x} ${y - 16}V${y - 4}M${x} ${y + 4}V${y + 16}`;
  return svg`<g class="rg-pen"><path class="rg-under" d=${d}></path><path class="rg-line" d=${d}></path></g>`;
}

/** What other questions mark here: seen, and not to be taken in hand. */
const beside = ({ place: context, view }: Drawn): TemplateResult[] =>
  (context.beside ?? []).map(({ points, dye }) => {
    const outline = points.map((point) => toWindow(view, [...point]));
    return svg`<g class="rg-one rg-beside dye${dye}">${twice(path(outline, true), "")}</g>`;
  });

export function drawRegions(drawing: Drawn): TemplateResult {
  const { place: context, window, ghost } = drawing;
  const draft = draftOf(context.draft);
  const now = (mark: Mark) => (ghost?.key === mark.key ? ghost : mark);
  const selected = heldOf(draft);
  const others = draft.marks.filter((mark) => mark !== selected);
  const number = (mark: Mark) => draft.marks.indexOf(mark);
  return html`<svg class="rg-marks" width=${window.width} height=${window.height} aria-hidden="true">
    ${beside(drawing)}
    ${others.map((mark) => region(drawing, mark, number(mark), false))}
    ${selected ? region(drawing, now(selected), number(selected), true) : nothing}
    ${ghost && ghost.key === "" ? region(drawing, { ...ghost, label: labelNow(context.question, draft) }, -1, true) : nothing}
    ${open(drawing)}${crosshair(drawing)}
    ${selected && !context.fixed && !draft.open.length ? grips(drawing, now(selected)) : nothing}
  </svg>`;
}
