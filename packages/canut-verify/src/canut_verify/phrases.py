"""The phrases that cards hold in English, in French."""

PHRASES = {
    "that one key is one person": "qu’une clé est une personne",
    "time worked away from the screen": "le temps travaillé hors de l’écran",
    "that nobody was forced, or had to give money back": (
        "que personne n’a été forcé, ni n’a dû rendre de l’argent"
    ),
    "that the money arrived: only receipts and attestations say so": (
        "que l’argent est arrivé\u00a0: seuls des reçus et des attestations le disent"
    ),
    "the country a person declared": "le pays qu’une personne a déclaré",
    "what is taken on the way, outside the chain that is named": (
        "ce qui est pris en route, hors de la chaîne nommée"
    ),
    "that what was logged was true then: receipts, countersignatures and audits are for that": (
        "que ce qui fut inscrit était vrai alors\u00a0: reçus, contresignatures et audits"
        " servent à cela"
    ),
    "not measured": "non mesuré",
    "not asked": "non demandé",
    "not declared": "non déclaré",
    "nobody was asked": "personne n’a été interrogé",
    "not estimated": "non estimé",
    "nothing is decided yet": "rien n’est encore décidé",
    "no pay period with this work is closed yet": (
        "aucune période de paie avec ce travail n’est encore close"
    ),
    "own staff: paid by their employer, not through this platform": (
        "personnel interne\u00a0: payé par son employeur, pas par cette plateforme"
    ),
    "nobody is counted where somebody is simulated": (
        "personne n’est compté là où quelqu’un est simulé"
    ),
    "not disclosed": "non divulgué",
    "too few people joined or left since the last card": (
        "trop peu de personnes sont venues ou parties depuis la dernière fiche"
    ),
    "too few people were paid to show it": "trop peu de personnes ont été payées pour le montrer",
    "too few appeals were answered": "trop peu de recours ont reçu une réponse",
    "nobody was given a known answer": "aucune tâche témoin n’a été utilisée",
    "gold tasks were not used": "aucune tâche témoin n’a été utilisée",
    "nobody was asked to countersign": "personne n’a été invité à contresigner",
    "too few people countersigned": "trop peu de personnes ont contresigné",
    "no statement of this work names a floor": "aucun relevé de ce travail ne nomme de plancher",
    "too few people of one status, or not asked": (
        "trop peu de personnes d’un même statut, ou non demandé"
    ),
    "yes": "oui",
    "no": "non",
    "own staff": "personnel de l’organisation",
    "by invitation": "sur invitation",
    "law": "la loi",
    "law, or higher by the operator's choice": "la loi, ou plus haut par choix de l’opérateur",
    "statements of closed pay periods": "les relevés des périodes de paie closes",
    "statements of closed pay periods; later work is not in these figures yet": (
        "les relevés des périodes de paie closes\u202f; le travail plus récent n’est pas "
        "encore dans ces chiffres"
    ),
    "pay never below the floor": "paie jamais sous le plancher",
    "time paid whatever is decided of an answer": "temps payé quoi qu’il soit décidé d’une réponse",
    "only a named human rejects": "seule une personne nommée refuse",
    "appeal to another human": "recours devant une autre personne",
    "limits on hard material": "limites au contenu difficile",
    "breaks": "pauses",
    "employee": "personne salariée",
    "self_employed": "à son compte",
    "volunteer": "bénévole",
    "own_staff": "personnel de l’organisation",
    "unknown": "inconnu",
}
