/* The answers to the task in view while they are given: whose turn it is among its questions, which keys
   count, what a press changes, when it is enough. Drawing is done in ``view/question_list``. */

import { askWords } from "../i18n/workbench_words";
import { fetchKinds, hasKinds } from "../kinds/register";
import { describeValues, type Slot, TaskForm } from "../kinds/shared/form";
import { allocate } from "../kinds/shared/keyboard";
import type { ChangeOptions, Command, QuestionContext } from "../kinds/shared/kind";
import type { Drafts, Json, Language, Question } from "../protocol/questions";
import type { Task } from "../protocol/workbench";
import { NOBODYS, type Personal } from "./keymap";
import type { Session } from "./session";
import type { DraftStore } from "./storage/draft_store";

/** What it needs of the page. */
export type Host = {
  readonly session: Session;
  readonly language: Language;
  readonly tongue: string | undefined;
  readonly shelf: DraftStore;
  /** The person's own keys for a question. */
  personal?(question: Question): Personal;
  picture: QuestionContext["picture"];
  say(text: string): void;
  send(values: Record<string, Json>): void;
  changed(): void;
};

const AGAIN_MS = 3_000;

/** Which key does what: the person's own first, then those wished for, then the others in their order. */
export function keysOf(
  commands: readonly Command[],
  { reserved, own }: Personal = NOBODYS,
): Map<string, string> {
  const wished = new Map<string, string>();
  const take = (id: string, key: string | undefined) => {
    if (key && !reserved.has(key) && !wished.has(id) && ![...wished.values()].includes(key))
      wished.set(id, key);
  };
  for (const { id } of commands) take(id, own.get(id));
  for (const { id, wish } of commands) take(id, wish);
  const others = commands.filter(({ id }) => !wished.has(id));
  const keys = allocate(
    others.map(({ label }) => label),
    wished.values(),
    reserved,
  );
  return new Map([...wished, ...others.map(({ id }, at) => [id, keys[at] ?? ""] as const)]);
}

export class CurrentTask {
  sheet: TaskForm | null = null;
  /** The slot in turn, by name. */
  turn = "";
  /** A slot, or "check" for the button, to be focused once it is drawn. */
  wanted = "";

  private readonly host: Host;
  private task: Task | null = null;
  private isFixed = false;
  private isFetching = false;
  private version = 0;
  private settled = new Map<HTMLElement, Slot>();
  /** The slot that draws the picture that several mark. */
  private drawing = "";

  constructor(host: Host) {
    this.host = host;
  }

  get questions(): readonly Question[] {
    return this.host.session.question.schema.questions;
  }

  /** Whether every kind that is asked has come; those missing are fetched, again until they come. */
  get isReady(): boolean {
    const kinds = this.questions.map(({ kind }) => kind);
    if (hasKinds(kinds)) return true;
    if (!this.isFetching) {
      this.isFetching = true;
      const done = () => {
        this.isFetching = false;
        this.task = null;
        this.host.changed();
      };
      fetchKinds(kinds, this.host.language).then(done, () => setTimeout(done, AGAIN_MS));
    }
    return false;
  }

  get isAlone(): boolean {
    return this.questions.length === 1 && !this.questions[0]?.each;
  }

  get slots(): Slot[] {
    return this.sheet?.slots ?? [];
  }

  get slot(): Slot | undefined {
    const slots = this.slots;
    return slots.find(({ name }) => name === this.turn) ?? slots[0];
  }

  /** A task came into view, or left: take what was answered or begun of it. */
  show(task: Task | null): void {
    const { session, shelf: draftStore, language } = this.host;
    const carried = this.carried(task);
    this.task = task;
    this.version = session.question.version;
    this.isFixed = session.screen === "explained" && session.revisiting === null;
    this.sheet = null;
    this.wanted = "";
    if (!task || !this.isReady) return;
    const saved = carried ?? draftStore.of(this.shelved(task), session.question.version);
    const drafts = this.isFixed ? undefined : saved;
    const values = session.given ?? undefined;
    this.sheet = new TaskForm(this.questions, task.cells ?? {}, { language }, { drafts, values });
    this.turn = this.sheet.values.missing?.name ?? this.sheet.slots[0]?.name ?? "";
  }

