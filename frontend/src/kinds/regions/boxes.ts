/* Boxes, upright or turned: two corners across from each other make one. Handles at corners and sides, and
   one above that turns it where boxes are turned. */
import type { Json } from "../../protocol/questions";
import {
  angled,
  angleTo,
  around,
  type Box,
  between,
  centre,
  corners,
  movedBox,
  type Point,
  resized,
  type Size,
  thirdOf,
  tidy,
  turned,
  typed,
  unitOf,
} from "./geometry";
import { regionKind } from "./index";
import type { Mark, Marking, ShapeKind } from "./model";
import { named, type Words } from "./words";

const TURN = "turn";
/** Degrees that one step of an arrow turns. */
const STEP_DEGREES = 1;
/** Turned by a finger to within so many degrees of upright or level, a box is. */
const NEARLY_DEGREES = 2;
/** How far above its box the handle stands that turns it, as a share of its shorter side. */
const ABOVE = 0.35;
const SIDES: readonly [string, number, number][] = [
  ["nw", 0, 0],
  ["n", 0.5, 0],
  ["ne", 1, 0],
  ["e", 1, 0.5],
  ["se", 1, 1],
  ["s", 0.5, 1],
  ["sw", 0, 1],
  ["w", 0, 0.5],
];

function nearly(degrees: number): number {
  const straight = Math.round(degrees / 90) * 90;
  return Math.abs(degrees - straight) <= NEARLY_DEGREES ? straight : degrees;
}

const boxOf = (mark: Mark): Box => mark as unknown as Box;
const withBox = (mark: Mark, { x, y, w, h, angle }: Box, size: Size): Mark => {
  const unit = unitOf(size);
  const own = angle ? 0.001 : unit;
  const next = { ...mark, x: tidy(x, own), y: tidy(y, own), w: tidy(w, own), h: tidy(h, own) };
  return angle === undefined ? next : { ...next, angle: angled(angle) };
};

/** Where a handle stands: on the box as it is turned. */
function placeOf(box: Box, grip: string): Point {
  const { x, y, w, h, angle = 0 } = box;
  const side = SIDES.find(([id]) => id === grip);
  const upright: Point =
    grip === TURN
      ? [x + w / 2, y - Math.max(ABOVE * Math.min(w, h), 1)]
      : side
        ? [x + side[1] * w, y + side[2] * h]
        : centre(box);
  return angle ? turned(upright, centre(box), angle) : upright;
}

function moved(mark: Mark, grip: string, [dx, dy]: Point, size: Size): Mark {
  const box = boxOf(mark);
  if (grip === "") return withBox(mark, movedBox(box, [dx, dy], size), size);
  const unit = unitOf(size);
  if (grip === TURN) {
    const steps = Math.round((dx + dy) / unit) || Math.sign(dx + dy);
    return withBox(mark, { ...box, angle: (box.angle ?? 0) + steps * STEP_DEGREES }, size);
  }
  const [px, py] = placeOf(box, grip);
  return withBox(mark, resized(box, grip, [px + dx, py + dy], size), size);
}

function inWords(mark: Mark, grip: string, size: Size, say: Words): string {
  const box = boxOf(mark);
  const angle = box.angle ? `, ${say.angle(box.angle)}` : "";
  if (grip === TURN) return say.angle(box.angle ?? 0);
  const sized = say.sized(Math.round(box.w * 10) / 10, Math.round(box.h * 10) / 10);
  if (grip) {
    const [x, y] = placeOf(box, grip).map(
      (coordinate) => Math.round(coordinate * 10) / 10,
    ) as Point;
    return `${named(say.sides, grip)} ${say.at(...typed([x, y]))}, ${sized}`;
  }
  const [across, down] = thirdOf(centre(box), size);
  const [x, y] = around(corners(box)).map((coordinate) => Math.round(coordinate * 10) / 10);
  return `${say.thirds[down]?.[across]} (${say.at(...typed([x ?? 0, y ?? 0]))}), ${sized}${angle}`;
}

export const boxShape: ShapeKind = {
  drags: true,
  hint: (say) => say.hint,
  grips(question, mark, say) {
    const box = boxOf(mark);
    const sides = SIDES.map(([id]) => ({
      id,
      at: placeOf(box, id),
      name: named(say.sides, id) ?? id,
    }));
    return question.rotated
      ? [...sides, { id: TURN, at: placeOf(box, TURN), name: say.turn }]
      : sides;
  },
  walked: (question) => ["nw", "se", ...(question.rotated ? [TURN] : [])],
  moved: (_asked, mark, grip, by, size) => moved(mark, grip, by, size),
  withGripAt(_asked, mark, grip, to, size) {
    const box = boxOf(mark);
    return grip === TURN
      ? withBox(mark, { ...box, angle: nearly(angleTo(box, to)) }, size)
      : withBox(mark, resized(box, grip, to, size), size);
  },
  outline: (mark) => corners(boxOf(mark)),
  shapeFrom(question, open, size) {
    const [point, other] = open as Point[];
    if (!point || !other) return null;
    const unit = unitOf(size);
    const box = between(point, other);
    // a box has an inside, and that inside is in the picture
    const w = Math.max(box.w, unit);
    const h = Math.max(box.h, unit);
    const bounded = {
      x: Math.min(box.x, size.width - w),
      y: Math.min(box.y, size.height - h),
      w,
      h,
    };
    return question.rotated ? { ...bounded, angle: 0 } : bounded;
  },
  closes: () => false,
  wants: (_asked, open, say) => (open.length ? say.boxSecond : say.boxFirst),
  describe: (_asked, mark, grip, size, say) => inWords(mark, grip, size, say),
  toAnswer(question: Marking, mark: Mark): Json {
    const { x, y, w, h, angle } = boxOf(mark);
    return question.rotated ? { x, y, w, h, angle: angle ?? 0 } : { x, y, w, h };
  },
  fromAnswer(question, { x, y, w, h, angle }) {
    const box = { x: x ?? 0, y: y ?? 0, w: w ?? 1, h: h ?? 1 };
    return question.rotated ? { ...box, angle: angle ?? 0 } : box;
  },
};

export const boxes = regionKind(boxShape);
