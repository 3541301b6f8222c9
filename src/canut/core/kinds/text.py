"""Text questions: a few words, long texts, transcriptions, translations, corrections.

A short text is one line. Texts are stored in Unicode's composed form (NFC), so that texts that look
equal are equal; they are trimmed, and line ends are line feeds.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import cast

import numpy as np

from canut.core.arrays import Codes
from canut.core.kinds.shared.fields import ANSWER, QUESTION, QuestionPath, column_in, number_of
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
AGREES_WITHIN = 0.2
"""Answers agree within this distance: about one character in ten differs."""

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
    """Return the trade of this work."""
    return TRADES[str(question.get("mode", "short"))]


def check_question(question: Question) -> dict[str, object]:
    """Return the question in normal form; by default a short text, not empty.

    ``column`` names the text to transcribe, translate or correct; a correction starts from it and
    needs it. ``language`` is the language to write in, as a BCP 47 tag.

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
        if not all(subtag.isascii() and subtag.isalnum() for subtag in tag.split("-")):
            at.refuse(tag, "a language tag such as fr or fr-CA")
        normal["language"] = tag
    return normal


def check_answer(question: Question, value: object) -> str:
    """Return an answer in normal form: composed characters, trimmed.

    Raises:
        BadAnswer: no text, too short or too long, several lines where one is asked for, or with
            characters that cannot be written.
    """
    least, most = int(number_of(question, "least")), int(number_of(question, "most"))
    return composed(ANSWER, value, least, most, is_line=question["mode"] == "short")


def composed(
    at: QuestionPath, value: object, least: int, most: int, *, is_line: bool = False
) -> str:
    """Return a text in composed characters, trimmed, its length in bounds."""
    text = at.text(value, 4 * most, 0).replace("\r\n", "\n").replace("\r", "\n")
    normal = unicodedata.normalize("NFC", text).strip()
    if is_line and "\n" in normal:
        at.refuse("several lines", "one line")
    return at.text(normal, most, least)


def label_of(question: Question, value: object) -> str:
    """Return the text of an answer: itself."""
    return check_answer(question, value)


def value_of(question: Question, label: str) -> str:
    """Decode an answer from that text.

    Raises:
        BadAnswer: the text is no answer to this question.
    """
    return check_answer(question, label)


def distance(question: Question, first: object, second: object) -> float:
    """Return the distance of two texts, 0 to 1, from their edit distance in characters."""
    return texts_apart(check_answer(question, first), check_answer(question, second))


def texts_apart(first: str, second: str) -> float:
    """Return 2e / (lengths + e), 0 to 1, where e is the edit distance in characters.

    Source:
        Li and Liu (2007), https://doi.org/10.1109/TPAMI.2007.1078: it is a metric; e divided by
        the longer length is not.

    Example:
        >>> texts_apart("soie", "soies")
        0.2
    """
    if first == second:
        return 0.0
    changed = edits(_codes(first), _codes(second))
    return 2 * changed / (len(first) + len(second) + changed)


def _codes(text: str) -> Codes:
    return np.frombuffer(text.encode("utf-32-le"), dtype="<u4").astype(np.int32)


def merge(
    question: Question, values: Sequence[object], weights: Sequence[float] | None = None
) -> str:
    """Return the text nearest to the others.

    A text composed of all, word by word, needs a whole project (``quality.merging.text.rover``).

    Raises:
        BadInput: no answer, or not one weight for each.
    """
    normal, shares, _ = normalised_votes(
        values, weights, lambda value: check_answer(question, value)
    )
    answers = cast("list[str]", normal)
    return answers[medoid(len(answers), lambda a, b: texts_apart(answers[a], answers[b]), shares)]
