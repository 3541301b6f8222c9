"""One figure of the table: its occupation and measure, its state, and who counted it.

A figure always has an interval, or is exact, or is a band, or is unknown; never a bare estimate.
Which figures may be published is decided in ``privacy``.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import cast

from canut.core.errors import BadInput


class CellMeasure(StrEnum):
    """A column of the table: the same for every occupation."""

    PEOPLE = "people"
    HOURS = "hours"
    PAY_BY_PERSON = "pay_by_person"
    """Median over people of their real pay an hour."""
    PAY_BY_HOUR = "pay_by_hour"
    """All pay over all hours."""
    COVERED = "covered"
    """Share of hours under social contributions."""
    TRAINING = "training"
    """Paid hours of training."""


class Where(StrEnum):
    """Who counted."""

    REFERENCE = "reference"
    HERE = "here"
    """Measured in this instance."""


class CellState(StrEnum):
    """The state of a cell; the data package uses the same words."""

    EXACT = "exact"
    REPORTED = "reported"
    """A source says so; see its confidence."""
    ESTIMATED = "estimated"
    """With an interval, always."""
    AT_LEAST = "at_least"
    """``low`` or more: a number of people is never told to the unit."""
    FEW = "few"
    """Under ``high``: too few people to tell."""
    HIDDEN = "hidden"
    """Known, and kept back so that others stay unknown."""
    UNKNOWN = "unknown"
    DERIVED = "derived"
    """Computed from other published figures, such as a converted amount."""
    RESIDUAL = "residual"
    """What is left of a published whole once its published parts are taken off."""
    AT_MOST = "at_most"
    """None was observed; ``high`` is the most that fits another group like this one."""
    NOT_MEASURED = "not_measured"
    """It took place and nobody measured it: no 0, and not unknown either."""


NOT_KNOWN = frozenset({CellState.UNKNOWN, CellState.HIDDEN, CellState.NOT_MEASURED})
"""The states that hold no number."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of the table.

    Args:
        row: the occupation, such as ``CAN-ANNOT``; ``ALL`` for every one.
        value: in the unit of the measure; None in every state that has no point value.
        low: lower end, of the interval or the band.
        high: upper end.
        fact: the reference figure it is, such as ``F2.core``.
        is_simulated: whether it comes from simulated people, who never count as people.

    Raises:
        BadInput: the numbers do not fit the state, or simulated people are counted as people.
    """

    row: str
    measure: CellMeasure
    where: Where
    state: CellState
    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    fact: str = ""
    is_simulated: bool = False

    def __post_init__(self) -> None:
        """Raise if the numbers of the figure do not fit its state."""
        check_state(self.key, self.state, self.value, self.low, self.high)
        if self.is_simulated and self.measure is CellMeasure.PEOPLE:
            raise BadInput(
                f"{self.key} counts simulated hands; people are people: leave them out",
                code="simulated-people",
                cell=self.key,
            )

    @property
    def key(self) -> str:
        """Return the id of the cell, the same in table, data package and prose."""
        return f"{self.row}.{self.measure}.{self.where}"

    @property
    def is_known(self) -> bool:
        """Return whether the cell holds a figure."""
        return self.state not in NOT_KNOWN


def check_state(
    key: str, state: CellState, value: Decimal | None, low: Decimal | None, high: Decimal | None
) -> None:
    """Raise if the numbers of a figure do not fit its state.

    Raises:
        BadInput: the numbers present are not those its state requires.
    """
    expected = {
        CellState.EXACT: (True, False, False),
        CellState.REPORTED: (True, False, False),
        CellState.ESTIMATED: (True, True, True),
        CellState.AT_LEAST: (False, True, False),
        CellState.FEW: (False, False, True),
        CellState.HIDDEN: (False, False, False),
        CellState.UNKNOWN: (False, False, False),
        CellState.DERIVED: (True, False, False),
        CellState.RESIDUAL: (True, False, False),
        CellState.AT_MOST: (True, False, True),
        CellState.NOT_MEASURED: (False, False, False),
    }[state]
    if (value is not None, low is not None, high is not None) != expected:
        raise BadInput(
            f"{key} is {state} with value {value}, low {low}, high {high}; an estimate has all "
            "three, a band its end, the unknown none",
            code="bad-cell",
            cell=key,
        )
    is_whole = low is not None and value is not None and high is not None
    if is_whole and not cast("Decimal", low) <= cast("Decimal", value) <= cast("Decimal", high):
        raise BadInput(f"{key} is {value}, outside [{low}, {high}]", code="bad-cell")
