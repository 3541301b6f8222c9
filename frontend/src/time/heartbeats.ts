/* Beats: proof that someone was here, for their pay. Every 15 s, and whenever what is in view changes,
   counts of events by second and how long something played; never which key, never where, never what.
   Measuring time from them is the server's. */
import type { Beat, Bucket } from "../protocol/beats";
import { sha256 } from "./sha256";

const BEAT_MS = 15_000;
/** The longest time without a sign that the measure may credit, where assistive technology doubles what is
    allowed; past it a beat would prove nothing. */
const SILENT_MS = 1_200_000;

const COLUMN: Record<string, 1 | 2 | 3 | 4> = {
  keydown: 1,
  pointerdown: 2,
  pointermove: 2,
  touchstart: 3,
  touchmove: 3,
  wheel: 4,
  scroll: 4,
};

/** RFC 8785 for what a beat is made of: sorted names, whole numbers, plain strings. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([name, each]) => `${JSON.stringify(name)}:${canonical(each)}`).join(",")}}`;
  }
  return JSON.stringify(value);
}

/** Where the beats of a page stand: of one that opens again, they go on from there. */
export type BeatPosition = { seq: number; previous: string; mono: number };

type Options = {
  /** The page opens again under the same name. */
  after?: BeatPosition | null;
  session: string;
  surface: string;
  keep: (beat: Beat) => void;
  mono?: () => number;
  visible?: () => boolean;
  focused?: () => boolean;
  /** Whether sound or video plays now. */
  plays?: () => boolean;
  /** A hand moved: for offering a break. */
  signed?: () => void;
};

/** Sound and video of the page, wherever it stands. */
function isPlaying(): boolean {
  const media = [...document.querySelectorAll<HTMLMediaElement>("audio, video")];
  return media.some((each) => !each.paused && !each.ended && each.readyState > 2);
}

/** Where a page stands after a beat. */
export const positionAfter = (beat: Beat): BeatPosition => ({
  seq: beat.seq + 1,
  previous: sha256(canonical(beat)),
  mono: beat.mono_ms,
});

export class Heartbeats {
  private readonly o: Required<Options>;
  private seq = 0;
  private previous = "";
  private surface: string;
  private buckets = new Map<number, Bucket>();
  private began: number;
  private lastSign: number;
  private played = 0;
  private looked: number;
  private wasPlaying = false;
  private timer = 0;
  private said = 0;

  constructor(options: Options) {
    this.o = {
      mono: () => performance.now(),
      visible: () => document.visibilityState === "visible",
      focused: () => document.hasFocus(),
      plays: isPlaying,
      signed: () => undefined,
      after: null,
      ...options,
    };
    this.seq = this.o.after?.seq ?? 0;
    this.previous = this.o.after?.previous ?? "";
    this.said = this.o.after?.mono ?? 0;
    this.surface = options.surface;
    this.began = this.o.mono();
    this.lastSign = this.began;
    this.looked = this.began;
  }

  get stand(): BeatPosition {
    return { seq: this.seq, previous: this.previous, mono: this.said };
  }

  /** Listen until the page closes. */
  start(page: Document): void {
    const options = { capture: true, passive: true } as const;
    for (const name of Object.keys(COLUMN)) page.addEventListener(name, this.sign, options);
    for (const name of ["playing", "pause", "ended", "waiting"])
      page.addEventListener(name, this.hear, { capture: true });
    page.addEventListener("visibilitychange", this.turned);
    this.timer = window.setInterval(() => this.tick(), 1_000);
  }

  /** Listen no more; what is in hand is kept, and nothing after it. */
  stop(page: Document): void {
    window.clearInterval(this.timer);
    for (const name of Object.keys(COLUMN))
      page.removeEventListener(name, this.sign, { capture: true });
    for (const name of ["playing", "pause", "ended", "waiting"])
      page.removeEventListener(name, this.hear, { capture: true });
    page.removeEventListener("visibilitychange", this.turned);
    this.close();
  }

  private turned = (): void => this.close();

  /** Count what played since the last look; what began to play since then counts from now. */
  private hear = (): void => {
    const now = this.o.mono();
    if (this.wasPlaying) {
      this.played += now - this.looked;
      this.lastSign = now;
    }
    this.looked = now;
    this.wasPlaying = this.o.plays();
  };

  /** One event of the person; made-up events and a held key's echoes are no sign. */
  sign = (event: Pick<Event, "type" | "isTrusted"> & { repeat?: boolean }): void => {
    const column = COLUMN[event.type];
    if (!column || !event.isTrusted || event.repeat) return;
    const now = this.o.mono();
    const second = Math.floor(now / 1000);
    const bucket = this.buckets.get(second) ?? [second, 0, 0, 0, 0];
    bucket[column] += 1;
    this.buckets.set(second, bucket);
    this.lastSign = now;
    this.o.signed();
  };

  /** Say what is in view now: the beat in hand ends here. */
  see(surface: string): void {
    if (surface === this.surface) return;
    this.close();
    this.surface = surface;
  }

  tick(): void {
    this.hear();
    const now = this.o.mono();
    if (now - this.began < BEAT_MS) return;
    const silent = now - this.lastSign > SILENT_MS || (!this.o.visible() && this.played === 0);
    if (silent && this.buckets.size === 0) this.began = now;
    else this.close();
  }

  /** End the beat in hand and keep it, chained to the one before. */
  close(): void {
    this.hear();
    const now = this.o.mono();
    if (now - this.began < 1 && this.buckets.size === 0) return;
    const beat: Beat = {
      session: this.o.session,
      seq: this.seq,
      mono_ms: Math.round(now),
      visible: this.o.visible(),
      focused: this.o.focused(),
      surface: this.surface,
      buckets: [...this.buckets.values()],
      media_ms: Math.round(Math.min(this.played, now - this.began)),
      previous: this.previous,
    };
    this.previous = sha256(canonical(beat));
    this.seq += 1;
    this.said = beat.mono_ms;
    this.began = now;
    this.buckets.clear();
    this.played = 0;
    this.o.keep(beat);
  }
}
