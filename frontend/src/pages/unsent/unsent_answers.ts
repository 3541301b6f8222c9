/* Answers that this device still holds are sent by the page of their project alone: other pages say so, and
   lead there. Whoever stopped without a network would else believe that they are gone. */
import { locale } from "../../i18n/load";
import { countUnsent } from "../../workbench/storage/device_db";
import { loadCachedPages, ownerOf } from "../../workbench/storage/page_cache";

/** Fill a place with one line a project whose answers wait; `data-unsent` is the person's number. */
export async function showUnsent(root: HTMLElement): Promise<void> {
  const [pages, counts] = await Promise.all([loadCachedPages(), countUnsent()]);
  const template = root.querySelector("template") as HTMLTemplateElement;
  for (const { path, data } of pages) {
    const count = counts.get(ownerOf(data)) ?? 0;
    if (!count || String(data.person_id) !== root.dataset.unsent) continue;
    const line = template.content.cloneNode(true) as DocumentFragment;
    const part = (name: string) => line.querySelector(`[data-part="${name}"]`) as HTMLElement;
    part("count").textContent = count.toLocaleString(locale());
    part("title").textContent = data.project.title;
    (part("open") as HTMLAnchorElement).href = path;
    root.append(line);
  }
}
