/* One entry of a log, shown to be in it: every hash is computed here, from the log's tiles. */

import { hex, Unsupported, unhex } from "./canonical";
import { inclusionProof, isIncluded, leafHash } from "./merkle";
import { readLog } from "./receipt_check";
import { seenOf } from "./receipt_store";

type Data = { log: string; key: string; place: string; body: string };

export async function showProof(root: HTMLElement): Promise<void> {
  const { log, key, place, body } = root.dataset as unknown as Data;
  const status = root.querySelector<HTMLElement>("[data-status]");
  const word = (name: string) =>
    root.querySelector<HTMLTemplateElement>(`template[data-word="${name}"]`)?.content.textContent;
  const say = (name: string, isGood = false) => {
    if (!status) return;
    status.textContent = word(name) ?? name;
    status.className = `badge ${isGood ? "ok" : "wait"}`;
  };
  if (!globalThis.crypto?.subtle) return say("insecure");
  try {
    const fetched = async (path: string) => {
      const answer = await fetch(`${log}/${path}`);
      if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
      return new Uint8Array(await answer.arrayBuffer());
    };
    const origin = key.slice(0, key.indexOf("+"));
    const logState = await readLog(fetched, key, await seenOf(origin).catch(() => undefined));
    if (logState.trouble || !logState.seen) return say(logState.trouble);
    const leaf = leafHash(unhex(body));
    const index = Number(place);
    const proof =
      index < logState.size ? await inclusionProof(logState.read, index, logState.size) : [];
    const isThere = isIncluded(leaf, index, logState.size, proof, logState.seen.root);
    const list = root.querySelector<HTMLElement>("[data-hashes]");
    list?.replaceChildren(
      ...[leaf, ...proof, logState.seen.root].map((hash) => {
        const item = document.createElement("li");
        item.textContent = hex(hash);
        return item;
      }),
    );
    say(isThere ? "proven" : "refused", isThere);
  } catch (error) {
    say(error instanceof Unsupported ? "unable" : "unreachable");
  }
}
