/* "Where my answers went": each receipt kept on this device, held to the log.
   The page brings the words: <template data-word="…"> for states and troubles. */
import { withFirst } from "../i18n/format";
import { locale } from "../i18n/load";
import { Unsupported } from "./canonical";
import {
  type CheckedReceipt,
  checkReceipt,
  type EntryLocation,
  type LogState,
  readLog,
} from "./receipt_check";
import { keepPlaces, keepSeen, receiptsOf, type StoredReceipt, seenOf } from "./receipt_store";

type Data = { owner: string; log: string; origin: string; key: string; places: string };

const AT_ONCE = 100;
const SHOWN = 50;

const word = (root: HTMLElement, name: string): string =>
  root.querySelector<HTMLTemplateElement>(`template[data-word="${name}"]`)?.content.textContent ??
  name;

const fetcher = (prefix: string) => async (path: string) => {
  const answer = await fetch(`${prefix}/${path}`, {
    cache: path === "checkpoint" ? "no-store" : "default",
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
};

async function placesOf(
  url: string,
  receipts: readonly StoredReceipt[],
): Promise<Map<string, EntryLocation>> {
  const found = new Map<string, EntryLocation>();
  const token = document.querySelector<HTMLInputElement>('input[name="csrfmiddlewaretoken"]');
  for (let first = 0; first < receipts.length; first += AT_ONCE) {
    const keys = receipts.slice(first, first + AT_ONCE).map(({ key }) => key);
    const answer = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token?.value ?? "" },
      body: JSON.stringify({ keys }),
    });
    if (!answer.ok) throw new Error(`places: ${answer.status}`);
    const { places } = (await answer.json()) as { places: Record<string, EntryLocation> };
    for (const [key, entryLocation] of Object.entries(places)) found.set(key, entryLocation);
  }
  return found;
}

function row(root: HTMLElement, receipt: CheckedReceipt): HTMLElement {
  const line = root.querySelector("template[data-row]") as HTMLTemplateElement;
  const element = line.content.firstElementChild?.cloneNode(true) as HTMLElement;
  const said = (part: string, text: string) => {
    const cell = element.querySelector(`[data-part="${part}"]`);
    if (cell) cell.textContent = text;
  };
  const payload = receipt.opens ? (JSON.parse(receipt.payload) as { values?: string }) : {};
  const values = payload.values ? (JSON.parse(payload.values) as Record<string, unknown>) : {};
  const when = new Intl.DateTimeFormat(locale(), {
    dateStyle: "medium",
    timeStyle: "short",
    timeZone: root.dataset.zone || undefined,
  });
  said("when", withFirst(when.format(receipt.at), locale()));
  said("answer", Object.values(values).flat().map(String).join(", ") || word(root, "closed"));
  said("state", word(root, receipt.state));
  element
    .querySelector('[data-part="state"]')
    ?.classList.add(receipt.state === "kept" ? "ok" : "wait");
  const place = element.querySelector<HTMLAnchorElement>('[data-part="place"]');
  if (place && receipt.held.place !== null && receipt.state === "kept") {
    place.textContent = receipt.held.place.toLocaleString(locale());
    place.href = `${place.dataset.prefix}${receipt.held.place}`;
  } else place?.remove();
  return element;
}

/** Let the person take their receipts along: what is in them can be shown to anybody. */
function offer(root: HTMLElement, receipts: readonly StoredReceipt[]): void {
  const link = root.querySelector<HTMLAnchorElement>("a[data-take]");
  if (!link) return;
  const file = new Blob([receipts.map((one) => one.promise).join("\n")], { type: "text/plain" });
  link.href = URL.createObjectURL(file);
  link.hidden = false;
}

export async function showReceipts(root: HTMLElement): Promise<void> {
  const data = root.dataset as unknown as Data;
  const status = root.querySelector<HTMLElement>("[data-status]");
  const say = (name: string) => {
    if (status) status.textContent = word(root, name);
  };
  let receipts: StoredReceipt[];
  try {
    receipts = await receiptsOf(data.owner);
  } catch {
    return void say("nodevice");
  }
  if (receipts.length === 0) return void say("none");
  offer(root, receipts);
  if (!globalThis.crypto?.subtle) return void say("insecure");
  let logState: LogState;
  let checked: CheckedReceipt[];
  try {
    logState = await readLog(fetcher(data.log), data.key, await seenOf(data.origin));
    const places = await placesOf(data.places, receipts);
    checked = [];
    for (const one of receipts)
      checked.push(await checkReceipt(one, places.get(one.key), logState, Date.now()));
  } catch (error) {
    return void say(error instanceof Unsupported ? "unable" : "unreachable");
  }
  if (logState.seen) await keepSeen(logState.seen);
  await keepPlaces(
    checked.filter((receipt) => receipt.state === "kept").map((receipt) => receipt.held),
  );
  if (status) status.textContent = logState.trouble ? word(root, logState.trouble) : "";
  for (const state of ["kept", "waiting", "missing", "forged"] as const) {
    const count = root.querySelector<HTMLElement>(`[data-count="${state}"]`);
    const number = checked.filter((receipt) => receipt.state === state).length;
    if (count) count.textContent = number.toLocaleString(locale());
    const part = count?.closest<HTMLElement>("[data-if]");
    if (part) part.hidden = number === 0;
  }
  const late = checked.filter((receipt) => receipt.state !== "kept");
  const kept = checked.filter((receipt) => receipt.state === "kept").sort((a, b) => b.at - a.at);
  root
    .querySelector("tbody")
    ?.replaceChildren(
      ...[...late, ...kept]
        .slice(0, Math.max(SHOWN, late.length))
        .map((receipt) => row(root, receipt)),
    );
  for (const part of root.querySelectorAll<HTMLElement>("[data-checked]")) part.hidden = false;
}
