/* Which key says what. A key is what is printed on it, as `KeyboardEvent.key` in lower case.
   Digits first, in the order of the row; then letters, its own first letter where that is free.
   Never a key that already means something on every task. */

/** S skips, F flags, Q asks, Z shows raw points, V uncovers; `?` and Backspace stand here for all too. */
export const RESERVED: ReadonlySet<string> = new Set(["s", "f", "q", "z", "v", "?", "backspace"]);

const DIGITS = "1234567890";
const LETTERS = "abcdefghijklmnopqrstuvwxyz";

/** A letter without its accent: É is typed E on every keyboard. */
function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** Labels that are one digit each keep that digit; the others follow. */
export function isDigit(label: string): boolean {
  return label.length === 1 && DIGITS.includes(label);
}

/**
 * Give each label its key, in order; "" when the keyboard has none left.
 *
 * If any label is a digit, digits belong to digits alone and the others take letters, so that "7"
 * never means the third choice. Else the first ten take the number row and the rest take letters.
 * `assigned` are keys that have their meaning already.
 */
export function allocate(
  labels: readonly string[],
  assigned: Iterable<string> = [],
  reserved: ReadonlySet<string> = RESERVED,
): string[] {
  const digits = labels.some(isDigit);
  const unavailable = new Set<string>([...reserved, ...assigned]);
  const keys = labels.map((label, index) => {
    const key = digits ? (isDigit(label) ? label : "") : (DIGITS[index] ?? "");
    if (unavailable.has(key)) return "";
    if (key) unavailable.add(key);
    return key;
  });
  const free = (letter: string) =>
    LETTERS.includes(letter) && letter !== "" && !unavailable.has(letter);
  labels.forEach((label, index) => {
    if (keys[index]) return;
    const own = [...plain(label)].find(free) ?? [...LETTERS].find(free) ?? "";
    keys[index] = own;
    if (own) unavailable.add(own);
  });
  return keys;
}

/** An arrow held with Shift is a key of its own, written so before the arrow's name. */
const SHIFT = "shift+";

const CAPS: Readonly<Record<string, string>> = {
  delete: "⌦",
  escape: "Esc",
  arrowup: "↑",
  arrowdown: "↓",
  arrowleft: "←",
  arrowright: "→",
};
const NAMES: Readonly<Record<string, string>> = {
  delete: "Delete",
  escape: "Escape",
  arrowup: "ArrowUp",
  arrowdown: "ArrowDown",
  arrowleft: "ArrowLeft",
  arrowright: "ArrowRight",
  backspace: "Backspace",
  " ": "Space",
};

/** How a key is written on its cap. */
export function capOf(key: string): string {
  if (key.startsWith(SHIFT)) return `⇧ ${capOf(key.slice(SHIFT.length))}`;
  return CAPS[key] ?? (key.length === 1 ? key.toUpperCase() : key);
}

/** How a key is named to assistive technology. */
export const nameOf = (key: string): string =>
  key.startsWith(SHIFT) ? `Shift+${nameOf(key.slice(SHIFT.length))}` : (NAMES[key] ?? capOf(key));

/** What a key press means here, whatever the keyboard: "" for what is not ours. */
export function keyOf(
  event: Pick<KeyboardEvent, "key" | "code" | "shiftKey" | "ctrlKey" | "altKey" | "metaKey">,
): string {
  if (event.ctrlKey || event.metaKey || event.altKey) return "";
  // The French number row gives &é"' unshifted, and a Cyrillic S is no "s": then the place decides.
  const digit = /^Digit(\d)$/.exec(event.code)?.[1];
  if (digit && !event.shiftKey) return digit;
  const key = event.key.toLowerCase();
  if (event.shiftKey && key.startsWith("arrow")) return SHIFT + key;
  const letter = /^Key([A-Z])$/.exec(event.code)?.[1];
  if (letter && key.length === 1 && key.charCodeAt(0) > 0x24f) return letter.toLowerCase();
  return key;
}
