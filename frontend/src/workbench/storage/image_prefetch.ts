/* Pictures are fetched and decoded while the task before is judged, and kept as long as their task may
   come back: what is shown next needs neither network nor decoding. Sounds are fetched as early. */
import type { Shown, Task } from "../../protocol/workbench";

type Picture = Extract<Shown, { as: "image" }>;

/* A large picture comes as a copy that fits the screen; its own points are fetched when asked for. */
/** Past this many points a side a picture is shown as it is; below, the server sends it enlarged. */
const TINY = 64;
/** A longer sound comes when it is played: nobody's phone pays for hours that may never be heard. */
const LONGEST_BYTES = 20_000_000;

export const isTiny = (picture: Picture): boolean => {
  const side = Math.max(picture.width, picture.height);
  return side > 0 && side <= TINY;
};

export class ImagePrefetch {
  private kept = new Map<string, HTMLImageElement>();
  private heard = new Set<string>();
  private readonly alt: string;
  private readonly lost: string;

  /** Words for a picture that has none, and for one that did not arrive. */
  constructor(alt: string, lost: string) {
    this.alt = alt;
    this.lost = lost;
  }

  /** The element itself, so that the same decoded picture is put back, never a copy. */
  of(task: Task, picture: Picture, raw: boolean): HTMLImageElement {
    const url = raw ? picture.raw : picture.url;
    const name = `${task.lease} ${url}`;
    const loaded = this.kept.get(name);
    if (loaded) return loaded;
    const image = new Image();
    image.alt = picture.alt || this.alt;
    image.className = `dg ${isTiny(picture) ? "tiny" : "big"}${raw ? " px" : ""}`;
    image.draggable = false;
    image.addEventListener("error", () => {
      image.alt = this.lost;
    });
    image.src = url;
    this.kept.set(name, image);
    return image;
  }

  ready(task: Task): void {
    for (const content of [...task.show, ...Object.values(task.cells ?? {})]) {
      if (content.as === "audio") void this.hear(content.url);
      if (content.as !== "image") continue;
      void this.of(task, content, false)
        .decode()
        .catch(() => undefined);
      if (isTiny(content) && content.raw && content.raw !== content.url)
        this.of(task, content, true);
    }
  }

  /** Have the browser keep a sound before it is asked for, so that it plays where the network is away. */
  private async hear(url: string): Promise<void> {
    if (this.heard.has(url)) return;
    this.heard.add(url);
    try {
      const answer = await fetch(url, { priority: "low" });
      if (Number(answer.headers.get("content-length")) > LONGEST_BYTES) await answer.body?.cancel();
      else await answer.arrayBuffer();
    } catch {
      this.heard.delete(url);
    }
  }

  /** A picture that did not arrive is asked again when its task is shown. */
  retry(task: Task): void {
    for (const [name, image] of this.kept)
      if (name.startsWith(`${task.lease} `) && image.complete && image.naturalWidth === 0)
        this.kept.delete(name);
    this.ready(task);
  }

  keepOnly(tasks: readonly Task[]): void {
    const leases = new Set(tasks.map((task) => String(task.lease)));
    for (const name of this.kept.keys())
      if (!leases.has(name.slice(0, name.indexOf(" ")))) this.kept.delete(name);
  }
}
