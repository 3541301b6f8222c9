"""How each kind is answered by mouse, and by what the accessibility tree says of it alone.

Everywhere something is made, changed and taken back on the way, by what the page offers for that.
"""

from tests.browser.answered import LONG, RELATED, Steps

BACK = ".wb-util .quiet >> nth=0"
UNDO = ".wb-steps button >> nth=0"
REDO = ".wb-steps button >> nth=1"
FIELD = ".wb-choices :is(input, textarea)"
CANUT = "Un canut à son métier."


def typed(text: str) -> Steps:
    """Click into the field, write, write something else over it, and take that back."""
    return [FIELD, f"+{text}", "Control+a", "+Autre", "Control+z", "check"]


MOUSE: dict[str, tuple[Steps, object]] = {
    "choice-single": (["[data-value=chat]", BACK, "[data-value=chien]"], "chien"),
    "choice-multiple": (
        [*("[data-value=prix]", "[data-value=accueil]", "[data-value=prix]"), UNDO, "check"],
        ["prix", "accueil"],
    ),
    "choice-hierarchical": (
        [
            *("[data-value=plante]", ".kd-path .btn", "[data-value=animal]", "[data-value=oiseau]"),
            *(BACK, "[data-value=animal]", "[data-value=poisson]"),
        ],
        ["animal", "poisson"],
    ),
    "rating-scale": (["[data-value='2']", BACK, "[data-value='4']"], 4),
    "rating-slider": ([".kd-range", ".kd-step >> nth=1", UNDO, REDO, "check"], 51),
    "number-count": (
        [*3 * [".kd-step >> nth=1"], ".kd-step >> nth=0", "Control+z", "Control+y", "check"],
        1,
    ),
    "number-reading": (typed("48,25"), 48.25),
    "date-letter": ([*2 * [".kd-step >> nth=1"], ".kd-step >> nth=0", "check"], "1899-12-30"),
    "text-short": (typed("Soie"), "Soie"),
    "text-long": (typed(LONG), LONG),
    "text-transcription": (typed("La navette."), "La navette."),
    "text-translation": (typed("The shuttle."), "The shuttle."),
    "text-correction": (
        [FIELD, "Control+a", "+Soierie", ".wb-choices .wb-link", "Control+z", "check"],
        "Soierie",
    ),
    "spans-relations": (
        [
            *("@3", "@3", "[data-value=place]", "@24", "@24", "@3", "[data-move=relate]", "@24"),
            *(".sp-item .kd-x >> nth=1", UNDO, "check"),
        ],
        RELATED,
    ),
    "audio-transcript": (
        [
            *("[data-move=from]", "[data-move=much-later]", "[data-move=to]", ".sp-pick"),
            *("[data-value=b]", UNDO, REDO, ".au-text", "+Bonsoir.", "check"),
        ],
        [{"label": "b", "start": 0, "end": 1, "text": "Bonsoir."}],
    ),
    "pair-preference": (
        ["[data-value=a]", "[data-value='because truer']", "[data-value=b]", UNDO, "check"],
        {"choice": "a", "reasons": ["truer"]},
    ),
    "ranking-replies": (
        [
            *("[data-value=second]", "[data-value=first]", ".kd-order .kd-move >> nth=3"),
            *(UNDO, ".kd-order .kd-move >> nth=2", UNDO, REDO, "[data-value=second]", "check"),
        ],
        ["first", "third", "second"],
    ),
    "chat-rate": (
        [
            *("[data-turn='1'] [data-value='4']", "[data-turn='3'] [data-value='2']"),
            *("[data-turn='1'] [data-value='5']", UNDO, "check"),
        ],
        [{"turn": 1, "rating": 4}, {"turn": 3, "rating": 2}],
    ),
    "chat-compare": (["[data-value=a]", BACK, "[data-value=b]"], {"choice": "b", "reasons": []}),
    "chat-write": (typed(LONG), LONG),
}
"""By mouse; spans, boxes, outlines, points and segments are drawn in tests of their own."""

type Named = list[str | tuple[str, str]]
"""A name to press, one that ends in … by its beginning, one in a group after ``>``; ``on`` or
``off`` and what is chosen or not; ``hear`` and what is announced; or what is written where. """

