/* Time on ordinary pages counts like time on tasks: reading a statement, writing an appeal, looking for work.
   Only where the server gave the page a name, that is to people who work, on pages that count. */
import { Rest } from "../time/breaks";
import { Clock } from "../time/heartbeats";
import { onOut, type Send, sayIn, sayOut, Unsent } from "../time/unsent_beats";

type Given = { session: string; surface: string; url: string; person: string; csrf: string };

const APART_MS = 120_000;
const PATIENCE_MS = 1_500;
const LIMIT_MS = 20_000;

function request(given: Given, beats: unknown, more: RequestInit): Promise<Response> {
  return fetch(given.url, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Accept: "application/json",
      "X-CSRFToken": given.csrf,
    },
    body: JSON.stringify({ beats }),
    ...more,
  });
}

const sender =
  (given: Given): Send =>
  async (beats) => {
    try {
      const answer = await request(given, beats, { signal: AbortSignal.timeout(LIMIT_MS) });
      if (answer.ok && !answer.redirected) return "kept";
      if (answer.status === 401 || answer.redirected) return "signed-out";
      if (answer.status >= 500 || answer.status === 429) return "later";
      const problem = (await answer.json()) as { code?: string };
      return problem.code === "beat-session" || answer.status === 422 ? "refused" : "signed-out";
    } catch {
      return "later";
    }
  };

export function keepTime(): void {
  const text = document.getElementById("beats-data")?.textContent;
  if (!text) return;
  const given = JSON.parse(text) as Given;
  sayIn();
  const unsent = new Unsent(given.person, sender(given));
  const rest = new Rest(given.person);
  const clock = new Clock({
    session: given.session,
    surface: given.surface,
    keep: (beat) => unsent.keep(beat),
    signed: () => rest.moved(),
  });
  let isOver = false;
  const end = () => {
    isOver = true;
    clock.stop(document);
  };

  clock.start(document);
  setInterval(() => {
    if (!isOver && !unsent.isOut) void unsent.flush();
  }, APART_MS);
  addEventListener("online", () => {
    if (!isOver && !unsent.isOut) void unsent.flush();
  });
  addEventListener("pagehide", () => {
    if (isOver || unsent.isOut) return;
    clock.close();
    const beats = unsent.of(given.session);
    if (beats.length > 0) void request(given, beats, { keepalive: true }).catch(() => undefined);
  });
  onOut(end);
  // What a person did before signing out is sent first; after it, nothing.
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.matches("form[data-signs-out]") || isOver) return;
    event.preventDefault();
    end();
    const patience = new Promise((done) => setTimeout(done, PATIENCE_MS));
    void Promise.race([unsent.flush(), patience]).then(() => {
      unsent.isOut = true;
      sayOut();
      form.submit();
    });
  });
  void unsent.flush();
}
