"""Read the fields of questions and answers, and refuse one by its name, with what was seen.

A place is a path: ``choices[2].value`` is the value of a question's third choice, ``[0].x`` the x
of an answer's first shape. Lengths are looked at before contents, so that something huge is refused
before it is walked through. Numbers come out as one JSON text only: rounded, whole ones as
integers.
"""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn, cast

import rfc8785

from canut.core.errors import BadAnswer, BadQuestion

PLACES = 3
"""Decimals of pixels, degrees and seconds."""
SEEN = 80
NAMED = 20
_plain = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)
LONGEST_NAME = 200
MOST = 2**53 - 1

type Question = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class FieldPath:
    """A place in a question or in an answer.

    Args:
        is_answer: whether it is an answer that is read.
        path: where; empty for the whole.
    """

    is_answer: bool
    path: str = ""

    def of(self, name: str | int) -> "FieldPath":
        """Go to a field, or to a place in a list."""
        if isinstance(name, int):
            return FieldPath(self.is_answer, f"{self.path}[{name}]")
        return FieldPath(self.is_answer, f"{self.path}.{name}" if self.path else name)

    def refuse(self, seen: object, expected: str, why: str = "malformed") -> NoReturn:
        """Refuse what is here.

        Args:
            seen: what is here; a long one is cut.
            expected: what would be taken, in words.
            why: ``malformed``, ``range``, ``number`` (of things), ``twice``, ``unknown``.

        Raises:
            BadAnswer: an answer is read.
            BadQuestion: a question is read.
        """
        shown = _shown(seen)
        if self.is_answer:
            where = f"the answer's {self.path}" if self.path else "the answer"
            raise BadAnswer(
                f"{where} is {shown}; expected {expected}",
                code="answer-field",
                field=self.path,
                seen=shown,
                why=why,
            )
        raise BadQuestion(
            f"the question's {self.path or 'text'} is {shown}; expected {expected}",
            code="question-field",
            field=self.path,
            seen=shown,
            why=why,
        )

    def mapping(
        self, seen: object, needed: Sequence[str], allowed: Sequence[str] = ()
    ) -> Mapping[str, object]:
        """Take an object with all fields needed, and no others than those allowed."""
        if not isinstance(seen, dict):
            self.refuse(seen, f"an object with {', '.join(needed)}")
        said = cast("dict[object, object]", seen)
        known = {*needed, *allowed}
        if len(said) > len(known) or not known.issuperset(said):
            other = next(name for name in said if name not in known)
            self.of(str(other)[:SEEN]).refuse(
                said[other], f"one of the fields {', '.join(sorted(known))}", "unknown"
            )
        for name in needed:
            if name not in said:
                self.of(name).refuse(None, "a value: this field must be there", "missing")
        return cast("Mapping[str, object]", said)

    def items(self, seen: object, least: int, most: int) -> Sequence[object]:
        """Take a list with a number of items in bounds."""
        if not isinstance(seen, (list, tuple)):
            self.refuse(seen, "a list")
        said = cast("Sequence[object]", seen)
        if not least <= len(said) <= most:
            self.refuse(f"a list of {len(said)}", f"{least} to {most} of them", "number")
        return said

    def text(self, seen: object, most: int = LONGEST_NAME, least: int = 1) -> str:
        """Take a text that any database and any JSON can hold, its length in bounds."""
        if not isinstance(seen, str):
            self.refuse(seen, "a text")
        if not least <= len(seen) <= most:
            self.refuse(f"{len(seen)} characters long", f"{least} to {most} characters", "range")
        if bad := next((c for c in seen if is_unwritable(c)), None):
            self.refuse(f"a text with {bad!r}", "characters that can be written")
        return seen

    def name(self, seen: object, most: int = LONGEST_NAME) -> str:
        """Take a text that is not only blanks."""
        said = self.text(seen, most)
        if not said.strip():
            self.refuse(said, "a text that is not empty")
        return said

    def flag(self, seen: object) -> bool:
        """Take true or false."""
        if not isinstance(seen, bool):
            self.refuse(seen, "true or false")
        return seen

    def number(
        self, seen: object, least: float = -MOST, most: float = MOST, places: int = PLACES
    ) -> float:
        """Take a finite number in bounds, rounded to so many decimals."""
        if isinstance(seen, bool) or not isinstance(seen, (int, float)):
            self.refuse(seen, "a number")
        if not least <= seen <= most:
            self.refuse(seen, f"a number from {tidy(least)} to {tidy(most)}", "range")
        return tidy(seen, places)

    def whole(self, seen: object, least: int = -MOST, most: int = MOST) -> int:
        """Take a whole number in bounds; 3.0 is one."""
        said = self.number(seen, least, most, 9)
        if not isinstance(said, int):
            self.refuse(seen, "a whole number")
        return said

    def one_of(self, seen: object, known: Sequence[str]) -> str:
        """Take one of the words known."""
        if not isinstance(seen, str) or seen not in known:
            shown = ", ".join(known[:NAMED]) + (" …" if len(known) > NAMED else "")
            self.refuse(seen, f"one of {shown}", "unknown")
        return seen


