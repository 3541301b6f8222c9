import { expect, test } from "vitest";
import { ask, tried } from "../../../test/kind";
import { keyed } from "./index";

const single = ask("choice", {
  choices: [
    ...[..."0123456789"].map((value) => ({ value })),
    { value: "none", label: "Illisible" },
  ],
});
const multiple = ask("choice", {
  multiple: true,
  choices: [
    { value: "a", label: "Alpha" },
    { value: "b", label: "Bêta" },
    { value: "c", label: "Gamma" },
  ],
});

test("digits lie as on the keyboard: 1 to 9, then 0", () => {
  expect(
    keyed(single)
      .map(({ label }) => label)
      .join(""),
  ).toBe("1234567890Illisible");
});

test("a digit is its own key and carries no second cap", async () => {
  const container = (await tried(single)).draw();
  const seven = container.querySelector('[data-value="7"]');

  expect(seven?.className).toBe("cap");
  expect(seven?.getAttribute("aria-keyshortcuts")).toBe("7");
  expect(seven?.textContent?.trim()).toBe("7");
  expect(container.querySelector('[data-value="none"] .kc')?.textContent).toBe("I");
});

test("what is chosen is said to everyone", async () => {
  const page = await tried(multiple, {}, { values: { q: ["b"] } });
  const pressed = [...page.draw().querySelectorAll(".choice")].map((each) =>
    each.getAttribute("aria-pressed"),
  );

  expect(pressed).toEqual(["false", "true", "false"]);
});

test("single: a key is an answer", async () => {
  const page = await tried(single);
  page.press("7");

  expect(page.answer).toBe("7");
  expect(page.done).toEqual([true]);
});

test("multiple: keys toggle, and the order is the question's", async () => {
  const page = await tried(multiple);
  page.press("3", "1");
  expect(page.answer).toEqual(["a", "c"]);
  expect(page.done).toEqual([]);

  page.press("3");
  expect(page.answer).toEqual(["a"]);
});

test("multiple: nothing chosen is no answer, and the reason is said", async () => {
  const page = await tried(multiple);

  expect(page.answer).toBeUndefined();
  expect(page.lacks).toContain("au moins une");
});

test("an answer is told in the question's own words", async () => {
  const letters = await tried(multiple);
  const digits = await tried(single);

  expect(letters.told(["a", "c"])).toBe("«\u00a0Alpha\u00a0» et «\u00a0Gamma\u00a0»");
  expect(digits.short("7")).toBe("7");
  expect(letters.short("b")).toBe("2");
});

test("pressing a choice with the mouse is the same as its key", async () => {
  const page = await tried(multiple);
  page.click('[data-value="b"]');

  expect(page.answer).toEqual(["b"]);
});

const tree = [
  {
    value: "animal",
    label: "Animal",
    choices: [
      { value: "oiseau", label: "Oiseau" },
      { value: "poisson", label: "Poisson" },
    ],
  },
  { value: "plante", label: "Plante" },
];

test("choices in choices: a key opens, the next one chooses, the arrow goes back", async () => {
  const page = await tried(ask("choice", { choices: tree, anywhere: false, multiple: false }));
  page.press("1");
  expect(page.answer).toBeUndefined();
  expect(page.said.at(-1)).toBe("Animal, 2 choix");

  page.press("arrowleft", "1", "2");
  expect(page.answer).toEqual(["animal", "poisson"]);
  expect(page.done).toEqual([true]);
});

test("choices in choices: one may stop before the last step where it is allowed", async () => {
  const page = await tried(ask("choice", { choices: tree, anywhere: true, multiple: true }));
  page.press("1", "3", "1");
  expect(page.answer).toEqual([["animal"], ["animal", "oiseau"]]);
  expect(page.told(page.answer ?? null)).toContain("Animal › Oiseau");

  page.click(".kd-x");
  expect(page.answer).toEqual([["animal", "oiseau"]]);
});

test("an explanation changes nothing", async () => {
  const page = await tried(single);
  page.draw(true).querySelector<HTMLElement>('[data-value="7"]')?.click();

  expect(page.answer).toBeUndefined();
});
