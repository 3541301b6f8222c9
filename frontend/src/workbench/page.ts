/* The workbench itself: keys and presses in, drawing out. */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import type { Words } from "../i18n/workbench_words";
import { abbreviateValues, describeValues } from "../kinds/shared/form";
import type { Values } from "../protocol/questions";
import type { PageData, Task } from "../protocol/workbench";
import { isOffered, mayWait } from "../time/breaks";
import type { PageParts, Panel, WorkbenchContext } from "./context";
import { CurrentTask } from "./current_task";
import { handleKey } from "./key_dispatch";
import { type Keymap, Rekey } from "./keymap";
import type { OfflinePack } from "./offline_pack";
import type { Session } from "./session";
import type { ImagePrefetch } from "./storage/image_prefetch";
import type { Outbox } from "./storage/outbox";
import { readPreference, writePreference } from "./storage/preferences";
import {
  account,
  bar,
  judged,
  place,
  proposal,
  spoken,
  stage,
  stateWords,
  thread,
  tools,
} from "./view/layout";
import { closeOutside, line, panel } from "./view/panels";
import { answers, ask } from "./view/question_list";
import { closed, end, explained, looking, why } from "./view/screens";

const KEYS_OFF = "canut-keys-off";
/** Waiting shorter than this is not worth a word: it would flicker at each answer. */
const CALM_MS = 700;

export class WorkbenchPage extends LitElement implements WorkbenchContext {
  parts!: PageParts;
  raw = false;
  panel: Panel = "";
  notice = "";
  keysOn = readPreference(KEYS_OFF) !== "1";
  state: WorkbenchContext["state"] = "ok";

  private own: CurrentTask | null = null;
  private width = 0;
  private phone = matchMedia("(max-width: 720px)");
  private drawn: Task | null = null;
  private mark = "";
  private calm = 0;
  private nextNotice = "";

  protected override createRenderRoot(): HTMLElement {
    return this; // the page's own style sheets apply, and no style is written in by script
  }

  get data(): PageData {
    return this.parts.data;
  }
  get words(): Words {
    return this.parts.words;
  }
  get session(): Session {
    return this.parts.session;
  }
  get day(): WorkbenchContext["day"] {
    return this.parts.day;
  }
  get outbox(): Outbox {
    return this.parts.outbox;
  }
  get pictures(): ImagePrefetch {
    return this.parts.pictures;
  }
  get care(): WorkbenchContext["care"] {
    return this.parts.care;
  }
  get packing(): OfflinePack {
    return this.parts.packing;
  }
  get keymap(): Keymap {
    return this.parts.keymap;
  }
  readonly rekey = new Rekey(() => this.requestUpdate());
  /** Made when it is first asked for: what it needs is given after the element is. */
  get answering(): CurrentTask {
    this.own ??= new CurrentTask({
      session: this.session,
      language: this.data.language,
      tongue: this.tongue,
      shelf: this.parts.shelf,
      personal: ({ id }) => this.keymap.personal(id),
      picture: (image) => (this.drawn ? judged(this, this.drawn, image) : nothing),
      say: (text) => this.say(text),
      send: (values) => this.send(values),
      changed: () => this.requestUpdate(),
    });
    return this.own;
  }
  get hasSteps(): boolean {
    const { answering: currentTask } = this;
    const { slot } = currentTask;
    return (
      !currentTask.isAlone || (!!slot && !slot.kind.decides(slot.question) && !slot.kind.field)
    );
  }
  get breakOffer(): WorkbenchContext["breakOffer"] {
    const { hands: streak } = this.parts.rest;
    if (this.panel === "break" || !isOffered(streak, Date.now())) return "";
    return mayWait(streak, Date.now()) ? "may-wait" : "now";
  }
  get tongue(): string | undefined {
    const { language, project } = this.data;
    return project.tongue && project.tongue !== language ? project.tongue : undefined;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("keydown", this.onKey);
    this.phone.addEventListener("change", () => this.measure());
    addEventListener(
      "scroll",
      () => {
        this.isScrolled = scrollY > 0;
      },
      { passive: true },
    );
    new ResizeObserver(() => this.measure()).observe(this);
  }

  /** Something changed in the session or in the outbox. */
  changed(): void {
    const { outbox, session } = this;
    const away = session.offline && !outbox.trouble ? "offline" : outbox.trouble;
    const next = away || (navigator.onLine ? (outbox.waiting.length ? "wait" : "ok") : "offline");
    clearTimeout(this.calm);
    if (next === "wait" && this.state === "ok")
      this.calm = window.setTimeout(() => this.become("wait"), CALM_MS);
    else this.become(next);
    this.requestUpdate();
  }

  /** Whether the server could not be reached at the last try. */
  get isAway(): boolean {
    return this.state === "offline" || this.state === "fault" || !navigator.onLine;
  }

