/* What somebody writes in a lesson lies in this browser until the server has it.

   form[data-lesson-draft="LESSON/ATTEMPT/SCREEN"] stores its fields at each change, so that a broken
   connection, a reload or the way back loses nothing. A draft is put back only where the server still
   shows what it showed while one wrote: a text that arrived, or was changed on another device, wins.
   [data-kept-restored] then says so. Without a connection a press of the button waits,
   [data-kept-waits] says so, and it is repeated when the connection is back.
   [data-lesson-attempt="LESSON/ATTEMPT"], the page of the lesson, drops what other attempts left. */

const PREFIX = "canut-lesson ";

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;
type Texts = Record<string, string[]>;
type Stored = { before: Texts; texts: Texts };

const fieldsOf = (form: HTMLFormElement): Field[] =>
  [...form.elements].filter(
    (field): field is Field =>
      (field instanceof HTMLTextAreaElement ||
        field instanceof HTMLSelectElement ||
        (field instanceof HTMLInputElement && field.type !== "hidden")) &&
      field.name !== "" &&
      !field.disabled,
  );

const isTicked = (field: Field): field is HTMLInputElement =>
  field instanceof HTMLInputElement && (field.type === "radio" || field.type === "checkbox");

function textsOf(form: HTMLFormElement): Texts {
  const texts: Texts = {};
  for (const field of fieldsOf(form)) {
    texts[field.name] ??= [];
    if (!isTicked(field) || field.checked) texts[field.name]?.push(field.value);
  }
  return texts;
}

const isSame = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

function read(key: string): Stored | null {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null") as Stored | null;
  } catch {
    return null;
  }
}

function write(key: string, stored: Stored | null): void {
  try {
    if (stored) localStorage.setItem(key, JSON.stringify(stored));
    else localStorage.removeItem(key);
  } catch {
    // No room or no permission: the page itself is all there is.
  }
}

function drop(isDropped: (name: string) => boolean): void {
  try {
    for (const key of Object.keys(localStorage))
      if (key.startsWith(PREFIX) && isDropped(key.slice(PREFIX.length)))
        localStorage.removeItem(key);
  } catch {
    // as above
  }
}

function keepDraft(form: HTMLFormElement): void {
  const key = PREFIX + form.dataset.lessonDraft;
  const stored = read(key);
  const isRefused = form.querySelector("[role=alert]") !== null; // what it shows is stored nowhere
  const before = isRefused && stored ? stored.before : textsOf(form);
  if (stored && !isRefused && isSame(stored.before, before)) {
    for (const field of fieldsOf(form)) {
      const texts = stored.texts[field.name];
      if (!texts) continue;
      if (isTicked(field)) field.checked = texts.includes(field.value);
      else field.value = texts[0] ?? "";
    }
    show(form, "restored", true);
  } else if (!isRefused) write(key, null);
  const keep = (): void => {
    const texts = textsOf(form);
    write(key, isSame(texts, before) ? null : { before, texts });
  };
  form.addEventListener("input", keep);
  form.addEventListener("change", keep);
  waitForConnection(form);
}

function show(form: HTMLFormElement, name: string, isShown: boolean): void {
  const note = form.querySelector<HTMLElement>(`[data-kept-${name}]`);
  if (note) note.hidden = !isShown;
}

function waitForConnection(form: HTMLFormElement): void {
  let pressed: HTMLElement | null = null;
  form.addEventListener("submit", (event) => {
    if (navigator.onLine) return;
    event.preventDefault();
    pressed = event.submitter;
    show(form, "waits", true);
  });
  addEventListener("online", () => {
    if (!pressed) return;
    show(form, "waits", false);
    form.requestSubmit(pressed);
    pressed = null;
  });
}

/** Drop the drafts of all lessons from this device, as somebody signs out. */
export function forgetLessonDrafts(): void {
  drop(() => true);
}

export function listenForLesson(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-lesson-draft]");
  if (form) keepDraft(form);
  const current = document.querySelector<HTMLElement>("[data-lesson-attempt]");
  if (!current) return;
  const own = `${current.dataset.lessonAttempt}/`;
  const lesson = `${own.split("/")[0]}/`;
  drop((name) => name.startsWith(lesson) && !name.startsWith(own));
}
