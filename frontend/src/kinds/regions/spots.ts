/* Single points with a label each: a skeleton of one point that is always seen. No question asks for them;
   requesters' own pages do. */
import { POINT } from "../../own_pages/marks";
import { middle, type Point, thirdOf, typed } from "./geometry";
import { regionKind } from "./index";
import { keypointShape } from "./keypoints";
import type { ShapeKind } from "./model";

const { sees: _sees, ...seen } = keypointShape;

const spotShape: ShapeKind = {
  ...seen,
  walked: () => [],
  closes: () => false,
  hint: (say) => say.hintSpots,
  grips: (question, mark) =>
    (seen.dots?.(question, mark) ?? []).map(({ at }) => ({ id: POINT, at, name: mark.label })),
  describe(question, mark, _grip, size, say) {
    const at: Point = seen.dots?.(question, mark)[0]?.at ?? middle(seen.outline(mark));
    const [across, down] = thirdOf(at, size);
    return `${say.thirds[down]?.[across]} (${say.at(...typed(at))})`;
  },
};

export const spots = regionKind(spotShape);
