/* What protection says, in both languages. A word missing in one is a type error. */
import type { Bench } from "./bench";
import { french } from "./figures";

const fr = {
  riskName: "Risque",
  risk: (label: number) => `Risque ${label} sur 4.`,
  uncover: "Découvrir",
  cover: "Couvrir",
  uncoverNote: "Ou maintenez l’image appuyée. Seul ce que vous découvrez compte.",
  stopShowing: "Ne plus me montrer ça",
  declined: "C’est noté. Rien d’autre ne change pour vous.",
  talk: french("À qui parler :"),
  talkNobody: french("personne n’est nommé ici ; demandez à qui tient ce lieu."),
  harder: french("Plus éprouvant qu’annoncé ?"),
  heldTitle: "Pas d’autre tâche pour l’instant",
  rest: "Prendre une pause",
  restTitle: "Votre pause est payée",
  restNote: "Cinq minutes, ou plus si vous voulez. La suite vous attend.",
  restOver: "Continuer",
  myLimits: "Mes limites",
};

const en: typeof fr = {
  riskName: "Risk",
  risk: (label) => `Risk ${label} of 4.`,
  uncover: "Uncover",
  cover: "Cover",
  uncoverNote: "Or hold the picture down. Only what you uncover counts.",
  stopShowing: "Stop showing me this",
  declined: "Noted. Nothing else changes for you.",
  talk: "Somebody to talk to:",
  talkNobody: "nobody is named here; ask whoever runs this place.",
  harder: "Harder to look at than announced?",
  heldTitle: "No more tasks just now",
  rest: "Take a break",
  restTitle: "Your break is paid",
  restNote: "Five minutes, or more if you like. What comes next will wait.",
  restOver: "Carry on",
  myLimits: "My limits",
};

export const careWords = (bench: Bench): typeof fr => (bench.data.language === "fr" ? fr : en);
