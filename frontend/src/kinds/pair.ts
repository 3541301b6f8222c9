/* Two things beside each other: which is better, or neither, and why. A and B are their own keys. */
import { html, nothing, type TemplateResult } from "lit";
import { section } from "../i18n/load";
import type { Asked, Choice, Json } from "../protocol/questions";
import type { Shown } from "../protocol/workbench";
import { group, heading, kc, listed, player, shortcut, toggle } from "./shared/controls";
import type { Command, Kind, Place } from "./shared/kind";

export type Compared = Asked & { a: string; b: string; tie?: boolean; reasons?: Choice[] };
type Draft = { choice: string; reasons: string[] };

const REASON = "because ";
const wordsIn = section("kinds", "pair", {
  because: ["why"],
});

const draftOf = (draft: Json): Draft => draft as unknown as Draft;
const labelOf = (choice: Choice): string => choice.label || choice.value;
const reasonsOf = (asked: Asked): Choice[] => (asked as Compared).reasons ?? [];

function thing(place: Place, letter: string, shown: Shown | undefined): TemplateResult {
  const id = `${place.name}-${letter}`;
  const inside =
    shown?.as === "image"
      ? html`<div class="wb-img">${place.picture(shown)}</div>`
      : shown?.as === "audio"
        ? player(shown, id)
        : html`<p class="kd-said" lang="" dir="auto">${shown?.as === "text" && shown.value ? shown.value : html`<span class="unk"><b>${wordsIn(place.language).none}</b></span>`}</p>`;
  return html`<section class="kd-side" aria-labelledby=${id}>${heading(place, letter, "kd-letter", id)}${inside}</section>`;
}

function act(place: Place, command: string): void {
  const draft = draftOf(place.draft);
  if (!command.startsWith(REASON)) {
    const isLast = !reasonsOf(place.asked).length;
    place.set({ ...draft, choice: command }, { done: isLast });
    return;
  }
  const value = command.slice(REASON.length);
  const has = draft.reasons.includes(value);
  const reasons = has ? draft.reasons.filter((each) => each !== value) : [...draft.reasons, value];
  place.set({ ...draft, reasons });
}

export function view(place: Place): TemplateResult {
  const asked = place.asked as Compared;
  const words = wordsIn(place.language);
  const { choice, reasons } = draftOf(place.draft);
  const button = (id: "a" | "b" | "tie") =>
    html`<button type="button" class="choice" aria-pressed=${choice === id ? "true" : "false"} data-value=${id}
      aria-keyshortcuts=${shortcut(place, id)} aria-disabled=${place.fixed ? "true" : nothing}
      @click=${() => !place.fixed && act(place, id)}><span>${words[id]}</span>${kc(place, id)}</button>`;
  return html`<div class="kd-pair">${thing(place, "A", place.cells[asked.a])}${thing(place, "B", place.cells[asked.b])}</div>
    ${group(
      place,
      html`<div class="choices kd-which" data-columns=${asked.tie ? 3 : 2} data-phone="1">
        ${button("a")}${asked.tie ? button("tie") : nothing}${button("b")}</div>
      ${
        reasonsOf(asked).length && choice
          ? html`<fieldset class="kd-why"><legend class="small mute">${words.why}</legend>
            <div class="choices" data-columns="2" data-phone="2">${reasonsOf(asked).map((each) =>
              toggle(place, {
                id: REASON + each.value,
                label: labelOf(each),
                on: reasons.includes(each.value),
                press: () => act(place, REASON + each.value),
              }),
            )}</div></fieldset>`
          : nothing
      }`,
    )}`;
}

export const pair: Kind = {
  view,
  commands({ asked, language, draft }) {
    const words = wordsIn(language);
    const whys = draftOf(draft).choice ? reasonsOf(asked) : [];
    return [
      { id: "a", label: words.a, wish: "a" },
      ...((asked as Compared).tie ? [{ id: "tie", label: words.tie, wish: words.tieKey }] : []),
      { id: "b", label: words.b, wish: "b" },
      ...whys.map((each): Command => ({ id: REASON + each.value, label: labelOf(each) })),
    ];
  },
  act,
  begin: () => ({ choice: "", reasons: [] }),
  draft: (_asked, answer) => ({ reasons: [], ...(answer as { choice: string }) }),
  answer(asked, draft) {
    const { choice, reasons } = draftOf(draft);
    if (!choice) return undefined;
    const inOrder = reasonsOf(asked).map(({ value }) => value);
    return { choice, reasons: inOrder.filter((value) => reasons.includes(value)) };
  },
  lacks: ({ asked, language }) => wordsIn(language)[(asked as Compared).tie ? "lacks" : "lacksTwo"],
  told(asked, answer, { language }) {
    const { choice, reasons = [] } = answer as unknown as Draft;
    const words = wordsIn(language);
    const said = reasonsOf(asked).filter(({ value }) => reasons.includes(value));
    const why = listed(said.map(labelOf), language);
    return (
      ((words.told as Record<string, string>)[choice] ?? choice) + (why ? words.because(why) : "")
    );
  },
  short: (_asked, answer) =>
    ({ a: "A", b: "B", tie: "=" })[(answer as unknown as Draft).choice] ?? "",
  decides: (asked) => !reasonsOf(asked).length,
};
