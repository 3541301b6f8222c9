/* crowd-html-elements: our own components with the names, attributes and values that pages written for them
   expect. Each draws plain controls of the browser inside itself, so keyboard, zoom and screen readers work.
   The names are those of core/formats/platforms/crowd_elements.py. */
import {
  labelsIn,
  MARK_ELEMENTS,
  type Mark,
  type MarkElement,
  type MarksDrawn,
  marksIn,
  shapeOf,
} from "./marks";
import { isPreview, sayPreview } from "./runtime";
import { STYLE, words } from "./texts";

type Value = string | { [name: string]: unknown };

const submitTo = (): string =>
  `${new URLSearchParams(window.location.search).get("turkSubmitTo") ?? ""}/mturk/externalSubmit`;
/** This script's own address: the one that draws marks stands beside it. */
const own = document.currentScript ?? document.querySelector("script[src*='crowd-html-elements']");
const HERE = own instanceof HTMLScriptElement ? own.src : "";

let count = 0;
const newId = (): string => `crowd-${++count}`;

function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Partial<HTMLElementTagNameMap[K]> = {},
  ...inside: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...inside);
  return element;
}

/** One element: it draws itself once, when everything inside it has come. */
class CrowdElement extends HTMLElement {
  private isDrawn = false;

  connectedCallback(): void {
    if (this.isDrawn) return;
    this.isDrawn = true;
    this.draw();
  }

  draw(): void {}

  text(name: string, otherwise = ""): string {
    return this.getAttribute(name) ?? otherwise;
  }
}

/** An element that has a value under a name. */
abstract class CrowdField extends CrowdElement {
  abstract answer(): Value;

  /** What to say where something is missing; "" where nothing is. */
  lacks(): string {
    return "";
  }
}

class Input extends CrowdField {
  protected control: HTMLInputElement | HTMLTextAreaElement = this.makeControl();

  protected makeControl(): HTMLInputElement | HTMLTextAreaElement {
    return make("input", { type: "text" });
  }

  override draw(): void {
    const id = newId();
    this.control.id = id;
    for (const name of [
      "placeholder",
      "required",
      "disabled",
      "type",
      "min",
      "max",
      "step",
      "pattern",
      "rows",
    ])
      if (this.hasAttribute(name)) this.control.setAttribute(name, this.text(name));
    const most = this.text("maxlength") || this.text("max-length");
    if (most) this.control.setAttribute("maxlength", most);
    this.control.value = this.text("value") || this.text("initial-value");
    const label = this.text("label") || this.text("name");
    this.append(make("label", { htmlFor: id }, label), this.control);
  }

  answer(): Value {
    return this.control.value;
  }
}

class TextArea extends Input {
  protected override makeControl(): HTMLTextAreaElement {
    return make("textarea", { rows: 4 });
  }
}

class Slider extends Input {
  override draw(): void {
    if (!this.hasAttribute("type")) this.setAttribute("type", "range");
    super.draw();
    if (!this.hasAttribute("value")) this.control.value = this.text("min", "0");
    const output = make("output", {}, this.control.value);
    this.control.addEventListener("input", () => {
      output.textContent = this.control.value;
    });
    this.append(output);
  }
}

class Checkbox extends CrowdField {
  private box = make("input", { type: "checkbox" });

  override draw(): void {
    this.box.checked = this.hasAttribute("checked");
    this.box.required = this.hasAttribute("required");
    this.box.disabled = this.hasAttribute("disabled");
    this.append(make("label", {}, this.box, " ", ...this.childNodes));
  }

  answer(): Value {
    return { [this.text("value", "on") || "on"]: this.box.checked };
  }
}

class RadioButton extends CrowdField {
  box = make("input", { type: "radio" });

  override draw(): void {
    const group = this.closest("crowd-radio-group");
    if (group && !group.id) group.id = newId();
    this.box.name = `crowd ${group?.id ?? this.text("name")}`;
    this.box.checked = this.hasAttribute("checked");
    this.box.disabled = this.hasAttribute("disabled");
    this.append(make("label", {}, this.box, " ", ...this.childNodes));
  }

  choice(): string {
    return this.text("value") || this.text("name");
  }

  answer(): Value {
    return { on: this.box.checked };
  }
}

class RadioGroup extends CrowdField {
  override draw(): void {
    this.setAttribute("role", "radiogroup");
    if (this.text("label")) this.setAttribute("aria-label", this.text("label"));
  }

