"""Write the Portrait in sentences: both readings side by side, and the missing chapter.

Sentences name figures by their entry and contain no number of their own. If a figure is unknown,
the sentence says so. Nothing here combines both readings: no net figure, no score.
"""

from collections.abc import Iterator
from typing import NamedTuple

from canut.core.portrait.chart_set import SCHEMES, Reference
from canut.core.portrait.entries import Entries
from canut.core.portrait.facts import Text
from canut.core.portrait.figure_list import INSIDE, LOAD, POPULATION
from canut.core.portrait.language import PortraitLanguage
from canut.core.portrait.machine_figures import KINDS

TITLE = Text("The missing chapter", "Le chapitre manquant")
LEAD = Text(
    "What a study of the digital trades would have said with click work in it.",
    "Ce qu’une étude des métiers du numérique aurait dit avec le travail du clic dedans.",
)
READINGS = Text("The end of jobs, or a plethora", "Fin des emplois ou pléthore")
MADE = {
    "label": Text("labelling", "étiqueter"),
    "verify": Text("checking", "vérifier"),
    "train": Text("training models", "entraîner des modèles"),
    "maintain": Text("maintaining them", "les maintenir"),
}


class ProsePassage(NamedTuple):
    """One passage: its heading, its sentences in one language, and its chart."""

    heading: str
    sentences: tuple[str, ...]
    chart: str = ""


class ProseReading(NamedTuple):
    """One of the two readings: its name, and its sentences."""

    name: str
    sentences: tuple[str, ...]


def readings(entries: Entries, voice: PortraitLanguage) -> tuple[ProseReading, ProseReading]:
    """Return both readings of the same figures: hours displaced, hours created."""
    return (
        ProseReading(
            voice.say(Text("The end of jobs", "Fin des emplois")),
            tuple(entries.said(sentence, voice) for sentence in _ending(entries)),
        ),
        ProseReading(
            voice.say(Text("A plethora of jobs", "Pléthore d’emplois")),
            tuple(entries.said(sentence, voice) for sentence in _plethora(entries)),
        ),
    )


def _ending(entries: Entries) -> Iterator[Text]:
    if entries.is_known("displaced"):
        yield Text(
            "Hours that machines took the place of: {displaced}.",
            "Heures dont les machines ont pris la place : {displaced}.",
        )
    else:
        yield Text(
            "How many hours machines took the place of is unknown here.",
            "Combien d’heures les machines ont remplacées est inconnu ici.",
        )
    if entries.is_known("decided.untouched"):
        yield Text(
            "Decisions in which nobody had a hand: {decided.untouched}.",
            "Décisions auxquelles personne n’a mis la main : {decided.untouched}.",
        )


def _plethora(entries: Entries) -> Iterator[Text]:
    known_kinds = [kind for kind in KINDS if entries.is_known(f"created.{kind}")]
    if known_kinds:
        for kind in known_kinds:
            name = MADE[kind]
            yield Text(
                f"Hours that automation made, {name.en}: {{created.{kind}}}.",
                f"Heures que l’automatisation a créées, {name.fr} : {{created.{kind}}}.",
            )
    else:
        yield Text(
            "How many hours automation made is unknown here.",
            "Combien d’heures l’automatisation a créées est inconnu ici.",
        )
    if entries.is_known("decided.touched"):
        yield Text(
            "Decisions in which people had a hand: {decided.touched}.",
            "Décisions auxquelles des personnes ont mis la main : {decided.touched}.",
        )


def chapter(
    entries: Entries, reference: Reference, voice: PortraitLanguage
) -> tuple[ProsePassage, ...]:
    """Write the chapter in one language, passage by passage."""
    return tuple(
        ProsePassage(
            voice.say(heading),
            tuple(entries.said(sentence, voice) for sentence in sentences),
            chart,
        )
        for heading, sentences, chart in _parts(entries, reference)
    )


type _Part = tuple[Text, list[Text], str]


