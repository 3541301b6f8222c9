/* The words of the page's language: one file for each part of the scripts, fetched when that part is. What is
   translated stands in `locale/<language>/words/*.json`; what is missing there comes in English, put in where
   scripts are built. English is also what the types are made of. */
import type audio from "../../../src/canut/locale/en/words/audio.json";
import type kinds from "../../../src/canut/locale/en/words/kinds.json";
import type pages from "../../../src/canut/locale/en/words/pages.json";
import type regions from "../../../src/canut/locale/en/words/regions.json";
import type spans from "../../../src/canut/locale/en/words/spans.json";
import type workbench from "../../../src/canut/locale/en/words/workbench.json";
import type { Language } from "../protocol/questions";
import { type Fact, formatMessage, parse } from "./icu";
import {
  codeOf,
  FALLBACK,
  localeOf,
  pageLanguage,
  pageWords,
  spaced,
  supported,
  type Texts,
} from "./languages";

type Files = {
  audio: typeof audio;
  kinds: typeof kinds;
  pages: typeof pages;
  regions: typeof regions;
  spans: typeof spans;
  workbench: typeof workbench;
};
export type File = keyof Files;

/** Which messages take facts, and what these are called, in the order in which scripts give them. */
type Takes<Section> = { readonly [Name in keyof Section]?: readonly string[] };
type Facts<Names extends readonly string[]> = { readonly [At in keyof Names]: Fact };
/** A section as scripts use it: texts, and functions where facts go in. */
export type Words<Section, Taken> = {
  readonly [Name in keyof Section]: Name extends keyof Taken
    ? Taken[Name] extends readonly string[]
      ? (...facts: Facts<Taken[Name]>) => string
      : Section[Name]
    : Section[Name];
};

const LOADS = import.meta.glob<Texts>("../../../src/canut/locale/*/words/*.json", {
  import: "default",
});
const nameOf = (language: Language, file: string): string => `${language} ${file}`;
const loads = new Map(
  Object.entries(LOADS).map(([path, load]) => [
    nameOf(codeOf(path), path.split("/").at(-1)?.replace(".json", "") ?? ""),
    load,
  ]),
);
const loaded = new Map<string, Texts>();
if (pageWords)
  for (const [file, texts] of Object.entries(pageWords.words))
    loaded.set(nameOf(pageWords.language, file), texts);

/** The locale in which this page writes numbers and dates. */
export const locale = (): string => localeOf(pageLanguage());

/** Fetch some files of a language; throws where one cannot be fetched. */
export async function fetchWords(language: Language, files: Iterable<File>): Promise<void> {
  const own = supported(language);
  await Promise.all(
    [...new Set(files)].map(async (file) => {
      const name = nameOf(own, file);
      if (loaded.has(name)) return;
      const load = loads.get(name) ?? loads.get(nameOf(FALLBACK, file));
      if (!load) throw new Error(`no words ${file}`);
      loaded.set(name, await load());
    }),
  );
}

export const hasWords = (language: Language, file: File): boolean =>
  loaded.has(nameOf(supported(language), file));

/** Dress every text of a section for its language; those that take facts become functions. */
export function buildMessages(
  texts: unknown,
  takes: Readonly<Record<string, readonly string[]>>,
  language: Language,
): unknown {
  if (typeof texts === "string") return spaced(texts, language);
  if (Array.isArray(texts)) return texts.map((each) => buildMessages(each, {}, language));
  const entries = Object.entries(texts as Texts).map(([name, each]) => {
    const names = takes[name];
    if (!names) return [name, buildMessages(each, {}, language)];
    const parts = parse(spaced(String(each), language));
    const message = (...facts: Fact[]) =>
      formatMessage(
        parts,
        Object.fromEntries(names.map((factName, at) => [factName, facts[at] ?? ""])),
        language,
      );
    return [name, message];
  });
  return Object.fromEntries(entries);
}

/** A section of a file in the words of a language, once that file was fetched. */
export function section<
  F extends File,
  Name extends keyof Files[F] & string,
  const Taken extends Takes<Files[F][Name]> = Record<never, never>,
>(
  file: F,
  name: Name,
  takes: Taken = {} as Taken,
): (language: Language) => Words<Files[F][Name], Taken> {
  const all = new Map<Language, Words<Files[F][Name], Taken>>();
  return (language) => {
    const own = supported(language);
    const before = all.get(own);
    if (before) return before;
    const texts = loaded.get(nameOf(own, file))?.[name];
    if (!texts) throw new Error(`the words ${file} of ${own} were not fetched`);
    const messages = buildMessages(
      texts,
      takes as Readonly<Record<string, readonly string[]>>,
      own,
    );
    all.set(own, messages as Words<Files[F][Name], Taken>);
    return messages as Words<Files[F][Name], Taken>;
  };
}
