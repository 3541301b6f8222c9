/* Choices that hold choices: one level in view, the way to it above. A key opens a choice or makes it;
   the arrow backwards goes back one level. A draft is where one stands and what was chosen, as paths. */
import { html, nothing, type TemplateResult } from "lit";
import { section } from "../../i18n/load";
import type { Choice, Json, Question } from "../../protocol/questions";
import {
  columns,
  cut,
  group,
  isRtl,
  kc,
  listed,
  phoneColumns,
  quote,
  shortcut,
  toggle,
} from "../shared/controls";
import type { Command, Kind, QuestionContext } from "../shared/kind";

type Nested = Question & { multiple?: boolean; anywhere?: boolean; choices: Choice[] };
type Path = string[];
type Draft = { at: Path; chosen: Path[] };

const UP = "\u0000up";
const HERE = "\u0000here";
const wordsIn = section("kinds", "paths", {
  up: ["label"],
  here: ["label"],
  remove: ["label"],
  level: ["label", "count"],
});

const draftOf = (draft: Json): Draft => draft as unknown as Draft;
const json = (draft: Draft): Json => draft as unknown as Json;
const same = (path: Path, other: Path): boolean => path.join("\u0000") === other.join("\u0000");
const labelOf = (choice: Choice): string => choice.label || choice.value;

/** The choices on the way of a path, as far as the question has them. */
function along(question: Question, path: Path): Choice[] {
  const choices: Choice[] = [];
  let level: Choice[] = (question as Nested).choices;
  for (const step of path) {
    const next = level.find(({ value }) => value === step);
    if (!next) break;
    choices.push(next);
    level = next.choices ?? [];
  }
  return choices;
}

const level = (question: Question, at: Path): Choice[] =>
  at.length ? (along(question, at).at(-1)?.choices ?? []) : (question as Nested).choices;
const inWords = (question: Question, path: Path): string =>
  along(question, path).map(labelOf).join(" › ");

function choose(context: QuestionContext, path: Path): void {
  const { question } = context;
  const draft = draftOf(context.draft);
  if (!(question as Nested).multiple) {
    context.set(json({ ...draft, chosen: [path] }), { done: true });
    return;
  }
  const has = draft.chosen.some((each) => same(each, path));
  const chosen = has ? draft.chosen.filter((each) => !same(each, path)) : [...draft.chosen, path];
  context.set(json({ ...draft, chosen }));
}

function act(context: QuestionContext, command: string): void {
  const { question, language } = context;
  const draft = draftOf(context.draft);
  const say = (at: Path) => {
    const label = along(question, at).at(-1);
    const count = level(question, at).length;
    return wordsIn(language).level(label ? labelOf(label) : wordsIn(language).top, count);
  };
  if (command === UP) {
    const at = draft.at.slice(0, -1);
    if (draft.at.length) context.set(json({ ...draft, at }), { say: say(at) });
  } else if (command === HERE) choose(context, draft.at);
  else {
    const path = [...draft.at, command];
    const choices = along(question, path);
    if (choices.length < path.length) return;
    if (choices.at(-1)?.choices?.length)
      context.set(json({ ...draft, at: path }), { say: say(path) });
    else choose(context, path);
  }
}

function view(context: QuestionContext): TemplateResult {
  const { question, language } = context;
  const words = wordsIn(language);
  const { at, chosen } = draftOf(context.draft);
  const here = level(question, at);
  const labels = here.map(labelOf);
  const parent = along(question, at).at(-1);
  const press = (command: string) => () => act(context, command);
  const isOn = (path: Path) => chosen.some((each) => same(each, path));
  const leads = (path: Path) =>
    chosen.some((each) => same(each.slice(0, path.length), path) && each.length > path.length);
  return group(
    context,
    html`${
      parent
        ? html`<p class="row wrap kd-path"><button type="button" class="btn sm" aria-keyshortcuts=${shortcut(context, UP)} @click=${press(UP)}>${words.up(cut(labelOf(parent), 30))} ${kc(context, UP)}</button>
            <span class="small mute" lang=${context.tongue ?? nothing}>${inWords(question, at)}</span></p>`
        : nothing
    }
    <div class="choices" data-columns=${columns(labels)} data-phone=${phoneColumns(labels)}>
      ${here.map((each) => {
        const path = [...at, each.value];
        const opens = !!each.choices?.length;
        return toggle(context, {
          id: each.value,
          label: labelOf(each),
          on: opens ? isOn(path) || leads(path) : isOn(path),
          press: press(each.value),
          opens: opens ? words.opens : undefined,
        });
      })}
      ${
        parent && (question as Nested).anywhere
          ? toggle(context, {
              id: HERE,
              label: words.here(labelOf(parent)),
              on: isOn(at),
              press: press(HERE),
              ours: true,
            })
          : nothing
      }
    </div>
    ${chosen.length ? picked(context, chosen) : nothing}`,
  );
}

/** What is chosen, wherever one stands; several can be taken out here. */
function picked(context: QuestionContext, chosen: Path[]): TemplateResult {
  const words = wordsIn(context.language);
  const { multiple } = context.question as Nested;
  return html`<p class="small kd-picked"><b class="b">${words.chosen}</b> ${chosen.map(
    (path) =>
      html`<span class="kd-pick" lang=${context.tongue ?? nothing}>${inWords(context.question, path)}${
        multiple && !context.fixed
          ? html` <button type="button" class="kd-x" aria-label=${words.remove(inWords(context.question, path))} @click=${() => choose(context, path)}>×</button>`
          : nothing
      }</span>`,
  )}</p>`;
}

const pathsIn = (question: Question, answer: Json): Path[] => {
  if (!Array.isArray(answer)) return [];
  return (question as Nested).multiple ? (answer as Path[]) : [answer as Path];
};

export const paths: Kind = {
  view,
  commands({ question, draft, language }) {
    const { at } = draftOf(draft);
    const own = level(question, at).map(
      (each): Command => ({ id: each.value, label: labelOf(each) }),
    );
    const parent = along(question, at).at(-1);
    if (!parent) return own;
    const here = { id: HERE, label: wordsIn(language).here(labelOf(parent)) };
    const wish = isRtl() ? "arrowright" : "arrowleft";
    const up = { id: UP, label: wordsIn(language).up(labelOf(parent)), wish };
    return [...own, ...((question as Nested).anywhere ? [here] : []), up];
  },
  act,
  emptyDraft: () => json({ at: [], chosen: [] }),
  draftFrom: (question, answer) => json({ at: [], chosen: pathsIn(question, answer) }),
  answer(question, draft) {
    const { chosen } = draftOf(draft);
    if (!chosen.length) return undefined;
    return (question as Nested).multiple ? (chosen as Json) : (chosen[0] as Json);
  },
  lacks: ({ language }) => wordsIn(language).lacks,
  describe: (question, answer, { language }) =>
    listed(
      pathsIn(question, answer).map((path) => quote(inWords(question, path), language)),
      language,
    ),
  short(question, answer) {
    const path = pathsIn(question, answer)[0];
    const last = path && along(question, path).at(-1);
    return last ? labelOf(last).slice(0, 2) : "";
  },
  decides: (question) => !(question as Nested).multiple,
};
