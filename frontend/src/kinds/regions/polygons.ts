/* Outlines, corner by corner: a press or a key places each, the first one again or Finish closes. Every
   corner is a handle; one can be put in after another, or taken out. */
import type { Json } from "../../protocol/questions";
import {
  isLine,
  middle,
  movedPoints,
  type Point,
  type Size,
  thirdOf,
  tidied,
  typed,
} from "./geometry";
import { regionKind } from "./index";
import type { Mark, ShapeKind } from "./model";

const FEWEST = 3;
const pointsOf = (mark: Mark): Point[] => mark.points as Point[];
const withPoints = (mark: Mark, points: readonly Point[], size: Size): Mark => ({
  ...mark,
  points: points.map((point) => tidied(point, size)),
});

/** Corners that stand where the one before stands say nothing. */
function distinct(points: readonly Point[]): Point[] {
  const same = (point: Point, other: Point | undefined) =>
    !!other && point[0] === other[0] && point[1] === other[1];
  const corners = points.filter((point, at) => !same(point, points[at - 1]));
  while (corners.length > 1 && same(corners[0] as Point, corners.at(-1))) corners.pop();
  return corners;
}

/** A shape that would lose its inside stays as it was. */
const sound = (before: Mark, after: Mark): Mark => (isLine(pointsOf(after)) ? before : after);

export const polygonShape: ShapeKind = {
  drags: false,
  hint: (say) => say.hintOutline,
  grips: (_asked, mark, say) =>
    pointsOf(mark).map((at, number) => ({
      id: String(number),
      at,
      name: say.corner(number + 1, pointsOf(mark).length),
    })),
  moved(_asked, mark, grip, by, size) {
    const points = pointsOf(mark);
    if (grip === "") return withPoints(mark, movedPoints(points, by, size), size);
    const next = points.map(
      ([x, y], at): Point => (String(at) === grip ? [x + by[0], y + by[1]] : [x, y]),
    );
    return sound(mark, withPoints(mark, next, size));
  },
  withGripAt(_asked, mark, grip, to, size) {
    const next = pointsOf(mark).map((point, at) => (String(at) === grip ? to : point));
    return sound(mark, withPoints(mark, next, size));
  },
  outline: pointsOf,
  shapeFrom(_asked, open, size, closing) {
    const points = distinct((open as Point[]).map((point) => tidied(point, size)));
    const [first, last] = [points[0], (open as Point[]).at(-1)];
    const isRound =
      open.length > FEWEST && !!first && !!last && first[0] === last[0] && first[1] === last[1];
    if ((!closing && !isRound) || points.length < FEWEST || isLine(points)) return null;
    return { points };
  },
  closes: (_asked, open) => {
    const points = distinct(open as Point[]);
    return points.length >= FEWEST && !isLine(points);
  },
  without(mark, grip) {
    const points = pointsOf(mark).filter((_, at) => String(at) !== grip);
    return points.length < FEWEST || isLine(points) ? null : { ...mark, points };
  },
  more(mark, grip) {
    const points = pointsOf(mark);
    const at = Number(grip || 0);
    const [point, other] = [points[at], points[(at + 1) % points.length]];
    if (!point || !other) return null;
    const next = [...points];
    next.splice(at + 1, 0, middle([point, other]));
    return [{ ...mark, points: next }, String(at + 1)];
  },
  wants: (_asked, open, say) => {
    const next = open.length + 1;
    if (next === 1) return say.outlineFirst;
    return next < 4 ? say.outlineMore(next) : say.outlineNext(next);
  },
  describe(_asked, mark, grip, size, say) {
    const points = pointsOf(mark);
    const here = points[Number(grip)];
    if (grip && here)
      return `${say.corner(Number(grip) + 1, points.length)} ${say.at(...typed(here))}`;
    const heart = middle(points);
    const [across, down] = thirdOf(heart, size);
    return `${say.thirds[down]?.[across]} (${say.at(...typed(tidied(heart, size)))}), ${say.corners(points.length)}`;
  },
  toAnswer: (_asked, mark): Json => ({ points: pointsOf(mark) }),
  fromAnswer: (_asked, { points }) => ({ points: points ?? [] }),
};

export const polygons = regionKind(polygonShape);
