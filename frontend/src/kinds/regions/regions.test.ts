import { beforeEach, describe, expect, test } from "vitest";
import { ask, tried } from "../../../test/kind";
import type { Json } from "../../protocol/questions";
import type { Shown } from "../../protocol/workbench";
import { forgetLabels } from "../shared/labels";

const PHOTO: Shown = { as: "image", url: "/p", raw: "", width: 640, height: 420, alt: "" };
const CELLS = { photo: PHOTO };
const LABELS = [
  { value: "cat", label: "Chat" },
  { value: "dog", label: "Chien" },
];
const ARROWS = ["arrowup", "arrowdown", "arrowleft", "arrowright"];
const boxes = (more: object = {}) => ask("boxes", { labels: LABELS, least: 0, most: 500, ...more });
const BOX = { label: "cat", x: 320, y: 210, w: 10, h: 20 };
const drawBox = ["i", "shift+arrowright", "shift+arrowdown", "shift+arrowdown", "i"];

beforeEach(() => forgetLabels());

describe("boxes", () => {
  test("are placed by two corners, moved, resized and taken back, by keys alone", async () => {
    const page = await tried(boxes(), CELLS);
    page.press(...drawBox);
    expect(page.answer).toEqual([BOX]);
    page.press("arrowleft", "arrowleft", "shift+arrowup");
    expect(page.answer).toEqual([{ ...BOX, x: 318, y: 200 }]);
    page.press("e", "arrowleft", "e", "arrowdown");
    expect(page.answer).toEqual([{ ...BOX, x: 317, y: 200, w: 11, h: 21 }]);
    for (let step = 0; step < 3; step += 1) page.sheet.undo();
    expect(page.answer).toEqual([BOX]);
    page.sheet.undo();
    expect(page.answer).toBeUndefined(); // its second corner is not placed yet
    expect(page.lacks).toContain("pas finie");
  });

  test("take the label of the last, change it, are gone through and deleted", async () => {
    const page = await tried(boxes(), CELLS);
    page.press("2", ...drawBox, "c", ...drawBox, "p", "n", "1");
    expect((page.answer as { label: string }[]).map(({ label }) => label)).toEqual(["dog", "cat"]);
    page.press("n", "delete");
    expect(page.answer).toEqual([{ ...BOX, x: 320, y: 210 }]);
    expect(page.said.at(-1)).toBe("Chien 1, supprimé. Il en reste 1.");
    const after = await tried(boxes(), CELLS);
    after.press(...drawBox);
    expect((after.answer as { label: string }[])[0]?.label).toBe("cat");
  });

  test("keep their label when that of the next is chosen", async () => {
    const page = await tried(boxes(), CELLS);
    page.press("1", ...drawBox, "2");
    expect(page.said.at(-1)).toBe("Étiquette\u00a0: Chien, pour la suite.");
    page.press("e", "c", ...drawBox, "1");
    expect((page.answer as { label: string }[]).map(({ label }) => label)).toEqual(["cat", "dog"]);
  });

  test("turn by a handle of their own where boxes are turned", async () => {
    const page = await tried(boxes({ rotated: true }), CELLS);
    page.press(...drawBox, "e", "e", "e", "arrowright", "shift+arrowright");
    expect(page.answer).toEqual([{ ...BOX, angle: 11 }]);
  });

  test("say how many are asked for", async () => {
    const page = await tried(boxes({ least: 1, most: 1 }), CELLS);
    expect(page.answer).toBeUndefined();
    expect(page.lacks).toBe("Il faut au moins une région\u202f; il y en a 0.");
    page.press(...drawBox, "i");
    expect(page.said.at(-1)).toBe("Une seule région est demandée.");
    expect(page.answer).toHaveLength(1);
  });

  test("have a name for good, for what is asked of each", async () => {
    const page = await tried(boxes(), CELLS);
    page.press(...drawBox, "c", ...drawBox, "p", "x");
    const slot = page.sheet.slots[0];
    const draft = page.sheet.draft(slot as NonNullable<typeof slot>);
    expect(slot?.kind.regions?.(boxes(), draft, { language: "en" }, CELLS)).toEqual([
      { key: "2", name: "Chat 1" },
    ]);
  });

  test("come back from an answer as they were given, and are told by how many", async () => {
    const page = await tried(boxes(), CELLS, { values: { q: [BOX] } });
    expect(page.answer).toEqual([BOX]);
    expect(page.told([BOX, { ...BOX, label: "dog" }])).toBe("1 × Chat, 1 × Chien");
    expect(page.told([])).toBe("rien");
  });

  test("are listed with label, place and size for those who do not see the picture", async () => {
    const page = await tried(boxes(), CELLS, { values: { q: [BOX] } });
    const item = page.draw().querySelector(".rg-list li")?.textContent?.replace(/\s+/g, " ");
    expect(item).toContain("Chat 1");
    expect(item).toContain("au milieu (320, 210), 10 sur 20 pixels");
  });
});

