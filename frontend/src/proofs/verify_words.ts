/* What `verify.html` says, in both languages; a file on its own has no other words. */

export type Words = {
  title: string;
  page: Record<string, string>;
  exits: string[];
  show: { head: string; means: string };
  unseen: { head: string; means: string };
  legendHead: string;
  legend: Record<string, string>;
  answered: string;
  reach: (shown: string, said: string) => string;
  means: string[];
  grades: Record<string, string>;
  figures: Record<string, string>;
  logged: (index: number, size: number, origin: string) => string;
  seen: (name: string, at: string) => string;
  stranger: (name: string) => string;
  files: (count: number) => string;
  filesSome: (count: number) => string;
  firstFormat: (names: string) => string;
  afterCard: (names: string) => string;
  forms: string;
  opened: (opened: number, drawn: number, seed: string) => string;
  notOpened: (count: number) => string;
  number: (number: number) => string;
  unbound: string;
  recounted: (entries: number, answers: number) => string;
  material: (version: number) => string;
  claimed: (grade: string) => string;
  confirmed: (people: string, hours: string) => string;
  grew: (before: string, after: string) => string;
  same: (after: string) => string;
  wholeSame: string;
  wholeSeen: (name: string) => string;
  wholeAlone: string;
  alone: string;
  busy: (percent: number) => string;
  simulated: string;
  unknown: string;
  never: string;
  figuresHead: string;
  neverProved: string[];
};

/** Write a number of things as people read it. */
const grouped = (language: "fr" | "en", count: number) =>
  new Intl.NumberFormat(`${language}-CA`).format(count);

const NAMES = [
  "people",
  "answers",
  "logged_answers",
  "items",
  "answers_per_item",
  "active_time",
  "pay_people_p10",
  "pay_people_p50",
  "pay_people_p90",
  "pay_hours_p10",
  "pay_hours_p50",
  "pay_hours_p90",
  "pay_basis",
  "currency",
  "floor",
  "floor_basis",
  "under_floor_before",
  "under_floor_after",
  "floor_respected",
  "top_ups",
  "top_ups_sum",
  "contributions",
  "places",
  "languages",
  "workforce",
  "recruitment",
  "chain",
  "rejections",
  "appeals",
  "appeals_upheld",
  "appeal_days_p50",
  "exposure",
  "protections",
  "instructions",
  "human_share",
  "machines",
  "agreement",
  "gold_accuracy",
  "confirmed_people",
  "confirmed_hours",
  "period",
  "platform",
  "training",
  "material",
  "sources",
];
const named = (...said: string[]) =>
  Object.fromEntries(NAMES.map((name, at) => [name, said[at] ?? name]));

