/* Segments of a sound that get a label, and what is said in them. The sound is heard at any pace without its
   pitch changing; segments are placed on its wave by mouse or finger, while one listens by two keys, or to
   the tenth of a second by arrows. */
import { html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import "../../styles/dyes.css";
import "../../styles/spans.css";
import "../../styles/audio.css";
import { localeOf } from "../../i18n/languages";
import { kc, listed, quote, shortcut } from "../shared/controls";
import type { Command, Kind, QuestionContext } from "../shared/kind";
import { dyeOf, labelIn } from "../shared/labels";
import { VERBS } from "../shared/verbs";
import {
  changeSpeed,
  choose,
  describe,
  deselect,
  loop,
  move,
  moveEdgeHere,
  name,
  neighbour,
  rateOf,
  removeSegment,
  rewind,
  segmentOf,
  switchEdge,
  write,
  zoom,
} from "./actions";
import {
  type AudioQuestion,
  answerOf,
  clock,
  draftFrom,
  draftOf,
  emptyDraft,
  LONGEST_TEXT,
  type Segment,
  spoken,
  tidyText,
} from "./model";
import { drawWave, type Player, playerOf, seek, toggle } from "./player";
import { head, listen, paint } from "./view";
import { wordsIn } from "./words";

const LABEL = "label ";
const SMALL = 0.1;

function commands({
  question,
  language,
}: Pick<QuestionContext, "question" | "language">): Command[] {
  const words = wordsIn(language);
  const { labels, transcript } = question as AudioQuestion;
  return [
    ...labels.map(({ value, label }) => ({ id: LABEL + value, label: label || value })),
    { id: "play", label: `${words.play}, ${words.pause}`, wish: VERBS.play },
    { id: "back", label: words.back, wish: VERBS.rewind },
    { id: "from", label: words.from, wish: VERBS.here },
    { id: "to", label: words.to, wish: VERBS.end },
    { id: "earlier", label: words.earlier, wish: "arrowleft" },
    { id: "later", label: words.later, wish: "arrowright" },
    { id: "much-earlier", label: words.muchEarlier, wish: "shift+arrowleft" },
    { id: "much-later", label: words.muchLater, wish: "shift+arrowright" },
    { id: "slower", label: words.slower, wish: VERBS.slower },
    { id: "faster", label: words.faster, wish: VERBS.faster },
    { id: "nearer", label: words.nearer, wish: VERBS.nearer },
    { id: "farther", label: words.farther, wish: VERBS.farther },
    { id: "before", label: words.before, wish: VERBS.previous },
    { id: "after", label: words.after, wish: VERBS.next },
    { id: "edge", label: words.edge, wish: VERBS.edge },
    { id: "loop", label: words.loop, wish: VERBS.loop },
    ...(transcript ? [{ id: "write", label: words.write, wish: VERBS.write }] : []),
    { id: "remove", label: words.remove, wish: VERBS.delete },
    { id: "out", label: words.remove, wish: VERBS.out },
    { id: "stop", label: words.stop, wish: VERBS.leave },
  ];
}

function act(context: QuestionContext, command: string): void {
  const player = playerOf(context);
  if (command.startsWith(LABEL)) name(context, command.slice(LABEL.length));
  else if (command === "play") toggle(player);
  else if (command === "back") rewind(context);
  else if (command === "from" || command === "to")
    moveEdgeHere(context, command === "from" ? "start" : "end");
  else if (command === "earlier" || command === "later")
    move(context, command === "later" ? SMALL : -SMALL);
  else if (command === "much-earlier" || command === "much-later")
    move(context, command === "much-later" ? 1 : -1);
  else if (command === "slower" || command === "faster")
    changeSpeed(context, command === "faster" ? 1 : -1);
  else if (command === "before" || command === "after")
    neighbour(context, command === "before" ? -1 : 1);
  else if (command === "nearer" || command === "farther")
    zoom(context, command === "nearer" ? 1 : -1);
  else if (command === "edge") switchEdge(context);
  else if (command === "loop") loop(context);
  else if (command === "write") toText(context);
  else if (command === "remove" || command === "out") removeSegment(context, player.chosen);
  else if (command === "stop") deselect(context);
}

const textId = (context: QuestionContext, key: string): string => `${context.name}-text-${key}`;

/** Put the focus where what is said of the chosen segment is written. */
function toText(context: QuestionContext): void {
  const { chosen } = playerOf(context);
  const field = document.getElementById(textId(context, chosen));
  if (field) field.focus();
  else context.say(wordsIn(context.language).pick);
}

function guide(context: QuestionContext): string {
  const words = wordsIn(context.language);
  const player = playerOf(context);
  const chosen = segmentOf(draftOf(context.draft), player.chosen);
  if (chosen) return words.picked(describe(context, chosen));
  return player.from === null ? words.how : words.began(clock(player.from, context.language));
}

function button(
  context: QuestionContext,
  id: string,
  sign: unknown,
  called: string,
  more: { off?: boolean; on?: boolean } = {},
) {
  return html`<button type="button" class="btn sm sp-move" data-move=${id} aria-label=${called || nothing}
    aria-pressed=${more.on === undefined ? nothing : more.on ? "true" : "false"} aria-disabled=${more.off ? "true" : nothing}
    aria-keyshortcuts=${shortcut(context, id)} @click=${() => !more.off && act(context, id)}>${sign}</button>`;
}

function tape(context: QuestionContext): TemplateResult {
  const words = wordsIn(context.language);
  const player = playerOf(context);
  const isPlaying = !!player.sound && !player.sound.paused;
  const zoomButton = (id: string, text: string) =>
    html`<button type="button" class="btn sm quiet" data-move=${id} aria-keyshortcuts=${shortcut(context, id)}
      @click=${() => act(context, id)}>${text} ${kc(context, id)}</button>`;
  // One element a sound: a browser keeps in it where one wished to listen to a sound that never came.
  return html`${keyed(player, html`<audio class="au-sound" src=${player.url} preload="auto"></audio>`)}
    <div class="au-time" role="group" aria-label=${words.timeline}><canvas class="au-wave" aria-hidden="true"></canvas><div class="au-over" aria-hidden="true"></div><i class="au-head" aria-hidden="true"></i></div>
    <div class="sp-row au-tape">
      <span class="sp-pair">
        <button type="button" class="btn sm au-play" data-move="play" aria-keyshortcuts=${shortcut(context, "play")} @click=${() => toggle(playerOf(context))}>${isPlaying ? words.pause : words.play} ${kc(context, "play")}</button>
        <button type="button" class="btn sm" data-move="back" aria-keyshortcuts=${shortcut(context, "back")} @click=${() => rewind(context)}>−2 s<span class="sr"> (${words.back})</span> ${kc(context, "back")}</button>
      </span>
      <span class="au-now num" dir="ltr" role="timer" aria-live="off"></span>
      ${
        context.fixed
          ? nothing
          : html`<span class="sp-pair push">
        ${button(context, "slower", "−", words.slower)}<span class="num au-rate" title=${words.speed("")}>${rateOf(player, context)}</span>${button(context, "faster", "+", words.faster)}
        ${zoomButton("farther", words.farther)}${zoomButton("nearer", words.nearer)}
      </span>`
      }
    </div>
    ${
      player.state === "coming" || player.state === "none"
        ? html`<p class="small mute">${player.state === "coming" ? words.wave : words.noWave}</p>`
        : nothing
    }`;
}

/** While one listens: where a segment begins and ends. */
function ends(context: QuestionContext): TemplateResult {
  const words = wordsIn(context.language);
  return html`<div class="sp-row sp-pair au-ends">
      <button type="button" class="btn sm" data-move="from" aria-keyshortcuts=${shortcut(context, "from")} @click=${() => moveEdgeHere(context, "start")}>${words.from} ${kc(context, "from")}</button>
      <button type="button" class="btn sm" data-move="to" aria-keyshortcuts=${shortcut(context, "to")} @click=${() => moveEdgeHere(context, "end")}>${words.to} ${kc(context, "to")}</button>
    </div>`;
}

function labels(context: QuestionContext): TemplateResult {
  const { question, language } = context;
  const words = wordsIn(language);
  const draft = draftOf(context.draft);
  const player = playerOf(context);
  const chosen = player.picked ? segmentOf(draft, player.chosen) : undefined;
  const now = chosen?.label ?? draft.label;
  return html`<p class="small b" id="${context.name}-labels">${words.labels}</p>
    <div class="sp-labels" role="group" aria-labelledby="${context.name}-labels">${(
      question as AudioQuestion
    ).labels.map(
      ({
        value,
      }) => html`<button type="button" class="choice" data-value=${value} aria-pressed=${now === value ? "true" : "false"}
        aria-keyshortcuts=${shortcut(context, LABEL + value)} @click=${() => name(context, value)}><i class="sp-dye sw${dyeOf(question as AudioQuestion, value)}" aria-hidden="true"></i><span lang=${context.tongue ?? nothing}>${labelIn(question as AudioQuestion, value)}</span>${kc(context, LABEL + value)}</button>`,
    )}</div>`;
}

function moves(context: QuestionContext): TemplateResult {
  const words = wordsIn(context.language);
  const player = playerOf(context);
  const { segments } = draftOf(context.draft);
  const isChosen = segments.some(({ key }) => key === player.chosen);
  const row = (says: string, ...buttons: unknown[]) =>
    html`<div class="sp-row"><span class="sp-pair">${buttons}</span><span class="small mute">${says}</span></div>`;
  const tenth = new Intl.NumberFormat(localeOf(context.language)).format(SMALL);
  const step = (id: string, called: string, sign: string, seconds: string) =>
    button(
      context,
      id,
      html`<span class="sr">${called}, </span><span class="nb">${sign}${seconds}\u00a0s</span>${kc(context, id)}`,
      "",
    );
  return html`<div class="sp-moves">
    ${row(words.moves, step("earlier", words.earlier, "−", tenth), step("later", words.later, "+", tenth))}
    ${row(words.movesMuch, step("much-earlier", words.muchEarlier, "−", "1"), step("much-later", words.muchLater, "+", "1"))}
    ${row(words.other, button(context, "before", html`<span class="narrow">↑</span>${kc(context, "before")}`, words.before, { off: !segments.length }), button(context, "after", html`<span class="narrow">↓</span>${kc(context, "after")}`, words.after, { off: !segments.length }))}
    <div class="sp-row sp-pair">
      <button type="button" class="btn sm" data-move="edge" aria-disabled=${isChosen ? nothing : "true"} aria-keyshortcuts=${shortcut(context, "edge")} @click=${() => switchEdge(context)}>${words.edge} ${kc(context, "edge")}</button>
      <button type="button" class="btn sm" data-move="loop" aria-pressed=${player.loop ? "true" : "false"} aria-disabled=${isChosen ? nothing : "true"} aria-keyshortcuts=${shortcut(context, "loop")} @click=${() => loop(context)}>${words.loop} ${kc(context, "loop")}</button>
      <button type="button" class="btn sm" data-move="remove" aria-disabled=${isChosen ? nothing : "true"} aria-keyshortcuts=${shortcut(context, "remove")} @click=${() => removeSegment(context, playerOf(context).chosen)}>${words.remove} ${kc(context, "remove")}</button>
    </div></div>`;
}

/** While one writes, the sound still obeys: with Alt, so that letters stay letters. */
function inText(event: KeyboardEvent, context: QuestionContext): void {
  if (!event.altKey || (event.code !== "KeyK" && event.code !== "KeyJ")) return;
  event.preventDefault();
  if (event.code === "KeyK") toggle(playerOf(context));
  else rewind(context);
}

function item(context: QuestionContext, segment: Segment): TemplateResult {
  const { question, language, fixed } = context;
  const words = wordsIn(language);
  const player = playerOf(context);
  const isChosen = segment.key === player.chosen;
  const text = describe(context, segment);
  return html`<li class="au-item ${isChosen ? "here" : ""}">
    <div class="sp-item"><button type="button" class="sp-pick" aria-pressed=${isChosen ? "true" : "false"}
      @click=${() => (fixed ? seek(player, segment.start) : choose(context, segment))}><i class="sp-dye sw${dyeOf(question as AudioQuestion, segment.label)}" aria-hidden="true"></i><span><span lang=${context.tongue ?? nothing}>${labelIn(question as AudioQuestion, segment.label)}</span> <span class="small mute num nb" dir="ltr" aria-hidden="true">${clock(segment.start, language)} – ${clock(segment.end, language)}</span><span class="sr">${words.span(spoken(segment.start, language), spoken(segment.end, language))}</span></span></button>
    ${fixed ? nothing : html`<button type="button" class="kd-x" aria-label=${words.removeThis(text)} @click=${() => removeSegment(context, segment.key)}>×</button>`}</div>
    ${
      (question as AudioQuestion).transcript
        ? fixed
          ? html`<p class="kd-said small" lang="" dir="auto">${segment.text}</p>`
          : html`<textarea class="inp area au-text" rows="2" id=${textId(context, segment.key)} .value=${segment.text} lang="" dir="auto" maxlength=${LONGEST_TEXT}
            aria-label=${words.text(text)} @keydown=${(event: KeyboardEvent) => inText(event, context)} @focus=${() => {
              if (playerOf(context).chosen !== segment.key) choose(context, segment);
            }} @input=${(event: Event) => write(context, segment.key, (event.target as HTMLTextAreaElement).value)}></textarea>`
        : nothing
    }</li>`;
}

function view(context: QuestionContext): TemplateResult {
  const { question, language, fixed } = context;
  const words = wordsIn(language);
  const { segments } = draftOf(context.draft);
  return html`<div class="wb-choices sp au" role="group" aria-labelledby=${context.name} tabindex="-1">
    <div class="sp-read">${tape(context)}
      ${fixed ? nothing : html`${ends(context)}<p class="small mute sp-guide">${guide(context)}</p>`}
    </div>
    ${fixed ? nothing : html`<div class="sp-side">${labels(context)}${moves(context)}</div>`}
    <div class="au-marks">
      <p class="small mute sp-count" id="${context.name}-list">${words.marks(segments.length)}</p>
      ${segments.length ? html`<ol class="au-list" aria-labelledby="${context.name}-list">${segments.map((each) => item(context, each))}</ol>` : nothing}
      ${(question as AudioQuestion).transcript && segments.length && !fixed ? html`<p class="small mute kd-keys">${words.keysInText}</p>` : nothing}
    </div>
  </div>`;
}

type Held = {
  place: QuestionContext;
  player: Player;
  line: HTMLElement;
  watch: ResizeObserver;
  frame: number;
};
const views = new WeakMap<HTMLElement, Held>();

/** While it plays: where one listens goes on, and what loops begins again. */
function play(element: HTMLElement): void {
  const own = views.get(element);
  if (!own) return;
  const { place: context, player } = own;
  const chosen = segmentOf(draftOf(context.draft), player.chosen);
  if (player.loop && chosen && (player.sound?.currentTime ?? 0) >= chosen.end)
    seek(player, chosen.start);
  head(element, context);
  if (player.sound && !player.sound.paused) own.frame = requestAnimationFrame(() => play(element));
}

function wire(element: HTMLElement, player: Player, sound: HTMLAudioElement): void {
  player.sound = sound;
  sound.playbackRate = player.speed;
  const now = () => views.get(element)?.place;
  const again = () => {
    const context = now();
    if (context && playerOf(context) === player) context.redraw();
  };
  sound.onplay = () => {
    again();
    play(element);
  };
  sound.onpause = again;
  sound.onloadedmetadata = () => {
    if (player.state === "waiting") void drawWave(player, again);
    again();
  };
  sound.onseeked = () => {
    const context = now();
    if (context) head(element, context);
  };
  sound.onerror = () => {
    const context = now();
    player.state = "none";
    if (context) context.say(wordsIn(context.language).lost);
    again();
  };
  if (sound.readyState > 0 && player.state === "waiting") void drawWave(player, again);
}

function onDrawn(element: HTMLElement, context: QuestionContext): void {
  const line = element.querySelector<HTMLElement>(".au-time");
  const sound = element.querySelector<HTMLAudioElement>(".au-sound");
  if (!line || !sound) return;
  const player = playerOf(context);
  let own = views.get(element);
  if (own && own.line !== line) onGone(element);
  own = views.get(element);
  if (!own) {
    const watch = new ResizeObserver(() => {
      const now = views.get(element);
      if (now) paint(element, now.place);
    });
    own = { place: context, player, line, watch, frame: 0 };
    views.set(element, own);
    watch.observe(line);
    listen(line, () => views.get(element)?.place ?? context);
  }
  own.place = context;
  own.player = player;
  if (player.sound !== sound || !sound.onplay) wire(element, player, sound);
  paint(element, context);
}

function onGone(element: HTMLElement): void {
  const own = views.get(element);
  own?.watch.disconnect();
  own?.player.sound?.pause();
  if (own) cancelAnimationFrame(own.frame);
  views.delete(element);
}

type Counted = Pick<QuestionContext, "question" | "draft">;
const countOf = ({ question, draft }: Counted) => {
  const { least = 0, most = Number.POSITIVE_INFINITY, transcript } = question as AudioQuestion;
  const { segments } = draftOf(draft);
  const isLong =
    transcript && segments.some(({ text }) => [...tidyText(text)].length > LONGEST_TEXT);
  return { least, most, many: segments.length, isLong };
};

export const audio: Kind = {
  view,
  commands,
  act,
  emptyDraft: (question) => emptyDraft(question) as never,
  draftFrom: (question, answer) => draftFrom(question, answer) as never,
  answer(question, draft) {
    const { least, most, many, isLong } = countOf({ question, draft });
    return many >= least && many <= most && !isLong
      ? answerOf(question, draftOf(draft))
      : undefined;
  },
  lacks(context) {
    const words = wordsIn(context.language);
    const { least, most, many, isLong } = countOf(context);
    if (many < least) return words.least(least - many);
    return many > most ? words.over(many - most) : isLong ? words.long : "";
  },
  describe(question, answer, { language }) {
    const segments = answer as unknown as Segment[];
    if (segments.length === 1 && segments[0]) return describe({ question, language }, segments[0]);
    const each = (question as AudioQuestion).labels.flatMap(({ value, label }) => {
      const many = segments.filter((segment) => segment.label === value).length;
      return many ? [`${many} ${label || value}`] : [];
    });
    return listed(each, language) || wordsIn(language).nothing;
  },
  short: (_asked, answer) => String((answer as unknown[]).length).slice(0, 2),
  decides: () => false,
  regions: (question, draft, { language }) =>
    draftOf(draft).segments.map(({ key, label, start }, at) => ({
      key,
      name: `${at + 1}. ${quote(labelIn(question as AudioQuestion, label), language)}, ${spoken(start, language)}`,
    })),
  afterDraw: onDrawn,
  beforeRemove: onGone,
};
