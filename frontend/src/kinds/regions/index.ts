/* How regions of a picture are asked for, whatever their kind: labels, the picture, buttons for all that
   keys and drags do, and the list that says what is marked to those who do not see it. */
import { html, nothing, type TemplateResult } from "lit";
import type { Json, Question } from "../../protocol/questions";
import { group, kc, shortcut } from "../shared/controls";
import type { Command, Kind, QuestionContext, Region } from "../shared/kind";
import { dyeOf, labelIn } from "../shared/labels";
import { VERBS } from "../shared/verbs";
import { RegionAction } from "./actions";
import { planeOf } from "./canvas";
import {
  type Doing,
  type Draft,
  draftOf,
  EMPTY,
  heldOf,
  json,
  labelCommand,
  labelNow,
  type Mark,
  marking,
  nameOfMark,
  pictureOf,
  type ShapeKind,
  sizeOf,
} from "./model";
import { named, type Words, words } from "./words";
import "../../styles/dyes.css";
import "../../styles/regions.css";

const DIRECTIONS = ["up", "down", "left", "right"] as const;
const SIGNS = { up: "↑", down: "↓", left: "←", right: "→" } as const;
const WISHES: Readonly<Record<Doing, string>> = {
  new: VERBS.create,
  place: VERBS.here,
  close: VERBS.end,
  next: VERBS.next,
  prev: VERBS.previous,
  grip: VERBS.edge,
  more: VERBS.more,
  delete: VERBS.delete,
  out: VERBS.out,
  leave: VERBS.leave,
  hidden: VERBS.hidden,
  absent: VERBS.absent,
  again: VERBS.repeat,
  bigger: VERBS.nearer,
  smaller: VERBS.farther,
  whole: VERBS.whole,
  light: VERBS.brighter,
};

/** What can be done now, in the order in which it is listed. */
function doings(shapeKind: ShapeKind, question: Question, draft: Draft): Doing[] {
  const selected = heldOf(draft);
  const isOpen = draft.open.length > 0;
  const inHand = !!selected && !isOpen;
  const all: [Doing, boolean][] = [
    ["place", true],
    ["close", shapeKind.closes(marking(question), draft.open)],
    ["hidden", !!shapeKind.sees && (!inHand || draft.grip !== "")],
    ["absent", !!shapeKind.sees && (isOpen || (inHand && draft.grip !== ""))],
    ["new", true],
    ["grip", inHand],
    ["more", inHand && !!shapeKind.more],
    ["delete", isOpen || inHand],
    ["out", isOpen || inHand],
    ["leave", isOpen || inHand],
    ["next", draft.marks.length > 0],
    ["prev", draft.marks.length > 1],
    ["again", true],
    ["bigger", true],
    ["smaller", true],
    ["whole", true],
    ["light", true],
  ];
  return all.filter(([, is]) => is).map(([doing]) => doing);
}

function commandsOf(shapeKind: ShapeKind, question: Question, draft: Draft, say: Words): Command[] {
  const labels = marking(question).labels.map(
    ({ value }): Command => ({ id: labelCommand(value), label: labelIn(marking(question), value) }),
  );
  const arrows = DIRECTIONS.map(
    (way_): Command => ({ id: `step ${way_}`, label: say.step[way_], wish: `arrow${way_}` }),
  );
  const far = DIRECTIONS.map(
    (way_): Command => ({ id: `far ${way_}`, label: say.far[way_], wish: `shift+arrow${way_}` }),
  );
  const others = doings(shapeKind, question, draft).map(
    (doing): Command => ({ id: doing, label: say[doing], wish: WISHES[doing] }),
  );
  return [...labels, ...others, ...arrows, ...far];
}

const VIEWS: readonly string[] = ["bigger", "smaller", "whole", "light"];
/** What keys do without a button in the pad: its button stands elsewhere, or is another's. */
const SILENT: readonly string[] = [...VIEWS, "out", "leave"];

function act(context: QuestionContext, shapeKind: ShapeKind, command: string): void {
  const plane = planeOf(context);
  if (VIEWS.includes(command)) plane?.look(command);
  else {
    if (plane) plane.fresh = command === "new";
    new RegionAction(context, shapeKind, plane?.grain ?? 1).act(command);
    plane?.follow();
  }
}

/** End what is not finished, or say what it still needs. */
function finish(context: QuestionContext, shapeKind: ShapeKind): true {
  act(context, shapeKind, "close");
  return true;
}

const gestures = (say: Words) => [
  { cap: say.wheel, what: `${say.bigger}, ${say.smaller.toLowerCase()}` },
  { cap: say.spaceDrag, what: say.bySpace },
];

