"""Decide what a text question is: a few words, many, or what was heard, read or translated.

A short text is one line. Texts are kept in Unicode's composed form (NFC), so that two that look the
same are the same; blanks at both ends are dropped, and line ends are line feeds.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import cast

import numpy as np

from canut.core.arrays import Codes
from canut.core.kinds.shared.fields import ANSWER, QUESTION, FieldPath, column_in, number_of
from canut.core.kinds.shared.merging import medoid, normalised_votes
from canut.core.kinds.shared.trades import ANNOTATING, TRANSCRIBING, VERIFYING, Trade
from canut.core.quality.merging.text import edits

LONGEST = {"short": 200, "long": 20_000}
MOST_CHARACTERS = 20_000
LONGEST_LANGUAGE = 35
TRADES = {
    "short": ANNOTATING,
    "long": ANNOTATING,
    "transcription": TRANSCRIBING,
    "translation": TRANSCRIBING,
    "correction": VERIFYING,
}
MODES = tuple(TRADES)

QUESTION_SHAPE: Mapping[str, object] = {
    "mode": {"enum": list(MODES)},
    "least": {"type": "integer", "minimum": 0, "maximum": MOST_CHARACTERS},
    "most": {"type": "integer", "minimum": 1, "maximum": MOST_CHARACTERS},
    "column": {"type": "string"},
    "language": {"type": "string", "maxLength": LONGEST_LANGUAGE},
}
ANSWER_SHAPE: Mapping[str, object] = {"type": "string", "maxLength": MOST_CHARACTERS}

type Question = Mapping[str, object]


def trade(question: Question) -> Trade:
    """Return what this work is."""
    return TRADES[str(question.get("mode", "short"))]


def check_question(question: Question) -> dict[str, object]:
    """Return the question in normal form: a short text of one character or more.

    ``column`` names what is written down, translated or corrected; a correction needs it, for its
    text is what one begins with. ``language`` is the language to write in, as a BCP 47 tag.

    Raises:
        BadQuestion: a field is malformed, or a correction names no column.
    """
    mode = QUESTION.of("mode").one_of(question.get("mode", "short"), MODES)
    longest = LONGEST.get(mode, MOST_CHARACTERS)
    least = QUESTION.of("least").whole(question.get("least", 1), 0, longest)
    most = QUESTION.of("most").whole(question.get("most", longest), max(least, 1), longest)
    normal: dict[str, object] = {"mode": mode, "least": least, "most": most}
    normal |= column_in(question, needed=mode == "correction")
    if "language" in question:
        at = QUESTION.of("language")
        tag = at.name(question["language"], LONGEST_LANGUAGE)
        if not all(part.isascii() and part.isalnum() for part in tag.split("-")):
            at.refuse(tag, "a language tag such as fr or fr-CA")
        normal["language"] = tag
    return normal


def check_answer(question: Question, value: object) -> str:
    """Return an answer in normal form: composed characters, no blanks at the ends.

    Raises:
        BadAnswer: no text, too short or too long, several lines where one is asked for, or with
            characters that cannot be written.
    """
    least, most = int(number_of(question, "least")), int(number_of(question, "most"))
    return composed(ANSWER, value, least, most, is_line=question["mode"] == "short")


def composed(at: FieldPath, value: object, least: int, most: int, *, is_line: bool = False) -> str:
    """Take a text in composed characters, its length in bounds once blanks at the ends are gone."""
    said = at.text(value, 4 * most, 0).replace("\r\n", "\n").replace("\r", "\n")
    kept = unicodedata.normalize("NFC", said).strip()
    if is_line and "\n" in kept:
        at.refuse("several lines", "one line")
    return at.text(kept, most, least)


def label_of(question: Question, value: object) -> str:
    """Write an answer as one text: itself."""
    return check_answer(question, value)


def value_of(question: Question, label: str) -> str:
    """Read an answer back from that text.

    Raises:
        BadAnswer: the text is no answer to this question.
    """
    return check_answer(question, label)


def distance(question: Question, one: object, other: object) -> float:
    """Return how far apart two texts are, by the characters changed, added and left out."""
    return texts_apart(check_answer(question, one), check_answer(question, other))


def texts_apart(one: str, other: str) -> float:
    """Return 2e / (lengths + e), e the fewest edits from one text to the other.

    Source:
        Li and Liu (2007), https://doi.org/10.1109/TPAMI.2007.1078: it is a metric; e divided by
        the longer length is none.

    Example:
        >>> texts_apart("soie", "soies")
        0.2
    """
    if one == other:
        return 0.0
    changed = edits(_codes(one), _codes(other))
    return 2 * changed / (len(one) + len(other) + changed)


def _codes(text: str) -> Codes:
    return np.frombuffer(text.encode("utf-32-le"), dtype="<u4").astype(np.int32)


def merge(
    question: Question, values: Sequence[object], weights: Sequence[float] | None = None
) -> str:
    """Return the text nearest the others: one that somebody wrote.

    A text composed of all, word by word, is made over a whole project (``quality.text.rover``).

    Raises:
        BadInput: no answer, or not one weight for each.
    """
    given, shares, _ = normalised_votes(
        values, weights, lambda value: check_answer(question, value)
    )
    answers = cast("list[str]", given)
    return answers[medoid(len(answers), lambda a, b: texts_apart(answers[a], answers[b]), shares)]
