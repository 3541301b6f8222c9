/* The phrases that cards use, in French; and a figure's value written as a person reads it. */

import { type Dict, isDict, type Json } from "./canonical";
import { coded, materialIn, sourcesIn } from "./material_words";

export type Kinds = {
  none: string;
  worker: string;
  onTop: (money: string) => string;
  level: (level: string, hours: string) => string;
  practice: (hours: string) => string;
  lessons: (hours: string) => string;
  few: (count: string) => string;
};

const PHRASES: Record<string, string> = {
  "that one key is one person": "qu’une clé est une personne",
  "time worked away from the screen": "le temps travaillé hors de l’écran",
  "that nobody was forced, or had to give money back":
    "que personne n’a été forcé, ni n’a dû rendre de l’argent",
  "that the money arrived: only receipts and attestations say so":
    "que l’argent est arrivé : seuls des reçus et des attestations le disent",
  "the country a person declared": "le pays qu’une personne a déclaré",
  "what is taken on the way, outside the chain that is named":
    "ce qui est pris en route, hors de la chaîne nommée",
  "that what was logged was true then: receipts, countersignatures and audits are for that":
    "que ce qui fut inscrit était vrai alors : reçus, contresignatures et audits servent à cela",
  "not measured": "non mesuré",
  "not asked": "non demandé",
  "not declared": "non déclaré",
  "nobody was asked": "personne n’a été interrogé",
  "not estimated": "non estimé",
  "nothing is decided yet": "rien n’est encore décidé",
  "no pay period with this work is closed yet":
    "aucune période de paie avec ce travail n’est encore close",
  "own staff: paid by their employer, not through this platform":
    "personnel interne : payé par son employeur, pas par cette plateforme",
  "nobody is counted where somebody is simulated":
    "personne n’est compté là où quelqu’un est simulé",
  "not disclosed": "non divulgué",
  "too few people joined or left since the last card":
    "trop peu de personnes sont venues ou parties depuis la dernière fiche",
  "too few people were paid to show it": "trop peu de personnes ont été payées pour le montrer",
  "too few appeals were answered": "trop peu de recours ont reçu une réponse",
  "nobody was given a known answer": "aucune tâche témoin n’a été utilisée",
  "gold tasks were not used": "aucune tâche témoin n’a été utilisée",
  "nobody was asked to countersign": "personne n’a été invité à contresigner",
  "too few people countersigned": "trop peu de personnes ont contresigné",
  "no statement of this work names a floor": "aucun relevé de ce travail ne nomme de plancher",
  "too few people of one status, or not asked":
    "trop peu de personnes d’un même statut, ou non demandé",
  yes: "oui",
  no: "non",
  "own staff": "personnel de l’organisation",
  "by invitation": "sur invitation",
  law: "la loi",
  "law, or higher by the operator's choice": "la loi, ou plus haut par choix de l’opérateur",
  "statements of closed pay periods": "les relevés des périodes de paie closes",
  "statements of closed pay periods; later work is not in these figures yet":
    "les relevés des périodes de paie closes ; le travail plus récent n’est pas encore dans ces chiffres",
  "pay never below the floor": "paie jamais sous le plancher",
  "time paid whatever is decided of an answer": "temps payé quoi qu’il soit décidé d’une réponse",
  "only a named human rejects": "seule une personne nommée refuse",
  "appeal to another human": "recours devant une autre personne",
  "limits on hard material": "limites au contenu difficile",
  breaks: "pauses",
  employee: "personne salariée",
  self_employed: "à son compte",
  volunteer: "bénévole",
  own_staff: "personnel de l’organisation",
  unknown: "inconnu",
};
const SAID: Record<"fr" | "en", Kinds> = {
  en: {
    none: "none",
    worker: "whoever answers",
    onTop: (money) => `${money} on top of pay`,
    level: (level, hours) => `severity ${level}: ${hours} h`,
    practice: (hours) => `practice ${hours} h, paid by the client`,
    lessons: (hours) => `lessons ${hours} h, paid by the operator`,
    few: (count) => `shown from ${count} people on`,
  },
  fr: {
    none: "aucun",
    worker: "qui répond",
    onTop: (money) => `${money} en plus de la paie`,
    level: (level, hours) => `dureté ${level}\u00a0: ${hours} h`,
    practice: (hours) => `essais ${hours} h, payés par le client`,
    lessons: (hours) => `leçons ${hours} h, payées par l’opérateur`,
    few: (count) => `montré à partir de ${count} personnes`,
  },
};

