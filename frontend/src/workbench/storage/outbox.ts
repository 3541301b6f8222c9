/* Nothing a person did is lost: it is kept on the device first, then sent, then forgotten once the
   server has acknowledged it. Same key twice changes nothing on the server, so sending again is safe. */

import { type Beat, isForeignBeat } from "../../protocol/beats";
import { type Post, Refused } from "../../protocol/requests";
import type { AnswersReply, LeaseRequest, SubmittedAnswer } from "../../protocol/workbench";
import type { DeviceStore, QueuedMessage, RefusedMessage } from "./device_db";

export type Trouble = "" | "offline" | "fault" | "signed-out";

const BATCH = 20;
const BEATS = 40;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;
const BEATS_APART_MS = 15_000;
/** Fresh tokens asked for in a row, before waiting like after any other failure. */
const RENEWALS = 3;

type Options = {
  store: DeviceStore;
  post: Post;
  /** Without answers to travel with, beats go less often: they are kept here meanwhile. */
  beatsAloneMs: number;
  urls: { answers: string; skip: string; flag: string; ask: string; beats: string };
  /** One tab at a time; runs the work only if no other tab is sending. */
  alone?: (work: () => Promise<void>) => Promise<void>;
  changed?: () => void;
  acknowledged?: (reply: AnswersReply) => void;
  /** Keep the log's receipts of what was acknowledged; none is needed to go on. */
  promised?: (receipts: AnswersReply["receipts"]) => Promise<void>;
  /** Tasks to ask for in the request that sends the answers to these leases: one trip for both. */
  next?: (sent: readonly number[]) => LeaseRequest | null;
  /** Nothing is on its way any more: all is sent, or it has to wait. */
  rested?: () => void;
  /** A fresh token after a new sign-in; false when the person is another one. */
  renew?: () => Promise<boolean>;
  wait?: (ms: number, then: () => void) => void;
};

export class Outbox {
  waiting: QueuedMessage[] = [];
  notAccepted: RefusedMessage[] = [];
  trouble: Trouble = "";
  said = "";

  private readonly o: Options;
  private flying = new Set<string>();
  private unstored = new Set<string>();
  private running = false;
  private again = false;
  private failures = 0;
  private batch = BATCH;
  private timer = 0;
  private beatsSent = Date.now();
  private beatsHeld = false;

  constructor(options: Options) {
    this.o = options;
  }

  /** Read what an earlier visit left, and start sending it. */
  async open(): Promise<void> {
    this.waiting = await this.o.store.all();
    this.notAccepted = await this.o.store.refused();
    this.tell();
  }

  /** Keep it on the device, then send in the background. Resolves once it is kept. */
  async add(message: QueuedMessage): Promise<void> {
    this.waiting.push(message);
    await this.keep(message);
    this.tell();
    void this.flush();
  }

  /** Is this still here and not on its way? Only then may it be changed in place. */
  isHere(key: string): boolean {
    return !this.flying.has(key) && this.waiting.some((message) => message.key === key);
  }

  /** Change the values of an answer that has not left yet. */
  async replace(key: string, change: Pick<QueuedMessage, "values" | "version">): Promise<boolean> {
    if (!this.isHere(key)) return false;
    const at = this.waiting.findIndex((message) => message.key === key);
    const fresh = { ...(this.waiting[at] as QueuedMessage), ...change };
    this.waiting[at] = fresh;
    await this.keep(fresh);
    void this.flush();
    return true;
  }

  /** Leases whose answer has not been acknowledged: not to be released, not to be lent again. */
  leases(): number[] {
    return this.waiting.map((message) => message.task.lease);
  }

  /** An answer is about to leave, and takes along what is asked for. */
  get carries(): boolean {
    if (!this.o.next || this.trouble) return false;
    return this.flying.size > 0 || this.waiting.some(({ kind }) => kind === "answer");
  }

  /** The network is back, the page is shown again, or a person asks: try now. */
  async retry(): Promise<void> {
    clearTimeout(this.timer);
    this.failures = 0;
    if (this.trouble === "signed-out" && this.o.renew) {
      try {
        if (!(await this.o.renew())) return;
      } catch {
        return;
      }
      this.well();
    }
    await this.flush();
  }

