/* The list of tasks by keys: J and K move, X ticks, Shift and a click ticks all between, Enter opens, / goes to
   the filter. All of it works without this script: ticks show the bar, links open the task.
     form[data-task-list]   the list; tr[data-row] its rows, a[data-opens] what Enter opens
     [data-pick-all]        ticks the whole page; [data-picked] says how many are ticked
     [data-focus-key="/"]   the field that this key goes to */

const WRITES = "input:not([type=checkbox]), textarea, select";

export function listTasks(form: HTMLFormElement): void {
  const rows = [...form.querySelectorAll<HTMLTableRowElement>("tr[data-row]")];
  const boxOf = (row: HTMLTableRowElement | undefined) =>
    row?.querySelector<HTMLInputElement>('[name="task"]') ?? null;
  const all = form.querySelector<HTMLInputElement>("[data-pick-all]");
  const words = form.querySelector<HTMLElement>("[data-picked]");
  const plain = words?.textContent ?? "";
  let current = -1;
  let last = -1;

  function count(): void {
    const picked = rows.filter((row) => boxOf(row)?.checked).length;
    if (words) words.textContent = `${plain} ${picked}`;
    if (all) {
      all.checked = picked === rows.length;
      all.indeterminate = picked > 0 && picked < rows.length;
    }
  }

  function tick(at: number, checked: boolean, isRange: boolean): void {
    const from = isRange && last >= 0 ? last : at;
    for (let row = Math.min(from, at); row <= Math.max(from, at); row += 1) {
      const box = boxOf(rows[row]);
      if (box) box.checked = checked;
    }
    last = at;
    count();
  }

  function move(to: number): void {
    if (to < 0 || to >= rows.length) return;
    rows[current]?.classList.remove("cur");
    current = to;
    rows[current]?.classList.add("cur");
    rows[current]?.scrollIntoView({ block: "nearest" });
  }

  form.addEventListener("click", (event) => {
    const box = event.target as HTMLInputElement;
    if (box.name !== "task") return;
    tick(rows.indexOf(box.closest("tr") as HTMLTableRowElement), box.checked, event.shiftKey);
  });
  if (all) {
    all.hidden = false;
    all.addEventListener("change", () => {
      for (const row of rows) {
        const box = boxOf(row);
        if (box) box.checked = all.checked;
      }
      count();
    });
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const focused = event.target as Element;
    if (focused.closest?.(WRITES)) return;
    const key = event.key.toLowerCase();
    if (key === "/") {
      document.querySelector<HTMLElement>('[data-focus-key="/"]')?.focus();
    } else if (key === "j" || key === "k") {
      move(current + (key === "j" ? 1 : -1));
    } else if (key === "x" && current >= 0) {
      tick(current, !boxOf(rows[current])?.checked, event.shiftKey);
    } else if (event.key === "Enter" && current >= 0 && !focused.closest?.("a, button, summary")) {
      rows[current]?.querySelector<HTMLElement>("[data-opens]")?.click();
    } else {
      return;
    }
    event.preventDefault();
  });
  count();
}