  /** What was begun of this task under the version before, where the same is asked of it still. */
  private carried(task: Task | null): Drafts | undefined {
    const { sheet: form, questions } = this;
    const same = form && task && this.task?.lease === task.lease;
    if (!same || this.version === this.host.session.question.version) return undefined;
    const current = new Set(questions.map((question) => JSON.stringify(question)));
    const unchanged = form.questions.filter((question) => current.has(JSON.stringify(question)));
    const of = (name: string) =>
      unchanged.some(({ id }) => name === id || name.startsWith(`${id} `));
    return Object.fromEntries(Object.entries(form.drafts).filter(([name]) => of(name)));
  }

  /** What becomes of an answer that was given: nothing is kept of its draft. */
  forget(): void {
    if (this.task) this.host.shelf.drop(this.shelved(this.task));
  }

  private shelved(task: Task): string {
    return `${task.task}${this.host.session.revisiting === null ? "" : " again"}`;
  }

  private get isOpen(): boolean {
    const { session } = this.host;
    return !this.isFixed && (session.screen === "task" || session.revisiting !== null);
  }

  contextOf(slot: Slot): QuestionContext {
    const { host } = this;
    const form = this.sheet as TaskForm;
    const draft = form.draft(slot);
    const active = this.slot?.name === slot.name;
    const own = { question: slot.question, cells: form.cells, draft, language: host.language };
    return {
      ...own,
      ...this.sharing(slot),
      before: this.before(slot),
      tongue: host.tongue,
      fixed: this.isFixed,
      active,
      name: this.idOf(slot),
      keys:
        active && !this.isFixed
          ? keysOf(slot.kind.commands(own), host.personal?.(slot.question))
          : new Map(),
      set: (next, options) => this.set(slot, next, options),
      go: () => this.goOn(),
      say: (text) => host.say(text),
      redraw: () => host.changed(),
      picture: (image) => host.picture(image),
    };
  }

  /** Of questions that mark one picture, that in turn draws it, with what the others mark behind. */
  private sharing(slot: Slot): Pick<QuestionContext, "beside" | "elsewhere"> {
    const form = this.sheet as TaskForm;
    const pictureOf = ({ kind, question }: Slot) => kind.marks?.(question, form.cells) ?? "";
    const picture = pictureOf(slot);
    const group = picture ? this.slots.filter((other) => pictureOf(other) === picture) : [];
    if (group.length < 2) return {};
    if (group.some(({ name }) => name === this.turn)) this.drawing = this.turn;
    const drawing = group.find(({ name }) => name === this.drawing) ?? group[0];
    const others = group.filter(({ name }) => name !== slot.name);
    return {
      elsewhere: drawing?.name !== slot.name,
      beside: others.flatMap(
        (other) => other.kind.outlines?.(other.question, form.draft(other)) ?? [],
      ),
    };
  }

  /** What was answered to the same question in the task before. */
  private before(slot: Slot): Json | undefined {
    const { past, revisiting } = this.host.session;
    const earlier = past[(revisiting ?? past.length) - 1];
    return slot.question.each ? undefined : earlier?.values[slot.question.id];
  }

  /** The id of a slot's words on the page. */
  idOf(slot: Slot): string {
    if (this.isAlone) return "wb-question";
    const at = this.questions.findIndex(({ id }) => id === slot.question.id);
    return `wb-q${at}${slot.index === undefined ? "" : `-${slot.index}`}`;
  }

  /** What the keys of the slot in turn do, and the name each has for the person's own keys. */
  get commands(): { key: string; what: string; name: string }[] {
    const { slot } = this;
    if (!slot) return [];
    const questionContext = this.contextOf(slot);
    return slot.kind
      .commands(questionContext)
      .map(({ id, label }) => ({
        key: questionContext.keys.get(id) ?? "",
        what: label,
        name: `${slot.question.id} ${id}`,
      }))
      .filter(({ key }) => key);
  }

  /** Do what a key says to the question in turn; false when it says nothing there. */
  press(key: string): boolean {
    const { slot } = this;
    if (!slot || !this.isOpen) return false;
    const questionContext = this.contextOf(slot);
    const on = (pressed: string) => [...questionContext.keys].find(([, own]) => own === pressed);
    const command = on(key) ?? on(key.replace("shift+", ""));
    if (!command) return false;
    slot.kind.act(questionContext, command[0]);
    return true;
  }

