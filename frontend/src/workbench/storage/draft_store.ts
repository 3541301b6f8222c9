/* Answers begun and not yet given, kept on this device from the first change, so that neither a closed
   page nor another task loses them. Without IndexedDB they hold until the page closes. */
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { DraftMirror, StoredDraft } from "../../protocol/drafts";
import type { Drafts } from "../../protocol/questions";
import type { PageData } from "../../protocol/workbench";

interface Schema extends DBSchema {
  drafts: { key: [string, string]; value: StoredDraft; indexes: { owner: string } };
}

/** Longer than any task is lent: what is older belongs to nobody's task in hand. */
const KEPT_MS = 30 * 86_400_000;

export class DraftStore {
  /** Where what is begun goes beside this device. */
  mirror: DraftMirror | null = null;
  private readonly kept = new Map<string, StoredDraft>();
  private readonly db: IDBPDatabase<Schema> | null;
  private readonly owner: string;

  private constructor(owner: string, db: IDBPDatabase<Schema> | null) {
    this.owner = owner;
    this.db = db;
  }

  /** Open this person's part, on this project. */
  static async open(owner: string, now = Date.now()): Promise<DraftStore> {
    try {
      const db = await openDB<Schema>("canut-drafts", 1, {
        upgrade: (fresh) =>
          void fresh
            .createObjectStore("drafts", { keyPath: ["owner", "task"] })
            .createIndex("owner", "owner"),
      });
      const draftStore = new DraftStore(owner, db);
      for (const draft of await db.getAllFromIndex("drafts", "owner", owner)) {
        if (draft.at < now - KEPT_MS) draftStore.drop(draft.task);
        else draftStore.kept.set(draft.task, draft);
      }
      return draftStore;
    } catch {
      return new DraftStore(owner, null); // private windows may refuse IndexedDB
    }
  }

  /** What was begun of a task under this version of the question. */
  of(task: string, version: number): Drafts | undefined {
    const draft = this.kept.get(task);
    return draft?.version === version ? draft.drafts : undefined;
  }

  keep(task: string, version: number, drafts: Drafts, at = Date.now()): void {
    const draft = { owner: this.owner, task, version, drafts, at };
    this.kept.set(task, draft);
    void this.db?.put("drafts", draft).catch(() => undefined);
    this.mirror?.keep(draft);
  }

  /** What the server has of it, from here or elsewhere: the later one stays. */
  merge(stored: NonNullable<PageData["begun"]>): void {
    for (const { task, version, drafts, at } of stored) {
      const name = String(task);
      if ((this.kept.get(name)?.at ?? 0) >= at) continue;
      const draft = { owner: this.owner, task: name, version, drafts, at };
      this.kept.set(name, draft);
      void this.db?.put("drafts", draft).catch(() => undefined);
    }
  }

  drop(task: string): void {
    this.kept.delete(task);
    void this.db?.delete("drafts", [this.owner, task]).catch(() => undefined);
    this.mirror?.drop(task);
  }
}