function button(
  context: QuestionContext,
  id: string,
  label: string,
  press: () => void,
  more: { name?: string; look?: string; sr?: string } = {},
): TemplateResult {
  return html`<button type="button" class="btn sm ${more.look ?? ""}" data-do=${id} aria-keyshortcuts=${shortcut(context, id)}
    aria-label=${more.name ?? nothing} @click=${press}><span>${label}${more.sr ? html`<span class="sr"> ${more.sr}</span>` : nothing}</span> ${kc(context, id)}</button>`;
}

function labels(context: QuestionContext, shapeKind: ShapeKind, draft: Draft): TemplateResult {
  const { question, language } = context;
  const all = marking(question).labels;
  const now = labelNow(question, draft);
  return html`<div class="rg-labels" role="group" aria-label=${words(language).label}>${all.map(
    ({
      value,
    }) => html`<button type="button" class="choice lb" data-value=${value} lang=${context.tongue ?? nothing}
      aria-pressed=${value === now ? "true" : "false"} aria-keyshortcuts=${shortcut(context, labelCommand(value))}
      @click=${() => act(context, shapeKind, labelCommand(value))}><i class="sw sw${dyeOf(question, value)}"></i><span>${labelIn(marking(question), value)}</span>${kc(context, labelCommand(value))}</button>`,
  )}</div>`;
}

const hasBefore = ({ before }: QuestionContext): boolean =>
  Array.isArray(before) && before.length > 0;

/** Buttons for what keys do: nobody has to drag. */
function pad(context: QuestionContext, shapeKind: ShapeKind, draft: Draft): TemplateResult {
  const say = words(context.language);
  const can = doings(shapeKind, context.question, draft).filter(
    (doing) => !SILENT.includes(doing) && (doing !== "again" || hasBefore(context)),
  );
  const press = (id: string) => () => act(context, shapeKind, id);
  return html`<div class="rg-does">${can.map((doing) => button(context, doing, named(say.short, doing) ?? say[doing], press(doing), named(say.short, doing) ? { sr: say.region } : {}))}</div>`;
}

/** The arrows as buttons, under what most people use. */
function arrows(context: QuestionContext, shapeKind: ShapeKind): TemplateResult {
  const say = words(context.language);
  const far = planeOf(context)?.far ?? false;
  const arrow = (to: (typeof DIRECTIONS)[number]) =>
    button(
      context,
      `step ${to}`,
      SIGNS[to],
      () => act(context, shapeKind, `${far ? "far" : "step"} ${to}`),
      { name: far ? say.far[to] : say.step[to], look: `rg-arrow rg-${to}` },
    );
  return html`<div class="rg-pad"><div class="rg-arrows">${DIRECTIONS.map(arrow)}</div>
    <button type="button" class="btn sm quiet" data-do="farther" aria-pressed=${far ? "true" : "false"}
      @click=${() => planeOf(context)?.stride()}>${say.farther}</button></div>`;
}

/** The figures of the handle in hand, to be typed. */
function figures(
  context: QuestionContext,
  shapeKind: ShapeKind,
  draft: Draft,
): TemplateResult | typeof nothing {
  const mark = heldOf(draft);
  if (!mark || draft.open.length || context.fixed) return nothing;
  const say = words(context.language);
  const size = sizeOf(context.question, context.cells);
  const grips = shapeKind.grips(marking(context.question), mark, say);
  const grip = grips.find(({ id }) => id === draft.grip) ?? grips[0];
  if (!grip || grip.id === "turn") return nothing;
  const field = (axis: 0 | 1) => {
    const coordinate = String(Math.round(grip.at[axis] * 10) / 10);
    const input = (event: Event) => {
      const typed = (event.target as HTMLInputElement).valueAsNumber;
      if (!Number.isFinite(typed)) return;
      const to: [number, number] = [grip.at[0], grip.at[1]];
      to[axis] = typed;
      new RegionAction(context, shapeKind).take(grip.id, to);
    };
    return html`<label>${axis ? "y" : "x"} <input class="inp num rg-figure" type="number" step="any" min="0" max=${axis ? size.height : size.width}
      .value=${coordinate} @change=${input}></label>`;
  };
  return html`<details class="more rg-figures"><summary>${say.figures}</summary>
    <fieldset><legend class="small mute">${grip.name}</legend><p class="row">${field(0)}${field(1)}</p></fieldset></details>`;
}

