import "fake-indexeddb/auto";
import { beforeEach, expect, test } from "vitest";
import type { PageData, Task } from "../../protocol/workbench";
import { openStore } from "../../workbench/storage/device_db";
import { type CachedPage, cachePage } from "../../workbench/storage/page_cache";
import { showUnsent } from "./unsent_answers";

const page = (slug: string, person: string, number: number): CachedPage => ({
  path: `/work/${slug}/`,
  at: Date.now(),
  origin: 0,
  beat: null,
  pack: null,
  data: { person, person_id: number, project: { slug, title: `Projet ${slug}` } } as PageData,
});

async function answer(owner: string, key: string): Promise<void> {
  const store = await openStore(owner);
  const task = { lease: 1, task: 1 } as Task;
  const fields = {
    at: 1,
    kind: "answer",
    version: 1,
    replaces: null,
    reason: "",
    text: "",
  } as const;
  await store.put({ key, owner, task, values: {}, ...fields });
}

beforeEach(() => {
  document.body.innerHTML = `<div data-unsent="7"><template><p><b data-part="count"></b>
    <a data-part="open"><span data-part="title"></span></a></p></template></div>`;
});

test("answers of this person that are not sent lead to the page of their project", async () => {
  await cachePage(page("avis", "ana", 7));
  await cachePage(page("vide", "ana", 7));
  await cachePage(page("mots", "ben", 8));
  for (const key of ["1", "2"]) await answer("ana avis", key);
  await answer("ben mots", "3");
  const root = document.querySelector("[data-unsent]") as HTMLElement;

  await showUnsent(root);

  const lines = [...root.querySelectorAll("p")];
  expect(lines.map((line) => line.textContent?.replace(/\s+/g, " ").trim())).toEqual([
    "2 Projet avis",
  ]);
  expect(root.querySelector("a")?.getAttribute("href")).toBe("/work/avis/");
});
