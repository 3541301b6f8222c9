/* The codes of a card as people read them: origin of its material, contributions. */

import { type Dict, isDict, type Json } from "./canonical";

type Language = "fr" | "en";

const CODES: Record<string, [english: string, french: string]> = {
  "gesture.captcha_box": ["CAPTCHAs with a box to tick", "CAPTCHA à cocher"],
  "gesture.captcha_image": ["CAPTCHAs with pictures", "CAPTCHA d’images"],
  "gesture.captcha_text": ["CAPTCHAs with letters", "CAPTCHA de lettres"],
  "gesture.click_log": ["Records of clicks", "Traces de clics"],
  "gesture.comment": ["Comments", "Commentaires"],
  "gesture.follow": ["Subscriptions and follows", "Abonnements"],
  "gesture.game": ["Moves in a game", "Coups dans un jeu"],
  "gesture.like": ["Likes", "Mentions «\u00a0J’aime\u00a0»"],
  "gesture.location": ["Records of places", "Traces de lieux"],
  "gesture.made": ["Drawn or written by a program", "Fait par un programme"],
  "gesture.message": ["Messages", "Messages envoyés"],
  "gesture.post": ["Posts", "Publications"],
  "gesture.record": ["Public registers and archives", "Registres publics et archives"],
  "gesture.review": ["Written reviews", "Avis écrits"],
  "gesture.search": ["Searches", "Recherches"],
  "gesture.share": ["Shares", "Partages"],
  "gesture.star": ["Ratings in stars", "Notes en étoiles"],
  "gesture.unknown": ["Nobody knows", "Personne ne le sait"],
  "gesture.upload": ["Photos, voices, videos sent in", "Photos, voix, vidéos déposées"],
  "gesture.volunteer": ["Volunteer work", "Travail bénévole"],
  "gesture.work": ["Paid work", "Travail payé"],
  "consent.asked": ["asked for this use", "demandé pour cet usage"],
  "consent.by_law": ["by law", "par la loi"],
  "consent.in_terms": ["in the terms of a service", "dans les conditions d’un service"],
  "consent.none": ["not given", "non donné"],
  "consent.public_only": ["not asked, but public", "non demandé, mais public"],
  "consent.unknown": ["unknown", "inconnu"],
  "maker_paid.in_kind": ["paid in kind", "payé en nature"],
  "maker_paid.money": ["paid", "payé"],
  "maker_paid.no": ["not paid", "non payé"],
  "maker_paid.unknown": ["pay unknown", "paie inconnue"],
  "personal.none": ["nobody can be recognised", "personne n’est reconnaissable"],
  "personal.possible": [
    "people may be recognisable",
    "des personnes sont peut-être reconnaissables",
  ],
  "personal.unknown": ["unknown", "inconnu"],
  "personal.yes": ["tells of identifiable people", "parle de personnes identifiables"],
  "made_from.distilled_from": [
    "Written by a model that learnt from",
    "Écrit par un modèle qui a appris de",
  ],
  "made_from.labelled_by_model_of": [
    "Pre-labelled by a model that learnt from",
    "Pré-étiqueté par un modèle qui a appris de",
  ],
  "made_from.made_of": ["Taken from", "Tiré de"],
  "made_from.mixed_with": ["Mixed with", "Mêlé à"],
  "contribution.qpp": ["Quebec pension (QPP)", "Rentes du Québec (RRQ)"],
  "contribution.qpp2": [
    "Quebec pension, second additional (QPP2)",
    "Rentes du Québec, deuxième supplémentaire (RRQ2)",
  ],
  "contribution.qpip": ["Parental insurance (QPIP)", "Assurance parentale (RQAP)"],
  "contribution.ei": ["Employment insurance", "Assurance-emploi"],
  "contribution.hsf": ["Health services fund", "Fonds des services de santé"],
  "contribution.cnt": ["Labour standards", "Normes du travail"],
  "contribution.cnesst": ["Work accidents (CNESST)", "Accidents du travail (CNESST)"],
  "contribution.micro_social": [
    "Contributions of micro-entrepreneurs",
    "Cotisations des micro-entrepreneurs",
  ],
  "contribution.nssf1": ["Pension (NSSF), first tier", "Retraite (NSSF), première tranche"],
  "contribution.nssf2": ["Pension (NSSF), second tier", "Retraite (NSSF), deuxième tranche"],
  "contribution.shif": ["Health insurance (SHIF)", "Assurance maladie (SHIF)"],
  "contribution.housing_levy": ["Housing levy", "Prélèvement pour le logement"],
};
const NO_GESTURES = ["work", "record", "made"];
const SAID = {
  en: {
    version: (number: string) => `version ${number}`,
    consent: (word: string) => `consent: ${word}`,
    gestures: (count: string) => `gestures: ${count}`,
    hours: (hours: string, source: string) => `${hours} h (${source})`,
    unknown: "hours unknown",
    withdrawn: (count: string) => `withdrawn: ${count}`,
    card: (hash: string) => `card ${hash}`,
  },
  fr: {
    version: (number: string) => `version ${number}`,
    consent: (word: string) => `consentement\u00a0: ${word}`,
    gestures: (count: string) => `gestes\u00a0: ${count}`,
    hours: (hours: string, source: string) => `${hours} h (${source})`,
    unknown: "heures inconnues",
    withdrawn: (count: string) => `retirés\u00a0: ${count}`,
    card: (hash: string) => `fiche ${hash}`,
  },
};

