"""Score answers to the items of a lesson, and read numbers as people write them."""

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction

from canut.core.lessons.lesson import Item, ItemKind, Lesson
from canut.core.outside_text import LARGEST, read_decimal

_SPACES = re.compile(r"[\s\u00a0\u202f'’]")
_DECORATION = re.compile(r"^\$|(?:\$|%|\u20ac|CAD)$")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
MOST_LONG = 40


def read_number(text: str) -> Fraction | None:
    """Read a number written as ``9,99``, ``9.99``, ``9,99 $``, ``3 600`` or ``3,600.5``.

    Example:
        >>> read_number("9,99 $")
        Fraction(999, 100)

    Returns:
        None where the text is no number.
    """
    tidy = _DECORATION.sub("", _SPACES.sub("", text[:MOST_LONG])).replace("−", "-")
    if _GROUPED.fullmatch(tidy.lstrip("-")) and (tidy.count(",") > 1 or "." in tidy):
        tidy = tidy.replace(",", "")
    number = read_decimal(tidy.replace(",", "."), LARGEST)
    return None if number is None else Fraction(number)


def score_item(item: Item, answer: Sequence[str]) -> Fraction:
    """Return the score of an answer to a marked item, from 0 to 1.

    Args:
        item: an item with a key.
        answer: ``one``: the id; ``several`` and ``find``: the ids chosen; ``order``: all ids in
            order; ``match``: for each left id, in order, the right one; ``number``: the text.
    """
    if not answer:
        return Fraction(0)
    if item.kind is ItemKind.NUMBER:
        return Fraction(int(_is_right_number(item, answer[0])))
    if item.kind is ItemKind.ONE:
        return Fraction(int(tuple(answer) == item.key))
    if item.kind in {ItemKind.SEVERAL, ItemKind.FIND}:
        chosen, key = set(answer), set(item.key)
        return Fraction(max(0, len(chosen & key) - len(chosen - key)), len(key))
    expected = match_key(item) if item.kind is ItemKind.MATCH else item.key
    right = sum(
        1 for chosen_id, right_id in zip(answer, expected, strict=False) if chosen_id == right_id
    )
    return Fraction(right, len(expected))


def match_key(item: Item) -> tuple[str, ...]:
    """Return the right ids of a match, in the order of the left ones."""
    pairs = item.pairs or {}
    return tuple(pairs[left] for left in item.left)


def right_answer(item: Item) -> tuple[str, ...]:
    """Return the answer that has the full score."""
    if item.kind is ItemKind.NUMBER:
        return (plain_number(item.number or Fraction(0)),)
    return match_key(item) if item.kind is ItemKind.MATCH else item.key


def plain_number(value: Fraction) -> str:
    """Return a number as decimal text with a point, such as ``97.6``."""
    return f"{float(value):.6f}".rstrip("0").rstrip(".")


def _is_right_number(item: Item, text: str) -> bool:
    """Return whether a text is the key, or the exact value, within what is allowed.

    Numbers with a comma followed by three digits are read both as thousands and as decimals.
    """
    readings = {read_number(text)}
    tidy = _SPACES.sub("", text)
    if _GROUPED.fullmatch(tidy):
        readings.add(read_number(tidy.replace(",", "")))
    key = item.number if item.number is not None else Fraction(0)
    return any(number is not None and abs(number - key) <= item.within for number in readings)


def auto_score(lesson: Lesson, answers: Mapping[str, Sequence[str]]) -> Fraction:
    """Return the share of the points of all marked items, from 0 to 1; a missing answer is 0."""
    marked = [item for item in lesson.items if item.is_marked]
    points = sum((score_item(item, answers.get(item.id, ())) for item in marked), Fraction(0))
    return points / len(marked)
