/* Find or go to: a dialog that Ctrl K opens everywhere, and keys that lead to places.
   dialog#find[data-url] holds an input and a listbox; the server answers with groups of lines.
   [data-find] opens it · [data-go="w"] is reached by G, then that letter · ? shows all keys.
   Letters never act in a field; [data-letters] switches them off on this device. */
const LETTERS = "canut-letters";
const RECENT = "canut-recent";
const MOST_RECENT = 5;
const WRITES = "input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]";
const G_LASTS_MS = 1500;

interface Item {
  name: string;
  where: string;
  url: string;
}
interface ItemGroup {
  name: string;
  items: Item[];
}

export const lettersAct = (): boolean => stored(localStorage, LETTERS) !== "off";

function stored(storage: Storage, name: string): string | null {
  try {
    return storage.getItem(name);
  } catch {
    return null; // storage is closed here: nothing is remembered
  }
}

function store(storage: Storage, name: string, value: string): void {
  try {
    storage.setItem(name, value);
  } catch {
    // nothing is remembered
  }
}

/** The pages seen last in this window, newest first, without the present one. */
function recentPages(): Item[] {
  try {
    const items = JSON.parse(stored(sessionStorage, RECENT) ?? "[]") as Item[];
    return items.filter(({ url }) => url !== location.pathname);
  } catch {
    return [];
  }
}

function rememberPage(): void {
  const here = {
    name: document.title.replace(/ – Canut$/, ""),
    where: "",
    url: location.pathname,
  };
  const items = [here, ...recentPages()].slice(0, MOST_RECENT + 1);
  store(sessionStorage, RECENT, JSON.stringify(items));
}

/** Forget the pages of who signs out: somebody else may use this device next. */
export function forgetPages(): void {
  try {
    sessionStorage.removeItem(RECENT);
  } catch {
    // nothing was remembered
  }
}

const plain = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** The name with the words that were typed marked in it. */
function marked(name: string, typed: string): Node[] {
  const words = plain(typed).split(/\s+/).filter(Boolean);
  const text = plain(name);
  if (text.length !== name.length) return [document.createTextNode(name)];
  const nodes: Node[] = [];
  let end = 0;
  for (const match of text.matchAll(/[\p{L}\p{N}]+/gu)) {
    const word = words.find((candidate) => match[0].startsWith(candidate));
    if (!word) continue;
    const mark = document.createElement("mark");
    mark.textContent = name.slice(match.index, match.index + word.length);
    nodes.push(document.createTextNode(name.slice(end, match.index)), mark);
    end = match.index + word.length;
  }
  nodes.push(document.createTextNode(name.slice(end)));
  return nodes;
}

class Finder {
  private readonly dialog: HTMLDialogElement;
  private readonly input: HTMLInputElement;
  private readonly list: HTMLElement;
  private readonly nothing: HTMLElement;
  private readonly status: HTMLElement;
  private request = new AbortController();
  private current = 0;

  constructor(dialog: HTMLDialogElement) {
    this.dialog = dialog;
    this.input = dialog.querySelector("input") as HTMLInputElement;
    this.list = dialog.querySelector('[role="listbox"]') as HTMLElement;
    this.nothing = dialog.querySelector(".find-nothing") as HTMLElement;
    this.status = dialog.querySelector('[role="status"]') as HTMLElement;
    this.input.addEventListener("input", () => void this.ask());
    this.input.addEventListener("keydown", (event) => this.press(event));
    this.list.addEventListener("click", (event) => {
      const option = (event.target as Element).closest<HTMLElement>('[role="option"]');
      if (option) this.go(option, event.ctrlKey || event.metaKey);
    });
  }

  open(): void {
    if (this.dialog.open) return;
    this.input.value = "";
    this.list.replaceChildren();
    this.dialog.showModal();
    this.input.focus();
    void this.ask();
  }

  private async ask(): Promise<void> {
    this.request.abort();
    this.request = new AbortController();
    const typed = this.input.value.trim();
    const url = new URL(this.dialog.dataset.url ?? "/find", location.href);
    url.searchParams.set("form", "json");
    url.searchParams.set("q", typed);
    if (this.dialog.dataset.project) url.searchParams.set("project", this.dialog.dataset.project);
    try {
      const answer = await fetch(url, { signal: this.request.signal });
      const groups = answer.ok ? ((await answer.json()) as ItemGroup[]) : [];
      const recent = typed ? [] : recentPages();
      const name = this.dialog.querySelector("[data-recent]")?.textContent ?? "";
      this.show(recent.length ? [{ name, items: recent }, ...groups] : groups, typed);
    } catch {
      // overtaken by the next letter, or no network: what is listed stays
    }
  }

