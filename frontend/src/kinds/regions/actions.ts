/* What keys, buttons and drags do to the marks of a picture, and what is said of it. One `RegionAction` is one change:
   it reads a draft and sets the next. */
import type { Json } from "../../protocol/questions";
import type { QuestionContext } from "../shared/kind";
import { labelIn, sticky } from "../shared/labels";
import { type Point, type Size, tidied, typed, unitOf, within } from "./geometry";
import {
  type Draft,
  draftOf,
  heldOf,
  json,
  LABEL,
  labelNow,
  type Mark,
  type Marking,
  marking,
  nameOfMark,
  type ShapeKind,
  sizeOf,
} from "./model";
import { type Words, words } from "./words";

const STEPS: Readonly<Record<string, Point>> = {
  up: [0, -1],
  down: [0, 1],
  left: [-1, 0],
  right: [1, 0],
};
/** How many steps one with Shift is. */
export const FAR = 10;

/** Changes a draft as keys, buttons and the pointer say. */
export class RegionAction {
  readonly place: QuestionContext;
  readonly way: ShapeKind;
  readonly size: Size;
  readonly asked: Marking;
  readonly draft: Draft;
  readonly say: Words;
  /** Pixels of the picture that one point of the screen is. */
  readonly grain: number;

  constructor(context: QuestionContext, shapeKind: ShapeKind, grain = 1) {
    this.place = context;
    this.way = shapeKind;
    this.asked = marking(context.question);
    this.size = sizeOf(context.question, context.cells);
    this.draft = draftOf(context.draft);
    this.say = words(context.language);
    this.grain = grain;
  }

  private set(next: Partial<Draft>, say?: string, joins = false): void {
    if (this.place.fixed) return;
    this.place.set(json({ ...this.draft, ...next }), { ...(say ? { say } : {}), joins });
  }

  /** What is in hand, or where the crosshair stands: no step of its own. */
  private hand(next: Partial<Draft>, say?: string): void {
    if (this.place.fixed) return;
    this.place.set(json({ ...this.draft, ...next }), { ...(say ? { say } : {}), quiet: true });
  }

  get pen(): Point {
    return this.draft.pen ?? [this.size.width / 2, this.size.height / 2];
  }

  get held(): Mark | undefined {
    return heldOf(this.draft);
  }

  /** Take a region in hand, whole or by a handle; "" lets go. Choosing one takes up its label. */
  hold(key: string, grip = "", picked = true): void {
    const mark = this.draft.marks.find((each) => each.key === key);
    const message = mark ? this.inWords(mark, grip) : undefined;
    const label = mark && picked ? { label: mark.label } : {};
    this.hand({ held: key, grip, picked: !!mark && picked, ...label }, message);
  }

  /** Take a handle of what is in hand already. */
  grasp(grip: string): void {
    this.hold(this.draft.held, grip, this.draft.picked ?? false);
  }

  inWords(mark: Mark, grip = "", draft = this.draft): string {
    const name = nameOfMark(this.asked, draft, mark.key);
    return `${name}, ${this.way.describe(this.asked, mark, grip, this.size, this.say)}.`;
  }

  /** Place the next point of a region here. */
  put(point: Point, visibility?: 0 | 1 | 2): void {
    const { asked: question, draft, size, say } = this;
    const most = question.most ?? Number.POSITIVE_INFINITY;
    if (!draft.open.length && draft.marks.length >= most) {
      this.place.say(say.most(most));
      return;
    }
    const coordinates = visibility === 0 ? [0, 0] : tidied(point, size);
    const placed = question.points ? [...coordinates, visibility ?? 2] : [...coordinates];
    const open = [...draft.open, placed];
    const pen = visibility === 0 ? this.pen : within(point, size);
    if (this.finish(open, false, pen)) return;
    const next = this.way.wants(question, open, say);
    this.set({ open, held: "", grip: "", pen }, say.placed(...typed(tidied(pen, size)), next));
  }

