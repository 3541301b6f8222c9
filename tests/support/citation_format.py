"""Check a ``CITATION.cff`` by the rules of the Citation File Format, version 1.2.0.

Source:
    https://citation-file-format.github.io/1.2.0/schema
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date

URL = re.compile(r"(https|http|ftp|sftp)://.+")
DAY = re.compile(r"[0-9]{4}-(0[1-9]|1[012])-(0[1-9]|[12][0-9]|3[01])")
DOI = re.compile(r"10\.\d{4,9}(\.\d+)?/[A-Za-z0-9:/_;\-.()\[\]\\]+")
REQUIRED = ("authors", "cff-version", "message", "title")
LICENCES = {"Apache-2.0", "CC-BY-4.0"}
ENTITY = {"name", "address", "alias", "city", "country", "date-end", "date-start", "email", "fax",
          "location", "orcid", "post-code", "region", "tel", "website"}  # fmt: skip
IDENTIFIER = {"type", "value", "description"}


def citation_faults(cited: Mapping[str, object]) -> list[str]:
    """List what in a citation is not as the format asks."""
    faults = [f"{name} is missing" for name in REQUIRED if name not in cited]
    for name, value in cited.items():
        if name not in RULES:
            faults.append(f"{name} is no field of the format")
        elif not RULES[name](value):
            faults.append(f"{name} is {value!r}")
    return faults


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _matches(pattern: re.Pattern[str]) -> Callable[[object], bool]:
    return lambda value: pattern.fullmatch(str(value)) is not None


def _is_list(of: Callable[[object], bool]) -> Callable[[object], bool]:
    def check(value: object) -> bool:
        if not isinstance(value, Sequence) or isinstance(value, str) or not value:
            return False
        unique = {repr(item) for item in value}
        return len(unique) == len(value) and all(of(item) for item in value)

    return check


def _is_entity(value: object) -> bool:
    return isinstance(value, Mapping) and set(value) <= ENTITY and _is_text(value.get("name"))


def _is_identifier(value: object) -> bool:
    if not isinstance(value, Mapping) or not set(value) <= IDENTIFIER:
        return False
    kinds = {"doi": _matches(DOI), "url": _matches(URL), "other": _is_text}
    kind = kinds.get(str(value.get("type")))
    is_described = "description" not in value or _is_text(value["description"])
    return kind is not None and kind(value.get("value")) and is_described


def _is_day(value: object) -> bool:
    return isinstance(value, date) or DAY.fullmatch(str(value)) is not None


RULES: Mapping[str, Callable[[object], bool]] = {
    "abstract": _is_text,
    "authors": _is_list(_is_entity),
    "cff-version": lambda value: value == "1.2.0",
    "date-released": _is_day,
    "doi": _matches(DOI),
    "identifiers": _is_list(_is_identifier),
    "keywords": _is_list(_is_text),
    "license": lambda value: value in LICENCES,
    "message": _is_text,
    "repository-code": _matches(URL),
    "title": _is_text,
    "type": lambda value: value in {"dataset", "software"},
    "url": _matches(URL),
    "version": lambda value: _is_text(value) or isinstance(value, float),
}
