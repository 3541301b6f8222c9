/* What a requester's page is served with: the functions of externalHIT_v1.js, drafts, signs that somebody is
   here, and a form where the page has none. It runs inside the page, so nothing of it is believed outside. */
import type { FormDraft, FromPage } from "./messages";

const DRAFT_MS = 1_000;
const SIGN_MS = 5_000;
const RESERVED = ["assignmentId", "hitId", "workerId", "turkSubmitTo"];

const tell = (message: FromPage): void => window.parent.postMessage(message, "*");

function param(name: string, otherwise = ""): string {
  return new URLSearchParams(window.location.search).get(name) ?? otherwise;
}

const submitTo = (): string => `${param("turkSubmitTo")}/mturk/externalSubmit`;

/** Shown to its requester alone: nothing of it is sent. */
export const isPreview = (): boolean => param("assignmentId") === "ASSIGNMENT_ID_NOT_AVAILABLE";

/** Say under a form why it is not sent. */
export function sayPreview(form: Element): void {
  const isFrench = document.documentElement.lang.startsWith("fr");
  const note = form.querySelector(".canut-preview") ?? document.createElement("p");
  note.className = "canut-preview";
  note.setAttribute("role", "alert");
  note.textContent = isFrench ? "Aperçu : rien n’est envoyé." : "Preview: nothing is sent.";
  form.append(note);
}

function setAssignment(id?: string): void {
  const assignment = id ?? param("assignmentId");
  const field = document.querySelector<HTMLInputElement>("#assignmentId, [name=assignmentId]");
  if (field) field.value = assignment;
  const form = document.querySelector<HTMLFormElement>("form#mturk_form, form");
  if (form) form.action = submitTo();
  const button = document.querySelector<HTMLInputElement>("#submitButton");
  if (button && assignment === "ASSIGNMENT_ID_NOT_AVAILABLE") button.disabled = true;
}

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** The name a field is sent under: its own, or that of the element that drew it. */
const nameOf = (field: Field): string =>
  field.name || (field.closest("[name]")?.getAttribute("name") ?? "");

const fields = (): Field[] =>
  [...document.querySelectorAll<Field>("input, textarea, select")].filter(
    (field) =>
      !["hidden", "password", "file", "submit", "button"].includes(field.type) &&
      !field.closest(".crowd-marks") && // what is marked stands in a field beside it
      nameOf(field) !== "" &&
      !RESERVED.includes(nameOf(field)),
  );

const isBox = (field: Field): field is HTMLInputElement =>
  field.type === "checkbox" || field.type === "radio";

function draft(): FormDraft {
  return fields()
    .filter((field) => !isBox(field) || field.checked)
    .map((field) => [nameOf(field), field.value]);
}

function fill(form: FormDraft): void {
  const left = form.map((pair) => [...pair]);
  for (const field of fields()) {
    const at = left.findIndex(
      ([name, text]) => name === nameOf(field) && (!isBox(field) || text === field.value),
    );
    if (isBox(field)) field.checked = at >= 0;
    else if (at >= 0) field.value = left[at]?.[1] ?? "";
    if (at >= 0) left.splice(at, 1);
    if (at >= 0 && "draft" in field.dataset) field.dispatchEvent(new Event("canut-fill"));
  }
}

/** Give a page without a form one, as Mechanical Turk did for layouts. */
function wrap(): void {
  if (document.querySelector("form, crowd-form") || fields().length === 0) return;
  const form = document.createElement("form");
  form.method = "post";
  form.action = submitTo();
  form.append(...document.body.childNodes);
  const button = document.createElement("button");
  button.type = "submit";
  button.textContent = document.documentElement.lang.startsWith("fr") ? "Envoyer" : "Submit";
  form.append(button);
  document.body.append(form);
}

function start(): void {
  const answered = document.documentElement.dataset.canut;
  if (answered === "received" || answered === "refused") {
    tell({ canut: answered });
    return;
  }
  wrap();
  for (const form of document.querySelectorAll<HTMLFormElement>("form:not([action])")) {
    form.action = submitTo();
    form.method = "post";
  }
  let timer = 0;
  const changed = (): void => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => tell({ canut: "draft", form: draft() }), DRAFT_MS);
  };
  document.addEventListener("input", changed);
  document.addEventListener("change", changed);
  tell({ canut: "ready" });
}

let signed = -SIGN_MS;
function begin(): void {
  Object.assign(window, {
    turkGetParam: param,
    turkGetSubmitToHost: () => param("turkSubmitTo"),
    turkSetAssignmentID: setAssignment,
  });
  for (const name of ["keydown", "pointerdown", "pointermove", "touchstart", "wheel", "scroll"])
    document.addEventListener(
      name,
      (event) => {
        if (!event.isTrusted || performance.now() - signed < SIGN_MS) return;
        signed = performance.now();
        tell({ canut: "active" });
      },
      { capture: true, passive: true },
    );

  window.addEventListener("message", (event) => {
    const data = event.data as { canut?: unknown; form?: unknown } | null;
    if (event.source === window.parent && data?.canut === "fill" && Array.isArray(data.form))
      fill(data.form as FormDraft);
  });

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
  if (isPreview())
    document.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      event.preventDefault();
      sayPreview(event.target as Element);
    });
}

// a page with elements of ours is served with two scripts that hold this one
if (!("turkSetAssignmentID" in window)) begin();
