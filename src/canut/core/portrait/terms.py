"""Which classifications name the click worker: what was looked for, where, and how often it stood.

A classification nobody looked into is not checked, which is not the same as naming nobody. The
files that were counted are not shipped.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from canut.core.portrait.facts import Text


class LookedIn(StrEnum):
    """How far a classification was read."""

    ALL_TEXT = "all_text"
    """Labels, other labels and descriptions."""
    TITLES_ONLY = "titles_only"
    NOT_CHECKED = "not_checked"


class TermTarget(StrEnum):
    """Whose work a term names."""

    CLICK = "click"
    EMERGING = "emerging"


@dataclass(frozen=True, slots=True)
class Classification:
    """A list of occupations or skills; ``notice`` is what its licence asks to be said."""

    key: str
    title: Text
    version: str | None
    rows: int | None
    looked_in: LookedIn
    read: date
    licence: str
    notice: str


@dataclass(frozen=True, slots=True)
class Term:
    """One term, how it is looked for, and how many entries hold it; None: not counted."""

    key: str
    label: Text
    of: TermTarget
    pattern: str
    hits: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class VisibilityAudit:
    """The audit of visibility."""

    classifications: Mapping[str, Classification]
    terms: tuple[Term, ...]

    def naming(self, key: str, of: TermTarget) -> tuple[int, int]:
        """Say how many terms of a kind a classification names, of those counted there."""
        counted = [
            term.hits[key] for term in self.terms if term.of is of and term.hits[key] is not None
        ]
        return sum(1 for hits in counted if hits), len(counted)

    def counted(self, texts: Iterable[str]) -> dict[str, int]:
        """Count the entries that hold each term, whatever its case.

        Args:
            texts: one an entry: label, other labels, description.
        """
        entries = list(texts)
        return {
            term.key: sum(1 for text in entries if re.search(term.pattern, text, re.IGNORECASE))
            for term in self.terms
        }

    def notices(self) -> tuple[str, ...]:
        """List what the licences ask to be said, each once."""
        return tuple(dict.fromkeys(one.notice for one in self.classifications.values()))
