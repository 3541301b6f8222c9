/* What this device keeps: answers not yet acknowledged, answers not accepted, beats not yet sent.
   IndexedDB where there is one; else the same in memory, so that the work can go on. */
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { Beat } from "../../protocol/beats";
import type { Values } from "../../protocol/questions";
import type { Task } from "../../protocol/workbench";

/** Something the server must hear: an answer, a skip, a flag or a question, in the order it was done. */
export type QueuedMessage = {
  key: string;
  owner: string;
  at: number;
  kind: "answer" | "skip" | "flag" | "ask";
  task: Task;
  values: Values;
  version: number;
  replaces: string | null;
  reason: string;
  text: string;
  revealed?: number | null;
};

export type RefusedMessage = { kept: QueuedMessage; key: string; owner: string; title: string };

type KeptBeat = { owner: string; session: string; seq: number; beat: Beat };

interface Schema extends DBSchema {
  outbox: { key: string; value: QueuedMessage; indexes: { owner: string } };
  refused: { key: string; value: RefusedMessage; indexes: { owner: string } };
  beats: { key: [string, number]; value: KeptBeat; indexes: { owner: string } };
}

export interface DeviceStore {
  readonly lasting: boolean;
  all(): Promise<QueuedMessage[]>;
  put(message: QueuedMessage): Promise<void>;
  drop(keys: readonly string[]): Promise<void>;
  refuse(message: QueuedMessage, title: string): Promise<void>;
  refused(): Promise<RefusedMessage[]>;
  forget(): Promise<void>;
  putBeat(beat: Beat): Promise<void>;
  /** Of one page at a time: should the server refuse a page, the others are not held back. */
  beats(limit: number): Promise<Beat[]>;
  /** The last of a page that was not sent. */
  lastBeat(session: string): Promise<Beat | null>;
  dropBeats: (beats: readonly Beat[]) => Promise<void>;
}

const byTime = (a: QueuedMessage, b: QueuedMessage) => a.at - b.at;
const bySeq = (a: KeptBeat, b: KeptBeat) =>
  a.session === b.session ? a.seq - b.seq : a.beat.mono_ms - b.beat.mono_ms;

/** Open this person's part, on this project; another person on the same device sees none of it. */
export async function openStore(owner: string): Promise<DeviceStore> {
  try {
    return await lastingStore(owner);
  } catch {
    return memoryStore(owner); // private windows may refuse IndexedDB
  }
}

/** How many answers, skips and messages of each owner the server does not have yet. */
export async function countUnsent(): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  try {
    const db = await openDevice();
    for (const { owner } of await db.getAll("outbox"))
      counts.set(owner, (counts.get(owner) ?? 0) + 1);
    db.close();
  } catch {
    // a browser that keeps nothing has nothing unsent
  }
  return counts;
}

const openDevice = (): Promise<IDBPDatabase<Schema>> =>
  openDB<Schema>("canut-workbench", 1, {
    upgrade(fresh) {
      for (const [name, keyPath] of [
        ["outbox", "key"],
        ["refused", "key"],
      ] as const)
        fresh.createObjectStore(name, { keyPath }).createIndex("owner", "owner");
      fresh
        .createObjectStore("beats", { keyPath: ["session", "seq"] })
        .createIndex("owner", "owner");
    },
  });

async function lastingStore(owner: string): Promise<DeviceStore> {
  const db = await openDevice();
  return {
    lasting: true,
    all: async () => (await db.getAllFromIndex("outbox", "owner", owner)).sort(byTime),
    put: async (message) => void (await db.put("outbox", message)),
    async drop(keys) {
      const change = db.transaction("outbox", "readwrite");
      await Promise.all([...keys.map((key) => change.store.delete(key)), change.done]);
    },
    async refuse(message, title) {
      const change = db.transaction(["outbox", "refused"], "readwrite");
      await Promise.all([
        change.objectStore("outbox").delete(message.key),
        change.objectStore("refused").put({ kept: message, key: message.key, owner, title }),
        change.done,
      ]);
    },
    refused: () => db.getAllFromIndex("refused", "owner", owner),
    async forget() {
      const change = db.transaction("refused", "readwrite");
      for (const key of await change.store.index("owner").getAllKeys(owner))
        await change.store.delete(key);
      await change.done;
    },
    putBeat: async (beat) =>
      void (await db.put("beats", { owner, session: beat.session, seq: beat.seq, beat })),
    async beats(limit) {
      const rows = await db.getAllFromIndex("beats", "owner", owner);
      const [first, ...others] = rows.sort(bySeq);
      return [...(first ? [first] : []), ...others.filter((b) => b.session === first?.session)]
        .slice(0, limit)
        .map(({ beat }) => beat);
    },
    async lastBeat(session) {
      const rows = await db.getAllFromIndex("beats", "owner", owner);
      return (
        rows
          .filter((row) => row.session === session)
          .sort(bySeq)
          .at(-1)?.beat ?? null
      );
    },
    async dropBeats(beats) {
      const change = db.transaction("beats", "readwrite");
      await Promise.all([
        ...beats.map((beat) => change.store.delete([beat.session, beat.seq])),
        change.done,
      ]);
    },
  };
}

export function memoryStore(owner: string): DeviceStore {
  const outbox = new Map<string, QueuedMessage>();
  const no = new Map<string, RefusedMessage>();
  let beats: Beat[] = [];
  return {
    lasting: false,
    all: async () => [...outbox.values()].sort(byTime),
    put: async (message) => void outbox.set(message.key, message),
    drop: async (keys) => {
      for (const key of keys) outbox.delete(key);
    },
    refuse: async (message, title) => {
      outbox.delete(message.key);
      no.set(message.key, { kept: message, key: message.key, owner, title });
    },
    refused: async () => [...no.values()],
    forget: async () => no.clear(),
    putBeat: async (beat) => void beats.push(beat),
    beats: async (limit) => beats.slice(0, limit), // of one page: another would not share this memory
    lastBeat: async (session) => beats.findLast((beat) => beat.session === session) ?? null,
    dropBeats: async (dropped) => {
      beats = beats.filter((beat) => !dropped.includes(beat));
    },
  };
}
