/* The page of `verify.html`: a folder, a policy and perhaps an earlier release in, a verdict out. It
   asks the network for nothing. */

import { checkBundle, type Files, type Line, signersOf, type Verdict } from "./bundle";
import { checkOpening, type Opened } from "./bundles/opening";
import { openZip } from "./bundles/zip";
import { base64, Refused, Unreadable } from "./canonical";
import { checkSince, type Since } from "./log_growth";
import { type Policy, parsePolicy } from "./notes";
import { phrase, valueIn } from "./phrases";
import { refusalInFrench } from "./refusal_words";
import { WORDS, type Words } from "./verify_words";

const EARLIER = "thousandths of answers"; // the unit of cards that were signed before
const find = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;
let words: Words = WORDS[navigator.language.toLowerCase().startsWith("fr") ? "fr" : "en"];
type State = "" | "whole" | "show" | "unseen";
let last: (() => void) | undefined;

/** List the files of a chosen folder, by their paths within it. */
function filesOf(chosen: FileList): Files {
  const held = new Map<string, File>();
  for (const file of chosen) {
    const inside = file.webkitRelativePath.split("/").slice(1).join("/");
    held.set(inside || file.name, file);
  }
  return {
    paths: [...held.keys()],
    read: async (path) => {
      const file = held.get(path);
      if (!file) throw new Unreadable(`there is no ${path}: this is no whole bundle`);
      return new Uint8Array(await file.arrayBuffer());
    },
  };
}

type Given = { bundle: () => Promise<Files>; policy: Blob | undefined; isExample: boolean };

/** Say what was chosen last: a folder or a zip; nothing if none. */
function given(): Given | undefined {
  const folder = find<HTMLInputElement>("bundle").files;
  const zip = find<HTMLInputElement>("zip").files?.[0];
  const policy = find<HTMLInputElement>("policy").files?.[0];
  if (zip) return { bundle: () => openZip(zip), policy, isExample: false };
  if (!folder?.length) return undefined;
  return { bundle: async () => filesOf(folder), policy, isExample: false };
}

/** Return the example that the server put into the page; a page built alone has none. */
function example(): Given | undefined {
  const held = JSON.parse(find("example-files").textContent || "{}") as Record<string, string>;
  if (!held.zip || !held.policy) return undefined;
  const [zip, policy] = [held.zip, held.policy].map((one) => new Blob([base64(one) as BlobPart]));
  return { bundle: () => openZip(zip as Blob), policy, isExample: true };
}

async function check(chosen = given()): Promise<void> {
  if (!chosen) return;
  const { bundle, policy, isExample } = chosen;
  const older = isExample ? null : find<HTMLInputElement>("older").files;
  const opening = isExample ? undefined : find<HTMLInputElement>("opening").files?.[0];
  const place = find("verdict");
  delete place.dataset.exit;
  delete place.dataset.state;
  place.setAttribute("aria-busy", "true");
  place.replaceChildren(element("p", [words.busy(0)], "soft"));
  try {
    const files = await bundle();
    if (!policy) {
      const names = await signersOf(files);
      say(3, () => [
        element(
          "ul",
          names.map((one) => element("li", [code(one)])),
        ),
      ]);
      return;
    }
    const trusted = parsePolicy(new Uint8Array(await policy.arrayBuffer()));
    const then = older?.length ? await checkOlder(older, trusted) : undefined;
    const verdict = await checkBundle(files, trusted, busy, then?.entries);
    const since = then ? checkSince(verdict, then) : [];
    const opened =
      opening && (await checkOpening(files, new Uint8Array(await opening.arrayBuffer())));
    const isSeen = verdict.accepted.isWitnessed;
    const state = verdict.simulated ? "show" : isSeen ? "whole" : "unseen";
    say(0, () => shown(verdict, since, opened), state);
  } catch (why) {
    if (!(why instanceof Refused || why instanceof Unreadable)) throw why;
    const message = why.message;
    say(why instanceof Refused ? 1 : 2, () => [element("p", [inWords(message)])]);
  } finally {
    find("verdict").removeAttribute("aria-busy");
  }
}