  /** A region drawn in one drag. */
  drag(from: Point, to: Point): void {
    const most = this.asked.most ?? Number.POSITIVE_INFINITY;
    if (this.draft.marks.length >= most) this.place.say(this.say.most(most));
    else this.finish([tidied(from, this.size), tidied(to, this.size)], false, to);
  }

  private finish(open: number[][], closing: boolean, pen: Point): boolean {
    const { asked: question, draft, way: shapeKind, size, say } = this;
    const shape = shapeKind.shapeFrom(question, open, size, closing);
    if (!shape) return false;
    const mark: Mark = { ...shape, key: String(draft.next), label: labelNow(question, draft) };
    const next: Partial<Draft> = {
      marks: [...draft.marks, mark],
      held: mark.key,
      picked: false,
      grip: "",
      open: [],
      pen,
      next: draft.next + 1,
    };
    const after = { ...draft, ...next };
    this.set(next, say.made(this.inWords(mark, "", after)));
    return true;
  }

  /** End an outline, or a skeleton whose other points are not in the picture. */
  close(): void {
    const { asked: question, draft, way: shapeKind, say } = this;
    if (!shapeKind.closes(question, draft.open) || !this.finish(draft.open, true, this.pen))
      this.place.say(shapeKind.wants(question, draft.open, say));
  }

  change(mark: Mark, text: string, joins = false, grip = this.draft.grip): void {
    const marks = this.draft.marks.map((each) => (each.key === mark.key ? mark : each));
    this.set({ marks, held: mark.key, grip }, text, joins);
  }

  /** Take a handle to a place: the end of a drag, or a figure typed. */
  take(grip: string, to: Point): void {
    const mark = this.held;
    if (!mark) return;
    const next = this.way.withGripAt(this.asked, mark, grip, to, this.size);
    this.change(next, this.inWords(next, grip), false, grip);
  }

  /** Move the whole by so many pixels: the end of a drag. */
  shift(by: Point): void {
    const mark = this.held;
    if (!mark) return;
    const next = this.way.moved(this.asked, mark, "", by, this.size);
    this.change(next, this.inWords(next), false, "");
  }

  /** A step of an arrow: what is in hand, else the crosshair. Steps after one another are taken back as one. */
  step(direction: string, far: boolean): void {
    const [dx, dy] = STEPS[direction] ?? [0, 0];
    const unit = unitOf(this.size);
    const by = Math.max(unit, Math.round(this.grain / unit) * unit) * (far ? FAR : 1);
    const mark = this.held;
    if (!mark || this.draft.open.length) {
      const pen = tidied([this.pen[0] + dx * by, this.pen[1] + dy * by], this.size);
      this.hand({ pen, held: "", grip: "" }, this.say.pen(...typed(pen)));
      return;
    }
    const { grip } = this.draft;
    const next = this.way.moved(this.asked, mark, grip, [dx * by, dy * by], this.size);
    this.change(next, this.way.describe(this.asked, next, grip, this.size, this.say), true);
  }

  relabel(value: string): void {
    const mark = this.held;
    sticky.set(this.asked.id, value);
    const name = labelIn(this.asked, value);
    if (!mark || !this.draft.picked || mark.label === value) {
      this.hand({ label: value }, this.say.labelNext(name));
      return;
    }
    const marks = this.draft.marks.map((each) =>
      each.key === mark.key ? { ...mark, label: value } : each,
    );
    this.set({ marks, label: value }, this.say.labelled(name));
  }

  /** Go on to another region: `by` is 1 or -1. */
  go(by: number): void {
    const { marks } = this.draft;
    if (!marks.length) {
      this.place.say(this.say.none);
      return;
    }
    const at = marks.findIndex(({ key }) => key === this.draft.held);
    const from = at < 0 && by < 0 ? 0 : at;
    this.hold(marks[(from + by + marks.length) % marks.length]?.key ?? "");
  }

  /** Go on to the next handle of what is in hand, and after the last to the whole. */
  turn(): void {
    const mark = this.held;
    if (!mark) {
      this.go(1);
      return;
    }
    const all = this.way.grips(this.asked, mark, this.say).map(({ id }) => id);
    const ids = ["", ...(this.way.walked?.(this.asked, mark) ?? all)];
    this.grasp(ids[(ids.indexOf(this.draft.grip) + 1) % ids.length] ?? "");
  }

