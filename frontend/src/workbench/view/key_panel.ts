/* The sheet of keys: what each does now, and the way to put it elsewhere, by keyboard alone. */
import { html, nothing, type TemplateResult } from "lit";
import { askWords, careWords, keyWords } from "../../i18n/workbench_words";
import type { WorkbenchContext } from "../context";
import { cap, capFor } from "../key_caps";
import type { Action } from "../keymap";
import { WARN } from "./icons";
import { isAnnounced } from "./layout";

/** One row: its key in words, what it does, and its name where it can be put elsewhere. */
type Row = { cap: string; what: string; name?: string; key?: string };

const kc = (key: string) => html`<kbd class="kc">${key}</kbd>`;

function rows(context: WorkbenchContext): Row[] {
  const { words, answering: currentTask, keymap, session } = context;
  const own = askWords(context.data.language);
  const of = (name: Action, what: string): Row => ({
    cap: capFor(context, name),
    what,
    name,
    key: keymap.of(name),
  });
  const has = session.shown?.show.some(({ as }) => as === "image");
  const { slot } = currentTask;
  const leaves = currentTask.commands.filter(({ key }) => key === "escape");
  const others = currentTask.commands.filter(({ key }) => key !== "escape");
  const lines = !!slot?.kind.hasLines?.(slot.question);
  const enter = (lines ? `${words.keyNames.Control} ` : "") + words.keyNames.Enter;
  const several = currentTask.isAlone
    ? []
    : [
        { cap: enter, what: own.keyNext },
        { cap: `⇧ ${enter}`, what: own.keyBefore },
      ];
  return [
    ...several,
    ...(slot && !slot.kind.decides(slot.question) ? [{ cap: enter, what: words.check }] : []),
    of("undo", words.keyUndo),
    of("skip", words.keySkip),
    of("flag", words.keyFlag),
    of("ask", words.askTitle),
    of("help", isAnnounced(context) ? words.keyHelp : words.keysTitle),
    ...(has ? [of("raw", words.keyRaw)] : []),
    ...(session.shown?.veiled ? [of("uncover", careWords(context.data.language).uncover)] : []),
    {
      cap: words.keyNames.Escape,
      what: [words.keyClose, ...leaves.map(({ what }) => what.toLowerCase())].join(", "),
    },
    ...(context.hasSteps ? [{ cap: `${words.keyNames.Control} Z`, what: own.stepBack }] : []),
    ...others.map(({ key, what, name }) => ({
      cap: cap(context, key),
      what,
      key,
      ...(key.startsWith("arrow") ? {} : { name }),
    })),
    ...(slot?.kind.gestures?.(context.data) ?? []),
  ];
}

/** A key while the sheet listens for one: taken, refused in words, or left as it was. */
export function handleKeyInPanel(context: WorkbenchContext, key: string): boolean {
  const { rekey, keymap } = context;
  if (!rekey.name) return false;
  const words = keyWords(context.data.language);
  const all = rows(context);
  const row = all.find(({ name }) => name === rekey.name);
  const other = all.find((each) => each.key === key && each.name !== rekey.name);
  if (key === "escape" || !row) rekey.end("");
  else if (key === "shift" || key === "")
    return true; // on the way to a key
  else if (other) rekey.refuse(words.taken(cap(context, key), other.what));
  else if (keymap.isFixed(key)) rekey.refuse(words.fixed(cap(context, key)));
  else {
    keymap.set(rekey.name, key);
    rekey.end(words.changed(row.what, cap(context, key)));
  }
  return true;
}

export function keys(context: WorkbenchContext, head: TemplateResult): TemplateResult {
  const { words, rekey, keymap } = context;
  const own = keyWords(context.data.language);
  const all = rows(context);
  const waits = all.find(({ name }) => name && name === rekey.name);
  return html`${head}
    <label class="row gap2"><input type="checkbox" class="check" .checked=${context.keysOn}
      @change=${(event: Event) => context.toggleKeys((event.target as HTMLInputElement).checked)}>${words.keysOn}</label>
    <p class="small mute">${words.keysOnNote}</p>
    <p class="msg ${rekey.isRefused ? "err" : ""} wb-rekey" role="status">${
      rekey.isRefused ? WARN : nothing
    }${waits ? `${rekey.said} ${own.press(waits.what)}` : rekey.said || own.kept}</p>
    <dl class="wb-keys">${all.map(
      ({ cap: label, what, name }) =>
        html`<div class=${name && name === rekey.name ? "on" : ""}><dt>${kc(label)}</dt><dd>${what}</dd>${
          name
            ? html`<dd class="wb-change"><button type="button" class="wb-link small" data-rekey=${name} aria-label=${own.changeOf(what)}
              aria-pressed=${name === rekey.name} @click=${() => rekey.begin(name)}>${own.change}</button></dd>`
            : nothing
        }</div>`,
    )}</dl>
    ${
      keymap.hasOwn
        ? html`<p class="mt"><button type="button" class="btn sm quiet wb-rekey-reset" @click=${() => {
            keymap.reset();
            rekey.end(own.wasReset);
          }}>${own.reset}</button></p>`
        : nothing
    }`;
}
