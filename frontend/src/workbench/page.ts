/* The workbench itself: keys and presses in, drawing out. */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { KINDS } from "../kinds";
import type { Kind } from "../kinds/kind";
import { isOffered, mayWait, type Rest } from "../time/breaks";
import type { Clock } from "../time/clock";
import type { Bench, Panel } from "./bench";
import { keyOf } from "./keyboard";
import type { Outbox } from "./outbox";
import { line, panel, REASONS } from "./panels";
import { account, bar, place, stage, stateWords, thread, tools, voiced } from "./parts";
import type { Pictures } from "./pictures";
import { remembered } from "./remembered";
import { closed, end, explained, looking, why } from "./screens";
import type { Session } from "./session";
import type { Asked, PageData, Task } from "./wire";
import type { Words } from "./words";

const KEYS_OFF = "canut-keys-off";
/** Waiting shorter than this is not worth a word: it would flicker at each answer. */
const CALM_MS = 700;

export type Given = {
  data: PageData;
  words: Words;
  session: Session;
  outbox: Outbox;
  pictures: Pictures;
  clock: Clock;
  care: Bench["care"];
  rest: Rest;
  stop: () => Promise<void>;
};

function remember(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    // then it holds until the page closes
  }
}

/** Enter belongs to the button or link that has the focus, save among the answers. */
function onControl(target: EventTarget | null): boolean {
  return (
    target instanceof Element && !!target.closest("a, button") && !target.closest(".wb-choices")
  );
}

export class WorkbenchPage extends LitElement implements Bench {
  given!: Given;
  draft: readonly string[] = [];
  raw = false;
  panel: Panel = "";
  notice = "";
  keysOn = remembered(KEYS_OFF) !== "1";
  state: Bench["state"] = "ok";

  private width = 0;
  private phone = matchMedia("(max-width: 720px)");
  private drawn: Task | null = null;
  private calm = 0;
  private nextNotice = "";
  /** Choices begun and not yet validated, so that looking back does not lose them. */
  private drafts = new Map<number, readonly string[]>();

  protected override createRenderRoot(): HTMLElement {
    return this; // the page's own style sheets apply, and no style is written in by script
  }

