/* What was marked, drawn on pages without the workbench; fetched only where something is.
     [data-marked=ID]   the JSON script of that id says the questions, what they show, the answers
     [data-media=URL]   where a picture or a sound of the project is, by its hash in the place of the last part
     [data-into=ID]     the field that holds the answer as JSON: it is hidden, and written when it changes;
                        it begins with the label, where the page shows one (#marked-label) */

import { spaced } from "../i18n/languages";
import { fetchKinds } from "../kinds/register";
import type { Json, Language, Question, Values } from "../protocol/questions";
import type { Shown } from "../protocol/workbench";
import { StandaloneQuestion } from "./standalone_question";
import "../styles/kinds.css";

type Cell = { as: string; value: string };
type Given = {
  language: Language;
  questions: Question[];
  cells: Record<string, Cell>;
  values: Values;
};

function shownOf({ as, value }: Cell, media: string): Shown {
  if (as === "image" || as === "audio") {
    const url = value ? media.replace(/0\/?$/, value) : "";
    return { as, url, raw: "", width: 0, height: 0, alt: "" } as Shown;
  }
  return { as: "text", value };
}

async function draw(box: HTMLElement): Promise<void> {
  const json = document.getElementById(box.dataset.marked ?? "")?.textContent;
  if (!json) return;
  const { language, questions, cells, values: own } = JSON.parse(json) as Given;
  const into = document.getElementById(box.dataset.into ?? "") as HTMLTextAreaElement | null;
  const label = into ? document.getElementById("marked-label")?.textContent : "";
  const values = label ? (JSON.parse(label) as Given).values : own;
  await fetchKinds(
    questions.map(({ kind }) => kind),
    language,
  );
  const contents = Object.fromEntries(
    Object.entries(cells).map(([name, cell]) => [name, shownOf(cell, box.dataset.media ?? "")]),
  );
  const live = document.createElement("p");
  live.className = "sr";
  live.setAttribute("aria-live", "polite");
  for (const question of questions) {
    const name = `${box.dataset.marked}-${question.id}`;
    const title = document.createElement("p");
    title.id = name;
    title.className = into ? "sr" : "small mute";
    title.hidden = !into && questions.length < 2;
    title.textContent = spaced(question.ask, language);
    const container = document.createElement("div");
    box.append(title, container);
    new StandaloneQuestion(container, {
      question,
      cells: { ...contents },
      language,
      name,
      answer: values[question.id] as Json | undefined,
      fixed: !into,
      say: (text) => {
        live.textContent = text;
      },
      changed: (answer) => {
        if (into) into.value = answer === undefined ? "" : JSON.stringify(answer);
      },
    });
  }
  if (into) {
    into.hidden = true;
    const first = values[questions[0]?.id ?? ""];
    if (first !== undefined) into.value = JSON.stringify(first);
    box.append(live);
  }
}

export function showMarked(boxes: Iterable<HTMLElement>): void {
  for (const box of boxes) void draw(box);
}