  private buttons(): RadioButton[] {
    return [...this.querySelectorAll<RadioButton>("crowd-radio-button")];
  }

  answer(): Value {
    return Object.fromEntries(this.buttons().map((each) => [each.choice(), each.box.checked]));
  }

  override lacks(): string {
    const isNeeded =
      this.hasAttribute("required") && !this.buttons().some((each) => each.box.checked);
    return isNeeded ? words().choose : "";
  }
}

/** Categories are written with single quotes, as no JSON is: both are read. */
export function categoriesIn(text: string): string[] {
  const matches = text.matchAll(/"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'/g);
  return [...matches].map((match) => (match[1] ?? match[2] ?? "").replace(/\\(.)/g, "$1"));
}

class Classifier extends CrowdField {
  protected kind: "radio" | "checkbox" = "radio";
  private boxes: HTMLInputElement[] = [];

  override draw(): void {
    const group = newId();
    const source = this.text("src");
    if (source) this.prepend(make("img", { src: source, alt: "" }));
    const header = this.text("header");
    const labels = categoriesIn(this.text("categories")).map((category) => {
      const box = make("input", { type: this.kind, name: `crowd ${group}`, value: category });
      this.boxes.push(box);
      return make("label", {}, box, " ", category);
    });
    this.append(
      make("fieldset", { className: "crowd-fields" }, make("legend", {}, header), ...labels),
    );
  }

  protected chosen(): string[] {
    return this.boxes.filter((box) => box.checked).map((box) => box.value);
  }

  answer(): Value {
    return { label: this.chosen()[0] ?? "" };
  }

  override lacks(): string {
    return this.chosen().length === 0 ? words().choose : "";
  }
}

class MultiClassifier extends Classifier {
  protected override kind = "checkbox" as const;

  override answer(): Value {
    return { labels: this.chosen() };
  }

  override lacks(): string {
    const none = this.getAttribute("exclusion-category");
    return none === null ? "" : super.lacks();
  }
}

class Button extends CrowdElement {
  override draw(): void {
    const isSubmit = this.text("form-action") === "submit";
    const button = make("button", { type: isSubmit ? "submit" : "button" }, ...this.childNodes);
    if (!button.textContent?.trim()) button.textContent = this.text("icon") || words().submit;
    button.disabled = this.hasAttribute("disabled");
    if (this.text("form-action") === "reset") button.type = "reset";
    const address = this.text("href");
    if (/^https?:/.test(address))
      button.addEventListener("click", () => window.open(address, "_blank", "noopener"));
    this.append(button);
  }
}

class ToggleButton extends CrowdField {
  private button = make("button", { type: "button" });

  override draw(): void {
    this.button.append(...this.childNodes);
    const press = (isOn: boolean) => this.button.setAttribute("aria-pressed", String(isOn));
    press(this.hasAttribute("checked"));
    this.button.addEventListener("click", () =>
      press(this.button.getAttribute("aria-pressed") !== "true"),
    );
    this.append(this.button);
  }

  answer(): Value {
    return { on: this.button.getAttribute("aria-pressed") === "true" };
  }
}

/** A picture in its own size. */
function measured(url: string): Promise<{ url: string; width: number; height: number }> {
  const picture = new Image();
  picture.src = url;
  return picture
    .decode()
    .then(() => ({ url, width: picture.naturalWidth, height: picture.naturalHeight }));
}

/** An element that marks a picture or a text. What draws it is fetched with the first of them. */
class Marks extends CrowdField {
  private drawn: MarksDrawn | null = null;
  /** How often it was drawn: only the last time counts. */
  private drawings = 0;
  private trouble = words().loading;
  private picture: { url: string; width: number; height: number } | null = null;
  /** What is marked, as text: the page's drafts take it from here and put it back. */
  private stored = make("textarea", { hidden: true });
  private box = make("div", { className: "crowd-marks" });
  private status = make("p", { className: "crowd-unseen" });
  private heading = make("p", { id: newId() });

  override draw(): void {
    this.heading.textContent = this.text("header");
    this.status.setAttribute("role", "status");
    this.stored.dataset.draft = "";
    this.stored.value = this.text("initial-value");
    this.stored.addEventListener("canut-fill", () => void this.show());
    this.box.addEventListener("keydown", (event) => {
      const isField = event.target instanceof HTMLInputElement;
      if (event.key !== "Enter" || !isField) return;
      event.preventDefault(); // a figure is typed; the form is not sent by it
      (event.target as HTMLInputElement).blur();
    });
    this.append(this.heading, this.box, this.stored, this.status);
    void this.show();
  }

  private get element(): MarkElement {
    return this.localName as MarkElement;
  }

  private async show(): Promise<void> {
    this.drawings += 1;
    const { drawings } = this;
    const isText = shapeOf(this.element).kind === "spans";
    try {
      if (!isText) this.picture ??= await measured(this.text("src"));
    } catch {
      this.fail(words().noPicture);
      return;
    }
    try {
      if (!window.canutDrawMarks)
        await import(/* @vite-ignore */ new URL("crowd-marking.js", HERE).href);
      const labels = labelsIn(this.text("labels"));
      const container = make("div");
      this.box.replaceChildren(container);
      const drawn = await window.canutDrawMarks?.(container, {
        element: this.element,
        name: this.heading.id,
        language: document.documentElement.lang,
        labels,
        ...(this.picture ? { picture: this.picture } : {}),
        text: this.text("text"),
        overlap: this.hasAttribute("allow-overlap"),
        marks: marksIn(this.element, this.stored.value, labels),
        changed: (marks) => this.keep(marks),
        say: (text) => {
          this.status.textContent = text;
        },
      });
      if (drawings === this.drawings) this.drawn = drawn ?? null;
    } catch {
      this.fail(words().noScript);
    }
  }

  private fail(trouble: string): void {
    this.trouble = trouble;
    this.box.replaceChildren(make("p", {}, trouble));
  }

  private keep(marks: Mark[]): void {
    this.stored.value = JSON.stringify(marks);
    this.stored.dispatchEvent(new Event("change", { bubbles: true }));
  }

  answer(): Value {
    const { picture } = this;
    const size = picture
      ? { inputImageProperties: { height: picture.height, width: picture.width } }
      : {};
    return { [shapeOf(this.element).list]: this.drawn?.marks() ?? [], ...size };
  }

  override lacks(): string {
    if (!this.drawn) return this.trouble;
    return this.drawn.marks() ? "" : this.drawn.lacks();
  }
}

/** Instructions lie folded under a heading; a short form stands open. */
function fold(element: Element, title: string): void {
  const header = element.getAttribute("header") ?? title;
  const details = make("details", {}, make("summary", {}, header));
  element.replaceWith(details);
  details.append(element);
}

class Instructions extends CrowdElement {
  override draw(): void {
    const title = this.text("link-text") || words().full;
    const all = make("details", {}, make("summary", {}, title), ...this.childNodes);
    this.append(all);
  }
}

class Alert extends CrowdElement {
  override draw(): void {
    this.setAttribute("role", this.text("type") === "error" ? "alert" : "status");
    if (!this.hasAttribute("dismissible")) return;
    const button = make("button", { type: "button" }, words().close);
    button.addEventListener("click", () => this.remove());
    this.append(button);
  }
}

class Card extends CrowdElement {
  override draw(): void {
    if (this.text("heading")) this.prepend(make("h3", {}, this.text("heading")));
    if (this.text("image")) this.prepend(make("img", { src: this.text("image"), alt: "" }));
  }
}

class Modal extends CrowdElement {
  open(): void {
    this.setAttribute("open", "");
  }

  close(): void {
    this.removeAttribute("open");
  }

  override draw(): void {
    this.setAttribute("role", "dialog");
    const button = make("button", { type: "button" }, words().close);
    button.addEventListener("click", () => this.close());
    this.append(button);
  }
}

class Tabs extends CrowdElement {
  override draw(): void {
    const tabs = [...this.querySelectorAll<HTMLElement>(":scope > crowd-tab")];
    const list = make("div", {});
    list.setAttribute("role", "tablist");
    const show = (at: number): void =>
      tabs.forEach((tab, index) => {
        tab.hidden = index !== at;
        list.children[index]?.setAttribute("aria-selected", String(index === at));
      });
    tabs.forEach((tab, index) => {
      tab.setAttribute("role", "tabpanel");
      const button = make(
        "button",
        { type: "button" },
        tab.getAttribute("header") ?? String(index + 1),
      );
      button.setAttribute("role", "tab");
      button.addEventListener("click", () => show(index));
      list.append(button);
    });
    this.prepend(list);
    show(0);
  }
}

class Form extends CrowdElement {
  override draw(): void {
    for (const slot of this.querySelectorAll("full-instructions")) fold(slot, words().full);
    const form = make("form", { noValidate: true });
    form.append(...this.childNodes);
    this.append(form);
    customElements.upgrade(form);
    if (
      !form.querySelector(
        "button[type=submit], input[type=submit], crowd-button[form-action=submit]",
      )
    )
      form.append(make("button", { type: "submit" }, words().submit));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      event.stopPropagation(); // pages listen to the event of the element, which comes once
      this.submit();
    });
  }

  private fields(): CrowdField[] {
    return [...this.querySelectorAll<CrowdField>("[name]")].filter(
      (each) =>
        each instanceof CrowdField && !each.parentElement?.closest("crowd-radio-group[name]"),
    );
  }

  value(): { [name: string]: unknown } {
    const values: { [name: string]: unknown } = {};
    for (const field of this.fields()) values[field.getAttribute("name") ?? ""] = field.answer();
    const native = this.querySelectorAll<HTMLInputElement>(
      "input[name], textarea[name], select[name]",
    );
    for (const control of native) {
      const { name, type, value, checked } = control;
      if (
        name.startsWith("crowd ") ||
        control.closest(".crowd-marks") ||
        type === "submit" ||
        type === "file"
      )
        continue;
      if (type === "checkbox")
        values[name] = { [value || "on"]: checked, ...(values[name] as object) };
      else if (type === "radio") values[name] = { ...(values[name] as object), [value]: checked };
      else values[name] = value;
    }
    return values;
  }

  submit(): void {
    const lacking = this.fields().find((field) => field.lacks());
    this.querySelector(".crowd-lacks")?.remove();
    if (lacking) {
      const note = make("p", { className: "crowd-lacks" }, lacking.lacks());
      note.setAttribute("role", "alert");
      lacking.append(note);
      lacking.querySelector("input")?.focus();
      return;
    }
    const controls = [...this.querySelectorAll<HTMLInputElement>("input, textarea, select")];
    if (!controls.every((control) => control.reportValidity())) return;
    const sent = new CustomEvent("submit", { cancelable: true });
    if (!this.dispatchEvent(sent)) return;
    if (isPreview()) {
      sayPreview(this);
      return;
    }
    const form = make("form", { method: "post", action: submitTo(), hidden: true });
    for (const [name, text] of this.pairs())
      form.append(make("input", { type: "hidden", name, value: text }));
    document.body.append(form);
    form.submit();
  }

  private pairs(): [string, string][] {
    const assignment = new URLSearchParams(window.location.search).get("assignmentId") ?? "";
    const value = this.value();
    const own: [string, string][] =
      this.text("answer-format") === "flatten-objects"
        ? Object.entries(value).flatMap(([name, each]) => flatten(name, each))
        : [["taskAnswers", JSON.stringify([value])]];
    return [["assignmentId", assignment], ...own];
  }
}