def _parts(entries: Entries, reference: Reference) -> Iterator[_Part]:
    yield (Text("What the study counted", "Ce que l’étude a compté"), _counted(), "C1")
    yield (Text("Whom it did not count", "Qui elle n’a pas compté"), _not_counted(entries), "C3")
    yield (
        Text("Who is named", "Qui porte un nom"),
        [
            Text(
                "Of {visible.esco.looked_for} names of click work, the ESCO list of "
                "{visible.esco.rows} occupations and groups has {visible.esco.named}; its "
                "{visible.esco_skills.rows} skills have {visible.esco_skills.named}.",
                "De {visible.esco.looked_for} noms du travail du clic, la liste ESCO de "
                "{visible.esco.rows} métiers et groupes en porte {visible.esco.named} ; ses "
                "{visible.esco_skills.rows} compétences en portent {visible.esco_skills.named}.",
            ),
            Text(
                "Of the NOC only titles were read; O*NET was not checked.",
                "De la CNP, seuls les titres ont été lus ; O*NET n’est pas vérifié.",
            ),
        ],
        "C2",
    )
    yield (Text("What an hour pays", "Ce que paye une heure"), _pay(entries, reference), "C4")
    yield (Text("How pay is spread", "Comment la paye se répartit"), _spread(entries), "C5")
    yield (Text("Where an hour goes", "Où va une heure"), _time(entries), "C6")
    yield (Text("Who decides", "Qui décide"), _decides(entries), "C10")
    yield (Text("People inside machines", "Des personnes dans les machines"), _inside(entries),
           "C11")  # fmt: skip
    yield (READINGS, [*_ending(entries), *_plethora(entries)], "")
    yield (Text("Who keeps what", "Qui garde quoi"), _chain(entries), "C12")
    yield (Text("Who is protected", "Qui est protégé"), _protected(entries), "C13")
    yield (Text("Load, breaks, appeals", "Charge, pauses, recours"), _load(entries), "")
    yield (Text("How many, and who leaves", "Combien, et qui part"), _people(entries), "")
    yield (Text("What this cannot say", "Ce que ceci ne peut pas dire"), _limits(), "")


def _counted() -> list[Text]:
    return [
        Text(
            "A study counts nearly {F1.all} professionals of digital intelligence in Québec "
            "({F1.all@period}).",
            "Une étude compte près de {F1.all} professionnels de l’intelligence numérique au "
            "Québec ({F1.all@period}).",
        ),
        Text(
            "Five of its named occupations hold {rings.core} people, {rings.core_share}; for "
            "computer vision the figure is {CV.people.reference}.",
            "Cinq de ses métiers nommés réunissent {rings.core} personnes, {rings.core_share} ; "
            "pour la vision par ordinateur, le chiffre est {CV.people.reference}.",
        ),
        Text(
            "The rest is {rings.rest} people, of whom {F3.programmer_analysts} in development, "
            "{F3.business_analysts} in business analysis, {F3.web_integrators} in web "
            "integration, {rings.others} others.",
            "Le reste fait {rings.rest} personnes, dont {F3.programmer_analysts} en développement, "
            "{F3.business_analysts} en analyse d’affaires, {F3.web_integrators} en intégration "
            "web, {rings.others} autres.",
        ),
    ]


def _not_counted(entries: Entries) -> list[Text]:
    sentences = [
        Text(
            "Click workers of Québec: {F6.all}. No count was found.",
            "Personnes qui font le travail du clic au Québec : {F6.all}. Aucun compte trouvé.",
        ),
        Text(
            "Of {table.rows} occupations in one table, {table.counted} have a count of people; of "
            "{table.click_rows} kinds of click work, {table.click_counted}.",
            "Sur {table.rows} métiers d’une même table, {table.counted} ont un compte de "
            "personnes ; sur {table.click_rows} sortes de travail du clic, "
            "{table.click_counted}.",
        ),
    ]
    if entries.is_known("ALL.people.here"):
        sentences.append(
            Text(
                "In this instance, paid for it: {ALL.people.here} people.",
                "Dans cette instance, payées pour cela : {ALL.people.here} personnes.",
            )
        )
    return sentences


def _pay(entries: Entries, reference: Reference) -> list[Text]:
    sentences: list[Text] = []
    for row in reference.occupations:
        nominal, effective = f"pay.nominal.{row.key}", f"pay.effective.{row.key}"
        if entries.is_known(effective) and nominal in entries.by_key:
            sentences.append(
                Text(
                    f"{row.label.en}: {{{nominal}}} an hour of paid tasks, {{{effective}}} an "
                    "hour of all the time.",
                    f"{row.label.fr} : {{{nominal}}} l’heure de tâches payées, {{{effective}}} "
                    "l’heure de tout le temps.",
                )
            )
    return sentences or [
        Text(
            "What an hour of click work really pays is unknown here.",
            "Ce que paye vraiment une heure de travail du clic est inconnu ici.",
        )
    ]


def _spread(entries: Entries) -> list[Text]:
    names = ("pay.under.person", "pay.under.hour")
    if not entries.is_known(*names):
        return [
            Text(
                "How much of it is under the floor is unknown here.",
                "Sa part sous le plancher est inconnue ici.",
            )
        ]
    sentences = [
        Text(
            "Under Québec’s floor: {pay.under.person} of people, {pay.under.hour} of hours.",
            "Sous le plancher du Québec : {pay.under.person} des personnes, {pay.under.hour} des "
            "heures.",
        )
    ]
    if entries.is_known("pay.topped_up"):
        sentences.append(
            Text(
                "Top-ups add {pay.topped_up} to an hour, on average.",
                "Les compléments ajoutent {pay.topped_up} à une heure, en moyenne.",
            )
        )
    return sentences