/** Say what the material was made by: each part, with consent, pay, count and hours. */
export function materialIn(language: Language, value: Dict): string {
  const words = SAID[language];
  const parts = dicts(value.parts).map((part) => partIn(language, part));
  const lines = [words.version(whole(language, value.version)), ...parts];
  if (value.withdrawn !== undefined) lines.push(words.withdrawn(whole(language, value.withdrawn)));
  return listed(language, lines);
}

/** Say from which datasets a dataset was made; nothing if from none. */
export function sourcesIn(language: Language, value: Json): string {
  const lines = dicts(value).map((link) =>
    [
      `${coded(language, "made_from", link.relation)} ${String(link.name)}`,
      ...(link.address === undefined ? [] : [String(link.address)]),
      ...(link.card === undefined ? [] : [SAID[language].card(String(link.card))]),
    ].join(", "),
  );
  return listed(language, lines);
}

function partIn(language: Language, part: Dict): string {
  const words = SAID[language];
  const share = Number(part.share_per_mille ?? 0);
  const percent = language === "fr" ? "\u00a0%" : "%";
  return [
    coded(language, "gesture", part.gesture),
    share ? decimal(language, share) + percent : "",
    String(part.platform ?? ""),
    String(part.country ?? ""),
    words.consent(coded(language, "consent", part.consent)),
    coded(language, "maker_paid", part.payment),
    part.personal === undefined ? "" : coded(language, "personal", part.personal),
    part.count === undefined ? "" : words.gestures(whole(language, part.count)),
    hoursIn(language, part),
  ]
    .filter((text) => text !== "")
    .join(", ");
}

function hoursIn(language: Language, part: Dict): string {
  const words = SAID[language];
  if (!Array.isArray(part.hours_tenths)) {
    return NO_GESTURES.includes(String(part.gesture)) ? "" : words.unknown;
  }
  const [least = "", most = ""] = part.hours_tenths.map((one) => decimal(language, Number(one)));
  const source = String(part.seconds_source ?? "");
  return words.hours(least === most ? most : `${least} – ${most}`, source);
}

/** Say a code of the card; one that is not known stays as it is. */
export function coded(language: Language, kind: string, code: Json | undefined): string {
  const name = `${kind}.${String(code)}`;
  const words = Object.hasOwn(CODES, name) ? CODES[name] : undefined;
  return words?.[language === "fr" ? 1 : 0] ?? String(code);
}

const dicts = (value: Json | undefined): Dict[] =>
  (Array.isArray(value) ? value : []).filter(isDict);

const listed = (language: Language, lines: string[]) =>
  lines.join(language === "fr" ? "\u202f; " : "; ");

const decimal = (language: Language, tenths: number) =>
  new Intl.NumberFormat(`${language}-CA`, {
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  }).format(tenths / 10);

const whole = (language: Language, value: Json | undefined) =>
  typeof value === "number" ? new Intl.NumberFormat(`${language}-CA`).format(value) : String(value);
