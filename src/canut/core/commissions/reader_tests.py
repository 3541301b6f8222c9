"""Decide who understood a text, whether it passed, and what such a small test can tell.

Each reader answers three questions: a fact of the text, what it means for somebody, and what is not
known. Who has two right understood it. Five readers are asked, and four must have understood; for
texts about decisions on people ten are asked, and eight must.
"""

from collections.abc import Sequence
from math import comb
from typing import NamedTuple

from canut.core.errors import BadInput, Incomplete

QUESTIONS = ("fact", "so_what", "not_known")
RIGHT_LEAST = 2
READERS, READERS_OF_DECISIONS = 5, 10
PASS_PARTS = (4, 5)
FEWEST_OPTIONS, MOST_OPTIONS = 2, 6
LONGEST_QUESTION, LONGEST_OPTION, LONGEST_ANSWER, LONGEST_TEXT = 300, 200, 600, 6000
MARKERS = 2
CHANCES = (0.5, 0.7, 0.9)
"""Chances that one reader understands, for which the power is told."""


class ReaderQuestion(NamedTuple):
    """One question with its options; without options, two people mark the answer.

    Args:
        ask: what is asked.
        options: what can be chosen; empty for an answer in words.
        key: position of the right option, from 0; None for an answer in words.
    """

    ask: str
    options: tuple[str, ...] = ()
    key: int | None = None


def check_questions(questions: Sequence[ReaderQuestion]) -> None:
    """Check that there are three questions that can be answered and marked.

    Raises:
        Incomplete: ``reader-questions``: not three, or one has no words.
        BadInput: ``reader-options``: options or their key do not fit.
    """
    if len(questions) != len(QUESTIONS) or any(not each.ask.strip() for each in questions):
        raise Incomplete(
            "write three questions: a fact, what it means, what is not known",
            code="reader-questions",
            field="questions",
        )
    for name, each in zip(QUESTIONS, questions, strict=True):
        options, key = each.options, each.key
        is_open = not options and key is None
        is_closed = (
            FEWEST_OPTIONS <= len(options) <= MOST_OPTIONS
            and len(set(options)) == len(options)
            and key is not None
            and 0 <= key < len(options)
        )
        if not (is_open or is_closed) or len(each.ask) > LONGEST_QUESTION:
            raise BadInput(
                f"question {name} has {len(options)} options and the key {key}; give"
                f" {FEWEST_OPTIONS} to {MOST_OPTIONS} different options and the right one, or none",
                code="reader-options",
                field=name,
                least=FEWEST_OPTIONS,
                most=MOST_OPTIONS,
            )


def readers_asked(*, is_about_people: bool) -> int:
    """Return how many readers are asked: five, or ten where a text decides about people."""
    return READERS_OF_DECISIONS if is_about_people else READERS


def readers_to_pass(asked: int) -> int:
    """Return how many of the readers must have understood.

    Example:
        >>> readers_to_pass(5), readers_to_pass(10)
        (4, 8)
    """
    part, whole = PASS_PARTS
    return -(-asked * part // whole)


def has_understood(right: Sequence[bool]) -> bool:
    """Return whether a reader with these answers understood the text.

    Example:
        >>> has_understood([True, False, True]), has_understood([True, False, False])
        (True, False)
    """
    return sum(right) >= RIGHT_LEAST


def settle_marks(marks: Sequence[bool]) -> bool | None:
    """Return whether an answer in words is right; None while marks are missing.

    Two people mark it; a third decides where they differ.

    Example:
        >>> settle_marks([True, True]), settle_marks([True, False])
        (True, None)
        >>> settle_marks([True, False, False])
        False
    """
    if len(marks) < MARKERS or (len(marks) == MARKERS and marks[0] != marks[1]):
        return None
    return sum(marks) * 2 > len(marks)


def chance_to_pass(readers: int, chance: float) -> float:
    """Return how likely a text passes, if each reader understands it with some chance.

    Args:
        readers: number of people asked.
        chance: that one of them understands, from 0 to 1.

    Raises:
        BadInput: the chance is none.

    Example:
        >>> [round(100 * chance_to_pass(5, chance)) for chance in CHANCES]
        [19, 53, 92]
        >>> [round(100 * chance_to_pass(10, chance)) for chance in CHANCES]
        [5, 38, 93]
    """
    if not 0 <= chance <= 1:
        raise BadInput(f"chance is {chance}; it must be between 0 and 1")
    return sum(
        comb(readers, count) * chance**count * (1 - chance) ** (readers - count)
        for count in range(readers_to_pass(readers), readers + 1)
    )
