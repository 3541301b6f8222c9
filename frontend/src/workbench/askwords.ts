/* What the frame of several questions says, in both languages. */
import type { Language } from "./wire";

const fr = {
  several: (k: number) => `${k} questions sur cette tâche`,
  stepBack: "Défaire",
  stepAgain: "Refaire",
  keyNext: "question suivante, puis valider",
  keyBefore: "question d’avant",
};

const en: typeof fr = {
  several: (k) => `${k} questions about this task`,
  stepBack: "Undo the step",
  stepAgain: "Redo it",
  keyNext: "next question, then validate",
  keyBefore: "question before",
};

export const askWords = (language: Language): typeof fr => (language === "fr" ? fr : en);
