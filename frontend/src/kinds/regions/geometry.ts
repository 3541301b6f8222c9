/* Where things lie in a picture: boxes upright and turned, outlines, what is near what, and how a picture
   is fitted, enlarged and moved in its window. Numbers only; pixels of the original, y downwards. */

export type Point = [number, number];
export type Size = { width: number; height: number };
export type Box = { x: number; y: number; w: number; h: number; angle?: number };
/** How the picture lies in its window: its top left corner there, and screen points a pixel. */
export type View = { x: number; y: number; scale: number };

const THIRDS = 3;
/** Under so many pixels a side, tenths of a pixel count. */
const SMALL = 200;
const LARGEST_SCALE = 40;

export const clamp = (value: number, least: number, most: number): number =>
  Math.min(Math.max(value, least), Math.max(least, most));

/** The finest a mark is placed: a pixel, or a tenth where the picture has few. */
export const unitOf = ({ width, height }: Size): number =>
  Math.min(width, height) < SMALL ? 0.1 : 1;

/** To the unit, without the noise of binary fractions. */
export function tidy(value: number, unit = 0.001): number {
  const places = unit >= 1 ? 0 : unit >= 0.1 ? 1 : 3;
  return Number((Math.round(value / unit) * unit).toFixed(places));
}

export const within = ([x, y]: Point, { width, height }: Size): Point => [
  clamp(x, 0, width),
  clamp(y, 0, height),
];

export const tidied = ([x, y]: Point, size: Size): Point => {
  const unit = unitOf(size);
  return within([tidy(x, unit), tidy(y, unit)], size);
};

/** As a message takes it: no groups of three in a place. */
export const typed = ([x, y]: Point): [string, string] => [String(x), String(y)];

export const apart = ([ax, ay]: Point, [bx, by]: Point): number => Math.hypot(ax - bx, ay - by);

export const middle = (points: readonly Point[]): Point => {
  const [x, y, w, h] = around(points);
  return [x + w / 2, y + h / 2];
};

/** The upright box round points: x, y, width, height; nothing round none. */
export function around(points: readonly Point[]): [number, number, number, number] {
  if (!points.length) return [0, 0, 0, 0];
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return [x, y, Math.max(...xs) - x, Math.max(...ys) - y];
}

/** A point turned clockwise about another, by degrees. */
export function turned([x, y]: Point, [cx, cy]: Point, degrees: number): Point {
  const radians = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(radians), Math.sin(radians)];
  const [dx, dy] = [x - cx, y - cy];
  return [cx + dx * cos - dy * sin, cy + dx * sin + dy * cos];
}

export const centre = ({ x, y, w, h }: Box): Point => [x + w / 2, y + h / 2];

/** The corners of a box, clockwise from what was its top left one before it was turned. */
export function corners(box: Box): Point[] {
  const { x, y, w, h, angle = 0 } = box;
  const upright: Point[] = [
    [x, y],
    [x + w, y],
    [x + w, y + h],
    [x, y + h],
  ];
  return angle ? upright.map((corner) => turned(corner, centre(box), angle)) : upright;
}

/** The box between two corners that lie opposite each other. */
export function between([ax, ay]: Point, [bx, by]: Point): Box {
  return { x: Math.min(ax, bx), y: Math.min(ay, by), w: Math.abs(ax - bx), h: Math.abs(ay - by) };
}

/** Which sides of a box a handle moves: n, e, s, w, and two of them at a corner. */
export type Sides = string;

/**
 * A box one of whose handles goes to a place; the side across stays where it is. A side that would pass
 * the other stops a unit before it.
 */
export function resized(box: Box, sides: Sides, to: Point, size: Size): Box {
  const unit = unitOf(size);
  const { angle = 0 } = box;
  const before = centre(box);
  const [px, py] = angle ? turned(to, before, -angle) : within(to, size);
  let [left, top, right, bottom] = [box.x, box.y, box.x + box.w, box.y + box.h];
  if (sides.includes("w")) left = Math.min(px, right - unit);
  if (sides.includes("e")) right = Math.max(px, left + unit);
  if (sides.includes("n")) top = Math.min(py, bottom - unit);
  if (sides.includes("s")) bottom = Math.max(py, top + unit);
  const moved: Box = { x: left, y: top, w: right - left, h: bottom - top };
  if (!angle) return moved;
  // the new middle, seen in the picture: the box turns about it from now on
  const [cx, cy] = turned(centre(moved), before, angle);
  return { ...moved, x: cx - moved.w / 2, y: cy - moved.h / 2, angle };
}

/** A box moved, kept whole in the picture; of a turned one, its middle. */
export function movedBox(box: Box, [dx, dy]: Point, { width, height }: Size): Box {
  if (box.angle) {
    const [cx, cy] = within([box.x + box.w / 2 + dx, box.y + box.h / 2 + dy], { width, height });
    return { ...box, x: cx - box.w / 2, y: cy - box.h / 2 };
  }
  return {
    ...box,
    x: clamp(box.x + dx, 0, width - box.w),
    y: clamp(box.y + dy, 0, height - box.h),
  };
}

/** Degrees from 0 to 360. */
export const angled = (degrees: number): number => tidy(((degrees % 360) + 360) % 360, 0.1) % 360;

