import { describe, expect, test } from "vitest";
import {
  angleTo,
  around,
  between,
  corners,
  fitted,
  followed,
  inside,
  isLine,
  keptInView,
  movedBox,
  movedPoints,
  type Point,
  resized,
  snapped,
  thirdOf,
  tidied,
  toPicture,
  toWindow,
  zoomed,
} from "./geometry";

const SIZE = { width: 640, height: 420 };
const round = (points: readonly Point[]) => points.map((point) => point.map((n) => Math.round(n)));

describe("boxes", () => {
  test("two corners make one box, whichever comes first", () => {
    expect(between([30, 50], [10, 20])).toEqual({ x: 10, y: 20, w: 20, h: 30 });
  });

  test("a turned box has the corners that the server gives it", () => {
    expect(round(corners({ x: 0, y: 0, w: 4, h: 2, angle: 90 }))).toEqual([
      [3, -1],
      [3, 3],
      [1, 3],
      [1, -1],
    ]);
  });

  test("a side stops before the one across and at the edge of the picture", () => {
    const box = { x: 100, y: 100, w: 50, h: 40 };
    expect(resized(box, "w", [400, 0], SIZE)).toEqual({ x: 149, y: 100, w: 1, h: 40 });
    expect(resized(box, "se", [900, 900], SIZE)).toEqual({ x: 100, y: 100, w: 540, h: 320 });
  });

  test("the corner across a turned box stays where it was", () => {
    const box = { x: 100, y: 100, w: 80, h: 40, angle: 30 };
    const before = corners(box)[0];
    const after = corners(resized(box, "se", [240, 220], SIZE))[0];
    expect(round([after as Point])).toEqual(round([before as Point]));
  });

  test("a box stays in the picture, a turned one by its middle", () => {
    expect(movedBox({ x: 600, y: 0, w: 30, h: 30 }, [50, -9], SIZE)).toMatchObject({
      x: 610,
      y: 0,
    });
    const turned = movedBox({ x: 600, y: 10, w: 30, h: 30, angle: 45 }, [90, 0], SIZE);
    expect(turned.x + 15).toBe(640);
  });

  test("the handle above points where the box is turned", () => {
    expect(angleTo({ x: 0, y: 0, w: 10, h: 10 }, [5, -20])).toBe(0);
    expect(angleTo({ x: 0, y: 0, w: 10, h: 10 }, [30, 5])).toBe(90);
  });
});

describe("outlines", () => {
  const square: Point[] = [
    [0, 0],
    [10, 0],
    [10, 10],
    [0, 10],
  ];

  test("a point is inside or not", () => {
    expect(inside([5, 5], square)).toBe(true);
    expect(inside([15, 5], square)).toBe(false);
  });

  test("points on one line have no inside", () => {
    expect(
      isLine([
        [0, 0],
        [4, 4],
        [9, 9],
      ]),
    ).toBe(true);
    expect(isLine(square)).toBe(false);
  });

  test("they move together and stay in the picture", () => {
    expect(around(movedPoints(square, [-5, 500], SIZE))).toEqual([0, 410, 10, 10]);
  });
});

test("a point is drawn to a neighbour's corner, to its edge, to the picture's", () => {
  const other: Point[][] = [
    [
      [100, 100],
      [200, 100],
      [200, 180],
      [100, 180],
    ],
  ];
  expect(snapped([203, 97], other, SIZE, 6)).toEqual([200, 100]);
  expect(snapped([203, 140], other, SIZE, 6)).toEqual([200, 140]);
  expect(snapped([637, 300], other, SIZE, 6)).toEqual([640, 300]);
  expect(snapped([300, 300], other, SIZE, 6)).toEqual([300, 300]);
});

test("small pictures are marked by tenths of a pixel, large ones by pixels", () => {
  expect(tidied([3.26, 9.9], { width: 28, height: 28 })).toEqual([3.3, 9.9]);
  expect(tidied([3.26, 9999], SIZE)).toEqual([3, 420]);
});

test("where a point is, in thirds of the picture", () => {
  expect(thirdOf([1, 1], SIZE)).toEqual([0, 0]);
  expect(thirdOf([639, 200], SIZE)).toEqual([2, 1]);
});

describe("the view", () => {
  const window = { width: 320, height: 420 };

  test("fits the whole picture, and comes back from where it was enlarged", () => {
    const view = fitted(SIZE, window);
    expect(view).toEqual({ scale: 0.5, x: 0, y: 105 });
    expect(zoomed(view, 0.5, [0, 0], SIZE, window)).toEqual(view);
  });

  test("keeps in place what it is enlarged about", () => {
    const view = fitted(SIZE, window);
    const about: Point = [200, 200];
    const point = toPicture(view, about);
    expect(round([toWindow(zoomed(view, 4, about, SIZE, window), point)])).toEqual([[200, 200]]);
  });

  test("never loses the picture beside its window", () => {
    expect(keptInView({ scale: 2, x: 500, y: -9000 }, SIZE, window)).toEqual({
      scale: 2,
      x: 0,
      y: -420,
    });
  });

  test("follows what is in hand", () => {
    const far = followed({ scale: 4, x: 0, y: 0 }, [600, 400], SIZE, window);
    const [x, y] = toWindow(far, [600, 400]);
    expect(x > 0 && x < 320 && y > 0 && y < 420).toBe(true);
  });
});