/** Check an earlier release; what is wrong there is said to be there. */
async function checkOlder(chosen: FileList, policy: Policy): Promise<Verdict> {
  try {
    return await checkBundle(filesOf(chosen), policy, busy);
  } catch (why) {
    const name = chosen[0]?.webkitRelativePath.split("/")[0] ?? "";
    const said = (fault: Error) => `the earlier release '${name}': ${fault.message}`;
    if (why instanceof Unreadable) throw new Unreadable(said(why));
    throw why instanceof Refused ? new Refused(said(why)) : why;
  }
}

/** Say why something was refused, in the language of the page. */
const inWords = (why: string) => (words === WORDS.fr ? refusalInFrench(why, words.figures) : why);

function busy(share: number): void {
  find("verdict").replaceChildren(element("p", [words.busy(Math.floor(100 * share))], "soft"));
}

/** Show a verdict; green is a whole one alone, which somebody else saw and which is of people. */
function say(exit: number, content: () => Node[], state: State = ""): void {
  last = () => {
    const place = find("verdict");
    place.dataset.exit = String(exit);
    place.dataset.state = state;
    const weaker = state === "show" || state === "unseen" ? words[state] : undefined;
    const head = element("h2", [weaker?.head ?? words.exits[exit] ?? ""]);
    const means = element("p", [weaker?.means ?? words.means[exit] ?? ""]);
    place.replaceChildren(head, means, ...content());
  };
  last();
}

function shown(verdict: Verdict, since: Since[], opened: Opened | undefined): Node[] {
  const { accepted } = verdict;
  const rows: [string, string][] = [
    ["PROVEN", words.logged(verdict.index, accepted.head.size, accepted.head.origin)],
    ...(verdict.version > 1
      ? [["ASSERTED", words.number(verdict.number)] as [string, string]]
      : []),
    ...since.map(sinceRow),
    ...accepted.seen.map((cosignature): [string, string] => [
      "PROVEN",
      words.seen(cosignature.name, new Date(cosignature.at * 1000).toISOString().slice(0, 16)),
    ]),
    ...(accepted.isWitnessed ? [] : [["ASSERTED", words.alone] as [string, string]]),
    ...accepted.strangers.map((one): [string, string] => ["", words.stranger(one)]),
    ...fileRows(verdict),
    ["PROVEN", words.recounted(verdict.entries, verdict.answers)],
    ...openedRows(opened),
    ...(verdict.material ? [["PROVEN", words.material(verdict.material)] as [string, string]] : []),
    ["", words.unbound],
    ...confirmedRow(verdict),
  ];
  const mark = verdict.simulated ? ` · ${words.simulated}` : "";
  const language = words === WORDS.fr ? "fr" : "en";
  const held = verdict.lines.find((line) => line.name === "currency")?.value;
  const currency = typeof held === "string" ? held : "";
  const written = ({ name, value, unit }: Line) => valueIn(language, name, value, unit, currency);
  const figures = verdict.lines.map((line): [string, string, string] => {
    const told = line.grade
      ? `${written(line)}${mark}`
      : `${words.unknown}${phrase(language, line.note)}`;
    const claimed = words.grades[line.note] ?? line.note;
    const more = line.grade && line.note ? ` (${words.claimed(claimed)})` : "";
    const isEarlier = line.unit === EARLIER;
    const name = isEarlier ? words.answered : (words.figures[line.name] ?? line.name);
    return [line.grade, name, told + more];
  });
  return [
    element("h3", [verdict.dataset]),
    table(rows.map(([grade, told]) => [grade, told])),
    element("h3", [words.never]),
    element(
      "ul",
      words.neverProved.map((one) => element("li", [one])),
    ),
    element("h3", [words.figuresHead]),
    table(figures),
    element("p", [reach(verdict.lines)]),
    element("h3", [words.legendHead]),
    table(Object.entries(words.legend)),
  ];
}

