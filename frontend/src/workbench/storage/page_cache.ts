/* What a page of work needs to open again without a server, kept on this device as the work goes on:
   the question, the tasks in hand, the last answers. One page an address; it goes when its person signs
   out, when somebody else works there, or a month later. */
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { PageData } from "../../protocol/workbench";
import type { Pack } from "../offline_pack";

/** `origin` is when the page's own clock began, so that its beats go on from where they were. */
export type CachedPage = {
  path: string;
  at: number;
  origin: number;
  beat: { seq: number; previous: string; mono: number } | null;
  pack: Pack | null;
  data: PageData;
};

/** Whose messages of this page the device keeps: of one person, on one project. */
export const ownerOf = ({ person, project }: PageData): string => `${person} ${project.slug}`;

interface Schema extends DBSchema {
  pages: { key: string; value: CachedPage };
}

const MONTH_MS = 30 * 86_400_000;

let opened: IDBPDatabase<Schema> | null = null;

/** Held open: a page that closes has no time to open it first. It gives way to whoever deletes it. */
async function open(): Promise<IDBPDatabase<Schema>> {
  opened ??= await openDB<Schema>("canut-kept", 1, {
    upgrade: (fresh) => void fresh.createObjectStore("pages", { keyPath: "path" }),
    blocking: close,
    terminated: close,
  });
  return opened;
}

function close(): void {
  opened?.close();
  opened = null;
}

/** Every page that is kept here, the last one first. */
export async function loadCachedPages(now = Date.now()): Promise<CachedPage[]> {
  try {
    const db = await open();
    const all = await db.getAll("pages");
    for (const page of all) if (page.at < now - MONTH_MS) await db.delete("pages", page.path);
    return all.filter(({ at }) => at >= now - MONTH_MS).sort((a, b) => b.at - a.at);
  } catch {
    return []; // private windows may refuse IndexedDB
  }
}

export async function cachePage(page: CachedPage): Promise<void> {
  try {
    if (opened) await opened.put("pages", page);
    else await (await open()).put("pages", page);
  } catch {
    // the page goes on; it only cannot open without a network
  }
}

/** Whoever signs out leaves nothing here that others could read. */
export async function deleteCachedPages(): Promise<void> {
  try {
    await (await open()).clear("pages");
  } catch {
    // nothing is kept where nothing can be
  }
}
