/* When a paid break is offered: after an hour in which hands never rested for five minutes. It may be put
   off, for ten minutes in all; nothing counts down and nothing stops. The same rule as the server's. */
export const WORK_MS = 3_600_000;
export const REST_MS = 300_000;
export const SNOOZE_MS = 600_000;

/** Moments in milliseconds since 1970: work without rest since, last sign, when a break was put off (0: not). */
export type Hands = { since: number; last: number; put_off: number };

/** A sign came: the work goes on, or begins anew after a rest. */
export function moved(hands: Hands | null, now: number): Hands {
  if (!hands || now - hands.last >= REST_MS || now < hands.last)
    return { since: now, last: now, put_off: 0 };
  return { ...hands, last: now };
}

/** Whether a break is to be offered now. */
export function isOffered(hands: Hands | null, now: number): boolean {
  if (!hands || now - hands.last >= REST_MS || hands.last - hands.since < WORK_MS) return false;
  return !hands.put_off || now >= Math.min(hands.put_off, hands.since + WORK_MS) + SNOOZE_MS;
}

/** Whether it may still be put off. */
export function mayWait(hands: Hands | null, now: number): boolean {
  return !!hands && now < hands.since + WORK_MS + SNOOZE_MS;
}

/** Remembers a person's hands over all their pages of this device. */
export class Rest {
  private readonly name: string;
  private kept = 0;

  constructor(person: string) {
    this.name = `canut-hands ${person}`;
  }

  get hands(): Hands | null {
    try {
      return JSON.parse(localStorage.getItem(this.name) ?? "null") as Hands | null;
    } catch {
      return null;
    }
  }

  moved(now = Date.now()): void {
    if (now - this.kept < 1_000) return;
    this.kept = now;
    this.keep(moved(this.hands, now));
  }

  putOff(now = Date.now()): void {
    const hands = this.hands;
    if (hands) this.keep({ ...hands, put_off: now });
  }

  private keep(hands: Hands): void {
    try {
      localStorage.setItem(this.name, JSON.stringify(hands));
    } catch {
      // then nothing is offered: the page of the day still says when a break is due
    }
  }
}
