/* What is begun goes to the server too, a moment after it was entered, so that another device goes on with
   it. This device's own copy is there at once; here nothing waits and nothing is said when it fails. */
import type { DraftMirror, StoredDraft } from "../../protocol/drafts";
import { type Post, Refused } from "../../protocol/requests";

type Sent = { task: number; version: number; drafts: StoredDraft["drafts"] | null; at: number };

const CALM_MS = 1_500;

type Options = {
  post: Post;
  url: string | undefined;
  /** What the server has already. */
  known: readonly number[];
  wait?: (ms: number, then: () => void) => number;
};

export class DraftSync implements DraftMirror {
  private readonly o: Options;
  private readonly there: Set<number>;
  private waiting = new Map<number, Sent>();
  private timer: number | null = null;
  private running = false;

  constructor(options: Options) {
    this.o = options;
    this.there = new Set(options.known);
  }

  /** A correction of an answer stays on its device: only tasks in hand are looked for elsewhere. */
  keep({ task, version, drafts, at }: StoredDraft): void {
    if (/^\d+$/.test(task)) this.put({ task: Number(task), version, drafts, at });
  }

  /** Answered, or let go: what was never sent need not be taken back. */
  drop(name: string): void {
    const task = Number(name);
    this.waiting.delete(task);
    if (this.there.has(task)) this.put({ task, version: 0, drafts: null, at: 0 });
  }

  private put(draft: Sent): void {
    if (!this.o.url) return;
    this.waiting.set(draft.task, draft);
    const wait = this.o.wait ?? ((ms, then) => window.setTimeout(then, ms));
    this.timer ??= wait(CALM_MS, () => {
      this.timer = null;
      void this.flush();
    });
  }

  /** What to say while the page closes. */
  lastWords(): Sent[] {
    return [...this.waiting.values()];
  }

  /** Send what waits; what cannot go now goes with the next change, or when the network is back. */
  async flush(): Promise<void> {
    if (this.running || !this.o.url) return;
    this.running = true;
    try {
      for (const draft of [...this.waiting.values()]) {
        await this.send(this.o.url, draft);
        if (this.waiting.get(draft.task) === draft) this.waiting.delete(draft.task);
      }
    } catch {
      // no network: it stays here
    } finally {
      this.running = false;
    }
  }

  private async send(url: string, draft: Sent): Promise<void> {
    try {
      await this.o.post(url, draft);
      if (draft.drafts) this.there.add(draft.task);
      else this.there.delete(draft.task);
    } catch (error) {
      if (!(error instanceof Refused) || [401, 429].includes(error.status) || error.status >= 500)
        throw error;
    }
  }
}
