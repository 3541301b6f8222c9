/* Show that a later release's log only grew from an earlier one's, or that it was forked. Both were
   checked before, under one policy. The project's entries show it themselves; of the log of all only
   a witness who cosigned both ends can say so. */

import type { Verdict } from "./bundle";
import { hex, Refused, same } from "./canonical";

export type Since =
  | { kind: "grew"; before: number; after: number }
  | { kind: "same"; after: number }
  | { kind: "wholeSame" | "wholeAlone" }
  | { kind: "wholeSeen"; name: string };

const FORKED = "the log was forked";
const PROVED = "The same key signed both: keep both, together they prove it";

/** Check that what was released earlier still stands in what is released now. */
export function checkSince(now: Verdict, then: Verdict): Since[] {
  const [head, old] = [now.accepted.head, then.accepted.head];
  const isOther = hex(now.accepted.log.raw) !== hex(then.accepted.log.raw);
  if (isOther || head.origin !== old.origin || now.project !== then.project) {
    throw new Refused("the earlier release is of another log, or of another project");
  }
  for (const [size, before, of] of [
    [now.entries, then.entries, "entries"],
    [head.size, old.size, "entries of the log of all"],
  ] as const) {
    if (size < before) {
      throw new Refused(
        `the earlier release has ${before} ${of}, this one ${size}: give the later one first; if it is the later one, ${FORKED}`,
      );
    }
  }
  if (!now.rootThen || !same(now.rootThen, then.root)) {
    throw new Refused(
      `${FORKED}: its first ${then.entries} entries are not those of the earlier release. ${PROVED}`,
    );
  }
  const isSame = head.size === old.size;
  if (isSame && !same(head.root, old.root)) {
    throw new Refused(`${FORKED}: the log of all has two roots at ${head.size} entries. ${PROVED}`);
  }
  if (now.version > 1 && then.version > 1) checkCards(now, then);
  const grown: Since =
    now.entries > then.entries
      ? { kind: "grew", before: then.entries, after: now.entries }
      : { kind: "same", after: now.entries };
  if (isSame) return [grown, { kind: "wholeSame" }];
  const before = new Set(then.accepted.seen.map((cosignature) => cosignature.name));
  const both = now.accepted.seen
    .map((cosignature) => cosignature.name)
    .filter((name) => before.has(name));
  if (both.length === 0) return [grown, { kind: "wholeAlone" }];
  return [grown, ...both.sort().map((name): Since => ({ kind: "wholeSeen", name }))];
}

/** Check that the later card is a later one, and follows the earlier where it is the next. */
function checkCards(now: Verdict, then: Verdict): void {
  if (now.number < then.number) {
    throw new Refused(
      `the earlier release has card ${then.number}, this one card ${now.number}: a newer card of this dataset exists`,
    );
  }
  if (now.number === then.number && now.digest !== then.digest) {
    throw new Refused(`two cards of this dataset have the number ${now.number}. ${PROVED}`);
  }
  if (now.number === then.number + 1 && now.previous !== then.digest) {
    throw new Refused(`card ${now.number} follows another card than the earlier release has`);
  }
}
