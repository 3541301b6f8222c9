/* The elements that mark a picture or a text: what a page writes in their attributes and reads of their values,
   and what the kinds of the workbench that draw them take and give instead. Pixels of the picture; places in a
   text count characters. */
import type { Json } from "../protocol/questions";

export type Label = { value: string; label?: string };
export type Mark = { [part: string]: Json };
/** What an element asks of the script that draws it. */
export type MarksAsked = {
  element: MarkElement;
  /** The id of the heading that names it. */
  name: string;
  language: string;
  labels: Label[];
  /** One of the two: the picture in its own size, or the text. */
  picture?: { url: string; width: number; height: number };
  text?: string;
  overlap: boolean;
  /** What is marked when it is drawn. */
  marks: Mark[];
  changed: (marks: Mark[]) => void;
  say: (text: string) => void;
};
export type MarksDrawn = {
  /** What is marked now; null while something is begun and not finished. */
  marks(): Mark[] | null;
  /** What is missing, in words. */
  lacks(): string;
};
export type DrawMarks = (box: HTMLElement, asked: MarksAsked) => Promise<MarksDrawn>;

declare global {
  interface Window {
    /** Set by the script that is loaded with the first of these elements. */
    canutDrawMarks?: DrawMarks;
  }
}

type Shape = {
  kind: "boxes" | "polygons" | "keypoints" | "spans";
  /** The name of the list in the element's value. */
  list: string;
  toKind(mark: Mark): Mark;
  fromKind(answer: Mark): Mark;
};

/** The one point of a region that is a point. */
export const POINT = "at";
const number = (value: Json | undefined): number => Number(value) || 0;
const pairOf = ({ x, y }: Mark): [number, number] => [number(x), number(y)];

/** One line an element; the names are those of core/formats/platforms/crowd_elements.py. */
export const MARK_ELEMENTS = {
  "crowd-bounding-box": {
    kind: "boxes",
    list: "boundingBoxes",
    toKind: ({ left, top, width, height }) => ({
      x: number(left),
      y: number(top),
      w: number(width),
      h: number(height),
    }),
    fromKind: ({ x, y, w, h, label }) => ({
      height: number(h),
      label: String(label),
      left: number(x),
      top: number(y),
      width: number(w),
    }),
  },
  "crowd-polygon": {
    kind: "polygons",
    list: "polygons",
    toKind: ({ vertices }) => ({ points: (vertices as Mark[]).map(pairOf) }),
    fromKind: ({ points, label }) => ({
      label: String(label),
      vertices: (points as [number, number][]).map(([x, y]) => ({ x, y })),
    }),
  },
  "crowd-keypoint": {
    kind: "keypoints",
    list: "keypoints",
    toKind: (mark) => ({ points: { [POINT]: [...pairOf(mark), 2] } }),
    fromKind: ({ points, label }) => {
      const [x, y] = (points as { [POINT]: [number, number, number] })[POINT];
      return { label: String(label), x, y };
    },
  },
  "crowd-entity-annotation": {
    kind: "spans",
    list: "entities",
    toKind: ({ startOffset, endOffset }) => ({
      start: number(startOffset),
      end: number(endOffset),
    }),
    fromKind: ({ start, end, label }) => ({
      endOffset: number(end),
      label: String(label),
      startOffset: number(start),
    }),
  },
} satisfies Record<string, Shape>;

export type MarkElement = keyof typeof MARK_ELEMENTS;
export const shapeOf = (element: MarkElement): Shape => MARK_ELEMENTS[element];

/** What pages write as JSON, often in single quotes; null where it cannot be read. */
export function readLoose(text: string): Json {
  const strict = (json: string): Json => {
    try {
      return JSON.parse(json) as Json;
    } catch {
      return null;
    }
  };
  const quoted = text.replace(
    /"(?:[^"\\]|\\.)*"|'((?:[^'\\]|\\.)*)'/g,
    (whole, inside: string | undefined) =>
      inside === undefined ? whole : JSON.stringify(inside.replace(/\\(.)/g, "$1")),
  );
  return strict(text) ?? strict(quoted.replace(/,\s*([\]}])/g, "$1"));
}

/** The labels of an element: texts, or objects that name one for the page and one for people. */
export function labelsIn(text: string): Label[] {
  const list = readLoose(text);
  return (Array.isArray(list) ? list : []).flatMap((each): Label[] => {
    if (typeof each === "string") return each ? [{ value: each }] : [];
    const { label, fullDisplayName, shortDisplayName } = (each ?? {}) as Mark;
    const name = fullDisplayName ?? shortDisplayName;
    return label ? [{ value: String(label), ...(name ? { label: String(name) } : {}) }] : [];
  });
}

/** Marks a page wrote or a draft holds; those that say no label of the element's are left out. */
export function marksIn(element: MarkElement, text: string, labels: readonly Label[]): Mark[] {
  const list = readLoose(text);
  const { toKind } = shapeOf(element);
  return (Array.isArray(list) ? (list as Mark[]) : []).filter((mark) => {
    try {
      toKind(mark);
    } catch {
      return false;
    }
    return labels.some(({ value }) => value === mark.label);
  });
}
