import { expect, test } from "vitest";
import { duration, earnings, money, perHour, price, withFirst } from "./format";
import { french } from "./languages";
import { wordsIn } from "./workbench_words";

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");

test("money is written as each language writes it", () => {
  expect(plain(money(12_060_000, "CAD", "fr"))).toBe("12,06 $");
  expect(money(12_060_000, "CAD", "en")).toBe("$12.06");
});

test("an amount is never rounded up", () => {
  expect(money(999_999, "CAD", "en")).toBe("$0.99");
});

test("earnings are rounded up to the cent, as the statement of pay is", () => {
  expect(earnings(816_670, "CAD", "en")).toBe("$0.82");
  expect(earnings(813_400, "CAD", "en")).toBe("$0.82");
  expect(earnings(810_000, "CAD", "en")).toBe("$0.81");
  expect(earnings(1_500_000, "JPY", "en")).toContain("2");
});

test("the first of a month is an ordinal in French alone", () => {
  expect(withFirst("1 décembre 2026 à 0 h 35", "fr-CA")).toBe("1er décembre 2026 à 0 h 35");
  expect(withFirst("1\u00a0déc. 2026", "fr")).toBe("1er\u00a0déc. 2026");
  expect(withFirst("11 décembre 2026", "fr")).toBe("11 décembre 2026");
  expect(withFirst("1 May 2026", "en")).toBe("1 May 2026");
});

test("a price under the cent keeps its decimals", () => {
  expect(price(210_500, "CAD", "en")).toBe("$0.2105");
});

test("a yen has no cents", () => {
  expect(money(1_500_000_000, "JPY", "en")).toContain("1,500");
});

test("what it comes to by the hour is not told from less than a minute", () => {
  expect(perHour(210_000, 59_000)).toBeNull();
  expect(perHour(12_060_000, 41 * 60_000)).toBe(17_648_780);
});

test.each([
  [0, "0 s"],
  [41_900, "41 s"],
  [130_000, "2 min 10"],
  [41 * 60_000, "41 min"],
  [9_240_000, "2 h 34"],
])("%i ms is read as %s", (ms, read) => {
  expect(plain(duration(ms))).toBe(read);
  expect(duration(ms)).not.toContain(" ");
});

test("French signs stand behind spaces that do not break", () => {
  expect(french("Quel chiffre voyez-vous ?")).toBe("Quel chiffre voyez-vous\u202f?");
  expect(french("« Illisible » : 17 %")).toBe("«\u00a0Illisible\u00a0»\u00a0: 17\u00a0%");
});

test("every French word has its spaces, in functions too", () => {
  const words = wordsIn("fr");

  expect(words.skipTitle).toContain("\u202f?");
  expect(words.offline(3)).toContain("Vos 3 réponses sont gardées ici et partiront toutes seules.");
});

test("no French word breaks before a sign", () => {
  const texts: string[] = [];
  const gather = (words: unknown): void => {
    if (typeof words === "string") texts.push(words);
    else if (typeof words === "function") texts.push(String(words(2, 3)));
    else Object.values(words as object).forEach(gather);
  };
  gather(wordsIn("fr"));

  expect(texts.length).toBeGreaterThan(100);
  expect(texts.filter((text) => / [;?!:%$»]/.test(text))).toEqual([]);
});
