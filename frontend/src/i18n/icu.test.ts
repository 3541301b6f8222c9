import { describe, expect, test, vi } from "vitest";
import english from "../../../src/canut/locale/en/words/kinds.json";
import { filled } from "../../words";
import { formatMessage, parse } from "./icu";
import { localeOf, spaced, supported } from "./languages";
import { buildMessages, fetchWords, hasWords, section } from "./load";

const formatted = (text: string, facts: Record<string, string | number> = {}, language = "en") =>
  formatMessage(parse(text), facts, language);

describe("a message", () => {
  test("takes its facts by name, numbers as the language writes them", () => {
    expect(formatted("{k} of {total}", { k: 3, total: 1_200 })).toBe("3 of 1,200");
    expect(formatted("{k} sur {total}", { k: 3, total: 1_200 }, "fr")).toBe("3 sur 1\u00a0200");
    expect(formatted("at {x}", { x: "1200" })).toBe("at 1200");
  });

  const many = "{k, plural, =0 {none} one {# task} other {# tasks}} left";
  test.each([
    ["en", 0, "none left"],
    ["en", 1, "1\u00a0task left"],
    ["en", 2, "2\u00a0tasks left"],
    ["fr", 1.5, "1,5\u00a0task left"],
  ])("in %s takes the form of %d", (language, k, expected) => {
    expect(formatted(many, { k }, language)).toBe(expected);
  });

  test("has as many forms as the language wants", () => {
    const forms = ["zero", "one", "two", "few", "many", "other"];
    const text = `{k, plural, ${forms.map((form) => `${form} {${form}}`).join(" ")}}`;

    const chosen = [0, 1, 2, 3, 11, 100].map((k) =>
      formatMessage(parse(text), { k }, "ar", "ar-EG"),
    );

    expect(chosen).toEqual(forms);
  });

  test("counts ranks, and chooses by words", () => {
    const rank = "{n, selectordinal, one {#er} other {#e}}";
    expect([1, 2].map((n) => formatted(rank, { n }, "fr"))).toEqual(["1er", "2e"]);
    expect(formatted("{who, select, her {elle} other {on}}", { who: "her" })).toBe("elle");
    expect(formatted("{who, select, her {elle} other {on}}", { who: "x" })).toBe("on");
  });

  test("holds messages in its forms", () => {
    const text = "{n, plural, one {one of {name}} other {# of {name}}}.";
    expect(formatted(text, { n: 2, name: "A" })).toBe("2\u00a0of A.");
  });

  test.each(["{n", "n}", "{n, plural, one {#}", "{n, plural, one #}"])("refuses %s", (text) => {
    expect(() => parse(text)).toThrow(/missing|too many/);
  });
});

describe("a language", () => {
  test("is known by its folder, without its country, or English stands for it", () => {
    const all = new Set(["en", "fr", "pt-br"]);
    expect(["fr", "FR", "fr-BE", "pt-BR", "pt", "xx"].map((code) => supported(code, all))).toEqual([
      "fr",
      "fr",
      "fr",
      "pt-br",
      "en",
      "en",
    ]);
  });

  test("says how figures are written", () => {
    expect(localeOf("fr")).toMatch(/^fr-CA/);
    expect(localeOf("xx")).toBe(localeOf("en"));
  });

  test("puts its own spaces", () => {
    expect(spaced("Quoi ?", "fr")).toBe("Quoi\u202f?");
    expect(spaced("Quoi ?", "en")).toBe("Quoi ?");
  });
});

describe("words", () => {
  test("of a third language are its own, English where it has none", () => {
    const own = { text: { lacks: "⟦Write⟧", short: "  " }, chat: { roles: { user: "⟦One⟧" } } };
    const all = filled(english, own) as typeof english;

    expect(all.text.lacks).toBe("⟦Write⟧");
    expect(all.text.short).toBe(english.text.short);
    expect(all.chat.roles).toEqual({ ...english.chat.roles, user: "⟦One⟧" });
    expect(Object.keys(all)).toEqual(Object.keys(english));
  });

  test("become functions where facts go in, texts elsewhere, lists too", () => {
    const texts = {
      lacks: "Quoi ?",
      left: "{k, plural, one {# mot} other {# mots}}",
      two: ["a ?"],
    };
    const words = buildMessages(texts, { left: ["k"] }, "fr") as {
      lacks: string;
      left: (k: number) => string;
      two: string[];
    };

    expect(words.lacks).toBe("Quoi\u202f?");
    expect(words.left(2)).toBe("2\u00a0mots");
    expect(words.two).toEqual(["a\u202f?"]);
  });

  test("that lie beside the data come with their page", async () => {
    const words = { kinds: { choice: { one: "⟦Uno⟧" } } };
    const json = JSON.stringify({ language: "es", locale: "es-MX", words });
    document.body.innerHTML = `<script type="application/json" id="own-words">${json}</script>`;
    vi.resetModules();
    const [languages, load] = await Promise.all([import("./languages"), import("./load")]);

    await load.fetchWords("es", ["kinds"]);

    expect(load.section("kinds", "choice")("es").one).toBe("⟦Uno⟧");
    expect(languages.localeOf("es")).toMatch(/^es-MX/);
  });

  test("that were not fetched are an error, not a blank", async () => {
    const wordsIn = section("kinds", "choice");
    expect(hasWords("fr", "kinds")).toBe(true);
    expect(wordsIn("fr").one).toBe("Choisissez une réponse.");
    expect(() => wordsIn("en")).toThrow("not fetched");
    await fetchWords("xx", ["kinds"]);
    expect(wordsIn("xx").one).toBe("Choose an answer.");
    await expect(fetchWords("fr", ["nothing" as "kinds"])).rejects.toThrow("no words nothing");
  });
});
