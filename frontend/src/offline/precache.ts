/* Ask the browser to keep what the open page is made of, so that it opens again without a network. */
import { WORKER } from "./names";

const BUILT = /\/static\/dist\/assets\//;

/** Scripts and styles that this page has loaded, those of kinds included. */
function loaded(): string[] {
  const names = performance.getEntriesByType("resource").map(({ name }) => name);
  return [...new Set(names.filter((name) => BUILT.test(name)))];
}

/** Start the service worker, where there may be one: on https and on this very machine. */
export async function precachePage(): Promise<void> {
  if (!navigator.serviceWorker) return;
  try {
    await navigator.serviceWorker.register(WORKER);
    const { active } = await navigator.serviceWorker.ready;
    active?.postMessage({ keep: loaded(), language: document.documentElement.lang });
  } catch {
    // without one the page works as before, as long as it stays open
  }
}
