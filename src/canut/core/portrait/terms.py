"""The visibility audit: terms searched in classifications, and how often each was found.

A classification that was not searched is marked as not checked, which differs from naming no term.
The files that were searched are not shipped.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from canut.core.portrait.facts import Text


class LookedIn(StrEnum):
    """How much of a classification was searched."""

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
    """A list of occupations or skills; ``notice`` is required by its licence."""

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
    """One term, its pattern, and how many entries contain it; None: not counted.

    ``near`` is the pattern of entries that only come near; ``near_hits`` counts those that do not
    contain the term itself.
    """

    key: str
    label: Text
    of: TermTarget
    pattern: str
    hits: Mapping[str, int | None]
    near: str
    near_hits: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class VisibilityAudit:
    """The terms searched, and the classifications they were searched in."""

    classifications: Mapping[str, Classification]
    terms: tuple[Term, ...]

    def naming(self, key: str, of: TermTarget) -> tuple[int, int]:
        """Count the terms of a target that a classification names, and those searched."""
        counted = [
            term.hits[key] for term in self.terms if term.of is of and term.hits[key] is not None
        ]
        return sum(1 for hits in counted if hits), len(counted)

    def near(self, key: str, of: TermTarget) -> int:
        """Count the entries of a classification that only come near the terms of a target."""
        return sum(term.near_hits[key] or 0 for term in self.terms if term.of is of)

    def counted(self, texts: Iterable[str]) -> dict[str, int]:
        """Count the entries that contain each term, ignoring case.

        Args:
            texts: one per entry: label, other labels, description.
        """
        entries = list(texts)
        return {
            term.key: sum(1 for text in entries if re.search(term.pattern, text, re.IGNORECASE))
            for term in self.terms
        }

    def counted_near(self, texts: Iterable[str]) -> dict[str, int]:
        """Count the entries that come near each term without containing it, ignoring case."""
        entries = list(texts)
        return {
            term.key: sum(
                1
                for text in entries
                if re.search(term.near, text, re.IGNORECASE)
                and not re.search(term.pattern, text, re.IGNORECASE)
            )
            for term in self.terms
            if term.near
        }

    def notices(self) -> tuple[str, ...]:
        """List the notices that licences require, each once."""
        return tuple(
            dict.fromkeys(classification.notice for classification in self.classifications.values())
        )
