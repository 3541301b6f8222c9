/* A long text that was sent and did not arrive stands in its form again, once the page is back.

   On its way it lies in this tab; a cookie names the address it goes to, and the server deletes that
   once it has accepted the form (`typed_text_middleware`). A network that breaks, a session that has
   ended and a refusal leave the cookie: then the text is put back, for the same person alone.
   Lessons keep their own drafts. */
import { say, speak } from "../page_words";

const KEY = "canut-typed";
const COOKIE = "canut_typed";
const DAY_S = 86_400;

type Typed = { person: string; page: string; action: string; texts: Record<string, string> };

const personHere = (): string => document.body.dataset.person ?? "";
const pathOf = (form: HTMLFormElement): string => new URL(form.action, location.href).pathname;
const textareas = (form: HTMLFormElement): HTMLTextAreaElement[] =>
  [...form.querySelectorAll("textarea")].filter(({ name }) => name !== "");

function read(): Typed | null {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "null") as Typed | null;
  } catch {
    return null;
  }
}

/** The address of the text that did not arrive; "" if none is on its way. */
const unsentTo = (): string =>
  document.cookie
    .split("; ")
    .find((pair) => pair.startsWith(`${COOKIE}=`))
    ?.slice(COOKIE.length + 1) ?? "";

/** Name the address a text goes to, for some seconds: the store of cookies is not on plain http. */
export function nameAddress(action: string, seconds: number): void {
  Reflect.set(document, "cookie", `${COOKIE}=${action}; path=/; max-age=${seconds}; samesite=lax`);
}

/** Keep the long texts of a form that is being sent. */
export function keepTyped(form: HTMLFormElement): void {
  if (form.method !== "post" || !personHere() || form.matches("[data-lesson-draft]")) return;
  const typed = textareas(form).filter(({ value }) => value.trim() !== "");
  if (typed.length === 0) return;
  const action = pathOf(form);
  const texts = Object.fromEntries(typed.map(({ name, value }) => [name, value]));
  const stored: Typed = { person: personHere(), page: location.pathname, action, texts };
  try {
    sessionStorage.setItem(KEY, JSON.stringify(stored));
  } catch {
    return; // the page itself is all there is
  }
  nameAddress(action, DAY_S);
}

export function forgetTyped(): void {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // nothing is kept where nothing can be
  }
}

/** Put back the texts that did not arrive, and say so. */
export async function restoreTyped(): Promise<void> {
  const stored = read();
  if (!stored) return;
  const isSomebodyElse = personHere() !== "" && personHere() !== stored.person;
  if (unsentTo() !== stored.action || isSomebodyElse) forgetTyped();
  else if (personHere() && location.pathname === stored.page) {
    const form = [...document.forms].find(
      (candidate) => candidate.method === "post" && pathOf(candidate) === stored.action,
    );
    const empty = form ? textareas(form).filter(({ value }) => value === "") : [];
    const lost = empty.filter(({ name }) => stored.texts[name]);
    if (lost.length === 0) return;
    await speak();
    for (const field of lost) putBack(field, stored.texts[field.name] ?? "");
  }
}

function putBack(field: HTMLTextAreaElement, text: string): void {
  field.value = text;
  field.closest("details")?.setAttribute("open", "");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  const note = document.createElement("p");
  note.className = "small typed-back";
  note.setAttribute("role", "status");
  field.before(note);
  note.textContent = say("typed");
}
