/* The measured time of a person's day while they work: what the server has measured, and since the page
   opened what it will measure of it. It never goes back: where the server has measured less than was
   shown, it stands still until the measure has caught up. */
import { readPreference, writePreference } from "./storage/preferences";

/** Silence that counts after a sign, as the server's measure allows it where it knows nothing else. */
const SILENCE_MS = 60_000;
const KEEP_MS = 5_000;

type Options = {
  person: number | string;
  /** Milliseconds the server had measured when the page was made. */
  measured: number;
  now?: () => number;
  visible?: () => boolean;
};

export class DayClock {
  private readonly name: string;
  private readonly measured: number;
  private readonly now: () => number;
  private readonly visible: () => boolean;
  /** Credited since the page opened, up to `counted`. */
  private credited = 0;
  private counted: number;
  private lastSign: number;
  private shown: number;
  private kept = 0;

  constructor({ person, measured, now = Date.now, visible }: Options) {
    this.name = `canut-day ${person}`;
    this.measured = measured;
    this.now = now;
    this.visible = visible ?? (() => document.visibilityState === "visible");
    this.counted = now();
    this.lastSign = this.counted;
    this.shown = Math.max(measured, this.stored);
  }

  /** A sign of life of the person. */
  sign(): void {
    this.count();
    this.lastSign = this.now();
  }

  /** The page was hidden, or is seen again. */
  turned(): void {
    if (this.visible()) this.counted = this.now();
    else this.count(true);
  }

  /** Milliseconds of today. */
  get ms(): number {
    this.count();
    this.shown = Math.max(this.shown, this.measured + this.credited);
    return this.shown;
  }

  private count(isLast = false): void {
    const now = this.now();
    const until = Math.min(now, this.lastSign + SILENCE_MS);
    if ((this.visible() || isLast) && until > this.counted) this.credited += until - this.counted;
    this.counted = Math.max(this.counted, now);
    if (now - this.kept < KEEP_MS && !isLast) return;
    this.kept = now;
    const total = Math.max(this.shown, this.measured + this.credited);
    writePreference(this.name, JSON.stringify({ day: this.day, ms: total }));
  }

  private get day(): string {
    return new Date(this.now()).toDateString();
  }

  /** What was shown on this device today. */
  private get stored(): number {
    try {
      const saved = JSON.parse(readPreference(this.name) ?? "null") as { day: string; ms: number };
      return saved?.day === this.day && Number.isFinite(saved.ms) ? saved.ms : 0;
    } catch {
      return 0;
    }
  }
}
