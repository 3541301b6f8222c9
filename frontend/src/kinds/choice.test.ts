import { html, render } from "lit";
import { expect, test, vi } from "vitest";
import type { Asked } from "../workbench/wire";
import { wordsIn } from "../workbench/words";
import { choice, keyed } from "./choice";

const words = wordsIn("fr");
const single: Asked = {
  id: "q",
  kind: "choice",
  ask: "?",
  choices: [
    ...[..."0123456789"].map((value) => ({ value })),
    { value: "none", label: "Illisible" },
  ],
};
const multiple: Asked = {
  id: "q",
  kind: "choice",
  ask: "?",
  multiple: true,
  choices: [
    { value: "a", label: "Alpha" },
    { value: "b", label: "Bêta" },
    { value: "c", label: "Gamma" },
  ],
};

function draw(asked: Asked, draft: string[] = []) {
  const choose = vi.fn();
  const check = vi.fn();
  const room = document.createElement("div");
  render(html`${choice.view({ asked, draft, words, fixed: false, choose, check })}`, room);
  return { room, choose, check };
}

test("digits lie as on the keyboard: 1 to 9, then 0", () => {
  expect(
    keyed(single)
      .map(({ label }) => label)
      .join(""),
  ).toBe("1234567890Illisible");
});

test("a digit is its own key and carries no second cap", () => {
  const { room } = draw(single);
  const seven = room.querySelector('[data-value="7"]');

  expect(seven?.className).toBe("cap");
  expect(seven?.getAttribute("aria-keyshortcuts")).toBe("7");
  expect(seven?.textContent?.trim()).toBe("7");
  expect(room.querySelector('[data-value="none"] .kc')?.textContent).toBe("I");
});

test("what is chosen is said to everyone", () => {
  const { room } = draw(multiple, ["b"]);
  const said = [...room.querySelectorAll(".choice")].map((each) =>
    each.getAttribute("aria-pressed"),
  );

  expect(said).toEqual(["false", "true", "false"]);
});

test("single: a key is an answer", () => {
  expect(choice.press(single, "7")).toEqual({ value: "7" });
  expect(choice.choose(single, [], "7")).toEqual({ draft: ["7"], done: true });
  expect(choice.press(single, "enter")).toBeNull();
});

test("multiple: keys toggle, Enter decides, and the order is the question's", () => {
  const { draft } = choice.choose(multiple, ["c"], "a");

  expect(choice.answer(multiple, draft)).toEqual(["a", "c"]);
  expect(choice.choose(multiple, draft, "c")).toEqual({ draft: ["a"], done: false });
  expect(choice.press(multiple, "enter")).toBe("check");
});

test("multiple: nothing chosen is no answer, and the reason stands beside the button", () => {
  const { room } = draw(multiple);

  expect(choice.answer(multiple, [])).toBeNull();
  expect(room.querySelector(".btn")?.getAttribute("aria-disabled")).toBe("true");
  expect(room.querySelector("#wb-check-why")?.textContent).toContain("au moins une");
});

test("an answer is told in the question's own words", () => {
  expect(choice.told(multiple, ["a", "c"], words)).toBe(
    "«\u00a0Alpha\u00a0» et «\u00a0Gamma\u00a0»",
  );
  expect(choice.short(single, "7")).toBe("7");
  expect(choice.short(multiple, "b")).toBe("2");
});

test("pressing a choice with the mouse is the same as its key", () => {
  const { room, choose } = draw(multiple);
  room.querySelector<HTMLButtonElement>('[data-value="b"]')?.click();

  expect(choose).toHaveBeenCalledWith("b");
});
