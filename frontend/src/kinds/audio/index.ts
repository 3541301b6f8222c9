/* Segments of a sound that get a label, and what is said in them. The sound is heard at any pace without its
   pitch changing; segments are placed on its wave by mouse or finger, while one listens by two keys, or to
   the tenth of a second by arrows. */
import { html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import "../../styles/dyes.css";
import "../../styles/spans.css";
import "../../styles/audio.css";
import { kc, listed, quote, shortcut } from "../shared/controls";
import type { Command, Kind, Place } from "../shared/kind";
import { dyeOf, labelIn } from "../shared/labels";
import {
  backTwo,
  choose,
  here,
  letGo,
  loop,
  move,
  name,
  neighbour,
  otherEdge,
  pace,
  rateOf,
  segmentOf,
  takeOut,
  toldOf,
  write,
  zoom,
} from "./actions";
import {
  answerOf,
  begun,
  clock,
  draftFrom,
  draftOf,
  type Heard,
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

function commands({ asked, language }: Pick<Place, "asked" | "language">): Command[] {
  const words = wordsIn(language);
  const { labels, transcript } = asked as Heard;
  return [
    ...labels.map(({ value, label }) => ({ id: LABEL + value, label: label || value })),
    { id: "play", label: `${words.play}, ${words.pause}`, wish: "k" },
    { id: "back", label: words.back, wish: "j" },
    { id: "from", label: words.from, wish: "i" },
    { id: "to", label: words.to, wish: "o" },
    { id: "earlier", label: words.earlier, wish: "arrowleft" },
    { id: "later", label: words.later, wish: "arrowright" },
    { id: "much-earlier", label: words.muchEarlier, wish: "shift+arrowleft" },
    { id: "much-later", label: words.muchLater, wish: "shift+arrowright" },
    { id: "slower", label: words.slower, wish: "arrowdown" },
    { id: "faster", label: words.faster, wish: "arrowup" },
    { id: "before", label: words.before, wish: "p" },
    { id: "after", label: words.after, wish: "n" },
    { id: "edge", label: words.edge, wish: "e" },
    { id: "loop", label: words.loop, wish: "l" },
    ...(transcript ? [{ id: "write", label: words.write, wish: "t" }] : []),
    { id: "remove", label: words.remove, wish: "delete" },
    { id: "out", label: words.remove, wish: "x" },
    { id: "stop", label: words.stop, wish: "escape" },
  ];
}

function act(place: Place, command: string): void {
  const player = playerOf(place);
  if (command.startsWith(LABEL)) name(place, command.slice(LABEL.length));
  else if (command === "play") toggle(player);
  else if (command === "back") backTwo(place);
  else if (command === "from" || command === "to")
    here(place, command === "from" ? "start" : "end");
  else if (command === "earlier" || command === "later")
    move(place, command === "later" ? SMALL : -SMALL);
  else if (command === "much-earlier" || command === "much-later")
    move(place, command === "much-later" ? 1 : -1);
  else if (command === "slower" || command === "faster") pace(place, command === "faster" ? 1 : -1);
  else if (command === "before" || command === "after")
    neighbour(place, command === "before" ? -1 : 1);
  else if (command === "edge") otherEdge(place);
  else if (command === "loop") loop(place);
  else if (command === "write") toText(place);
  else if (command === "remove" || command === "out") takeOut(place, player.chosen);
  else if (command === "stop") letGo(place);
}

const textId = (place: Place, key: string): string => `${place.name}-text-${key}`;

/** Put the focus where what is said of the chosen segment is written. */
function toText(place: Place): void {
  const { chosen } = playerOf(place);
  const field = document.getElementById(textId(place, chosen));
  if (field) field.focus();
  else place.say(wordsIn(place.language).pick);
}

function guide(place: Place): string {
  const words = wordsIn(place.language);
  const player = playerOf(place);
  const chosen = segmentOf(draftOf(place.draft), player.chosen);
  if (chosen) return words.picked(toldOf(place, chosen));
  return player.from === null ? words.how : words.began(clock(player.from, place.language));
}

function button(
  place: Place,
  id: string,
  sign: unknown,
  called: string,
  more: { off?: boolean; on?: boolean } = {},
) {
  return html`<button type="button" class="btn sm sp-move" data-move=${id} aria-label=${called}
    aria-pressed=${more.on === undefined ? nothing : more.on ? "true" : "false"} aria-disabled=${more.off ? "true" : nothing}
    aria-keyshortcuts=${shortcut(place, id)} @click=${() => !more.off && act(place, id)}>${sign}</button>`;
}

function tape(place: Place): TemplateResult {
  const words = wordsIn(place.language);
  const player = playerOf(place);
  const isPlaying = !!player.sound && !player.sound.paused;
  // One element a sound: a browser keeps in it where one wished to listen to a sound that never came.
  return html`${keyed(player, html`<audio class="au-sound" src=${player.url} preload="auto"></audio>`)}
    <div class="au-time" role="group" aria-label=${words.timeline}><canvas class="au-wave" aria-hidden="true"></canvas><div class="au-over" aria-hidden="true"></div><i class="au-head" aria-hidden="true"></i></div>
    <div class="sp-row au-tape">
      <span class="sp-pair">
        <button type="button" class="btn sm au-play" data-move="play" aria-keyshortcuts=${shortcut(place, "play")} @click=${() => toggle(playerOf(place))}>${isPlaying ? words.pause : words.play} ${kc(place, "play")}</button>
        <button type="button" class="btn sm" data-move="back" aria-keyshortcuts=${shortcut(place, "back")} @click=${() => backTwo(place)}>−2 s<span class="sr"> (${words.back})</span> ${kc(place, "back")}</button>
      </span>
      <span class="au-now num" dir="ltr" role="timer" aria-live="off"></span>
      ${
        place.fixed
          ? nothing
          : html`<span class="sp-pair push">
        ${button(place, "slower", "−", words.slower)}<span class="num au-rate" title=${words.speed("")}>${rateOf(player, place)}</span>${button(place, "faster", "+", words.faster)}
        <button type="button" class="btn sm quiet" aria-label=${words.farther} @click=${() => zoom(place, -1)}>⇥⇤</button>
        <button type="button" class="btn sm quiet" aria-label=${words.nearer} @click=${() => zoom(place, 1)}>⇤⇥</button>
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
function ends(place: Place): TemplateResult {
  const words = wordsIn(place.language);
  return html`<div class="sp-row sp-pair au-ends">
      <button type="button" class="btn sm" data-move="from" aria-keyshortcuts=${shortcut(place, "from")} @click=${() => here(place, "start")}>${words.from} ${kc(place, "from")}</button>
      <button type="button" class="btn sm" data-move="to" aria-keyshortcuts=${shortcut(place, "to")} @click=${() => here(place, "end")}>${words.to} ${kc(place, "to")}</button>
    </div>`;
}

function labels(place: Place): TemplateResult {
  const { asked, language } = place;
  const words = wordsIn(language);
  const draft = draftOf(place.draft);
  const now = segmentOf(draft, playerOf(place).chosen)?.label ?? draft.label;
  return html`<p class="small b" id="${place.name}-labels">${words.labels}</p>
    <div class="sp-labels" role="group" aria-labelledby="${place.name}-labels">${(
      asked as Heard
    ).labels.map(
      ({
        value,
      }) => html`<button type="button" class="choice" data-value=${value} aria-pressed=${now === value ? "true" : "false"}
        aria-keyshortcuts=${shortcut(place, LABEL + value)} @click=${() => name(place, value)}><i class="sp-dye sw${dyeOf(asked as Heard, value)}" aria-hidden="true"></i><span lang=${place.tongue ?? nothing}>${labelIn(asked as Heard, value)}</span>${kc(place, LABEL + value)}</button>`,
    )}</div>`;
}

function moves(place: Place): TemplateResult {
  const words = wordsIn(place.language);
  const player = playerOf(place);
  const { segments } = draftOf(place.draft);
  const isChosen = segments.some(({ key }) => key === player.chosen);
  const row = (says: string, ...buttons: unknown[]) =>
    html`<div class="sp-row"><span class="sp-pair">${buttons}</span><span class="small mute">${says}</span></div>`;
  return html`<div class="sp-moves">
    ${row(words.moves, button(place, "earlier", "←", words.earlier), button(place, "later", "→", words.later))}
    ${row(words.movesMuch, button(place, "much-earlier", "⇧ ←", words.muchEarlier), button(place, "much-later", "⇧ →", words.muchLater))}
    ${row(words.other, button(place, "before", html`<span class="narrow">↑</span>${kc(place, "before")}`, words.before, { off: !segments.length }), button(place, "after", html`<span class="narrow">↓</span>${kc(place, "after")}`, words.after, { off: !segments.length }))}
    <div class="sp-row sp-pair">
      <button type="button" class="btn sm" data-move="edge" aria-disabled=${isChosen ? nothing : "true"} aria-keyshortcuts=${shortcut(place, "edge")} @click=${() => otherEdge(place)}>${words.edge} ${kc(place, "edge")}</button>
      <button type="button" class="btn sm" data-move="loop" aria-pressed=${player.loop ? "true" : "false"} aria-disabled=${isChosen ? nothing : "true"} aria-keyshortcuts=${shortcut(place, "loop")} @click=${() => loop(place)}>${words.loop} ${kc(place, "loop")}</button>
      <button type="button" class="btn sm" data-move="remove" aria-disabled=${isChosen ? nothing : "true"} aria-keyshortcuts=${shortcut(place, "remove")} @click=${() => takeOut(place, playerOf(place).chosen)}>${words.remove} ${kc(place, "out")}</button>
    </div></div>`;
}

/** While one writes, the sound still obeys: with Alt, so that letters stay letters. */
function inText(event: KeyboardEvent, place: Place): void {
  if (!event.altKey || (event.code !== "KeyK" && event.code !== "KeyJ")) return;
  event.preventDefault();
  if (event.code === "KeyK") toggle(playerOf(place));
  else backTwo(place);
}

function item(place: Place, segment: Segment): TemplateResult {
  const { asked, language, fixed } = place;
  const words = wordsIn(language);
  const player = playerOf(place);
  const isChosen = segment.key === player.chosen;
  const told = toldOf(place, segment);
  return html`<li class="au-item ${isChosen ? "here" : ""}">
    <div class="sp-item"><button type="button" class="sp-pick" aria-pressed=${isChosen ? "true" : "false"}
      @click=${() => (fixed ? seek(player, segment.start) : choose(place, segment))}><i class="sp-dye sw${dyeOf(asked as Heard, segment.label)}" aria-hidden="true"></i><span><span lang=${place.tongue ?? nothing}>${labelIn(asked as Heard, segment.label)}</span> <span class="small mute num nb" dir="ltr" aria-hidden="true">${clock(segment.start, language)} – ${clock(segment.end, language)}</span><span class="sr">${words.span(spoken(segment.start, language), spoken(segment.end, language))}</span></span></button>
    ${fixed ? nothing : html`<button type="button" class="kd-x" aria-label=${words.removeThis(told)} @click=${() => takeOut(place, segment.key)}>×</button>`}</div>
    ${
      (asked as Heard).transcript
        ? fixed
          ? html`<p class="kd-said small" lang="" dir="auto">${segment.text}</p>`
          : html`<textarea class="inp area au-text" rows="2" id=${textId(place, segment.key)} .value=${segment.text} lang="" dir="auto" maxlength=${LONGEST_TEXT}
            aria-label=${words.text(told)} @keydown=${(event: KeyboardEvent) => inText(event, place)} @focus=${() => {
              if (playerOf(place).chosen !== segment.key) choose(place, segment);
            }} @input=${(event: Event) => write(place, segment.key, (event.target as HTMLTextAreaElement).value)}></textarea>`
        : nothing
    }</li>`;
}

function view(place: Place): TemplateResult {
  const { asked, language, fixed } = place;
  const words = wordsIn(language);
  const { segments } = draftOf(place.draft);
  return html`<div class="wb-choices sp au" role="group" aria-labelledby=${place.name} tabindex="-1">
    <div class="sp-read">${tape(place)}
      ${fixed ? nothing : html`${ends(place)}<p class="small mute sp-guide">${guide(place)}</p>`}
    </div>
    ${fixed ? nothing : html`<div class="sp-side">${labels(place)}${moves(place)}</div>`}
    <div class="au-marks">
      <p class="small mute sp-count" id="${place.name}-list">${words.marks(segments.length)}</p>
      ${segments.length ? html`<ol class="au-list" aria-labelledby="${place.name}-list">${segments.map((each) => item(place, each))}</ol>` : nothing}
      ${(asked as Heard).transcript && segments.length && !fixed ? html`<p class="small mute kd-keys">${words.keysInText}</p>` : nothing}
    </div>
  </div>`;
}

type Held = {
  place: Place;
  player: Player;
  line: HTMLElement;
  watch: ResizeObserver;
  frame: number;
};
const held = new WeakMap<HTMLElement, Held>();

/** While it plays: where one listens goes on, and what loops begins again. */
function play(element: HTMLElement): void {
  const own = held.get(element);
  if (!own) return;
  const { place, player } = own;
  const chosen = segmentOf(draftOf(place.draft), player.chosen);
  if (player.loop && chosen && (player.sound?.currentTime ?? 0) >= chosen.end)
    seek(player, chosen.start);
  head(element, place);
  if (player.sound && !player.sound.paused) own.frame = requestAnimationFrame(() => play(element));
}

function wire(element: HTMLElement, player: Player, sound: HTMLAudioElement): void {
  player.sound = sound;
  sound.playbackRate = player.speed;
  const now = () => held.get(element)?.place;
  const again = () => {
    const place = now();
    if (place && playerOf(place) === player) place.redraw();
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
    const place = now();
    if (place) head(element, place);
  };
  sound.onerror = () => {
    const place = now();
    player.state = "none";
    if (place) place.say(wordsIn(place.language).lost);
    again();
  };
  if (sound.readyState > 0 && player.state === "waiting") void drawWave(player, again);
}

function drawn(element: HTMLElement, place: Place): void {
  const line = element.querySelector<HTMLElement>(".au-time");
  const sound = element.querySelector<HTMLAudioElement>(".au-sound");
  if (!line || !sound) return;
  const player = playerOf(place);
  let own = held.get(element);
  if (own && own.line !== line) gone(element);
  own = held.get(element);
  if (!own) {
    const watch = new ResizeObserver(() => {
      const now = held.get(element);
      if (now) paint(element, now.place);
    });
    own = { place, player, line, watch, frame: 0 };
    held.set(element, own);
    watch.observe(line);
    listen(line, () => held.get(element)?.place ?? place);
  }
  own.place = place;
  own.player = player;
  if (player.sound !== sound || !sound.onplay) wire(element, player, sound);
  paint(element, place);
}

function gone(element: HTMLElement): void {
  const own = held.get(element);
  own?.watch.disconnect();
  own?.player.sound?.pause();
  if (own) cancelAnimationFrame(own.frame);
  held.delete(element);
}

type Counted = Pick<Place, "asked" | "draft">;
const countOf = ({ asked, draft }: Counted) => {
  const { least = 0, most = Number.POSITIVE_INFINITY, transcript } = asked as Heard;
  const { segments } = draftOf(draft);
  const isLong =
    transcript && segments.some(({ text }) => [...tidyText(text)].length > LONGEST_TEXT);
  return { least, most, many: segments.length, isLong };
};

export const audio: Kind = {
  view,
  commands,
  act,
  begin: (asked) => begun(asked) as never,
  draft: (asked, answer) => draftFrom(asked, answer) as never,
  answer(asked, draft) {
    const { least, most, many, isLong } = countOf({ asked, draft });
    return many >= least && many <= most && !isLong ? answerOf(asked, draftOf(draft)) : undefined;
  },
  lacks(place) {
    const words = wordsIn(place.language);
    const { least, most, many, isLong } = countOf(place);
    if (many < least) return words.least(least - many);
    return many > most ? words.over(many - most) : isLong ? words.long : "";
  },
  told(asked, answer, { language }) {
    const found = answer as unknown as Segment[];
    if (found.length === 1 && found[0]) return toldOf({ asked, language }, found[0]);
    const each = (asked as Heard).labels.flatMap(({ value, label }) => {
      const many = found.filter((one) => one.label === value).length;
      return many ? [`${many} ${label || value}`] : [];
    });
    return listed(each, language) || wordsIn(language).nothing;
  },
  short: (_asked, answer) => String((answer as unknown[]).length).slice(0, 2),
  decides: () => false,
  regions: (asked, draft, { language }) =>
    draftOf(draft).segments.map(({ key, label, start }, at) => ({
      key,
      name: `${at + 1}. ${quote(labelIn(asked as Heard, label), language)}, ${spoken(start, language)}`,
    })),
  drawn,
  gone,
};