QUESTION = FieldPath(is_answer=False)
ANSWER = FieldPath(is_answer=True)


def tidy(number: float, places: int = PLACES) -> float:
    """Round to so many decimals; write whole numbers as integers, and -0 as 0.

    Example:
        >>> tidy(12.00004), tidy(-0.0), tidy(1 / 3)
        (12, 0, 0.333)
    """
    if isinstance(number, int):
        return number
    kept = round(number, places)
    return int(kept) if kept.is_integer() else kept


def is_unwritable(character: str) -> bool:
    """Say whether a character is a control or half a pair, other than tab and line end."""
    return unicodedata.category(character) in {"Cc", "Cs"} and character not in "\t\n\r"


def canonical_json(value: object) -> str:
    """Write a checked answer, or the answers of a task by question, as its one text.

    Raises:
        ValueError: it was not checked, and holds what JSON has no word for.

    Source:
        RFC 8785, JSON Canonicalization Scheme; fractions are short here, and so have one text.

    Example:
        >>> canonical_json({"b": 0.5, "a": [1, "é"]})
        '{"a":[1,"é"],"b":0.5}'
    """
    if _is_plain(value):
        return _plain.encode(value)
    return rfc8785.dumps(cast("str", value)).decode()


def _is_plain(value: object) -> bool:
    """Say whether the standard library writes it the same way, in a tenth of the time.

    It does without fractions, and where no key goes beyond ASCII: their order is then the same by
    any encoding.
    """
    kind = type(value)
    if kind is str:
        return True
    if kind is dict:
        inner = cast("dict[object, object]", value)
        return all(type(key) is str and key.isascii() for key in inner) and all(
            map(_is_plain, inner.values())
        )
    if kind is list:
        return all(map(_is_plain, cast("list[object]", value)))
    return value is None or kind is bool or (kind is int and abs(cast("int", value)) <= MOST)


def named(at: FieldPath, seen: object, least: int, most: int) -> list[dict[str, str]]:
    """Take a list of things to choose from, each with a value of its own and a label.

    A plain text stands for a value that is its own label.
    """
    normal: list[dict[str, str]] = []
    for number, given in enumerate(at.items(seen, least, most)):
        here = at.of(number)
        one = {"value": given} if isinstance(given, str) else given
        said = here.mapping(one, ["value"], ["label"])
        value = here.of("value").name(said["value"])
        label = here.of("label").text(said.get("label", value), least=0)
        if any(value == before["value"] for before in normal):
            here.of("value").refuse(value, "each value once", "twice")
        normal.append({"value": value, "label": label or value})
    return normal


def values_in(question: Question, field: str) -> list[str]:
    """Return the values of a list of things to choose from, in the question's order."""
    return [one["value"] for one in cast("list[dict[str, str]]", question.get(field, []))]


def limits(question: Question, most: int) -> tuple[int, int]:
    """Take the least and the most of what may be given, from 0 to ``most``."""
    least = QUESTION.of("least").whole(question.get("least", 0), 0, most)
    return least, QUESTION.of("most").whole(question.get("most", most), max(least, 1), most)


def column_in(question: Question, field: str = "column", *, needed: bool = False) -> dict[str, str]:
    """Take the name of a column, as a field or nothing."""
    if field not in question and not needed:
        return {}
    return {field: QUESTION.of(field).name(question.get(field))}


def number_of(question: Question, field: str) -> float:
    """Return a number of a checked question."""
    return cast("float", question[field])


def _shown(seen: object) -> str:
    """Write what was seen, never more than a line of it."""
    if isinstance(seen, int) and abs(seen) > MOST:
        return "a number beyond 2^53"
    if isinstance(seen, str):
        return seen if len(seen) <= SEEN else f"{seen[:SEEN]}…"
    if isinstance(seen, float) or seen is None or isinstance(seen, (bool, int)):
        return "missing" if seen is None else repr(seen)
    size = len(cast("Sequence[object]", seen)) if isinstance(seen, (list, tuple, dict)) else 0
    return f"{type(seen).__name__} of {size}"
