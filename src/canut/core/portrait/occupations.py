"""One table of occupations: named, emerging and every kind of click work, same columns.

No row may be left out: a table without click work is refused. What was not counted is unknown in
its cell. The three rings show how few of the 45,000 are in five of the seven named occupations, and
that click work has no count. What the sources only round is computed with the interval of the
rounding.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from canut.core.errors import BadInput, Missing
from canut.core.portrait.cells import Cell, CellMeasure, CellState, Where
from canut.core.portrait.facts import ReferenceFacts, ReferenceFigure, Text

NAMED = ("DS", "DA", "DE", "MLE", "RES", "CV", "DEV")
EMERGING = ("TRA", "HMI", "MNT")
ABSENT = ("ETH",)
CLICK = (
    "CAN-ANNOT",
    "CAN-TRANSC",
    "CAN-VERIF",
    "CAN-RATER",
    "CAN-DIALOG",
    "CAN-MODER",
    "CAN-COLLECT",
    "CAN-IMIT",
    "CAN-ADJUD",
    "CAN-LEAD",
    "CAN-SOCIAL",
)
REQUIRED = (*NAMED, *CLICK, *EMERGING, *ABSENT)
PLACE = "CA-QC"
TOTAL, CORE_SAID, BESIDE = "F1.all", "F2.core", "F5.all"
ROUNDED_TO = 100


class Family(StrEnum):
    """Where an occupation comes from."""

    NAMED = "named"
    """One of the seven the study names."""
    CLICK = "click"
    EMERGING = "emerging"
    """One of the three the study announces."""
    ABSENT = "absent"
    """The article that Canut starts from misses it in the training that the study suggests."""


class Ring(StrEnum):
    """Distance from the middle of the study's picture."""

    CORE = "core"
    REST = "rest"
    CLICK = "click"


class Match(StrEnum):
    """How well a code of a classification fits."""

    EXACT = "exact"
    CLOSE = "close"
    """Our own judgement."""
    NONE = "none"
    """Looked for, not found."""
    NOT_CHECKED = "not_checked"


class Code(NamedTuple):
    """A code of NOC, ESCO or O*NET."""

    code: str
    match: Match


@dataclass(frozen=True, slots=True)
class Occupation:
    """One row; ``people`` names the reference figure that counts it, or is empty."""

    key: str
    family: Family
    ring: Ring
    label: Text
    detail: Text
    people: str
    codes: Mapping[str, Code]
    ai_role: str = ""
    labour_kind: str = ""


class RoundedCount(NamedTuple):
    """A count computed from rounded ones: its middle, and what the rounding allows."""

    middle: int
    low: int
    high: int


class Pair(NamedTuple):
    """A reference cell and the cell measured in this instance; ``here`` may be None."""

    reference: Cell
    here: Cell | None

    def cells(self) -> tuple[Cell, ...]:
        """List the cells that are present."""
        return (self.reference,) if self.here is None else (self.reference, self.here)


@dataclass(frozen=True, slots=True)
class OccupationRow:
    """An occupation and its cells, one pair per column."""

    occupation: Occupation
    cells: Mapping[CellMeasure, Pair]


@dataclass(frozen=True, slots=True)
class Rings:
    """People in the core and the rest of the 45,000; those beside them; click work.

    Args:
        total: all professionals of digital intelligence, about.
        core: people in the named occupations of the core that somebody counted.
        parts: people by row of the core, None if not counted.
        rest_range: the total without the core, as far as the rounding of both allows.
        rest_parts: known parts of the rest, by figure.
        beside: people in information technology, in addition to the total.
        here: people doing click work in this instance, a band; None where none are real.
    """

    total: ReferenceFigure
    core: int
    parts: Mapping[str, int | None]
    rest_range: RoundedCount
    rest_parts: Mapping[str, int]
    beside: ReferenceFigure
    here: Cell | None

    @property
    def share(self) -> float:
        """Return the core's share of all people."""
        return self.core / int(self.total.value or 1)

    @property
    def rest(self) -> int:
        """Return the rest, about."""
        return self.rest_range.middle

    @property
    def others_range(self) -> RoundedCount:
        """Return the rest without its known parts, as far as the rounding allows."""
        counted = sum(self.rest_parts.values())
        middle, low, high = (end - counted for end in self.rest_range)
        return RoundedCount(round(middle / ROUNDED_TO) * ROUNDED_TO, low, high)

    @property
    def others(self) -> int:
        """Return the rest without its known parts, about."""
        return self.others_range.middle

    @property
    def n_counted(self) -> int:
        """Return how many rows of the core somebody counted."""
        return sum(1 for count in self.parts.values() if count is not None)


