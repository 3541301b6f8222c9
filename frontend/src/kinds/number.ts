/* A number that is typed, in bounds, with its unit. A draft is what was typed, a comma as good as a point. */
import { html, nothing, type TemplateResult } from "lit";
import { localeOf } from "../i18n/languages";
import { section } from "../i18n/load";
import type { Asked, Json, Language } from "../protocol/questions";
import { group } from "./shared/controls";
import type { Kind, Place } from "./shared/kind";

type Counted = Asked & { least: number; most: number; decimals: number; unit?: string };

const NO_LIMIT = 1e12;
const wordsIn = section("kinds", "number", {
  between: ["least", "most"],
  from: ["least"],
  places: ["k"],
});

const written = (value: number, language: Language): string =>
  new Intl.NumberFormat(localeOf(language), { maximumFractionDigits: 9 }).format(value);

/** What was typed as a number; undefined where it is none. */
export function read(typed: Json): number | undefined {
  const plain = String(typed ?? "")
    .replace(/[\s\u00a0\u202f]/g, "")
    .replace("−", "-")
    .replace(",", ".");
  return /^-?(?:\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : undefined;
}

/** What keeps a draft from being an answer; "" where nothing does. */
function fault(asked: Asked, draft: Json): "" | "lacks" | "bad" | "places" | "bounds" {
  const { least, most, decimals } = asked as Counted;
  if (!String(draft ?? "").trim()) return "lacks";
  const said = read(draft);
  if (said === undefined) return "bad";
  if (Number(said.toFixed(decimals)) !== said) return "places";
  return said < least || said > most ? "bounds" : "";
}

function wrong({ asked, draft, language }: Pick<Place, "asked" | "draft" | "language">): string {
  const found = fault(asked, draft);
  if (!found) return "";
  if (found === "bounds") return bounds(asked, language);
  const words = wordsIn(language);
  return found === "places" ? words.places((asked as Counted).decimals) : words[found];
}

function bounds(asked: Asked, language: Language): string {
  const { least, most } = asked as Counted;
  const words = wordsIn(language);
  return most >= NO_LIMIT
    ? words.from(written(least, language))
    : words.between(written(least, language), written(most, language));
}

function step(place: Place, by: number): void {
  const { least, most, decimals } = place.asked as Counted;
  const now = read(place.draft);
  const next = now === undefined ? least : Math.min(most, Math.max(least, now + by));
  const said = Number(next.toFixed(decimals));
  place.set(String(said), { joins: true, say: written(said, place.language) });
}

function view(place: Place): TemplateResult {
  const { asked, language } = place;
  const { unit } = asked as Counted;
  const words = wordsIn(language);
  const typed = String(place.draft ?? "");
  const why = typed.trim() ? wrong(place) : "";
  const hint = `${place.name}-hint`;
  const onKey = (event: KeyboardEvent) => {
    const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!by || place.fixed) return;
    event.preventDefault();
    step(place, by);
  };
  const button = (sign: string, name: string, by: number) =>
    html`<button type="button" class="btn kd-step" aria-label=${name} aria-disabled=${place.fixed ? "true" : nothing}
      @click=${() => !place.fixed && step(place, by)}>${sign}</button>`;
  return group(
    place,
    html`<div class="kd-number">${button("−", words.less, -1)}
      <input class="inp num kd-figure" inputmode="decimal" autocomplete="off" enterkeyhint="done" maxlength="30"
        .value=${typed} ?readonly=${place.fixed} aria-labelledby=${place.name} aria-describedby=${hint}
        aria-invalid=${why ? "true" : "false"}
        @input=${(event: Event) => place.set((event.target as HTMLInputElement).value, { joins: true })}
        @keydown=${onKey}>
      ${button("+", words.more, 1)}${unit ? html`<span class="kd-unit">${unit}</span>` : nothing}</div>
    <p class="small ${why ? "msg err" : "mute"}" id=${hint}>${why || bounds(asked, language)}</p>`,
  );
}

export const number: Kind = {
  view,
  commands: () => [],
  act: () => undefined,
  begin: () => "",
  draft: (_asked, answer) => String(answer),
  answer: (asked, draft) => (fault(asked, draft) ? undefined : read(draft)),
  lacks: wrong,
  told(asked, answer, { language }) {
    const { unit } = asked as Counted;
    return written(Number(answer), language) + (unit ? `\u00a0${unit}` : "");
  },
  short: (_asked, answer) => (String(answer).length <= 3 ? String(answer) : ""),
  decides: () => false,
  field: "input",
};