  private become(state: WorkbenchContext["state"]): void {
    this.state = state;
    this.requestUpdate();
  }

  private measure(): void {
    const container = this.querySelector(".wb-fil > .c");
    const width = Math.floor(container?.clientWidth ?? 0);
    if (width === this.width) return;
    this.width = width;
    this.requestUpdate();
  }

  open(next: Panel): void {
    if (next === "skip" && (this.session.screen !== "task" || this.session.revisiting !== null))
      return;
    this.panel = next === "help" && !this.session.question.instructions.trim() ? "keys" : next;
    this.requestUpdate();
  }

  close(): void {
    this.querySelector("dialog")?.close();
  }

  back(): void {
    const { session, words } = this;
    if (session.back()) return;
    if (session.revisiting === null) return;
    this.notice = session.isTenth ? words.undoTen : words.undoFirst;
    this.requestUpdate();
  }

  describe(values: Values): string {
    const { answering: currentTask, data } = this;
    return currentTask.isReady ? describeValues(currentTask.questions, values, data) : "";
  }

  short(values: Values): string {
    const { answering: currentTask } = this;
    return currentTask.isReady ? abbreviateValues(currentTask.questions, values) : "";
  }

  /** Give an answer; the draft it came from is forgotten. */
  private send(values: Values): void {
    const { session } = this;
    if (session.revisiting !== null) this.nextNotice = this.words.corrected;
    this.answering.forget();
    void session.answer(values, this.care.revealed(session.current));
  }

  toggleRaw(): void {
    this.raw = !this.raw;
    this.requestUpdate();
  }

  toggleKeys(on: boolean): void {
    this.keysOn = on;
    writePreference(KEYS_OFF, on ? "0" : "1");
    this.requestUpdate();
  }

  skip(reason: string, text: string): void {
    this.close();
    this.answering.forget();
    const skipped = this.session.skip(reason, text);
    if (reason === "hurts") void skipped.then(() => this.open("hurts"));
  }

  flag(text: string): void {
    this.close();
    this.notice = this.words.flagged;
    void this.session.tell("flag", text);
  }

  propose(label: string): void {
    this.close();
    this.notice = this.words.missingSent(label);
    void this.session.tell("ask", this.words.missingText(label));
  }

  takeBreak(): void {
    void this.care.began();
    this.open("break");
  }

  ask(text: string): void {
    this.close();
    this.notice = this.words.asked;
    void this.session.tell("ask", text);
  }

  putBreakOff(): void {
    this.parts.rest.putOff();
    this.requestUpdate();
  }

  /** Beside this page, not instead of it; the address itself serves where windows are blocked. */
  signIn(event: Event): void {
    const to = this.data.urls.back ?? this.data.urls.signin;
    if (window.open(to, "canut-sign-in", "popup,width=480,height=760")) event.preventDefault();
  }

  stop(): void {
    void this.parts.stop();
  }

  copyRefused(): void {
    const lines = this.outbox.notAccepted.map(
      ({ kept: message, title }) => `${line(this, message)}\t${title}`,
    );
    void navigator.clipboard?.writeText(lines.join("\n"));
  }

  get isOpen(): boolean {
    return this.session.screen === "task" || this.session.revisiting !== null;
  }

  private onKey = (event: KeyboardEvent): void => {
    this.closed();
    if (handleKey(this, event)) event.preventDefault();
  };

  protected override willUpdate(_: PropertyValues): void {
    const { session, answering: currentTask } = this;
    const newTask = session.shown;
    const mark = `${session.screen === "explained"} ${session.question.version} ${currentTask.isReady}`;
    if (newTask !== this.drawn || mark !== this.mark) {
      this.drawn = newTask;
      this.mark = mark;
      currentTask.show(newTask);
      this.raw = false;
      this.notice = this.nextNotice;
      this.nextNotice = "";
      if (newTask) this.pictures.retry(newTask);
      const past = session.past.map(({ task }) => task);
      this.pictures.keepOnly([
        ...(session.current ? [session.current] : []),
        ...session.queue,
        ...past,
      ]);
    }
    this.parts.clock.see(this.surface);
  }

  /** What is in view, for the beats. */
  private get surface(): string {
    const { session } = this;
    if (this.panel === "break") return "break";
    if (session.screen === "why" || this.panel === "why" || this.panel === "counted") return "why";
    if (this.panel === "help" || session.screen === "explained") return "instructions";
    const task = session.shown;
    if (!task) return this.care.resting ? "break" : "queue";
    return task.practice ? "practice" : `item:${task.lease}`;
  }

  protected override updated(): void {
    const dialog = this.querySelector("dialog");
    if (dialog && this.panel && !dialog.open) dialog.showModal();
    this.announce();
    this.answering.settle((slot) => this.roomOf(slot.name));
    this.attend();
    this.isFresh = false;
  }

