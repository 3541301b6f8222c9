/* What each language is: one folder each beside the server's translations, read where scripts are built.
   No list of them stands anywhere. English is what is shown where a folder is missing. */
import type { Language } from "../protocol/questions";

type About = {
  /** How numbers, money and dates are written: `pt-BR`. */
  locale: string;
  /** Which signs stand behind spaces that do not break. */
  spacing?: "french";
};

export const FALLBACK = "en";
const FOLDER = /\/locale\/([^/]+)\//;

/** The language a file is of, by the name of its folder, which gettext writes `pt_BR`. */
export const codeOf = (path: string): Language =>
  (FOLDER.exec(path)?.[1] ?? "").replace("_", "-").toLowerCase();

/** A language that lies beside the data of an instance is in no build: its pages bring it. */
type Brought = { language: Language; locale: string; words: Readonly<Record<string, Texts>> };
export type Texts = { readonly [name: string]: unknown };

export function broughtBy(page: Document): Brought | null {
  const json = page.getElementById("own-words")?.textContent;
  return json ? (JSON.parse(json) as Brought) : null;
}
export const pageWords = broughtBy(document);

const descriptions = import.meta.glob<About>("../../../src/canut/locale/*/language.json", {
  eager: true,
  import: "default",
});
const ALL = new Map(Object.entries(descriptions).map(([path, about]) => [codeOf(path), about]));
if (pageWords) ALL.set(pageWords.language, { locale: pageWords.locale });

/** A language we have: itself, or its own without the country, or the one to fall back on. */
export function supported(language: Language, all: Pick<typeof ALL, "has"> = ALL): Language {
  const name = language.toLowerCase();
  const short = name.split("-")[0] ?? "";
  return all.has(name) ? name : all.has(short) ? short : FALLBACK;
}

const about = (language: Language): About | undefined => ALL.get(supported(language));

/** Its locale, in the digits that the server writes: a page has one kind of them. */
export function localeOf(language: Language): string {
  const locale = about(language)?.locale ?? FALLBACK;
  return locale.includes("-u-") ? locale : `${locale}-u-nu-latn`;
}

/** The language of the page, as its own element says. */
export const pageLanguage = (): Language => supported(document.documentElement.lang);

/** French spacing: narrow no-break before ; ? !, no-break before : % $ and inside « ». */
export function french(text: string): string {
  return text
    .replace(/[ \u00a0\u202f]([;?!])/g, "\u202f$1")
    .replace(/ ([:%$€»])/g, "\u00a0$1")
    .replace(/« /g, "«\u00a0")
    .replace(/(\d) (\d{3})(?!\d)/g, "$1\u202f$2");
}

/** Text with the spaces its language wants, typed with plain ones. */
export const spaced = (text: string, language: Language): string =>
  about(language)?.spacing === "french" ? french(text) : text;
