/* Put the workbench together: what is kept here, the line to the server, the clock, the page. */
import "../styles/shared.css";
import "../styles/workbench.css";
import "../styles/stage.css";
import "../styles/panels.css";
import { keepReceipts } from "../proofs/receipt_store";
import "../styles/kinds.css";
import { wordsIn } from "../i18n/workbench_words";
import { fetchKinds } from "../kinds/register";
import { precachePage } from "../offline/precache";
import { FRAME_SIGN } from "../own_pages/messages";
import type { Beat } from "../protocol/beats";
import { BreakTimer } from "../time/breaks";
import { Heartbeats } from "../time/heartbeats";
import { clearSignOut, onSignOut } from "../time/unsent_beats";
import { Api } from "./api";
import { beatPosition, loadWords, openPage, snapshotPage } from "./boot";
import { DayClock } from "./day_clock";
import { Keymap } from "./keymap";
import { OfflinePack } from "./offline_pack";
import { WorkbenchPage } from "./page";
import { Protection } from "./protection";
import { Session } from "./session";
import { openStore } from "./storage/device_db";
import { DraftStore } from "./storage/draft_store";
import { DraftSync } from "./storage/draft_sync";
import { ImagePrefetch } from "./storage/image_prefetch";
import { Outbox } from "./storage/outbox";
import { cachePage, deleteCachedPages, ownerOf } from "./storage/page_cache";

/** `crypto.randomUUID` exists on https and localhost only. */
export function uuid(): string {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join("-");
}

/** How long a person who stops waits for the last answers to go; they are kept here anyway. */
const PATIENCE_MS = 1_500;
/** What is kept to open again follows the work by so much. */
const SAVE_MS = 150;

