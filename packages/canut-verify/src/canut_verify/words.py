"""What the check says, in English and French; figures as people read them."""

from typing import Any

from canut_verify.material import HOURS
from canut_verify.material_words import CODES, NO_GESTURES
from canut_verify.phrases import PHRASES

LANGUAGES = ("en", "fr")
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
SAID = {
    "logged": (
        "{name} is entry {place} of {size} in the log {origin}",
        "{name} est l’inscription {place} sur {size} du journal {origin}",
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
    "absence-member": (
        "Item {item} was in {name}, one of {size} items",
        "L’élément {item} était dans {name}, parmi {size} éléments",
    ),
    "absence-absent": (
        "Item {item} is not in {name}, which has {n} items",
        "L’élément {item} n’est pas dans {name}, qui a {n} éléments",
    ),
    "absence-sorted": (
        "All {n} leaves of the newer version are in order, each once",
        "Les {n} feuilles de la nouvelle version sont en ordre, chacune une seule fois",
    ),
    "absence-order": (
        (
            "Not checked: that all leaves of the newer version are in order. Ask for a proof with"
            " all leaves"
        ),
        (
            "Non vérifié\u00a0: que toutes les feuilles de la nouvelle version sont en ordre."
            " Demandez une preuve avec toutes les feuilles"
        ),
    ),
    "absence-whose": (
        "Not checked: that the item is yours. Give your own copy with --file",
        "Non vérifié\u00a0: que l’élément est le vôtre. Donnez votre copie avec --file",
    ),
    "absence-unlogged": (
        (
            "Not checked: that these versions are those in the log that everybody sees. Give a"
            " policy with --policy"
        ),
        (
            "Non vérifié\u00a0: que ces versions sont celles du journal que tout le monde voit."
            " Donnez une politique avec --policy"
        ),
    ),
    "absence-limits": (
        (
            "models that left before, a base model trained elsewhere, copies with the client, the"
            " same content under another number"
        ),
        (
            "les modèles partis avant, un modèle de base entraîné ailleurs, les copies du client,"
            " le même contenu sous un autre numéro"
        ),
    ),
    "inspect-files": (
        (
            "{count} files are those that manifest.json names, and no others: {first} to {last},"
            " {area}"
        ),
        (
            "{count} fichiers sont ceux que nomme manifest.json, et aucun autre\u00a0: du {first}"
            " au {last}, {area}"
        ),
    ),
    "inspect-named": (
        "{count} files are those that manifest.json names; its SHA-256:",
        "{count} fichiers sont ceux que nomme manifest.json\u202f; son SHA-256\u00a0:",
    ),
    "inspect-whole": (
        (
            "Nothing here shows that the whole file was logged. Look for an entry “inspect” with"
            " {sha256}, and give its proof with --proof"
        ),
        (
            "Rien ici ne montre que le fichier entier fut inscrit. Cherchez une inscription"
            " «\u00a0inspect\u00a0» avec {sha256}, et donnez sa preuve avec --proof"
        ),
    ),
    "inspect-unlogged": (
        "{name} is in no log under this file's checkpoint",
        "{name} n’est dans aucun journal sous l’état joint",
    ),
    "inspect-asserted": (
        (
            "{count} other files say what the operator says: their figures are in no log by"
            " themselves"
        ),
        (
            "{count} autres fichiers disent ce que dit l’administration\u00a0: leurs chiffres ne"
            " sont pas inscrits eux-mêmes"
        ),
    ),
    "files": (
        "{count} files are those that the logged card names, and no others",
        "{count} fichiers sont ceux que nomme la fiche inscrite, et aucun autre",
    ),
    "files-some": (
        "{count} files are those that the logged card names",
        "{count} fichiers sont ceux que nomme la fiche inscrite",
    ),
    "format-1": (
        (
            "Format 1, of an older version: the logged card does not name {names}; whoever has "
            "the log’s key could change or add such files later. Its tables are not"
            " compared with each other"
        ),
        (
            "Format 1, d’une version antérieure\u00a0: la fiche inscrite ne nomme pas "
            "{names}\u202f; qui a la clé du journal pourrait modifier ou ajouter de tels "
            "fichiers plus tard. Ses tableaux ne sont pas comparés entre eux"
        ),
    ),
    "opened": (
        (
            "{opened} of {drawn} rows drawn by the seed {seed} are answers of the log, label for"
            " label"
        ),
        (
            "{opened} lignes sur {drawn} tirées par la graine {seed} sont des réponses du journal,"
            " étiquette pour étiquette"
        ),
    ),
    "not-opened": (
        "{count} drawn rows are of people who were erased: they cannot be opened",
        (
            "{count} lignes tirées viennent de personnes effacées\u00a0: elles ne peuvent pas être"
            " ouvertes"
        ),
    ),
    "forms": (
        "CSV, JSON lines and Parquet hold the same rows",
        "CSV, JSON par lignes et Parquet contiennent les mêmes lignes",
    ),
    "number": (
        (
            "Card {number} of this dataset; nothing here shows whether there is a newer one: its "
            "page at the operator says so"
        ),
        (
            "Fiche {number} de ce jeu de données\u202f; rien ici ne montre s’il y en a une plus "
            "récente\u00a0: sa page chez l’opérateur le dit"
        ),
    ),
    "after-card": (
        "Not in the hash on the card, since they depend on its place in the log: {names}",
        (
            "Hors de l’empreinte de la fiche, car ils dépendent de sa position dans le "
            "journal\u00a0: {names}"
        ),
    ),
    "unbound": (
        (
            "Not shown here: that the rows of data/ are the answers in the log; labels changed "
            "before the card was logged would not be noticed. Ask for rows that your seed draws "
            "to be opened (canut open)"
        ),
        (
            "Non montré ici\u00a0: que les lignes de data/ sont les réponses du journal\u202f; "
            "des réponses changées avant l’inscription de la fiche ne se verraient pas. Demandez "
            "que soient ouvertes des lignes que tire votre graine (canut open)"
        ),
    ),
    "recounted": (
        (
            "{entries} entries of the project’s log counted again, {answers} of them answers:"
            " none removed, changed or moved"
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
    "grew": (
        "The project’s log grew from {before} to {after} entries, the first ones unchanged",
        (
            "Le journal du projet est passé de {before} à {after} inscriptions, les premières"
            " inchangées"
        ),
    ),
    "both": (
        "{name} saw both ends of the log of all, and signs nothing but growth",
        "{name} a vu les deux états du journal général, et ne signe que ce qui s’allonge",
    ),
    "none-both": (
        "No witness of the policy saw both ends of the log of all",
        "Aucun témoin de la politique n’a vu les deux états du journal général",
    ),
    "claimed": (
        "the card says {grade}; nothing here shows it",
        "la fiche dit {grade}\u202f; rien ici ne le montre",
    ),
    "simulated": ("simulated", "simulé"),
    "show": (
        "nobody of this exists; every figure is of a show",
        "personne de tout cela n’existe\u202f; chaque chiffre est celui d’une démonstration",
    ),
    "on-top": ("{money} on top of pay", "{money} en plus de la paie"),
    "few": ("shown from {count} people on", "montré à partir de {count} personnes"),
    "worker": ("whoever answers", "qui répond"),
    "none": ("none", "aucun"),
    "level": ("severity {level}: {hours} h", "dureté {level}\u00a0: {hours} h"),
    "practice": (
        "practice {hours} h, paid by the client",
        "essais {hours} h, payés par le client",
    ),
    "lessons": (
        "lessons {hours} h, paid by the operator",
        "leçons {hours} h, payées par l’opérateur",
    ),
    "material": (
        "The origin of the material, version {number}, is the last one in the project’s log",
        "L’origine du matériel, version {number}, est la dernière inscrite au journal du projet",
    ),
    "material-version": ("version {number}", "version {number}"),
    "consent": ("consent: {consent}", "consentement\u00a0: {consent}"),
    "gestures": ("gestures: {count}", "gestes\u00a0: {count}"),
    "hours-between": ("{least} – {most} h ({source})", "{least} – {most} h ({source})"),
    "hours-about": ("{most} h ({source})", "{most} h ({source})"),
    "hours-unknown": ("hours unknown", "heures inconnues"),
    "withdrawn": ("withdrawn: {count}", "retirés\u00a0: {count}"),
    "of-card": ("card {sha256}", "fiche {sha256}"),
    "reach": (
        (
            "Anyone can count again from the log and the files: {shown}. Said by the operator"
            " alone, and proven by nothing here: {said}."
        ),
        (
            "Toute personne peut recompter d’après le journal et les fichiers\u00a0: {shown}. Dit"
            " par l’administration seule, et prouvé par rien ici\u00a0: {said}."
        ),
    ),
    "legend": (
        (
            "Proven: hashes and signatures show it. Recomputed: anyone can find it again in the"
            " anonymous rows, if those are honest. Confirmed: people countersigned it with their"
            " own key. Attested: somebody else signed it. Asserted: the operator says so."
        ),
        (
            "Prouvé\u00a0: des empreintes et des signatures le montrent. Recalculé\u00a0: toute"
            " personne le retrouve dans les lignes anonymes, si elles sont honnêtes."
            " Confirmé\u00a0: des personnes l’ont contresigné avec leur propre clé."
            " Attesté\u00a0: quelqu’un d’autre l’a signé. Affirmé\u00a0: l’administration le dit."
        ),
    ),
    "signers": ("{name} is signed in the name of:", "{name} est signé au nom de\u00a0:"),
    "no-policy": (
        (
            "no policy: compare these keys with those their owners publish themselves, write a"
            " policy of the ones you trust, and give it with --policy"
        ),
        (
            "aucune politique\u00a0: comparez ces clés à celles que leurs titulaires publient,"
            " écrivez une politique de celles auxquelles vous vous fiez, et donnez-la avec --policy"
        ),
    ),
}
NAMES = {
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
    "pay_basis": ("Pay counted from", "Paie comptée d’après"),
    "currency": ("Currency", "Monnaie"),
    "floor": ("Floor an hour", "Plancher à l’heure"),
    "floor_basis": ("The floor rests on", "Le plancher repose sur"),
    "under_floor_before": (
        "Under the floor before the top-up",
        "Sous le plancher avant le complément",
    ),
    "under_floor_after": ("Under the floor after it", "Sous le plancher après"),
    "floor_respected": ("Floor respected", "Plancher respecté"),
    "top_ups": ("People topped up", "Personnes avec complément"),
    "top_ups_sum": ("Sum of top-ups", "Somme des compléments"),
    "contributions": ("Social contributions", "Cotisations sociales"),
    "places": ("Countries, as they said", "Pays, selon elles"),
    "languages": ("Languages", "Langues"),
    "workforce": ("Status at work", "Statut de travail"),
    "recruitment": ("How they came", "Comment elles sont venues"),
    "chain": ("Who is paid between, for one answer", "Qui est payé entre, pour une réponse"),
    "rejections": ("Answers rejected", "Réponses rejetées"),
    "appeals": ("Appeals", "Recours"),
    "appeals_upheld": ("Appeals won", "Recours gagnés"),
    "appeal_days_p50": ("Days to an answer, median", "Jours avant une réponse, médiane"),
    "exposure": ("Hours by how hard to look at", "Heures selon la dureté du contenu"),
    "protections": ("What protects people here", "Ce qui protège les personnes ici"),
    "instructions": ("Instructions", "Consignes"),
    "human_share": ("Labels with a human hand", "Étiquettes de main humaine"),
    "machines": ("Models", "Modèles"),
    "agreement": ("Agreement (Krippendorff’s alpha)", "Accord (alpha de Krippendorff)"),
    "gold_accuracy": ("Right on known answers", "Justes aux tâches témoins"),
    "confirmed_people": (
        "People who countersigned their pay",
        "Personnes ayant contresigné leur paie",
    ),
    "confirmed_hours": ("Time countersigned, at least", "Temps contresigné, au moins"),
    "period": ("Period", "Période"),
    "platform": ("Platform", "Plateforme"),
    "training": ("Paid training", "Formation payée"),
    "material": ("Origin of the material", "Origine du matériel"),
    "sources": ("Other datasets it was made from", "Autres jeux de données d’où il vient"),
}
EARLIER = {"thousandths of answers": ("Answered by humans", "Répondu par des humains")}
"""Names of figures on cards that were signed in another unit."""
MICRO, HOUR_MS, MINUTE_MS = 1_000_000, 3_600_000, 60_000

type Json = Any


def grade(language: str, name: str) -> str:
    """Say a grade."""
    return GRADES.get(name, name) if language == "fr" else name


def say(language: str, kind: str, **facts: Json) -> str:
    """Say a sentence; counts in groups of three, names without what a terminal would obey."""
    shown = {name: _fact(language, one) for name, one in facts.items()}
    return SAID[kind][LANGUAGES.index(language)].format(**shown)


def _fact(language: str, fact: Json) -> str:
    """Say a count, a text, or the names of figures."""
    if isinstance(fact, list):
        names = [NAMES[name][LANGUAGES.index(language)] for name in fact]
        return _joined(language, names) or say(language, "none")
    return count(language, fact) if isinstance(fact, int) else plain(fact)


def figure(language: str, name: str, found: Json, currency: str) -> str:
    """Say a figure, or why it is unknown."""
    told = EARLIER.get(found.get("unit"), NAMES[name])[LANGUAGES.index(language)]
    colon = "\u00a0: " if language == "fr" else ": "
    if "unknown" in found:
        return told + colon + phrase(language, found["unknown"])
    value = _value(language, name, found["value"], found["unit"], currency)
    mark = f" ({say(language, 'simulated')})" if "simulated" in found else ""
    return told + colon + value + mark


def plain(text: object) -> str:
    """Keep a text on its line, as text."""
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in str(text))


def count(language: str, number: int) -> str:
    """Write a whole number in groups of three."""
    return f"{number:,}".replace(",", "\u202f" if language == "fr" else ",")


def phrase(language: str, text: str) -> str:
    """Say one of the phrases that cards use; others stay as they are."""
    if language == "fr" and text in PHRASES:
        return PHRASES[text]
    words = text.split(" ")
    if text == f"shown from {words[2:3][0] if words[2:] else ''} people on":
        return say(language, "few", count=words[2])
    return plain(text.replace("'", "’"))


def _decimal(language: str, number: float, digits: int) -> str:
    text = f"{number:,.{digits}f}"
    return text.replace(",", "\u202f").replace(".", ",") if language == "fr" else text


def _money(language: str, micro: int, currency: str, *, all_digits: bool = False) -> str:
    digits = max(2, len(f"{micro % MICRO:06}".rstrip("0"))) if all_digits else 2
    return f"{_decimal(language, micro / MICRO, digits)} {plain(currency)}".rstrip()


def _number(language: str, value: int, unit: str, currency: str) -> str:
    if unit.startswith("micro"):
        return _money(language, value, currency) + unit.removeprefix("micro")
    if unit == "ms":
        return f"{count(language, value // HOUR_MS)} h {value // MINUTE_MS % 60:02}"
    if unit == "thousandths":
        return _decimal(language, value / 1000, 2)
    if unit.startswith("thousandths"):
        return _decimal(language, value / 10, 1) + ("\u00a0%" if language == "fr" else "%")
    return count(language, value)


def _value(language: str, name: str, value: Json, unit: str, currency: str) -> str:
    if type(value) is int:
        return _number(language, value, unit, currency)
    try:
        if name == "material":
            return _material(language, value)
        if name == "sources":
            return _joined(language, [_link(language, one) for one in value]) or say(
                language, "none"
            )
        return _other(language, name, value, currency)
    except (AttributeError, KeyError, TypeError, ValueError):
        return ascii(value)


def _other(language: str, name: str, value: Json, currency: str) -> str:
    told: list[str]
    match name:
        case "floor":
            ends = [_decimal(language, value[end] / MICRO, 2) for end in ("from", "to")]
            told = [f"{' – '.join(ends)} {plain(currency)}/h"]
        case "period":
            told = [" – ".join(map(plain, value))]
        case "instructions":
            told = [f"{len(value)} version{'s' if len(value) > 1 else ''}"]
        case "contributions":
            money = _money(language, value["on_top_micro"], currency)
            named = sorted(
                {_coded(language, "contribution", one["name"]) for one in value["names"]}
            )
            told = [*named, say(language, "on-top", money=money)]
        case "chain":
            told = [" → ".join([plain(value["client"]), *_paid(language, value, currency)])]
        case "exposure":
            told = [say(language, "level", level=k, hours=n) for k, n in value.items()]
        case "training":
            told = [
                say(language, kind, hours=count(language, value[kind]))
                for kind in ("practice", "lessons")
                if value[kind]
            ]
        case "workforce":
            told = [phrase(language, one).replace("_", "-") for one in str(value).split(", ")]
        case _ if isinstance(value, dict):
            told = [f"{plain(k)} {count(language, n)}" for k, n in value.items()]
        case _:
            several = value if isinstance(value, list) else [value]
            told = [phrase(language, str(one)) for one in several]
    return ", ".join(told) or say(language, "none")


def _paid(language: str, value: Json, currency: str) -> list[str]:
    return [
        (say(language, "worker") if one["role"] == "worker" else phrase(language, one["name"]))
        + " "
        + _money(language, one["share_micro"], currency, all_digits=True)
        for one in value["parties"]
    ]


def _said(language: str, kind: str, **texts: str) -> str:
    """Say a sentence with texts that stand on their line already."""
    return SAID[kind][LANGUAGES.index(language)].format(**texts)


def _coded(language: str, kind: str, code: str) -> str:
    """Say a code of the card; one that is not known stays as it is."""
    words = CODES.get(f"{kind}.{code}")
    return plain(code) if words is None else words[LANGUAGES.index(language)]


def _joined(language: str, texts: list[str]) -> str:
    return ("\u202f; " if language == "fr" else "; ").join(texts)


def _material(language: str, value: Json) -> str:
    told = [say(language, "material-version", number=value["version"])]
    told += [", ".join(filter(None, _part(language, one))) for one in value["parts"]]
    if "withdrawn" in value:
        told.append(say(language, "withdrawn", count=value["withdrawn"]))
    return _joined(language, told)


def _part(language: str, part: Json) -> list[str]:
    share = part.get("share_per_mille")
    consent = _coded(language, "consent", part["consent"])
    return [
        _coded(language, "gesture", part["gesture"]),
        "" if share is None else _number(language, share, "thousandths of material", ""),
        plain(part.get("platform", "")),
        plain(part.get("country", "")),
        _said(language, "consent", consent=consent),
        _coded(language, "maker_paid", part["payment"]),
        _coded(language, "personal", part["personal"]) if "personal" in part else "",
        say(language, "gestures", count=part["count"]) if "count" in part else "",
        _hours(language, part),
    ]


def _hours(language: str, part: Json) -> str:
    if HOURS not in part:
        return "" if part["gesture"] in NO_GESTURES else say(language, "hours-unknown")
    least, most = (_decimal(language, one / 10, 1) for one in part[HOURS])
    facts = {"most": most, "source": plain(part.get("seconds_source", ""))}
    if least == most:
        return _said(language, "hours-about", **facts)
    return _said(language, "hours-between", least=least, **facts)


def _link(language: str, link: Json) -> str:
    told = [f"{_coded(language, 'made_from', link['relation'])} {plain(link['name'])}"]
    told += [plain(link["address"])] if "address" in link else []
    told += [say(language, "of-card", sha256=link["card"])] if "card" in link else []
    return ", ".join(told)
