/* Things put in order, the best first. A key places a thing at the end of the order; arrows move the one
   in hand. No dragging is needed. A draft is the order so far, and which thing is in hand. */
import { html, nothing, type TemplateResult } from "lit";
import { section } from "../i18n/load";
import type { Asked, Choice, Json } from "../protocol/questions";
import type { Shown } from "../protocol/workbench";
import { cut, group, kc, player, shortcut } from "./shared/controls";
import type { Command, Kind, Place } from "./shared/kind";

type Ranked = Asked & { items: Choice[]; as?: "text" | "image" };
type Draft = { order: string[]; held: string };

const UP = "\u0000up";
const DOWN = "\u0000down";
const wordsIn = section("kinds", "ranking", {
  up: ["label"],
  down: ["label"],
  out: ["label"],
  said: ["label", "n", "of"],
  gone: ["label"],
  left: ["k"],
});

const draftOf = (draft: Json): Draft => draft as unknown as Draft;
const itemsOf = (asked: Asked): Choice[] => (asked as Ranked).items;
const labelOf = (choice: Choice): string => choice.label || choice.value;
const labelIn = (asked: Asked, value: string): string => {
  const found = itemsOf(asked).find((each) => each.value === value);
  return found ? labelOf(found) : value;
};
const restOf = (asked: Asked, { order }: Draft): Choice[] =>
  itemsOf(asked).filter(({ value }) => !order.includes(value));

/** Place a thing; the last one left places itself. */
function put(place: Place, value: string): void {
  const { asked, language } = place;
  const order = [...draftOf(place.draft).order, value];
  const rest = restOf(asked, { order, held: "" });
  if (rest.length === 1 && rest[0]) order.push(rest[0].value);
  const said = wordsIn(language).said(
    labelIn(asked, value),
    order.indexOf(value) + 1,
    itemsOf(asked).length,
  );
  place.set({ order, held: value }, { say: said });
}

function move(place: Place, value: string, by: number): void {
  const { order } = draftOf(place.draft);
  const at = order.indexOf(value);
  const to = at + by;
  if (at < 0 || to < 0 || to >= order.length) return;
  const next = order.filter((each) => each !== value);
  next.splice(to, 0, value);
  const said = wordsIn(place.language).said(
    labelIn(place.asked, value),
    to + 1,
    itemsOf(place.asked).length,
  );
  place.set({ order: next, held: value }, { say: said });
}

function takeOut(place: Place, value: string): void {
  const order = draftOf(place.draft).order.filter((each) => each !== value);
  const said = wordsIn(place.language).gone(labelIn(place.asked, value));
  place.set({ order, held: order.at(-1) ?? "" }, { say: said });
}

function act(place: Place, command: string): void {
  const { order, held } = draftOf(place.draft);
  if (command === UP || command === DOWN) move(place, held, command === UP ? -1 : 1);
  else if (order.includes(command)) place.set({ order, held: command });
  else put(place, command);
}

function shownIn(place: Place, value: string): Shown | undefined {
  return (place.asked as Ranked).as ? place.cells[value] : undefined;
}

function content(place: Place, value: string): TemplateResult {
  const shown = shownIn(place, value);
  const label = html`<b class="b" lang=${place.tongue ?? nothing} dir="auto">${labelIn(place.asked, value)}</b>`;
  if (shown?.as === "image")
    return html`${label}<span class="kd-thumb">${place.picture(shown)}</span>`;
  if (shown?.as === "audio") return html`${label}${player(shown)}`;
  if (shown?.as === "text")
    return html`${label}<span class="kd-said small" lang="" dir="auto">${shown.value}</span>`;
  return label;
}

function row(place: Place, value: string, at: number): TemplateResult {
  const { asked, language, fixed } = place;
  const words = wordsIn(language);
  const { order, held } = draftOf(place.draft);
  const label = cut(labelIn(asked, value), 40);
  const button = (sign: string, name: string, off: boolean, press: () => void) =>
    html`<button type="button" class="btn sm kd-move" aria-label=${name} aria-disabled=${off ? "true" : nothing}
      @click=${() => !off && press()}>${sign}</button>`;
  return html`<li class="kd-row ${held === value ? "held" : ""}" data-value=${value}>
    <span class="kd-rank num" aria-hidden="true">${at + 1}</span>
    <span class="kd-what">${content(place, value)}</span>
    ${kc(place, value)}
    ${
      fixed
        ? nothing
        : html`<span class="row kd-moves">${button("↑", words.up(label), at === 0, () => move(place, value, -1))}
          ${button("↓", words.down(label), at === order.length - 1, () => move(place, value, 1))}
          ${button("×", words.out(label), false, () => takeOut(place, value))}</span>`
    }</li>`;
}

function view(place: Place): TemplateResult {
  const { asked, language, fixed } = place;
  const words = wordsIn(language);
  const draft = draftOf(place.draft);
  const rest = restOf(asked, draft);
  return group(
    place,
    html`${
      draft.order.length
        ? html`<p class="small mute" id="${place.name}-order">${words.order}</p>
          <ol class="kd-order" aria-labelledby="${place.name}-order">${draft.order.map((value, at) => row(place, value, at))}</ol>
          ${
            place.active && !fixed
              ? html`<p class="small mute kd-keys">${words.move} ${kc(place, UP)} ${kc(place, DOWN)}</p>`
              : nothing
          }`
        : nothing
    }
    ${
      rest.length
        ? html`<p class="small mute" id="${place.name}-rest">${draft.order.length ? words.rest : words.first}</p>
          <div class="kd-rest" role="group" aria-labelledby="${place.name}-rest">${rest.map(
            ({ value }) =>
              html`<button type="button" class="choice" data-value=${value} aria-keyshortcuts=${shortcut(place, value)} aria-disabled=${fixed ? "true" : nothing}
                @click=${() => !fixed && put(place, value)}><span class="kd-what">${content(place, value)}</span>${kc(place, value)}</button>`,
          )}</div>`
        : html`<p class="small mute kd-keys">${words.all}</p>`
    }`,
  );
}

export const ranking: Kind = {
  view,
  commands({ asked, draft, language }) {
    const { held } = draftOf(draft);
    const words = wordsIn(language);
    const own = itemsOf(asked).map((each): Command => ({ id: each.value, label: labelOf(each) }));
    if (!held) return own;
    const label = labelIn(asked, held);
    return [
      ...own,
      { id: UP, label: words.up(label), wish: "arrowup" },
      { id: DOWN, label: words.down(label), wish: "arrowdown" },
    ];
  },
  act,
  begin: () => ({ order: [], held: "" }),
  draft: (_asked, answer) => ({ order: answer as string[], held: "" }),
  answer(asked, draft) {
    const { order } = draftOf(draft);
    return order.length === itemsOf(asked).length ? order : undefined;
  },
  lacks: ({ asked, draft, language }) =>
    wordsIn(language).left(restOf(asked, draftOf(draft)).length),
  told: (asked, answer) => (answer as string[]).map((value) => labelIn(asked, value)).join(" › "),
  short: (asked, answer) => labelIn(asked, String((answer as string[])[0] ?? "")).slice(0, 2),
  decides: () => false,
};
