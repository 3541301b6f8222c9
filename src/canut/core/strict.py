"""Read Canut's YAML files strictly: an unknown, missing or duplicate field names its position.

Numbers are texts (``"16.60"``), so that none is converted to a binary fraction. The reader of each
file interprets its fields: ``places.reader``, ``portrait.reading``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, cast

import yaml

from canut.core.errors import BadFile
from canut.core.json_depth import MOST_DEEP
from canut.core.outside_text import LARGEST, read_decimal

MOST_SEEN = 60
_LONG_NUMBER = re.compile("[-+.]?[0-9][0-9a-fA-FxXob_.:+-]{400,}")


@dataclass(frozen=True, slots=True)
class FieldPath:
    """A position in a file, to read fields from and to name in errors."""

    file: str
    parameter: str = ""

    def of(self, parameter: str) -> "FieldPath":
        """Return another position in the same file."""
        return FieldPath(self.file, parameter)

    def refuse(self, field: str, value: object, expected: str) -> None:
        """Raise for a field with a bad value.

        Raises:
            BadFile: always; it names file, position and field.
        """
        where = " ".join(name for name in (self.file, self.parameter, field) if name)
        raise BadFile(
            f"{where} is {value!r}; expected {expected}",
            code="bad-parameters",
            file=self.file,
            parameter=self.parameter,
            field=field,
            seen=repr(value)[:MOST_SEEN],
        )

    def mapping(self, value: object, *, needed: str, allowed: str = "") -> Mapping[str, object]:
        """Check that an object has all required fields and no unknown ones; return it."""
        if not isinstance(value, dict):
            self.refuse("", value, f"the fields {needed}")
        fields = cast("dict[str, object]", value)
        known_names = {*needed.split(), *allowed.split()}
        for name in needed.split():
            if name not in fields:
                self.refuse(name, None, "a value: this field must be there")
        for name in fields:
            if name not in known_names:
                self.refuse(
                    str(name), fields[name], f"no such field; known are {sorted(known_names)}"
                )
        return fields

    def named(self, fields: Mapping[str, object], field: str) -> list[tuple[str, object]]:
        """Return the items of an object with free names; absent is empty."""
        value = fields.get(field, {})
        if not isinstance(value, dict):
            self.refuse(field, value, "names and what they hold")
        return [(str(k), v) for k, v in cast("dict[object, object]", value).items()]

    def text(self, fields: Mapping[str, object], field: str) -> str:
        """Return a text field; absent is empty."""
        value = fields.get(field, "")
        if not isinstance(value, str):
            self.refuse(field, value, "a text, in quotes where it looks like a number")
        return str(value)

    def day(self, fields: Mapping[str, object], field: str) -> date:
        """Return a date field."""
        value = fields.get(field)
        if type(value) is not date:
            self.refuse(field, value, "a day, such as 2026-05-01")
        return cast("date", value)

    def number(self, fields: Mapping[str, object], field: str) -> Decimal:
        """Return a number of 0 or more, written as a text."""
        raw = fields.get(field)
        value = read_decimal(raw, LARGEST) if isinstance(raw, str) else None
        if value is None or value < 0:
            self.refuse(field, raw, 'a number of 0 or more in quotes, such as "16.60", or null')
        return cast("Decimal", value)

    def names(self, fields: Mapping[str, object], field: str) -> tuple[str, ...]:
        """Return a list field as texts."""
        return tuple(str(item) for item in self.items(fields, field))

    def items(self, fields: Mapping[str, object], field: str) -> list[object]:
        """Return a list field; absent is empty."""
        value = fields.get(field, [])
        if not isinstance(value, list):
            self.refuse(field, value, "a list")
        return cast("list[object]", value)

    def choice[T: StrEnum](self, kind: type[T], value: object, field: str) -> T:
        """Return a value as a member of an enum."""
        if value not in list(kind):
            self.refuse(field, value, f"one of {[member.value for member in kind]}")
        return kind(str(value))


def loaded(file: str, content: bytes) -> object:
    """Parse YAML of plain values without duplicate keys.

    Raises:
        BadFile: it is not YAML, or has a duplicate key.
    """
    try:
        check_yaml(content)
        return cast("object", _Once(content).get_single_data())
    except (yaml.YAMLError, ValueError) as problem:
        where = " ".join(str(problem).split())
        raise BadFile(f"{file} is not YAML ({where})", code="bad-parameters", file=file) from None


def check_yaml(content: bytes) -> None:
    """Check the shape of YAML before it is built: a small file may stand for a huge one.

    Raises:
        yaml.YAMLError: no YAML, or with an alias, a number of 400 digits, or too deep.
        ValueError: its bytes are no text.
    """
    depth = 0
    for event in yaml.parse(content, Loader=yaml.CSafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent):
            raise yaml.YAMLError("it has an alias")
        if depth > MOST_DEEP:
            raise yaml.YAMLError("it is nested too deep")
        if isinstance(event, yaml.ScalarEvent) and _LONG_NUMBER.fullmatch(event.value):
            raise yaml.YAMLError("it has a number too long")


class _Once(yaml.CSafeLoader):
    """Loads plain values, and raises on a duplicate key."""


def _once(loader: _Once, node: yaml.MappingNode) -> dict[Any, Any]:
    """Raise on a duplicate key; plain YAML would silently use the last."""
    keys = [key.value for key, _value in node.value]
    for key in keys:
        if keys.count(key) > 1:
            raise yaml.constructor.ConstructorError(
                None, None, f"{key} is written twice", node.start_mark
            )
    return loader.construct_mapping(node, deep=True)


_Once.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _once)
