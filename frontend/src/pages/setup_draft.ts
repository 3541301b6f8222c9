/* The setup of a project saves by itself what one types.

   form[data-setup="URL"] sends each changed field to URL a moment after the last key and when the
   field is left. What is not saved yet lies in this browser too, so that a reload, a lost session or
   a bad connection loses nothing: it is sent again until it arrives. Without this script every
   button of the form carries all fields. */

const PAUSE_MS = 400;
const RETRY_MS = 5_000;
const LEFT_OUT = new Set([
  "csrfmiddlewaretoken",
  "whole",
  "draft_version",
  "at",
  "go",
  "keep",
  "files",
  "upload",
  "deposit",
  "deposit_note",
  "pasted",
]);

type Texts = Record<string, string[]>;
type Unsaved = Record<string, { texts: string[]; version: number }>;
type Conflict = { name: string; theirs: string; mine: string; who: string };
type Answer = { version: number; conflicts: Conflict[] };

function textsOf(form: HTMLFormElement): Texts {
  const texts: Texts = {};
  for (const field of form.elements) {
    const name = (field as HTMLInputElement).name;
    if (name && !LEFT_OUT.has(name)) texts[name] ??= [];
  }
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && value !== "") texts[name]?.push(value);
  }
  return texts;
}

const isSame = (a: string[] | undefined, b: string[] | undefined): boolean =>
  JSON.stringify(a ?? []) === JSON.stringify(b ?? []);

class Draft {
  private saved: Texts;
  private timer = 0;
  private isSending = false;
  private failedAt: Date | null = null;
  private readonly key: string;

  private readonly form: HTMLFormElement;

