"""Parse the fields of questions and answers; errors name the field and its value.

A path looks like ``choices[2].value`` (the value of a question's third choice) or ``[0].x`` (the x
of an answer's first shape). Lengths are checked before contents, so that huge input is refused
early. Numbers have one JSON text only: rounded, and integers if whole.
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
class QuestionPath:
    """The path of a field in a question or in an answer.

    Args:
        is_answer: whether it is an answer that is read.
        path: where; empty for the whole.
    """

    is_answer: bool
    path: str = ""

    def of(self, name: str | int) -> "QuestionPath":
        """Return the path of a field, or of an index in a list."""
        if isinstance(name, int):
            return QuestionPath(self.is_answer, f"{self.path}[{name}]")
        return QuestionPath(self.is_answer, f"{self.path}.{name}" if self.path else name)

    def refuse(self, value: object, expected: str, why: str = "malformed") -> NoReturn:
        """Raise an error about the value at this path.

        Args:
            value: the value; a long one is cut.
            expected: description of valid values.
            why: ``malformed``, ``range``, ``number`` (of items), ``twice``, ``unknown``.

        Raises:
            BadAnswer: an answer is read.
            BadQuestion: a question is read.
        """
        excerpt = _shown(value)
        if self.is_answer:
            where = f"the answer's {self.path}" if self.path else "the answer"
            raise BadAnswer(
                f"{where} is {excerpt}; expected {expected}",
                code="answer-field",
                field=self.path,
                seen=excerpt,
                why=why,
            )
        raise BadQuestion(
            f"the question's {self.path or 'text'} is {excerpt}; expected {expected}",
            code="question-field",
            field=self.path,
            seen=excerpt,
            why=why,
        )

    def mapping(
        self, value: object, needed: Sequence[str], allowed: Sequence[str] = ()
    ) -> Mapping[str, object]:
        """Return an object that has all needed fields, and no others than those allowed."""
        if not isinstance(value, dict):
            self.refuse(value, f"an object with {', '.join(needed)}")
        fields = cast("dict[object, object]", value)
        names = {*needed, *allowed}
        if len(fields) > len(names) or not names.issuperset(fields):
            unknown = next(name for name in fields if name not in names)
            self.of(str(unknown)[:SEEN]).refuse(
                fields[unknown], f"one of the fields {', '.join(sorted(names))}", "unknown"
            )
        for name in needed:
            if name not in fields:
                self.of(name).refuse(None, "a value: this field must be there", "missing")
        return cast("Mapping[str, object]", fields)

    def items(self, value: object, least: int, most: int) -> Sequence[object]:
        """Return a list whose length is in bounds."""
        if not isinstance(value, (list, tuple)):
            self.refuse(value, "a list")
        items = cast("Sequence[object]", value)
        if not least <= len(items) <= most:
            self.refuse(f"a list of {len(items)}", f"{least} to {most} of them", "number")
        return items

    def text(self, value: object, most: int = LONGEST_NAME, least: int = 1) -> str:
        """Return a text without unwritable characters, its length in bounds."""
        if not isinstance(value, str):
            self.refuse(value, "a text")
        if not least <= len(value) <= most:
            self.refuse(f"{len(value)} characters long", f"{least} to {most} characters", "range")
        if bad := next((c for c in value if is_unwritable(c)), None):
            self.refuse(f"a text with {bad!r}", "characters that can be written")
        return value

    def name(self, value: object, most: int = LONGEST_NAME) -> str:
        """Return a text that is not blank."""
        text = self.text(value, most)
        if not text.strip():
            self.refuse(text, "a text that is not empty")
        return text

    def flag(self, value: object) -> bool:
        """Return true or false."""
        if not isinstance(value, bool):
            self.refuse(value, "true or false")
        return value

    def number(
        self, value: object, least: float = -MOST, most: float = MOST, places: int = PLACES
    ) -> float:
        """Return a finite number in bounds, rounded to this many decimals."""
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self.refuse(value, "a number")
        if not least <= value <= most:
            self.refuse(value, f"a number from {tidy(least)} to {tidy(most)}", "range")
        return tidy(value, places)

    def whole(self, value: object, least: int = -MOST, most: int = MOST) -> int:
        """Return a whole number in bounds; 3.0 is accepted."""
        number = self.number(value, least, most, 9)
        if not isinstance(number, int):
            self.refuse(value, "a whole number")
        return number

    def one_of(self, value: object, allowed: Sequence[str]) -> str:
        """Return one of the allowed words."""
        if not isinstance(value, str) or value not in allowed:
            excerpt = ", ".join(allowed[:NAMED]) + (" …" if len(allowed) > NAMED else "")
            self.refuse(value, f"one of {excerpt}", "unknown")
        return value


QUESTION = QuestionPath(is_answer=False)
ANSWER = QuestionPath(is_answer=True)


def tidy(number: float, places: int = PLACES) -> float:
    """Round to this many decimals; turn whole numbers into integers, and -0 into 0.

    Example:
        >>> tidy(12.00004), tidy(-0.0), tidy(1 / 3)
        (12, 0, 0.333)
    """
    if isinstance(number, int):
        return number
    rounded = round(number, places)
    return int(rounded) if rounded.is_integer() else rounded


def is_unwritable(character: str) -> bool:
    """Return whether a character is a surrogate or control, except tab and line end."""
    return unicodedata.category(character) in {"Cc", "Cs"} and character not in "\t\n\r"


def canonical_json(value: object) -> str:
    """Encode a checked answer, or a task's answers by question, as one text.

    Raises:
        ValueError: the value is not checked, and has no JSON form.

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
    """Return whether the standard library writes the value identically, and faster.

    It does for values without fractions and with ASCII keys, whose order is the same in any
    encoding.
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


def named(at: QuestionPath, entries: object, least: int, most: int) -> list[dict[str, str]]:
    """Return a checked list of options, each with a unique value and a label.

    A plain text stands for a value that is its own label.
    """
    normal: list[dict[str, str]] = []
    for number, entry in enumerate(at.items(entries, least, most)):
        here = at.of(number)
        item = {"value": entry} if isinstance(entry, str) else entry
        fields = here.mapping(item, ["value"], ["label"])
        value = here.of("value").name(fields["value"])
        label = here.of("label").text(fields.get("label", value), least=0)
        if any(value == before["value"] for before in normal):
            here.of("value").refuse(value, "each value once", "twice")
        normal.append({"value": value, "label": label or value})
    return normal


def values_in(question: Question, field: str) -> list[str]:
    """Return the values of a list of options, in the question's order."""
    return [option["value"] for option in cast("list[dict[str, str]]", question.get(field, []))]


def limits(question: Question, most: int) -> tuple[int, int]:
    """Return the checked least and most number of items, from 0 to ``most``."""
    least = QUESTION.of("least").whole(question.get("least", 0), 0, most)
    return least, QUESTION.of("most").whole(question.get("most", most), max(least, 1), most)


def column_in(question: Question, field: str = "column", *, needed: bool = False) -> dict[str, str]:
    """Return the checked name of a column as a field, or an empty mapping."""
    if field not in question and not needed:
        return {}
    return {field: QUESTION.of(field).name(question.get(field))}


def number_of(question: Question, field: str) -> float:
    """Return a number of a checked question."""
    return cast("float", question[field])


def _shown(value: object) -> str:
    """Format a value for an error, on one short line."""
    if isinstance(value, int) and abs(value) > MOST:
        return "a number beyond 2^53"
    if isinstance(value, str):
        return value if len(value) <= SEEN else f"{value[:SEEN]}…"
    if isinstance(value, float) or value is None or isinstance(value, (bool, int)):
        return "missing" if value is None else repr(value)
    size = len(cast("Sequence[object]", value)) if isinstance(value, (list, tuple, dict)) else 0
    return f"{type(value).__name__} of {size}"
