/* The register of kinds: a new kind is one line here and one file, which is fetched when it is asked. */

import { type File, fetchWords } from "../i18n/load";
import type { Language } from "../protocol/questions";
import type { Kind } from "./shared/kind";

type Load = () => Promise<Kind>;

export const KINDS: Readonly<Record<string, Load>> = {
  choice: async () => (await import("./choice")).choice,
  rating: async () => (await import("./rating")).rating,
  number: async () => (await import("./number")).number,
  date: async () => (await import("./date")).date,
  text: async () => (await import("./text")).text,
  pair: async () => (await import("./pair")).pair,
  ranking: async () => (await import("./ranking")).ranking,
  boxes: async () => (await import("./regions/boxes")).boxes,
  polygons: async () => (await import("./regions/polygons")).polygons,
  keypoints: async () => (await import("./regions/keypoints")).keypoints,
  chat: async () => (await import("./chat")).chat,
  audio: async () => (await import("./audio")).audio,
  page: async () => (await import("./page")).page,
  spans: async () => (await import("./spans")).spans,
};

/** Kinds whose words are many have a file of them; those of all others come together. */
const WORDS: Readonly<Record<string, File>> = {
  boxes: "regions",
  polygons: "regions",
  keypoints: "regions",
  audio: "audio",
  spans: "spans",
};

const loaded = new Map<string, Kind>();

/** Fetch the kinds of some questions and their words; throws where one cannot be fetched. */
export async function fetchKinds(kinds: Iterable<string>, language: Language): Promise<void> {
  const names = [...new Set(kinds)];
  const words = names.flatMap((name) => WORDS[name] ?? []);
  const come = fetchWords(language, ["kinds", ...words]);
  const entries = await Promise.all(
    names.map(async (name) => {
      const load = KINDS[name];
      if (!load) throw new Error(`no kind ${name}`);
      return [name, loaded.get(name) ?? (await load())] as const;
    }),
  );
  await come;
  for (const [name, kind] of entries) loaded.set(name, kind);
}

/** Make a kind known without fetching it. */
export const knowKind = (name: string, kind: Kind): void => void loaded.set(name, kind);

export const hasKinds = (kinds: Iterable<string>): boolean =>
  [...kinds].every((name) => loaded.has(name));

/** A kind that was fetched. */
export function kindOf(question: { kind: string }): Kind {
  const kind = loaded.get(question.kind);
  if (!kind) throw new Error(`the kind ${question.kind} was not fetched`);
  return kind;
}
