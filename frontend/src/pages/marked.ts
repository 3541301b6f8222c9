/* Pictures that are marked, on pages without the workbench: the layers of a review shown or hidden, and its
   correction drawn over the picture instead of written as JSON.
     [data-draws][data-question][data-picture]   a field whose textarea a drawing takes the place of
     [data-shows="A"]                            shows or hides [data-layer="A"] beside it */
import { html, render } from "lit";
import { fetchKinds, kindOf } from "../kinds";
import type { How, Place } from "../kinds/kind";
import { Sheet } from "../kinds/sheet";
import { keysOf } from "../workbench/answering";
import { keyOf } from "../workbench/keyboard";
import type { Asked, Json, Language, Shown } from "../workbench/wire";
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
  const asked = JSON.parse(question) as Asked;
  const value = JSON.parse(begun ?? "[]") as Json;
  await fetchKinds([asked.kind]);
  const kind = kindOf(asked);
  const language = (document.documentElement.lang === "en" ? "en" : "fr") as Language;
  const shown: Shown = {
    as: "image",
    url: picture,
    raw: "",
    width: Number(width),
    height: Number(height),
    alt: "",
  };
  const { column } = asked as { column?: string };
  const cells = { [column ?? "picture"]: shown };
  const { each: _each, when: _when, ...plain } = asked;
  const sheet = new Sheet([plain], cells, { language }, { values: { [asked.id]: value } });
  const box = document.createElement("div");
  const live = document.createElement("p");
  live.className = "sr";
  live.setAttribute("aria-live", "polite");
  field.append(box, live);
  written.hidden = true;
  const label = field.querySelector("label");
  if (label) label.id = `drawn-${at}`;
  const slot = () => sheet.slots[0] as (typeof sheet.slots)[number];
  const place = (): Place => {
    const own = { asked: plain, cells, draft: sheet.draft(slot()), language };
    return {
      ...own,
      fixed: false,
      active: true,
      name: `drawn-${at}`,
      keys: keysOf(kind.commands(own)),
      set(draft: Json, how: How = {}) {
        sheet.set(slot(), draft, how);
        if (how.say) live.textContent = how.say;
        show();
      },
      redraw: () => show(),
      go: () => undefined,
      say: (text) => {
        live.textContent = text;
      },
      picture: () => "",
    };
  };
  const show = () => {
    const answer = sheet.answer(slot());
    if (answer !== undefined) written.value = JSON.stringify(answer);
    render(html`${kind.view(place())}`, box);
  };
  field.closest("form")?.addEventListener("submit", (event) => {
    if (sheet.answer(slot()) !== undefined) return;
    event.preventDefault();
    live.className = "msg err"; // what is missing is said where everybody sees it
    live.textContent = kind.lacks(place());
  });
  box.addEventListener("keydown", (event) => {
    if ((event.target as Element).closest("input")) return;
    const strong = event.ctrlKey || event.metaKey;
    if (strong && event.key.toLowerCase() === "z") {
      if (sheet.undo()) show();
      event.preventDefault();
      return;
    }
    const key = keyOf(event);
    const here = place();
    const on = (wanted: string) => [...here.keys].find(([, own]) => own === wanted);
    const found = key ? (on(key) ?? on(key.replace("shift+", ""))) : undefined;
    if (!found) return;
    event.preventDefault();
    event.stopPropagation();
    kind.act(here, found[0]);
  });
  show();
}

export function drawMarked(): void {
  listenForLayers();
  document.querySelectorAll<HTMLElement>("[data-draws]").forEach((field, at) => {
    void draw(field, at);
  });
}
