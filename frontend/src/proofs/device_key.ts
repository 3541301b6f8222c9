/* A key of this device, to sign one's pay statement. It cannot be taken out of the browser; its name
   is the key itself (did:key), so nobody has to be asked whose signature holds.
   Sources: W3C CCG did:key 0.9; RFC 8032. */
import { type DBSchema, openDB } from "idb";
import { digest } from "../time/sha256";

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

/** A key of this device: the one it has under a name, or a new one no script can read out. */
export async function deviceKey(name = NAME): Promise<CryptoKeyPair> {
  const db = await openDB<Schema>("canut-device", 1, {
    upgrade: (fresh) => void fresh.createObjectStore("keys"),
  });
  try {
    const kept = await db.get("keys", name);
    if (kept) return kept;
    const made = (await crypto.subtle.generateKey("Ed25519", false, [
      "sign",
      "verify",
    ])) as CryptoKeyPair;
    await db.put("keys", made, name);
    return made;
  } finally {
    db.close();
  }
}

const rawOf = async (key: CryptoKey) => new Uint8Array(await crypto.subtle.exportKey("raw", key));

export async function didOf(key: CryptoKey): Promise<string> {
  return `did:key:z${base58(Uint8Array.of(0xed, 0x01, ...(await rawOf(key))))}`;
}

const utf8 = (text: string) => new TextEncoder().encode(text);
const hex = (bytes: Uint8Array) =>
  [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("");
const drawn = () => crypto.getRandomValues(new Uint8Array(32));

async function signed(pair: CryptoKeyPair, text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.sign("Ed25519", pair.privateKey, utf8(text)));
}

export async function signStatement(sha256: string, says: string) {
  const pair = await deviceKey();
  const raw = await signed(pair, `canut/statement/v1\n${sha256}\n${says}\n`);
  const signature = btoa(String.fromCharCode(...raw));
  return { says, did: await didOf(pair.publicKey), signature };
}

/** What a server asks to have signed for one project of a statement. */
export type Wanted = { project: number; log: string; person: string; steps: number };

/** Go along a chain of hashes: one link for each six minutes. */
export function walk(seed: Uint8Array, steps: number): Uint8Array {
  const head = utf8("canut/time/v1\0");
  let link = seed;
  for (let n = 0; n < steps; n += 1) link = digest(Uint8Array.of(...head, ...link));
  return link;
}

/** Sign a project's line with a key for that project alone, so that no two datasets share one. */
export async function signLine({ project, log, person, steps }: Wanted) {
  const pair = await deviceKey(`project ${log}`);
  const seed = drawn();
  const who = person || hex(drawn());
  const text = `canut/confirmed/v1\n${log}\n${who}\n${hex(walk(seed, steps))}\n`;
  const signature = hex(await signed(pair, text));
  return {
    project,
    person: who,
    key: hex(await rawOf(pair.publicKey)),
    seed: hex(seed),
    signature,
  };
}

/** The key this browser keeps for statements, if any: none is made here. */
async function keptDid(): Promise<string> {
  const db = await openDB<Schema>("canut-device", 1, {
    upgrade: (fresh) => void fresh.createObjectStore("keys"),
  });
  const kept = await db.get("keys", NAME).finally(() => db.close());
  return kept ? didOf(kept.publicKey) : "";
}

/** Say why this browser cannot sign: it has no such keys, or keeps none. */
function whyNot(failure: unknown): string {
  const name = failure instanceof Error ? failure.name : "";
  return !crypto.subtle || name === "NotSupportedError" ? "unable" : "keepless";
}

function wordOf(root: HTMLElement, name: string): string {
  const word = root.querySelector<HTMLTemplateElement>(`template[data-word="${name}"]`);
  return word?.content.textContent ?? name;
}

/** Say whether a statement was signed on this device, or on another (or by a key that is lost). */
export async function tellSigner(root: HTMLElement): Promise<void> {
  const here = await keptDid().catch(() => "");
  root.textContent = wordOf(root, here === root.dataset.signer ? "here" : "elsewhere");
}

export function offerToSign(root: HTMLElement): void {
  const status = root.querySelector<HTMLElement>("[data-status]");
  const buttons = [...root.querySelectorAll<HTMLButtonElement>("[data-says]")];
  const say = (name: string) => {
    if (status) status.textContent = wordOf(root, name);
  };
  const allow = (isOn: boolean) => {
    for (const button of buttons) button.disabled = !isOn;
  };
  root.dataset.ready = "";
  if (!crypto.subtle) {
    say("unable");
    return;
  }
  allow(true);
  root.addEventListener("click", async (event) => {
    const says = (event.target as Element).closest<HTMLElement>("[data-says]")?.dataset.says;
    if (!says) return;
    const { countersign = "", sha256 = "", lines = "[]" } = root.dataset;
    const token = root.querySelector<HTMLInputElement>('input[name="csrfmiddlewaretoken"]');
    allow(false);
    say("signing");
    let body: string;
    try {
      const asked = says === "agreed" ? (JSON.parse(lines) as Wanted[]) : [];
      const made = await Promise.all(asked.map(signLine));
      body = JSON.stringify({ ...(await signStatement(sha256, says)), lines: made });
    } catch (failure) {
      allow(true);
      return say(whyNot(failure));
    }
    const headers = { "Content-Type": "application/json", "X-CSRFToken": token?.value ?? "" };
    const answer = await fetch(countersign, { method: "POST", headers, body }).catch(() => null);
    if (answer?.ok) location.reload();
    else {
      allow(answer?.status !== 409);
      say(answer?.status === 409 ? "twice" : "failed");
    }
  });
}
