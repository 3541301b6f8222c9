/* The form that corrects a stretch of time: whole minutes by − and +, and what it comes to. */
const DAY = 24 * 60;

function minutesOf(field: HTMLInputElement): number | null {
  const [hours, minutes] = field.value.split(":").map(Number);
  return hours === undefined || minutes === undefined || Number.isNaN(hours + minutes)
    ? null
    : hours * 60 + minutes;
}

function clockOf(minutes: number): string {
  const at = ((minutes % DAY) + DAY) % DAY;
  return `${String(Math.floor(at / 60)).padStart(2, "0")}:${String(at % 60).padStart(2, "0")}`;
}

/** Format seconds as the page does: `2 min`, `1 min 05`, `41 s`. */
export function timeInWords(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const remainder = seconds % 60;
  if (hours) return `${hours}\u00a0h\u00a0${String(minutes).padStart(2, "0")}`;
  if (!minutes) return `${remainder}\u00a0s`;
  return remainder
    ? `${minutes}\u00a0min\u00a0${String(remainder).padStart(2, "0")}`
    : `${minutes}\u00a0min`;
}

/** Return the seconds of an interval that lie in none of the counted ones, which are merged. */
export function uncounted(begin: number, end: number, counted: [number, number][]): number {
  return counted.reduce(
    (left, [from, to]) => left - Math.max(0, Math.min(end, to) - Math.max(begin, from)),
    Math.max(0, end - begin),
  );
}

function follow(form: HTMLFormElement): void {
  const fields = [...form.querySelectorAll<HTMLInputElement>(".minute-field .inp")];
  const summary = form.querySelector<HTMLElement>("[data-told]");
  const button = form.querySelector<HTMLButtonElement>("button[type=submit]");
  const words = form.querySelector<HTMLInputElement>("[name=words]");
  const [first, last] = fields;
  if (!first || !last || !summary || !button || !words) return;
  const counted = JSON.parse(form.dataset.counted || "[]") as [number, number][];
  const usual = button.textContent;
  const tell = () => {
    const [begin, end] = [minutesOf(first), minutesOf(last)];
    if (begin === null || end === null || end < begin) {
      summary.textContent = "";
      return;
    }
    const until = 60 * (end === begin ? begin + 1 : end);
    const more = uncounted(60 * begin, until, counted);
    const [total, extra] = [timeInWords(until - 60 * begin), timeInWords(more)];
    const isNothing = more === 0 && !words.value.trim();
    summary.textContent = more
      ? (form.dataset.said ?? "").replace("{asked}", total).replace("{more}", extra)
      : (form.dataset.none ?? "");
    button.disabled = isNothing;
    button.textContent = more ? (form.dataset.button ?? "").replace("{more}", extra) : usual;
  };
  for (const step of form.querySelectorAll<HTMLButtonElement>("[data-step]")) {
    const field = step.parentElement?.querySelector<HTMLInputElement>(".inp");
    step.hidden = false;
    step.addEventListener("click", () => {
      const at = field ? minutesOf(field) : null;
      if (field && at !== null) field.value = clockOf(at + Number(step.dataset.step));
      tell();
    });
  }
  form.addEventListener("input", tell);
  tell();
}

export function correctTime(): void {
  document.querySelectorAll<HTMLFormElement>("[data-correct-time]").forEach(follow);
}
