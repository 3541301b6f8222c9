/* A pack: tasks taken along where there is no network, lent for hours, their pictures kept here.
   How many may be taken, and for how long, is the server's to say. */
import { MEDIA } from "../offline/names";
import { type Post, Refused } from "../protocol/requests";
import type { PackReply, PageData, Task } from "../protocol/workbench";
import type { Session } from "./session";

export type Pack = { leases: number[]; until: number };

type Options = {
  session: Session;
  data: PageData;
  post: Post;
  changed: () => void;
  /** Write down what is in hand, so that it is there without a network. */
  save?: () => Promise<void>;
  /** When pictures are kept; for tests where there is no such store. */
  keep?: (urls: readonly string[]) => Promise<void>;
  now?: () => number;
};

export class OfflinePack {
  pack: Pack | null = null;
  /** "" at rest, "asking" the server, "fetching" pictures. */
  doing: "" | "asking" | "fetching" = "";
  refusal = "";
  /** Fewer than wished for: today's hours leave room for no more. */
  isCut = false;

  private readonly o: Options;

  constructor(options: Options, pack: Pack | null) {
    this.o = options;
    this.pack = pack;
  }

  /** How many may be taken; 0 where the instance lends none. */
  get most(): number {
    return this.o.data.pack?.tasks ?? 0;
  }

  get hours(): number {
    return this.o.data.pack?.hours ?? 0;
  }

  /** Tasks of the pack still in hand. */
  get left(): number {
    const { pack } = this;
    if (!pack || pack.until <= (this.o.now ?? Date.now)()) return 0;
    const leased = new Set(this.o.session.held);
    return pack.leases.filter((lease) => leased.has(lease)).length;
  }

  /** Whether a lease stays when the page closes. */
  holds(lease: number): boolean {
    return this.left > 0 && !!this.pack?.leases.includes(lease);
  }

  async take(count: number): Promise<void> {
    if (this.doing) return;
    const { session, post, data, changed } = this.o;
    this.say("asking");
    this.refusal = "";
    try {
      const reply = await post<PackReply>(data.urls.pack ?? "", {
        count: Math.min(count, this.most),
        have: session.held,
        question_version: session.question.version,
      });
      this.pack = { leases: reply.leases, until: reply.until_ms };
      this.isCut = reply.cut;
      session.bring(reply);
      await this.o.save?.();
      this.say("fetching");
      await (this.o.keep ?? keepPictures)(picturesOf([session.current, ...session.queue]));
    } catch (error) {
      if (error instanceof Refused) this.refusal = error.message;
      else session.offline = true;
    } finally {
      this.say("");
      changed();
    }
  }

  /** Give back what is not in view: others may have it at once. */
  async giveBack(): Promise<void> {
    const { session, post, data } = this.o;
    const leases = session.queue.map(({ lease }) => lease).filter((lease) => this.holds(lease));
    if (this.doing || !leases.length) return;
    this.say("asking");
    try {
      await post(data.urls.release, { leases, seen: [] });
      this.pack = null;
      session.keepOnly((task) => !leases.includes(task.lease));
      await caches.delete(MEDIA).catch(() => undefined);
    } catch (error) {
      if (!(error instanceof Refused)) session.offline = true;
    } finally {
      this.say("");
    }
  }

  private say(doing: OfflinePack["doing"]): void {
    this.doing = doing;
    this.o.changed();
  }
}

/** Addresses of all that is seen or heard of some tasks. */
export function picturesOf(tasks: readonly (Task | null)[]): string[] {
  const contents = tasks.flatMap((task) =>
    task ? [...task.show, ...Object.values(task.cells ?? {})] : [],
  );
  return [
    ...new Set(
      contents.flatMap((content) => ("url" in content && content.url ? [content.url] : [])),
    ),
  ];
}

/** Keep each under its own address; the server sends it itself, wherever it lies. */
async function keepPictures(urls: readonly string[]): Promise<void> {
  if (!("caches" in window)) return;
  const cache = await caches.open(MEDIA);
  const cachedUrls = new Set((await cache.keys()).map(({ url }) => url));
  const missing = urls.filter((url) => !cachedUrls.has(new URL(url, location.href).href));
  await Promise.all(missing.map((url) => keepOne(cache, url).catch(() => undefined)));
}

async function keepOne(cache: Cache, url: string): Promise<void> {
  const address = new URL(url, location.href);
  address.searchParams.set("along", "1");
  const answer = await fetch(address);
  if (answer.ok) await cache.put(url, answer);
}
