/* The few words that pages' scripts say; all others come with the page. */
const WORDS = {
  fr: {
    files: "{} fichiers",
    sending: "Envoi : {}",
    waiting: "La connexion est coupée. {} sont arrivés ; l’envoi reprendra là.",
    reading: "Reçu. Lecture en cours, vous pouvez fermer la page.",
    failed: "Le fichier n’est pas arrivé. Il est toujours ici : envoyez-le de nouveau.",
    copied: "Copié",
    remove: "Retirer",
    choice: "Réponse {}",
    check: "Valider",
  },
  en: {
    files: "{} files",
    sending: "Sending: {}",
    waiting: "The connection is down. {} have arrived; sending will go on from there.",
    reading: "Received. Reading it now, you may close the page.",
    failed: "The file did not arrive. It is still here: send it again.",
    copied: "Copied",
    remove: "Remove",
    choice: "Answer {}",
    check: "Validate",
  },
} as const;

export const language = (): "fr" | "en" =>
  document.documentElement.lang.startsWith("fr") ? "fr" : "en";

export const locale = (): string => (language() === "fr" ? "fr-CA" : "en-CA");

export function say(word: keyof (typeof WORDS)["fr"], value: string | number = ""): string {
  const shown = typeof value === "number" ? value.toLocaleString(locale()) : value;
  return WORDS[language()][word].replace("{}", shown).replace(" :", "\u00a0:");
}

/** A weight as people read it: `2,4 Mo`, `2.4 MB`. */
export function size(bytes: number): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  let step = 0;
  let value = bytes;
  while (value >= 1000 && step < 3) {
    value /= 1000;
    step += 1;
  }
  return new Intl.NumberFormat(locale(), {
    style: "unit",
    unit: units[step] ?? "byte",
    maximumFractionDigits: step > 1 ? 1 : 0,
  }).format(value);
}