async function start(root: HTMLElement): Promise<void> {
  const opened = await openPage(root);
  if (!opened) return;
  const { data, again } = opened;
  const owner = ownerOf(data);
  const api = new Api(data.csrf);
  const { language } = data;
  const kinds = fetchKinds(
    data.question.schema.questions.map(({ kind }) => kind),
    language,
  );
  const [store, draftStore] = await Promise.all([
    openStore(owner),
    DraftStore.open(owner),
    kinds.catch(() => undefined), // the page asks again until they come
    loadWords(language),
  ]);
  const draftSync = new DraftSync({
    post: api.post,
    url: data.urls.begun,
    known: (data.begun ?? []).map(({ task }) => task),
  });
  draftStore.merge(data.begun ?? []);
  draftStore.mirror = draftSync;
  // Beats also stay in memory: while a page closes there is no time to read the disk.
  let unsent: Beat[] = [];
  const drop = store.dropBeats;
  store.dropBeats = (beats) => {
    unsent = unsent.filter((beat) => !beats.some(({ seq }) => seq === beat.seq));
    return drop(beats);
  };
  const words = wordsIn(language);
  const pictures = new ImagePrefetch(words.imageAlt, words.imageLost);
  let [saving, leaving, isOut] = [0, false, false];
  function save(): void {
    if (saving || leaving || isOut || !page.isConnected) return;
    saving = window.setTimeout(() => {
      saving = 0;
      if (!leaving && !isOut) void cachePage(snapshotPage(now));
    }, SAVE_MS);
  }
  const care = new Protection(api.post, data.urls);
  const page = new WorkbenchPage();
  const tabs = "BroadcastChannel" in window ? new BroadcastChannel(`canut ${owner}`) : null;
  const ownKeys = new Set<string>();

  const outbox = new Outbox({
    store,
    post: api.post,
    beatsAloneMs: data.beats_alone_ms,
    urls: data.urls,
    changed: () => page.isConnected && page.changed(),
    acknowledged: (reply) => session.acknowledge(reply),
    promised: (receipts) => keepReceipts(owner, receipts),
    next: (sent) => session.wanted(sent),
    rested: () => void session.topUp(),
    renew: () => api.renew(data.person),
    alone: (work) => (navigator.locks ? navigator.locks.request(`canut ${owner}`, work) : work()),
  });
  await outbox.open();

  const breakTimer = new BreakTimer(String(data.person_id));
  const day = new DayClock({ person: data.person_id, measured: data.measured_ms ?? 0 });
  const after = again && (await beatPosition(again, store));
  const origin = again?.origin ?? performance.timeOrigin;
  const heartbeats = new Heartbeats({
    session: data.session,
    surface: data.first_time ? "why" : "queue",
    after,
    mono: () => Math.max(after?.mono ?? 0, performance.timeOrigin + performance.now() - origin),
    keep: (beat) => {
      unsent.push(beat);
      void store.putBeat(beat).catch(() => undefined);
      save();
    },
    signed: () => {
      breakTimer.moved();
      day.sign();
    },
  });
  const session = new Session({
    data,
    outbox,
    post: api.post,
    owner,
    uuid,
    changed: () => {
      for (const message of outbox.waiting)
        if (message.kind !== "flag" && message.kind !== "ask" && !ownKeys.has(message.key)) {
          ownKeys.add(message.key);
          tabs?.postMessage(message.task.lease);
        }
      page.changed();
      save();
    },
    ready: (task) => pictures.ready(task),
  });
  if (tabs) tabs.onmessage = ({ data: lease }) => session.answeredElsewhere(lease as number);

  const packing = new OfflinePack(
    {
      session,
      data,
      post: api.post,
      save: () => cachePage(snapshotPage(now)),
      changed: () => {
        page.changed();
        save();
      },
    },
    opened.pack,
  );
  const now = { data, session, clock: heartbeats, origin, packing };
  const leave = () => {
    if (leaving) return;
    heartbeats.close();
    leaving = true;
    clearTimeout(saving);
    const viewed = session.screen === "task" && session.current ? [session.current.lease] : [];
    // who is away gives nothing back: the page may open again here, with what is in hand
    const released = page.isAway ? [] : session.held.filter((lease) => !packing.holds(lease));
    api.release(data.urls.release, released, viewed);
    if (!isOut) void cachePage(snapshotPage(now, released));
    for (const draft of draftSync.lastWords()) api.last(data.urls.begun ?? "", draft);
    const answers = outbox.lastWords();
    const beats = unsent.slice(-40);
    if (answers.length) api.last(data.urls.answers, { answers, beats });
    else if (beats.length) api.last(data.urls.beats, { beats });
  };

  page.parts = {
    data,
    words,
    session,
    outbox,
    pictures,
    clock: heartbeats,
    day,
    care,
    rest: breakTimer,
    shelf: draftStore,
    packing,
    keymap: new Keymap(data.person_id),
    stop: async () => {
      await Promise.race([outbox.flush(), new Promise((done) => setTimeout(done, PATIENCE_MS))]);
      leave();
      location.assign(data.urls.stop);
    },
  };
  document.body.classList.add("warp", "wbp");
  root.replaceChildren(page);
  page.changed();
  care.changed = () => page.requestUpdate();
  clearSignOut();
  heartbeats.start(document);
  document.addEventListener(FRAME_SIGN, () =>
    heartbeats.sign({ type: "pointermove", isTrusted: true }),
  );
  onSignOut(() => {
    isOut = true;
    heartbeats.stop(document);
    void deleteCachedPages();
  });

  addEventListener("pagehide", leave);
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload(); // its leases were given back
  });
  const back = () => {
    void outbox.retry();
    void draftSync.flush();
    void care.tell().then(() => session.topUp());
    page.changed();
  };
  addEventListener("online", back);
  addEventListener("offline", () => page.changed());
  document.addEventListener("visibilitychange", () => {
    day.turned();
    if (document.visibilityState === "visible") back();
  });
  setInterval(() => page.requestUpdate(), 10_000);
  setInterval(() => void outbox.flush(), 20_000);
  if ("BroadcastChannel" in window) new BroadcastChannel("canut-in").onmessage = back;
  void outbox.flush();
  void session.topUp();
  void kinds.then(precachePage, precachePage);
}

customElements.define("canut-workbench", WorkbenchPage);
const root = document.getElementById("workbench");
if (root) void start(root);
