"""Why a folder was refused, in French: each sentence that refuses, with what was seen in it."""

import re

from canut_verify.words import NAMES

REFUSALS: tuple[tuple[str, str], ...] = (
    (
        "the earlier release {release}: {rest}",
        "la livraison précédente {release}\u00a0: {rest}",
    ),
    (
        "{file}: {rest}",
        "{file}\u00a0: {rest}",
    ),
    (
        "the policy names no log; add a line 'log KEY'",
        "la politique ne nomme aucun journal\u202f; ajoutez une ligne «\u00a0log CLÉ\u00a0»",
    ),
    (
        "no trusted key signed this note; it names {names}",
        "aucune clé de confiance n’a signé cet état du journal\u202f; il nomme {names}",
    ),
    (
        "the signature in the name of {name} is not by its key",
        "la signature au nom de {name} n’est pas de sa clé",
    ),
    (
        "the log {log} did not sign this checkpoint with its key",
        "le journal {log} n’a pas signé cet état de sa clé",
    ),
    (
        "too few witnesses saw this checkpoint: {missing}",
        "trop peu de témoins ont vu cet état du journal\u00a0: {missing}",
    ),
    (
        "leaf {index} is not in a tree of {size}",
        "l’inscription {index} n’est pas dans un journal de {size}",
    ),
    (
        "leaf {index} of {size} is shown by {needed} hashes; got {got}",
        "l’inscription {index} sur {size} se montre par {needed} empreintes\u202f; il y en a {got}",
    ),
    (
        "leaf {index} is not in the tree of {size}: {seen} was computed, {claimed} claimed",
        (
            "l’inscription {index} n’est pas dans le journal de {size}\u00a0: {seen} est"
            " calculé, {claimed} annoncé"
        ),
    ),
    (
        "the file is not the one that was logged: its hash is another",
        "le fichier n’est pas celui qui fut inscrit\u00a0: son empreinte est autre",
    ),
    (
        "labour-card.json was logged as {kind}, not as a card",
        "labour-card.json fut inscrit comme {kind}, non comme une fiche",
    ),
    (
        "manifest.json is not signed by the log’s key",
        "manifest.json n’est pas signé de la clé du journal",
    ),
    (
        "{path} is not in the manifest",
        "{path} n’est pas dans le manifeste",
    ),
    (
        "{path} is missing",
        "{path} manque",
    ),
    (
        "{path} is not the file that was listed: its hash is another",
        "{path} n’est pas le fichier de la liste\u00a0: son empreinte est autre",
    ),
    (
        "the card is not by the log’s key",
        "la fiche n’est pas de la clé du journal",
    ),
    (
        "the card names another {path} than the one that is there",
        "la fiche nomme un autre {path} que celui qui est là",
    ),
    (
        "the card does not name {path}",
        "la fiche ne nomme pas {path}",
    ),
    (
        "the card is of format {card}, and manifest.json of format {manifest}",
        "la fiche est du format {card}, et manifest.json du format {manifest}",
    ),
    (
        "the tree hash on the card is not that of its files",
        "l’empreinte de l’arbre sur la fiche n’est pas celle de ses fichiers",
    ),
    (
        "{one} and {other} are not the same table: row {row} differs",
        "{one} et {other} ne sont pas le même tableau\u00a0: la ligne {row} diffère",
    ),
    (
        "the card holds {field}, which no labour card has",
        "la fiche contient {field}, qu’aucune fiche de travail n’a",
    ),
    (
        "entry {index} of the project’s log stands there twice",
        "l’inscription {index} du journal du projet s’y trouve deux fois",
    ),
    (
        (
            "the earlier release has card {before}, this one card {number}: a newer card of this "
            "dataset exists"
        ),
        (
            "la livraison précédente a la fiche {before}, celle-ci la fiche {number}\u00a0: il "
            "existe une fiche plus récente de ce jeu de données"
        ),
    ),
    (
        (
            "two cards of this dataset have the number {number}. The same key signed both: keep "
            "both, together they prove it"
        ),
        (
            "deux fiches de ce jeu de données ont le numéro {number}. La même clé a signé les "
            "deux\u00a0: gardez les deux, ensemble elles le prouvent"
        ),
    ),
    (
        "card {number} follows another card than the earlier release has",
        "la fiche {number} suit une autre fiche que celle de la livraison précédente",
    ),
    (
        "the opening is of another bundle",
        "l’ouverture est d’un autre dossier",
    ),
    (
        "the opening leaves out a row that the seed draws, or holds another",
        "l’ouverture omet une ligne que tire la graine, ou en contient une autre",
    ),
    (
        "the opening shows two rows by the same entry",
        "l’ouverture montre deux lignes par la même inscription",
    ),
    (
        "row {row} is opened by another payload than was logged",
        "la ligne {row} est ouverte par un autre contenu que celui qui fut inscrit",
    ),
    (
        "row {row} of the data is not the answer that was logged",
        "la ligne {row} des données n’est pas la réponse qui fut inscrite",
    ),
    (
        "row {row} of the data has another label than was logged",
        "la ligne {row} des données a une autre étiquette que celle qui fut inscrite",
    ),
    (
        "the opening holds a question whose hash is not on the card",
        "l’ouverture contient une question dont l’empreinte n’est pas sur la fiche",
    ),
    (
        "entries.tlog-proof is of another log, or of another project, than the card",
        "entries.tlog-proof est d’un autre journal, ou d’un autre projet, que la fiche",
    ),
    (
        "entries.tlog-proof is of the log {log}, not of this project’s",
        "entries.tlog-proof est du journal {log}, non de celui de ce projet",
    ),
    (
        (
            "entries.bin is not the project’s log: {count} entries hash to another root than the"
            " {size} that were logged"
        ),
        (
            "entries.bin n’est pas le journal du projet\u00a0: {count} inscriptions donnent une"
            " autre racine que les {size} qui furent inscrites"
        ),
    ),
    (
        "rows.json and the card do not agree on whether people are simulated",
        "rows.json et la fiche ne s’accordent pas sur le fait que les personnes sont simulées",
    ),
    (
        "data/answers.jsonl holds {answers} answers; the log has {logged}",
        "data/answers.jsonl contient {answers} réponses\u202f; le journal en a {logged}",
    ),
    (
        "the card says {figure} is {claimed}; the bundle shows {value}",
        "la fiche dit «\u00a0{figure}\u00a0»\u00a0: {claimed}\u202f; le dossier montre {value}",
    ),
    (
        "the hours of {gesture} on the card are not its count times its seconds",
        "les heures de {gesture} sur la fiche ne sont pas leur nombre multiplié par leurs secondes",
    ),
    (
        "the hash of the material on the card is not that of its description",
        "l’empreinte du matériel sur la fiche n’est pas celle de sa description",
    ),
    (
        "simulated people sign nothing",
        "des personnes simulées ne signent rien",
    ),
    (
        "countersignatures.json confirms more than the card says of {figure}",
        "countersignatures.json confirme plus que la fiche ne dit de «\u00a0{figure}\u00a0»",
    ),
    (
        "two countersignatures are of the same {field}: each counts once",
        "deux contresignatures ont le même champ {field}\u00a0: chacune compte une fois",
    ),
    (
        "a countersignature is not in the project’s log",
        "une contresignature n’est pas dans le journal du projet",
    ),
    (
        "a countersignature is not by its key, or of another line or project",
        "une contresignature n’est pas de sa clé, ou est d’une autre ligne ou d’un autre projet",
    ),
    (
        "a countersignature does not confirm the time that is said",
        "une contresignature ne confirme pas le temps qui est dit",
    ),
    (
        "the document has no signature of eddsa-jcs-2022; it has {suites}",
        "le document n’a pas de signature eddsa-jcs-2022\u202f; il a {suites}",
    ),
    (
        "the proof was made for another @context than the document has",
        "la preuve fut faite pour un autre @context que celui du document",
    ),
    (
        "the document is not what {method} signed",
        "le document n’est pas ce que {method} a signé",
    ),
    (
        "the earlier release is of another log, or of another project",
        "la livraison précédente est d’un autre journal, ou d’un autre projet",
    ),
    (
        (
            "the earlier release has {before} entries, this one {size}: give the later one"
            " first; if it is the later one, the log was forked"
        ),
        (
            "la livraison précédente a {before} inscriptions, celle-ci {size}\u00a0: donnez"
            " d’abord la plus récente\u202f; si elle l’est, le journal a bifurqué"
        ),
    ),
    (
        (
            "the earlier release has {before} entries of the log of all, this one {size}: give"
            " the later one first; if it is the later one, the log was forked"
        ),
        (
            "la livraison précédente a {before} inscriptions du journal général, celle-ci"
            " {size}\u00a0: donnez d’abord la plus récente\u202f; si elle l’est, le journal a"
            " bifurqué"
        ),
    ),
    (
        (
            "the log was forked: its first {size} entries are not those of the earlier release."
            " The same key signed both: keep both, together they prove it"
        ),
        (
            "le journal a bifurqué\u00a0: ses {size} premières inscriptions ne sont pas celles"
            " de la livraison précédente. La même clé a signé les deux\u00a0: gardez les deux,"
            " ensemble elles le prouvent"
        ),
    ),
    (
        (
            "the log was forked: the log of all has two roots at {size} entries. The same key"
            " signed both: keep both, together they prove it"
        ),
        (
            "le journal a bifurqué\u00a0: le journal général a deux racines à {size}"
            " inscriptions. La même clé a signé les deux\u00a0: gardez les deux, ensemble elles"
            " le prouvent"
        ),
    ),
)
LACKS: tuple[tuple[str, str], ...] = (
    (
        " needs {least} of {count} and has {got}",
        " demande {least} sur {count} et en a {got}",
    ),
    (
        " did not sign",
        " n’a pas signé",
    ),
)


