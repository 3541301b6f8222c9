/* The thread: woven from over the warp to the shuttle, last answers above, squares for tasks ready.
   Drawn at its real width, in points. */
import { nothing, svg, type TemplateResult } from "lit";

export type ThreadState = {
  width: number;
  done: number;
  total: number | null;
  ready: number;
  /** Last answers in one or two characters, oldest first. */
  marks: readonly { text: string; title: string; here: boolean }[];
  name: string;
};

const STEP = 16.2;
const SHUTTLE = 10;

/** Where the woven part ends. Without a total the loom has no end: half is woven. */
function woven({ width, done, total }: ThreadState): number {
  const share = total ? Math.min(1, done / total) : done ? 0.5 : 0;
  return Math.min(width * share, width - 2 * SHUTTLE - 2);
}

/* Set as a property: a style attribute would be refused by the page's policy. */
const moved = (x: number) => `transform: translateX(${Math.round(x * 10) / 10}px)`;
const long = (width: number) => `width: ${Math.round(width * 10) / 10}px`;

function ticks(width: number, y: number): TemplateResult[] {
  return [0, 1, 2, 3, 4, 5, 6].map((i) => {
    const x = (width * i) / 6;
    return svg`<line class="tick" x1=${x} y1=${y} x2=${x} y2=${y + 4}/>`;
  });
}

const shuttle = (y: number) => svg`<path class="shut" d=${`M-2 ${y}q10 -10 20 0q-10 10 -20 0z`}/>`;

export function wideThread(state: ThreadState): TemplateResult {
  const { width, ready, marks } = state;
  const x = woven(state);
  const y = 26;
  const left = Math.max(-x, -marks.length * STEP); // at the beginning they stand past the shuttle
  const squares = Array.from({ length: ready }, (_, i) => i).filter(
    (i) => x + 29 + i * STEP < width,
  );
  return svg`<svg class="fil" width=${width} height="34" viewBox=${`0 0 ${width} 34`} role="img" aria-label=${state.name}>
    <line class="bare" x1="0" y1=${y} x2=${width} y2=${y}/>
    <rect class="cut" x="-35" y="20" width="7" height="12"/>
    <rect class="doner" x="-40" y=${y - 1.5} height="3" width="1" .style=${long(x + 41)}/>
    ${ticks(width, 29)}
    <g class="wb-slide" .style=${moved(x)}>
      ${marks.map(({ text, title, here }, i) => {
        const at = left + i * STEP + STEP / 2;
        return svg`<text class=${here ? "pk st" : "pk"} x=${at} y="19">${text}<title>${title}</title></text>
          ${here ? svg`<line class="here" x1=${at - 6} x2=${at + 6} y1="22" y2="22"/>` : nothing}`;
      })}
      ${squares.map((i) => svg`<rect class="next" x=${20 + i * STEP} y="22" width="8" height="8"/>`)}
      ${shuttle(y)}
    </g></svg>`;
}

export function narrowThread(state: ThreadState): TemplateResult {
  const { width, ready } = state;
  const x = woven(state);
  const y = 10;
  const bars = Array.from({ length: ready }, (_, i) => i).filter((i) => x + 20 + i * 6 < width);
  return svg`<svg class="fil" width=${width} height="18" viewBox=${`0 0 ${width} 18`} role="img" aria-label=${state.name}>
    <line class="bare" x1="0" y1=${y} x2=${width} y2=${y}/>
    <rect class="doner" x="0" y=${y - 1.5} height="3" width="1" .style=${long(x)}/>
    ${ticks(width, 13)}
    <g class="wb-slide" .style=${moved(x)}>
      ${bars.map((i) => svg`<path class="next" d=${`M${21 + i * 6} 5v10`}/>`)}
      ${shuttle(y)}
    </g></svg>`;
}