const en: Words = {
  title: "Check a dataset",
  page: {
    title: "Check a dataset",
    lead: "Who did the work inside it, and how each figure is known. Nothing leaves this page.",
    bundle: "The folder of the dataset",
    zip: "Or its zip",
    example: "Try with an example",
    exampleOf: "A made-up dataset and its policy, which are in this page.",
    policy: "Your policy: which logs and witnesses you trust",
    where: "Get the policy from the witnesses or on paper, never from the folder.",
    older: "An earlier release of it, if you have one",
    since: "Shows whether its log only grew since then, or was forked.",
    opening: "Rows opened by your seed, if you asked for some",
    opens: "Shows that these rows are the answers in the log, label for label.",
    language: "Français",
  },
  show: {
    head: "Simulated: nobody of this exists",
    means: "Its proofs hold under the policy you gave, and every figure is of a show.",
  },
  unseen: {
    head: "Nothing is wrong, and nobody else saw it",
    means:
      "Under the policy you gave. No witness saw this log: its operator could show others another.",
  },
  legendHead: "What the grades mean",
  legend: {
    PROVEN: "hashes and signatures show it",
    RECOMPUTED: "anyone can find it again in the anonymous rows, if those are honest",
    CONFIRMED: "people countersigned it with their own key",
    ATTESTED: "somebody else signed it",
    ASSERTED: "the operator says so",
  },
  answered: "Answered by humans",
  reach: (shown, said) =>
    `Anyone can count again from the log and the files: ${shown}. Said by the operator alone, and proven by nothing here: ${said}.`,
  exits: ["Nothing is wrong", "Refused", "Cannot be read", "Nothing is proved"],
  means: [
    "Under the policy you gave. Some grades may be low: read them.",
    "Something in this folder is not what it claims:",
    "Something is missing, or is not what it should be:",
    "No policy was given. Compare these keys with those their owners publish themselves:",
  ],
  grades: {
    PROVEN: "proven",
    RECOMPUTED: "recomputed",
    CONFIRMED: "confirmed",
    ATTESTED: "attested",
    ASSERTED: "asserted",
  },
  figures: named(
    "People",
    "Answers",
    "Answers in the log",
    "Items",
    "Answers an item",
    "Active time",
    "Pay an hour, lowest tenth of people",
    "Pay an hour, median of people",
    "Pay an hour, highest tenth of people",
    "Pay an hour, lowest tenth of hours",
    "Pay an hour, median of hours",
    "Pay an hour, highest tenth of hours",
    "Pay counted from",
    "Currency",
    "Floor an hour",
    "The floor rests on",
    "Under the floor before the top-up",
    "Under the floor after it",
    "Floor respected",
    "People topped up",
    "Sum of top-ups",
    "Social contributions",
    "Countries, as they said",
    "Languages",
    "Status at work",
    "How they came",
    "Who is paid between, for one answer",
    "Answers rejected",
    "Appeals",
    "Appeals won",
    "Days to an answer, median",
    "Hours by how hard to look at",
    "What protects people here",
    "Instructions",
    "Labels with a human hand",
    "Models",
    "Agreement (Krippendorff’s alpha)",
    "Right on known answers",
    "People who countersigned their pay",
    "Time countersigned, at least",
    "Period",
    "Platform",
    "Paid training",
    "Origin of the material",
    "Other datasets it was made from",
  ),
  logged: (index, size, origin) => `The card is entry ${index} of ${size} in ${origin}`,
  seen: (name, at) => `${name} saw this log on ${at} UTC`,
  stranger: (name) => `${name} signed too and is not in the policy: not counted`,
  files: (count) => `${count} files are those that the logged card names, and no others`,
  filesSome: (count) => `${count} files are those that the logged card names`,
  firstFormat: (names) =>
    `Format 1, of an older version: the logged card does not name ${names}; whoever has the log’s key could change or add such files later. Its tables are not compared with each other`,
  afterCard: (names) =>
    `Not in the hash on the card, since they depend on its place in the log: ${names}`,
  forms: "CSV, JSON lines and Parquet hold the same rows",
  opened: (opened, drawn, seed) =>
    `${grouped("en", opened)} of ${grouped("en", drawn)} rows drawn by the seed ${seed} are answers of the log, label for label`,
  notOpened: (count) =>
    `${grouped("en", count)} drawn rows are of people who were erased: they cannot be opened`,
  number: (number) =>
    `Card ${number} of this dataset; nothing here shows whether there is a newer one: its page at the operator says so`,
  unbound:
    "Not shown here: that the rows of data/ are the answers in the log; labels changed before the card was logged would not be noticed. Ask for rows that your seed draws to be opened (canut open)",
  recounted: (entries, answers) =>
    `${grouped("en", entries)} entries of the log counted again, ${grouped("en", answers)} of them answers: none removed, changed or moved`,
  material: (version) =>
    `The origin of the material, version ${version}, is the last one in the project’s log`,
  claimed: (grade) => `the card says ${grade}; nothing here shows it`,
  confirmed: (people, hours) =>
    `People, time and pay: confirmed by ${people} people with their own keys, for at least ${hours} hours`,
  grew: (before, after) =>
    `Since the earlier release the project’s log grew from ${before} to ${after} entries: the first ones are the same, in the same order`,
  same: (after) => `The project’s log has not changed since the earlier release: ${after}`,
  wholeSame: "The log of all is the same in both releases",
  wholeSeen: (name) => `${name} saw both ends of the log of all, and signs nothing but growth`,
  wholeAlone:
    "The log of all: no witness of the policy saw both ends; the log alone says that it grew",
  alone: "Not witnessed: the log alone says that it shows everybody the same",
  busy: (percent) => `Counting the log again: ${percent}%`,
  simulated: "simulated",
  unknown: "unknown: ",
  never: "What nothing here can prove",
  figuresHead: "The figures",
  neverProved: [
    "That one key is one person.",
    "Time worked away from the screen.",
    "That nobody was forced, or had to give money back.",
    "That the money arrived.",
    "The country a person declared.",
    "What is taken on the way, outside the chain that is named.",
    "That what was logged was true then.",
  ],
};

