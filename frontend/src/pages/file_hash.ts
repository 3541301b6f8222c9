/* Compute the fingerprint of a file in the browser: the file itself is never sent.
   Without this script the input stays hidden, and the fingerprint can be typed. */
import { digest } from "../time/sha256";

const hex = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** Hash bytes; the browser's own way is faster and exists on https and localhost only. */
export async function fingerprint(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  if (!globalThis.crypto?.subtle) return hex(digest(bytes));
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

/** Show the file input of each form that asks for a fingerprint, and fill in the field. */
export function listenForHashes(places: NodeListOf<HTMLElement>): void {
  for (const place of places) {
    const input = place.querySelector<HTMLInputElement>('input[type="file"]');
    const field = document.querySelector<HTMLInputElement>(`#${place.dataset.hashInto}`);
    if (!input || !field) continue;
    place.hidden = false;
    input.addEventListener("change", async () => {
      const file = input.files?.[0];
      field.value = file ? await fingerprint(new Uint8Array(await file.arrayBuffer())) : "";
    });
  }
}
