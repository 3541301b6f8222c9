/* The picture that is marked, and the marks over it: enlarged, moved, made brighter; drawn on with a mouse,
   a finger or a pen. What a gesture means is decided here, what becomes of the draft in ``model``.

   Our own layer over SVG, not Annotorious: that one alone weighs 32 KiB compressed, cannot be operated by
   keyboard, and wants a drag for the first edge of an outline. */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import type { QuestionContext } from "../shared/kind";
import { RegionAction } from "./actions";
import {
  apart,
  areaOf,
  fitted,
  followed,
  inside,
  keptInView,
  middle,
  type Point,
  type Size,
  snapped,
  toPicture,
  toWindow,
  type View,
  zoomed,
} from "./geometry";
import {
  type Draft,
  draftOf,
  heldOf,
  type Mark,
  marking,
  pictureOf,
  type ShapeKind,
  sizeOf,
} from "./model";
import { deep, type Sight, tools } from "./toolbar";
import { drawRegions } from "./view";
import { words } from "./words";

/** Less is a click: hands tremble. */
const DRAG_POINTS = 5;
const SNAP_POINTS = 8;
const DOUBLE_MS = 400;
const ZOOM = 1.5;
const LIGHTS = [1, 1.4, 1.8, 0.6];

type Gesture = {
  kind: "grip" | "move" | "draw" | "pan";
  grip: string;
  from: Point;
  last: Point;
  moving: boolean;
};

export const planeOf = (context: Pick<QuestionContext, "name">): CanutPlane | null =>
  document.getElementById(`${context.name}-plane`) as CanutPlane | null;

export class CanutPlane extends LitElement {
  static override properties = { place: { attribute: false }, way: { attribute: false } };
  declare place: QuestionContext;
  declare way: ShapeKind;
  /** Arrows on buttons go ten steps. */
  far = false;
  /** The next press places, also within what is marked. */
  fresh = false;

  private window: Size = { width: 0, height: 0 };
  private view: View = { x: 0, y: 0, scale: 1 };
  private isFitted = true;
  private url = "";
  private sight: Sight = { light: 1, contrast: 1, isHand: false, snaps: false };
  private pointers = new Map<number, Point>();
  private gesture: Gesture | null = null;
  private ghost: Mark | null = null;
  private tip: Point | null = null;
  private wantsFollow = false;
  /** The mouse is over the picture, and the space bar held: then a drag moves the view. */
  private isOver = false;
  private isSpace = false;
  private lastPress = { at: 0, where: [Number.NaN, Number.NaN] as Point };
  private copy: HTMLElement | null = null;
  private watch = new ResizeObserver(() => this.measure());

  protected override createRenderRoot(): HTMLElement {
    return this; // the page's own style sheets apply
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("keydown", this.onSpace, true);
    document.addEventListener("keyup", this.onSpace, true);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("keydown", this.onSpace, true);
    document.removeEventListener("keyup", this.onSpace, true);
    this.watch.disconnect();
    this.window = { width: 0, height: 0 };
  }

  private get size(): Size {
    return sizeOf(this.place.question, this.place.cells);
  }

  private get draft(): Draft {
    return draftOf(this.place.draft);
  }

  /** Pixels of the picture that one point of the screen is. */
  get grain(): number {
    return this.window.width ? 1 / this.view.scale : 1;
  }

  private get room(): HTMLElement | null {
    return this.querySelector<HTMLElement>(".rg-window");
  }

  private measure(): void {
    const { room: container } = this;
    if (!container) return;
    const { clientWidth: width, clientHeight: height } = container;
    if (width === this.window.width && height === this.window.height) return;
    this.window = { width, height };
    this.view = this.isFitted
      ? fitted(this.size, this.window)
      : keptInView(this.view, this.size, this.window);
    this.requestUpdate();
  }

