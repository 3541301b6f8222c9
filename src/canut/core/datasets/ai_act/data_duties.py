"""Write what the European rules on artificial intelligence ask about data, from a card's figures.

One line for each thing that article 10 and annex IV, point 2, of Regulation (EU) 2024/1689 ask of
the data a high-risk system is trained, validated or tested with: the figures that answer it, each
with its grade, or that it is not kept here. It is our own reading; no jurist has confirmed it.
"""

from collections.abc import Mapping
from typing import NamedTuple

from canut.core.bilingual import Bilingual
from canut.core.datasets.card import FIELDS, CardFigure
from canut.core.datasets.verdict_texts import LANGUAGES, grade_in, phrase_in, value_in
from canut.core.messages import message


class DataDuty(NamedTuple):
    """What one provision asks: its place, the question, the figures that answer it.

    ``more`` says what of it is not kept here, or where else in the bundle it is; empty if the
    figures are all.
    """

    place: str
    asked: Bilingual
    figures: tuple[str, ...] = ()
    more: Bilingual = Bilingual("", "")


_NOT_KEPT = Bilingual("not kept here", "non conservé ici")
DUTIES = (
    DataDuty(
        "10(2)(a)",
        Bilingual("design choices", "choix de conception"),
        ("instructions", "answers_per_item"),
        Bilingual(
            "the card holds the hash of each version of the question; for its text ask who"
            " exported it",
            "la fiche porte l’empreinte de chaque version de la question ; son texte : demandez à"
            " qui l’a exportée",
        ),
    ),
    DataDuty(
        "10(2)(b)",
        Bilingual(
            "how the data were collected and where they come from; for personal data, why they were"
            " first collected",
            "comment les données furent collectées et d’où elles viennent ; pour des données"
            " personnelles, la finalité initiale de leur collecte",
        ),
        ("material", "sources", "recruitment", "period"),
        Bilingual(
            "the first purpose of personal data: not kept here",
            "la finalité initiale de données personnelles : non conservée ici",
        ),
    ),
    DataDuty(
        "10(2)(c)",
        Bilingual(
            "preparation: annotation, labelling, cleaning, updating, enrichment, aggregation",
            "préparation : annotation, étiquetage, nettoyage, mise à jour, enrichissement,"
            " agrégation",
        ),
        ("items", "answers", "answers_per_item", "human_share", "machines", "rejections"),
        Bilingual(
            "how each label was decided is in data/labels; what was done after the export: not"
            " kept here",
            "ce qui a décidé chaque étiquette est dans data/labels ; ce qui fut fait après"
            " l’export : non conservé ici",
        ),
    ),
    DataDuty(
        "10(2)(d)",
        Bilingual(
            "assumptions about what the data measure and represent",
            "hypothèses sur ce que les données mesurent et représentent",
        ),
    ),
    DataDuty(
        "10(2)(e)",
        Bilingual(
            "whether the data are available, enough and suitable",
            "disponibilité, quantité et adéquation des données",
        ),
        ("items", "answers"),
        Bilingual(
            "whether they suit your purpose: not kept here",
            "leur adéquation à votre usage : non conservée ici",
        ),
    ),
    DataDuty(
        "10(2)(f)",
        Bilingual("examination for bias", "examen des biais possibles"),
    ),
    DataDuty(
        "10(2)(g)",
        Bilingual(
            "measures to detect, prevent and reduce bias",
            "mesures pour repérer, prévenir et réduire les biais",
        ),
    ),
    DataDuty(
        "10(2)(h)",
        Bilingual("gaps and shortcomings", "lacunes et insuffisances"),
        (),
        Bilingual(
            "figures that are unknown are listed below; others: not kept here",
            "les chiffres inconnus sont listés plus bas ; d’autres : non conservées ici",
        ),
    ),
    DataDuty(
        "10(3)",
        Bilingual(
            "relevant, representative, as free of errors and complete as can be",
            "pertinentes, représentatives, autant que possible exemptes d’erreurs et complètes",
        ),
        ("agreement", "gold_accuracy"),
        Bilingual(
            "relevance and representativeness: not kept here",
            "pertinence et représentativité : non conservées ici",
        ),
    ),
    DataDuty(
        "10(4)",
        Bilingual(
            "the place, context, behaviour or function they will be used in",
            "le cadre géographique, contextuel, comportemental ou fonctionnel d’utilisation",
        ),
        ("places", "languages"),
        Bilingual(
            "these are of the people who labelled; the setting of your use: not kept here",
            "ceux-ci sont des personnes qui ont étiqueté ; le cadre de votre usage : non conservé"
            " ici",
        ),
    ),
    DataDuty(
        "10(5)",
        Bilingual(
            "special categories of personal data, used against bias",
            "catégories particulières de données personnelles, contre les biais",
        ),
        (),
        Bilingual(
            "whether the material tells of people stands with its origin, 10(2)(b); categories: not"
            " kept here",
            "si le matériel parle de personnes se lit avec son origine, 10(2)(b) ; catégories : non"
            " conservées ici",
        ),
    ),
    DataDuty(
        "IV(2)(d)",
        Bilingual(
            "data sheets: description, provenance, scope, how obtained and selected, labelling,"
            " cleaning",
            "fiches de données : description, provenance, portée, obtention et sélection,"
            " étiquetage, nettoyage",
        ),
        ("items", "material", "sources", "instructions", "answers_per_item", "human_share"),
        Bilingual(
            "README.md and croissant.json describe the files; selection of the items: not"
            " kept here",
            "README.md et croissant.json décrivent les fichiers ; sélection des éléments : non"
            " conservée ici",
        ),
    ),
    DataDuty(
        "IV(2)(g)",
        Bilingual(
            "which data validate and test, and their main characteristics",
            "quelles données valident et testent, et leurs caractéristiques principales",
        ),
    ),
)
_HEAD = Bilingual(
    "What the AI Act asks about data",
    "Ce que le règlement sur l’IA demande des données",
)
_LEAD = Bilingual(
    "Regulation (EU) 2024/1689, article 10 and annex IV, point 2, for the data of high-risk"
    " systems. Our own reading of what this dataset answers: **to be verified by your lawyer**. It"
    " binds nobody and replaces no assessment of yours. The card binds this file by its hash.",
    "Règlement (UE) 2024/1689, article 10 et annexe IV, point 2, pour les données de systèmes à"
    " haut risque. Notre propre lecture de ce à quoi ce jeu de données répond : **à vérifier par"
    " votre juriste**. Elle n’engage personne et ne remplace aucune évaluation de votre part. La"
    " fiche lie ce fichier par son empreinte.",
)
_COLUMNS = Bilingual(
    "| Provision | What it asks | What is here, and how it is known |",
    "| Disposition | Ce qu’elle demande | Ce qui est ici, et comment on le sait |",
)
_UNKNOWN = Bilingual("Unknown figures", "Chiffres inconnus")
_SHOW = Bilingual(
    "**Simulated: nobody of this exists. Every figure is of a show.**",
    "**Simulé : personne de tout cela n’existe. Chaque chiffre est celui d’une démonstration.**",
)


