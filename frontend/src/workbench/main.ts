/* Put the workbench together: what is kept here, the line to the server, the clock, the page. */
import "../styles/shared.css";
import "../styles/workbench.css";
import "../styles/stage.css";
import "../styles/panels.css";
import { keepReceipts } from "../receipts/kept";
import "../styles/kinds.css";
import { fetchKinds } from "../kinds";
import { Rest } from "../time/breaks";
import { Clock } from "../time/clock";
import { onOut, sayIn } from "../time/unsent";
import { Care } from "./care";
import { Shelf } from "./drafts";
import { Line, readData } from "./net";
import { Outbox } from "./outbox";
import { WorkbenchPage } from "./page";
import { Pictures } from "./pictures";
import { Session } from "./session";
import { openStore } from "./store";
import type { Beat } from "./wire";
import { wordsIn } from "./words";

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

async function start(root: HTMLElement): Promise<void> {
  const data = readData(document);
  const owner = `${data.person} ${data.project.slug}`;
  const line = new Line(data.csrf);
  const kinds = fetchKinds(data.question.schema.questions.map(({ kind }) => kind));
  const [store, shelf] = await Promise.all([
    openStore(owner),
    Shelf.open(owner),
    kinds.catch(() => undefined), // the page asks again until they come
  ]);
  // Beats also stay in memory: while a page closes there is no time to read the disk.
  let unsent: Beat[] = [];
  const drop = store.dropBeats;
  store.dropBeats = (beats) => {
    unsent = unsent.filter((beat) => !beats.some(({ seq }) => seq === beat.seq));
    return drop(beats);
  };
  const words = wordsIn(data.language);
  const pictures = new Pictures(words.imageAlt, words.imageLost);
  const care = new Care(line.post, data.urls);
  const page = new WorkbenchPage();
  const tabs = "BroadcastChannel" in window ? new BroadcastChannel(`canut ${owner}`) : null;
  const mine = new Set<string>();

  const outbox = new Outbox({
    store,
    post: line.post,
    beatsAloneMs: data.beats_alone_ms,
    urls: data.urls,
    changed: () => page.isConnected && page.changed(),
    acknowledged: (reply) => session.acknowledge(reply),
    promised: (receipts) => keepReceipts(owner, receipts),
    next: (sent) => session.wanted(sent),
    rested: () => void session.topUp(),
    renew: () => line.renew(data.person),
    alone: (work) => (navigator.locks ? navigator.locks.request(`canut ${owner}`, work) : work()),
  });
  await outbox.open();

  const rest = new Rest(String(data.person_id));
  const clock = new Clock({
    session: data.session,
    surface: data.first_time ? "why" : "queue",
    keep: (beat) => {
      unsent.push(beat);
      void store.putBeat(beat).catch(() => undefined);
    },
    signed: () => rest.moved(),
  });
  const session = new Session({
    data,
    outbox,
    post: line.post,
    owner,
    uuid,
    changed: () => {
      for (const kept of outbox.waiting)
        if (kept.kind !== "flag" && kept.kind !== "ask" && !mine.has(kept.key)) {
          mine.add(kept.key);
          tabs?.postMessage(kept.task.lease);
        }
      page.changed();
    },
    ready: (task) => pictures.ready(task),
  });
  if (tabs) tabs.onmessage = ({ data: lease }) => session.answeredElsewhere(lease as number);

  let leaving = false;
  const leave = () => {
    if (leaving) return;
    leaving = true;
    clock.close();
    const seen = session.screen === "task" && session.current ? [session.current.lease] : [];
    line.release(data.urls.release, session.held, seen);
    const answers = outbox.lastWords();
    const beats = unsent.slice(-40);
    if (answers.length) line.last(data.urls.answers, { answers, beats });
    else if (beats.length) line.last(data.urls.beats, { beats });
  };

  page.given = {
    data,
    words,
    session,
    outbox,
    pictures,
    clock,
    care,
    rest,
    shelf,
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
  sayIn();
  clock.start(document);
  onOut(() => clock.stop(document));

  addEventListener("pagehide", leave);
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload(); // its leases were given back
  });
  const back = () => {
    void outbox.retry();
    void care.tell().then(() => session.topUp());
    page.changed();
  };
  addEventListener("online", back);
  addEventListener("offline", () => page.changed());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") back();
  });
  setInterval(() => page.requestUpdate(), 10_000);
  setInterval(() => void outbox.flush(), 20_000);
  void outbox.flush();
  void session.topUp();
}

customElements.define("canut-workbench", WorkbenchPage);
const root = document.getElementById("workbench");
if (root) void start(root);