  /** See more or less of the picture, or see it better. */
  look(command: string): void {
    if (command === "light") {
      const light = LIGHTS[(LIGHTS.indexOf(this.sight.light) + 1) % LIGHTS.length] ?? 1;
      this.sight = { ...this.sight, light };
      this.requestUpdate();
    } else if (command === "whole") this.show(fitted(this.size, this.window), true);
    else {
      const about = toWindow(
        this.view,
        this.centre ??
          middle([
            [0, 0],
            [this.size.width, this.size.height],
          ]),
      );
      const times = command === "bigger" ? ZOOM : 1 / ZOOM;
      this.show(zoomed(this.view, times, about, this.size, this.window));
    }
  }

  private show(view: View, isFitted = false): void {
    if (!this.window.width) return;
    this.view = view;
    this.isFitted = isFitted || view.scale <= fitted(this.size, this.window).scale * 1.001;
    this.requestUpdate();
  }

  /** Bring what is in hand into view once it is drawn. */
  follow(): void {
    this.wantsFollow = true;
    this.requestUpdate();
  }

  /** Arrows on buttons go ten steps, or one. */
  stride(): void {
    this.far = !this.far;
    this.place.set(this.place.draft, { quiet: true });
  }

  /** Where one is at work: the handle in hand, the region, the crosshair. */
  private get centre(): Point | null {
    const { draft, place: context, way: shapeKind } = this;
    const mark = heldOf(draft);
    if (!mark) return draft.pen;
    const grips = shapeKind.grips(marking(context.question), mark, words(context.language));
    return grips.find(({ id }) => id === draft.grip)?.at ?? middle(shapeKind.outline(mark));
  }

  private at(event: { clientX: number; clientY: number }): Point {
    const { room: container } = this;
    if (!container) return [0, 0];
    const { left, top } = container.getBoundingClientRect();
    return [event.clientX - left - container.clientLeft, event.clientY - top - container.clientTop];
  }

  private near(point: Point, but = ""): Point {
    if (!this.sight.snaps) return point;
    const others = this.draft.marks
      .filter(({ key }) => key !== but)
      .map((mark) => this.way.outline(mark));
    return snapped(point, others, this.size, SNAP_POINTS / this.view.scale);
  }

  private hand(): RegionAction {
    return new RegionAction(this.place, this.way, this.grain);
  }

  /** While the space bar is held over the picture, it neither scrolls the page nor presses a button. */
  private onSpace = (event: KeyboardEvent): void => {
    const isTyping = (event.target as Element | null)?.matches?.("input, textarea, select");
    if (event.key !== " " || isTyping || !(this.isOver || this.isSpace)) return;
    event.preventDefault();
    this.isSpace = event.type === "keydown";
    this.requestUpdate();
  };

