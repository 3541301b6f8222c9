/* The register of kinds: a new kind is one line here and one file, which is fetched when it is asked. */
import type { Kind } from "./kind";

type Load = () => Promise<Kind>;

export const KINDS: Readonly<Record<string, Load>> = {
  choice: async () => (await import("./choice")).choice,
  rating: async () => (await import("./rating")).rating,
  number: async () => (await import("./number")).number,
  text: async () => (await import("./text")).text,
  pair: async () => (await import("./pair")).pair,
  ranking: async () => (await import("./ranking")).ranking,
  boxes: async () => (await import("./boxes")).boxes,
  polygons: async () => (await import("./polygons")).polygons,
  keypoints: async () => (await import("./keypoints")).keypoints,
  chat: async () => (await import("./chat")).chat,
  audio: async () => (await import("./audio")).audio,
  spans: async () => (await import("./spans")).spans,
};

const loaded = new Map<string, Kind>();

/** Fetch the kinds of some questions; throws where one cannot be fetched. */
export async function fetchKinds(kinds: Iterable<string>): Promise<void> {
  await Promise.all(
    [...new Set(kinds)].map(async (name) => {
      const load = KINDS[name];
      if (!load) throw new Error(`no kind ${name}`);
      if (!loaded.has(name)) loaded.set(name, await load());
    }),
  );
}

/** Make a kind known without fetching it. */
export const knowKind = (name: string, kind: Kind): void => void loaded.set(name, kind);

export const hasKinds = (kinds: Iterable<string>): boolean =>
  [...kinds].every((name) => loaded.has(name));

/** A kind that was fetched. */
export function kindOf(asked: { kind: string }): Kind {
  const kind = loaded.get(asked.kind);
  if (!kind) throw new Error(`the kind ${asked.kind} was not fetched`);
  return kind;
}
