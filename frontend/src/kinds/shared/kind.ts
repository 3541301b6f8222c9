/* What every kind of question can do in the workbench; one file per kind beside this one.

   A kind holds a draft: any JSON value, made of what was answered before or begun anew, kept on the
   device from the first change. It draws itself where it is told to, says which keys it wants, and
   turns a draft into an answer. Which question is in turn, undo, drafts and sending are the sheet's. */
import type { TemplateResult } from "lit";
import type { Json, Language, Question } from "../../protocol/questions";
import type { Shown } from "../../protocol/workbench";

/** What the words of a kind need: the page's language. */
export type Say = { language: Language };

/** A draft changed. */
export type ChangeOptions = {
  /** It is decided: go on to what comes next, or answer where nothing else is asked. */
  done?: boolean;
  /** One step of undoing with the change before: letters of a word, points of a drag. */
  joins?: boolean;
  /** No step at all: what is in hand, where one stands. */
  quiet?: boolean;
  /** What those who do not see the page are told of it. */
  say?: string;
};

/** A question's place on the page: what it may read, and what it may ask for. */
export type QuestionContext = Say & {
  question: Question;
  /** What the columns hold that the question names, by their names. */
  cells: Readonly<Record<string, Shown>>;
  draft: Json;
  /** What was answered to this in the task before. */
  before?: Json | undefined;
  /** The language of the project's own words, where it is not the page's. */
  tongue?: string | undefined;
  /** Shown, not to be changed: the explanation of a practice task. */
  fixed: boolean;
  /** What other questions mark in the same picture, to be seen behind what is marked here. */
  beside?: readonly Outline[];
  /** The picture is drawn with another question that marks it. */
  elsewhere?: boolean;
  /** Its keys are the ones that count now; other questions show none. */
  active: boolean;
  /** Begins the ids of its elements, and is that of its name. */
  name: string;
  /** Which key does what; "" where the keyboard has none left. */
  keys: ReadonlyMap<string, string>;
  set(draft: Json, options?: ChangeOptions): void;
  /** Take the answer as it stands, and go on. */
  go(): void;
  say(text: string): void;
  /** Draw again what is no part of the draft: where one stands, what is chosen. */
  redraw(): void;
  /** A picture already decoded, to be put in a template; veiled where it is hard to look at. */
  picture(image: Extract<Shown, { as: "image" }>): unknown;
};

/** Something a key does: `wish` is the key itself where it must be that one, as an arrow. */
export type Command = { id: string; label: string; wish?: string };

/** A mark as it is seen from another question: its corners in pixels, and the number of its dye. */
export type Outline = { points: readonly (readonly [number, number])[]; dye: number };

/** A region that questions may be asked about: its own name for good, and its words. */
export type Region = { key: string; name: string };

export interface Kind {
  /** Draw the answers, in the keyboard's own order. */
  view(context: QuestionContext): TemplateResult;
  /** What its keys do, in the order in which keys are given out. */
  commands(context: Pick<QuestionContext, "question" | "cells" | "draft" | "language">): Command[];
  /** Do what a key says. */
  act(context: QuestionContext, command: string): void;
  /** The draft of who begins. */
  emptyDraft(question: Question, cells: QuestionContext["cells"]): Json;
  /** An answer as a draft, to be changed. */
  draftFrom(question: Question, answer: Json, cells: QuestionContext["cells"]): Json;
  /** A draft as an answer; undefined while it is none. */
  answer(question: Question, draft: Json, cells: QuestionContext["cells"]): Json | undefined;
  /** What a draft still needs to be an answer, in words. */
  lacks(context: Pick<QuestionContext, "question" | "cells" | "draft" | "language">): string;
  /** An answer in words. */
  describe(question: Question, answer: Json, say: Say): string;
  /** An answer in one or two characters, above the thread; "" when it has none. */
  short(question: Question, answer: Json): string;
  /** Whether choosing is answering: then a task that asks nothing else needs no button. */
  decides(question: Question): boolean;
  /** Where the focus belongs within what it draws; the whole where it says nothing. */
  field?: string;
  /** Whether it is written in its field, which has steps of its own; so it is where nothing is said. */
  typed?(question: Question): boolean;
  /** Whether Enter begins a line in its field; then it takes Ctrl too to go on. */
  hasLines?(question: Question): boolean;
  /** The regions of a draft, in the order of its answer, where others may be asked about each. */
  regions?(question: Question, draft: Json, say: Say, cells: QuestionContext["cells"]): Region[];
  /** The address of the picture it marks, where it marks one; "" where it is not there. */
  marks?(question: Question, cells: QuestionContext["cells"]): string;
  /** What is marked, as it is seen from another question about the same picture. */
  outlines?(question: Question, draft: Json): Outline[];
  /** Enter, where something has to be finished first; false where the answer may be taken. */
  enter?(context: QuestionContext): boolean;
  /** What is done by hand and by no key alone, for the sheet of keys. */
  gestures?(context: Say): { cap: string; what: string }[];
  /** After it was drawn in an element: for parts that live outside templates, as canvases do. */
  afterDraw?(element: HTMLElement, context: QuestionContext): void;
  /** Its element goes. */
  beforeRemove?(element: HTMLElement): void;
}
