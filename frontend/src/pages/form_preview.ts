/* What a form leads to, worked out by the server while one types.

   The fields of [data-reckon="URL"] are sent to URL as a query a moment after each change; the element #reckoned
   of the answer takes the place of the one in it. With data-post they are sent as a form: long texts do not fit a
   query. Without this script it shows after keeping. */
const WAIT_MS = 350;
const waiting = new WeakMap<HTMLElement, number>();

async function reckon(part: HTMLElement): Promise<void> {
  const form = part.closest("form");
  if (!form) return;
  const names = new Set(
    [...part.querySelectorAll<HTMLInputElement>("[name]")].map(({ name }) => name),
  );
  const isSent = "post" in part.dataset;
  if (!isSent) names.delete("csrfmiddlewaretoken");
  const typed = [...new FormData(form)].filter(([name]) => names.has(name));
  const query = new URLSearchParams(typed.map(([name, value]) => [name, String(value)]));
  try {
    const headers = { Accept: "text/html", "X-Canut-Live": "1" };
    const answer = isSent
      ? await fetch(part.dataset.reckon ?? "", { method: "POST", body: query, headers })
      : await fetch(`${part.dataset.reckon}?${query}`, { headers });
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("reckoned");
    const old = part.querySelector("#reckoned");
    if (fresh && old) old.replaceChildren(...fresh.childNodes);
  } catch {
    // The network is away: what was reckoned last stays.
  }
}

function soon(event: Event): void {
  const part = (event.target as Element | null)?.closest<HTMLElement>("[data-reckon]");
  if (!part) return;
  clearTimeout(waiting.get(part));
  waiting.set(
    part,
    window.setTimeout(() => void reckon(part), WAIT_MS),
  );
}

export function listenForPrices(): void {
  document.addEventListener("input", soon);
  document.addEventListener("change", soon);
}
