"""Read the messages of scripts as ``frontend/src/i18n/icu.ts`` does: a part of ICU's form.

``{name}`` is a fact; ``{n, plural, =0 {none} one {# task} other {# tasks}}`` chooses by a number,
``selectordinal`` by its rank, ``select`` by a word.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

WORD = re.compile(r"[\s,]*([^\s{},]+)[\s,]*")


class Argument(NamedTuple):
    """A place for a fact; with forms where it chooses between texts."""

    name: str
    by: str
    forms: dict[str, list["str | Argument"]]


def read(text: str) -> list[str | Argument]:
    """Read a message.

    Raises:
        ValueError: a brace is missing, or one too many.
    """
    parts, at = _parts(text, 0)
    if at < len(text):
        raise ValueError(f"a }} too many at {at} of {text}")
    return parts


def arguments(parts: list[str | Argument]) -> Iterator[Argument]:
    """Yield every argument of a message, those within forms too."""
    for part in parts:
        if isinstance(part, Argument):
            yield part
            for inside in part.forms.values():
                yield from arguments(inside)


def _parts(text: str, at: int) -> tuple[list[str | Argument], int]:
    found: list[str | Argument] = []
    while at < len(text) and text[at] != "}":
        if text[at] == "{":
            argument, at = _argument(text, at + 1)
            found.append(argument)
        else:
            end = min((n for n in (text.find("{", at), text.find("}", at)) if n >= 0), default=-1)
            end = len(text) if end < 0 else end
            found.append(text[at:end])
            at = end
    return found, at


def _argument(text: str, at: int) -> tuple[Argument, int]:
    name, at = _word(text, at)
    forms: dict[str, list[str | Argument]] = {}
    by = ""
    if at < len(text) and text[at] != "}":
        by, at = _word(text, at)
        while at < len(text) and text[at] != "}":
            form, at = _word(text, at)
            if text[at : at + 1] != "{":
                raise ValueError(f"a {{ is missing at {at} of {text}")
            forms[form], at = _parts(text, at + 1)
            at = _closed(text, at)
            at += len(text[at:]) - len(text[at:].lstrip(" ,\n\t"))
    return Argument(name, by, forms), _closed(text, at)


def _word(text: str, at: int) -> tuple[str, int]:
    found = WORD.match(text, at)
    if not found:
        raise ValueError(f"a name is missing at {at} of {text}")
    return found[1], found.end()


def _closed(text: str, at: int) -> int:
    if text[at : at + 1] != "}":
        raise ValueError(f"a }} is missing at {at} of {text}")
    return at + 1
