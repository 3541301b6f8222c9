"""Reference figures: each with its source, its date, its confidence, and who contests it.

An unknown figure is None, and the table shows it as unknown: never left out, never 0. Files are
read in ``reading``; what Canut itself measures is a ``cells.Cell``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from canut.core.errors import Missing


class FigureConfidence(StrEnum):
    """How far a figure may be trusted; pages show it next to the figure."""

    PRIMARY = "primary"
    """Read in the page of whoever counted."""
    SECONDARY = "secondary"
    """Read in the press, or in somebody who quotes."""
    CONTESTED = "contested"
    """Others say otherwise, and are named."""
    TO_VERIFY = "to_verify"
    UNKNOWN = "unknown"


class FactState(StrEnum):
    """How a source gives a figure; a figure computed from others is ``derived``."""

    EXACT = "exact"
    ABOUT = "about"
    BAND = "band"
    """One end of a range."""
    AT_LEAST = "at_least"
    LESS_THAN = "less_than"
    DERIVED = "derived"
    UNKNOWN = "unknown"


class ReadIn(StrEnum):
    """What was read: the page itself, or a stored copy of it."""

    PAGE = "page"
    COPY = "copy"


class WorkRead(StrEnum):
    """Whether a work that the Portrait names was read."""

    READ = "read"
    ABSTRACT = "abstract"
    """Its title page or abstract."""
    NOT_READ = "not_read"
    """Known from those who quote it."""


class Text(NamedTuple):
    """A text of a reference file, in English and French."""

    en: str
    fr: str

    def __bool__(self) -> bool:
        """Return whether the text is not empty."""
        return bool(self.en)

    def said(self, language: str) -> str:
        """Return the text in a language."""
        return self.fr if language == "fr" else self.en


@dataclass(frozen=True, slots=True)
class FigureSource:
    """Where a figure was read, and when.

    Args:
        key: its short name, such as ``PRESSE``.
        titles: in English and French; one of them is the page's own.
        publisher: who published it, or its authors.
        url: the page itself; empty if the page was not found again.
        kind: press, secondary, official, study or author.
        read: the day it was read.
        read_in: the page itself, or a stored copy.
        published: the day on the page, if it has one.
    """

    key: str
    titles: Text
    publisher: str
    url: str
    kind: str
    read: date
    read_in: ReadIn
    published: date | None = None

    @property
    def title(self) -> str:
        """Return the title in English."""
        return self.titles.en

    @property
    def is_lost(self) -> bool:
        """Return whether the page was not found again."""
        return not self.url


@dataclass(frozen=True, slots=True)
class CitedWork:
    """A work that the Portrait answers or builds on; ``url`` is empty where no page was found."""

    key: str
    text: Text
    url: str
    read: WorkRead


@dataclass(frozen=True, slots=True)
class ReferenceFact:
    """Figures of one source on one subject; ``values`` by name, None if unknown.

    Args:
        key: its number, such as ``F2``.
        label: what was counted.
        place: ISO 3166-2, or EU, or WORLD.
        period: as the source writes it; ``undated`` without a date.
        contested_by: who contests it, and how; only if confidence is ``contested``.
        says: how the source gives each value.
        where: where on the page.
        names: what each value is called; empty for the only one.
    """

    key: str
    label: Text
    unit: str
    place: str
    period: str
    source: FigureSource | None
    confidence: FigureConfidence
    contested_by: Text
    values: Mapping[str, Decimal | None]
    note: Text
    says: Mapping[str, FactState]
    where: Text
    names: Mapping[str, Text]


class ReferenceFigure(NamedTuple):
    """One figure of a fact; ``reference`` is how the table names it, such as ``F2.core``."""

    reference: str
    value: Decimal | None
    fact: ReferenceFact

    @property
    def confidence(self) -> FigureConfidence:
        """Return the confidence; an absent value is unknown, whatever the source."""
        return FigureConfidence.UNKNOWN if self.value is None else self.fact.confidence

    @property
    def state(self) -> FactState:
        """Return how the source gives the figure."""
        return self.fact.says[self.reference.partition(".")[2]]


@dataclass(frozen=True, slots=True)
class ReferenceFacts:
    """Every reference fact, by its number.

    Example:
        >>> from canut.core.portrait.reading import shipped_facts
        >>> shipped_facts().figure("F2.data_scientists").value
        Decimal('700')
    """

    by_key: Mapping[str, ReferenceFact]
    sha256: str

    def figure(self, reference: str) -> ReferenceFigure:
        """Return one figure, such as ``F2.core``.

        Raises:
            Missing: no fact has it.
        """
        key, _, name = reference.partition(".")
        fact = self.by_key.get(key)
        if fact is None or name not in fact.values:
            raise Missing(f"no reference figure {reference!r}; known facts are {list(self.by_key)}")
        return ReferenceFigure(reference, fact.values[name], fact)

    def figures(self) -> tuple[ReferenceFigure, ...]:
        """List every figure, in the order of the file."""
        return tuple(
            ReferenceFigure(f"{key}.{name}", value, fact)
            for key, fact in self.by_key.items()
            for name, value in fact.values.items()
        )
