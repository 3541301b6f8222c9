/* Pages work without this script; it makes them kinder.
   Everything is one listener on the document, so that parts of a page may be redrawn freely.

   form > label.drop[data-drop] > input[type=file]   named, weighed, sent with a progress, then the redirect is
                                                     followed; data-drop="send" sends as soon as one is chosen
   [data-pick-folder]         in that form: choose a folder instead of files
   [data-copy="#id" or text]  copies that field's value, or the text itself
   [data-confirm-dialog="#id"] opens that dialog instead of acting; [data-close] in it closes it
   [data-live="URL"]          asks URL every 2 s (data-every="5"), takes the element of the same id from the
                              answer; stops when that one has no data-live; a redirect is followed
   [data-choices] > .opti > input, [data-add-choice]  rows of choices
   [data-preview] with [data-preview-ask], [data-preview-item], [data-preview-choices]; reads [data-ask],
                              [data-choices], [data-multiple], and the column chosen by a radio in table.pv
   form[data-reckon="URL"]    what is typed goes to URL, #reckoned of the answer comes back (form_preview.ts);
                              data-post sends it as a form
   dialog#find, [data-find], [data-go="w"]  find or go to, by Ctrl K or letters: find.ts
   [data-key="a"]             is pressed by that key, unless a field has the focus (shortcuts.ts)
   [data-marked]              parts of a text or a sound that were marked, drawn: marked_answers.ts
   [data-receipts], [data-entry]  are held to the log: see proofs/
   [data-task-list]           rows that keys move through and tick: task_list.ts
   [data-print]               prints · time[data-local="time|date|both"]  in the reader's own time zone
   form[data-lesson-draft]    what is written in a lesson is not lost: ../lessons/draft.ts
   script#beats-data          this page counts as time worked: see heartbeats.ts; form[data-signs-out] ends it
   time[data-ago]             how long ago, counted on while the page is open */
import "../styles/shared.css";
import "../styles/dyes.css";
import "../styles/tables.css";
import "../styles/pages.css";
import "../styles/papers.css";
import "../styles/people.css";
import "../styles/portrait.css";
import "../styles/review.css";
import "../styles/order.css";
import "../styles/field_groups.css";
import "../styles/pages/places.css";
import "../styles/pages/deposits.css";
import "../styles/pages/click.css";
import "../styles/pages/setup.css";
import "../styles/pages/opening.css";
import "../styles/pages/work.css";
import "../styles/pages/lessons.css";
import "../styles/pages/tasks.css";
import "../styles/pages/project.css";
import "../styles/pages/payroll.css";
import "../styles/pages/home.css";
import "../styles/pages/portrait.css";
import "../styles/pages/rules.css";
import { withFirst } from "../i18n/format";
import { locale } from "../i18n/load";
import { forgetLessonDrafts, listenForLesson } from "../lessons/draft";
import { deleteCachedPages } from "../time/unsent_beats";
import { listenForFiles } from "./file_drop";
import { forgetPages, listenForFinding } from "./find";
import { listenForPrices } from "./form_preview";
import { startHeartbeats } from "./heartbeats";
import { refreshLiveParts } from "./live_parts";
import { say, speak } from "./page_words";
import { showCurrentTab } from "./places";
import { listenForChoices } from "./project_form";
import { listenForAsking } from "./question_form";
import { listenForDraft } from "./setup_draft";
import { listenForKeys } from "./shortcuts";
import { forgetTyped, keepTyped, restoreTyped } from "./unsent/typed_text";

/** `data-copy="#id"` copies that field or text; anything else is copied as written. */
async function copy(button: HTMLElement): Promise<void> {
  const target = button.dataset.copy ?? "";
  const source = target.startsWith("#") ? document.querySelector<HTMLElement>(target) : null;
  const text = source
    ? source instanceof HTMLInputElement
      ? source.value
      : (source.textContent ?? "").trim()
    : target;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Not a secure page: the old way, from a field that can be selected.
    const field = source instanceof HTMLInputElement ? source : document.createElement("input");
    if (!source) {
      field.value = text;
      button.after(field);
    }
    field.select();
    document.execCommand("copy");
    if (!source) field.remove();
  }
  await speak();
  const before = button.textContent;
  button.setAttribute("aria-live", "polite");
  button.textContent = say("copied") || before;
  setTimeout(() => {
    button.textContent = before;
    button.removeAttribute("aria-live");
  }, 2000);
}

/** A window in which somebody signed in again: tell the page of work, then go. */
function closeIfDone(): void {
  if (!document.querySelector("[data-closes]")) return;
  if ("BroadcastChannel" in window) new BroadcastChannel("canut-in").postMessage("in");
  if (window.opener) setTimeout(() => window.close(), 100);
}

function outside(box: Element, { clientX, clientY }: MouseEvent): boolean {
  const { left, right, top, bottom } = box.getBoundingClientRect();
  return clientX < left || clientX > right || clientY < top || clientY > bottom;
}

