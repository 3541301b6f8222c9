/* One entry of a log, shown to be in it: every hash is computed here, from the log's tiles. */

import { hex, Unsupported, unhex } from "./canonical";
import { inclusionProof, isIncluded, leafHash } from "./merkle";
import { look } from "./receipt_check";
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
    const shown = await look(fetched, key, await seenOf(origin).catch(() => undefined));
    if (shown.trouble || !shown.seen) return say(shown.trouble);
    const leaf = leafHash(unhex(body));
    const index = Number(place);
    const proof = index < shown.size ? await inclusionProof(shown.read, index, shown.size) : [];
    const isThere = isIncluded(leaf, index, shown.size, proof, shown.seen.root);
    const list = root.querySelector<HTMLElement>("[data-hashes]");
    list?.replaceChildren(
      ...[leaf, ...proof, shown.seen.root].map((hash) => {
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