const fr: Words = {
  title: "Vérifier un jeu de données",
  page: {
    title: "Vérifier un jeu de données",
    lead: "Qui a fait le travail qu’il contient, et comment chaque chiffre est connu. Rien ne quitte cette page.",
    bundle: "Le dossier du jeu de données",
    zip: "Ou son zip",
    example: "Essayer avec un exemple",
    exampleOf: "Un jeu de données inventé et sa politique, contenus dans cette page.",
    policy: "Votre politique\u00a0: à quels journaux et témoins vous faites confiance",
    where: "Prenez la politique chez les témoins ou sur papier, jamais dans le dossier.",
    older: "Une livraison précédente, si vous en avez une",
    since: "Montre si son journal n’a fait que s’allonger depuis, ou s’il a bifurqué.",
    opening: "Les lignes ouvertes par votre graine, si vous en avez demandé",
    opens: "Montre que ces lignes sont les réponses du journal, étiquette pour étiquette.",
    language: "English",
  },
  show: {
    head: "Simulé\u00a0: personne de tout cela n’existe",
    means:
      "Ses preuves tiennent selon la politique donnée, et chaque chiffre est celui d’une démonstration.",
  },
  unseen: {
    head: "Rien d’anormal, et personne d’autre ne l’a vu",
    means:
      "Selon la politique donnée. Aucun témoin n’a vu ce journal\u00a0: son opérateur pourrait en montrer un autre ailleurs.",
  },
  legendHead: "Ce que disent les degrés",
  legend: {
    PROVEN: "des empreintes et des signatures le montrent",
    RECOMPUTED: "toute personne le retrouve dans les lignes anonymes, si elles sont honnêtes",
    CONFIRMED: "des personnes l’ont contresigné avec leur propre clé",
    ATTESTED: "quelqu’un d’autre l’a signé",
    ASSERTED: "l’administration le dit",
  },
  answered: "Répondu par des humains",
  reach: (shown, said) =>
    `Toute personne peut recompter d’après le journal et les fichiers\u00a0: ${shown}. Dit par l’administration seule, et prouvé par rien ici\u00a0: ${said}.`,
  exits: ["Rien d’anormal", "Refusé", "Illisible", "Rien n’est prouvé"],
  means: [
    "Selon la politique donnée. Certains degrés peuvent être bas\u00a0: lisez-les.",
    "Quelque chose dans ce dossier n’est pas ce qu’il prétend\u00a0:",
    "Quelque chose manque, ou n’est pas ce qu’il devrait être\u00a0:",
    "Aucune politique n’a été donnée. Comparez ces clés à celles que leurs titulaires publient\u00a0:",
  ],
  grades: {
    PROVEN: "prouvé",
    RECOMPUTED: "recalculé",
    CONFIRMED: "confirmé",
    ATTESTED: "attesté",
    ASSERTED: "affirmé",
  },
  figures: named(
    "Personnes",
    "Réponses",
    "Réponses dans le journal",
    "Éléments",
    "Réponses par élément",
    "Temps actif",
    "Paie horaire, dixième le plus bas des personnes",
    "Paie horaire, médiane des personnes",
    "Paie horaire, dixième le plus haut des personnes",
    "Paie horaire, dixième le plus bas des heures",
    "Paie horaire, médiane des heures",
    "Paie horaire, dixième le plus haut des heures",
    "Paie comptée d’après",
    "Monnaie",
    "Plancher à l’heure",
    "Le plancher repose sur",
    "Sous le plancher avant le complément",
    "Sous le plancher après",
    "Plancher respecté",
    "Personnes avec complément",
    "Somme des compléments",
    "Cotisations sociales",
    "Pays, selon elles",
    "Langues",
    "Statut de travail",
    "Comment elles sont venues",
    "Qui est payé entre, pour une réponse",
    "Réponses rejetées",
    "Recours",
    "Recours gagnés",
    "Jours avant une réponse, médiane",
    "Heures selon la dureté du contenu",
    "Ce qui protège les personnes ici",
    "Consignes",
    "Étiquettes de main humaine",
    "Modèles",
    "Accord (alpha de Krippendorff)",
    "Justes aux tâches témoins",
    "Personnes ayant contresigné leur paie",
    "Temps contresigné, au moins",
    "Période",
    "Plateforme",
    "Formation payée",
    "Origine du matériel",
    "Autres jeux de données d’où il vient",
  ),
  logged: (index, size, origin) => `La fiche est l’inscription ${index} sur ${size} dans ${origin}`,
  seen: (name, at) => `${name} a vu ce journal le ${at} UTC`,
  stranger: (name) => `${name} a aussi signé et n’est pas dans la politique\u00a0: non compté`,
  files: (count) => `${count} fichiers sont ceux que nomme la fiche inscrite, et aucun autre`,
  filesSome: (count) => `${count} fichiers sont ceux que nomme la fiche inscrite`,
  firstFormat: (names) =>
    `Format 1, d’une version antérieure\u00a0: la fiche inscrite ne nomme pas ${names}\u202f; qui a la clé du journal pourrait modifier ou ajouter de tels fichiers plus tard. Ses tableaux ne sont pas comparés entre eux`,
  afterCard: (names) =>
    `Hors de l’empreinte de la fiche, car ils dépendent de sa position dans le journal\u00a0: ${names}`,
  forms: "CSV, JSON par lignes et Parquet contiennent les mêmes lignes",
  opened: (opened, drawn, seed) =>
    `${grouped("fr", opened)} lignes sur ${grouped("fr", drawn)} tirées par la graine ${seed} sont des réponses du journal, étiquette pour étiquette`,
  notOpened: (count) =>
    `${grouped("fr", count)} lignes tirées viennent de personnes effacées\u00a0: elles ne peuvent pas être ouvertes`,
  number: (number) =>
    `Fiche ${number} de ce jeu de données\u202f; rien ici ne montre s’il y en a une plus récente\u00a0: sa page chez l’opérateur le dit`,
  unbound:
    "Non montré ici\u00a0: que les lignes de data/ sont les réponses du journal\u202f; des réponses changées avant l’inscription de la fiche ne se verraient pas. Demandez que soient ouvertes des lignes que tire votre graine (canut open)",
  recounted: (entries, answers) =>
    `${grouped("fr", entries)} inscriptions du journal recomptées, dont ${grouped("fr", answers)} réponses\u00a0: aucune retirée, changée ou déplacée`,
  confirmed: (people, hours) =>
    `Personnes, temps et paie\u00a0: confirmés par ${people} personnes de leurs propres clés, pour au moins ${hours} heures`,
  material: (version) =>
    `L’origine du matériel, version ${version}, est la dernière inscrite au journal du projet`,
  claimed: (grade) => `la fiche dit ${grade}\u202f; rien ici ne le montre`,
  grew: (before, after) =>
    `Depuis la livraison précédente, le journal du projet est passé de ${before} à ${after} inscriptions\u00a0: les premières sont les mêmes, dans le même ordre`,
  same: (after) =>
    `Le journal du projet n’a pas changé depuis la livraison précédente\u00a0: ${after}`,
  wholeSame: "Le journal général est le même dans les deux livraisons",
  wholeSeen: (name) =>
    `${name} a vu les deux états du journal général, et ne signe que ce qui s’allonge`,
  wholeAlone:
    "Journal général\u00a0: aucun témoin de la politique n’a vu les deux états\u202f; seul le journal dit qu’il s’est allongé",
  alone: "Sans témoin\u00a0: seul le journal dit qu’il montre la même chose à tous",
  busy: (percent) => `Le journal est recompté\u00a0: ${percent}\u00a0%`,
  simulated: "simulé",
  unknown: "inconnu\u00a0: ",
  never: "Ce que rien ici ne peut prouver",
  figuresHead: "Les chiffres",
  neverProved: [
    "Qu’une clé est une personne.",
    "Le temps travaillé hors de l’écran.",
    "Que personne n’a été forcé, ni n’a dû rendre de l’argent.",
    "Que l’argent est arrivé.",
    "Le pays qu’une personne a déclaré.",
    "Ce qui est pris en route, hors de la chaîne nommée.",
    "Que ce qui fut inscrit était vrai alors.",
  ],
};

export const WORDS = { en, fr };