  /** Take out the last point placed, the corner in hand, or the region. */
  remove(key = this.draft.held): void {
    const { draft, say, way: shapeKind, asked: question } = this;
    if (draft.open.length) {
      const open = draft.open.slice(0, -1);
      this.set({ open }, open.length ? shapeKind.wants(question, open, say) : say.dropped);
      return;
    }
    const mark = draft.marks.find((each) => each.key === key);
    if (!mark) return;
    const less =
      key === draft.held && draft.grip ? (shapeKind.without?.(mark, draft.grip) ?? null) : null;
    if (less) {
      this.change(less, say.cornerGone(shapeKind.outline(less).length), false, "");
      return;
    }
    const marks = draft.marks.filter((each) => each.key !== key);
    const text = say.gone(nameOfMark(question, draft, key), marks.length);
    this.set({ marks, held: "", grip: "" }, text);
  }

  /** Drop what is not finished, else let go of what is in hand. */
  private leave(): void {
    if (this.draft.open.length) this.set({ open: [] }, this.say.dropped);
    else this.hold("");
  }

  private more(): void {
    const mark = this.held;
    const added = mark && this.way.more?.(mark, this.draft.grip);
    if (added) this.change(added[0], this.inWords(added[0], added[1]), false, added[1]);
  }

  /** A point is hidden or not there: the next one while placing, else the one in hand. */
  private see(how: 0 | 1): void {
    if (this.draft.open.length || !this.held || !this.draft.grip) {
      this.put(this.pen, how);
      return;
    }
    const next = this.way.sees?.(this.held, this.draft.grip, how);
    if (next) this.change(next, this.inWords(next, this.draft.grip));
  }

  /** What was marked in the task before, put here too. */
  private again(): void {
    const { before } = this.place;
    const most = this.asked.most ?? Number.POSITIVE_INFINITY;
    const answer = Array.isArray(before) ? before : [];
    const limit = Math.max(0, most - this.draft.marks.length);
    const hasLabel = (label: Json | undefined) => this.asked.labels.some((l) => l.value === label);
    const own = (answer as { [part: string]: Json }[])
      .filter(({ label }) => hasLabel(label))
      .slice(0, limit)
      .map((region, at): Mark => {
        const key = String(this.draft.next + at);
        const mark = {
          ...this.way.fromAnswer(this.asked, region),
          key,
          label: String(region.label),
        };
        return this.way.moved(this.asked, mark, "", [0, 0], this.size);
      });
    const marks = [...this.draft.marks, ...own];
    const next = this.draft.next + own.length;
    if (own.length) this.set({ marks, next }, this.say.copied(own.length));
    else this.place.say(this.say.nothingBefore);
  }

  act(command: string): void {
    const [first = "", direction = ""] = command.split(" ");
    if (command.startsWith(LABEL)) this.relabel(command.slice(LABEL.length));
    else if (first === "step" || first === "far") this.step(direction, first === "far");
    else this.do(first);
  }

  private do(what: string): void {
    const does: Readonly<Record<string, () => void>> = {
      new: () => {
        const pen: Point = [this.size.width / 2, this.size.height / 2];
        this.hand({ held: "", grip: "", pen: this.draft.open.length ? this.pen : pen }, this.fresh);
      },
      place: () => this.put(this.pen),
      close: () => this.close(),
      next: () => this.go(1),
      prev: () => this.go(-1),
      grip: () => this.turn(),
      more: () => this.more(),
      delete: () => this.remove(),
      out: () => this.remove(),
      leave: () => this.leave(),
      hidden: () => this.see(1),
      absent: () => this.see(0),
      again: () => this.again(),
    };
    does[what]?.();
  }

  private get fresh(): string {
    return `${this.say.fresh} ${this.way.wants(this.asked, this.draft.open, this.say)}`;
  }
}
