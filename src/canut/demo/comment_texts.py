"""Texts of the demo's moderation project: its question, its aims, and comments from a square.

All comments are fictional and assembled from parts with a seed. What is hard in them is an insult
or a threat in ordinary words; a worker still chooses to see it or not.
"""

import csv
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

COMMENTS = 72
TITLE = "Commentaires à modérer"
FINE, HIDE, ALERT = "publier", "masquer", "alerter"
SEVERITIES = (0, 1, 2, 0, 3, 0)  # in turn: half is calm, as one comes between the others
TRUTHS = {0: FINE, 1: FINE, 2: HIDE, 3: ALERT}
SCHEMA: dict[str, Any] = {
    "questions": [
        {
            "id": "q",
            "kind": "choice",
            "ask": "Que faire de ce commentaire\u00a0?",
            "multiple": False,
            "choices": [
                {"value": FINE, "label": "Le publier"},
                {"value": HIDE, "label": "Le masquer"},
                {"value": ALERT, "label": "Alerter une personne"},
            ],
        }
    ],
    "show": [{"column": "commentaire", "as": "text"}],
}
INSTRUCTIONS = """\
Lisez le commentaire, puis dites ce que la rédaction doit en faire.

- Une critique, même vive, se publie.
- Une insulte se masque.
- Une menace se signale à une personne.
- Un commentaire vous pèse\u00a0? Passez-le, prenez une pause payée ou ne voyez plus ce \
contenu\u00a0: rien ne vous est reproché.
"""
AIMS = {
    "business": "Choisir quels commentaires d’un journal local paraissent. Démonstration\u00a0: "
    "personne n’attend le résultat.",
    "social": "Montrer comment un contenu éprouvant est annoncé, limité et choisi. Personnes et "
    "montants sont simulés.",
    "ethical": "Risque\u00a0: lire des insultes toute la journée. Ici, chaque commentaire a son "
    "niveau, un calme vient entre deux autres, et des limites s’appliquent à chaque personne.",
    "whose": "Textes fabriqués par Canut, à partir de morceaux de phrases.",
    "consent": "sans objet",
    "paid": "sans objet",
}
_SUBJECTS = (
    ("Le marché du samedi.", "La piste cyclable du pont.", "Le nouveau menu de la cantine."),
    ("The Saturday market.", "The bicycle lane on the bridge.", "The new menu of the canteen."),
)
"""In French, then in English; bodies likewise. Every other comment is in English."""
_BODIES = {
    0: (
        (
            "J’y étais, et tout le monde avait le sourire.",
            "Quelqu’un connaît les horaires d’hiver\u00a0?",
            "Merci aux bénévoles, c’était bien organisé.",
        ),
        (
            "I was there, and everybody was smiling.",
            "Does anybody know the winter hours?",
            "Thank you to the volunteers, it was well organised.",
        ),
    ),
    1: (
        (
            "Encore une idée de gens qui ne sortent jamais de leur bureau.",
            "Franchement nul, comme tout ce qui vient de la mairie.",
        ),
        (
            "One more idea from people who never leave their desk.",
            "Plainly bad, like all that comes from the town hall.",
        ),
    ),
    2: (
        (
            "Bande d’incapables, vous êtes la honte de la ville.",
            "Pauvre imbécile, retourne d’où tu viens.",
        ),
        (
            "You useless lot, you are the shame of this town.",
            "You idiot, go back to where you came from.",
        ),
    ),
    3: (
        (
            "Je sais où vous habitez, et je passerai vous régler votre compte.",
            "Vous méritez des coups, et vous allez en prendre.",
        ),
        (
            "I know where you live, and I will come and settle this with you.",
            "You deserve a beating, and you are going to get it.",
        ),
    ),
}


class Comment(NamedTuple):
    """One text, its risk level and what should be done with it."""

    text: str
    severity: int
    truth: str


def comments(seed: int) -> list[Comment]:
    """Return the same comments for the same seed; each has its number, so no two are the same."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(COMMENTS):
        severity = SEVERITIES[number // len(_SUBJECTS) % len(SEVERITIES)]
        language = number % len(_SUBJECTS)
        subject = rng.choice(_SUBJECTS[language])
        body = rng.choice(_BODIES[severity][language])
        rows.append(Comment(f"{subject} {body} ({number + 1})", severity, TRUTHS[severity]))
    return rows


def write_comments(seed: int, path: Path) -> None:
    """Write the comments as a CSV file to import."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(("id", "commentaire", "niveau"))
        for number, comment in enumerate(comments(seed), 1):
            out.writerow((key_of(number), comment.text, comment.severity))


def key_of(number: int) -> str:
    """Return the key of a comment's task, by its number from 1."""
    return f"commentaire-{number:03d}"
