/* Parts of a page that redraw themselves while long work goes on. */
const every = (element: HTMLElement): number => Number(element.dataset.every ?? 2) * 1000;

async function refresh(element: HTMLElement): Promise<void> {
  const url = element.dataset.live;
  if (!url || !element.isConnected) return;
  let wait = every(element);
  try {
    if (!document.hidden) {
      const answer = await fetch(url, { headers: { Accept: "text/html", "X-Canut-Live": "1" } });
      if (answer.redirected) {
        location.assign(answer.url);
        return;
      }
      if (answer.ok && answer.status !== 204) {
        const fresh = replacement(await answer.text(), element);
        if (fresh) {
          if (fresh.textContent !== element.textContent || !fresh.dataset.live) {
            element.replaceWith(fresh);
            start(fresh);
            return;
          }
        }
      }
    }
  } catch {
    wait *= 3; // the network is away: ask less often, keep what is shown
  }
  setTimeout(() => void refresh(element), wait);
}

/** The same element in the answer: by its id where it has one, else the first. */
function replacement(html: string, old: HTMLElement): HTMLElement | null {
  const page = new DOMParser().parseFromString(html, "text/html");
  const same = old.id ? page.getElementById(old.id) : null;
  return same ?? (page.body.firstElementChild as HTMLElement | null);
}

function start(element: HTMLElement): void {
  if (element.dataset.live) setTimeout(() => void refresh(element), every(element));
}

export function refreshLiveParts(): void {
  document.querySelectorAll<HTMLElement>("[data-live]").forEach(start);
}
