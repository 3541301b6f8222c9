"""Texts from a grammar: short reviews with their tone, some of which people read in two ways.

Written by chance from these words alone; a set has as many texts as asked for, and a seed.
"""

from typing import NamedTuple

import numpy as np

TONES = ("positif", "négatif", "neutre")
THINGS = (
    "le métier", "la soie", "le repas", "l’accueil", "la chambre", "le trajet", "le colis",
    "la réponse", "l’écran", "la visite", "le prix", "la musique", "le quai", "l’atelier",
)  # fmt: skip
GOOD = (
    "superbe", "rapide", "soigné", "chaleureux", "solide", "clair", "délicieux", "utile", "doux",
    "honnête", "lumineux", "précis",
)  # fmt: skip
BAD = (
    "décevant", "lent", "sale", "froid", "fragile", "confus", "fade", "inutile", "rude", "menteur",
    "sombre", "faux",
)  # fmt: skip
PLAIN = (
    "livré lundi", "rangé à gauche", "de couleur grise", "au deuxième étage", "pesé deux fois",
    "noté au registre", "prévu à midi", "plié en quatre",
)  # fmt: skip
BEGINS = ("Franchement,", "Bon,", "Cette fois,", "Hier,", "Comme promis,", "", "", "")
ENDS = ("à refaire", "on verra", "merci", "rien à ajouter", "", "", "")
NOT = {"positif": "négatif", "négatif": "positif"}


class Text(NamedTuple):
    """A text, its tone, and the one that many read in it instead; empty where it is plain."""

    text: str
    tone: str
    other: str = ""


def write_texts(n: int, rng: np.random.Generator) -> list[Text]:
    """Write texts: one in eight is ambiguous, one in six says a thing by its contrary."""
    return [_write(rng) for _ in range(n)]


def _write(rng: np.random.Generator) -> Text:
    tone = TONES[int(rng.integers(3))]
    thing, luck = str(rng.choice(THINGS)), rng.random()
    other = ""
    if tone == "neutre":
        said = f"{thing} est {rng.choice(PLAIN)}"
    elif luck < 0.17:
        said = f"{thing} n’est pas {rng.choice(BAD if tone == 'positif' else GOOD)}"
    else:
        said = f"{thing} est {rng.choice(GOOD if tone == 'positif' else BAD)}"
    if rng.random() < 0.125:
        if tone == "neutre":
            said += f", assez {rng.choice(GOOD)} et un peu {rng.choice(BAD)}"
            other = str(rng.choice(TONES[:2]))
        else:
            other = NOT[tone]
            swing = rng.choice(BAD if tone == "positif" else GOOD)
            said += (
                f", quoique {swing}, mais enfin {rng.choice(GOOD if tone == 'positif' else BAD)}"
            )
    begin, end = str(rng.choice(BEGINS)), str(rng.choice(ENDS))
    text = f"{begin} {said}{', ' + end if end else ''}.".strip()
    return Text(text[0].upper() + text[1:], tone, other)
