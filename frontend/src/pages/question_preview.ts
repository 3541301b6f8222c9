/* A question drawn by its kinds as its workers will see it: fetched only where one is written. */
import { html, render } from "lit";
import { pageLanguage, spaced } from "../i18n/languages";
import { fetchKinds } from "../kinds/register";
import type { Language, Question } from "../protocol/questions";
import type { Shown } from "../protocol/workbench";
import { StandaloneQuestion } from "./standalone_question";
import "../styles/kinds.css";

type Said = {
  why?: string;
  schema?: { questions: Question[] };
  cells?: Record<string, Shown>;
  language?: Language;
};

export async function show(box: HTMLElement, preview: unknown): Promise<void> {
  const { why, schema, cells = {}, language = pageLanguage() } = preview as Said;
  if (!schema) {
    render(html`<p class="small mute">${why ?? ""}</p>`, box);
    return;
  }
  await fetchKinds(
    schema.questions.map(({ kind }) => kind),
    language,
  );
  // A question that waits for another's answer, or is asked of each region, is shown all the same.
  const parts = schema.questions.map((whole, at) => {
    const { when: _when, each: _each, ...plain } = whole;
    const name = `preview-${at}`;
    const title = html`<p class="voice q" id=${name}>${spaced(plain.ask, language)}</p>`;
    return { plain, name, title: html`${title}<div data-part=${at}></div>` };
  });
  render(
    parts.map(({ title }) => title),
    box,
  );
  for (const [at, { plain, name }] of parts.entries()) {
    const container = box.querySelector<HTMLElement>(`[data-part="${at}"]`);
    if (container)
      new StandaloneQuestion(container, {
        question: plain,
        cells: { ...cells },
        language,
        name,
      });
  }
}
