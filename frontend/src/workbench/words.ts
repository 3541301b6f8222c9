/* Everything the workbench says, in both languages. A word missing in one is a type error.
   French is typed with plain spaces; `french` puts the no-break ones where they belong. */
import { count, french } from "./figures";
import type { Language } from "./wire";

export const n = (value: number, one: string, many: string, language: Language): string =>
  `${count(value, language)}\u00a0${value > 1 || (language === "en" && value === 0) ? many : one}`;

const fr = {
  why: "Pourquoi, pour qui",
  forWhom: (who: string) => `pour ${who}.`,
  instructions: "Consignes",
  allInstructions: "Toutes les consignes",
  version: (v: number) => `Version ${v}`,
  changed: (v: number) => `Les consignes ont changé : version ${v}.`,
  stop: "Arrêter",
  close: "Fermer",
  practice: "Essai",
  practiceNote: "Tâche d’essai, payée comme les autres.",
  practiceThen: "La réponse est expliquée ensuite.",
  practiceHow:
    "Répondez : la tâche suivante vient d’elle-même, et « Annuler » revient sur une réponse.",
  expected: (what: string) => `C’est la réponse attendue : ${what}.`,
  notExpected: (known: string, own: string) =>
    `Ici, la réponse attendue est ${known}. Vous avez répondu ${own}.`,
  readAgain: "Relire les consignes",
  next: "Tâche suivante",

  saved: "Tout est enregistré",
  savedShort: "Enregistré",
  waiting: (k: number) => `${n(k, "réponse", "réponses", "fr")} en attente`,
  waitingShort: (k: number) => `${k} en attente`,
  offline: (k: number) =>
    k === 0
      ? "Hors ligne. Continuez : vos réponses seront gardées ici et partiront seules."
      : k === 1
        ? "Hors ligne. Votre réponse est gardée ici et partira seule. Continuez."
        : `Hors ligne. Vos ${count(k, "fr")} réponses sont gardées ici et partiront seules. Continuez.`,
  offlineBar: (k: number) =>
    k ? `Hors ligne, ${n(k, "réponse gardée", "réponses gardées", "fr")} ici` : "Hors ligne",
  offlineShort: (k: number) => (k ? `Hors ligne, ${k} gardées` : "Hors ligne"),
  fault: (k: number) =>
    `Le fil s’est rompu. ${k ? `${n(k, "réponse est gardée", "réponses sont gardées", "fr")} ici. ` : ""}Rien n’est perdu, votre temps compte.`,
  faultShort: (k: number) => (k ? `Serveur muet, ${k} gardées` : "Serveur muet"),
  signedOut: (k: number) =>
    `Votre session est fermée. ${k ? `${n(k, "réponse est gardée", "réponses sont gardées", "fr")} ici ; elles partiront` : "Vos réponses partiront"} quand vous serez de retour.`,
  signedOutShort: (k: number) => (k ? `Session fermée, ${k} gardées` : "Session fermée"),
  signIn: "Se reconnecter",
  tryAgain: "Réessayer",
  notAccepted: (k: number) => n(k, "réponse non retenue", "réponses non retenues", "fr"),
  notAcceptedWhy: "Le serveur ne les a pas prises. Elles restent ici, vous pouvez les copier.",
  whatWaits: "Ce qui attend",
  nothingWaits: "Rien n’attend : le serveur a confirmé toutes vos réponses.",
  copyList: "Copier la liste",
  forget: "Effacer cette liste",
  skipOf: "passée",
  flagOf: "signalée",
  askOf: "question posée",

  done: (k: number) => n(k, "faite", "faites", "fr"),
  doneOf: (k: number, total: number) =>
    `${n(k, "faite", "faites", "fr")} sur ${count(total, "fr")}`,
  doneOfShort: (k: number, total: number) => `${count(k, "fr")} sur ${count(total, "fr")}`,
  ready: (k: number) => `${n(k, "prête", "prêtes", "fr")} d’avance`,
  readyShort: (k: number) => n(k, "prête", "prêtes", "fr"),
  task: (k: number, total: number | null) =>
    total === null
      ? `Tâche ${count(k, "fr")}.`
      : `Tâche ${count(k, "fr")} sur ${count(total, "fr")}.`,
  image: (w: number, h: number, bigger: boolean) =>
    `Image de ${w} × ${h} points${bigger ? ", agrandie" : ""}.`,
  imageAlt: "Image à juger",
  imageLost: "L’image n’est pas arrivée. Vous pouvez passer, ou revenir plus tard.",
  multiple: "Plusieurs réponses possibles.",
  raw: "Points bruts",
  smooth: "Image lissée",

  myTime: "Mon temps aujourd’hui",
  myTimeAll: "Mon temps ici",
  myTimeShort: "Mon temps",
  elapsed: "écoulé",
  earned: "Gagné",
  perHour: "soit par heure",
  notYet: "pas encore",
  perAnswer: (sum: string) => `${sum} par réponse.`,
  howCounted: "Comment c’est compté",
  countedTitle: "Comment c’est compté",
  countedTime:
    "Le temps affiché ici est le temps écoulé entre le prêt d’une tâche et votre réponse. Votre temps mesuré compte aussi la lecture des consignes, l’attente et les pauses payées : la page « Aujourd’hui » le montre minute par minute, et vous pouvez y ajouter du temps ou le contester.",
  breakOffer: "Une pause de 5 min, payée, vous attend quand vous voulez.",
  breakTake: "Faire la pause",
  breakLater: "Un peu plus tard",
  breakTitle: "Pause payée",
  breakWords:
    "Éloignez les mains et bougez un peu. Cinq minutes par heure comptent comme du travail ; au-delà, la page vous attend sans rien compter. Vos tâches restent à vous.",
  breakEyes: "Pour les yeux : toutes les 20 min, regardez 20 s au loin, à six mètres ou plus.",
  breakEnd: "Reprendre",
  countedMoney: (sum: string) =>
    `Gagné : ${sum} par réponse envoyée. Une réponse corrigée n’est payée qu’une fois, son temps compte toujours.`,
  countedOwn: "Vous travaillez sur votre temps de service : pas de prix à la pièce ici.",
  countedBeats:
    "Pendant que cette page est ouverte, elle note chaque seconde combien de touches, de clics et de défilements il y a eu, jamais lesquels ni où. Cela sert à prouver votre temps, et à rien d’autre.",
  simulated: "Projet d’exemple : une partie des réponses vient d’une foule simulée.",

  check: "Valider",
  undo: "Annuler",
  skip: "Passer, dire pourquoi",
  skipShort: "Passer",
  flag: "Signaler",
  ask: "Demander",
  asked: "Question envoyée. Vous pouvez répondre, ou passer.",
  flagged: "Signalé. Vous pouvez répondre, ou passer.",
  keysHint: "Le clavier suffit. Toutes les touches",
  revisit: (values: string) =>
    `Vous aviez répondu ${values}. Choisir de nouveau remplace cette réponse.`,
  backToCurrent: "Revenir à la tâche en cours",
  backShort: "Revenir",
  corrected: "Réponse remplacée.",
  undoTen: "On revient sur les dix dernières réponses, pas plus loin.",
  undoFirst: "Il n’y a pas de réponse avant celle-ci.",

  skipTitle: "Pourquoi passer cette tâche ?",
  skipNote: "Votre temps compte. Aucune raison n’est retenue contre vous.",
  reasons: {
    "cannot-see": "Je n’arrive pas à voir ou à lire",
    "not-sure": "J’hésite vraiment",
    "wrong-item": "La question ne va pas avec ce contenu",
    hurts: "Ce contenu me fait du mal",
    other: "Une autre raison",
  },
  yourWords: "En quelques mots",
  optional: "facultatif",
  flagTitle: "Signaler cette tâche",
  flagNote: "Une personne lira votre message avec la tâche. La tâche reste devant vous.",
  flagSend: "Signaler",
  askTitle: "Poser une question sur cette tâche",
  askNote:
    "Qui demande répond en 2 jours ouvrables. La réponse peut aider tout le projet, sans votre nom.",
  askSend: "Envoyer",
  saidTitle: "Questions posées, et les réponses",
  needWords: "Dites en quelques mots ce qui ne va pas.",
  keep: "Garder la tâche",

  keysTitle: "Toutes les touches",
  keysOn: "Touches d’une lettre ou d’un chiffre",
  keysOnNote: "À couper si vous dictez ou si votre aide technique s’en sert.",
  keyNames: { Backspace: "⌫", Enter: "↵", Escape: "Échap", Control: "Ctrl" },
  keyUndo: "revenir aux dix dernières réponses",
  keySkip: "passer, dire pourquoi",
  keyFlag: "signaler",
  keyHelp: "consignes",
  keyRaw: "points bruts, ou l’image lissée",
  keyClose: "fermer, revenir",

  aimBusiness: "À quoi cela sert",
  aimSocial: "Pour qui",
  aimEthical: "Ce qui pourrait mal tourner",
  origin: "D’où vient le contenu",
  originWhose: "De qui",
  originConsent: "Leur accord",
  originPaid: "Payé",
  unknown: "inconnu",
  pay: "Ce que ça paie",
  payPiece: (sum: string) => `${sum} par réponse, essais compris.`,
  payHour: (sum: string) => `${sum} par heure de temps mesuré.`,
  payOwn: "Travail de service, pas de prix à la pièce.",
  time: "Votre temps",
  timeNote: "Mesuré par le serveur : tâches, consignes, attente et pauses comptent.",
  noHurry: "Rien ne presse, arrêtez quand vous voulez. Ce qui est répondu est gardé.",
  begin: "Commencer",
  tasks: (k: number) => n(k, "tâche", "tâches", "fr"),

  looking: "On cherche une tâche pour vous…",
  lookingOffline: "Les tâches prêtes d’avance sont faites. Les suivantes viendront avec le réseau.",
  endTitle: "Plus de tâche ici pour vous aujourd’hui",
  endNothing: "Merci d’être passé voir. Rien n’attendait de réponse.",
  endEarned: (sum: string, time: string) => `${sum} gagnés en ${time}.`,
  endTime: (time: string) => `${time} de travail.`,
  endAnswers: (k: number) => `${n(k, "réponse", "réponses", "fr")}, toutes gardées.`,
  endWaiting: "Laissez cette page ouverte un moment : des réponses partent encore.",
  lookAgain: "Regarder encore",
  leave: "Revenir à mes projets",
  closedTitle: {
    paused: "Ce projet est en pause",
    closed: "Ce projet est terminé",
    draft: "Ce projet n’est pas encore ouvert",
  },
  closedWhy: {
    paused: "Qui le conduit l’a mis en pause, cela ne tient pas à vous. Il reprendra ici.",
    closed: "Il n’attend plus de réponse. Merci pour votre travail.",
    draft: "On le prépare encore. Revenez quand on vous aura dit qu’il commence.",
  },
  closedKept: "Vos réponses sont gardées.",
  closedPaid: "Vos réponses sont gardées, et payées.",
};

