/* Figures of a card that its log and its answers show, beside the counts and the anonymous rows. */

import { type Dict, isDict, type Json, text, Unreadable } from "../canonical";

const AWAKE_MS = 30;
const ASK_EVERY = 1024;
const OPEN: [figure: string, kind: string, field: string][] = [
  ["instructions", "instructions.set", "text"],
  ["currency", "price.set", "currency"],
];

/** Find the figures that entries show: appeals, versions of the instructions, the currency. */
export function shownByLog(
  kinds: Map<string, number>,
  facts: Map<string, Dict[]>,
): Map<string, Json> {
  const shown = new Map<string, Json>([["appeals", kinds.get("appeal.open") ?? 0]]);
  for (const [name, kind, field] of OPEN) {
    const values = (facts.get(kind) ?? []).map((one) => one[field]);
    const isWhole = values.length > 0 && values.length === kinds.get(kind);
    if (!isWhole || !values.every((one) => typeof one === "string" && one !== "")) continue;
    const different = [...new Set(values as string[])];
    if (name === "instructions") shown.set(name, different);
    else if (different.length === 1) shown.set(name, different[0] as string);
  }
  return shown;
}

/** Find Krippendorff's alpha of the labels, equal or not, in thousandths; it is computed in whole
    numbers, so that every reader has the same. */
export async function nominalAlpha(raw: Uint8Array): Promise<number | undefined> {
  const tasks = await labelsByTask(raw);
  const whole = new Map<string, number>();
  const apartBy = new Map<number, bigint>(); // by how many others an answer is compared with
  for (const labels of tasks.values()) {
    const count = sumOf(labels);
    if (count < 2) continue;
    apartBy.set(count - 1, (apartBy.get(count - 1) ?? 0n) + pairsOf(labels));
    for (const [label, n] of labels) whole.set(label, (whole.get(label) ?? 0) + n);
  }
  const pairs = pairsOf(whole);
  if (pairs === 0n) return undefined;
  let [over, under] = [0n, 1n];
  for (const [others, apart] of apartBy) {
    [over, under] = [over * BigInt(others) + apart * under, under * BigInt(others)];
  }
  const below = pairs * under;
  const above = below - BigInt(sumOf(whole) - 1) * over;
  const [doubled, by] = [2000n * above + below, 2n * below];
  const floor = doubled / by - (doubled < 0n && doubled % by !== 0n ? 1n : 0n);
  return Number(floor);
}

async function labelsByTask(raw: Uint8Array): Promise<Map<number, Map<string, number>>> {
  const tasks = new Map<number, Map<string, number>>();
  let begin = 0;
  let lines = 0;
  let rested = performance.now();
  for (let end = raw.indexOf(10); end >= 0; end = raw.indexOf(10, begin)) {
    const { task, label } = answerOf(text(raw.subarray(begin, end), "an answer"));
    if (typeof task === "number" && Number.isInteger(task) && typeof label === "string" && label) {
      const labels = tasks.get(task) ?? new Map<string, number>();
      tasks.set(task, labels.set(label, (labels.get(label) ?? 0) + 1));
    }
    begin = end + 1;
    lines += 1;
    if (lines % ASK_EVERY === 0 && performance.now() - rested > AWAKE_MS) {
      await new Promise<void>((done) => setTimeout(done));
      rested = performance.now();
    }
  }
  return tasks;
}

function answerOf(line: string): Dict {
  try {
    const row = JSON.parse(line) as Json;
    return isDict(row) ? row : {};
  } catch {
    throw new Unreadable("an answer is not JSON");
  }
}

const sumOf = (labels: Map<string, number>) => [...labels.values()].reduce((a, b) => a + b, 0);

/** Count the pairs of answers with different labels, in both orders. */
function pairsOf(labels: Map<string, number>): bigint {
  const counts = [...labels.values()].map(BigInt);
  const all = counts.reduce((sum, one) => sum + one, 0n);
  return counts.reduce((sum, one) => sum - one * one, all * all);
}