  /** What to say in one breath while the page closes; it is kept all the same. */
  lastWords(): SubmittedAnswer[] {
    return this.answers().map(asSent);
  }

  async forgetRefused(): Promise<void> {
    await this.o.store.forget();
    this.notAccepted = [];
    this.tell();
  }

  /** Send everything that waits, one request at a time. */
  async flush(): Promise<void> {
    if (this.running) {
      this.again = true;
      return;
    }
    this.running = true;
    try {
      const alone = this.o.alone ?? ((work) => work());
      await alone(() => this.sendAll());
    } finally {
      this.running = false;
    }
    if (this.again) {
      this.again = false;
      void this.flush();
    } else this.o.rested?.();
  }

  private async keep(message: QueuedMessage): Promise<void> {
    this.unstored.add(message.key);
    try {
      await this.o.store.put(message);
      this.unstored.delete(message.key);
    } catch {
      // A full disk: it stays in memory and is sent all the same.
    }
  }

  private async sendAll(): Promise<void> {
    if (this.o.store.lasting) await this.seeOtherTabs();
    while (this.waiting.length > 0) {
      const first = this.waiting[0] as QueuedMessage;
      const run = first.kind === "answer" ? this.answers() : [first];
      for (const message of run) this.flying.add(message.key);
      try {
        if (first.kind === "answer") await this.sendAnswers(run);
        else await this.sendOther(first);
        this.well();
      } catch (error) {
        if (await this.settle(run, error)) continue;
        return;
      } finally {
        for (const message of run) this.flying.delete(message.key);
        this.tell();
      }
    }
    await this.sendBeats();
  }

  /** Another tab may have sent some of ours, or left some of its own. */
  private async seeOtherTabs(): Promise<void> {
    const waiting = new Map(this.waiting.map((message) => [message.key, message]));
    const messages = await this.o.store.all();
    const only = this.waiting.filter((each) => this.unstored.has(each.key));
    const unstoredKeys = new Set(only.map((each) => each.key));
    const stored = messages.filter((each) => !unstoredKeys.has(each.key));
    this.waiting = [...stored.map((each) => waiting.get(each.key) ?? each), ...only].sort(
      (a, b) => a.at - b.at,
    );
  }

  private answers(): QueuedMessage[] {
    const end = this.waiting.findIndex((message) => message.kind !== "answer");
    return this.waiting.slice(0, end < 0 ? this.batch : Math.min(end, this.batch));
  }

  private async sendAnswers(run: QueuedMessage[]): Promise<void> {
    const due = !this.beatsHeld && Date.now() - this.beatsSent >= BEATS_APART_MS;
    const beats: Beat[] = due ? await this.o.store.beats(BEATS) : [];
    const answers = run.map(asSent);
    const next = this.o.next?.(run.map(({ task }) => task.lease)) ?? undefined;
    const send = (beats: Beat[]) =>
      this.o.post<AnswersReply>(this.o.urls.answers, { answers, beats, next });
    let reply: AnswersReply;
    try {
      reply = await send(beats);
    } catch (error) {
      const isRefused = error instanceof Refused && (isOurFault(error) || isForeign(error));
      if (!(beats.length > 0 && isRefused)) throw error;
      await this.setAside(beats, error); // were it the beats? an answer must never pay for them
      reply = await send([]);
    }
    if (beats.length > 0 && !this.beatsHeld) {
      await this.o.store.dropBeats(beats);
      this.beatsSent = Date.now();
    }
    await this.read(run, reply);
    this.batch = BATCH;
    this.o.acknowledged?.(reply);
  }

  /** Forget what was acknowledged; set aside what was not accepted, with the server's words. */
  private async read(run: QueuedMessage[], reply: AnswersReply): Promise<void> {
    const done: string[] = [];
    for (const receipt of reply.receipts) {
      const message = run.find((each) => each.key === receipt.key);
      if (!message) continue;
      if (receipt.problem) await this.refuse(message, receipt.problem.title);
      else done.push(message.key);
    }
    await this.o.promised?.(reply.receipts); // before the answer goes: else a reload loses it
    await this.o.store.drop(done);
    this.waiting = this.waiting.filter((message) => !done.includes(message.key));
    if (reply.receipts.length === 0) throw new Refused(500, "", ""); // nothing acknowledged
  }