  constructor(form: HTMLFormElement) {
    this.form = form;
    this.key = `canut-setup-${form.dataset.project}`;
    this.saved = textsOf(form);
    this.restore();
    form.addEventListener("input", () => this.changed(PAUSE_MS));
    form.addEventListener("change", () => this.changed(PAUSE_MS));
    form.addEventListener("focusout", () => this.changed(0));
    form.addEventListener("submit", () => this.note(true));
    addEventListener("online", () => this.changed(0));
    addEventListener("pagehide", () => void this.send());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") void this.send();
    });
  }

  private get version(): HTMLInputElement | null {
    return this.form.querySelector<HTMLInputElement>("[data-version]");
  }

  private seen(): number {
    return Number(this.version?.value ?? 0);
  }

  private unsaved(): Texts {
    const current = textsOf(this.form);
    return Object.fromEntries(
      Object.entries(current).filter(([name, texts]) => !isSame(texts, this.saved[name])),
    );
  }

  private changed(wait: number): void {
    this.note(false);
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.send(), wait);
  }

  /** Put what is not saved into the browser; take it out once it is. */
  private note(isSubmitted: boolean): void {
    const fields: Unsaved = {};
    for (const [name, texts] of Object.entries(this.unsaved()))
      fields[name] = { texts, version: this.seen() };
    try {
      if (Object.keys(fields).length)
        localStorage.setItem(this.key, JSON.stringify({ fields, isSubmitted }));
      else localStorage.removeItem(this.key);
    } catch {
      // No room or no permission: the server alone keeps it.
    }
  }

  /** Put back what an earlier page could not save. */
  private restore(): void {
    let stored: { fields: Unsaved; isSubmitted: boolean } | null = null;
    try {
      stored = JSON.parse(localStorage.getItem(this.key) ?? "null");
      localStorage.removeItem(this.key);
    } catch {
      return;
    }
    for (const [name, { texts, version }] of Object.entries(stored?.fields ?? {})) {
      if (stored?.isSubmitted && version < this.seen()) continue; // it arrived with the form
      if (!isSame(texts, this.saved[name])) this.write(name, texts);
    }
    if (Object.keys(this.unsaved()).length) {
      this.form.dispatchEvent(new Event("change", { bubbles: true }));
      this.changed(0);
    }
  }

  private write(name: string, texts: string[]): void {
    const fields = [
      ...this.form.querySelectorAll<HTMLInputElement>(`[name="${CSS.escape(name)}"]`),
    ];
    fields.forEach((field, index) => {
      if (field.type === "checkbox" || field.type === "radio")
        field.checked = texts.includes(field.value);
      else field.value = texts[index] ?? "";
    });
    const last = fields.at(-1);
    if (last && fields.length < texts.length && last.type === "text")
      for (const text of texts.slice(fields.length)) {
        const row = (last.closest(".opti") ?? last).cloneNode(true) as HTMLElement;
        const input = row.querySelector("input") ?? (row as HTMLInputElement);
        input.value = text;
        (last.closest(".opti") ?? last).after(row);
      }
  }

  private async send(): Promise<void> {
    const fields = this.unsaved();
    if (this.isSending || !Object.keys(fields).length) return;
    this.isSending = true;
    try {
      const answer = await fetch(this.form.dataset.setup ?? "", {
        method: "POST",
        keepalive: JSON.stringify(fields).length < 60_000,
        body: JSON.stringify({ version: this.seen(), fields }),
        headers: {
          "Content-Type": "application/json",
          Accept: "application/json",
          "X-CSRFToken":
            this.form.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value ?? "",
        },
      });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const { version, conflicts } = (await answer.json()) as Answer;
      Object.assign(this.saved, fields);
      if (this.version) this.version.value = String(version);
      this.failedAt = null;
      this.note(false);
      this.say("saved");
      for (const conflict of conflicts) this.tell(conflict);
    } catch {
      this.failedAt ??= new Date();
      this.say("unsaved");
      clearTimeout(this.timer);
      this.timer = window.setTimeout(() => void this.send(), RETRY_MS);
    }
    this.isSending = false;
    if (!this.failedAt && Object.keys(this.unsaved()).length) this.changed(PAUSE_MS);
  }

  private say(word: "saved" | "unsaved"): void {
    const status = this.form.querySelector<HTMLElement>("[data-saved]");
    const text = status?.querySelector("span");
    if (!status || !text) return;
    const moment = (this.failedAt ?? new Date()).toLocaleTimeString(
      document.documentElement.lang || undefined,
      { hour: "2-digit", minute: "2-digit" },
    );
    status.classList.toggle("ok", word === "saved");
    status.classList.toggle("wait", word === "unsaved");
    const words = word === "saved" ? status.dataset.savedAt : status.dataset.unsaved;
    text.textContent = (words ?? "").replace("TIME", moment);
  }

  /** Show both texts of a field that another page changed, beside it. */
  private tell({ name, theirs, mine: ownText, who }: Conflict): void {
    const template = document.querySelector<HTMLTemplateElement>("template[data-conflict]");
    const field = this.form.querySelector(`[name="${CSS.escape(name)}"]`)?.closest(".field");
    if (!template || !field || field.nextElementSibling?.matches(".conflict")) return;
    const note = template.content.cloneNode(true) as DocumentFragment;
    const slots = { theirs, mine: ownText, who };
    for (const [slot, text] of Object.entries(slots))
      for (const place of note.querySelectorAll(`[data-${slot}]`)) place.textContent = text;
    for (const button of note.querySelectorAll<HTMLButtonElement>("button"))
      button.value = `${button.value}:${name}`;
    field.after(note);
  }
}

/** Ctrl Enter presses the next step, Alt Up opens the one above. */
function keys(event: KeyboardEvent): void {
  const form = document.querySelector<HTMLFormElement>("form.setup-form");
  const open = form?.querySelector(".step.cur");
  if (!form || !open) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    open.querySelector<HTMLButtonElement>("button[data-next]:not([hidden])")?.click();
  }
  if (event.key === "ArrowUp" && event.altKey) {
    const above =
      open.previousElementSibling?.querySelector<HTMLButtonElement>('button[value^="step:"]');
    if (above) {
      event.preventDefault();
      above.click();
    }
  }
}

export function listenForDraft(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-setup]");
  if (!form) return;
  new Draft(form);
  document.addEventListener("keydown", keys);
  const error = form.querySelector<HTMLElement>(
    ".step.cur .has-error :is(input, textarea, select)",
  );
  error?.focus();
}
