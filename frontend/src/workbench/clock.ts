/* Beats: proof that someone was here, for their pay. Every 15 s, and whenever what is in view changes,
   counts of events by second; never which key, never where. Measuring time from them is the server's. */
import { sha256 } from "./sha256";
import type { Beat, Bucket } from "./wire";

const BEAT_MS = 15_000;
/** The longest time without a sign that the measure may credit; past it a beat would prove nothing. */
const SILENT_MS = 600_000;

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

type Options = {
  session: string;
  surface: string;
  keep: (beat: Beat) => void;
  mono?: () => number;
  visible?: () => boolean;
  focused?: () => boolean;
};

export class Clock {
  private readonly o: Required<Options>;
  private seq = 0;
  private previous = "";
  private surface: string;
  private buckets = new Map<number, Bucket>();
  private began: number;
  private lastSign: number;
  private timer = 0;

  constructor(options: Options) {
    this.o = {
      mono: () => performance.now(),
      visible: () => document.visibilityState === "visible",
      focused: () => document.hasFocus(),
      ...options,
    };
    this.surface = options.surface;
    this.began = this.o.mono();
    this.lastSign = this.began;
  }

  /** Listen until the page closes. */
  start(page: Document): void {
    const options = { capture: true, passive: true } as const;
    for (const name of Object.keys(COLUMN)) page.addEventListener(name, this.sign, options);
    page.addEventListener("visibilitychange", () => this.close());
    this.timer = window.setInterval(() => this.tick(), 1_000);
  }

  stop(): void {
    window.clearInterval(this.timer);
    this.close();
  }

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
  };

  /** Say what is in view now: the beat in hand ends here. */
  see(surface: string): void {
    if (surface === this.surface) return;
    this.close();
    this.surface = surface;
  }

  tick(): void {
    const now = this.o.mono();
    if (now - this.began < BEAT_MS) return;
    const silent = now - this.lastSign > SILENT_MS || !this.o.visible();
    if (silent && this.buckets.size === 0) this.began = now;
    else this.close();
  }

  /** End the beat in hand and keep it, chained to the one before. */
  close(): void {
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
      media_ms: 0,
      previous: this.previous,
    };
    this.previous = sha256(canonical(beat));
    this.seq += 1;
    this.began = now;
    this.buckets.clear();
    this.o.keep(beat);
  }
}
