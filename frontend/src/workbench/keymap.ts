/* A person's own keys: which key says what on every task, and for each question. Kept in this browser, each
   person's apart. What has none of its own keeps the key it is given. */
import { RESERVED } from "../kinds/shared/keyboard";
import { readPreference, writePreference } from "./storage/preferences";

export const ACTIONS = ["undo", "skip", "flag", "ask", "help", "raw", "uncover"] as const;
export type Action = (typeof ACTIONS)[number];

const GIVEN: Readonly<Record<Action, string>> = {
  undo: "backspace",
  skip: "s",
  flag: "f",
  ask: "q",
  help: "?",
  raw: "z",
  uncover: "v",
};

/** Keys that move, leave or go on everywhere: nobody can put anything else on them. */
const FIXED: ReadonlySet<string> = new Set([
  ...["enter", "escape", "tab", " ", "shift", "control", "alt", "altgraph", "meta"],
  ...["arrowup", "arrowdown", "arrowleft", "arrowright", "capslock", "dead", "process", ""],
]);

export type Personal = { reserved: ReadonlySet<string>; own: ReadonlyMap<string, string> };
export const NOBODYS: Personal = { reserved: RESERVED, own: new Map() };

type Kept = { get: () => string | null; set: (text: string) => void };

const inBrowser = (name: string): Kept => ({
  get: () => readPreference(name),
  set: (text) => writePreference(name, text),
});

export class Keymap {
  private readonly kept: Kept;
  private own: Record<string, string>;

  constructor(person: number | string, store: Kept = inBrowser(`canut-keys ${person}`)) {
    this.kept = store;
    this.own = read(store.get());
  }

  of(action: Action): string {
    return this.own[action] ?? GIVEN[action];
  }

  actionOf(key: string): Action | undefined {
    return ACTIONS.find((action) => this.of(action) === key);
  }

  /** What a question's own allocation has to respect: keys of every task, and the person's for it. */
  personal(question: string): Personal {
    const begin = `${question} `;
    const own = Object.entries(this.own).filter(([name]) => name.startsWith(begin));
    return {
      reserved: new Set(ACTIONS.map((action) => this.of(action))),
      own: new Map(own.map(([name, key]) => [name.slice(begin.length), key])),
    };
  }

  get hasOwn(): boolean {
    return Object.keys(this.own).length > 0;
  }

  isFixed(key: string): boolean {
    return FIXED.has(key) || /^f\d+$/.test(key);
  }

  /** Put something on another key; the caller has seen that the key is free. */
  set(name: string, key: string): void {
    this.own = { ...this.own, [name]: key };
    if (GIVEN[name as Action] === key) delete this.own[name];
    this.kept.set(JSON.stringify(this.own));
  }

  reset(): void {
    this.own = {};
    this.kept.set("{}");
  }
}

function read(text: string | null): Record<string, string> {
  try {
    const stored: unknown = JSON.parse(text ?? "{}");
    const pairs = Object.entries((stored as Record<string, unknown>) ?? {});
    return Object.fromEntries(
      pairs.filter((pair): pair is [string, string] => typeof pair[1] === "string"),
    );
  } catch {
    return {};
  }
}

/** Which row listens for a key, and what was said last. */
export class Rekey {
  name = "";
  said = "";
  isRefused = false;
  private readonly changed: () => void;

  constructor(changed: () => void) {
    this.changed = changed;
  }

  begin(name: string): void {
    this.name = this.name === name ? "" : name;
    this.tell("", false);
  }

  refuse(message: string): void {
    this.tell(message, true);
  }

  end(message: string): void {
    this.name = "";
    this.tell(message, false);
  }

  private tell(message: string, isRefused: boolean): void {
    this.said = message;
    this.isRefused = isRefused;
    this.changed();
  }
}
