import { beforeEach, expect, test } from "vitest";
import { forgetTyped, keepTyped, nameAddress, restoreTyped } from "./typed_text";

const FORM = `<details><form method="post" action="/messages/"><textarea name="words"></textarea></form></details>`;
const field = () => document.querySelector("textarea") as HTMLTextAreaElement;
const form = () => document.querySelector("form") as HTMLFormElement;

/** Load the page again, as somebody. */
function load(person: string, html = FORM): void {
  document.body.innerHTML = html;
  document.body.dataset.person = person;
}

const arrived = () => nameAddress("", 0); // as the server deletes it

beforeEach(() => {
  document.documentElement.lang = "fr";
  forgetTyped();
  arrived();
  load("7");
});

test("a text that did not arrive stands in its form again, which opens and says so", async () => {
  field().value = "Un long texte.";
  keepTyped(form());
  load("7");

  await restoreTyped();

  expect(field().value).toBe("Un long texte.");
  expect(document.querySelector("details")?.open).toBe(true);
  expect(document.querySelector("[role=status]")?.textContent).toContain("n’est pas encore parti");
});

test("a text that arrived does not come back", async () => {
  field().value = "Un long texte.";
  keepTyped(form());
  arrived();
  load("7");

  await restoreTyped();

  expect(field().value).toBe("");
});

test("nobody else finds it, nor does its author after them", async () => {
  field().value = "Un long texte.";
  keepTyped(form());
  load("");
  await restoreTyped(); // the page to sign in
  load("8");
  await restoreTyped();
  expect(field().value).toBe("");
  load("7");

  await restoreTyped();

  expect(field().value).toBe("");
});

test("what stands in the field already is left as it is", async () => {
  field().value = "Un long texte.";
  keepTyped(form());
  load("7");
  field().value = "Autre chose.";

  await restoreTyped();

  expect(field().value).toBe("Autre chose.");
});

test("forms of lessons and forms without a long text are left to others", () => {
  load("7", FORM.replace("<form", '<form data-lesson-draft="L/1/s"'));
  field().value = "Un long texte.";
  keepTyped(form());
  load("7");
  keepTyped(form());

  expect(sessionStorage.getItem("canut-typed")).toBeNull();
});
