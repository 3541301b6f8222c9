"""Read a YAML file of ours strictly: a field too many, missing or written twice names its place.

Numbers are texts (``"16.60"``), so that none passes through a binary fraction. What the fields of a
file mean is decided by whoever reads it: ``labour.reading``, ``portrait.reading``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, cast

import yaml

from canut.core.errors import BadFile


@dataclass(frozen=True, slots=True)
class FieldPath:
    """A place in a file, to read fields from and to name when one is refused."""

    file: str
    parameter: str = ""

    def of(self, parameter: str) -> "FieldPath":
        """Go to another place of the same file."""
        return FieldPath(self.file, parameter)

    def refuse(self, field: str, seen: object, expected: str) -> None:
        """Refuse a field.

        Raises:
            BadFile: always; it names file, place and field.
        """
        where = " ".join(part for part in (self.file, self.parameter, field) if part)
        raise BadFile(
            f"{where} is {seen!r}; expected {expected}",
            code="bad-parameters",
            file=self.file,
            parameter=self.parameter,
            field=field,
        )

    def mapping(self, seen: object, *, needed: str, allowed: str = "") -> Mapping[str, object]:
        """Take an object that has all the fields needed, and no others than those allowed."""
        if not isinstance(seen, dict):
            self.refuse("", seen, f"the fields {needed}")
        said = cast("dict[str, object]", seen)
        known = {*needed.split(), *allowed.split()}
        for name in needed.split():
            if name not in said:
                self.refuse(name, None, "a value: this field must be there")
        for name in said:
            if name not in known:
                self.refuse(str(name), said[name], f"no such field; known are {sorted(known)}")
        return said

    def named(self, said: Mapping[str, object], field: str) -> list[tuple[str, object]]:
        """Take an object whose names are free; absent is empty."""
        seen = said.get(field, {})
        if not isinstance(seen, dict):
            self.refuse(field, seen, "names and what they hold")
        return [(str(k), v) for k, v in cast("dict[object, object]", seen).items()]

    def text(self, said: Mapping[str, object], field: str) -> str:
        """Take a text; absent is empty."""
        seen = said.get(field, "")
        if not isinstance(seen, str):
            self.refuse(field, seen, "a text, in quotes where it looks like a number")
        return str(seen)

    def day(self, said: Mapping[str, object], field: str) -> date:
        """Take a day."""
        seen = said.get(field)
        if type(seen) is not date:
            self.refuse(field, seen, "a day, such as 2026-05-01")
        return cast("date", seen)

    def number(self, said: Mapping[str, object], field: str) -> Decimal:
        """Take a number of 0 or more, written as a text."""
        seen = said.get(field)
        value = Decimal("NaN")
        if isinstance(seen, str):
            try:
                value = Decimal(seen)
            except InvalidOperation:
                value = Decimal("NaN")
        if not value.is_finite() or value < 0:
            self.refuse(field, seen, 'a number of 0 or more in quotes, such as "16.60", or null')
        return value

    def names(self, said: Mapping[str, object], field: str) -> tuple[str, ...]:
        """Take a list as texts."""
        return tuple(str(one) for one in self.items(said, field))

    def items(self, said: Mapping[str, object], field: str) -> list[object]:
        """Take a list; absent is empty."""
        seen = said.get(field, [])
        if not isinstance(seen, list):
            self.refuse(field, seen, "a list")
        return cast("list[object]", seen)

    def choice[T: StrEnum](self, kind: type[T], seen: object, field: str) -> T:
        """Take one of the words of a kind."""
        if seen not in list(kind):
            self.refuse(field, seen, f"one of {[one.value for one in kind]}")
        return kind(str(seen))


def loaded(file: str, content: bytes) -> object:
    """Read YAML of plain values, where no key may stand twice.

    Raises:
        BadFile: it is not YAML, or a key is written twice.
    """
    try:
        return cast("object", _Once(content).get_single_data())
    except yaml.YAMLError as problem:
        where = " ".join(str(problem).split())
        raise BadFile(f"{file} is not YAML ({where})", code="bad-parameters", file=file) from None


class _Once(yaml.SafeLoader):
    """Reads plain values, and refuses a key written twice."""


def _once(loader: _Once, node: yaml.MappingNode) -> dict[Any, Any]:
    """Refuse a key written twice; plain YAML would silently keep the last."""
    keys = [key.value for key, _value in node.value]
    for key in keys:
        if keys.count(key) > 1:
            raise yaml.constructor.ConstructorError(
                None, None, f"{key} is written twice", node.start_mark
            )
    return loader.construct_mapping(node, deep=True)


_Once.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _once)
