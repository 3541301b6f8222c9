"""One figure beside the table: of time, pay, protection, the chain, load, or who decided.

It has a name instead of a row and a column, such as ``time.search`` or ``scheme.qpp``, and the same
states as a cell. Which of them may be told is decided in ``beside``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Self, cast

from canut.core.errors import BadInput
from canut.core.portrait.cells import State, check_state


class Unit(StrEnum):
    """What a figure counts; money is in the release's currency."""

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
        label: what cannot be told from the name, such as a model's version; else empty.
        is_simulated: made by the demo's crowd; never people.

    Raises:
        BadInput: state and figures do not fit, or simulated hands are counted as people.
    """

    name: str
    unit: Unit
    state: State
    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    is_simulated: bool = False
    label: str = ""

    def __post_init__(self) -> None:
        """Refuse a figure that says more, or less, than its state."""
        check_state(self.name, self.state, self.value, self.low, self.high)
        if self.is_simulated and self.unit is Unit.PEOPLE:
            raise BadInput(
                f"{self.name} counts simulated hands; people are people: leave them out",
                code="simulated-people",
                cell=self.name,
            )

    @property
    def is_known(self) -> bool:
        """Say whether it holds any figure at all."""
        return self.state not in {State.UNKNOWN, State.HIDDEN}

    def written(self) -> dict[str, object]:
        """Write it with texts alone."""
        ends = {"value": self.value, "low": self.low, "high": self.high}
        return {
            "figure": self.name,
            "unit": self.unit.value,
            "state": self.state.value,
            **{name: None if one is None else str(one) for name, one in ends.items()},
            "simulated": self.is_simulated,
            "label": self.label,
        }

    @classmethod
    def read(cls, written: Mapping[str, object]) -> Self:
        """Read what ``written`` wrote."""
        return cls(
            str(written["figure"]),
            Unit(str(written["unit"])),
            State(str(written["state"])),
            _decimal(written["value"]),
            _decimal(written["low"]),
            _decimal(written["high"]),
            is_simulated=bool(written["simulated"]),
            label=str(written["label"]),
        )


class Figures:
    """The figures of a release by name; a name nobody measured is unknown."""

    def __init__(self, measured: Iterable[ReleaseFigure]) -> None:
        self.by_name = {one.name: one for one in measured}

    def get(self, name: str, unit: Unit = Unit.COUNT) -> ReleaseFigure:
        """Return a figure; unknown where it was not measured."""
        return self.by_name.get(name) or ReleaseFigure(name, unit, State.UNKNOWN)

    def value(self, name: str) -> float | None:
        """Return the point value of a figure; None where there is none to tell."""
        found = self.by_name.get(name)
        return None if found is None or found.value is None else float(found.value)

    def under(self, stem: str) -> list[ReleaseFigure]:
        """List the figures whose names begin with this part, in order."""
        return [one for name, one in self.by_name.items() if name.startswith(f"{stem}.")]


def unknown(name: str, unit: Unit) -> ReleaseFigure:
    """Name a figure nobody measured."""
    return ReleaseFigure(name, unit, State.UNKNOWN)


def suppressed(one: ReleaseFigure) -> ReleaseFigure:
    """Keep a figure back."""
    return ReleaseFigure(
        one.name, one.unit, State.HIDDEN, is_simulated=one.is_simulated, label=one.label
    )


def _decimal(value: object) -> Decimal | None:
    return None if value is None else Decimal(cast("str", value))
