/* Taking tasks along: what may be taken, what one has, giving it back. And the page where nothing is kept. */
import { html, nothing, type TemplateResult } from "lit";
import { localeOf } from "../../i18n/languages";
import { packWords } from "../../i18n/workbench_words";
import type { Language } from "../../protocol/questions";
import type { WorkbenchContext } from "../context";
import { type CachedPage, ownerOf } from "../storage/page_cache";
import { WARN } from "./icons";

/** Some numbers worth offering, up to what may be taken. */
const offers = (most: number): number[] =>
  [...new Set([10, 20, 40].filter((k) => k < most)), most].slice(-3);

const hour = (ms: number, language: Language): string =>
  new Date(ms)
    .toLocaleTimeString(localeOf(language), { hour: "numeric", minute: "2-digit" })
    .replaceAll(" ", "\u00a0");

/** Within the panel of what waits. */
export function packing(context: WorkbenchContext): TemplateResult | typeof nothing {
  const { packing: pack, data } = context;
  if (!pack.most || !data.urls.pack) return nothing;
  const own = packWords(data.language);
  const away =
    context.state === "offline" || context.state === "fault" || context.state === "signed-out";
  return html`<section class="wb-pack" aria-labelledby="wb-pack-title">
    <h3 class="h3 mt" id="wb-pack-title">${own.title}</h3>
    <p class="small mute measure">${own.note(pack.hours)}</p>
    ${
      pack.left && !pack.doing
        ? html`<p role="status" class="wb-packed">${own.left(pack.left, hour(pack.pack?.until ?? 0, data.language))}
            ${pack.isCut ? html`<span class="small mute">${own.cut}</span>` : nothing}</p>`
        : nothing
    }
    ${pack.refusal ? html`<p class="msg err">${WARN}${pack.refusal}</p>` : nothing}
    <p class="row wrap gap2">${
      pack.doing
        ? html`<span class="small mute" role="status">${pack.doing === "asking" ? own.asking : own.fetching}</span>`
        : html`${offers(pack.most).map(
            (
              k,
            ) => html`<button type="button" class="btn sm" data-pack=${k} aria-disabled=${away ? "true" : nothing}
              @click=${() => !away && void pack.take(k)}>${own.take(k)}</button>`,
          )}
          ${pack.left ? html`<button type="button" class="btn sm quiet wb-unpack" aria-disabled=${away ? "true" : nothing} @click=${() => !away && void pack.giveBack()}>${own.giveBack}</button>` : nothing}`
    }</p></section>`;
}

/** In the margin: the way to the pack, or what is left of one. */
export function packLink(context: WorkbenchContext): TemplateResult | typeof nothing {
  const { packing: pack, data } = context;
  if (!pack.most || !data.urls.pack) return nothing;
  const own = packWords(data.language);
  const text = pack.left
    ? own.left(pack.left, hour(pack.pack?.until ?? 0, data.language))
    : own.open;
  return html`<p><button type="button" class="wb-link" @click=${() => context.open("waits")}>${text}</button></p>`;
}

/** Opened without a network, at an address of which nothing is kept. */
export function away(
  pages: readonly CachedPage[],
  unsent: ReadonlyMap<string, number>,
  language: Language,
): TemplateResult {
  const own = packWords(language);
  const line = ({ path, data }: CachedPage) => {
    const count = unsent.get(ownerOf(data)) ?? 0;
    return html`<li><a href=${path}>${data.project.title}</a>${count ? html`<br><span class="small mute">${own.awayUnsent(count)}</span>` : nothing}</li>`;
  };
  return html`<main><div class="sec first"><div class="c"><div class="statec wb-end">
    <h1 class="h1s voice">${own.away}</h1>
    <p class="mute">${pages.length ? own.awayHere : own.awayNothing}</p>
    ${pages.length ? html`<ul class="wb-list">${pages.map(line)}</ul>` : nothing}
    <div class="row gap2 mt"><a class="btn pri" href="">${own.again}</a></div>
  </div></div></div></main>`;
}
