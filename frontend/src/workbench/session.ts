/* Which task is in front of the person, which are ready, which can be taken back.
   Knows nothing of the page: it is told what was decided and says when something changed. */

import { earned } from "../i18n/format";
import { isStale } from "../protocol/exposure";
import type { Values } from "../protocol/questions";
import { type Post, Refused } from "../protocol/requests";
import type {
  AnswersReply,
  DayAccount,
  LeaseBlock,
  LeaseReply,
  LeaseRequest,
  PageData,
  Progress,
  QuestionVersion,
  Receipt,
  RecentAnswer,
  Task,
} from "../protocol/workbench";
import { addReceipt } from "./day_account";
import type { QueuedMessage } from "./storage/device_db";
import type { Outbox } from "./storage/outbox";

const BACK = 10; // own answers that may be taken back, as many as the server allows
const DISK_MS = 30; // never keep a person waiting longer than this for the disk
const LOOK_AGAIN_MS = 5_000;
const HELD_LIMIT = 20; // the server lends no more to one person at once

export type Screen = "why" | "task" | "explained" | "looking" | "end" | "closed";

type Options = {
  data: PageData;
  outbox: Outbox;
  post: Post;
  owner: string;
  uuid: () => string;
  changed: () => void;
  ready?: (task: Task) => void;
  now?: () => number;
};

export class Session {
  question: QuestionVersion;
  me: DayAccount;
  progress: Progress | null;
  screen: Screen;
  current: Task | null = null;
  queue: Task[] = [];
  past: RecentAnswer[] = [];
  /** Place in `past` of the answer being looked at again. */
  revisiting: number | null = null;
  left = true;
  newQuestion = false;
  offline = false;
  /** Why the server lends nothing, in its own words. */
  refusal = "";
  /** "paused", "closed", "draft": the project takes no answers now. */
  closed: string;
  heldBack: LeaseBlock | null;