/** The angle at which a box stands when its upper handle points to a place. */
export const angleTo = (box: Box, [x, y]: Point): number => {
  const [cx, cy] = centre(box);
  return angled((Math.atan2(y - cy, x - cx) * 180) / Math.PI + 90);
};

/** Points moved together, kept whole in the picture. */
export function movedPoints(points: readonly Point[], [dx, dy]: Point, size: Size): Point[] {
  const [x, y, w, h] = around(points);
  const [mx, my] = [clamp(dx, -x, size.width - x - w), clamp(dy, -y, size.height - y - h)];
  return points.map(([px, py]): Point => [px + mx, py + my]);
}

/** Whether a point lies inside an outline (even-odd rule). */
export function inside([x, y]: Point, outline: readonly Point[]): boolean {
  let is = false;
  outline.forEach(([ax, ay], at) => {
    const [bx, by] = outline[(at + 1) % outline.length] as Point;
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) is = !is;
  });
  return is;
}

/** How far a point is from a line between two others. */
export function farFrom([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const [dx, dy] = [bx - ax, by - ay];
  const along = dx || dy ? clamp(((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy), 0, 1) : 0;
  return Math.hypot(x - ax - along * dx, y - ay - along * dy);
}

export function areaOf(outline: readonly Point[]): number {
  let twice = 0;
  outline.forEach(([ax, ay], at) => {
    const [bx, by] = outline[(at + 1) % outline.length] as Point;
    twice += ax * by - bx * ay;
  });
  return Math.abs(twice) / 2;
}

/** Whether all corners lie on one line: an outline without an inside. */
export const isLine = (outline: readonly Point[]): boolean => areaOf(outline) < 1e-9;

/**
 * A point drawn to what is near: first to a neighbour's corner, else to edges of the picture and of
 * neighbours, across and down apart. `reach` is how near, in pixels.
 */
export function snapped(
  point: Point,
  neighbours: readonly (readonly Point[])[],
  size: Size,
  reach: number,
): Point {
  const near = neighbours
    .flat()
    .filter((corner) => apart(corner, point) <= reach)
    .sort((corner, other) => apart(corner, point) - apart(other, point))[0];
  if (near) return [...near];
  const boxes = neighbours.map(around);
  const across = [0, size.width, ...boxes.flatMap(([x, , w]) => [x, x + w])];
  const down = [0, size.height, ...boxes.flatMap(([, y, , h]) => [y, y + h])];
  return [drawnTo(point[0], across, reach), drawnTo(point[1], down, reach)];
}

function drawnTo(value: number, lines: readonly number[], reach: number): number {
  const near = lines.reduce((best, line) =>
    Math.abs(line - value) < Math.abs(best - value) ? line : best,
  );
  return Math.abs(near - value) <= reach ? near : value;
}

/** Which third of the picture a point is in, across and down: 0, 1 or 2. */
export const thirdOf = ([x, y]: Point, { width, height }: Size): [number, number] => [
  clamp(Math.floor((x * THIRDS) / width), 0, 2),
  clamp(Math.floor((y * THIRDS) / height), 0, 2),
];

/** The whole picture, as large as its window allows, in its middle. */
export function fitted({ width, height }: Size, window: Size): View {
  const scale = Math.min(window.width / width, window.height / height);
  return {
    scale,
    x: (window.width - width * scale) / 2,
    y: (window.height - height * scale) / 2,
  };
}

/** A picture never smaller than its window needs, never lost beside it. */
export function keptInView(view: View, size: Size, window: Size): View {
  const least = fitted(size, window);
  const scale = clamp(view.scale, least.scale, Math.max(LARGEST_SCALE, least.scale));
  const place = (at: number, whole: number, available: number) =>
    whole <= available ? (available - whole) / 2 : clamp(at, available - whole, 0);
  return {
    scale,
    x: place(view.x, size.width * scale, window.width),
    y: place(view.y, size.height * scale, window.height),
  };
}

/** Enlarged so many times about a place of the window. */
export function zoomed(view: View, times: number, about: Point, size: Size, window: Size): View {
  const least = fitted(size, window).scale;
  const scale = clamp(view.scale * times, least, Math.max(LARGEST_SCALE, least));
  const real = scale / view.scale;
  const x = about[0] - (about[0] - view.x) * real;
  const y = about[1] - (about[1] - view.y) * real;
  return keptInView({ scale, x, y }, size, window);
}

/** Moved so that a place of the picture is in view, with room round it. */
export function followed(view: View, point: Point, size: Size, window: Size): View {
  const [x, y] = toWindow(view, point);
  const margin = Math.min(window.width, window.height) / 8;
  const dx = x < margin ? margin - x : x > window.width - margin ? window.width - margin - x : 0;
  const dy = y < margin ? margin - y : y > window.height - margin ? window.height - margin - y : 0;
  return dx || dy ? keptInView({ ...view, x: view.x + dx, y: view.y + dy }, size, window) : view;
}

export const toWindow = ({ x, y, scale }: View, [px, py]: Point): Point => [
  x + px * scale,
  y + py * scale,
];

export const toPicture = ({ x, y, scale }: View, [px, py]: Point): Point => [
  (px - x) / scale,
  (py - y) / scale,
];