  private onDown = (event: PointerEvent): void => {
    const pans = this.isSpace || this.sight.isHand || event.button === 1;
    if (event.button > 1 || (this.place.fixed && !pans)) return;
    event.preventDefault();
    const at = this.at(event);
    const grip = (event.target as Element).closest<SVGElement>("[data-grip]")?.dataset.grip;
    this.room?.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, at);
    this.ghost = null;
    if (this.pointers.size > 1) {
      this.gesture = null; // two fingers move the view
      return;
    }
    const selected = heldOf(this.draft);
    const point = toPicture(this.view, at);
    const isOver = selected && !this.draft.open.length && inside(point, this.way.outline(selected));
    const onMark = grip !== undefined ? "grip" : isOver && !this.fresh ? "move" : "draw";
    const kind = pans ? "pan" : onMark;
    this.gesture = { kind, grip: grip ?? "", from: at, last: at, moving: false };
    this.room?.focus({ preventScroll: true });
  };

  private onMove = (event: PointerEvent): void => {
    const at = this.at(event);
    const before = this.pointers.get(event.pointerId);
    if (!before) {
      if (this.draft.open.length) this.hover(at);
      return;
    }
    if (this.pointers.size > 1) {
      this.pinch(event.pointerId, at);
      return;
    }
    this.pointers.set(event.pointerId, at);
    const { gesture } = this;
    if (!gesture) return;
    gesture.moving ||= apart(gesture.from, at) >= DRAG_POINTS;
    if (!gesture.moving) return;
    if (gesture.kind === "pan") {
      const [dx, dy] = [at[0] - gesture.last[0], at[1] - gesture.last[1]];
      const view = { ...this.view, x: this.view.x + dx, y: this.view.y + dy };
      this.show(keptInView(view, this.size, this.window));
    } else this.ghost = this.dragged(gesture, at);
    gesture.last = at;
    this.requestUpdate();
  };

  private hover(at: Point): void {
    this.tip = this.near(toPicture(this.view, at));
    this.requestUpdate();
  }

  private pinch(pointer: number, at: Point): void {
    const other = [...this.pointers].find(([id]) => id !== pointer)?.[1];
    const before = this.pointers.get(pointer);
    this.pointers.set(pointer, at);
    if (!other || !before) return;
    const times = apart(at, other) / Math.max(apart(before, other), 1);
    const about = middle([at, other]);
    const [bx, by] = middle([before, other]);
    const view = { ...this.view, x: this.view.x + about[0] - bx, y: this.view.y + about[1] - by };
    this.show(zoomed(view, times, about, this.size, this.window));
  }

  /** What a drag makes, as it would be if it ended here. */
  private dragged(gesture: Gesture, at: Point): Mark | null {
    const { way: shapeKind, draft, size } = this;
    const question = marking(this.place.question);
    const mark = heldOf(draft);
    const to = toPicture(this.view, at);
    const from = toPicture(this.view, gesture.from);
    if (gesture.kind === "grip" && mark)
      return shapeKind.withGripAt(question, mark, gesture.grip, this.near(to, mark.key), size);
    if (gesture.kind === "move" && mark)
      return shapeKind.moved(question, mark, "", [to[0] - from[0], to[1] - from[1]], size);
    if (!shapeKind.drags || draft.open.length) return null;
    const shape = shapeKind.shapeFrom(question, [this.near(from), this.near(to)], size, false);
    return shape ? { ...shape, key: "", label: draft.label } : null;
  }

  private onUp = (event: PointerEvent): void => {
    const at = this.at(event);
    this.pointers.delete(event.pointerId);
    const { gesture } = this;
    this.gesture = null;
    this.ghost = null;
    this.tip = null;
    this.requestUpdate();
    if (!gesture || gesture.kind === "pan" || event.type === "pointercancel") return;
    const action = this.hand();
    const selected = heldOf(this.draft);
    const to = toPicture(this.view, at);
    const from = toPicture(this.view, gesture.from);
    const isDouble = this.isDouble(event, at);
    if (!gesture.moving) this.pressed(gesture, to, action, isDouble);
    else if (gesture.kind === "grip") action.take(gesture.grip, this.near(to, selected?.key));
    else if (gesture.kind === "move") action.shift([to[0] - from[0], to[1] - from[1]]);
    else if (this.way.drags && !this.draft.open.length) {
      this.fresh = false;
      action.drag(this.near(from), this.near(to));
    } else this.pressed(gesture, to, action, isDouble);
  };

  /** Whether a press comes right after another at the same place. */
  private isDouble(event: PointerEvent, where: Point): boolean {
    const { lastPress } = this;
    const isSoon = event.timeStamp - lastPress.at < DOUBLE_MS;
    const isDouble = isSoon && apart(lastPress.where, where) < DRAG_POINTS;
    this.lastPress = { at: isDouble ? 0 : event.timeStamp, where };
    return isDouble;
  }

  /** A press that is no drag: take in hand what is there, else place a point. A double one ends an outline. */
  private pressed(gesture: Gesture, point: Point, action: RegionAction, isDouble: boolean): void {
    const { draft, way: shapeKind, fresh } = this;
    const place = () => {
      this.fresh = false;
      action.put(this.near(point));
    };
    if (gesture.kind === "grip") action.grasp(gesture.grip);
    else if (draft.open.length) {
      const first = toWindow(this.view, draft.open[0] as Point);
      const closes = shapeKind.closes(marking(this.place.question), draft.open) && !shapeKind.bones;
      const isFirst = apart(first, toWindow(this.view, point)) < 2 * SNAP_POINTS;
      const endsHere = isDouble && !shapeKind.drags && !shapeKind.bones;
      if (endsHere || (closes && isFirst)) action.close();
      else place();
    } else {
      const over = draft.marks
        .filter((mark) => inside(point, shapeKind.outline(mark)))
        .sort((mark, other) => areaOf(shapeKind.outline(mark)) - areaOf(shapeKind.outline(other)));
      const next = over[(over.findIndex(({ key }) => key === draft.held) + 1) % over.length];
      if (next && !fresh) action.hold(next.key === draft.held ? "" : next.key);
      else place();
    }
  }

  private onWheel = (event: WheelEvent): void => {
    if (!event.ctrlKey && this.isFitted && event.deltaY > 0) return; // all is seen: the page scrolls
    event.preventDefault();
    const times = Math.exp(-event.deltaY / (event.ctrlKey ? 200 : 400));
    this.show(zoomed(this.view, times, this.at(event), this.size, this.window));
  };

  /** The picture; a copy where another question of the page shows the same element. */
  private picture(): unknown {
    const image = pictureOf(this.place.question, this.place.cells);
    if (!image)
      return html`<span class="rg-sample mute">${words(this.place.language).sample}</span>`;
    const element = this.place.picture(image);
    if (!(element instanceof HTMLImageElement))
      return element || html`<img class="dg" src=${image.url} alt=${image.alt} draggable="false">`;
    const owner = element.closest("canut-plane");
    if (!owner || owner === this) return element;
    if (this.copy?.getAttribute("src") !== element.getAttribute("src"))
      this.copy = element.cloneNode() as HTMLElement;
    return this.copy;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has("place")) return;
    const url = pictureOf(this.place.question, this.place.cells)?.url ?? "";
    if (url === this.url) return;
    this.url = url;
    this.isFitted = true;
    this.fresh = false;
    if (this.window.width) this.view = fitted(this.size, this.window);
  }

  protected override updated(): void {
    const { room: container, size } = this;
    if (!container) return;
    // by script, as the content policy lets no style stand in a template
    container.style.aspectRatio = `${size.width} / ${size.height}`;
    if (!this.window.width) {
      this.watch.observe(container);
      this.measure();
    }
    if (this.wantsFollow) {
      this.wantsFollow = false;
      const { centre } = this;
      if (centre && !this.isFitted) this.show(followed(this.view, centre, size, this.window));
    }
    const sheet = this.querySelector<HTMLElement>(".rg-sheet");
    if (!sheet) return;
    const { x, y, scale } = this.view;
    sheet.style.width = `${size.width * scale}px`;
    sheet.style.height = `${size.height * scale}px`;
    sheet.style.transform = `translate(${x}px, ${y}px)`;
    const { light, contrast } = this.sight;
    sheet.style.filter =
      light === 1 && contrast === 1 ? "" : `brightness(${light}) contrast(${contrast})`;
  }

  private tools(): TemplateResult {
    const change = (next: Partial<Sight>) => {
      this.sight = { ...this.sight, ...next };
      this.requestUpdate();
    };
    return tools(this.place, this.sight, change, (command) => this.look(command));
  }

  protected override render(): TemplateResult {
    const { draft, place: context } = this;
    const say = words(context.language);
    const wants = draft.open.length
      ? this.way.wants(marking(context.question), draft.open, say)
      : "";
    const over = (isOver: boolean) => () => {
      this.isOver = isOver;
    };
    return html`<div class="rg-window ${this.sight.isHand || this.isSpace ? "hand" : ""}" tabindex="-1" role="group" aria-label=${say.picture(draft.marks.length)}
        @pointerdown=${this.onDown} @pointermove=${this.onMove} @pointerup=${this.onUp} @pointercancel=${this.onUp} @wheel=${this.onWheel}
        @pointerenter=${over(true)} @pointerleave=${over(false)}>
        <div class="rg-sheet">${this.picture()}${this.querySelector(".wb-veil") ? "" : deep(context, this.view.scale)}</div>
        ${drawRegions({ place: context, way: this.way, view: this.view, window: this.window, ghost: this.ghost, tip: this.tip, size: this.size })}
        ${wants ? html`<p class="rg-caption small" aria-hidden="true">${wants}</p>` : nothing}
      </div>
      ${this.tools()}`;
  }
}

if (!customElements.get("canut-plane")) customElements.define("canut-plane", CanutPlane);