/** Say which figures anyone can count again, and which the operator says alone. */
function reach(lines: Line[]): string {
  const isFrench = words === WORDS.fr;
  const names = (isSaid: boolean) =>
    lines
      .filter(({ grade }) => grade && (grade === "ASSERTED") === isSaid)
      .map(({ name }) => words.figures[name] ?? name)
      .join(isFrench ? "\u202f; " : "; ") || (isFrench ? "aucun" : "none");
  return words.reach(names(false), names(true));
}

/** Say which files the logged card binds, and name those that it does not. */
function fileRows({ version, files, others }: Verdict): [string, string][] {
  return version === 1
    ? [
        ["PROVEN", words.filesSome(files)],
        ["", words.firstFormat(others)],
      ]
    : [
        ["PROVEN", words.files(files)],
        ["PROVEN", words.forms],
        ["", words.afterCard(others)],
      ];
}

/** Say how many of the drawn rows were shown to be answers of the log. */
function openedRows(opened: Opened | undefined): [string, string][] {
  if (!opened) return [];
  const lost: [string, string][] = opened.erased ? [["", words.notOpened(opened.erased)]] : [];
  return [["PROVEN", words.opened(opened.opened, opened.drawn, opened.seed)], ...lost];
}

/** Say what came between an earlier release and this one. */
function sinceRow(one: Since): [string, string] {
  switch (one.kind) {
    case "grew":
      return ["PROVEN", words.grew(grouped(one.before), grouped(one.after))];
    case "same":
      return ["PROVEN", words.same(grouped(one.after))];
    case "wholeSame":
      return ["PROVEN", words.wholeSame];
    case "wholeSeen":
      return ["ATTESTED", words.wholeSeen(one.name)];
    default:
      return ["ASSERTED", words.wholeAlone];
  }
}

const grouped = (count: number) =>
  new Intl.NumberFormat(`${words === WORDS.fr ? "fr" : "en"}-CA`).format(count);

/** Say by how many people's own keys people, time and pay are confirmed, and of how many. */
function confirmedRow({ confirmed, lines }: Verdict): [string, string][] {
  if (!confirmed?.people) return [];
  const whole = (name: string) => lines.find((one) => one.name === name)?.value;
  const of = (part: number, all: unknown, unit: number) =>
    [part, all]
      .filter((one): one is number => typeof one === "number")
      .map((one) => Math.floor(one / unit))
      .join(" / ");
  const people = of(confirmed.people, whole("people"), 1);
  const hours = of(confirmed.ms, whole("active_time"), 3_600_000);
  return [["CONFIRMED", words.confirmed(people, hours)]];
}

function table(rows: string[][]): HTMLElement {
  const body = rows.map(([grade = "", ...cells]) =>
    element("tr", [
      element("td", [words.grades[grade] ?? ""], `grade ${grade.toLowerCase()}`),
      ...cells.map((one) => element("td", [one])),
    ]),
  );
  return element("div", [element("table", [element("tbody", body)])], "wide");
}

function element(tag: string, content: (Node | string)[], kind = ""): HTMLElement {
  const made = document.createElement(tag);
  made.append(...content);
  if (kind) made.className = kind;
  return made;
}

const code = (text: string) => element("code", [text]);

function speak(language: "fr" | "en"): void {
  words = WORDS[language];
  document.documentElement.lang = language;
  document.title = words.title;
  for (const place of document.querySelectorAll<HTMLElement>("[data-say]")) {
    place.textContent = words.page[place.dataset.say ?? ""] ?? "";
  }
  last?.();
}

find("language").addEventListener("click", () => {
  speak(document.documentElement.lang === "fr" ? "en" : "fr");
});
for (const id of ["bundle", "zip", "policy", "older", "opening"]) {
  find(id).addEventListener("change", () => {
    if (id === "bundle") find<HTMLInputElement>("zip").value = "";
    if (id === "zip") find<HTMLInputElement>("bundle").value = "";
    void check();
  });
}
find("try").hidden = !example();
find("example").addEventListener("click", () => {
  void check(example());
});
speak(words === WORDS.fr ? "fr" : "en");
