import { beforeEach, expect, test, vi } from "vitest";
import { forgetLessonDrafts, listenForLesson } from "./draft";

const page = (text: string, attempt = "bias/3", answered = ""): void => {
  document.body.innerHTML = `<form data-lesson-draft="${attempt}/s11">
    <input type="hidden" name="csrfmiddlewaretoken" value="${Math.random()}">
    <p data-kept-restored hidden></p><p data-kept-waits hidden></p>
    <button name="do" value="next">Next</button>
    <textarea name="case">${text}</textarea>
    <input type="radio" name="q1" value="a" ${answered}><input type="radio" name="q1" value="b" ${answered}>
    <select name="q2.x" ${answered}><option value=""></option><option value="c">C</option></select>
  </form>`;
  listenForLesson();
};
const field = <T extends HTMLElement>(selector: string): T =>
  document.querySelector<T>(selector) as T;
const type = (text: string): void => {
  field<HTMLTextAreaElement>("textarea").value = text;
  field("textarea").dispatchEvent(new Event("input", { bubbles: true }));
};
const text = (): string => field<HTMLTextAreaElement>("textarea").value;

beforeEach(() => localStorage.clear());

test("what was written is there after a reload, ticks and choices too", () => {
  page("");
  field<HTMLInputElement>("[value=b]").checked = true;
  field<HTMLSelectElement>("select").value = "c";
  type("Une note.");

  page("");

  expect(text()).toBe("Une note.");
  expect(field<HTMLInputElement>("[value=b]").checked).toBe(true);
  expect(field<HTMLInputElement>("[value=a]").checked).toBe(false);
  expect(field<HTMLSelectElement>("select").value).toBe("c");
});

test("a text that arrived, or was changed elsewhere, is not replaced by the draft", () => {
  page("");
  type("Une note.");

  page("Une autre note.");

  expect(text()).toBe("Une autre note.");
  expect(localStorage.length).toBe(0);
});

test("the draft of a change to a stored text comes back", () => {
  page("Une note.");
  type("Une note plus longue.");

  page("Une note.");

  expect(text()).toBe("Une note plus longue.");
});

test("a text that the server refused is still there after a reload", () => {
  page("");
  type("Trop court.");
  document.body.innerHTML = `<form data-lesson-draft="bias/3/s11"><div role="alert"></div>
    <textarea name="case">Trop court.</textarea></form>`;
  listenForLesson();

  page("");

  expect(text()).toBe("Trop court.");
});

test("answers that are final keep what the server says", () => {
  page("");
  field<HTMLInputElement>("[value=b]").checked = true;
  type("");
  field("form").dispatchEvent(new Event("change", { bubbles: true }));

  page("", "bias/3", "disabled");

  expect(field<HTMLInputElement>("[value=b]").checked).toBe(false);
  expect(localStorage.length).toBe(0);
});

test("nothing is left on the device once nothing differs, or one signs out", () => {
  page("");
  type("Une note.");
  type("");
  expect(localStorage.length).toBe(0);
  type("Une note.");
  expect(localStorage.length).toBe(1);

  forgetLessonDrafts();

  expect(localStorage.length).toBe(0);
});

test("the page of a lesson drops drafts of attempts that are over, and no other lesson's", () => {
  page("");
  type("Une note.");
  page("", "aims/4");
  type("Une relecture.");

  document.body.innerHTML = `<section data-lesson-attempt="bias/"></section>`;
  listenForLesson();

  expect(Object.keys(localStorage)).toEqual(["canut-lesson aims/4/s11"]);
});

test("one is told that what was written has been put back", () => {
  page("");
  expect(field("[data-kept-restored]").hidden).toBe(true);
  type("Une note.");

  page("");

  expect(field("[data-kept-restored]").hidden).toBe(false);
});

test("without a connection a press waits, and is repeated when it is back", () => {
  page("");
  type("Écrit dans le train.");
  const sent = vi.spyOn(field<HTMLFormElement>("form"), "requestSubmit").mockReturnValue();
  const line = vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
  const press = new Event("submit", { cancelable: true });
  field("form").dispatchEvent(Object.assign(press, { submitter: field("button") }));

  expect(press.defaultPrevented).toBe(true);
  expect(field("[data-kept-waits]").hidden).toBe(false);

  line.mockReturnValue(true);
  dispatchEvent(new Event("online"));

  expect(sent).toHaveBeenCalledWith(field("button"));
  expect(field("[data-kept-waits]").hidden).toBe(true);
});

test("with a connection the form is sent as any other", () => {
  page("");
  vi.spyOn(navigator, "onLine", "get").mockReturnValue(true);
  const press = new Event("submit", { cancelable: true });
  field("form").dispatchEvent(press);
  expect(press.defaultPrevented).toBe(false);
});
