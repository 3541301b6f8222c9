/* How a page of work opens: as the server gave it, or again from what this device kept, where there is no
   server. What is kept is written as the work goes on. */
import { render } from "lit";
import { pageLanguage } from "../i18n/languages";
import { fetchWords } from "../i18n/load";
import type { Language } from "../protocol/questions";
import type { PageData } from "../protocol/workbench";
import { type Clock, type Stand, standAfter } from "../time/heartbeats";
import { readData } from "./api";
import type { Pack, Packing } from "./offline_pack";
import type { Session } from "./session";
import type { Store } from "./storage/device_db";
import { type KeptPage, keptPages } from "./storage/page_cache";
import { away } from "./view/offline_panel";

const AGAIN_MS = 3_000;

/** The words of the page: without them it has nothing to show, so that they are asked for until they come. */
export async function wordsCome(language: Language): Promise<void> {
  while (
    !(await fetchWords(language, ["workbench", "kinds"]).then(
      () => true,
      () => false,
    ))
  )
    await new Promise((done) => setTimeout(done, AGAIN_MS));
}

export type Opened = {
  data: PageData;
  /** The page as it was kept, where it opens again without a server. */
  again: KeptPage | null;
  pack: Pack | null;
};

/** What to show at this address; null where nothing can be worked on, which is then said. */
export async function openedPage(root: HTMLElement): Promise<Opened | null> {
  const pages = await keptPages();
  const kept = pages.find(({ path }) => path === location.pathname) ?? null;
  if (document.getElementById("workbench-data")) {
    const data = readData(document);
    const isTheirs = kept?.data.person === data.person;
    return { data, again: null, pack: isTheirs ? (kept?.pack ?? null) : null };
  }
  if (kept) {
    document.documentElement.lang = kept.data.language;
    document.documentElement.dir = kept.data.direction ?? "ltr";
    document.title = `${kept.data.project.title} – Canut`;
    return { data: kept.data, again: kept, pack: kept.pack };
  }
  const language = pageLanguage();
  await wordsCome(language);
  document.body.classList.add("warp", "wbp");
  render(away(pages, language), root);
  let isLeaving = false; // whoever pressed a link goes there: a reload would call that off
  root.addEventListener("click", ({ target }) => {
    isLeaving ||= target instanceof Element && !!target.closest("a");
  });
  addEventListener("online", () => {
    if (!isLeaving) location.reload();
  });
  return null;
}

/** Where the beats of a page that opens again stand: the last that was kept, sent or not. */
export async function standOf(again: KeptPage, store: Store): Promise<Stand | null> {
  const unsent = await store.lastBeat(again.data.session);
  const { beat } = again;
  return unsent && unsent.seq >= (beat?.seq ?? 0) ? standAfter(unsent) : beat;
}

type Now = { data: PageData; session: Session; clock: Clock; origin: number; packing: Packing };

/** The page as it stands, without the tasks that were just given back. */
export function pageNow(now: Now, without: readonly number[] = []): KeptPage {
  const { data, session, clock, origin, packing } = now;
  const inHand = session.current && session.screen !== "explained" ? [session.current] : [];
  const tasks = [...inHand, ...session.queue].filter(({ lease }) => !without.includes(lease));
  return {
    path: location.pathname,
    at: Date.now(),
    origin,
    beat: clock.stand,
    pack: packing.pack,
    data: {
      ...data,
      question: session.question,
      me: session.me,
      progress: session.progress,
      leased: { tasks },
      recent: session.past,
      held_back: session.heldBack,
      first_time: session.screen === "why",
      begun: [], // this device has its own
    },
  };
}