  private async sendOther(message: QueuedMessage): Promise<void> {
    const to = message.kind === "answer" ? "flag" : message.kind;
    const lease = message.task.lease;
    const body =
      message.kind === "skip"
        ? { lease, reason: message.reason, text: message.text }
        : { lease, text: message.text };
    await this.o.post(this.o.urls[to], body);
    await this.o.store.drop([message.key]);
    this.waiting = this.waiting.filter((each) => each.key !== message.key);
  }

  private async sendBeats(): Promise<void> {
    if (this.beatsHeld || Date.now() - this.beatsSent < this.o.beatsAloneMs) return;
    const beats = await this.o.store.beats(BEATS);
    if (beats.length === 0) return;
    try {
      await this.o.post(this.o.urls.beats, { beats });
      await this.o.store.dropBeats(beats);
      this.beatsSent = Date.now();
      this.well();
    } catch (error) {
      if (error instanceof Refused && (isOurFault(error) || isForeign(error)))
        await this.setAside(beats, error);
      else if (error instanceof Refused && error.status === 401) this.trouble = "signed-out";
    }
  }

  /** Beats that the server refuses: those of a page it no longer knows are let go, others held back. */
  private async setAside(beats: Beat[], error: Refused): Promise<void> {
    if (isForeign(error)) await this.o.store.dropBeats(beats);
    else this.beatsHeld = true;
  }

  /** After a failure: true when there is something left worth trying at once. */
  private async settle(run: QueuedMessage[], error: unknown): Promise<boolean> {
    if (!(error instanceof Refused)) return this.later("offline");
    this.said = error.message;
    if (error.status === 401) {
      this.trouble = "signed-out"; // kept; tried again when the person comes back
      return false;
    }
    if (error.status === 403 && this.failures < RENEWALS && this.o.renew) {
      this.failures += 1; // a token that aged, or went with the session
      try {
        if (await this.o.renew()) return true;
        this.trouble = "signed-out"; // somebody else is signed in
        return false;
      } catch (why) {
        if (why instanceof Refused && why.status === 401) {
          this.trouble = "signed-out";
          return false;
        }
      }
    }
    if (!isOurFault(error)) return this.later("fault");
    if (run.length > 1) {
      this.batch = 1; // find which one it is
      return true;
    }
    await this.refuse(run[0] as QueuedMessage, error.message);
    return true;
  }

  private async refuse(message: QueuedMessage, title: string): Promise<void> {
    if (message.kind === "answer") {
      await this.o.store.refuse(message, title);
      this.notAccepted = await this.o.store.refused();
    } else {
      await this.o.store.drop([message.key]);
    }
    this.waiting = this.waiting.filter((each) => each.key !== message.key);
  }

  private later(trouble: Trouble): false {
    this.trouble = trouble;
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.failures);
    this.failures += 1;
    const then = () => void this.flush();
    if (this.o.wait) this.o.wait(wait, then);
    else this.timer = window.setTimeout(then, wait * (0.75 + Math.random() / 2));
    return false;
  }

  private well(): void {
    this.trouble = "";
    this.failures = 0;
    this.said = "";
  }

  private tell(): void {
    this.o.changed?.();
  }
}

const asSent = (message: QueuedMessage): SubmittedAnswer => ({
  lease: message.task.lease,
  key: message.key,
  values: message.values,
  question_version: message.version,
  replaces: message.replaces,
  ...(message.revealed == null ? {} : { revealed: message.revealed }),
});

/** These beats are of a page or a task that was not given to this person, or so long ago that it is forgotten. */
function isForeign(error: Refused): boolean {
  return isForeignBeat(error.code);
}

/** The request itself is wrong or came too late: sending the same again will not help. */
function isOurFault(error: Refused): boolean {
  return [400, 404, 409, 410, 413, 422].includes(error.status);
}
