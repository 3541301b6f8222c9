/* A key of this device, to sign one's pay statement. It cannot be taken out of the browser; its name
   is the key itself (did:key), so nobody has to be asked whose signature holds.
   Sources: W3C CCG did:key 0.9; RFC 8032. */
import { type DBSchema, openDB } from "idb";

interface Schema extends DBSchema {
  keys: { key: string; value: CryptoKeyPair };
}

const NAME = "statement";
const LETTERS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

export function base58(bytes: Uint8Array): string {
  let number = bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  let text = "";
  for (; number > 0n; number /= 58n) text = LETTERS[Number(number % 58n)] + text;
  const zeros = bytes.findIndex((byte) => byte !== 0);
  return LETTERS[0]?.repeat(zeros < 0 ? bytes.length : zeros) + text;
}

/** This device's key: the one it has, or a new one, kept where no script can read it out. */
export async function deviceKey(): Promise<CryptoKeyPair> {
  const db = await openDB<Schema>("canut-device", 1, {
    upgrade: (fresh) => void fresh.createObjectStore("keys"),
  });
  try {
    const kept = await db.get("keys", NAME);
    if (kept) return kept;
    const made = (await crypto.subtle.generateKey("Ed25519", false, [
      "sign",
      "verify",
    ])) as CryptoKeyPair;
    await db.put("keys", made, NAME);
    return made;
  } finally {
    db.close();
  }
}

export async function didOf(key: CryptoKey): Promise<string> {
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", key));
  return `did:key:z${base58(Uint8Array.of(0xed, 0x01, ...raw))}`;
}

export async function signStatement(sha256: string, says: string) {
  const pair = await deviceKey();
  const text = new TextEncoder().encode(`canut/statement/v1\n${sha256}\n${says}\n`);
  const raw = new Uint8Array(await crypto.subtle.sign("Ed25519", pair.privateKey, text));
  const signature = btoa(String.fromCharCode(...raw));
  return { says, did: await didOf(pair.publicKey), signature };
}

export function offerToSign(root: HTMLElement): void {
  const status = root.querySelector<HTMLElement>("[data-status]");
  const say = (name: string) => {
    const word = root.querySelector<HTMLTemplateElement>(`template[data-word="${name}"]`);
    if (status) status.textContent = word?.content.textContent ?? name;
  };
  root.addEventListener("click", async (event) => {
    const says = (event.target as Element).closest<HTMLElement>("[data-says]")?.dataset.says;
    if (!says) return;
    const { countersign = "", sha256 = "" } = root.dataset;
    const token = root.querySelector<HTMLInputElement>('input[name="csrfmiddlewaretoken"]');
    let body: string;
    try {
      body = JSON.stringify(await signStatement(sha256, says));
    } catch {
      return say("unable");
    }
    const headers = { "Content-Type": "application/json", "X-CSRFToken": token?.value ?? "" };
    const answer = await fetch(countersign, { method: "POST", headers, body }).catch(() => null);
    if (answer?.ok) location.reload();
    else say("failed");
  });
}