/** Dotted names, as answer-format="flatten-objects" sends them. */
export function flatten(name: string, value: unknown): [string, string][] {
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return Object.entries(value).flatMap(([key, each]) => flatten(`${name}.${key}`, each));
  return [[name, typeof value === "string" ? value : JSON.stringify(value)]];
}

/** Elements by name; those inside others come first, so that a form takes in what is drawn. */
const ELEMENTS: Readonly<Record<string, CustomElementConstructor>> = {
  "crowd-form": Form,
  "crowd-input": Input,
  "crowd-text-area": TextArea,
  "crowd-slider": Slider,
  "crowd-checkbox": Checkbox,
  "crowd-radio-group": RadioGroup,
  "crowd-radio-button": RadioButton,
  "crowd-classifier": class extends Classifier {},
  "crowd-image-classifier": class extends Classifier {},
  "crowd-classifier-multi-select": class extends MultiClassifier {},
  "crowd-image-classifier-multi-select": class extends MultiClassifier {},
  "crowd-button": class extends Button {},
  "crowd-icon-button": class extends Button {},
  "crowd-toggle-button": ToggleButton,
  "crowd-card": Card,
  "crowd-alert": class extends Alert {},
  "crowd-toast": class extends Alert {},
  "crowd-badge": class extends CrowdElement {},
  "crowd-modal": Modal,
  "crowd-tabs": Tabs,
  "crowd-tab": class extends CrowdElement {},
  "crowd-instructions": Instructions,
  ...Object.fromEntries(
    Object.keys(MARK_ELEMENTS).map((name) => [name, class extends Marks {}] as const),
  ),
};

function define(): void {
  document.head.append(make("style", {}, STYLE));
  for (const [name, element] of Object.entries(ELEMENTS))
    if (!customElements.get(name)) customElements.define(name, element);
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", define);
else define();
