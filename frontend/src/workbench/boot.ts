/* How a page of work opens: as the server gave it, or again from what this device kept, where there is no
   server. What is kept is written as the work goes on. */
import { render } from "lit";
import { pageLanguage } from "../i18n/languages";
import { fetchWords } from "../i18n/load";
import { SHELL } from "../offline/names";
import type { Language } from "../protocol/questions";
import type { PageData } from "../protocol/workbench";
import { type BeatPosition, type Heartbeats, positionAfter } from "../time/heartbeats";
import { readData } from "./api";
import type { OfflinePack, Pack } from "./offline_pack";
import type { Session } from "./session";
import { countUnsent, type DeviceStore } from "./storage/device_db";
import { type CachedPage, loadCachedPages } from "./storage/page_cache";
import { away } from "./view/offline_panel";

const AGAIN_MS = 3_000;
/** How often a page without a network asks for the server, and how long it waits for it. */
const ASK_MS = 5_000;

/** The words of the page: without them it has nothing to show, so that they are asked for until they come. */
export async function loadWords(language: Language): Promise<void> {
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
  again: CachedPage | null;
  pack: Pack | null;
};

/** What to show at this address; null where nothing can be worked on, which is then said. */
export async function openPage(root: HTMLElement): Promise<Opened | null> {
  const pages = await loadCachedPages();
  const cached = pages.find(({ path }) => path === location.pathname) ?? null;
  if (document.getElementById("workbench-data")) {
    const data = readData(document);
    const isTheirs = cached?.data.person === data.person;
    return { data, again: null, pack: isTheirs ? (cached?.pack ?? null) : null };
  }
  if (cached) {
    document.documentElement.lang = cached.data.language;
    document.documentElement.dir = cached.data.direction ?? "ltr";
    document.title = `${cached.data.project.title} – Canut`;
    return { data: cached.data, again: cached, pack: cached.pack };
  }
  const language = pageLanguage();
  await loadWords(language);
  document.body.classList.add("warp", "wbp");
  render(away(pages, await countUnsent(), language), root);
  let isLeaving = false; // whoever pressed a link goes there: a reload would call that off
  root.addEventListener("click", ({ target }) => {
    isLeaving ||= target instanceof Element && !!target.closest("a");
  });
  reloadOnceThere(() => !isLeaving);
  return null;
}

/** Reload as soon as the server answers: a device says that it is online before anything comes through. */
function reloadOnceThere(may: () => boolean): void {
  const check = async (): Promise<void> => {
    if (document.visibilityState !== "visible") return;
    const request = {
      method: "HEAD",
      cache: "no-store",
      signal: AbortSignal.timeout(ASK_MS),
    } as const;
    const isThere = await fetch(SHELL, request).then(
      () => true,
      () => false,
    );
    if (isThere && may()) location.reload();
  };
  addEventListener("online", () => void check());
  document.addEventListener("visibilitychange", () => void check());
  setInterval(() => void check(), ASK_MS);
}

/** Where the beats of a page that opens again stand: the last that was kept, sent or not. */
export async function beatPosition(
  again: CachedPage,
  store: DeviceStore,
): Promise<BeatPosition | null> {
  const unsent = await store.lastBeat(again.data.session);
  const { beat } = again;
  return unsent && unsent.seq >= (beat?.seq ?? 0) ? positionAfter(unsent) : beat;
}

type Now = {
  data: PageData;
  session: Session;
  clock: Heartbeats;
  origin: number;
  packing: OfflinePack;
};

/** The page as it stands, without the tasks that were just given back. */
export function snapshotPage(now: Now, without: readonly number[] = []): CachedPage {
  const { data, session, clock: heartbeats, origin, packing } = now;
  const inHand = session.current && session.screen !== "explained" ? [session.current] : [];
  const tasks = [...inHand, ...session.queue].filter(({ lease }) => !without.includes(lease));
  return {
    path: location.pathname,
    at: Date.now(),
    origin,
    beat: heartbeats.stand,
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
