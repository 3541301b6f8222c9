import { expect, test } from "vitest";
import { labelsIn, MARK_ELEMENTS, type MarkElement, marksIn, readLoose, shapeOf } from "./marks";

test("labels are read as JSON, in single quotes, and with a name for people", () => {
  expect(labelsIn(`['a "b"', 'it\\'s',]`)).toEqual([{ value: 'a "b"' }, { value: "it's" }]);
  expect(
    labelsIn(`[{'label': 'per', 'shortDisplayName': 'P', 'fullDisplayName': 'A person'}]`),
  ).toEqual([{ value: "per", label: "A person" }]);
  expect(labelsIn("no list")).toEqual([]);
  expect(readLoose("[1, {'a': '1, 2'}]")).toEqual([1, { a: "1, 2" }]);
});

test("marks that a page wrote come back as they were written", () => {
  const labels = [{ value: "a" }];
  const samples: Record<MarkElement, object> = {
    "crowd-bounding-box": { height: 4, label: "a", left: 1, top: 2, width: 3 },
    "crowd-polygon": {
      label: "a",
      vertices: [
        { x: 1, y: 2 },
        { x: 3, y: 4 },
        { x: 5, y: 1 },
      ],
    },
    "crowd-keypoint": { label: "a", x: 1, y: 2 },
    "crowd-entity-annotation": { endOffset: 5, label: "a", startOffset: 2 },
  };
  for (const element of Object.keys(MARK_ELEMENTS) as MarkElement[]) {
    const { toKind, fromKind } = shapeOf(element);
    const marks = marksIn(element, JSON.stringify([samples[element], { label: "b" }, 7]), labels);
    expect(marks.map((mark) => fromKind({ ...toKind(mark), label: String(mark.label) }))).toEqual([
      samples[element],
    ]);
  }
});