function list(context: QuestionContext, shapeKind: ShapeKind, draft: Draft): TemplateResult {
  const { question, language, fixed } = context;
  const say = words(language);
  const size = sizeOf(question, context.cells);
  const row = (mark: Mark, at: number) => {
    const name = nameOfMark(question, draft, mark.key);
    const hold = () => {
      new RegionAction(context, shapeKind).hold(mark.key);
      planeOf(context)?.follow();
    };
    return html`<li data-mark=${mark.key} class=${draft.held === mark.key ? "held" : ""}>
      <button type="button" class="rg-mark" aria-pressed=${draft.held === mark.key ? "true" : "false"} @click=${hold}>
        <span class="rg-no sw${dyeOf(question, mark.label)} num" aria-hidden="true">${at + 1}</span>
        <span><span lang=${context.tongue ?? nothing}>${name}</span><span class="small mute blk"><span class="sr">, </span>${shapeKind.describe(marking(question), mark, "", size, say)}</span></span></button>
      ${
        fixed
          ? nothing
          : html`<button type="button" class="btn sm quiet rg-x" aria-label=${say.remove(name)} @click=${() => new RegionAction(context, shapeKind).remove(mark.key)}>×</button>`
      }</li>`;
  };
  return html`<p class="sr" id="${context.name}-list">${say.list}</p>
    ${
      draft.marks.length
        ? html`<ol class="rg-list" aria-labelledby="${context.name}-list">${draft.marks.map(row)}</ol>`
        : draft.open.length
          ? nothing
          : html`<p class="small mute">${say.empty}</p>`
    }`;
}

function view(context: QuestionContext, shapeKind: ShapeKind): TemplateResult {
  const draft = draftOf(context.draft);
  const say = words(context.language);
  const wants = draft.open.length
    ? shapeKind.wants(marking(context.question), draft.open, say)
    : draft.picked && heldOf(draft)
      ? say.picked(nameOfMark(context.question, draft, draft.held))
      : shapeKind.hint(say);
  return group(
    context,
    html`<div class="rg ${context.elsewhere ? "beside" : ""}" data-enter>
      ${context.fixed ? nothing : labels(context, shapeKind, draft)}
      ${
        context.elsewhere
          ? nothing
          : html`<div class="rg-see"><canut-plane id="${context.name}-plane" .way=${shapeKind} .place=${context}></canut-plane></div>`
      }
      <div class="rg-side">${
        context.fixed || context.elsewhere
          ? nothing
          : html`<p class="small rg-wants">${wants}</p>${pad(context, shapeKind, draft)}`
      }
        ${list(context, shapeKind, draft)}${figures(context, shapeKind, draft)}${context.fixed || context.elsewhere ? nothing : arrows(context, shapeKind)}</div>
    </div>`,
  );
}

function answer(question: Question, draft: Draft, shapeKind: ShapeKind): Json | undefined {
  const { marks, open } = draft;
  if (open.length || marks.length < (marking(question).least ?? 0)) return undefined;
  return marks.map((mark) => ({
    ...(shapeKind.toAnswer(marking(question), mark) as { [part: string]: Json }),
    label: mark.label,
  }));
}

/** How many of each label. */
function countLabels(question: Question, answer: Json, say: Words): string {
  const counts = new Map<string, number>();
  for (const { label } of answer as { label: string }[])
    counts.set(label, (counts.get(label) ?? 0) + 1);
  const texts = [...counts].map(([label, n]) => `${n} × ${labelIn(marking(question), label)}`);
  return texts.join(", ") || say.nothing;
}

/** Make a kind of a way of marking. */
export function regionKind(shapeKind: ShapeKind): Kind {
  return {
    view: (context) => view(context, shapeKind),
    commands: ({ question, draft, language }) =>
      commandsOf(shapeKind, question, draftOf(draft), words(language)),
    act: (context, command) => act(context, shapeKind, command),
    marks: (question, cells) => pictureOf(question, cells)?.url ?? "",
    outlines: (question, draft) =>
      draftOf(draft).marks.map((mark) => ({
        points: shapeKind.outline(mark),
        dye: dyeOf(question, mark.label),
      })),
    enter: (context) => draftOf(context.draft).open.length > 0 && finish(context, shapeKind),
    gestures: ({ language }) => gestures(words(language)),
    emptyDraft: () => json(EMPTY),
    draftFrom(question, answer) {
      const marks = (answer as { [part: string]: Json }[]).map(
        (region, at): Mark => ({
          ...shapeKind.fromAnswer(marking(question), region),
          key: String(at + 1),
          label: String(region.label),
        }),
      );
      return json({ ...EMPTY, marks, next: marks.length + 1 });
    },
    answer: (question, draft) => answer(question, draftOf(draft), shapeKind),
    lacks({ question, draft, language }) {
      const { marks, open } = draftOf(draft);
      const say = words(language);
      const least = marking(question).least ?? 0;
      if (open.length) return say.unfinished;
      return marks.length < least ? say.least(least, marks.length) : "";
    },
    describe: (question, answer, { language }) => countLabels(question, answer, words(language)),
    short: (_asked, answer) => String((answer as Json[]).length).slice(0, 2),
    decides: () => false,
    regions: (question, draft): Region[] =>
      draftOf(draft).marks.map(({ key }) => ({
        key,
        name: nameOfMark(question, draftOf(draft), key),
      })),
  };
}
