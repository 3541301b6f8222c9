/* Signed notes: a log's checkpoint, and the receipt it gives. Which key to believe comes from
   elsewhere, never from the note. Sources: C2SP signed-note, tlog-checkpoint. */

export type Note = { text: string; lines: { name: string; raw: Uint8Array }[] };
export type Checkpoint = { origin: string; size: number; root: Uint8Array };
export type Receipt = { origin: string; entry: string; at: number; within: number };

const HEAD = "canut/receipt/v1";
const ED25519 = 1;

export const fromBase64 = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

export const toHex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

export const fromHex = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

export function readNote(raw: string): Note {
  const cut = raw.lastIndexOf("\n\n");
  if (cut < 0 || !raw.endsWith("\n")) throw new Error("no signature below an empty line");
  const lines = raw
    .slice(cut + 2, -1)
    .split("\n")
    .map((line) => {
      const [dash, name, signature] = line.split(" ");
      if (dash !== "\u2014" || !name || !signature) throw new Error("no signature line");
      return { name, raw: fromBase64(signature) };
    });
  return { text: raw.slice(0, cut + 1), lines };
}

/** Did this key (`name+id+key`) sign the note? Throws where the browser cannot tell. */
export async function isSigned(note: Note, key: string): Promise<boolean> {
  const [name, id, material] = key.split("+", 2).concat(key.split("+").slice(2).join("+"));
  const bytes = fromBase64(material ?? "");
  if (bytes[0] !== ED25519) return false;
  const line = note.lines.find((one) => one.name === name && toHex(one.raw.slice(0, 4)) === id);
  if (!line) return false;
  const known = await crypto.subtle.importKey("raw", bytes.slice(1), "Ed25519", false, ["verify"]);
  const signature = new Uint8Array(line.raw.slice(4));
  return crypto.subtle.verify("Ed25519", known, signature, new TextEncoder().encode(note.text));
}

export function readCheckpoint(text: string): Checkpoint {
  const [origin, size, root] = text.split("\n");
  if (!origin || !/^(0|[1-9][0-9]*)$/.test(size ?? "") || !root) throw new Error("no checkpoint");
  return { origin, size: Number(size), root: fromBase64(root) };
}

export function readReceipt(text: string): Receipt {
  const [head, ...lines] = text.split("\n");
  const said = (name: string, at: number): string => {
    const line = lines[at] ?? "";
    if (head !== HEAD || !line.startsWith(`${name} `)) throw new Error("no receipt");
    return line.slice(name.length + 1);
  };
  return {
    origin: said("log", 0),
    entry: said("entry", 1),
    at: Number(said("time", 2)),
    within: Number(said("within", 3)),
  };
}
