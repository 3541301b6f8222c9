"""How each kind is answered, by keys and by finger or mouse, and what is kept then.

A step is a key; ``=`` and what is typed; ``@`` and a place of the text or picture; what is pressed,
by its selector; or ``check``, the button that confirms.
"""

type Steps = list[str]

LONG = "Un métier à tisser devant une fenêtre."
NAVETTE = {
    "spans": [{"id": "1", "label": "person", "start": 3, "end": 16}],
    "relations": [],
}
RELATED = {
    "spans": [
        {"id": "1", "label": "person", "start": 3, "end": 10},
        {"id": "2", "label": "place", "start": 23, "end": 26},
    ],
    "relations": [{"from": "1", "to": "2", "label": "works_in"}],
}
PLACED = ["i", "Shift+ArrowRight"]
KEYS: dict[str, tuple[Steps, object]] = {
    "choice-single": (["2"], "chien"),
    "choice-multiple": (["2", "1", "Enter"], ["prix", "delai"]),
    "choice-hierarchical": (["1", "ArrowLeft", "2", "1"], ["plante", "arbre"]),
    "rating-scale": (["4"], 4),
    "rating-slider": (["ArrowRight", "ArrowRight", "Enter"], 52),
    "number-count": (["=12", "Enter"], 12),
    "number-reading": (["=48,25", "Enter"], 48.25),
    "date-letter": (["Escape", "ArrowRight", "ArrowLeft", "Enter"], "1899-12-30"),
    "text-short": (["=Velours & Fils", "Enter"], "Velours & Fils"),
    "text-long": ([f"={LONG}", "Control+Enter"], LONG),
    "text-transcription": (["=La navette.", "Control+Enter"], "La navette."),
    "text-translation": (["=The shuttle passes.", "Control+Enter"], "The shuttle passes."),
    "text-correction": (["Control+Enter"], "Fabriqve de soie, quai St-Clair"),
    "spans-entities": (["ArrowRight", "ArrowRight", "1", "Shift+ArrowRight", "Enter"], NAVETTE),
    "spans-relations": (
        ["ArrowRight", "ArrowRight", "1", *["ArrowRight"] * 3, "2", "p", "k", "n", "1", "Enter"],
        RELATED,
    ),
    "audio-segments": (
        ["i", "Shift+ArrowRight", "o", "ArrowRight", "Enter"],
        [{"label": "loom", "start": 0, "end": 1.1}],
    ),
    "audio-transcript": (
        ["i", "Shift+ArrowRight", "o", "p", "2", "t", "=Bonjour.", "Control+Enter"],
        [{"label": "b", "start": 0, "end": 1, "text": "Bonjour."}],
    ),
    "boxes-upright": (
        [*PLACED, "Shift+ArrowDown", "i", "Enter"],
        [{"label": "bobbin", "x": 320, "y": 210, "w": 10, "h": 10}],
    ),
    "boxes-rotated": (
        [*PLACED, "Shift+ArrowDown", "i", "e", "e", "e", "ArrowRight", "ArrowRight", "Enter"],
        [{"label": "ship", "x": 320, "y": 210, "w": 10, "h": 10, "angle": 2}],
    ),
    "polygons-outlines": (
        [*PLACED, "i", "Shift+ArrowDown", "i", "o", "Enter"],
        [{"label": "roof", "points": [[320, 210], [330, 210], [330, 220]]}],
    ),
    "keypoints-hand": (
        [*PLACED, "i", "Enter"],
        [{"label": "hand", "points": {"wrist": [320, 210, 2], "index": [330, 210, 2]}}],
    ),
    "pair-preference": (["b", "1", "Enter"], {"choice": "b", "reasons": ["truer"]}),
    "ranking-replies": (["2", "3", "ArrowUp", "Enter"], ["third", "second", "first"]),
    "chat-rate": (["4", "2", "Enter"], [{"turn": 1, "rating": 4}, {"turn": 3, "rating": 2}]),
    "chat-compare": (["e"], {"choice": "tie", "reasons": []}),
    "chat-write": ([f"={LONG}", "Control+Enter"], LONG),
}
TOUCH: dict[str, tuple[Steps, object]] = {
    "choice-single": (["[data-value=chat]"], "chat"),
    "choice-multiple": (["[data-value=accueil]", "check"], ["accueil"]),
    "choice-hierarchical": (
        ["[data-value=animal]", "[data-value=poisson]"],
        ["animal", "poisson"],
    ),
    "rating-scale": (["[data-value='2']"], 2),
    "rating-slider": ([".kd-step >> nth=1", ".kd-step >> nth=0", "check"], 50),
    "number-count": ([".kd-step >> nth=1", ".kd-step >> nth=1", "check"], 1),
    "number-reading": (["=7.5", "check"], 7.5),
    "date-letter": ([".kd-step >> nth=1", ".kd-step >> nth=0", "check"], "1899-12-30"),
    "text-short": (["=Soie", "check"], "Soie"),
    "text-long": ([f"={LONG}", "check"], LONG),
    "text-transcription": (["=La navette.", "check"], "La navette."),
    "text-translation": (["=It goes by.", "check"], "It goes by."),
    "text-correction": (["=Fabrique de soie", "check"], "Fabrique de soie"),
    "spans-entities": (["[data-value=person]", "@3", "@11", "check"], NAVETTE),
    "spans-relations": (
        [
            *("@3", "@3", "[data-value=place]", "@24", "@24", "@3"),
            *("[data-move=relate]", "@24", "check"),
        ],
        RELATED,
    ),
    "audio-segments": (
        [
            *("[data-value=voice]", "[data-move=from]", "[data-move=much-later]"),
            *("[data-move=to]", "check"),
        ],
        [{"label": "voice", "start": 0, "end": 1}],
    ),
    "audio-transcript": (
        [
            *("[data-move=from]", "[data-move=much-later]", "[data-move=to]"),
            *("=Bonsoir.", "check"),
        ],
        [{"label": "a", "start": 0, "end": 1, "text": "Bonsoir."}],
    ),
    "boxes-upright": (
        ["@0.25,0.2", "@0.5,0.4", "check"],
        [{"label": "bobbin", "x": 160, "y": 84, "w": 160, "h": 84}],
    ),
    "boxes-rotated": (
        ["@0.25,0.2", "@0.5,0.4", *3 * ["[data-do=grip]"], "[data-do='step right']", "check"],
        [{"label": "ship", "x": 160, "y": 84, "w": 160, "h": 84, "angle": 2}],
    ),
    "polygons-outlines": (
        ["@0.25,0.2", "@0.5,0.2", "@0.5,0.6", "[data-do=close]", "check"],
        [{"label": "roof", "points": [[160, 84], [320, 84], [320, 252]]}],
    ),
    "keypoints-hand": (
        ["@0.25,0.2", "[data-do=absent]", "check"],
        [{"label": "hand", "points": {"wrist": [160, 84, 2], "index": [0, 0, 0]}}],
    ),
    "pair-preference": (["[data-value=tie]", "check"], {"choice": "tie", "reasons": []}),
    "ranking-replies": (
        [".kd-rest [data-value=third]", ".kd-rest [data-value=first]", "check"],
        ["third", "first", "second"],
    ),
    "chat-rate": (
        ["[data-turn='1'] [data-value='5']", "[data-turn='3'] [data-value='1']", "check"],
        [{"turn": 1, "rating": 5}, {"turn": 3, "rating": 1}],
    ),
    "chat-compare": (["[data-value=a]"], {"choice": "a", "reasons": []}),
    "chat-write": ([f"={LONG}", "check"], LONG),
}
