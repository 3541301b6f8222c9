"""One figure outside the table: time, pay, protection, the chain, load, or who decided.

It has a name instead of a row and a column, such as ``time.search`` or ``scheme.qpp``, and the same
states as a cell. Which of them may be published is decided in ``extra_figures``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Self, cast

from canut.core.errors import BadInput
from canut.core.portrait.cells import CellState, check_state


class Unit(StrEnum):
    """The unit of a figure; money is in the release's currency."""

    PEOPLE = "people"
    HOURS = "hours"
    MINUTES = "minutes"
    """Of an hour of work."""
    PAY = "pay"
    """Money by hour."""
    MONEY = "money"
    SHARE = "ratio"
    SECONDS = "seconds"
    DAYS = "days"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class ReleaseFigure:
    """One named figure of a release.

    Args:
        name: parts with a dot between, the same in both languages.
        label: details not in the name, such as a model's version; else empty.
        is_simulated: whether it comes from simulated people, who never count as people.

    Raises:
        BadInput: the numbers do not fit the state, or simulated people are counted as people.
    """

    name: str
    unit: Unit
    state: CellState
    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    is_simulated: bool = False
    label: str = ""

    def __post_init__(self) -> None:
        """Raise if the numbers of the figure do not fit its state."""
        check_state(self.name, self.state, self.value, self.low, self.high)
        if self.is_simulated and self.unit is Unit.PEOPLE:
            raise BadInput(
                f"{self.name} counts simulated hands; people are people: leave them out",
                code="simulated-people",
                cell=self.name,
            )

    @property
    def is_known(self) -> bool:
        """Return whether it holds a figure."""
        return self.state not in {CellState.UNKNOWN, CellState.HIDDEN}

    def written(self) -> dict[str, object]:
        """Return the figure as a JSON object of texts."""
        ends = {"value": self.value, "low": self.low, "high": self.high}
        return {
            "figure": self.name,
            "unit": self.unit.value,
            "state": self.state.value,
            **{name: None if end is None else str(end) for name, end in ends.items()},
            "simulated": self.is_simulated,
            "label": self.label,
        }

    @classmethod
    def read(cls, fields: Mapping[str, object]) -> Self:
        """Read a figure that ``fields`` returned."""
        return cls(
            str(fields["figure"]),
            Unit(str(fields["unit"])),
            CellState(str(fields["state"])),
            _decimal(fields["value"]),
            _decimal(fields["low"]),
            _decimal(fields["high"]),
            is_simulated=bool(fields["simulated"]),
            label=str(fields["label"]),
        )


class Figures:
    """The figures of a release by name; a missing name is unknown."""

    def __init__(self, measured: Iterable[ReleaseFigure]) -> None:
        self.by_name = {figure.name: figure for figure in measured}

    def get(self, name: str, unit: Unit = Unit.COUNT) -> ReleaseFigure:
        """Return a figure; unknown if it was not measured."""
        return self.by_name.get(name) or ReleaseFigure(name, unit, CellState.UNKNOWN)

    def value(self, name: str) -> float | None:
        """Return the value of a figure; None if it has none."""
        figure = self.by_name.get(name)
        return None if figure is None or figure.value is None else float(figure.value)

    def under(self, stem: str) -> list[ReleaseFigure]:
        """List the figures whose names begin with this stem, in order."""
        return [figure for name, figure in self.by_name.items() if name.startswith(f"{stem}.")]


def unknown(name: str, unit: Unit) -> ReleaseFigure:
    """Make a figure that was not measured."""
    return ReleaseFigure(name, unit, CellState.UNKNOWN)


def suppressed(figure: ReleaseFigure) -> ReleaseFigure:
    """Return a figure without its numbers, as hidden."""
    return ReleaseFigure(
        figure.name,
        figure.unit,
        CellState.HIDDEN,
        is_simulated=figure.is_simulated,
        label=figure.label,
    )


def _decimal(value: object) -> Decimal | None:
    return None if value is None else Decimal(cast("str", value))
