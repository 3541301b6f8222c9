/* Words of the sheet of keys, in both languages. */
import type { Language } from "./wire";
import { spaced } from "./words";

const fr = {
  change: "Changer",
  changeOf: (what: string) => `Changer la touche : ${what}`,
  press: (what: string) =>
    `Appuyez sur la nouvelle touche pour « ${what} ». Échap : ne rien changer.`,
  changed: (what: string, key: string) => `« ${what} » est maintenant sur ${key}.`,
  taken: (key: string, what: string) => `${key} sert déjà à « ${what} ». Choisissez-en une autre.`,
  fixed: (key: string) => `${key} sert partout à se déplacer ou à sortir. Choisissez-en une autre.`,
  kept: "Vos touches restent dans ce navigateur, pour vous seulement.",
  reset: "Remettre les touches d’origine",
  wasReset: "Les touches sont celles d’origine.",
  space: "Espace",
};

type KeyWords = typeof fr;

const en: KeyWords = {
  change: "Change",
  changeOf: (what) => `Change the key: ${what}`,
  press: (what) => `Press the new key for “${what}”. Esc: change nothing.`,
  changed: (what, key) => `“${what}” is now on ${key}.`,
  taken: (key, what) => `${key} already means “${what}”. Choose another.`,
  fixed: (key) => `${key} moves or leaves everywhere. Choose another.`,
  kept: "Your keys stay in this browser, for you alone.",
  reset: "Back to the original keys",
  wasReset: "The keys are the original ones.",
  space: "Space",
};

const french = spaced<KeyWords>(fr);
export const keyWords = (language: Language): KeyWords => (language === "fr" ? french : en);