def _time(entries: Entries) -> list[Text]:
    if not entries.is_known("time.unseen"):
        return [
            Text(
                "How much of an hour paid tasks do not show is unknown here.",
                "Ce que les tâches payées ne montrent pas d’une heure est inconnu ici.",
            )
        ]
    return [
        Text(
            "Of an hour of work, {time.unseen} minutes are not on paid tasks.",
            "D’une heure de travail, {time.unseen} minutes ne sont pas sur des tâches payées.",
        )
    ]


def _decides(entries: Entries) -> list[Text]:
    if not entries.is_known("decided.touched"):
        return [
            Text(
                "Who decides, people or machines, is unknown here.",
                "Qui décide, des personnes ou des machines, est inconnu ici.",
            )
        ]
    return [
        Text(
            "People had a hand in {decided.touched} of the decisions; the machine alone made "
            "{decided.untouched}. “By the machine”, checked ones included: {decided.by_machine}.",
            "Des personnes ont mis la main à {decided.touched} des décisions ; la machine seule en "
            "a pris {decided.untouched}. « Par la machine », celles qui ont été vérifiées "
            "comprises : {decided.by_machine}.",
        )
    ]


def _inside(entries: Entries) -> list[Text]:
    keys = [key for key in entries.by_key if key.startswith("model.") and "embodied" in key]
    in_all = [
        Text(f"{name.en}: {{{key}}}.", f"{name.fr} : {{{key}}}.")
        for key, name in INSIDE
        if entries.is_known(key)
    ]
    if not keys:
        return [
            Text(
                "How much people’s work a machine’s decision holds is unknown here.",
                "Ce qu’une décision de machine contient de travail humain est inconnu ici.",
            ),
            *in_all,
        ]
    return [
        *in_all,
        Text(
            f"Seconds of people’s work in a decision of the last model: {{{keys[-1]}}}.",
            f"Secondes de travail humain dans une décision du dernier modèle : {{{keys[-1]}}}.",
        ),
    ]


def _chain(entries: Entries) -> list[Text]:
    worker = [key for key in entries.by_key if key.startswith("chain.") and ".worker." in key]
    if not worker or not entries.is_known("chain.price"):
        return [
            Text(
                "What of a client’s price reaches who does the work is unknown here.",
                "Ce qui, du prix du client, arrive à qui fait le travail est inconnu ici.",
            )
        ]
    return [
        Text(
            f"Of {{chain.price}} that clients pay, {{{worker[0]}}} reaches who does the work; "
            "links not disclosed: {chain.undisclosed}.",
            f"Sur {{chain.price}} que payent les clients, {{{worker[0]}}} arrivent à qui fait le "
            "travail ; maillons non divulgués : {chain.undisclosed}.",
        ),
        *(
            Text(
                f"Minimum wage of an hour where the client is, {wage[-2:]}: {{{wage}}}.",
                f"Salaire minimum d’une heure là où est le client, {wage[-2:]} : {{{wage}}}.",
            )
            for wage in entries.by_key
            if wage.startswith("chain.wage.")
        ),
    ]


def _protected(entries: Entries) -> list[Text]:
    keys = [key for key in SCHEMES if entries.is_known(f"scheme.{key}")]
    if not keys:
        return [
            Text(
                "Which hours are protected is unknown here.",
                "Quelles heures sont protégées est inconnu ici.",
            )
        ]
    return [
        Text(
            "Hours covered: "
            + ", ".join(f"{SCHEMES[key].en} {{scheme.{key}}}" for key in keys)
            + ".",
            "Heures couvertes : "
            + ", ".join(f"{SCHEMES[key].fr} {{scheme.{key}}}" for key in keys)
            + ".",
        )
    ]


def _listed(entries: Entries, lines: tuple[tuple[str, Text], ...]) -> list[Text]:
    return [
        Text(f"{name.en}: {{{key}}}.", f"{name.fr} : {{{key}}}.")
        if key in entries.by_key
        else Text(f"{name.en}: unknown.", f"{name.fr} : inconnu.")
        for key, name in lines
    ]


def _load(entries: Entries) -> list[Text]:
    return _listed(entries, LOAD)


def _people(entries: Entries) -> list[Text]:
    return _listed(entries, POPULATION)


def _limits() -> list[Text]:
    return [
        Text(
            "Few people are told as a band, and figures that would show them are kept back; this "
            "is no differential privacy. Simulated hands are never people.",
            "Peu de personnes sont dites par une tranche, et ce qui les montrerait est gardé ; ce "
            "n’est pas de la confidentialité différentielle. Les mains simulées ne sont jamais "
            "des personnes.",
        ),
        Text(
            "Labour cards are exact and public: what a card says of a dataset may narrow what is "
            "kept back here of the same people.",
            "Les fiches de travail sont exactes et publiques : ce qu’une fiche dit d’un jeu de "
            "données peut resserrer ce qui est gardé ici des mêmes personnes.",
        ),
        Text(
            "What one instance measures is not what the trade is.",
            "Ce qu’une instance mesure n’est pas le métier.",
        ),
    ]
