/* The answers to one task while they are given: which questions are asked now, what was begun of each,
   what is still missing, and the steps that can be undone. Knows no page. */

import type { Drafts, Json, Question, Values } from "../../protocol/questions";
import type { Shown } from "../../protocol/workbench";
import { kindOf } from "../register";
import { whichAreAsked as askedOf } from "./conditions";
import type { ChangeOptions, Kind, Region, Say } from "./kind";

/** One question where it is asked: of the task, or of one of its regions. */
export type Slot = {
  name: string;
  question: Question;
  kind: Kind;
  region?: Region;
  index?: number;
};

const STEPS = 200;
const of = (id: string, region: string): string => `${id} ${region}`;

export class TaskForm {
  drafts: Drafts;
  readonly questions: readonly Question[];
  readonly cells: Readonly<Record<string, Shown>>;
  private readonly say: Say;
  private before: Drafts[] = [];
  private after: Drafts[] = [];
  private joining = "";

  constructor(
    questions: readonly Question[],
    cells: Readonly<Record<string, Shown>>,
    say: Say,
    initial: { drafts?: Drafts | undefined; values?: Values | undefined } = {},
  ) {
    this.questions = questions;
    this.cells = cells;
    this.say = say;
    this.drafts = { ...initial.drafts };
    if (initial.values && !initial.drafts) this.read(initial.values);
  }

  /** The draft of a slot; as one begins where nothing was begun. */
  draft(slot: Slot): Json {
    return this.drafts[slot.name] ?? slot.kind.emptyDraft(slot.question, this.cells);
  }

  /** The questions that are asked now, in order; one of each region as often as there are regions. */
  get slots(): Slot[] {
    return this.look().slots;
  }

  /** The answers to what is asked, and the first slot that still lacks one. */
  get values(): { values: Values; missing: Slot | null } {
    const { values, missing } = this.look();
    return { values, missing };
  }

  answer(slot: Slot): Json | undefined {
    return slot.kind.answer(slot.question, this.draft(slot), this.cells);
  }

  /** Whether a slot needs nothing more. */
  isDone(slot: Slot): boolean {
    return this.answer(slot) !== undefined;
  }

  set(slot: Slot, draft: Json, { joins = false, quiet = false }: ChangeOptions = {}): void {
    const step = joins ? slot.name : "";
    if (!quiet && (!step || step !== this.joining)) {
      this.before = [...this.before, this.drafts].slice(-STEPS);
      this.after = [];
    }
    this.joining = step;
    this.drafts = { ...this.drafts, [slot.name]: draft };
  }

  get canUndo(): boolean {
    return this.before.length > 0;
  }

  get canRedo(): boolean {
    return this.after.length > 0;
  }

  undo(): boolean {
    return this.move(this.before, this.after);
  }

  redo(): boolean {
    return this.move(this.after, this.before);
  }

  private move(from: Drafts[], to: Drafts[]): boolean {
    const next = from.pop();
    if (!next) return false;
    to.push(this.drafts);
    this.drafts = next;
    this.joining = "";
    return true;
  }

  private regions(question: Question): Region[] {
    const marking = this.questions.find(({ id }) => id === question.each);
    if (!marking) return [];
    const kind = kindOf(marking);
    const draft = this.drafts[marking.id] ?? kind.emptyDraft(marking, this.cells);
    return kind.regions?.(marking, draft, this.say, this.cells) ?? [];
  }

  private look(): { slots: Slot[]; values: Values; missing: Slot | null } {
    const slots: Slot[] = [];
    const values: Values = {};
    let missing: Slot | null = null;
    this.questions.forEach((question, number) => {
      const kind = kindOf(question);
      const here = askedOf(this.questions.slice(0, number + 1), values)[question.id];
      const add = (slot: Slot): Json | undefined => {
        slots.push(slot);
        const answer = this.answer(slot);
        if (answer === undefined && (!question.optional || this.isBegun(slot))) missing ??= slot;
        return answer;
      };
      if (!Array.isArray(here)) {
        const answer = here ? add({ name: question.id, question, kind }) : undefined;
        if (answer !== undefined) values[question.id] = answer;
        return;
      }
      const each = this.regions(question).map((region, place) => {
        if (!here[place]) return null;
        const name = of(question.id, region.key);
        return add({ name, question, kind, region, index: place }) ?? null;
      });
      if (each.some((value) => value !== null)) values[question.id] = each;
    });
    return { slots, values, missing };
  }

  /** Whether something was begun that is no answer yet: half an answer is not left out in silence. */
  private isBegun(slot: Slot): boolean {
    const draft = this.drafts[slot.name];
    const begin = slot.kind.emptyDraft(slot.question, this.cells);
    return draft !== undefined && JSON.stringify(draft) !== JSON.stringify(begin);
  }

  /** Take what was answered as drafts. */
  private read(values: Values): void {
    for (const question of this.questions) {
      const value = values[question.id];
      if (value === undefined || value === null) continue;
      const kind = kindOf(question);
      if (!question.each) {
        this.drafts[question.id] = kind.draftFrom(question, value, this.cells);
        continue;
      }
      this.regions(question).forEach(({ key }, place) => {
        const regionValue = Array.isArray(value) ? value[place] : null;
        if (regionValue !== null && regionValue !== undefined)
          this.drafts[of(question.id, key)] = kind.draftFrom(question, regionValue, this.cells);
      });
    }
  }
}

/** The answers to a task in words: the one answer, or each after what was asked. */
export function describeValues(questions: readonly Question[], values: Values, say: Say): string {
  const texts = questions.flatMap((question) => {
    const value = values[question.id];
    if (value === undefined || value === null) return [];
    const kind = kindOf(question);
    const each =
      question.each && Array.isArray(value) ? value.filter((element) => element !== null) : [value];
    const text = each.map((element) => kind.describe(question, element as Json, say)).join(", ");
    return [questions.length > 1 ? `${question.ask} ${text}` : text];
  });
  return texts.join(" · ");
}

/** The first answer of a task in one or two characters. */
export function abbreviateValues(questions: readonly Question[], values: Values): string {
  const first = questions.find(({ id, each }) => !each && (values[id] ?? null) !== null);
  return first ? kindOf(first).short(first, values[first.id] as Json) : "";
}