export type Language = "fr" | "en";

/** Say one of a card's own phrases; others stay as they are. */
export function phrase(language: Language, text: string): string {
  const few = /^shown from (\d+) people on$/.exec(text)?.[1];
  if (few) return SAID[language].few(few);
  if (language === "fr" && Object.hasOwn(PHRASES, text)) return PHRASES[text] ?? text;
  return text.replaceAll("'", "’");
}

/** Write a figure's value: money in its currency, times in hours, shares as percentages. */
export function valueIn(
  language: Language,
  name: string,
  value: Json,
  unit: string,
  currency: string,
): string {
  const decimal = (one: number, least: number, most = least) =>
    new Intl.NumberFormat(`${language}-CA`, {
      minimumFractionDigits: least,
      maximumFractionDigits: most,
    }).format(one);
  const whole = (one: Json | undefined) =>
    typeof one === "number" ? decimal(one, 0) : String(one);
  const money = (micro: Json | undefined, most = 2) =>
    `${decimal(Number(micro) / 1e6, 2, most)} ${currency}`.trim();
  const words = SAID[language];
  if (typeof value === "number") {
    if (unit.startsWith("micro")) return money(value) + unit.slice(5);
    if (unit === "ms") {
      const minutes = Math.floor(value / 60_000);
      return `${whole(Math.floor(minutes / 60))} h ${String(minutes % 60).padStart(2, "0")}`;
    }
    if (unit === "thousandths") return decimal(value / 1000, 2);
    if (unit.startsWith("thousandths")) {
      return `${decimal(value / 10, 1)}${language === "fr" ? "\u00a0" : ""}%`;
    }
    return whole(value);
  }
  if (typeof value === "string") {
    const several = name === "workforce" ? value.split(", ") : [value];
    return several.map((one) => phrase(language, one).replace("self_e", "self-e")).join(", ");
  }
  if (name === "material" && isDict(value)) return materialIn(language, value);
  if (name === "sources") return sourcesIn(language, value) || words.none;
  if (Array.isArray(value)) {
    if (name === "instructions") return `${value.length} version${value.length > 1 ? "s" : ""}`;
    if (name === "period") return value.map(String).join(" – ");
    return value.map((one) => phrase(language, String(one))).join(", ") || words.none;
  }
  if (!isDict(value)) return String(value);
  if (name === "floor") {
    const ends = [value.from, value.to].map((one) => decimal(Number(one) / 1e6, 2));
    return `${ends.join(" – ")} ${currency}/h`;
  }
  const dicts = (answer: Json | undefined): Dict[] =>
    (Array.isArray(answer) ? answer : []).filter(isDict);
  if (name === "chain") {
    const paid = dicts(value.parties).map((one) => {
      const who = one.role === "worker" ? words.worker : phrase(language, String(one.name));
      return `${who} ${money(one.share_micro, 6)}`;
    });
    return [String(value.client), ...paid].join(" → ");
  }
  if (name === "contributions") {
    const named = [
      ...new Set(dicts(value.names).map((one) => coded(language, "contribution", one.name))),
    ].sort();
    return [...named, words.onTop(money(value.on_top_micro))].join(", ");
  }
  if (name === "training") {
    const kinds = (["practice", "lessons"] as const).filter((kind) => value[kind]);
    return kinds.map((kind) => words[kind](whole(value[kind]))).join(", ") || words.none;
  }
  const told = Object.entries(value).map(([key, one]) =>
    name === "exposure" ? words.level(key, whole(one)) : `${key} ${whole(one)}`,
  );
  return told.join(", ") || words.none;
}
