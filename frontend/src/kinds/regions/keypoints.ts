/* Named points joined to a skeleton: placed one after another in the order of the question, each seen,
   hidden or not there. */
import type { Json } from "../../protocol/questions";
import {
  around,
  clamp,
  middle,
  movedPoints,
  type Point,
  type Size,
  thirdOf,
  tidied,
  typed,
} from "./geometry";
import { regionKind } from "./index";
import type { Mark, Marking, Named, ShapeKind } from "./model";
import type { Words } from "./words";

type Dot = [number, number, number];
type Dots = Record<string, Dot>;
/** What the outline leaves round the outermost points, as a share of their spread, and at least so much. */
const ROUND = 0.1;
const LEAST_ROUND = 6;

const dotsOf = (mark: Mark): Dots => mark.points as unknown as Dots;
const namesOf = (question: Marking): Named[] => question.points ?? [];
const labelOf = ({ value, label }: Named): string => label || value;
const placed = (mark: Mark): [string, Dot][] =>
  Object.entries(dotsOf(mark)).filter(([, [, , visibility]]) => visibility > 0);
const at = ([x, y]: Dot): Point => [x, y];

function withDot(mark: Mark, name: string, dot: Dot, size: Size): Mark {
  const [x, y] = dot[2] ? tidied(at(dot), size) : [0, 0];
  return { ...mark, points: { ...dotsOf(mark), [name]: [x, y, dot[2]] } };
}

function frame(mark: Mark): Point[] {
  const [x, y, w, h] = around(placed(mark).map(([, dot]) => at(dot)));
  const margin = Math.max(LEAST_ROUND, ROUND * Math.max(w, h));
  const [left, top, right, bottom] = [x - margin, y - margin, x + w + margin, y + h + margin];
  return [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ];
}

function inWords(question: Marking, mark: Mark, grip: string, size: Size, say: Words): string {
  const names = namesOf(question);
  const point = names.find(({ value }) => value === grip);
  const dot = dotsOf(mark)[grip];
  if (point && dot) {
    const visibility = say.seen[dot[2]] ?? "";
    return dot[2]
      ? `${labelOf(point)} ${say.at(...typed(at(dot)))}, ${visibility}`
      : `${labelOf(point)}, ${visibility}`;
  }
  const heart = middle(placed(mark).map(([, dot]) => at(dot)));
  const [across, down] = thirdOf(heart, size);
  return `${say.thirds[down]?.[across]} (${say.at(...typed(tidied(heart, size)))}), ${say.points(placed(mark).length, names.length)}`;
}

export const keypointShape: ShapeKind = {
  drags: false,
  hint: (say) => say.hintPoints,
  grips: (question, mark, say) =>
    namesOf(question).flatMap((point) => {
      const dot = dotsOf(mark)[point.value];
      if (!dot?.[2]) return [];
      return [{ id: point.value, at: at(dot), name: `${labelOf(point)}, ${say.seen[dot[2]]}` }];
    }),
  walked: (question) => namesOf(question).map(({ value }) => value),
  moved(_asked, mark, grip, by, size) {
    if (grip !== "") {
      const dot = dotsOf(mark)[grip];
      // a point that is not there begins in the middle of the others
      const [x, y] = dot?.[2] ? at(dot) : middle(placed(mark).map(([, visible]) => at(visible)));
      const to: Point = [clamp(x + by[0], 0, size.width), clamp(y + by[1], 0, size.height)];
      return withDot(mark, grip, [...to, dot?.[2] || 2], size);
    }
    const all = placed(mark);
    const next = movedPoints(
      all.map(([, dot]) => at(dot)),
      by,
      size,
    );
    return all.reduce(
      (moved, [name, dot], n) => withDot(moved, name, [...(next[n] as Point), dot[2]], size),
      mark,
    );
  },
  withGripAt: (_asked, mark, grip, to, size) =>
    withDot(mark, grip, [...to, dotsOf(mark)[grip]?.[2] || 2], size),
  outline: frame,
  bones: (question, mark) =>
    (question.skeleton ?? []).flatMap(([from, to]): [Point, Point][] => {
      const [start, end] = [dotsOf(mark)[from], dotsOf(mark)[to]];
      return start?.[2] && end?.[2] ? [[at(start), at(end)]] : [];
    }),
  dots: (_asked, mark) => placed(mark).map(([, dot]) => ({ at: at(dot), hidden: dot[2] === 1 })),
  shapeFrom(question, open, _size, closing) {
    const names = namesOf(question);
    if (open.length < names.length && !closing) return null;
    const points = Object.fromEntries(
      names.map(({ value }, n): [string, Dot] => [
        value,
        (open[n] as Dot | undefined) ?? [0, 0, 0],
      ]),
    );
    return Object.values(points).some(([, , visibility]) => visibility) ? { points } : null;
  },
  closes: (_asked, open) => open.some(([, , visibility]) => visibility),
  sees(mark, grip, how) {
    const dot = dotsOf(mark)[grip];
    if (!dot) return null;
    if (how === 0)
      return placed(mark).length > 1 || !dot[2]
        ? { ...mark, points: { ...dotsOf(mark), [grip]: [0, 0, 0] } }
        : null;
    const [x, y] = dot[2] ? at(dot) : middle(placed(mark).map(([, visible]) => at(visible)));
    return { ...mark, points: { ...dotsOf(mark), [grip]: [x, y, dot[2] === 1 ? 2 : 1] } };
  },
  wants(question, open, say) {
    const names = namesOf(question);
    const next = names[open.length];
    return next ? say.pointNext(labelOf(next), open.length + 1, names.length) : say.pointsDone;
  },
  describe: inWords,
  toAnswer: (_asked, mark): Json => ({ points: dotsOf(mark) as unknown as Json }),
  fromAnswer(question, { points }) {
    const dots = (points ?? {}) as unknown as Dots;
    const all = namesOf(question).map(({ value }) => [value, dots[value] ?? [0, 0, 0]]);
    return { points: Object.fromEntries(all) as Json };
  },
};

export const keypoints = regionKind(keypointShape);