ABSENCE: tuple[tuple[str, str], ...] = (
    (
        "the version said to be newer is not",
        "la version dite plus récente ne l’est pas",
    ),
    (
        "{name} was logged with another salt",
        "{name} fut inscrit avec un autre sel",
    ),
    (
        "your file is none of the items of this proof",
        "votre fichier n’est aucun des éléments de cette preuve",
    ),
    (
        "a membership is shown, and no version that had it",
        "une présence est montrée, sans la version qui l’avait",
    ),
    (
        "the neighbours are no neighbours: {first} and {last}",
        "les voisins n’en sont pas\u00a0: {first} et {last}",
    ),
    (
        "the neighbours do not stand on both sides of the item",
        "les voisins ne sont pas de part et d’autre de l’élément",
    ),
    (
        "the tree is not sorted",
        "l’arbre n’est pas trié",
    ),
    (
        "the leaves are not those of the newer version",
        "les feuilles ne sont pas celles de la nouvelle version",
    ),
    (
        "the entry is of no model of this project",
        "l’inscription n’est celle d’aucun modèle de ce projet",
    ),
    (
        "the entry of the log says something else",
        "l’inscription du journal dit autre chose",
    ),
    (
        "the log of all holds another state of the project’s log",
        "le journal général tient un autre état du journal du projet",
    ),
)
"""Sentences of ``canut-verify absence`` alone."""
INSPECTION: tuple[tuple[str, str], ...] = (
    (
        "the zip holds too much",
        "le zip contient trop",
    ),
    (
        "the zip holds a name twice",
        "le zip contient un nom deux fois",
    ),
    (
        "not an inspector's file: {rest}",
        "ce n’est pas un dossier d’inspection\u00a0: {rest}",
    ),
    (
        "manifest.json is not that of an inspector's file",
        "manifest.json n’est pas celui d’un dossier d’inspection",
    ),
    (
        "{name} is named and missing",
        "{name} est nommé et manque",
    ),
    (
        "{name} is not as the manifest says",
        "{name} n’est pas tel que le dit le manifeste",
    ),
    (
        "{name} is not what proof/index.json says",
        "{name} n’est pas ce que dit proof/index.json",
    ),
    (
        "the proof of {name} holds no entry",
        "la preuve de {name} ne contient aucune inscription",
    ),
    (
        "{name} is not the one that was logged: its hash is another",
        "{name} n’est pas celui qui fut inscrit\u00a0: son empreinte est autre",
    ),
    (
        "proof/index.json cannot be read: {rest}",
        "proof/index.json ne peut pas être lu\u00a0: {rest}",
    ),
)
"""Sentences of ``canut-verify inspect`` alone."""


def refusal(language: str, why: str) -> str:
    """Say why something was refused; what is none of these sentences stays as it is."""
    return (_french(why) or why) if language == "fr" else why


def _french(why: str) -> str:
    for english, french in (*REFUSALS, *ABSENCE, *INSPECTION):
        seen = re.fullmatch(_searched(english), why, re.DOTALL)
        told = seen.groupdict() if seen else {}
        if "rest" in told:
            told["rest"] = _french(told["rest"])
        if not seen or told.get("rest") == "":
            continue
        if "figure" in told:
            told["figure"] = NAMES.get(told["figure"], ("", told["figure"]))[1]
        if "missing" in told:
            told["missing"] = _lacks(told["missing"])
        return french.format(**told)
    return ""


def _lacks(missing: str) -> str:
    for english, french in LACKS:
        for one in re.finditer(_searched(english), missing):
            missing = missing.replace(one[0], french.format(**one.groupdict()))
    return missing


def _searched(english: str) -> str:
    return re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+?)", re.escape(english))
