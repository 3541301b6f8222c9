/* The log's receipts, kept on this device by whoever answered, and how far each log was seen.
   Once an entry was found in its log the receipt has done its work: its place is kept alone. */
import { type DBSchema, openDB } from "idb";

export type StoredReceipt = { owner: string; key: string; promise: string; place: number | null };
export type SeenHead = { origin: string; key: string; size: number; root: Uint8Array };

interface Schema extends DBSchema {
  receipts: { key: [string, string]; value: StoredReceipt; indexes: { owner: string } };
  seen: { key: string; value: SeenHead };
}

const open = () =>
  openDB<Schema>("canut-receipts", 1, {
    upgrade(fresh) {
      fresh
        .createObjectStore("receipts", { keyPath: ["owner", "key"] })
        .createIndex("owner", "owner");
      fresh.createObjectStore("seen", { keyPath: "origin" });
    },
  });

/** Keep the receipts of a reply. A device that keeps nothing must not stop the work. */
export async function keepReceipts(
  owner: string,
  given: readonly { key: string; promise?: string | null }[],
): Promise<void> {
  const fresh = given.flatMap(({ key, promise }) => (promise ? [{ key, promise }] : []));
  if (fresh.length === 0) return;
  try {
    const db = await open();
    const change = db.transaction("receipts", "readwrite");
    const puts = fresh.map((one) => change.store.put({ owner, ...one, place: null }));
    await Promise.all([...puts, change.done]);
    db.close();
  } catch {
    // A private window, or a full disk.
  }
}

export async function receiptsOf(owner: string): Promise<StoredReceipt[]> {
  const db = await open();
  const held = await db.getAllFromIndex("receipts", "owner", owner);
  db.close();
  return held;
}

export async function keepPlaces(held: readonly StoredReceipt[]): Promise<void> {
  const db = await open();
  const change = db.transaction("receipts", "readwrite");
  await Promise.all([...held.map((receipt) => change.store.put(receipt)), change.done]);
  db.close();
}

export async function seenOf(origin: string): Promise<SeenHead | undefined> {
  const db = await open();
  const seen = await db.get("seen", origin);
  db.close();
  return seen;
}

export async function keepSeen(seen: SeenHead): Promise<void> {
  const db = await open();
  await db.put("seen", seen);
  db.close();
}
