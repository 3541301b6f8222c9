"""The words of ``said``, in English and French: names of figures, sentences, a card's phrases."""

GRADES = {
    "PROVEN": "PROUVÉ",
    "RECOMPUTED": "RECALCULÉ",
    "CONFIRMED": "CONFIRMÉ",
    "ATTESTED": "ATTESTÉ",
    "ASSERTED": "AFFIRMÉ",
    "UNKNOWN": "INCONNU",
    "REFUSED": "REFUSÉ",
    "UNREADABLE": "ILLISIBLE",
    "NOT PROVEN": "NON PROUVÉ",
    "SIMULATED": "SIMULÉ",
}
SENTENCES: dict[str, tuple[str, str]] = {
    "logged": (
        "The card is entry {place} of {size} in the log {origin}",
        "La fiche est l’inscription {place} sur {size} du journal {origin}",
    ),
    "seen": ("{name} saw this log at {at} UTC", "{name} a vu ce journal le {at} UTC"),
    "alone": (
        "Not witnessed: the log alone says that it shows everybody the same",
        "Sans témoin\u00a0: seul le journal dit qu’il montre la même chose à tous",
    ),
    "stranger": (
        "{name} signed too and is not in the policy: not counted",
        "{name} a aussi signé et n’est pas dans la politique\u00a0: non compté",
    ),
    "signed": ("Signed by {did}", "Signée par {did}"),
    "files": (
        "{count} files are those that are listed, and no others",
        "{count} fichiers sont ceux de la liste, et aucun autre",
    ),
    "recounted": (
        (
            "{entries} entries of the project’s log counted again, {answers} of them answers: none"
            " removed, changed or moved"
        ),
        (
            "{entries} inscriptions du journal du projet recomptées, dont {answers} réponses\u00a0:"
            " aucune retirée, changée ou déplacée"
        ),
    ),
    "confirmed": (
        (
            "People, time and pay are confirmed by {people} of {of_people} people with their"
            " own keys, for at least {hours} of {of_hours} hours"
        ),
        (
            "Personnes, temps et paie sont confirmés par {people} personnes sur {of_people}"
            " de leurs propres clés, pour au moins {hours} heures sur {of_hours}"
        ),
    ),
    "confirmed-some": (
        (
            "People, time and pay are confirmed by {people} people with their own keys, for"
            " at least {hours} hours"
        ),
        (
            "Personnes, temps et paie sont confirmés par {people} personnes de leurs propres"
            " clés, pour au moins {hours} heures"
        ),
    ),
    "rows": (
        "Anonymous rows show {people} people",
        "Les lignes anonymes montrent {people} personnes",
    ),
    "grew": (
        (
            "Since the earlier release the project’s log grew from {before} to {after} entries: the"
            " first ones are the same, in the same order"
        ),
        (
            "Depuis la livraison précédente, le journal du projet est passé de {before} à {after}"
            " inscriptions\u00a0: les premières sont les mêmes, dans le même ordre"
        ),
    ),
    "same": (
        "The project’s log has not changed since the earlier release: {after}",
        "Le journal du projet n’a pas changé depuis la livraison précédente\u00a0: {after}",
    ),
    "whole-same": (
        "The log of all is the same in both releases",
        "Le journal général est le même dans les deux livraisons",
    ),
    "whole-seen": (
        "{name} saw both ends of the log of all, and signs nothing but growth",
        "{name} a vu les deux états du journal général, et ne signe que ce qui s’allonge",
    ),
    "whole-alone": (
        "The log of all: no witness of the policy saw both ends; the log alone says that it grew",
        (
            "Journal général\u00a0: aucun témoin de la politique n’a vu les deux états\u202f; seul"
            " le journal dit qu’il s’est allongé"
        ),
    ),
    "claimed": (
        "the card says {grade}; nothing here shows it",
        "la fiche dit {grade}\u202f; rien ici ne le montre",
    ),
    "simulated": ("simulated", "simulé"),
    "few": ("shown from {count} people on", "montré à partir de {count} personnes"),
    "on_top": ("{money} on top of pay", "{money} en plus de la paie"),
    "worker": ("whoever answers", "qui répond"),
    "none": ("none", "aucun"),
    "level": ("severity {level}: {hours} h", "dureté {level}\u00a0: {hours} h"),
    "version": ("{count} version", "{count} version"),
    "versions": ("{count} versions", "{count} versions"),
    "never": (
        "Nothing here can prove: {told}.",
        "Rien ici ne peut prouver\u00a0: {told}.",
    ),
    "show": (
        "nobody of this exists; every figure is of a show",
        "personne de tout cela n’existe\u202f; chaque chiffre est celui d’une démonstration",
    ),
    "signers": (
        "the card’s log is signed in the name of:",
        "le journal de la fiche est signé au nom de\u00a0:",
    ),
    "no-policy": (
        (
            "no policy: compare these keys with those their owners publish themselves, on their own"
            " sites or on paper; write a policy of the ones you trust, and give it with --policy"
        ),
        (
            "aucune politique\u00a0: comparez ces clés à celles que leurs titulaires publient"
            " eux-mêmes, sur leurs sites ou sur papier\u202f; écrivez une politique de celles"
            " auxquelles vous vous fiez, et donnez-la avec --policy"
        ),
    ),
}
FIGURES: dict[str, tuple[str, str]] = {
    "people": ("People", "Personnes"),
    "answers": ("Answers", "Réponses"),
    "logged_answers": ("Answers in the log", "Réponses dans le journal"),
    "items": ("Items", "Éléments"),
    "answers_per_item": ("Answers an item", "Réponses par élément"),
    "active_time": ("Active time", "Temps actif"),
    "pay_people_p10": (
        "Pay an hour, lowest tenth of people",
        "Paie horaire, dixième le plus bas des personnes",
    ),
    "pay_people_p50": ("Pay an hour, median of people", "Paie horaire, médiane des personnes"),
    "pay_people_p90": (
        "Pay an hour, highest tenth of people",
        "Paie horaire, dixième le plus haut des personnes",
    ),
    "pay_hours_p10": (
        "Pay an hour, lowest tenth of hours",
        "Paie horaire, dixième le plus bas des heures",
    ),
    "pay_hours_p50": ("Pay an hour, median of hours", "Paie horaire, médiane des heures"),
    "pay_hours_p90": (
        "Pay an hour, highest tenth of hours",
        "Paie horaire, dixième le plus haut des heures",
    ),
    "pay_basis": ("Pay is from", "La paie vient de"),
    "currency": ("Currency", "Monnaie"),
    "floor": ("Floor", "Plancher"),
    "floor_basis": ("Floor rests on", "Le plancher repose sur"),
    "under_floor_before": (
        "Under the floor before the top-up",
        "Sous le plancher avant le complément",
    ),
    "under_floor_after": ("Under the floor after it", "Sous le plancher après"),
    "floor_respected": ("Floor respected", "Plancher respecté"),
    "top_ups": ("People topped up", "Personnes avec complément"),
    "top_ups_sum": ("Sum of top-ups", "Somme des compléments"),
    "contributions": ("Social contributions", "Cotisations sociales"),
    "places": ("Places", "Lieux"),
    "languages": ("Languages", "Langues"),
    "workforce": ("As what they work", "Statut de travail"),
    "recruitment": ("How they came", "Comment elles sont venues"),
    "chain": ("Who is paid between", "Qui est payé entre"),
    "rejections": ("Answers rejected", "Réponses refusées"),
    "appeals": ("Appeals", "Recours"),
    "appeals_upheld": ("Appeals won", "Recours gagnés"),
    "appeal_days_p50": ("Days to an answer", "Jours avant une réponse"),
    "exposure": ("Hours by how hard to look at", "Heures selon la dureté"),
    "protections": ("Protections", "Protections"),
    "instructions": ("Instructions", "Consignes"),
    "human_share": ("By humans", "Par des humains"),
    "machines": ("Models", "Modèles"),
    "agreement": ("Agreement", "Accord"),
    "gold_accuracy": ("Right on known answers", "Justes aux tâches témoins"),
    "confirmed_people": ("People who countersigned", "Personnes ayant contresigné"),
    "confirmed_hours": ("Time countersigned, at least", "Temps contresigné, au moins"),
    "period": ("Period", "Période"),
    "platform": ("Platform", "Plateforme"),
}
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
    "nobody was given a known answer": "personne n’a reçu de tâche témoin",
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
