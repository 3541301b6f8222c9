/* Pictures that are marked, on pages without the workbench: the layers of a review shown or hidden, and its
   correction drawn over the picture instead of written as JSON.
     [data-draws][data-question][data-picture]   a field whose textarea a drawing takes the place of
     [data-shows="A"]                            shows or hides every [data-layer="A"] beside it
     [data-hides] [data-enlarges]                all marks at once; the picture over the whole window */

import { pageLanguage } from "../i18n/languages";
import { fetchKinds } from "../kinds/register";
import type { Json, Question } from "../protocol/questions";
import type { Shown } from "../protocol/workbench";
import { StandaloneQuestion } from "./standalone_question";
import "../styles/kinds.css";
import "../styles/regions.css";

/** Show or hide what somebody marked, wherever it is drawn beside its tick. */
function showLayer(box: HTMLInputElement): void {
  const holder = box.closest("[data-overlay], .rv-marked");
  const name = CSS.escape(box.dataset.shows ?? "");
  for (const layer of holder?.querySelectorAll(`[data-layer="${name}"]`) ?? [])
    layer.classList.toggle("off", !box.checked);
}

/** A button of a drawing needs this script: it appears with it. */
function listenForButtons(): void {
  for (const button of document.querySelectorAll<HTMLElement>("[data-hides], [data-enlarges]"))
    button.hidden = false;
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    const holder = target.closest("[data-overlay]");
    if (target.closest("[data-hides]") && holder) {
      const boxes = [...holder.querySelectorAll<HTMLInputElement>("[data-shows]")];
      const shows = !boxes.some((box) => box.checked);
      for (const box of boxes) {
        box.checked = shows;
        showLayer(box);
      }
    }
    const picture = holder?.querySelector(".rv-picture");
    if (picture && (target.closest("[data-enlarges]") || target.closest(".rv-picture.large")))
      picture.classList.toggle("large");
  });
}

/** Say that a picture is gone where it cannot be fetched; the marks stay. */
function listenForPictures(): void {
  for (const holder of document.querySelectorAll("[data-picture-holder]"))
    holder.querySelector("image")?.addEventListener("error", () => {
      const words = holder.querySelector<HTMLElement>(".picture-gone");
      if (words) words.hidden = false;
    });
}

function listenForLayers(): void {
  for (const box of document.querySelectorAll<HTMLInputElement>("[data-shows]"))
    box.addEventListener("change", () => showLayer(box));
  listenForButtons();
  listenForPictures();
}

async function draw(field: HTMLElement, at: number): Promise<void> {
  const textarea = field.querySelector("textarea");
  const { question, picture, width, height, begun: initial } = field.dataset;
  if (!textarea || !question || !picture) return;
  const schema = JSON.parse(question) as Question;
  const value = JSON.parse(initial ?? "[]") as Json;
  const language = pageLanguage();
  await fetchKinds([schema.kind], language);
  const content: Shown = {
    as: "image",
    url: picture,
    raw: "",
    width: Number(width),
    height: Number(height),
    alt: "",
  };
  const { column } = schema as { column?: string };
  const cells = { [column ?? "picture"]: content };
  const { each: _each, when: _when, ...plain } = schema;
  const box = document.createElement("div");
  const live = document.createElement("p");
  live.className = "sr";
  live.setAttribute("aria-live", "polite");
  field.append(box, live);
  textarea.hidden = true;
  const label = field.querySelector("label");
  if (label) label.id = `drawn-${at}`;
  const say = (text: string) => {
    live.textContent = text;
  };
  const changed = (answer: Json | undefined) => {
    if (answer !== undefined) textarea.value = JSON.stringify(answer);
  };
  const own = { question: plain, cells, language, name: `drawn-${at}`, answer: value };
  const stand = new StandaloneQuestion(box, { ...own, changed, say });
  changed(stand.answer);
  field.closest("form")?.addEventListener("submit", (event) => {
    if (stand.answer !== undefined) return;
    event.preventDefault();
    live.className = "msg err"; // what is missing is said where everybody sees it
    say(stand.lacks);
  });
}

export function drawMarked(): void {
  listenForLayers();
  document.querySelectorAll<HTMLElement>("[data-draws]").forEach((field, at) => {
    void draw(field, at);
  });
}