def ai_act_of(title: str, figures: Mapping[str, CardFigure], *, is_simulated: bool) -> bytes:
    """Write ``AI-ACT.md``, in English and French.

    Args:
        title: of the dataset.
        figures: of the card.
        is_simulated: stated at the top of each part.

    Source:
        Regulation (EU) 2024/1689 of 13 June 2024, article 10 and annex IV,
        https://eur-lex.europa.eu/eli/reg/2024/1689/oj
    """
    parts = [f"# {_cell(title)}"]
    for side, language in enumerate(LANGUAGES):
        parts.append(f"## {_spaced(language, _HEAD[side])}")
        if is_simulated:
            parts.append(_spaced(language, _SHOW[side]))
        parts.append(_spaced(language, _LEAD[side]))
        rows = [_row(language, side, duty, figures) for duty in DUTIES]
        parts.append("\n".join([_COLUMNS[side], "| --- | --- | --- |", *rows]))
        parts.append(_unknown(language, side, figures))
    return ("\n\n".join(parts) + "\n").encode()


def _row(language: str, side: int, duty: DataDuty, figures: Mapping[str, CardFigure]) -> str:
    told = [_figure(language, name, figures) for name in duty.figures]
    more = duty.more[side] or ("" if told else _NOT_KEPT[side])
    cells = "; ".join([*told, *([more] if more else [])])
    asked = duty.asked[side]
    return f"| {duty.place} | {_spaced(language, asked)} | {_spaced(language, cells)} |"


def _figure(language: str, name: str, figures: Mapping[str, CardFigure]) -> str:
    """Write a figure with its grade, or why it is unknown."""
    figure = figures.get(name, CardFigure(None, reason="not measured"))
    title, unit = message(language, f"card.{name}"), FIELDS[name].unit
    colon = " : " if language == "fr" else ": "
    if figure.value is None:
        unknown = grade_in(language, "UNKNOWN")
        return f"{title}{colon}{unknown} ({_cell(phrase_in(language, figure.reason))})"
    currency = figures["currency"].value if "currency" in figures else ""
    value = _cell(value_in(language, name, figure.value, unit, str(currency or "")))
    return f"{title}{colon}{value} ({grade_in(language, figure.grade.name)})"


def _unknown(language: str, side: int, figures: Mapping[str, CardFigure]) -> str:
    names = [name for name in FIELDS if figures.get(name, CardFigure(None)).value is None]
    listed = "; ".join(message(language, f"card.{name}") for name in names)
    colon = " : " if language == "fr" else ": "
    none = message(language, "verdict.none")
    return _spaced(language, f"{_UNKNOWN[side]}{colon}{listed or none}.")


def _cell(text: str) -> str:
    """Escape a text for a cell of a table."""
    return " ".join(text.replace("|", "\\|").replace("<", "&lt;").split())


def _spaced(language: str, text: str) -> str:
    """Put the narrow spaces that French has before some signs."""
    if language != "fr":
        return text
    for sign in ";!?":
        text = text.replace(f" {sign}", f"\u202f{sign}")
    return text.replace("; ", "\u202f; ").replace("\u202f\u202f", "\u202f").replace(" :", "\u00a0:")
