/* For the builders of scripts: a language that lacks a word says it in English. Every folder of words is read
   as it stands; what is empty there, or missing, is put in here. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

const WORDS = /[\\/]locale[\\/]([^\\/]+)[\\/]words[\\/]([^\\/]+\.json)$/;

type Texts = string | Texts[] | { [name: string]: Texts };

/** The shape of English, each text in the language where it has one. */
export function filled(english: Texts, own: Texts | undefined): Texts {
  if (typeof english === "string") return typeof own === "string" && own.trim() ? own : english;
  if (Array.isArray(english))
    return english.map((each, at) => filled(each, Array.isArray(own) ? own[at] : undefined));
  const has = own && typeof own === "object" && !Array.isArray(own) ? own : {};
  return Object.fromEntries(
    Object.entries(english).map(([name, each]) => [name, filled(each, has[name])]),
  );
}

export const words: Plugin = {
  name: "canut-words",
  enforce: "pre",
  transform(code, id) {
    const [, language, file] = WORDS.exec(id.split("?")[0] ?? "") ?? [];
    if (!language || !file) return null;
    const path = join(id.slice(0, id.lastIndexOf("locale")), "locale", "en", "words", file);
    const english = JSON.parse(readFileSync(path, "utf8")) as Texts;
    return { code: JSON.stringify(filled(english, JSON.parse(code) as Texts)), map: null };
  },
};
