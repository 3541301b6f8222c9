/* One question drawn by its kind outside the workbench: in a review, or while it is being written. It holds
   the draft; its keys count while the focus is within. */
import { html, render } from "lit";
import { kindOf } from "../kinds/register";
import { keyOf } from "../kinds/shared/keyboard";
import type { ChangeOptions, Kind, QuestionContext } from "../kinds/shared/kind";
import type { Json, Language, Question } from "../protocol/questions";
import type { Shown } from "../protocol/workbench";
import { keysOf } from "../workbench/current_task";

export type StandaloneOptions = {
  question: Question;
  cells: Readonly<Record<string, Shown>>;
  language: Language;
  name: string;
  /** What was answered; as one begins where it is missing. */
  answer?: Json | undefined;
  /** Shown, not to be changed. */
  fixed?: boolean;
  /** Another answer stands; undefined while it is none. */
  changed?: (answer: Json | undefined) => void;
  say?: (text: string) => void;
};

export class StandaloneQuestion {
  private draft: Json;
  private before: Json[] = [];
  private joining = false;
  private readonly kind: Kind;
  private readonly room: HTMLElement;
  private readonly own: StandaloneOptions;

  constructor(container: HTMLElement, own: StandaloneOptions) {
    const { question, cells, answer } = own;
    this.room = container;
    this.own = own;
    this.kind = kindOf(question);
    this.draft =
      answer === undefined || answer === null
        ? this.kind.emptyDraft(question, cells)
        : this.kind.draftFrom(question, answer, cells);
    if (!own.fixed) container.addEventListener("keydown", (event) => this.press(event));
    this.draw();
  }

  /** What is answered as it stands; undefined while it is no answer. */
  get answer(): Json | undefined {
    return this.kind.answer(this.own.question, this.draft, this.own.cells);
  }

  /** What it lacks to be an answer, in words. */
  get lacks(): string {
    return this.kind.lacks(this.context);
  }

  private get context(): QuestionContext {
    const { question, cells, language, name, fixed = false, say } = this.own;
    const state = { question, cells, draft: this.draft, language };
    return {
      ...state,
      fixed,
      active: !fixed,
      name,
      keys: fixed ? new Map() : keysOf(this.kind.commands(state)),
      set: (draft, options) => this.set(draft, options),
      go: () => undefined,
      say: (text) => say?.(text),
      redraw: () => this.draw(),
      picture: ({ url, alt }) => html`<img src=${url} alt=${alt}>`,
    };
  }

  private set(draft: Json, options: ChangeOptions = {}): void {
    const { fixed, changed, say } = this.own;
    if (fixed) return;
    if (!(options.joins && this.joining)) this.before.push(this.draft);
    this.joining = !!options.joins;
    this.draft = draft;
    if (options.say) say?.(options.say);
    changed?.(this.answer);
    this.draw();
  }

  private press(event: KeyboardEvent): void {
    if ((event.target as Element).matches("input, textarea, select")) return;
    const isBack = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z";
    const key = keyOf(event);
    const { context } = this;
    const on = (pressed: string) => [...context.keys].find(([, own]) => own === pressed);
    const command = key ? (on(key) ?? on(key.replace("shift+", ""))) : undefined;
    if (isBack) this.back();
    else if (command) this.kind.act(context, command[0]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private back(): void {
    const draft = this.before.pop();
    if (draft === undefined) return;
    this.draft = draft;
    this.joining = false;
    this.own.changed?.(this.answer);
    this.draw();
  }

  private draw(): void {
    const { context } = this;
    render(this.kind.view(context), this.room);
    this.kind.afterDraw?.(this.room, context);
  }
}
