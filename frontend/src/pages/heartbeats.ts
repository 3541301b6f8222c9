/* Time on ordinary pages counts like time on tasks: reading a statement, writing an appeal, looking for work.
   Only where the server gave the page a name, that is to people who work, on pages that count. */
import { isForeignBeat } from "../protocol/beats";
import { BreakTimer } from "../time/breaks";
import { Heartbeats } from "../time/heartbeats";
import {
  announceSignOut,
  clearSignOut,
  onSignOut,
  type Send,
  UnsentBeats,
} from "../time/unsent_beats";

type PageFacts = { session: string; surface: string; url: string; person: string; csrf: string };

const APART_MS = 120_000;
const PATIENCE_MS = 1_500;
const LIMIT_MS = 20_000;

function request(facts: PageFacts, beats: unknown, more: RequestInit): Promise<Response> {
  return fetch(facts.url, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Accept: "application/json",
      "X-CSRFToken": facts.csrf,
    },
    body: JSON.stringify({ beats }),
    ...more,
  });
}

const sender =
  (facts: PageFacts): Send =>
  async (beats) => {
    try {
      const answer = await request(facts, beats, { signal: AbortSignal.timeout(LIMIT_MS) });
      if (answer.ok && !answer.redirected) return "kept";
      if (answer.status === 401 || answer.redirected) return "signed-out";
      if (answer.status >= 500 || answer.status === 429) return "later";
      const problem = (await answer.json()) as { code?: string };
      return isForeignBeat(problem.code) || answer.status === 422 ? "refused" : "signed-out";
    } catch {
      return "later";
    }
  };

export function startHeartbeats(): void {
  const text = document.getElementById("beats-data")?.textContent;
  if (!text) return;
  const facts = JSON.parse(text) as PageFacts;
  clearSignOut();
  const unsent = new UnsentBeats(facts.person, sender(facts));
  const breakTimer = new BreakTimer(facts.person);
  const heartbeats = new Heartbeats({
    session: facts.session,
    surface: facts.surface,
    keep: (beat) => unsent.keep(beat),
    signed: () => breakTimer.moved(),
  });
  let isOver = false;
  const end = () => {
    isOver = true;
    heartbeats.stop(document);
  };

  heartbeats.start(document);
  setInterval(() => {
    if (!isOver && !unsent.isOut) void unsent.flush();
  }, APART_MS);
  addEventListener("online", () => {
    if (!isOver && !unsent.isOut) void unsent.flush();
  });
  addEventListener("pagehide", () => {
    if (isOver || unsent.isOut) return;
    heartbeats.close();
    const beats = unsent.of(facts.session);
    if (beats.length > 0) void request(facts, beats, { keepalive: true }).catch(() => undefined);
  });
  onSignOut(end);
  // What a person did before signing out is sent first; after it, nothing.
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.matches("form[data-signs-out]") || isOver) return;
    event.preventDefault();
    end();
    const patience = new Promise((done) => setTimeout(done, PATIENCE_MS));
    void Promise.race([unsent.flush(), patience]).then(() => {
      unsent.isOut = true;
      announceSignOut();
      form.submit();
    });
  });
  void unsent.flush();
}