export type Words = {
  [K in keyof typeof fr]: (typeof fr)[K] extends string
    ? string
    : (typeof fr)[K] extends (...given: infer A) => string
      ? (...given: A) => string
      : { [R in keyof (typeof fr)[K]]: string };
};

const en: Words = {
  why: "Why, for whom",
  forWhom: (who) => `for ${who}.`,
  instructions: "Instructions",
  allInstructions: "All instructions",
  version: (v) => `Version ${v}`,
  changed: (v) => `The instructions have changed: version ${v}.`,
  stop: "Stop",
  close: "Close",
  practice: "Practice",
  practiceNote: "A practice task, paid like the others.",
  practiceThen: "The answer is explained afterwards.",
  practiceHow: "Answer: the next task comes by itself, and “Undo” goes back to an answer.",
  expected: (what) => `That is the expected answer: ${what}.`,
  notExpected: (known, own) => `Here the expected answer is ${known}. You answered ${own}.`,
  readAgain: "Read the instructions again",
  next: "Next task",

  saved: "Everything is saved",
  savedShort: "Saved",
  waiting: (k) => `${n(k, "answer", "answers", "en")} waiting`,
  waitingShort: (k) => `${k} waiting`,
  offline: (k) =>
    k === 0
      ? "Offline. Carry on: your answers will be kept here and go by themselves."
      : k === 1
        ? "Offline. Your answer is kept here and will go by itself. Carry on."
        : `Offline. Your ${count(k, "en")} answers are kept here and will go by themselves. Carry on.`,
  offlineBar: (k) => (k ? `Offline, ${n(k, "answer", "answers", "en")} kept here` : "Offline"),
  offlineShort: (k) => (k ? `Offline, ${k} kept` : "Offline"),
  fault: (k) =>
    `The thread broke. ${k ? `${n(k, "answer is", "answers are", "en")} kept here. ` : ""}Nothing is lost and your time counts.`,
  faultShort: (k) => (k ? `No reply, ${k} kept` : "No reply"),
  signedOut: (k) =>
    `You are signed out. ${k ? `${n(k, "answer is kept here and goes", "answers are kept here and go", "en")}` : "Your answers go"} when you are back.`,
  signedOutShort: (k) => (k ? `Signed out, ${k} kept` : "Signed out"),
  signIn: "Sign in again",
  tryAgain: "Try again",
  notAccepted: (k) => `${n(k, "answer", "answers", "en")} not accepted`,
  notAcceptedWhy: "The server did not take them. They stay here and you may copy them.",
  whatWaits: "What is waiting",
  nothingWaits: "Nothing is waiting: the server has confirmed all your answers.",
  copyList: "Copy the list",
  forget: "Clear this list",
  skipOf: "skipped",
  flagOf: "reported",
  askOf: "question asked",

  done: (k) => `${count(k, "en")} done`,
  doneOf: (k, total) => `${count(k, "en")} of ${count(total, "en")} done`,
  doneOfShort: (k, total) => `${count(k, "en")} of ${count(total, "en")}`,
  ready: (k) => `${count(k, "en")} ready ahead`,
  readyShort: (k) => `${count(k, "en")} ready`,
  task: (k, total) =>
    total === null ? `Task ${count(k, "en")}.` : `Task ${count(k, "en")} of ${count(total, "en")}.`,
  image: (w, h, bigger) => `${w} × ${h} image${bigger ? ", enlarged" : ""}.`,
  imageAlt: "Image to judge",
  imageLost: "The image did not arrive. You may skip it, or come back later.",
  multiple: "Several answers may apply.",
  raw: "Raw pixels",
  smooth: "Smooth image",

  myTime: "My time today",
  myTimeAll: "My time here",
  myTimeShort: "My time",
  elapsed: "elapsed",
  earned: "Earned",
  perHour: "that is, per hour",
  notYet: "not yet",
  perAnswer: (sum) => `${sum} an answer.`,
  howCounted: "How this is counted",
  countedTitle: "How this is counted",
  countedTime:
    "The time shown here has elapsed between the loan of a task and your answer. Your measured time also counts reading the instructions, waiting and paid breaks: the page “Today” shows it minute by minute, and there you can add time or contest it.",
  breakOffer: "A paid 5 min break is there whenever you want it.",
  breakTake: "Take the break",
  breakLater: "A little later",
  breakTitle: "Paid break",
  breakWords:
    "Take your hands away and move a little. Five minutes an hour count as work; past that the page waits for you and counts nothing. Your tasks stay yours.",
  breakEyes: "For your eyes: every 20 min, look 20 s into the distance, six metres or more away.",
  breakEnd: "Go on",
  countedMoney: (sum) =>
    `Earned: ${sum} for each answer sent. A corrected answer is paid once, its time always counts.`,
  countedOwn: "You work on your employer’s time: there is no piece price here.",
  countedBeats:
    "While this page is open it notes, second by second, how many keys, clicks and scrolls there were, never which or where. It serves to prove your time and nothing else.",
  simulated: "Example project: some of the answers come from a simulated crowd.",

  check: "Confirm",
  undo: "Undo",
  skip: "Skip, say why",
  skipShort: "Skip",
  flag: "Report",
  ask: "Ask",
  asked: "Your question is sent. You may answer, or skip.",
  flagged: "Reported. You may answer, or skip.",
  keysHint: "The keyboard is enough. All keys",
  revisit: (values) => `You answered ${values}. Choosing again replaces that answer.`,
  backToCurrent: "Back to the present task",
  backShort: "Back",
  corrected: "Answer replaced.",
  undoTen: "The last ten answers can be gone back to, no further.",
  undoFirst: "There is no answer before this one.",

  skipTitle: "Why skip this task?",
  skipNote: "Your time counts. No reason is held against you.",
  reasons: {
    "cannot-see": "I cannot see or read it",
    "not-sure": "I truly cannot decide",
    "wrong-item": "The question does not fit this item",
    hurts: "This content hurts me",
    other: "Another reason",
  },
  yourWords: "In a few words",
  optional: "optional",
  flagTitle: "Report this task",
  flagNote: "A person will read your message with the task. The task stays in front of you.",
  flagSend: "Report",
  askTitle: "Ask about this task",
  askNote:
    "Whoever asks answers within 2 working days. The answer may help everybody here, without your name.",
  askSend: "Send",
  saidTitle: "Questions asked, and their answers",
  needWords: "Say in a few words what is wrong.",
  keep: "Keep the task",

  keysTitle: "All keys",
  keysOn: "Keys of one letter or digit",
  keysOnNote: "Turn them off if you dictate or if your assistive technology uses them.",
  keyNames: { Backspace: "⌫", Enter: "↵", Escape: "Esc", Control: "Ctrl" },
  keyUndo: "go back over the last ten answers",
  keySkip: "skip, say why",
  keyFlag: "report",
  keyHelp: "instructions",
  keyRaw: "raw pixels, or the smooth image",
  keyClose: "close, go back",

  aimBusiness: "What it is for",
  aimSocial: "For whom",
  aimEthical: "What could go wrong",
  origin: "Where the material comes from",
  originWhose: "Whose",
  originConsent: "Their consent",
  originPaid: "Paid",
  unknown: "unknown",
  pay: "What it pays",
  payPiece: (sum) => `${sum} an answer, practice included.`,
  payHour: (sum) => `${sum} an hour of measured time.`,
  payOwn: "On your employer’s time, no piece price.",
  time: "Your time",
  timeNote: "Measured by the server: tasks, instructions, waiting and breaks count.",
  noHurry: "There is no hurry, stop whenever you want. What is answered is kept.",
  begin: "Begin",
  tasks: (k) => n(k, "task", "tasks", "en"),

  looking: "Looking for a task for you…",
  lookingOffline: "The tasks ready ahead are done. The next ones come with the network.",
  endTitle: "No more tasks for you here today",
  endNothing: "Thank you for looking in. Nothing was waiting for an answer.",
  endEarned: (sum, time) => `${sum} earned in ${time}.`,
  endTime: (time) => `${time} of work.`,
  endAnswers: (k) => `${n(k, "answer", "answers", "en")}, all kept.`,
  endWaiting: "Leave this page open for a moment: some answers are still going.",
  lookAgain: "Look again",
  leave: "Back to my projects",
  closedTitle: {
    paused: "This project is paused",
    closed: "This project has ended",
    draft: "This project is not open yet",
  },
  closedWhy: {
    paused: "Whoever runs it has paused it, nothing depends on you. It will go on here.",
    closed: "It waits for no more answers. Thank you for your work.",
    draft: "It is still being prepared. Come back when you are told that it begins.",
  },
  closedKept: "Your answers are kept.",
  closedPaid: "Your answers are kept, and paid.",
};

/** Put French spaces in every string, and around every string a function gives. */
export function spaced<T>(words: T): T {
  if (typeof words === "string") return french(words) as T;
  if (typeof words === "function")
    return ((...given: unknown[]) => french(words(...given) as string)) as T;
  const entries = Object.entries(words as object).map(([name, each]) => [name, spaced(each)]);
  return Object.fromEntries(entries) as T;
}

export const wordsIn = (language: Language): Words => (language === "fr" ? spaced<Words>(fr) : en);
