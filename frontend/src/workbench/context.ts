/* What every part of the page needs to draw itself. */

import type { Words } from "../i18n/workbench_words";
import type { Values } from "../protocol/questions";
import type { PageData } from "../protocol/workbench";
import type { BreakTimer } from "../time/breaks";
import type { Heartbeats } from "../time/heartbeats";
import type { CurrentTask } from "./current_task";
import type { DayClock } from "./day_clock";
import type { Keymap, Rekey } from "./keymap";
import type { OfflinePack } from "./offline_pack";
import type { Protection } from "./protection";
import type { Session } from "./session";
import type { DraftStore } from "./storage/draft_store";
import type { ImagePrefetch } from "./storage/image_prefetch";
import type { Outbox } from "./storage/outbox";

/** What the page is made with. */
export type PageParts = {
  keymap: Keymap;
  packing: OfflinePack;
  data: PageData;
  words: Words;
  session: Session;
  outbox: Outbox;
  pictures: ImagePrefetch;
  clock: Heartbeats;
  day: DayClock;
  care: Protection;
  rest: BreakTimer;
  shelf: DraftStore;
  stop: () => Promise<void>;
};

export type Panel =
  | ""
  | "why"
  | "help"
  | "skip"
  | "flag"
  | "ask"
  | "missing"
  | "hurts"
  | "keys"
  | "waits"
  | "counted"
  | "break";

export interface WorkbenchContext {
  readonly data: PageData;
  readonly words: Words;
  readonly session: Session;
  /** Measured time of the person's day. */
  readonly day: DayClock;
  readonly outbox: Outbox;
  readonly pictures: ImagePrefetch;
  readonly care: Protection;
  readonly packing: OfflinePack;
  readonly keymap: Keymap;
  readonly rekey: Rekey;
  readonly answering: CurrentTask;
  /** For `lang` on the project's own words, where they are not in the page's language. */
  readonly tongue: string | undefined;
  /** Whether steps are worth a button: more than one press makes an answer. */
  readonly hasSteps: boolean;
  readonly raw: boolean;
  readonly panel: Panel;
  readonly notice: string;
  readonly keysOn: boolean;
  /** A paid break is due: it may be put off, or waits quietly; "" when none is. */
  readonly breakOffer: "" | "may-wait" | "now";
  /** The network or the server is away, answers waiting or not. */
  readonly state: "ok" | "wait" | "offline" | "fault" | "signed-out";
  open(panel: Panel): void;
  close(): void;
  back(): void;
  /** The answers to a task in words, and in one or two characters. */
  describe(values: Values): string;
  short(values: Values): string;
  putBreakOff(): void;
  toggleRaw(): void;
  toggleKeys(on: boolean): void;
  skip(reason: string, text: string): void;
  flag(text: string): void;
  ask(text: string): void;
  /** Propose a label that is missing among those of the question. */
  propose(label: string): void;
  /** A paid break, whenever one wants it. */
  takeBreak(): void;
  signIn(event: Event): void;
  stop(): void;
  copyRefused(): void;
}
