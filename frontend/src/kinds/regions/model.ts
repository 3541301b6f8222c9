/* What is marked in a picture, whatever its kind: the draft, its labels and names. How a box, an outline or
   a skeleton is made and moved, its own file says as a `ShapeKind`; what keys do to a draft is ``actions``'s. */

import type { Json, Question } from "../../protocol/questions";
import type { Shown } from "../../protocol/workbench";
import { firstLabel, labelIn } from "../shared/labels";
import type { Point, Size } from "./geometry";
import type { Words } from "./words";

export type Named = { value: string; label?: string };
export type Marking = Question & {
  labels: Named[];
  column?: string;
  least?: number;
  most?: number;
  rotated?: boolean;
  points?: Named[];
  skeleton?: [string, string][];
};

/** One region: its name for good, its label, and the shape as its kind answers it. */
export type Mark = { key: string; label: string; [part: string]: Json };

/** `held` and `grip` are what is in hand; `open` what is placed of a region not finished yet. `picked`
    says that the region in hand was chosen, not just drawn: only then does a label's key rename it. */
export type Draft = {
  marks: Mark[];
  held: string;
  picked?: boolean;
  grip: string;
  label: string;
  open: number[][];
  pen: Point | null;
  next: number;
};

/** A place that can be taken in hand: where it is, and what it is called. */
export type Grip = { id: string; at: Point; name: string };

/** What a kind of region decides. */
export interface ShapeKind {
  /** Its handles in their order; those a finger or mouse alone takes last. */
  grips(question: Marking, mark: Mark, say: Words): Grip[];
  /** Those that the key for the next handle goes through; all where it says nothing. */
  walked?(question: Marking, mark: Mark): string[];
  /** With a handle, or the whole where it is "", moved by so many pixels. */
  moved(question: Marking, mark: Mark, grip: string, by: Point, size: Size): Mark;
  /** With a handle taken to a place. */
  withGripAt(question: Marking, mark: Mark, grip: string, to: Point, size: Size): Mark;
  /** Its outline, to be drawn and hit; of points that are joined otherwise, the box round them. */
  outline(mark: Mark): Point[];
  /** Lines and dots to be drawn instead of the outline. */
  bones?(question: Marking, mark: Mark): [Point, Point][];
  dots?(question: Marking, mark: Mark): { at: Point; hidden: boolean }[];
  /** The shape made of what was placed, or null while it needs more; `closing` ends what may go on. */
  shapeFrom(
    question: Marking,
    open: number[][],
    size: Size,
    closing: boolean,
  ): Partial<Mark> | null;
  /** Whether a drag from one place to another is a whole region. */
  drags: boolean;
  /** Whether what was placed can be ended before it is complete. */
  closes(question: Marking, open: number[][]): boolean;
  /** A handle taken out; null where the shape cannot do without. */
  without?(mark: Mark, grip: string): Mark | null;
  /** A corner put in after the handle in hand, and the handle that is in hand then. */
  more?(mark: Mark, grip: string): [Mark, string] | null;
  /** What a key of this kind alone does to a handle in hand: hidden, absent. */
  sees?(mark: Mark, grip: string, how: 0 | 1 | 2): Mark | null;
  /** How one draws here, in a few words. */
  hint(say: Words): string;
  /** Where the next one goes while drawing: which corner or point. */
  wants(question: Marking, open: number[][], say: Words): string;
  /** Position and size in words; `grip` for that of a handle. */
  describe(question: Marking, mark: Mark, grip: string, size: Size, say: Words): string;
  /** The shape as the answer has it. */
  toAnswer(question: Marking, mark: Mark): Json;
  /** The shape of an answer. */
  fromAnswer(question: Marking, value: { [part: string]: Json }): Partial<Mark>;
}

export const draftOf = (draft: Json): Draft => draft as unknown as Draft;
export const json = (draft: Draft): Json => draft as unknown as Json;
export const marking = (question: Question): Marking => question as Marking;
export const EMPTY: Draft = {
  marks: [],
  held: "",
  grip: "",
  label: "",
  open: [],
  pen: null,
  next: 1,
};

/** Where a picture has no size of its own: the preview of a question. */
const NOWHERE: Size = { width: 640, height: 420 };

/** The picture a question marks. */
export function pictureOf(
  question: Question,
  cells: Readonly<Record<string, Shown>>,
): Extract<Shown, { as: "image" }> | null {
  const { column } = marking(question);
  const named = column ? cells[column] : undefined;
  const cell = named ?? Object.values(cells).find(({ as }) => as === "image");
  return cell?.as === "image" ? cell : null;
}

export function sizeOf(question: Question, cells: Readonly<Record<string, Shown>>): Size {
  const picture = pictureOf(question, cells);
  return picture?.width && picture.height ? picture : NOWHERE;
}

export function labelNow(question: Question, draft: Draft): string {
  const isKnown = marking(question).labels.some(({ value }) => value === draft.label);
  return isKnown ? draft.label : firstLabel(question);
}

/** “Bobbin 2”: its label and its number in the list. */
export function nameOfMark(question: Question, draft: Draft, key: string): string {
  const at = draft.marks.findIndex((mark) => mark.key === key);
  return `${labelIn(marking(question), draft.marks[at]?.label ?? "")} ${at + 1}`;
}

export const heldOf = (draft: Draft): Mark | undefined =>
  draft.marks.find(({ key }) => key === draft.held);

export const LABEL = "label ";
export const labelCommand = (value: string): string => `${LABEL}${value}`;
export type Doing =
  | "new"
  | "place"
  | "close"
  | "next"
  | "prev"
  | "grip"
  | "more"
  | "delete"
  | "out"
  | "leave"
  | "hidden"
  | "absent"
  | "again"
  | "bigger"
  | "smaller"
  | "whole"
  | "light";