CORNER: Named = ["Poser ici", "Pas de dix", "Loin à droite"]
BOX: Named = [*CORNER, "Loin vers le bas", "Poser ici"]
SEGMENT: Named = ["Début ici", "Une seconde plus tard…", "hear 1 s", "Fin ici"]
NAMED: dict[str, tuple[Named, object]] = {
    "choice-single": (
        ["Chat", "hear sur 8. Image à juger", "Annuler", "on Chat", "Chien", "hear sur 8."],
        "chien",
    ),
    "choice-multiple": (
        [
            *("Le prix", "on Le prix", "L’accueil", "Défaire", "off L’accueil"),
            *("hear Défait. «\u00a0Le prix\u00a0»", "Le délai", "Valider"),
        ],
        ["prix", "delai"],
    ),
    "choice-hierarchical": (
        [
            *("Plante (ouvre…", "hear Plante, ", "Quitter «\u00a0Plante\u00a0»"),
            *("hear Premier niveau, 2 choix", "Animal (ouvre…", "Oiseau"),
            *("hear sur 8.", "Annuler", "on Animal (ouvre…", "Animal (ouvre…", "on Oiseau"),
            *("Poisson", "hear sur 8."),
        ],
        ["animal", "poisson"],
    ),
    "rating-scale": (["4", "hear sur 8.", "Annuler", "on 4", "5, Tout à fait"], 5),
    "rating-slider": (
        [
            *("Plus", "hear 51", "Plus", "hear 52", "Défaire", "hear Défait. Placez le curseur."),
            *("Refaire", "hear Refait. 52", "Valider"),
        ],
        52,
    ),
    "number-count": (
        ["Un de plus", "hear 0", "Un de plus", "hear 1", "Un de moins", ("", "12"), "Valider"],
        12,
    ),
    "number-reading": ([("", "48"), ("", "48,25"), "Valider"], 48.25),
    "date-letter": (
        ["Un jour plus tard", "hear 31 décembre 1899", "Un jour plus tôt", "Valider"],
        "1899-12-30",
    ),
    "text-short": ([("", "Soi"), ("", "Soie"), "Valider"], "Soie"),
    "text-long": ([("", LONG), ("", CANUT), "Valider"], CANUT),
    "text-transcription": ([("", "La navette."), "Valider"], "La navette."),
    "text-translation": ([("", "The shuttle."), "Valider"], "The shuttle."),
    "text-correction": (
        [
            *(("", "Soierie"), "Remettre le texte de départ", "hear Le texte de départ est juste"),
            *(("", "Soie"), "Valider"),
        ],
        "Soie",
    ),
    "spans-entities": (
        [
            *("Mot à droite", "Mot à droite", "hear navette", "Personne", "Étendre à droite"),
            *(
                "Passage précédent",
                "Lieu",
                "hear Lieu",
                "Défaire",
                "hear Défait. 1 Personne",
                "Valider",
            ),
        ],
        {"spans": [{"id": "1", "label": "person", "start": 3, "end": 16}], "relations": []},
    ),
    "spans-relations": (
        [
            *("Mot à droite", "Mot à droite", "Personne", *3 * ["Mot à droite"], "Lieu"),
            *("Passage précédent", "Relier", "Passage suivant", "travaille à", "hear travaille à"),
            *("Défaire", "hear Défait.", "Refaire", "hear Refait.", "Valider"),
        ],
        RELATED,
    ),
    "audio-segments": (
        ["Voix", *SEGMENT, "Un dixième plus tôt…", "Défaire", "hear Défait. Voix", "Valider"],
        [{"label": "voice", "start": 0, "end": 1}],
    ),
    "audio-transcript": (
        [
            *(
                *SEGMENT,
                "Segment précédent",
                "Seconde voix",
                "Défaire",
                "hear Défait. Première voix",
                "Refaire",
            ),
            *(("Ce qui est dit, Seconde voix…", "Oui."), "Valider"),
        ],
        [{"label": "b", "start": 0, "end": 1, "text": "Oui."}],
    ),
    "boxes-upright": (
        [
            *(*BOX, "hear Ajouté : Bobine 1, au milieu (320, 210), 10 sur 10 pixels"),
            *("on Bobine 1…", "Loin à droite", "Défaire", "hear Défait. 1 × Bobine", "Valider"),
        ],
        [{"label": "bobbin", "x": 320, "y": 210, "w": 10, "h": 10}],
    ),
    "boxes-rotated": (
        [
            *(*BOX, "hear Ajouté : Navire 1", "Pas de dix", *3 * ["Poignée (région)"]),
            *(
                "hear Navire 1, tourné de 0°",
                "Vers la droite",
                "Vers la droite",
                "hear tourné de 2°",
                "Valider",
            ),
        ],
        [{"label": "ship", "x": 320, "y": 210, "w": 10, "h": 10, "angle": 2}],
    ),
    "polygons-outlines": (
        [
            *(*CORNER, "hear 330, 210", "Poser ici", "Loin vers le bas", "Poser ici"),
            *("Terminer", "hear Ajouté : Toit 1", "Supprimer", "hear Toit 1, supprimé."),
            *("Défaire", "hear Défait. 1 × Toit", "on Toit 1…", "Valider"),
        ],
        [{"label": "roof", "points": [[320, 210], [330, 210], [330, 220]]}],
    ),
    "keypoints-hand": (
        [
            *("Poser ici", "hear point 2 sur 2", "Pas de dix", "Loin à droite", "Caché"),
            *("hear Ajouté : Main 1", "Défaire", "hear Défait.", "Poser ici", "Valider"),
        ],
        [{"label": "hand", "points": {"wrist": [320, 210, 2], "index": [330, 210, 2]}}],
    ),
    "pair-preference": (
        [
            *("B est meilleure", "on B est meilleure", "Plus juste", "on Plus juste", "Défaire"),
            *("off Plus juste", "hear Défait. B", "Valider"),
        ],
        {"choice": "b", "reasons": []},
    ),
    "ranking-replies": (
        [
            *("Deuxième…", "hear Deuxième, 1er sur 3.", "Premier…", "hear Premier, 2e sur 3."),
            *("Monter Troisième", "hear Troisième, 2e sur 3.", "Défaire"),
            *("hear Défait. Deuxième \u203a Premier \u203a Troisième", "Valider"),
        ],
        ["second", "first", "third"],
    ),
    "chat-rate": (
        [
            *("Note du tour 2… > 4", "hear Tour 4.", "Note du tour 4… > 2"),
            *("Note du tour 2… > 5, Très utile", "Défaire", "on Note du tour 2… > 4"),
            *("hear Défait. tour 2", "Valider"),
        ],
        [{"turn": 1, "rating": 4}, {"turn": 3, "rating": 2}],
    ),
    "chat-compare": (
        ["A est meilleure", "hear sur 8.", "Annuler", "on A est meilleure", "B est meilleure"],
        {"choice": "b", "reasons": []},
    ),
    "chat-write": ([("", LONG), ("", CANUT), "Valider"], CANUT),
}
