/* When a paid break is offered: after an hour in which hands never rested for five minutes. It may be put
   off, for ten minutes in all; nothing counts down and nothing stops. The same rule as the server's. */
export const WORK_MS = 3_600_000;
export const REST_MS = 300_000;
export const SNOOZE_MS = 600_000;

/** Moments in milliseconds since 1970: work without rest since, last sign, when a break was put off (0: not). */
export type WorkStreak = { since: number; last: number; put_off: number };

/** A sign came: the work goes on, or begins anew after a rest. */
export function extendStreak(streak: WorkStreak | null, now: number): WorkStreak {
  if (!streak || now - streak.last >= REST_MS || now < streak.last)
    return { since: now, last: now, put_off: 0 };
  return { ...streak, last: now };
}

/** Whether a break is to be offered now. */
export function isOffered(streak: WorkStreak | null, now: number): boolean {
  if (!streak || now - streak.last >= REST_MS || streak.last - streak.since < WORK_MS) return false;
  return !streak.put_off || now >= Math.min(streak.put_off, streak.since + WORK_MS) + SNOOZE_MS;
}

/** Whether it may still be put off. */
export function mayWait(streak: WorkStreak | null, now: number): boolean {
  return !!streak && now < streak.since + WORK_MS + SNOOZE_MS;
}

/** Remembers a person's hands over all their pages of this device. */
export class BreakTimer {
  private readonly name: string;
  private kept = 0;

  constructor(person: string) {
    this.name = `canut-hands ${person}`;
  }

  get hands(): WorkStreak | null {
    try {
      return JSON.parse(localStorage.getItem(this.name) ?? "null") as WorkStreak | null;
    } catch {
      return null;
    }
  }

  moved(now = Date.now()): void {
    if (now - this.kept < 1_000) return;
    this.kept = now;
    this.keep(extendStreak(this.hands, now));
  }

  putOff(now = Date.now()): void {
    const streak = this.hands;
    if (streak) this.keep({ ...streak, put_off: now });
  }

  private keep(streak: WorkStreak): void {
    try {
      localStorage.setItem(this.name, JSON.stringify(streak));
    } catch {
      // then nothing is offered: the page of the day still says when a break is due
    }
  }
}
