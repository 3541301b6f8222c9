/* What protects the person at work: the veil over what is hard to look at, refusing it, a break.
   Refusing holds at once, here first; the server is told as soon as it can be reached. */
import { isHard } from "../protocol/exposure";
import type { Post } from "../protocol/requests";
import type { PageData, Task } from "../protocol/workbench";
import type { Session } from "./session";

/** Opens while it is held or pressed, and remembers for how much of the time it was open. */
export class Veil {
  open = false;
  private lease = 0;
  private shownAt = 0;
  private openedAt = 0;
  private openMs = 0;

  private readonly now: () => number;

  constructor(now: () => number = Date.now) {
    this.now = now;
  }

  /** Another task is in view, closed to begin with. */
  show(lease: number): void {
    if (lease === this.lease) return;
    this.lease = lease;
    this.open = false;
    this.openMs = 0;
    this.shownAt = this.now();
  }

  turn(open: boolean): void {
    if (open === this.open) return;
    if (open) this.openedAt = this.now();
    else this.openMs += this.now() - this.openedAt;
    this.open = open;
  }

  /** Thousandths of its time in view that the task was uncovered, rounded up. */
  share(lease: number): number {
    if (lease !== this.lease) return 1_000;
    const elapsed = Math.max(1, this.now() - this.shownAt);
    const open = this.openMs + (this.open ? this.now() - this.openedAt : 0);
    return Math.min(1_000, Math.ceil((1_000 * open) / elapsed));
  }
}

type Urls = Pick<PageData["urls"], "decline" | "rest" | "harder">;

export class Protection {
  readonly veil: Veil;
  resting = false;
  declined = false;
  /** Something is to be drawn again. */
  changed: () => void = () => undefined;
  private unsaid: number[] | null = null;

  private readonly post: Post;
  private readonly urls: Urls;

  constructor(post: Post, urls: Urls, now?: () => number) {
    this.post = post;
    this.urls = urls;
    this.veil = new Veil(now);
  }

  uncover(open: boolean): void {
    this.veil.turn(open);
    this.changed();
  }

  /** What is to be told of a task that is answered now; null where there was no veil. */
  revealed(task: Task | null): number | null {
    return task?.veiled ? this.veil.share(task.lease) : null;
  }

  /** Show no more of this: at once here, and told until the server has heard. */
  async decline(session: Session): Promise<void> {
    const { current, screen } = session;
    const viewed = current && screen === "task" && isHard(current) ? [current.lease] : [];
    this.declined = true;
    this.unsaid = [...(this.unsaid ?? []), ...viewed];
    session.keepOnly((task) => !isHard(task));
    this.changed();
    await this.tell();
    session.lookAgain();
  }

  async tell(): Promise<void> {
    const leases = this.unsaid;
    if (!leases) return;
    if (await this.send(this.urls.decline, { seen: leases })) this.unsaid = null;
  }

  async rest(): Promise<void> {
    this.resting = true;
    this.changed();
    await this.began();
  }

  /** A break began, whichever it is: it counts as a rest from what is hard too. */
  async began(): Promise<void> {
    await this.send(this.urls.rest, {});
  }

  goOn(session: Session): void {
    this.resting = false;
    session.lookAgain();
  }

  async harder(task: Task, severity: number): Promise<void> {
    task.severity = severity;
    this.changed();
    await this.send(this.urls.harder, { lease: task.lease, severity });
  }

  /** False when the server did not hear it. */
  private async send(url: string | undefined, body: unknown): Promise<boolean> {
    if (!url) return true;
    try {
      await this.post(url, body);
      return true;
    } catch {
      return false;
    }
  }
}
