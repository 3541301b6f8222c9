/* One of several, or several of several. Single: one key decides. Multiple: keys toggle, Enter decides. */
import { html, nothing, type TemplateResult } from "lit";
import { allocate, capOf, isDigit } from "../workbench/keyboard";
import type { Asked, Choice } from "../workbench/wire";
import type { Drawing, Kind } from "./kind";

type Keyed = { value: string; label: string; key: string };

const ROW = "1234567890";
const labelOf = (choice: Choice): string => choice.label || choice.value;

let known: { choices: readonly Choice[]; keyed: Keyed[] } | null = null;

/** Each choice with its key; digit labels first, as they lie on the keyboard. */
export function keyed(asked: Asked): Keyed[] {
  if (known?.choices === asked.choices) return known.keyed;
  const keys = allocate(asked.choices.map(labelOf));
  const all = asked.choices.map((choice, index) => ({
    value: choice.value,
    label: labelOf(choice),
    key: keys[index] ?? "",
  }));
  const place = ({ label }: Keyed) => (isDigit(label) ? ROW.indexOf(label) : ROW.length);
  known = { choices: asked.choices, keyed: all.sort((a, b) => place(a) - place(b)) };
  return known.keyed;
}

/** How many columns: a row of four short ones, two past ten, else what the longest label allows. */
function columns(labels: readonly string[]): number {
  const longest = Math.max(...labels.map((label) => label.length));
  if (labels.length <= 4 && longest <= 24) return labels.length;
  return labels.length > 10 || longest <= 48 ? 2 : 1;
}

function button(drawing: Drawing, each: Keyed, cap: boolean): TemplateResult {
  const pressed = drawing.draft.includes(each.value);
  const shortcut = each.key ? capOf(each.key) : nothing;
  const kc = each.key ? html`<kbd class="kc" aria-hidden="true">${capOf(each.key)}</kbd>` : nothing;
  return html`<button
    type="button"
    class=${cap ? "cap" : "choice"}
    aria-pressed=${pressed ? "true" : "false"}
    aria-keyshortcuts=${shortcut}
    aria-disabled=${drawing.fixed ? "true" : nothing}
    data-value=${each.value}
    lang=${drawing.tongue ?? nothing}
    @click=${() => drawing.choose(each.value)}
  >${cap ? each.label : html`<span>${each.label}</span>${kc}`}</button>`;
}

function view(drawing: Drawing): TemplateResult {
  const { asked, words, draft } = drawing;
  const all = keyed(asked);
  const caps = all.filter((each) => isDigit(each.label));
  const rest = all.filter((each) => !isDigit(each.label));
  const wide = columns(rest.map((each) => each.label));
  const phone = rest.length > 10 || rest.every((each) => each.label.length <= 20);
  return html`<div class="wb-choices" role="group" aria-labelledby="wb-question" tabindex="-1">
    ${caps.length ? html`<div class="caps" data-n=${caps.length}>${caps.map((each) => button(drawing, each, true))}</div>` : nothing}
    ${
      rest.length
        ? html`<div class="choices" data-columns=${wide} data-phone=${phone && rest.length > 1 ? 2 : 1}>
          ${rest.map((each) => button(drawing, each, false))}
        </div>`
        : nothing
    }
    ${
      asked.multiple && !drawing.fixed
        ? html`<div class="wb-check row">
          <button type="button" class="btn pri" aria-keyshortcuts="Enter"
            aria-disabled=${draft.length ? nothing : "true"}
            aria-describedby=${draft.length ? nothing : "wb-check-why"}
            @click=${drawing.check}>${words.check} <kbd class="kc inv" aria-hidden="true">${words.keyNames.Enter}</kbd></button>
          <span class="small mute" id="wb-check-why">${draft.length ? nothing : words.checkReason}</span>
        </div>`
        : nothing
    }
  </div>`;
}

const listed = (answer: string | readonly string[]): readonly string[] =>
  typeof answer === "string" ? [answer] : answer;

export const choice: Kind = {
  view,
  press(asked, key) {
    if (key === "enter") return asked.multiple ? "check" : null;
    const found = key && keyed(asked).find((each) => each.key === key);
    return found ? { value: found.value } : null;
  },
  choose(asked, draft, value) {
    if (!asked.multiple) return { draft: [value], done: true };
    const next = draft.includes(value) ? draft.filter((each) => each !== value) : [...draft, value];
    return { draft: next, done: false };
  },
  answer(asked, draft) {
    if (!asked.multiple) return draft[0] ?? null;
    const inOrder = asked.choices
      .map(({ value }) => value)
      .filter((value) => draft.includes(value));
    return inOrder.length ? inOrder : null;
  },
  draft: (answer) => (answer === undefined ? [] : [...listed(answer)]),
  told(asked, answer, words) {
    const labels = listed(answer).map((value) => {
      const found = asked.choices.find((each) => each.value === value);
      return words.quote(found ? labelOf(found) : value);
    });
    return labels.length < 2
      ? (labels[0] ?? "")
      : labels.slice(0, -1).join(", ") + words.and + labels.at(-1);
  },
  short(asked, answer) {
    const all = keyed(asked);
    const marks = listed(answer).map((value) => {
      const found = all.find((each) => each.value === value);
      return found ? (found.label.length <= 2 ? found.label : capOf(found.key)) : "";
    });
    return marks.length <= 2 ? marks.join("") : `${marks[0]}…`;
  },
};
