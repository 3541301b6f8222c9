"""The month's texts: short fictional reviews of fictional places.

Each text is assembled from parts with a seed, together with its true label. Nothing is copied from
real texts.
"""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

REVIEWS = 5_400
HAS_A_RESERVE = 0.3
GOOD, BAD, MIXED = "favorable", "défavorable", "partagé"
TITLE = "Avis de visiteurs"
ORGANISATION = "Office des sorties (simulé)"
SCHEMA: dict[str, Any] = {
    "questions": [
        {
            "id": "q",
            "kind": "choice",
            "ask": "Que pense la personne du lieu\u00a0?",
            "multiple": False,
            "choices": [
                {"value": GOOD, "label": "Du bien"},
                {"value": BAD, "label": "Du mal"},
                {"value": MIXED, "label": "Les deux"},
            ],
        }
    ],
    "show": [{"column": "texte", "as": "text"}],
}
INSTRUCTIONS = """\
Lisez l’avis en entier, puis dites ce que la personne pense du lieu dans l’ensemble.

- Une réserve de politesse n’en fait pas un avis partagé.
- S’il y a autant de bien que de mal, dites «\u00a0Les deux\u00a0».
"""
AIMS = {
    "business": "Trier 5\u00a0400 avis pour que l’office sache où agir. Démonstration\u00a0: "
    "personne n’attend le résultat.",
    "social": "Montrer un mois de travail payé\u00a0: le temps, la paie, les relevés, une décision "
    "contestée. Personnes et montants sont simulés.",
    "ethical": "Risque\u00a0: lire vite pour gagner plus. Ici, le temps est mesuré et payé au "
    "moins au plancher.",
    "whose": "Textes fabriqués par Canut, à partir de morceaux de phrases.",
    "consent": "sans objet",
    "paid": "sans objet",
}
_FRENCH_PLACES = (
    "Le petit musée du fleuve", "La crêperie du quai", "Le jardin des serres", "La salle Orphée",
    "L’auberge des Pins", "Le cinéma du coin", "La piscine du parc", "Le marché couvert",
    "La librairie d’en haut", "Le sentier des crêtes", "La patinoire Saint-Roch", "Le vieux moulin",
)  # fmt: skip
_FRENCH_WHEN = (
    "J’y suis allée un mardi matin.", "Nous étions quatre, dont deux enfants.",
    "C’était notre troisième visite.", "Je passais par là entre deux trains.",
    "On m’en avait beaucoup parlé.", "Il pleuvait, et nous cherchions un abri.",
)  # fmt: skip
_FRENCH_GOOD = (
    "L’accueil était chaleureux et personne ne nous a pressés.",
    "Tout était propre, clair, bien indiqué.",
    "Le prix est juste pour ce que l’on reçoit.",
    "On nous a expliqué chaque chose avec patience.",
    "Les bancs à l’ombre sont une vraie bonne idée.",
    "J’en suis ressortie avec l’envie d’y revenir.",
)
_FRENCH_BAD = (
    "L’attente a duré quarante minutes, debout.",
    "Le bruit empêchait de s’entendre.",
    "La caisse n’acceptait que la monnaie exacte.",
    "Deux salles sur trois étaient fermées sans prévenir.",
    "Le chauffage ne marchait pas.",
    "On nous a répondu sans lever les yeux.",
)
_FRENCH_THEN = {
    GOOD: ("Je le recommande.", "Nous y retournerons au printemps.", "Une belle adresse."),
    BAD: ("Je n’y retournerai pas.", "À éviter le week-end.", "Quel dommage."),
    MIXED: ("À vous de voir.", "Ni tout à fait bien, ni tout à fait mal.", "Avis partagé, donc."),
}


_ENGLISH_PLACES = (
    "The little river museum", "The pancake house on the quay", "The greenhouse garden",
    "The Orpheus hall", "The Pines inn", "The cinema around the corner", "The swimming pool",
    "The covered market", "The bookshop up the hill", "The ridge path", "The skating rink",
    "The old mill",
)  # fmt: skip
_ENGLISH_WHEN = (
    "I went there on a Tuesday morning.", "There were four of us, two of them children.",
    "It was our third visit.", "I came by between two trains.",
    "I had heard a lot about it.", "It was raining and we were looking for shelter.",
)  # fmt: skip
_ENGLISH_GOOD = (
    "We were warmly received and nobody hurried us.",
    "All was clean, bright and well signposted.",
    "The price is fair for what you get.",
    "Every detail was explained to us with patience.",
    "The benches in the shade are a really good idea.",
    "I left wishing to come back.",
)
_ENGLISH_BAD = (
    "We waited forty minutes, standing.",
    "It was too loud to hear each other.",
    "The till took exact change only.",
    "Two rooms out of three were closed without notice.",
    "The heating did not work.",
    "They answered us without looking up.",
)
_ENGLISH_THEN = {
    GOOD: ("I recommend it.", "We shall go back in spring.", "A fine address."),
    BAD: ("I shall not go back.", "Avoid it on weekends.", "What a pity."),
    MIXED: ("It is up to you.", "Neither quite good nor quite bad.", "A mixed review, then."),
}


class ReviewParts(NamedTuple):
    """The parts of reviews in one language."""

    visit: str
    places: tuple[str, ...]
    when: tuple[str, ...]
    good: tuple[str, ...]
    bad: tuple[str, ...]
    then: Mapping[str, tuple[str, ...]]


PARTS = (
    ReviewParts("visite", _FRENCH_PLACES, _FRENCH_WHEN, _FRENCH_GOOD, _FRENCH_BAD, _FRENCH_THEN),
    ReviewParts(
        "visit", _ENGLISH_PLACES, _ENGLISH_WHEN, _ENGLISH_GOOD, _ENGLISH_BAD, _ENGLISH_THEN
    ),
)
"""Every other review is in English."""


class Review(NamedTuple):
    """One text and its true label."""

    text: str
    truth: str


def reviews(seed: int) -> Iterator[Review]:
    """Yield the same reviews for the same seed."""
    rng = np.random.default_rng(seed)

    def some(parts: tuple[str, ...], count: int) -> list[str]:
        return [parts[at] for at in rng.permutation(len(parts))[:count]]

    for number in range(REVIEWS):
        truth = (GOOD, BAD, MIXED)[int(rng.choice(3, p=(0.45, 0.35, 0.2)))]
        good = {GOOD: 3, BAD: 0, MIXED: 2}[truth] + int(
            truth == BAD and rng.random() < HAS_A_RESERVE
        )
        bad = {GOOD: 0, BAD: 3, MIXED: 2}[truth] + int(
            truth == GOOD and rng.random() < HAS_A_RESERVE
        )
        words = PARTS[number % len(PARTS)]
        middle = rng.permutation([*some(words.good, good), *some(words.bad, bad)]).tolist()
        place = words.places[number // len(PARTS) % len(words.places)]
        opening = f"{place}, {words.visit} {number + 1}."
        parts = (opening, *some(words.when, 1), *middle, *some(words.then[truth], 1))
        yield Review(" ".join(parts), truth)


def write_reviews(seed: int, path: Path) -> None:
    """Write the reviews as a CSV file to import."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(("id", "texte"))
        out.writerows((f"avis-{n:04d}", review.text) for n, review in enumerate(reviews(seed), 1))