describe("outlines", () => {
  const question = ask("polygons", { labels: LABELS, least: 0, most: 200 });
  const corners = ["i", "shift+arrowright", "i", "shift+arrowdown", "i"];
  const POINTS = [
    [320, 210],
    [330, 210],
    [330, 220],
  ];

  test("are drawn corner by corner and closed by a key", async () => {
    const page = await tried(question, CELLS);
    page.press(...corners);
    expect(page.answer).toBeUndefined();
    page.press("o");
    expect(page.answer).toEqual([{ label: "cat", points: POINTS }]);
  });

  test("are finished by Enter, which says what is missing, and dropped by Escape", async () => {
    const page = await tried(question, CELLS);
    const enter = () => page.sheet.slots[0]?.kind.enter?.(page.place());
    expect(enter()).toBe(false);
    page.press("i", "shift+arrowright", "i");
    expect(enter()).toBe(true);
    expect(page.said.at(-1)).toBe("Coin 3\u00a0: trois au moins.");
    page.press("escape");
    expect(page.answer).toEqual([]);
    page.press("i", "shift+arrowright", "i", "shift+arrowdown", "i");
    enter();
    expect(page.answer).toHaveLength(1);
  });

  test("get a corner more, lose one, and never their inside", async () => {
    const page = await tried(question, CELLS);
    page.press(...corners, "o", "e", "m", "arrowup");
    expect(page.answer).toMatchObject([
      {
        points: [
          [320, 210],
          [325, 209],
          [330, 210],
          [330, 220],
        ],
      },
    ]);
    page.press("x");
    expect(page.answer).toEqual([{ label: "cat", points: POINTS }]);
    page.press("e", "e", "e", "shift+arrowup", "shift+arrowup");
    expect((page.answer as { points: Json }[])[0]?.points).not.toEqual([POINTS[0], POINTS[1]]);
  });
});

describe("keypoints", () => {
  const question = ask("keypoints", {
    labels: LABELS,
    points: [
      { value: "nose", label: "Nez" },
      { value: "ear", label: "Oreille" },
      { value: "tail" },
    ],
    skeleton: [["nose", "ear"]],
    least: 0,
    most: 100,
  });

  test("are placed in the order of the question: seen, hidden, not there", async () => {
    const page = await tried(question, CELLS);
    page.press("i");
    expect(page.said.at(-1)).toContain("Oreille, point 2 sur 3");
    page.press("shift+arrowleft", "h", "a");
    expect(page.answer).toEqual([
      { label: "cat", points: { nose: [320, 210, 2], ear: [310, 210, 1], tail: [0, 0, 0] } },
    ]);
    page.press("e", "arrowup", "h", "e", "a");
    expect(page.answer).toEqual([
      { label: "cat", points: { nose: [320, 209, 1], ear: [0, 0, 0], tail: [0, 0, 0] } },
    ]);
  });

  test("can be ended early: the others are not there", async () => {
    const page = await tried(question, CELLS);
    page.press("i", "o");
    expect(page.answer).toMatchObject([{ points: { ear: [0, 0, 0], tail: [0, 0, 0] } }]);
  });
});

test("no two keys are the same, and all four arrows mean something, however many labels", async () => {
  const labels = Array.from({ length: 14 }, (_, at) => ({ value: `l${at}`, label: `Chose ${at}` }));
  const page = await tried(boxes({ labels }), CELLS);
  page.press(...drawBox);
  const keys = [...page.place().keys.values()].filter(Boolean);
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys).toEqual(expect.arrayContaining(ARROWS));
});
