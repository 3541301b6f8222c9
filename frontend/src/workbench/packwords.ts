/* Words of what goes on without a network, loaded with the workbench. */
import type { Language } from "./wire";
import { n, spaced } from "./words";

const fr = {
  title: "Travailler sans réseau",
  open: "Emporter des tâches",
  note: (hours: number) =>
    `Les tâches emportées restent à vous ${n(hours, "heure", "heures", "fr")}, images comprises. Répondez où vous voulez : tout part quand le réseau revient.`,
  take: (k: number) => `Emporter ${n(k, "tâche", "tâches", "fr")}`,
  asking: "On demande des tâches…",
  fetching: "On garde les images ici…",
  left: (k: number, until: string) =>
    `${n(k, "tâche emportée", "tâches emportées", "fr")}, à vous jusqu’à ${until}.`,
  cut: "Pas plus : votre journée a ses limites, elles valent aussi hors ligne.",
  none: "Rien à emporter maintenant.",
  giveBack: "Rendre les tâches",
  away: "Pas de réseau",
  awayNothing: "Rien n’est gardé ici pour cette page. Revenez quand le réseau est là.",
  awayHere: "Gardé sur cet appareil, prêt à répondre :",
  again: "Réessayer",
  signInHere: "La fenêtre se ferme d’elle-même ; vous restez ici, rien ne bouge.",
};

const en: typeof fr = {
  title: "Work without a network",
  open: "Take tasks along",
  note: (hours) =>
    `Tasks you take along stay yours for ${n(hours, "hour", "hours", "en")}, pictures included. Answer wherever you are: everything leaves when the network is back.`,
  take: (k) => `Take ${n(k, "task", "tasks", "en")}`,
  asking: "Asking for tasks…",
  fetching: "Keeping the pictures here…",
  left: (k, until) => `${n(k, "task", "tasks", "en")} with you, yours until ${until}.`,
  cut: "No more: your day has its limits, offline too.",
  none: "There is nothing to take along now.",
  giveBack: "Give the tasks back",
  away: "No network",
  awayNothing: "Nothing is kept here for this page. Come back when there is a network.",
  awayHere: "Kept on this device, ready to answer:",
  again: "Try again",
  signInHere: "The window closes by itself; you stay here, nothing moves.",
};

export type PackWords = typeof fr;
const french = spaced<PackWords>(fr);
export const packWords = (language: Language): PackWords => (language === "fr" ? french : en);

/** Some numbers worth offering, up to what may be taken. */
export const offers = (most: number): number[] =>
  [...new Set([10, 20, 40].filter((k) => k < most)), most].slice(-3);