  private show(groups: ItemGroup[], typed: string): void {
    let count = 0;
    const parts = groups.map((group) => {
      const part = document.createElement("div");
      part.setAttribute("role", "group");
      part.setAttribute("aria-label", group.name);
      const heading = document.createElement("p");
      heading.className = "find-group";
      heading.setAttribute("aria-hidden", "true");
      heading.textContent = group.name;
      part.append(heading);
      for (const item of group.items) {
        const option = document.createElement("div");
        option.id = `find-${count}`;
        option.className = "find-option";
        option.setAttribute("role", "option");
        option.dataset.url = item.url;
        const name = document.createElement("span");
        name.append(...marked(item.name, typed));
        const where = document.createElement("span");
        where.className = "p";
        where.textContent = item.where;
        option.append(name, where);
        part.append(option);
        count += 1;
      }
      return part;
    });
    this.list.replaceChildren(...parts);
    this.list.hidden = count === 0;
    this.nothing.hidden = count > 0;
    this.status.textContent = `${count} ${this.status.dataset.count ?? ""}`;
    this.choose(0);
  }

  private options(): HTMLElement[] {
    return [...this.list.querySelectorAll<HTMLElement>('[role="option"]')];
  }

  private choose(index: number): void {
    const options = this.options();
    this.current = options.length ? (index + options.length) % options.length : 0;
    for (const [at, option] of options.entries())
      option.setAttribute("aria-selected", String(at === this.current));
    const option = options[this.current];
    this.input.setAttribute("aria-activedescendant", option?.id ?? "");
    option?.scrollIntoView({ block: "nearest" });
  }

  private press(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (event.key === "ArrowDown") this.choose(this.current + 1);
    else if (event.key === "ArrowUp") this.choose(this.current - 1);
    else if (event.key === "Enter") {
      const option = this.options()[this.current];
      if (option) this.go(option, event.ctrlKey || event.metaKey);
    } else return;
    event.preventDefault();
  }

  private go(option: HTMLElement, inNewTab: boolean): void {
    const url = option.dataset.url ?? "/";
    if (inNewTab) window.open(url, "_blank", "noopener");
    else {
      this.dialog.close();
      location.assign(url);
    }
  }
}

/** Listen for Ctrl K, /, G and a letter, and ?. */
export function listenForFinding(): void {
  const dialog = document.querySelector<HTMLDialogElement>("dialog#find");
  const keys = document.querySelector<HTMLDialogElement>("dialog#keys");
  if (!dialog) return;
  rememberPage();
  const finder = new Finder(dialog);
  const letters = keys?.querySelector<HTMLInputElement>("[data-letters]");
  if (letters) {
    letters.checked = lettersAct();
    letters.addEventListener("change", () =>
      store(localStorage, LETTERS, letters.checked ? "on" : "off"),
    );
  }
  let goUntil = 0;
  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (!(event.target as Element).closest("[data-find]")) return;
    event.preventDefault();
    finder.open();
  });
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.altKey) return;
    const key = event.key.toLowerCase();
    if ((event.ctrlKey || event.metaKey) && key === "k" && !event.shiftKey) {
      event.preventDefault();
      finder.open();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.repeat || !lettersAct()) return;
    if ((event.target as Element).closest?.(WRITES) || document.querySelector("dialog[open]"))
      return;
    if (document.querySelector(`[data-key="${CSS.escape(key)}"]`)) return; // the page's own key
    const place =
      performance.now() < goUntil &&
      document.querySelector<HTMLAnchorElement>(`[data-go="${CSS.escape(key)}"]`);
    goUntil = 0;
    if (place) location.assign(place.href);
    else if (key === "/") finder.open();
    else if (key === "?") keys?.showModal();
    else if (key === "g") {
      goUntil = performance.now() + G_LASTS_MS;
      return;
    } else return;
    event.preventDefault();
  });
}
