/* Elements of crowd-html that mark a picture or a text, drawn on a requester's page by the kinds that the
   workbench has: the same keys, buttons and list. */
import { fetchWords } from "../../i18n/load";
import { knowKind } from "../../kinds/register";
import type { Kind } from "../../kinds/shared/kind";
import { type DrawMarks, type Mark, type MarksAsked, POINT, shapeOf } from "../../own_pages/marks";
import type { Json, Language, Question } from "../../protocol/questions";
import { StandaloneQuestion } from "../standalone_question";
import "../../styles/crowd_marks.css";

const LOADS: Readonly<Record<string, () => Promise<Kind>>> = {
  boxes: async () => (await import("../../kinds/regions/boxes")).boxes,
  polygons: async () => (await import("../../kinds/regions/polygons")).polygons,
  keypoints: async () => (await import("../../kinds/regions/spots")).spots,
  spans: async () => (await import("../../kinds/spans")).spans,
};

function questionOf({ element, name, labels, overlap }: MarksAsked): Question {
  const { kind } = shapeOf(element);
  const own: { [part: string]: Json } = { id: name, kind, ask: "", labels, column: "shown" };
  if (kind === "keypoints") own.points = [{ value: POINT }];
  if (kind === "spans") Object.assign(own, { snap: "word", overlap });
  return own as unknown as Question;
}

function answerOf({ element, marks }: MarksAsked): Json {
  const { kind, toKind } = shapeOf(element);
  const own = marks.map((mark) => ({ ...toKind(mark), label: String(mark.label) }));
  return kind === "spans" ? { spans: own, relations: [] } : own;
}

export const drawMarks: DrawMarks = async (box, asked) => {
  const { kind, fromKind } = shapeOf(asked.element);
  const language = asked.language as Language;
  const load = LOADS[kind];
  if (!load) throw new Error(`no element ${asked.element}`);
  const [own] = await Promise.all([
    load(),
    fetchWords(language, ["kinds", kind === "spans" ? "spans" : "regions"]),
  ]);
  knowKind(kind, own);
  const { picture, text } = asked;
  const read = (answer: Json | undefined): Mark[] | null => {
    if (answer === undefined) return null;
    const marks = kind === "spans" ? (answer as { [part: string]: Json }).spans : answer;
    return (marks as Mark[]).map(fromKind);
  };
  const standing = new StandaloneQuestion(box, {
    question: questionOf(asked),
    cells: {
      shown: picture
        ? { as: "image", ...picture, raw: "", alt: "" }
        : { as: "text", value: text ?? "" },
    },
    language,
    name: asked.name,
    answer: answerOf(asked),
    changed: (answer) => {
      const marks = read(answer);
      if (marks) asked.changed(marks);
    },
    say: asked.say,
  });
  return { marks: () => read(standing.answer), lacks: () => standing.lacks };
};
