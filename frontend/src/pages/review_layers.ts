/* Pictures that are marked, on pages without the workbench: the layers of a review shown or hidden, and its
   correction drawn over the picture instead of written as JSON.
     [data-draws][data-question][data-picture]   a field whose textarea a drawing takes the place of
     [data-shows="A"]                            shows or hides [data-layer="A"] beside it */

import { pageLanguage } from "../i18n/languages";
import { fetchKinds } from "../kinds/register";
import type { Json, Question } from "../protocol/questions";
import type { Shown } from "../protocol/workbench";
import { StandaloneQuestion } from "./standalone_question";
import "../styles/kinds.css";
import "../styles/regions.css";

function listenForLayers(): void {
  for (const box of document.querySelectorAll<HTMLInputElement>("[data-shows]"))
    box.addEventListener("change", () => {
      const layer = box
        .closest(".rv-marked")
        ?.querySelector(`[data-layer="${CSS.escape(box.dataset.shows ?? "")}"]`);
      layer?.classList.toggle("off", !box.checked);
    });
}

async function draw(field: HTMLElement, at: number): Promise<void> {
  const written = field.querySelector("textarea");
  const { question, picture, width, height, begun } = field.dataset;
  if (!written || !question || !picture) return;
  const asked = JSON.parse(question) as Question;
  const value = JSON.parse(begun ?? "[]") as Json;
  const language = pageLanguage();
  await fetchKinds([asked.kind], language);
  const content: Shown = {
    as: "image",
    url: picture,
    raw: "",
    width: Number(width),
    height: Number(height),
    alt: "",
  };
  const { column } = asked as { column?: string };
  const cells = { [column ?? "picture"]: content };
  const { each: _each, when: _when, ...plain } = asked;
  const box = document.createElement("div");
  const live = document.createElement("p");
  live.className = "sr";
  live.setAttribute("aria-live", "polite");
  field.append(box, live);
  written.hidden = true;
  const label = field.querySelector("label");
  if (label) label.id = `drawn-${at}`;
  const say = (text: string) => {
    live.textContent = text;
  };
  const changed = (answer: Json | undefined) => {
    if (answer !== undefined) written.value = JSON.stringify(answer);
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
