"""How each kind is answered, and begun, where nothing may be lost of either.

``make test-all`` drives a few of them, a build server and ``make test-browser`` all.
"""

from typing import NamedTuple

from tests.browser.answered import KEYS, LONG
from tests.conftest import is_on_build_server


class Way(NamedTuple):
    """How a kind is answered by keyboard: keys, or ``=`` and what is typed; ``{n}`` counts."""

    steps: list[str]
    answer: object
    begun: list[str]
    shows: str
    ends: tuple[str, ...] = ()
    """What makes an answer of what was begun; none where the button that confirms does."""


SET = "[aria-pressed=true]"


def as_keyed(name: str, begun: list[str], shows: str, ends: tuple[str, ...] = ()) -> Way:
    """Answer as where each kind is answered by keyboard."""
    steps, answer = KEYS[name]
    return Way(steps, answer, begun, shows, ends)


WORD = ["ArrowRight", "ArrowRight", "1"]
BOX = ["i", "Shift+ArrowRight", "Shift+ArrowDown", "i"]
CORNERS = ["i", "Shift+ArrowRight", "i", "Shift+ArrowDown"]
WAYS = {
    "choice-multiple": Way(["1", "2", "Enter"], ["prix", "delai"], ["2"], SET),
    "text-short": Way(["=Soie {n}", "Enter"], "Soie {n}", ["=Velours"], "input"),
    "rating-scale": Way(["4"], 4, [], ""),
    "number-count": Way(["={n}", "Enter"], "{n}", ["=7"], "input"),
    "choice-single": as_keyed("choice-single", [], ""),
    "choice-hierarchical": as_keyed("choice-hierarchical", ["2"], ".kd-path", ("1",)),
    "rating-slider": as_keyed("rating-slider", ["ArrowRight"], ".kd-now:not(.none)"),
    "number-reading": as_keyed("number-reading", ["=4,5"], "input"),
    "date-letter": as_keyed("date-letter", ["Escape", "ArrowRight"], "input"),
    "text-long": as_keyed("text-long", [f"={LONG}"], "textarea"),
    "text-transcription": as_keyed("text-transcription", ["=La nav"], "textarea"),
    "text-translation": as_keyed("text-translation", ["=The shut"], "textarea"),
    "text-correction": Way(
        ["Control+a", "=Fabrique {n}", "Control+Enter"],
        "Fabrique {n}",
        ["Control+a", "=Fabri"],
        "textarea",
    ),
    "spans-entities": as_keyed("spans-entities", WORD, ".sp-item"),
    "spans-relations": as_keyed("spans-relations", WORD, ".sp-item"),
    "audio-segments": as_keyed("audio-segments", ["i", "Shift+ArrowRight", "o"], ".au-item"),
    "audio-transcript": as_keyed(
        "audio-transcript",
        ["i", "Shift+ArrowRight", "o"],
        ".au-item",
        ("n", "t", "=Bonjour.", "Control+Enter"),
    ),
    "boxes-upright": as_keyed("boxes-upright", BOX, ".rg-list li"),
    "boxes-rotated": as_keyed("boxes-rotated", BOX, ".rg-list li"),
    "polygons-outlines": as_keyed(
        "polygons-outlines", [*CORNERS, "i"], ".rg-open", ("Enter", "Enter")
    ),
    "keypoints-hand": as_keyed(
        "keypoints-hand", ["i"], ".rg-open", ("Shift+ArrowRight", "i", "Enter")
    ),
    "pair-preference": as_keyed("pair-preference", ["b"], SET),
    "ranking-replies": as_keyed("ranking-replies", ["2"], ".kd-order .kd-row", ("1", "3", "Enter")),
    "chat-rate": as_keyed("chat-rate", ["4"], SET, ("2", "Enter")),
    "chat-compare": as_keyed("chat-compare", [], ""),
    "chat-write": as_keyed("chat-write", [f"={LONG}"], "textarea"),
}
FIRST = ("choice-multiple", "text-short", "rating-scale", "boxes-upright")
"""What ``make test-all`` drives."""
DRIVEN = [name for name in WAYS if is_on_build_server() or name in FIRST]
"""What this run drives."""
BEGUN = [name for name in DRIVEN if WAYS[name].begun]