  private readonly o: Options;
  private readonly now: () => number;
  private spent = new Map<string, number>();
  /** Time on tasks that were skipped since the page opened. */
  private skippedMs = 0;
  private corrections = new Set<string>();
  /** Keys of practice answers: paid like the others, never counted as done. */
  private practised = new Set<string>();
  private since: number;
  private turning = false;
  private asking = false;
  private again = false;
  private lastAt = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: Options) {
    const { data, outbox } = options;
    this.o = options;
    this.now = options.now ?? Date.now;
    this.question = data.question;
    this.me = data.me;
    this.progress = data.progress;
    this.closed = data.project.closed ?? "";
    this.heldBack = data.held_back ?? null;
    this.left = !this.closed;
    this.screen = this.closed ? "closed" : data.first_time ? "why" : "looking";
    this.since = this.now();
    this.past = [...data.recent];
    for (const { kind, key, task, values } of outbox.waiting) {
      if (kind === "answer") this.remember({ key, task, values });
      if (kind === "answer" && task.practice) this.practised.add(key);
    }
    this.take(data.leased.tasks);
    this.advance();
  }

  /** The task in view, also one taken back. */
  get shown(): Task | null {
    if (this.revisiting !== null) return this.past[this.revisiting]?.task ?? null;
    return this.current;
  }

  /** The answer that the task in view already has. */
  get given(): Values | null {
    if (this.revisiting !== null) return this.past[this.revisiting]?.values ?? null;
    return this.screen === "explained" ? (this.past.at(-1)?.values ?? null) : null;
  }

  get held(): number[] {
    const tasks = this.current && this.screen !== "explained" ? [this.current] : [];
    return [...tasks, ...this.queue].map((task) => task.lease);
  }

  /** Done by the server's count and by those that have not reached it yet. */
  get done(): number {
    const counted = this.progress?.done ?? this.me.answers;
    return counted + this.fresh.filter(({ task }) => !task.practice).length;
  }

  get earnedMicro(): number {
    return earned(this.me, this.o.data.rate, this.fresh.length, this.elapsedMs);
  }

  get elapsedMs(): number {
    const unsent = this.o.outbox.waiting.map(({ key }) => this.spent.get(key) ?? 0);
    const answered = this.me.elapsed_ms + unsent.reduce((sum, ms) => sum + ms, 0);
    return answered + this.skippedMs + this.running();
  }

  begin(): void {
    this.since = this.now();
    this.screen = this.current ? "task" : "looking";
    this.o.changed();
    void this.topUp();
  }

  /** Answer the task in view; the next one is in view when this resolves. */
  async answer(values: Values, revealed: number | null = null): Promise<void> {
    const task = this.shown;
    if (this.turning || !task || (this.screen !== "task" && this.revisiting === null)) return;
    this.turning = true;
    try {
      if (this.revisiting === null) await this.keepFirst(task, values, revealed);
      else await this.correct(this.revisiting, values);
    } finally {
      this.turning = false;
      this.o.changed();
      void this.topUp();
    }
  }

  /** After a practice task's explanation. */
  goOn(): void {
    if (this.screen !== "explained") return;
    this.advance();
    this.since = this.now();
    this.o.changed();
    void this.topUp();
  }

  /** Take back one answer, then the one before, ten at most; false when there is none before. */
  back(): boolean {
    const before = (this.revisiting ?? this.past.length) - 1;
    if (this.turning || this.screen === "why") return true;
    if (!this.past[before]) return false;
    if (this.screen === "explained") this.advance();
    this.revisiting = before;
    this.o.changed();
    return true;
  }

  /** Whether the answer in view is the tenth taken back. */
  get isTenth(): boolean {
    return this.revisiting === 0 && this.past.length === BACK;
  }

  backToCurrent(): void {
    if (this.revisiting === null) return;
    this.revisiting = null;
    this.o.changed();
  }

  async skip(reason: string, text: string): Promise<void> {
    const task = this.current;
    if (this.turning || !task || this.screen !== "task" || this.revisiting !== null) return;
    this.turning = true;
    this.skippedMs += this.running();
    this.since = this.now();
    try {
      await this.soon(this.o.outbox.add(this.make("skip", task, { reason, text })));
      this.advance();
      this.since = this.now();
    } finally {
      this.turning = false;
      this.o.changed();
      void this.topUp();
    }
  }

  /** Let go of all the others, at once. */
  keepOnly(keep: (task: Task) => boolean): void {
    this.queue = this.queue.filter(keep);
    if (this.current && this.screen === "task" && !keep(this.current)) this.advance();
  }

  async tell(kind: "flag" | "ask", text: string): Promise<void> {
    const task = this.shown;
    if (task) await this.soon(this.o.outbox.add(this.make(kind, task, { text })));
    this.o.changed();
  }

  /** The server has acknowledged: its figures where it gives them, else the receipts' own sum. */
  acknowledge(reply: AnswersReply): void {
    this.offline = false;
    for (const receipt of reply.receipts) {
      this.spent.delete(receipt.key);
      if (receipt.problem) this.past = this.past.filter((past) => past.key !== receipt.key);
      else if (!receipt.repeated) this.count(receipt);
    }
    if (this.revisiting !== null && !this.past[this.revisiting]) this.revisiting = null;
    if (reply.me) this.me = reply.me;
    if (reply.progress) this.progress = reply.progress;
    if (reply.next && "tasks" in reply.next) this.bring(reply.next); // else topUp is told why
    this.o.changed();
    if (this.screen !== "task") void this.topUp(); // practice is lent alone until it is answered
  }

  private count(receipt: Receipt): void {
    const isCorrection = this.corrections.delete(receipt.key);
    this.me = addReceipt(this.me, receipt, isCorrection);
    if (!isCorrection && !this.practised.delete(receipt.key) && this.progress)
      this.progress = { ...this.progress, done: this.progress.done + 1 };
  }

  /** Another tab of the same person answered this one. */
  answeredElsewhere(lease: number): void {
    this.queue = this.queue.filter((task) => task.lease !== lease);
    if (this.current?.lease === lease && this.screen === "task" && !this.turning) this.advance();
    this.o.changed();
    void this.topUp();
  }

  lookAgain(): void {
    this.left = true;
    this.refusal = "";
    this.closed = "";
    this.screen = "looking";
    this.o.changed();
    void this.topUp();
  }

  /** What to ask for with the answers to these leases; null while half of the tasks are still here.

      To lend costs the server a quarter of what an answer does, whether it lends one task or ten. */
  wanted(sent: readonly number[] = []): LeaseRequest | null {
    const isHere = this.current && !sent.includes(this.current.lease); // answered, still in view
    const full = this.o.data.prefetch + 1;
    const missing = full - this.queue.length - (isHere ? 1 : 0);
    if (missing < full / 2 || !this.left || this.screen === "why" || this.asking) return null;
    const have = [...new Set([...this.held, ...this.o.outbox.leases(), ...sent])];
    const remaining = have.filter((lease) => !sent.includes(lease)).length;
    const count = Math.min(HELD_LIMIT, remaining + missing);
    return { count, have, question_version: this.question.version };
  }

  /** Keep as many tasks ready as the project asks for, all under lease. */
  async topUp(): Promise<void> {
    this.again ||= this.asking;
    const request = this.o.outbox.carries ? null : this.wanted();
    if (!request) return;
    this.asking = true;
    try {
      this.bring(await this.o.post<LeaseReply>(this.o.data.urls.lease, request));
    } catch (error) {
      this.offline = !(error instanceof Refused);
      if (error instanceof Refused) this.refused(error);
      if (this.left) this.later();
    } finally {
      this.asking = false;
      this.o.changed();
      if (this.again) void this.topUp();
      this.again = false;
    }
  }

  private get fresh(): QueuedMessage[] {
    return this.o.outbox.waiting.filter(({ kind, replaces }) => kind === "answer" && !replaces);
  }

  /** Tasks came from the server. */
  bring(reply: LeaseReply): void {
    this.offline = false;
    this.refusal = "";
    if (reply.question && reply.question.version !== this.question.version) {
      this.question = reply.question;
      this.newQuestion = true;
    }
    if (reply.progress) this.progress = reply.progress;
    this.heldBack = reply.held_back ?? null;
    const more = this.current?.practice || this.o.outbox.waiting.length > 0;
    this.left = reply.left || reply.tasks.length > 0 || !!more;
    this.take(reply.tasks);
    if (!this.current) this.advance();
    if (this.screen === "looking" && !this.left) this.screen = "end";
    if (this.screen === "looking") this.later();
  }

  private refused(error: Refused): void {
    this.refusal = error.message;
    if (error.status === 401) this.o.outbox.trouble = "signed-out";
    const state = /^project-(\w+)$/.exec(error.code)?.[1];
    if (!state && error.code !== "not-open") return;
    this.closed = state ?? "closed";
    this.left = false; // what is in hand may still be answered
    if (!this.current) this.screen = "closed";
  }

  private later(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.topUp(), LOOK_AGAIN_MS);
  }

  private take(tasks: readonly Task[]): void {
    const leases = new Set([...this.held, ...this.o.outbox.leases()]);
    for (const task of tasks) {
      if (leases.has(task.lease)) continue;
      this.queue.push(task);
      this.o.ready?.(task);
    }
  }

  private advance(): void {
    this.queue = this.queue.filter((task) => !isStale(task, this.now()));
    this.current = this.queue.shift() ?? null;
    if (this.screen === "why") return;
    if (this.current) this.screen = "task";
    else if (this.closed) this.screen = "closed";
    else this.screen = this.left ? "looking" : "end";
  }

  private remember(past: RecentAnswer): void {
    const others = this.past.filter((each) => each.task.task !== past.task.task);
    this.past = [...others, past].slice(-BACK);
  }

  private async keepFirst(task: Task, values: Values, revealed: number | null): Promise<void> {
    const message = this.make("answer", task, { values, revealed });
    this.spent.set(message.key, this.running());
    if (task.practice) this.practised.add(message.key);
    await this.soon(this.o.outbox.add(message));
    this.remember({ key: message.key, task, values });
    this.since = this.now();
    this.newQuestion = false;
    if (task.practice && task.help?.known !== undefined) this.screen = "explained";
    else this.advance();
  }

  /** A new answer in the place of an earlier one; changed where it lies if it has not left yet. */
  private async correct(at: number, values: Values): Promise<void> {
    const past = this.past[at] as RecentAnswer;
    this.revisiting = null;
    if (JSON.stringify(past.values) === JSON.stringify(values)) return;
    if (this.o.outbox.isHere(past.key)) {
      this.past[at] = { ...past, values };
      await this.soon(this.o.outbox.replace(past.key, { values, version: this.question.version }));
      return;
    }
    const message = this.make("answer", past.task, { values, replaces: past.key });
    this.corrections.add(message.key);
    this.past[at] = { key: message.key, task: past.task, values };
    await this.soon(this.o.outbox.add(message));
  }

  private make(
    kind: QueuedMessage["kind"],
    task: Task,
    more: Partial<QueuedMessage>,
  ): QueuedMessage {
    this.lastAt = Math.max(this.lastAt + 1, this.now());
    return {
      key: this.o.uuid(),
      owner: this.o.owner,
      at: this.lastAt,
      kind,
      task,
      values: {},
      version: this.question.version,
      replaces: null,
      reason: "",
      text: "",
      ...more,
    };
  }

  /** Time on the task in view, as the server will count it: never longer than its lease. */
  private running(): number {
    if (this.screen !== "task" || !this.current) return 0;
    const longest = this.current.expires_ms - this.current.lent_ms;
    return Math.max(0, Math.min(this.now() - this.since, longest || Number.POSITIVE_INFINITY));
  }

  private soon(work: Promise<unknown>): Promise<unknown> {
    return Promise.race([work, new Promise((done) => setTimeout(done, DISK_MS))]);
  }
}