  get data(): PageData {
    return this.given.data;
  }
  get words(): Words {
    return this.given.words;
  }
  get session(): Session {
    return this.given.session;
  }
  get outbox(): Outbox {
    return this.given.outbox;
  }
  get pictures(): Pictures {
    return this.given.pictures;
  }
  get care(): Bench["care"] {
    return this.given.care;
  }
  get asked(): Asked {
    return this.session.question.schema.questions[0] as Asked;
  }
  get breakOffer(): Bench["breakOffer"] {
    const { hands } = this.given.rest;
    if (this.panel === "break" || !isOffered(hands, Date.now())) return "";
    return mayWait(hands, Date.now()) ? "may-wait" : "now";
  }
  get tongue(): string | undefined {
    const { language, project } = this.data;
    return project.tongue && project.tongue !== language ? project.tongue : undefined;
  }
  get kind(): Kind {
    return KINDS[this.asked.kind] as Kind;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("keydown", this.onKey);
    this.phone.addEventListener("change", () => this.measure());
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

  private become(state: Bench["state"]): void {
    this.state = state;
    this.requestUpdate();
  }

  private measure(): void {
    const room = this.querySelector(".wb-fil > .c");
    const width = Math.floor(room?.clientWidth ?? 0);
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

  choose(value: string): void {
    const { session, kind, asked } = this;
    if (!this.answering) return;
    const { draft, done } = kind.choose(asked, this.draft, value);
    this.draft = draft;
    if (this.drawn && session.revisiting === null) this.drafts.set(this.drawn.lease, draft);
    this.notice = "";
    this.requestUpdate();
    if (done) this.check();
  }

  check(): void {
    const { session, asked } = this;
    const answer = this.answering ? this.kind.answer(asked, this.draft) : null;
    if (answer === null) return;
    if (session.revisiting !== null) this.nextNotice = this.words.corrected;
    void session.answer({ [asked.id]: answer }, this.care.revealed(session.current));
  }

  toggleRaw(): void {
    this.raw = !this.raw;
    this.requestUpdate();
  }

  toggleKeys(on: boolean): void {
    this.keysOn = on;
    remember(KEYS_OFF, on ? "0" : "1");
    this.requestUpdate();
  }

  skip(reason: string, text: string): void {
    this.close();
    void this.session.skip(reason, text);
  }

  flag(text: string): void {
    this.close();
    this.notice = this.words.flagged;
    void this.session.tell("flag", text);
  }

  ask(text: string): void {
    this.close();
    this.notice = this.words.asked;
    void this.session.tell("ask", text);
  }

  putBreakOff(): void {
    this.given.rest.putOff();
    this.requestUpdate();
  }

  stop(): void {
    void this.given.stop();
  }

  copyRefused(): void {
    const lines = this.outbox.notAccepted.map(({ kept, title }) => `${line(this, kept)}\t${title}`);
    void navigator.clipboard?.writeText(lines.join("\n"));
  }

  private get answering(): boolean {
    return this.session.screen === "task" || this.session.revisiting !== null;
  }

  private onKey = (event: KeyboardEvent): void => {
    const key = keyOf(event);
    if (!key || event.repeat || event.isComposing) return;
    const field = (event.target as Element | null)?.closest?.("input, textarea, select");
    if (this.panel) {
      const reason = this.panel === "skip" && !field ? REASONS[Number(key) - 1] : undefined;
      if (reason) {
        event.preventDefault();
        this.skip(reason, this.querySelector("textarea")?.value.trim() ?? "");
      }
      return;
    }
    if (field || (key === "enter" && onControl(event.target))) return;
    if (this.act(key)) event.preventDefault();
  };

  /** Do what a key says; false when it says nothing here. */
  private act(key: string): boolean {
    const { session } = this;
    if (key === "escape" && session.revisiting !== null) session.backToCurrent();
    else if (key === "enter" && session.screen === "why") session.begin();
    else if (key === "enter" && session.screen === "explained" && session.revisiting === null)
      session.goOn();
    else if (key === "enter" && this.answering && this.kind.press(this.asked, key)) this.check();
    else if (!this.keysOn) return false;
    else return this.actByLetter(key);
    return true;
  }

  private actByLetter(key: string): boolean {
    if (key === "backspace") this.back();
    else if (key === "?") this.open("help");
    else if (this.session.screen === "why") return false;
    else if (key === "s") this.open("skip");
    else if (key === "f" && this.session.shown) this.open("flag");
    else if (key === "z") this.toggleRaw();
    else if (key === "v" && this.session.shown?.veiled) this.care.uncover(!this.care.veil.open);
    else {
      const pressed = this.answering ? this.kind.press(this.asked, key) : null;
      if (!pressed || pressed === "check") return false;
      this.choose(pressed.value);
    }
    return true;
  }

  protected override willUpdate(_: PropertyValues): void {
    const { session, kind, asked } = this;
    const shown = session.shown;
    if (shown !== this.drawn) {
      this.drawn = shown;
      const begun = shown && !session.given ? this.drafts.get(shown.lease) : undefined;
      this.draft = begun ?? kind.draft(session.given?.[asked.id]);
      this.raw = false;
      this.notice = this.nextNotice;
      this.nextNotice = "";
      if (shown) this.pictures.retry(shown);
      const past = session.past.map(({ task }) => task);
      this.pictures.keepOnly([
        ...(session.current ? [session.current] : []),
        ...session.queue,
        ...past,
      ]);
    }
    this.given.clock.see(this.surface);
  }

  /** What is in view, for the beats. */
  private get surface(): string {
    const { session } = this;
    if (this.panel === "break") return "break";
    if (session.screen === "why" || this.panel === "why" || this.panel === "counted") return "why";
    if (this.panel === "help" || session.screen === "explained") return "instructions";
    const shown = session.shown;
    if (!shown) return this.care.resting ? "break" : "queue";
    return shown.practice ? "practice" : `item:${shown.lease}`;
  }

  protected override updated(): void {
    const dialog = this.querySelector("dialog");
    if (dialog && this.panel && !dialog.open) dialog.showModal();
    this.announce();
  }

  private announced: unknown = null;

  /** Say the new task to those who do not see it, and put the focus where the answers are. */
  private announce(): void {
    const { session } = this;
    const mark = session.screen === "task" ? session.shown : session.screen;
    if (mark === this.announced) return;
    const first = this.announced === null;
    this.announced = mark;
    const lost = document.activeElement === document.body || first;
    if (session.screen === "explained") {
      const next = this.querySelector<HTMLElement>(".wb-next");
      next?.focus({ preventScroll: true });
      next?.scrollIntoView({ block: "nearest" });
    } else if (session.screen === "why")
      this.querySelector<HTMLElement>(".wb-begin")?.focus({ preventScroll: true });
    else if (lost || !this.contains(document.activeElement))
      (
        this.querySelector<HTMLElement>(".wb-choices") ??
        this.querySelector<HTMLElement>("#wb-question")
      )?.focus({ preventScroll: true });
    const live = this.querySelector(".wb-live");
    if (live && !first) live.textContent = this.spoken;
  }

  private get spoken(): string {
    const { session, words } = this;
    if (!session.shown) return "";
    const things = session.shown.show.map((shown) =>
      shown.as === "text" ? shown.value : shown.alt || words.imageAlt,
    );
    const told = this.querySelector("#wb-place")?.textContent?.trim() ?? "";
    return `${told} ${things.join(" ")}`;
  }

  protected override render(): TemplateResult {
    const { session } = this;
    return html`${bar(this)}
      ${session.screen === "why" ? why(this) : this.main()}
      <p class="sr" role="status">${stateWords(this)}</p>
      <p class="sr wb-live" aria-live="polite"></p>
      <dialog class="dialog wb-panel" data-panel=${this.panel} aria-labelledby="wb-panel-title"
        @close=${() => this.closed()} @click=${this.onBackdrop}>${panel(this)}</dialog>`;
  }

  private closed(): void {
    this.panel = "";
    this.requestUpdate();
  }

  private onBackdrop(event: MouseEvent): void {
    const { target, clientX, clientY } = event;
    if (!(target instanceof HTMLDialogElement)) return;
    const { left, right, top, bottom } = target.getBoundingClientRect();
    const inside = clientX >= left && clientX <= right && clientY >= top && clientY <= bottom;
    if (!inside) target.close();
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
    const teaching = this.session.screen === "explained" && this.session.revisiting === null;
    return html`<h1 class="q voice" id="wb-question" lang=${this.tongue ?? nothing}>${voiced(this, this.asked.ask)}</h1>
      ${place(this)} ${stage(this, task)}
      ${this.kind.view({
        asked: this.asked,
        draft: this.draft,
        words: this.words,
        tongue: this.tongue,
        fixed: teaching,
        choose: (value) => this.choose(value),
        check: () => this.check(),
      })}
      ${teaching ? explained(this) : tools(this)}`;
  }
}
