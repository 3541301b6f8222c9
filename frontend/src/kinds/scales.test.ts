import { expect, test } from "vitest";
import { ask, tried } from "../../test/kind";

const scale = ask("rating", { look: "scale", least: 1, most: 5, step: 1, ends: ["Non", "Oui"] });

test("rating: each step is its own key, and the ends are said", async () => {
  const page = await tried(scale);
  expect(page.caps()).toBe("12345");
  expect(page.draw().querySelector('[data-value="5"]')?.getAttribute("aria-label")).toBe("5, Oui");

  page.press("4");
  expect([page.answer, page.done]).toEqual([4, [true]]);
});

test("rating: ten has the key 0 where nothing else is 0", async () => {
  const ten = await tried(ask("rating", { look: "scale", least: 1, most: 10, step: 1 }));
  const zero = await tried(ask("rating", { look: "scale", least: 0, most: 10, step: 1 }));

  expect(ten.caps()).toBe("1234567890");
  expect(zero.caps()).toMatch(/^0123456789[a-z]$/);
});

test("rating: below zero the steps have keys of their own", async () => {
  const page = await tried(ask("rating", { look: "scale", least: -2, most: 2, step: 1 }));
  const keys = page.caps();

  expect(new Set(keys).size).toBe(5);
  page.press(keys[3] ?? "");
  expect(page.answer).toBe(-2);
});

test("slider: nothing is said until it is placed, and arrows place it", async () => {
  const page = await tried(ask("rating", { look: "slider", least: 0, most: 100, step: 1 }));
  expect(page.answer).toBeUndefined();
  expect(page.draw().querySelector("input")?.getAttribute("aria-valuetext")).toBe(
    "pas encore placé",
  );

  page.press("arrowright", "arrowright", "arrowleft", "arrowleft");
  expect(page.answer).toBe(49);
  expect(page.said.at(-1)).toBe("49");
});

test("slider: many places are crossed in a hundred presses, and ends hold", async () => {
  const page = await tried(ask("rating", { look: "slider", least: 0, most: 1000, step: 0.5 }));
  page.press("arrowright", "arrowright");
  expect(page.answer).toBe(510);

  page.press(...Array.from({ length: 60 }, () => "arrowright"));
  expect(page.answer).toBe(1000);
});

test("slider: where words run from the right, the left arrow says more", async () => {
  document.documentElement.dir = "rtl";
  const page = await tried(ask("rating", { look: "slider", least: 0, most: 100, step: 1 }));
  page.press("arrowleft", "arrowleft", "arrowleft", "arrowright");
  document.documentElement.dir = "";

  expect(page.answer).toBe(51);
});

test("number: what is typed is read with a comma or a point, spaces and a minus", async () => {
  const page = await tried(ask("number", { least: -5, most: 100_000, decimals: 2, unit: "m³" }));
  for (const [typed, read] of [
    ["48,25", 48.25],
    ["1 234.5", 1234.5],
    ["−3", -3],
  ] as const) {
    page.type(typed);
    expect(page.answer).toBe(read);
  }
  expect(page.told(1234.5)).toBe("1\u00a0234,5\u00a0m³");
});

test("number: what cannot be is said beside the field", async () => {
  const page = await tried(ask("number", { least: 0, most: 500, decimals: 0 }));
  for (const [typed, why] of [
    ["douze", "Ce n’est pas un nombre."],
    ["1,5", "Un nombre entier."],
    ["501", "De 0 à 500."],
  ] as const) {
    page.type(typed);
    expect(page.answer).toBeUndefined();
    expect(page.room.querySelector(".msg.err")?.textContent).toBe(why);
    expect(page.room.querySelector("input")?.getAttribute("aria-invalid")).toBe("true");
  }
});

test("number: buttons count from the least", async () => {
  const page = await tried(ask("number", { least: 0, most: 2, decimals: 0 }));
  for (let i = 0; i < 5; i += 1) page.click(".kd-step:nth-of-type(2)");

  expect(page.answer).toBe(2);
});

const LETTER = { earliest: "1700-01-01", latest: "1899-12-31", tolerance: 3 };

test("date: typed in its field, said in words, refused out of bounds", async () => {
  const page = await tried(ask("date", LETTER));
  expect(page.answer).toBeUndefined();
  expect(page.lacks).toBe("Donnez une date complète.");

  page.type("1806-05-11");
  expect(page.answer).toBe("1806-05-11");
  expect(page.told("1806-05-11")).toBe("11 mai 1806");
  expect(page.told("1806-05-01")).toBe("1er mai 1806");

  page.type("2026-05-11");
  expect(page.answer).toBeUndefined();
  expect(page.lacks).toBe("Du 1er janvier 1700 au 31 décembre 1899.");
});

test("date: a day or a month earlier or later by keys, within bounds", async () => {
  const page = await tried(ask("date", LETTER), {}, { values: { q: "1806-03-31" } });
  page.press("shift+arrowleft");
  expect(page.answer).toBe("1806-02-28");
  page.press("arrowright", "arrowright", "shift+arrowright", "arrowleft");
  expect(page.answer).toBe("1806-04-01");
  page.sheet.undo();
  expect(page.answer).toBe("1806-03-31");

  const today = await tried(ask("date", LETTER));
  today.press("arrowright");
  expect(today.answer).toBe("1899-12-31");
  const any = await tried(ask("date", { earliest: "0001-01-01", latest: "9999-12-31" }));
  expect(any.draw().querySelector("#wb-question-hint")?.textContent).toBe("");
});
