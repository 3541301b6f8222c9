/* For tests: a question of a kind held by a sheet, answered by its keys and presses, and drawn. */
import { render } from "lit";
import { fetchKinds } from "../src/kinds/register";
import { TaskForm } from "../src/kinds/shared/form";
import type { ChangeOptions, QuestionContext } from "../src/kinds/shared/kind";
import type { Drafts, Json, Language, Question, Values } from "../src/protocol/questions";
import type { Shown } from "../src/protocol/workbench";
import { keysOf } from "../src/workbench/current_task";

export type Tried = ReturnType<typeof hold>;

/** What a kind's own fields add to a question. */
export const ask = (kind: string, fields: object): Question => ({
  id: "q",
  kind,
  ask: "?",
  ...fields,
});

export async function tried(
  question: Question,
  cells: Record<string, Shown> = {},
  initial: { drafts?: Drafts; values?: Values } = {},
  language: Language = "fr",
): Promise<Tried> {
  await fetchKinds([question.kind], language);
  return hold(question, cells, initial, language);
}

function hold(
  question: Question,
  cells: Record<string, Shown>,
  initial: { drafts?: Drafts; values?: Values },
  language: Language,
) {
  const form = new TaskForm([question], cells, { language }, initial);
  const messages: string[] = [];
  const done: boolean[] = [];
  const container = document.createElement("div");
  const slot = () => {
    const [only] = form.slots;
    if (!only) throw new Error("nothing is asked");
    return only;
  };
  const place = (fixed = false): QuestionContext => {
    const here = slot();
    const own = { question, cells, draft: form.draft(here), language };
    return {
      ...own,
      fixed,
      active: true,
      name: "wb-question",
      keys: fixed ? new Map() : keysOf(here.kind.commands(own)),
      set(draft: Json, options: ChangeOptions = {}) {
        form.set(slot(), draft, options);
        if (options.say) messages.push(options.say);
        if (options.done) done.push(true);
      },
      go: () => undefined,
      say: (text) => messages.push(text),
      redraw: () => undefined,
      picture: () => document.createElement("img"),
    };
  };
  return {
    sheet: form,
    said: messages,
    done,
    room: container,
    place,
    /** Press keys one after another; every key must mean something. */
    press(...keys: string[]) {
      for (const key of keys) {
        const here = place();
        const command = [...here.keys].find(([, own]) => own === key);
        if (!command)
          throw new Error(`the key ${key} means nothing; known: ${[...here.keys.values()]}`);
        slot().kind.act(here, command[0]);
      }
    },
    /** Draw it, as it stands now. */
    draw(fixed = false) {
      render(slot().kind.view(place(fixed)), container);
      return container;
    },
    /** Press what bears some words or a value. */
    click(selector: string) {
      this.draw();
      const element = container.querySelector<HTMLElement>(selector);
      if (!element) throw new Error(`nothing is ${selector}`);
      element.click();
      this.draw();
    },
    type(typed: string) {
      this.draw();
      const field = container.querySelector<HTMLInputElement>("input, textarea");
      if (!field) throw new Error("there is no field");
      field.value = typed;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      this.draw();
    },
    get answer(): Json | undefined {
      return form.answer(slot());
    },
    get lacks(): string {
      return slot().kind.lacks(place());
    },
    told(value: Json): string {
      return slot().kind.describe(question, value, { language });
    },
    short(value: Json): string {
      return slot().kind.short(question, value);
    },
    caps(): string {
      return [...place().keys.values()].join("");
    },
  };
}