  private set(slot: Slot, draft: Json, options: ChangeOptions = {}): void {
    const { sheet: form, host, task } = this;
    if (!form || !task || !this.isOpen) return;
    const before = this.slots.map(({ name }) => name);
    form.set(slot, draft, options);
    this.turn = slot.name;
    host.shelf.keep(this.shelved(task), host.session.question.version, form.drafts);
    const fresh = this.slots.filter(({ name }) => !before.includes(name));
    const message = [options.say, ...fresh.map(({ question }) => question.ask)]
      .filter(Boolean)
      .join(" ");
    if (message) host.say(message);
    host.changed();
    if (options.done) this.decided(slot);
  }

  /** A question is decided: answer where it is the only one, else go on to what is missing. */
  private decided(slot: Slot): void {
    if (this.isAlone && slot.kind.decides(slot.question)) {
      this.check();
      return;
    }
    this.turnTo(this.next(slot)?.name ?? "check");
  }

  /** The next slot that has no answer, after this one first. */
  private next(slot: Slot): Slot | undefined {
    const { slots } = this;
    const at = slots.findIndex(({ name }) => name === slot.name);
    const open = (other: Slot) => !this.sheet?.isDone(other);
    const earlier = slots.slice(0, at).find((other) => open(other) && !other.question.optional);
    return slots.slice(at + 1).find(open) ?? earlier;
  }

  /** Enter: say what is missing here, else go to what is missing elsewhere, else answer. */
  goOn(): void {
    const { slot, sheet: form } = this;
    if (!slot || !form || !this.isOpen) return;
    if (slot.kind.enter?.(this.contextOf(slot))) return;
    const { missing } = form.values;
    if (missing?.name === slot.name) this.complain(slot);
    else {
      const next = this.next(slot);
      if (next) this.turnTo(next.name);
      else this.check();
    }
  }

  /** Shift and Enter: one question back. */
  goBack(): void {
    const { slots, slot } = this;
    const at = slots.findIndex(({ name }) => name === slot?.name);
    const before = slots[at - 1];
    if (before) this.turnTo(before.name);
  }

  turnTo(name: string, focus = true): void {
    if (name !== "check") this.turn = name;
    if (focus) this.wanted = name;
    this.host.changed();
  }

  private complain(slot: Slot): void {
    this.turnTo(slot.name);
    this.host.say(slot.kind.lacks(this.contextOf(slot)));
  }

  /** Hand kinds the elements they were drawn in, and take leave of those that are gone. */
  settle(find: (slot: Slot) => HTMLElement | null): void {
    const now = new Map<HTMLElement, Slot>();
    for (const slot of this.slots) {
      const element = slot.kind.afterDraw || slot.kind.beforeRemove ? find(slot) : null;
      if (element) now.set(element, slot);
    }
    for (const [element, slot] of this.settled)
      if (now.get(element)?.kind !== slot.kind) slot.kind.beforeRemove?.(element);
    for (const [element, slot] of now) slot.kind.afterDraw?.(element, this.contextOf(slot));
    this.settled = now;
  }

  /** Why the answer cannot be taken yet, in words; "" when it can. */
  get lacks(): string {
    const missing = this.sheet?.values.missing;
    const why = missing?.kind.lacks(this.contextOf(missing)) ?? "";
    return missing && !this.isAlone ? `${missing.question.ask} ${why}` : why;
  }

  /** Take the answer as it stands; what is missing is said. */
  check(): void {
    if (!this.sheet || !this.isOpen) return;
    const { values, missing } = this.sheet.values;
    if (missing) this.complain(missing);
    else this.host.send(values);
  }

  /** Take back a step, or do it again; false where there is none. */
  step(back: boolean): boolean {
    const { sheet: form, host, task } = this;
    if (!form || !task || !this.isOpen) return false;
    if (!(back ? form.undo() : form.redo())) return false;
    host.shelf.keep(this.shelved(task), host.session.question.version, form.drafts);
    const own = askWords(host.language);
    const now = describeValues(this.questions, form.values.values, host) || this.lacks;
    host.say(back ? own.steppedBack(now) : own.steppedAgain(now));
    host.changed();
    return true;
  }
}
