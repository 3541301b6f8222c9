/* A number that is typed, in bounds, with its unit. A draft is what was typed, a comma as good as a point. */
import { html, nothing, type TemplateResult } from "lit";
import { localeOf } from "../workbench/figures";
import type { Asked, Json, Language } from "../workbench/wire";
import type { Kind, Place } from "./kind";
import { group } from "./parts";

type Counted = Asked & { least: number; most: number; decimals: number; unit?: string };

const NO_LIMIT = 1e12;
const WORDS = {
  fr: {
    lacks: "Écrivez un nombre.",
    bad: "Ce n’est pas un nombre.",
    between: (least: string, most: string) => `De ${least} à ${most}.`,
    from: (least: string) => `À partir de ${least}.`,
    places: (k: number) => (k ? `Au plus ${k} décimales.` : "Un nombre entier."),
    less: "Un de moins",
    more: "Un de plus",
  },
  en: {
    lacks: "Write a number.",
    bad: "This is not a number.",
    between: (least: string, most: string) => `From ${least} to ${most}.`,
    from: (least: string) => `From ${least} on.`,
    places: (k: number) => (k ? `At most ${k} decimals.` : "A whole number."),
    less: "One less",
    more: "One more",
  },
} as const;

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

function wrong({ asked, draft, language }: Pick<Place, "asked" | "draft" | "language">): string {
  const { least, most, decimals } = asked as Counted;
  const words = WORDS[language];
  if (!String(draft ?? "").trim()) return words.lacks;
  const said = read(draft);
  if (said === undefined) return words.bad;
  if (Number(said.toFixed(decimals)) !== said) return words.places(decimals);
  if (said < least || said > most) return bounds(asked, language);
  return "";
}

function bounds(asked: Asked, language: Language): string {
  const { least, most } = asked as Counted;
  const words = WORDS[language];
  return most >= NO_LIMIT
    ? words.from(written(least, language))
    : words.between(written(least, language), written(most, language));
}

function step(place: Place, by: number): void {
  const { least, most, decimals } = place.asked as Counted;
  const now = read(place.draft);
  const next = now === undefined ? least : Math.min(most, Math.max(least, now + by));
  place.set(String(Number(next.toFixed(decimals))), { joins: true });
}

function view(place: Place): TemplateResult {
  const { asked, language } = place;
  const { unit } = asked as Counted;
  const words = WORDS[language];
  const typed = String(place.draft ?? "");
  const fault = typed.trim() ? wrong(place) : "";
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
        aria-invalid=${fault ? "true" : "false"}
        @input=${(event: Event) => place.set((event.target as HTMLInputElement).value, { joins: true })}
        @keydown=${onKey}>
      ${button("+", words.more, 1)}${unit ? html`<span class="kd-unit">${unit}</span>` : nothing}</div>
    <p class="small ${fault ? "msg err" : "mute"}" id=${hint}>${fault || bounds(asked, language)}</p>`,
  );
}

export const number: Kind = {
  view,
  commands: () => [],
  act: () => undefined,
  begin: () => "",
  draft: (_asked, answer) => String(answer),
  answer: (asked, draft) => (wrong({ asked, draft, language: "en" }) ? undefined : read(draft)),
  lacks: wrong,
  told(asked, answer, { language }) {
    const { unit } = asked as Counted;
    return written(Number(answer), language) + (unit ? `\u00a0${unit}` : "");
  },
  short: (_asked, answer) => (String(answer).length <= 3 ? String(answer) : ""),
  decides: () => false,
  field: "input",
};
