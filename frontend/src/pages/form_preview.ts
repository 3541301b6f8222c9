/* What a form leads to, worked out by the server while one types.

   form[data-reckon="URL"] is sent to URL as a query a moment after each change; the element #reckoned
   of the answer takes the place of the one in the form. Without this script it shows after keeping. */
const WAIT_MS = 350;
const waiting = new WeakMap<HTMLFormElement, number>();

async function reckon(form: HTMLFormElement): Promise<void> {
  const typed = new FormData(form);
  typed.delete("csrfmiddlewaretoken");
  const query = new URLSearchParams([...typed].map(([name, value]) => [name, String(value)]));
  try {
    const answer = await fetch(`${form.dataset.reckon}?${query}`, {
      headers: { Accept: "text/html", "X-Canut-Live": "1" },
    });
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("reckoned");
    const old = form.querySelector("#reckoned");
    if (fresh && old) old.replaceChildren(...fresh.childNodes);
  } catch {
    // The network is away: what was reckoned last stays.
  }
}

function soon(event: Event): void {
  const form = (event.target as Element | null)?.closest<HTMLFormElement>("form[data-reckon]");
  if (!form) return;
  clearTimeout(waiting.get(form));
  waiting.set(
    form,
    window.setTimeout(() => void reckon(form), WAIT_MS),
  );
}

export function listenForPrices(): void {
  document.addEventListener("input", soon);
  document.addEventListener("change", soon);
}