def table(
    occupations: Iterable[Occupation], facts: ReferenceFacts, here: Iterable[Cell] = ()
) -> tuple[OccupationRow, ...]:
    """Build the table: every occupation with the same columns.

    Args:
        occupations: the rows, in order.
        facts: what others counted.
        here: cells measured in this instance, after suppression.

    Raises:
        Missing: a cell, or a required row, has no occupation.
        BadInput: two cells for one position of the table, or one that was not measured here.
    """
    rows = {occupation.key: occupation for occupation in occupations}
    absent = [key for key in REQUIRED if key not in rows]
    if absent:
        raise Missing(f"the Portrait leaves out {', '.join(absent)}; every one has its row")
    measured: dict[tuple[str, CellMeasure], Cell] = {}
    for cell in here:
        if cell.row not in rows:
            raise Missing(f"{cell.key}: no such occupation; add its row to occupations.yaml first")
        if cell.where is not Where.HERE or (cell.row, cell.measure) in measured:
            raise BadInput(f"{cell.key} stands twice, or was not measured here", code="bad-cell")
        measured[cell.row, cell.measure] = cell
    return tuple(
        OccupationRow(
            occupation,
            {
                m: Pair(_reference(occupation, m, facts), measured.get((occupation.key, m)))
                for m in CellMeasure
            },
        )
        for occupation in rows.values()
    )


def cells_of(rows: Iterable[OccupationRow]) -> tuple[Cell, ...]:
    """List every cell of the table, in its order."""
    return tuple(cell for row in rows for pair in row.cells.values() for cell in pair.cells())


def rings(
    occupations: Iterable[Occupation], facts: ReferenceFacts, here: Cell | None = None
) -> Rings:
    """Compute the three rings.

    Args:
        occupations: the rows of the table.
        facts: what others counted.
        here: number of click workers in this instance, as a band from ``privacy``.

    Raises:
        BadInput: the parts are more than the whole, or ``here`` is not a band.
    """
    if here is not None and here.state not in {CellState.AT_LEAST, CellState.FEW}:
        raise BadInput(f"{here.key} is {here.state}; people are told as a band", code="bad-cell")
    named = [occupation for occupation in occupations if occupation.ring is Ring.CORE]
    parts = {occupation.key: _whole(facts.figure(occupation.people)) for occupation in named}
    total, core = facts.figure(TOTAL), sum(count or 0 for count in parts.values())
    rest_range = _rest(int(total.value or 0), _whole(facts.figure(CORE_SAID)) or core, core)
    rest_parts = {
        figure.reference: int(figure.value)
        for figure in facts.figures()
        if figure.fact.key == "F3" and figure.value is not None
    }
    if sum(rest_parts.values()) > rest_range.high:
        raise BadInput(
            f"rings hold {core} + {sum(rest_parts.values())} people, more than {total.value} in all"
        )
    return Rings(total, core, parts, rest_range, rest_parts, facts.figure(BESIDE), here)


def _rest(total: int, core_about: int, core_counted: int) -> RoundedCount:
    """Subtract the core from the total, both rounded by their source.

    The core is at least what was counted of it.

    >>> _rest(45_000, 2_200, 2_155)
    RoundedCount(middle=42800, low=42250, high=43345)
    """
    half_total, half_core = _half_step(total), _half_step(core_about)
    return RoundedCount(
        total - core_about,
        total - half_total - (core_about + half_core),
        total + half_total - max(core_counted, core_about - half_core),
    )


def _half_step(rounded: int) -> int:
    """Return half the step that a number seems rounded to: 500 for 45,000, 50 for 2,200."""
    step = 1
    while rounded and rounded % (step * 10) == 0:
        step *= 10
    return step // 2


def _whole(figure: ReferenceFigure) -> int | None:
    return None if figure.value is None else int(figure.value)


def _reference(occupation: Occupation, measure: CellMeasure, facts: ReferenceFacts) -> Cell:
    """Return the reference cell of an occupation; so far only numbers of people."""
    value: Decimal | None = None
    if measure is CellMeasure.PEOPLE and occupation.people:
        value = facts.figure(occupation.people).value
    if value is None:
        return Cell(occupation.key, measure, Where.REFERENCE, CellState.UNKNOWN)
    return Cell(
        occupation.key, measure, Where.REFERENCE, CellState.REPORTED, value, fact=occupation.people
    )
