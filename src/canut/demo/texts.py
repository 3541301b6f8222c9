"""Texts of the demo's project: question, aims, origin of the pictures."""

import re
from typing import Any

from canut.demo.crowd import UNREADABLE
from canut.store.models import Role


def _french(text: str) -> str:
    """Insert non-breaking spaces as French typography requires."""
    return re.sub(r" (?=[?!;:»])|(?<=«) |(?<=\d) (?=\d{3})", "\u00a0", text)


OPERATOR, OPERATOR_NAME = "Canut, démonstration", "Maxence (démo)"
ORGANISATION = "Atelier des chiffres (simulé)"
TITLE = "Chiffres manuscrits"
ENTRANCES = (
    (Role.WORKER, "Camille (démo)"),
    (Role.REQUESTER, "Dominique (démo)"),
    (Role.REVIEWER, "Alix (démo)"),
)
SCHEMA: dict[str, Any] = {
    "questions": [
        {
            "id": "q",
            "kind": "choice",
            "ask": _french("Quel chiffre voyez-vous ?"),
            "multiple": False,
            "choices": [
                *({"value": digit, "label": digit} for digit in "1234567890"),
                {"value": UNREADABLE, "label": "Illisible"},
            ],
        }
    ],
    "show": [{"column": "image", "as": "image"}],
}
INSTRUCTIONS = _french("""\
Dites quel chiffre a été écrit à la main.

L’image a 8 points de côté : elle est agrandie et reste floue. Regardez l’ensemble du tracé.

- Un 7 peut être barré, un 1 peut avoir un pied.
- Un 9 mal fermé ressemble à un 3, un 8 serré à un 1 : prenez le plus probable.
- Si deux chiffres vous semblent aussi probables l’un que l’autre, répondez « Illisible » : c’est \
une vraie réponse, payée comme les autres.
""")
_REASONS = {
    "business": "Étiqueter 1 797 chiffres pour entraîner et mesurer un modèle de lecture de "
    "formulaires. Démonstration : personne n’attend le résultat.",
    "social": "Pour qui découvre Canut : voir tout le chemin, du fichier aux étiquettes vérifiées "
    "et payées. Les personnes et les montants sont simulés.",
    "ethical": "Risque : un travail répétitif payé trop peu, et des gestes d’écriture réutilisés "
    "sans que leurs auteurs le sachent. Ici : tâches courtes, « Illisible » accepté et payé, pause "
    "à tout moment ; chaque image est réduite à 64 points, sans nom ni lettre.",
    "whose": "Les gestes d’écriture de 43 personnes, recueillis pour ce jeu : Optical Recognition "
    "of Handwritten Digits, E. Alpaydin et C. Kaynak (1998), UCI Machine Learning Repository, "
    "CC BY 4.0, tel que le distribue scikit-learn.",
    "consent": "inconnu",
    "paid": "inconnu",
}
AIMS = {name: _french(text) for name, text in _REASONS.items()}
