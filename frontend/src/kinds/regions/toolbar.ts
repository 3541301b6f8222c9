/* The tools of a picture that is marked: seeing more of it or less, better, moving the view, snapping. */
import { html, nothing, type TemplateResult } from "lit";
import { kc, shortcut } from "../shared/controls";
import type { QuestionContext } from "../shared/kind";
import { pictureOf } from "./model";
import { words } from "./words";

/** How the picture is seen and drawn on. */
export type Sight = { light: number; contrast: number; isHand: boolean; snaps: boolean };

/** The longest side of the copy that is shown; enlarged past it, the picture itself is fetched. */
const COPY_POINTS = 1280;

/** The picture's own points, to lie over its copy where so much of it is asked for. */
export function deep(
  { question, cells }: QuestionContext,
  scale: number,
): TemplateResult | typeof nothing {
  const image = pictureOf(question, cells);
  const longest = image ? Math.max(image.width, image.height) : 0;
  const isPast = longest > COPY_POINTS && longest * scale * devicePixelRatio > COPY_POINTS;
  if (!image?.raw || !isPast) return nothing;
  return html`<img class="rg-deep dg" src=${image.raw} alt="" draggable="false">`;
}

export function tools(
  context: QuestionContext,
  sight: Sight,
  change: (next: Partial<Sight>) => void,
  look: (command: string) => void,
): TemplateResult {
  const say = words(context.language);
  const see = (id: string, sign: string, name: string) =>
    html`<button type="button" class="btn sm quiet" data-do=${id} title=${name} aria-keyshortcuts=${shortcut(context, id)}
      @click=${() => look(id)}><span class=${sign ? "sr" : ""}>${name}</span>${sign ? html`<span aria-hidden="true">${sign}</span>` : nothing} ${kc(context, id)}</button>`;
  const flip = (name: string, part: "isHand" | "snaps") =>
    html`<button type="button" class="btn sm quiet" data-do=${part} aria-pressed=${sight[part] ? "true" : "false"}
      @click=${() => change({ [part]: !sight[part] })}>${name}</button>`;
  const range = (name: string, part: "light" | "contrast") =>
    html`<label class="small"><span>${name}</span> <input type="range" min="0.4" max="2.2" step="0.1" .value=${String(sight[part])}
      @input=${(event: Event) => change({ [part]: (event.target as HTMLInputElement).valueAsNumber })}></label>`;
  return html`<div class="rg-tools">
    ${see("smaller", "−", say.smaller)}${see("bigger", "+", say.bigger)}${see("whole", "", say.whole)}${see("light", "☀", say.light)}
    ${flip(say.hand, "isHand")}${context.fixed ? nothing : flip(say.snap, "snaps")}
    <details class="more rg-light"><summary class="small">${say.sight}</summary><div>${range(say.brightness, "light")}${range(say.contrast, "contrast")}</div></details>
  </div>`;
}