function click(event: MouseEvent): void {
  const target = event.target as Element;
  const copied = target.closest<HTMLElement>("[data-copy]");
  if (copied) {
    event.preventDefault();
    void copy(copied);
  }
  const opener = target.closest<HTMLElement>("[data-confirm-dialog]");
  const dialog = opener && document.querySelector(opener.dataset.confirmDialog ?? "");
  if (dialog instanceof HTMLDialogElement) {
    event.preventDefault();
    dialog.showModal();
  }
  if (target.closest("[data-close]")) target.closest("dialog")?.close();
  if (target instanceof HTMLDialogElement && target.open && outside(target, event)) target.close();
  if (target.closest("[data-print]")) print();
  const folder = target.closest("[data-pick-folder]")?.closest("form");
  const input = folder?.querySelector<HTMLInputElement>('[data-drop] input[type="file"]');
  if (input) {
    event.preventDefault();
    input.webkitdirectory = true;
    input.click();
    input.webkitdirectory = false;
  }
}

/** Past 300 ms a pressed button shows that it is waiting. */
function submit(event: SubmitEvent): void {
  const button = event.submitter;
  if ((event.target as Element).matches("[data-signs-out]")) {
    deleteCachedPages();
    forgetPages();
    forgetLessonDrafts();
    forgetTyped();
  }
  if (!event.defaultPrevented) keepTyped(event.target as HTMLFormElement);
  setTimeout(() => {
    if (!event.defaultPrevented) button?.setAttribute("aria-busy", "true");
  }, 300);
}

/** `<time datetime data-local="time|date|both">` in the reader's own time zone. */
function localTimes(): void {
  for (const time of document.querySelectorAll<HTMLTimeElement>("time[data-local]")) {
    const moment = new Date(time.dateTime);
    if (Number.isNaN(moment.getTime())) continue;
    const form = time.dataset.local;
    const text = new Intl.DateTimeFormat(locale(), {
      ...(form === "time" ? {} : { dateStyle: "long" }),
      ...(form === "date" ? {} : { timeStyle: "short" }),
    }).format(moment);
    time.textContent = form === "time" ? text : withFirst(text, locale());
  }
}

const AGO: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

/** When each was first seen: the two clocks may differ, so that only this one counts. */
const firstSeen = new WeakMap<HTMLTimeElement, number>();

/** `<time data-ago>`: `il y a 40 s`; under five seconds the page's own words stay. */
function ages(): void {
  const relative = new Intl.RelativeTimeFormat(locale(), { style: "short" });
  for (const time of document.querySelectorAll<HTMLTimeElement>("time[data-ago]")) {
    const since = firstSeen.get(time) ?? Date.now();
    firstSeen.set(time, since);
    const seconds = Math.floor((Date.now() - since) / 1000);
    const [unit, length] = AGO.find(([, least]) => seconds >= least) ?? ["second", 1];
    if (seconds >= 5) time.textContent = relative.format(-Math.floor(seconds / length), unit);
  }
}

document.addEventListener("click", click);
document.addEventListener("submit", submit);
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll(".btn[aria-busy]"))
    button.removeAttribute("aria-busy");
});
const receipts = document.querySelector<HTMLElement>("[data-receipts]");
if (receipts)
  void import("../proofs/receipts_page").then(({ showReceipts }) => showReceipts(receipts));
const unsent = document.querySelector<HTMLElement>("[data-unsent]");
if (unsent) void import("./unsent/unsent_answers").then(({ showUnsent }) => showUnsent(unsent));
const entry = document.querySelector<HTMLElement>("[data-entry]");
if (entry) void import("../proofs/entry_page").then(({ showProof }) => showProof(entry));
const unsigned = document.querySelector<HTMLElement>("[data-countersign]");
const signer = document.querySelector<HTMLElement>("[data-signer]");
if (unsigned) void import("../proofs/device_key").then(({ offerToSign }) => offerToSign(unsigned));
if (signer) void import("../proofs/device_key").then(({ tellSigner }) => tellSigner(signer));
const marks = document.querySelectorAll<HTMLElement>("[data-marked]");
if (marks.length) void import("./marked_answers").then(({ showMarked }) => showMarked(marks));
const hashed = document.querySelectorAll<HTMLElement>("[data-hash-into]");
if (hashed.length)
  void import("./file_hash").then(({ listenForHashes }) => listenForHashes(hashed));
if (document.querySelector("[data-drop], [data-copy]")) void speak();
listenForFiles();
listenForChoices();
listenForAsking();
listenForDraft();
listenForLesson();
listenForPrices();
listenForKeys();
listenForFinding();
void restoreTyped();
if (document.querySelector("[data-draws], [data-shows]"))
  void import("./review_layers").then(({ drawMarked }) => drawMarked());
const tasks = document.querySelector<HTMLFormElement>("[data-task-list]");
if (tasks) void import("./task_list").then(({ listTasks }) => listTasks(tasks));
if (document.querySelector("[data-correct-time]"))
  void import("./correct_time").then(({ correctTime }) => correctTime());
refreshLiveParts();
showCurrentTab();
startHeartbeats();
localTimes();
ages();
closeIfDone();
setInterval(ages, 5_000);
