/* Beats of ordinary pages that the server does not have yet: kept on this device, each person's apart, and
   sent by whichever page is open next. After signing out nothing is sent any more. */
import type { Beat } from "../protocol/beats";

const OUT = "canut-signed-out";
const AT_ONCE = 200;
const MOST = 2_000;

type Answer = "kept" | "refused" | "signed-out" | "later";
export type Send = (beats: Beat[]) => Promise<Answer>;

const read = (name: string): Beat[] => {
  try {
    return JSON.parse(localStorage.getItem(name) ?? "[]") as Beat[];
  } catch {
    return [];
  }
};

const write = (name: string, beats: readonly Beat[]): void => {
  try {
    if (beats.length > 0) localStorage.setItem(name, JSON.stringify(beats));
    else localStorage.removeItem(name);
  } catch {
    // nothing can be kept here: what was sent at once is all there is
  }
};

export class UnsentBeats {
  private readonly prefix: string;
  private readonly send: Send;
  private sending: Promise<void> | null = null;
  isOut = false;

  constructor(person: string, send: Send) {
    this.prefix = `canut-beats ${person} `;
    this.send = send;
  }

  keep(beat: Beat): void {
    const name = this.prefix + beat.session;
    write(name, [...read(name), beat].slice(-MOST));
  }

  /** The last beats of a page, for the moment it closes. */
  of(session: string): Beat[] {
    return read(this.prefix + session).slice(-AT_ONCE);
  }

  /** Send what is kept, this page's and those of pages closed before it. */
  flush(): Promise<void> {
    this.sending ??= this.sendAll().finally(() => {
      this.sending = null;
    });
    return this.sending;
  }

  private async sendAll(): Promise<void> {
    const names = Object.keys(localStorage).filter((name) => name.startsWith(this.prefix));
    for (const name of names) {
      for (let some = read(name); some.length > 0 && !this.isOut; some = read(name)) {
        const beats = some.slice(0, AT_ONCE);
        const answer = await this.send(beats);
        if (answer === "later") return;
        if (answer === "signed-out") {
          this.isOut = true;
          return;
        }
        const sent = new Set(beats.map(({ seq }) => seq));
        write(name, answer === "refused" ? [] : read(name).filter(({ seq }) => !sent.has(seq)));
      }
    }
  }
}

/** What pages of work keep to open without a network goes with whoever signs out. */
export function deleteCachedPages(): void {
  try {
    indexedDB.deleteDatabase("canut-kept");
  } catch {
    // a browser that keeps nothing has nothing to forget
  }
}

/** Tell every open page of this device that this person has signed out. */
export function announceSignOut(): void {
  try {
    localStorage.setItem(OUT, String(Date.now()));
  } catch {
    // the other pages learn it from the server's first answer
  }
}

/** Signed in again: pages opened from now on beat. */
export function clearSignOut(): void {
  try {
    localStorage.removeItem(OUT);
  } catch {
    // as above
  }
}

export function onSignOut(act: () => void): void {
  addEventListener("storage", ({ key, newValue }) => {
    if (key === OUT && newValue) act();
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted && localStorage.getItem(OUT)) act(); // brought back after signing out
  });
}
