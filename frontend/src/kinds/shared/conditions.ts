/* Which questions are asked, given earlier answers: the rules of core/kinds/conditions.py, by the same
   tables. What both must give stands in tests/core/kinds/when.json. */
import type { Condition, Word } from "../../protocol/questions";

/** What of a question decides whether it is asked. */
export type Conditional = { id: string; kind: string; each?: string; when?: Condition };

/** Where an answer of each kind says something: "." itself, "*" each of a list, "**" all that is in it. */
export const SAYS: Readonly<Record<string, readonly string[]>> = {
  choice: ["**"],
  rating: ["."],
  number: ["."],
  date: ["."],
  text: ["."],
  boxes: ["*.label"],
  polygons: ["*.label"],
  keypoints: ["*.label"],
  audio: ["*.label"],
  spans: ["spans.*.label", "relations.*.label"],
  pair: ["choice", "reasons.*"],
  ranking: ["0"],
  page: [],
  chat: [".", "*.rating", "choice", "reasons.*"],
};

const TESTS: Readonly<Record<string, (operand: never, here: readonly Word[]) => boolean>> = {
  is: (operand: Word, here) => here.includes(operand),
  any: (operand: Word[], here) => operand.some((word) => here.includes(word)),
  all: (operand: Word[], here) => operand.every((word) => here.includes(word)),
  not: (operand: Word[], here) => here.length > 0 && !operand.some((word) => here.includes(word)),
  least: (operand: number, here) =>
    here.some((word) => typeof word === "number" && word >= operand),
  most: (operand: number, here) => here.some((word) => typeof word === "number" && word <= operand),
  answered: (operand: boolean, here) => here.length > 0 === operand,
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function at(value: unknown, steps: readonly string[]): Word[] {
  const [step = "", ...later] = steps;
  const isWord = typeof value === "string" || typeof value === "number";
  if (step === "" || step === "**") {
    if (isWord) return [value];
    return step && Array.isArray(value) ? value.flatMap((element) => at(element, steps)) : [];
  }
  if (step === "*")
    return Array.isArray(value) ? value.flatMap((element) => at(element, later)) : [];
  if (/^\d+$/.test(step)) return Array.isArray(value) ? at(value[Number(step)], later) : [];
  return isObject(value) ? at(value[step], later) : [];
}

/** What an answer says: texts and numbers, none where there is no answer. */
export function answerWords(kind: string, value: unknown): Word[] {
  const places = SAYS[kind] ?? [];
  return places
    .flatMap((place) => at(value, place === "." ? [] : place.split(".")))
    .filter((word) => word !== "");
}

type Heard = ReadonlyMap<string, readonly Word[]>;

/** Whether a condition holds, by what each earlier question's answer says. */
export function holds(condition: Condition, heard: Heard): boolean {
  if ("and" in condition) return condition.and.every((part) => holds(part, heard));
  if ("or" in condition) return condition.or.some((part) => holds(part, heard));
  const here = heard.get(condition.question) ?? [];
  const [operator, operand] = Object.entries(condition).find(([name]) => name in TESTS) ?? [];
  const test = operator && TESTS[operator];
  return test ? test(operand as never, here) : false;
}

const listed = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** The regions an answer marks. */
export const regionsOf = (kind: string, value: unknown): unknown[] =>
  kind === "spans" && isObject(value) ? listed(value.spans) : listed(value);

/** Which questions are asked: true or false, or one of both for each region. */
export function whichAreAsked(
  questions: readonly Conditional[],
  values: Readonly<Record<string, unknown>>,
): Record<string, boolean | boolean[]> {
  const results: Record<string, boolean | boolean[]> = {};
  const heard = new Map<string, readonly Word[]>();
  questions.forEach((question, number) => {
    const { id, kind, each, when } = question;
    const value = values[id];
    if (each === undefined) {
      const isShown = !when || holds(when, heard);
      results[id] = isShown;
      heard.set(id, isShown ? answerWords(kind, value) : []);
      return;
    }
    const marking = questions.find((other) => other.id === each);
    const regions = marking && results[each] ? regionsOf(marking.kind, values[each]) : [];
    const isShownIn = regions.map((region, place) => {
      if (!when) return true;
      const near = new Map(heard);
      for (const other of questions.slice(0, number)) {
        if (other.id === each) {
          near.set(
            other.id,
            answerWords(other.kind, other.kind === "spans" ? { spans: [region] } : [region]),
          );
        } else if (other.each === each) {
          const isAsked = (results[other.id] as boolean[])[place];
          near.set(
            other.id,
            isAsked ? answerWords(other.kind, listed(values[other.id])[place]) : [],
          );
        }
      }
      return holds(when, near);
    });
    results[id] = isShownIn;
    const own = listed(value);
    heard.set(
      id,
      isShownIn.flatMap((isAsked, place) => (isAsked ? answerWords(kind, own[place]) : [])),
    );
  });
  return results;
}
