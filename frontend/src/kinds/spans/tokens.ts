/* A text cut where spans may begin and end: words or characters as people see them, and its sentences.
   Places are Unicode code points, as answers count them; the page counts halves of pairs, which
   ``units`` and ``points`` turn into each other. */

export type Token = { start: number; end: number };

export type Cut = {
  text: string;
  tokens: readonly Token[];
  /** The first token of each sentence. */
  sentences: readonly number[];
  /** Whether it is read from right to left. */
  isRtl: boolean;
  /** A place in code points, of one in halves of pairs. */
  points(unit: number): number;
  /** A place in halves of pairs, of one in code points. */
  units(point: number): number;
  /** What stands between two places in code points. */
  part(span: Token): string;
};

const ELISION = /^(?:\p{L}{1,2}|qu|jusqu|lorsqu|puisqu|quoiqu|presqu|quelqu)['’](?=\p{L})/iu;
const POSSESSIVE = /['’]s$/iu;
const RTL = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/;
const STRONG = /[\p{L}]/u;

/** Halves of pairs at each code point, or nothing where every point is one. */
function tableOf(text: string): Uint32Array | null {
  if (!/[\ud800-\udfff]/.test(text)) return null;
  const places: number[] = [];
  for (let at = 0; at < text.length; at += (text.codePointAt(at) as number) > 0xffff ? 2 : 1)
    places.push(at);
  places.push(text.length);
  return Uint32Array.from(places);
}

/** The last place in a rising list that is not past a value. */
export function lastUpTo(rising: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = rising.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((rising[middle] as number) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** A word where it may be cut: l’|eau, Zoé|’s. */
function* within(word: string, at: number): Generator<[number, number]> {
  const cut = ELISION.exec(word)?.[0].length ?? POSSESSIVE.exec(word)?.index ?? 0;
  if (cut) yield [at, at + cut];
  yield [at + cut, at + word.length];
}

function* wordsIn(text: string, language: string | undefined): Generator<[number, number]> {
  const cutter = new Intl.Segmenter(language, { granularity: "word" });
  for (const { segment, index } of cutter.segment(text))
    if (segment.trim()) yield* within(segment, index);
}

function* charactersIn(text: string): Generator<[number, number]> {
  const cutter = new Intl.Segmenter(undefined, { granularity: "grapheme" });
  for (const { segment, index } of cutter.segment(text))
    if (segment.trim()) yield [index, index + segment.length];
}

export function cutText(text: string, snap: string, language?: string): Cut {
  const table = tableOf(text);
  const points = (unit: number) => (table ? lastUpTo(table, unit) : unit);
  const units = (point: number) => (table ? (table[point] ?? text.length) : point);
  const ranges = snap === "character" ? charactersIn(text) : wordsIn(text, language);
  const tokens = [...ranges].map(([start, end]) => ({ start: points(start), end: points(end) }));
  const starts = tokens.map(({ start }) => start);
  const sentences = new Set<number>();
  for (const { index } of new Intl.Segmenter(language, { granularity: "sentence" }).segment(text)) {
    const before = starts.length ? lastUpTo(starts, points(index)) : 0;
    sentences.add((starts[before] ?? 0) < points(index) ? before + 1 : before);
  }
  return {
    text,
    tokens,
    sentences: [...sentences].filter((at) => at < tokens.length),
    isRtl: RTL.test(STRONG.exec(text)?.[0] ?? ""),
    points,
    units,
    part: ({ start, end }) => text.slice(units(start), units(end)),
  };
}

/** The token that holds a place, or the last one before it. */
export const tokenAt = ({ tokens }: Cut, point: number): number =>
  lastUpTo(
    tokens.map(({ start }) => start),
    point,
  );

const cuts = new Map<string, Cut>();
const KEPT = 8;

/** The same text is cut once. */
export function cutOf(text: string, snap: string, language?: string): Cut {
  const name = `${snap} ${language ?? ""} ${text}`;
  const cut = cuts.get(name) ?? cutText(text, snap, language);
  cuts.delete(name);
  cuts.set(name, cut);
  if (cuts.size > KEPT) cuts.delete(cuts.keys().next().value as string);
  return cut;
}