  /** The element a question is drawn in. */
  private roomOf(name: string): HTMLElement | null {
    return this.answering.isAlone
      ? this.querySelector(".wb-task")
      : this.querySelector(`[data-slot="${CSS.escape(name)}"]`);
  }

  /** Put the focus where the flow of questions wants it: a field, the answers, or the button. */
  private attend(): void {
    const { wanted: focus, slots, isAlone } = this.answering;
    if (!focus) return;
    this.answering.wanted = "";
    const slot = slots.find(({ name }) => name === focus);
    const container = this.roomOf(focus);
    const field = slot?.kind.field ? container?.querySelector<HTMLElement>(slot.kind.field) : null;
    const target =
      focus === "check"
        ? this.querySelector<HTMLElement>(".wb-check .btn.pri")
        : (field ?? container?.querySelector<HTMLElement>(".wb-choices"));
    target?.focus({ preventScroll: true });
    if (this.isFresh) return; // a task that just came is seen from its beginning
    (isAlone ? target : (container ?? target))?.scrollIntoView({ block: "nearest" });
  }

  /** Tell those who do not see the page; the same words twice are told twice. */
  private say(text: string): void {
    const live = this.querySelector(".wb-live");
    if (live) live.textContent = live.textContent === text ? `${text}\u00a0` : text;
  }

  private announced: unknown = null;
  /** A task came into view with this drawing. */
  private isFresh = false;
  private isScrolled = false;

  /** Show a task from its content on, where the one before was left further down. */
  private openAtContent(): void {
    this.isFresh = true;
    if (!this.isScrolled) return; // measuring lays the whole page out once more
    const top = this.querySelector(".wb-task")?.getBoundingClientRect().top ?? 0;
    const bar = this.querySelector(".wb-bar")?.getBoundingClientRect().bottom ?? 0;
    if (top < bar) scrollTo(0, 0);
  }

  /** Say the new task to those who do not see it, and put the focus where the answers are. */
  private announce(): void {
    const { answering: currentTask, session } = this;
    const mark = session.screen === "task" ? session.shown : session.screen;
    if (mark === this.announced) return;
    const first = this.announced === null;
    this.announced = mark;
    const lost = document.activeElement === document.body || first;
    if (session.screen === "task") this.openAtContent();
    if (session.screen === "explained") {
      const next = this.querySelector<HTMLElement>(".wb-next");
      next?.focus({ preventScroll: true });
      next?.scrollIntoView({ block: "nearest" });
    } else if (session.screen === "why")
      this.querySelector<HTMLElement>(".wb-begin")?.focus({ preventScroll: true });
    else if (session.screen === "task" && (currentTask.slot?.kind.field || !currentTask.isAlone)) {
      // whoever types goes on typing; a finger does not want the keyboard to rise by itself
      if (!matchMedia("(hover: none)").matches) this.answering.wanted = this.answering.turn;
    } else if (lost || !this.contains(document.activeElement))
      (
        this.querySelector<HTMLElement>(".wb-choices") ??
        this.querySelector<HTMLElement>("#wb-question")
      )?.focus({ preventScroll: true });
    if (!first) this.say(spoken(this, this.querySelector("#wb-place")?.textContent ?? ""));
  }

  protected override render(): TemplateResult {
    const { session } = this;
    return html`${bar(this)}
      ${session.screen === "why" ? why(this) : this.main()}
      <p class="sr" role="status">${stateWords(this)}</p>
      <p class="sr wb-live" aria-live="polite"></p>
      <dialog class="dialog wb-panel" data-panel=${this.panel} aria-labelledby="wb-panel-title"
        @close=${() => this.closed()} @click=${closeOutside}>${panel(this)}</dialog>`;
  }

  /** A dialog is shut at once and says so in a later task: a key in between is for what lies under it. */
  private closed(): void {
    if (!this.panel || this.querySelector("dialog")?.open) return;
    this.rekey.end("");
    this.panel = "";
    this.requestUpdate();
  }

  private main(): TemplateResult {
    const { session } = this;
    const task = session.shown;
    return html`<main>
      ${thread(this, this.width, this.phone.matches)}
      <div class="sec wb under"><div class="c">${task ? this.task(task) : this.without()}</div>
      ${account(this)}</div>
    </main>`;
  }

  private without(): TemplateResult {
    const { screen } = this.session;
    return screen === "end" ? end(this) : screen === "closed" ? closed(this) : looking(this);
  }

  private task(task: Task): TemplateResult {
    if (!this.answering.sheet) return looking(this);
    const teaching = this.session.screen === "explained" && this.session.revisiting === null;
    return html`<div class="wb-task">${ask(this)} ${place(this)} ${stage(this, task)}
      ${proposal(this, task)}
      ${answers(this, teaching)}</div>
      ${teaching ? explained(this) : tools(this)}`;
  }
}
