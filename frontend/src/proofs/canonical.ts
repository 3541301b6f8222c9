/* Bytes and JSON in their one spelling: what most readers forgive is refused here, since
   whoever hashes bytes must be sure that no others mean the same. */

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type Dict = { [name: string]: Json };

/** It reads well and is not so. */
export class Refused extends Error {}

/** It cannot be read. */
export class Unreadable extends Error {}

/** This browser cannot check it. */
export class Unsupported extends Unreadable {}

export const HASH = 32;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const LONGEST = 9_223_372_036_854_775_807n;

export const utf8 = (text: string) => new TextEncoder().encode(text);

export function text(bytes: Uint8Array, what: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Unreadable(`${what} is not UTF-8`);
  }
}

export function joined(...parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, one) => sum + one.length, 0));
  let at = 0;
  for (const one of parts) {
    whole.set(one, at);
    at += one.length;
  }
  return whole;
}

export const hex = (bytes: Uint8Array) =>
  [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("");

export const unhex = (said: string) =>
  Uint8Array.from(said.match(/../g) ?? [], (one) => Number.parseInt(one, 16));

export const same = (a: Uint8Array, b: Uint8Array) =>
  a.length === b.length && a.every((one, at) => one === b[at]);

export function base64(said: string): Uint8Array {
  if (!BASE64.test(said)) throw new Unreadable(`not base64: ${said.slice(0, 40)}`);
  const letters = atob(said);
  if (btoa(letters) !== said) throw new Unreadable("a second spelling of the same base64");
  return Uint8Array.from(letters, (one) => one.charCodeAt(0));
}

export function base58(said: string): Uint8Array {
  if (!said.startsWith("z") || said.length > 116) throw new Unreadable("not base 58");
  let number = 0n;
  for (const letter of said.slice(1)) {
    const value = BASE58.indexOf(letter);
    if (value < 0) throw new Unreadable("not base 58");
    number = number * 58n + BigInt(value);
  }
  const found: number[] = [];
  for (; number > 0n; number >>= 8n) found.unshift(Number(number & 255n));
  const zeros = /^1*/.exec(said.slice(1))?.[0].length ?? 0;
  return Uint8Array.from([...new Array<number>(zeros).fill(0), ...found]);
}

/** Read a whole number without leading zeros. */
export function decimal(said: string): number {
  if (!/^(?:0|[1-9][0-9]{0,18})$/.test(said) || BigInt(said) > LONGEST) {
    throw new Unreadable(`not a plain number: ${said.slice(0, 40)}`);
  }
  return Number(said);
}

/** Write JSON as RFC 8785 says. */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const names = Object.keys(value).sort();
    const parts = names.map((name) => `${written(name)}:${canonical(value[name] as Json)}`);
    return `{${parts.join(",")}}`;
  }
  if (typeof value === "number" && !Number.isSafeInteger(value)) {
    throw new Unreadable("a fraction, or too large a number");
  }
  return typeof value === "string" ? written(value) : JSON.stringify(value);
}

function written(said: string): string {
  if (/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(said)) {
    throw new Unreadable("half a surrogate pair");
  }
  return JSON.stringify(said);
}

/** Read an object that is written canonically. */
export function parse(bytes: Uint8Array, what: string): Dict {
  const said = text(bytes, what);
  let value: Json;
  try {
    value = JSON.parse(said) as Json;
  } catch {
    throw new Unreadable(`${what} is not JSON`);
  }
  let again = "";
  try {
    again = canonical(value);
  } catch (why) {
    throw why instanceof Unreadable ? why : new Unreadable(`${what} is nested too deep`);
  }
  if (again !== said || !isDict(value)) {
    throw new Unreadable(`${what} is not a JSON object in its canonical form`);
  }
  return value;
}

export const isDict = (value: Json | undefined): value is Dict =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const hasOnly = (value: Dict, names: readonly string[]) =>
  canonical(Object.keys(value).sort()) === canonical([...names].sort());

/** Hash a file by the browser, which is quicker. */
export async function fileHash(bytes: Uint8Array): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as BufferSource)));
}

/** Say whether an Ed25519 key made a signature. */
export async function isSigned(
  key: Uint8Array,
  signature: Uint8Array,
  message: Uint8Array,
): Promise<boolean> {
  if (key.length !== HASH || signature.length !== 2 * HASH) return false;
  const kind = { name: "Ed25519" };
  const made = await crypto.subtle
    .importKey("raw", key as BufferSource, kind, false, ["verify"])
    .catch((why: unknown) => {
      if (why instanceof DOMException && why.name === "NotSupportedError") {
        throw new Unsupported("this browser cannot check Ed25519 signatures; use a newer one");
      }
      return null; // 32 bytes that are no key: nothing is by it
    });
  return (
    made !== null &&
    crypto.subtle.verify(kind, made, signature as BufferSource, message as BufferSource)
  );
}

/** Write what was seen as a sentence of a refusal shows it. */
export const quoted = (seen: Json | undefined) =>
  typeof seen === "string" ? `'${seen}'` : JSON.stringify(seen);
