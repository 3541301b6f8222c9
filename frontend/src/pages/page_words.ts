/* The few words that pages' scripts say, fetched where one of them may; all others come with the page. */
import { pageLanguage } from "../i18n/languages";
import { fetchWords, hasWords, locale, section } from "../i18n/load";

const takes = { files: ["n"], sending: ["what"], waiting: ["what"], choice: ["n"] } as const;
const wordsIn = section("pages", "pages", takes);
type Word = keyof ReturnType<typeof wordsIn>;

/** Fetch the words; without them the page says nothing more, and works as before. */
export const speak = (): Promise<void> =>
  fetchWords(pageLanguage(), ["pages"]).catch(() => undefined);

export function say(word: Word, fact: string | number = ""): string {
  if (!hasWords(pageLanguage(), "pages")) return "";
  const text: string | ((fact: string | number) => string) = wordsIn(pageLanguage())[word];
  return typeof text === "string" ? text : text(fact);
}

/** A weight as people read it: `2,4 Mo`, `2.4 MB`. */
export function size(bytes: number): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  let step = 0;
  let value = bytes;
  while (value >= 1000 && step < 3) {
    value /= 1000;
    step += 1;
  }
  return new Intl.NumberFormat(locale(), {
    style: "unit",
    unit: units[step] ?? "byte",
    maximumFractionDigits: step > 1 ? 1 : 0,
  }).format(value);
}
