"""One table: the named occupations, the emerging ones and every kind of click work, same columns.

A row may not be left out: a table without click work is refused. What nobody counted is unknown in
its cell. The three rings tell how few of the 45,000 are the named specialists, and that click work
has no count at all.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from canut.core.errors import BadInput, Missing
from canut.core.portrait.cells import Cell, Measure, State, Where
from canut.core.portrait.facts import Facts, ReferenceFigure, Text

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
TOTAL, CORE_SAID, NOT_COUNTED = "F1.all", "F2.core", "F6.all"


class Family(StrEnum):
    """Where an occupation comes from."""

    NAMED = "named"
    """One of the seven the study names."""
    CLICK = "click"
    EMERGING = "emerging"
    """One of the three the study announces."""
    ABSENT = "absent"
    """The founding article misses it in the study."""


class Ring(StrEnum):
    """How near to the middle of the study's picture."""

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
    """One row; ``people`` names the reference figure that counts it, empty where none does."""

    key: str
    family: Family
    ring: Ring
    label: Text
    detail: Text
    people: str
    codes: Mapping[str, Code]
    ai_role: str = ""
    labour_kind: str = ""


class Pair(NamedTuple):
    """What a source says and what this instance measured; ``here`` is None where it did not."""

    reference: Cell
    here: Cell | None

    def cells(self) -> tuple[Cell, ...]:
        """List the cells there are."""
        return (self.reference,) if self.here is None else (self.reference, self.here)


@dataclass(frozen=True, slots=True)
class OccupationRow:
    """An occupation and its cells, one pair a column."""

    occupation: Occupation
    cells: Mapping[Measure, Pair]


@dataclass(frozen=True, slots=True)
class Rings:
    """Core, rest and click work.

    Args:
        total: what the study says of all, about.
        core: people in the named occupations that somebody counted.
        parts: by row, None where nobody counted.
        rest: what remains of the total.
        rest_parts: what is known of the rest, by figure.
        here: people doing click work in this instance, a band; None where none are real.
    """

    total: ReferenceFigure
    core: int
    parts: Mapping[str, int | None]
    rest: int
    rest_parts: Mapping[str, int]
    here: Cell | None

    @property
    def share(self) -> float:
        """The core's share of all."""
        return self.core / int(self.total.value or 1)

    @property
    def others(self) -> int:
        """What is left of the rest once its known parts are taken away."""
        return self.rest - sum(self.rest_parts.values())


def table(
    occupations: Iterable[Occupation], facts: Facts, here: Iterable[Cell] = ()
) -> tuple[OccupationRow, ...]:
    """Put every occupation into the same columns.

    Args:
        occupations: the rows, in order.
        facts: what others counted.
        here: what this instance measured, suppressed already.

    Raises:
        Missing: a cell, or a required row, has no occupation.
        BadInput: two cells for one place of the table, or one that was not measured here.
    """
    rows = {one.key: one for one in occupations}
    absent = [key for key in REQUIRED if key not in rows]
    if absent:
        raise Missing(f"the Portrait leaves out {', '.join(absent)}; every one has its row")
    measured: dict[tuple[str, Measure], Cell] = {}
    for cell in here:
        if cell.row not in rows:
            raise Missing(f"{cell.key}: no such occupation; add its row to occupations.yaml first")
        if cell.where is not Where.HERE or (cell.row, cell.measure) in measured:
            raise BadInput(f"{cell.key} stands twice, or was not measured here", code="bad-cell")
        measured[cell.row, cell.measure] = cell
    return tuple(
        OccupationRow(
            one,
            {m: Pair(_reference(one, m, facts), measured.get((one.key, m))) for m in Measure},
        )
        for one in rows.values()
    )


def cells_of(rows: Iterable[OccupationRow]) -> tuple[Cell, ...]:
    """List every cell of the table, in its order."""
    return tuple(cell for row in rows for pair in row.cells.values() for cell in pair.cells())


def rings(occupations: Iterable[Occupation], facts: Facts, here: Cell | None = None) -> Rings:
    """Work out the three rings.

    Args:
        occupations: the rows of the table.
        facts: what others counted.
        here: how many people do click work in this instance, banded by ``privacy``.

    Raises:
        BadInput: the parts are more than the whole, or ``here`` is not a band.
    """
    if here is not None and here.state not in {State.AT_LEAST, State.FEW}:
        raise BadInput(f"{here.key} is {here.state}; people are told as a band", code="bad-cell")
    named = [one for one in occupations if one.ring is Ring.CORE]
    parts = {one.key: _whole(facts.figure(one.people)) for one in named}
    total, core = facts.figure(TOTAL), sum(count or 0 for count in parts.values())
    rest = int(total.value or 0) - core
    rest_parts = {
        figure.reference: int(figure.value)
        for figure in facts.figures()
        if figure.fact.key == "F3" and figure.value is not None
    }
    if sum(rest_parts.values()) > rest:
        raise BadInput(
            f"rings hold {core} + {sum(rest_parts.values())} people, more than {total.value} in all"
        )
    return Rings(total, core, parts, rest, rest_parts, here)


def _whole(figure: ReferenceFigure) -> int | None:
    return None if figure.value is None else int(figure.value)


def _reference(one: Occupation, measure: Measure, facts: Facts) -> Cell:
    """Say what a source says of an occupation: so far, only how many people, and not of all."""
    value: Decimal | None = None
    if measure is Measure.PEOPLE and one.people:
        value = facts.figure(one.people).value
    if value is None:
        return Cell(one.key, measure, Where.REFERENCE, State.UNKNOWN)
    return Cell(one.key, measure, Where.REFERENCE, State.REPORTED, value, fact=one.people)
