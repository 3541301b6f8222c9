/* Hold a log to its receipts, in the browser of whoever has them.
   The server says where an entry stands; that it does is computed here, from the log's own tiles. */

import { digest } from "../time/sha256";
import { hex, joined, unhex, utf8 } from "./canonical";
import {
  consistencyProof,
  type Fetch,
  inclusionProof,
  isContinued,
  isIncluded,
  leafHash,
  nodesOf,
  type ReadNode,
} from "./merkle";
import { isSignedBy, parseHead, parseNote, parseReceipt } from "./notes";
import type { SeenHead, StoredReceipt } from "./receipt_store";

/** kept: in the log; waiting: not yet due; missing: due, and not there; forged: not by this log. */
export type State = "kept" | "waiting" | "missing" | "forged";
/** Why nothing can be concluded from what the log shows now. */
export type Trouble = "" | "unsigned" | "key" | "shorter" | "fork";
export type EntryLocation = { place: number | null; payload: string; nonce: string };
export type CheckedReceipt = {
  held: StoredReceipt;
  at: number;
  state: State;
  payload: string;
  opens: boolean;
};
export type LogState = { size: number; trouble: Trouble; seen: SeenHead | null; read: ReadNode };

/** Look at a log as it is now, beside what this device saw of it before. */
export async function readLog(fetched: Fetch, key: string, before?: SeenHead): Promise<LogState> {
  const note = parseNote(await fetched("checkpoint"));
  const now = parseHead(note.body);
  const read = nodesOf(fetched, now.size);
  const shown = (trouble: Trouble): LogState => ({
    size: now.size,
    trouble,
    seen: trouble ? null : { ...now, key },
    read,
  });
  if (!key.startsWith(`${now.origin}+`) || !(await isSignedBy(note, key))) return shown("unsigned");
  if (before && before.key !== key) return shown("key");
  if (before && before.size > now.size) return shown("shorter");
  if (before && before.size > 0) {
    const proof = await consistencyProof(read, before.size, now.size);
    if (!isContinued(before, now, proof)) return shown("fork");
  }
  return shown("");
}

/** Say how a receipt stands beside what the log shows. */
export async function checkReceipt(
  stored: StoredReceipt,
  entryLocation: EntryLocation | undefined,
  logState: LogState,
  now: number,
): Promise<CheckedReceipt> {
  const note = parseNote(utf8(stored.promise));
  const receipt = parseReceipt(note.body);
  const payload = entryLocation?.payload ?? "";
  const answer = (state: State, opens = false): CheckedReceipt => ({
    held: stored,
    at: receipt.at,
    state,
    payload,
    opens,
  });
  const seen = logState.seen;
  if (!seen) return answer(now < receipt.at + receipt.within ? "waiting" : "missing");
  if (receipt.origin !== seen.origin || !(await isSignedBy(note, seen.key)))
    return answer("forged");
  const place = entryLocation?.place ?? stored.place;
  if (place !== null && place < logState.size) {
    const leaf = leafHash(utf8(receipt.entry));
    const proof = await inclusionProof(logState.read, place, logState.size);
    if (isIncluded(leaf, place, logState.size, proof, seen.root)) {
      const opens = entryLocation?.nonce
        ? isOpened(receipt.entry, payload, entryLocation.nonce)
        : false;
      return { ...answer("kept", opens), held: { ...stored, place } };
    }
  }
  return answer(now < receipt.at + receipt.within ? "waiting" : "missing");
}

/** Is this what the entry committed to? */
export function isOpened(entry: string, payload: string, nonce: string): boolean {
  const hidden = (JSON.parse(entry) as { c?: string }).c;
  return hidden === hex(digest(joined(utf8("canut/commit/v1\0"), unhex(nonce), utf8(payload))));
}
