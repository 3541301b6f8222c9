/* How a page of work opens: as the server gave it, or again from what this device kept, where there is no
   server. What is kept is written as the work goes on. */
import { render } from "lit";
import { type Clock, type Stand, standAfter } from "../time/clock";
import { type KeptPage, keptPages } from "./kept";
import { readData } from "./net";
import type { Pack, Packing } from "./pack";
import { away } from "./packpanel";
import type { Session } from "./session";
import type { Store } from "./store";
import type { PageData } from "./wire";

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
    document.title = `${kept.data.project.title} – Canut`;
    return { data: kept.data, again: kept, pack: kept.pack };
  }
  const language = document.documentElement.lang === "en" ? "en" : "fr";
  document.body.classList.add("warp", "wbp");
  render(away(pages, language), root);
  addEventListener("online", () => location.reload());
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
