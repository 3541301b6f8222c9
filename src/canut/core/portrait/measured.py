"""One figure outside the table: time, pay, protection, the chain, load, or who decided.

It has a name instead of a row and a column, such as ``time.search`` or ``scheme.qpp``, and the same
states as a cell. It says where the work was done, or that all places are pooled, and which group
its interval is for. Which of them may be published is decided in ``extra_figures``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Self, cast

from canut.core.errors import BadInput
from canut.core.outside_text import read_whole
from canut.core.portrait.cells import NOT_KNOWN, CellState, check_state


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


ALL_PLACES = "ALL"
"""The place of a figure that pools all places of work."""
OTHER_PLACES = "OTHER"
"""The places with too few people to be named."""
NO_PLACE = "UNKNOWN"
"""Work whose place nobody recorded."""


class Target(StrEnum):
    """The group that the interval of a figure is for."""

    NONE = ""
    """No interval: all that happened here is counted."""
    GROUP = "another_group"
    """Another group of people like this one."""
    DECISIONS = "other_decisions"
    """Other decisions of the same people."""
    DECLARED = "as_declared"
    """The two ends that somebody declared, of no sample."""


class CountFrame(StrEnum):
    """What is counted, all of it."""

    STATEMENTS = "statements"
    """Pay statements of the periods that closed in the quarter."""
    ANSWERS = "answers"
    DECISIONS = "decisions"
    PRICES = "declared_prices"
    MATERIAL = "declared_material"
    """What projects declare of where their material comes from."""
    LAW = "law"
    """Legal values of a place."""
    RATES = "exchange_rates"


class MethodGrade(StrEnum):
    """How sure a method is; a figure of this instance is at best a whole platform's count."""

    B = "B"
    """A whole platform's count, each person once."""
    C = "C"
    """A count that rests on what somebody declared."""
    D = "D"
    """A model: what would have been."""


@dataclass(frozen=True, slots=True)
class Dimensions:
    """What a figure belongs to; empty where it does not apply.

    Args:
        place_of_work: a code of ISO 3166-2 or a country, or ``ALL``, ``OTHER``, ``UNKNOWN``.
        place_of_client: a country, or ``UNKNOWN``.
        currency: of its money, where that is not the release's.
        status: towards the payer, such as ``employee``.
        frame: what is counted.
        grade: of the method.
        target: the group its interval is for.
        n_effective: the effective number of people behind it, rounded down to a published step.
        as_of: the day until which a figure of all time is added up, such as ``2026-10-05``.
    """

    place_of_work: str = ""
    place_of_client: str = ""
    currency: str = ""
    status: str = ""
    frame: str = ""
    grade: str = ""
    target: Target = Target.NONE
    n_effective: int = 0
    as_of: str = ""

    def written(self) -> dict[str, object]:
        """Return what applies, as texts: releases from before keep their bytes."""
        fields = {name: getattr(self, name) for name in self.__slots__}
        return {name: str(value) for name, value in fields.items() if value}

    @classmethod
    def read(cls, fields: Mapping[str, object]) -> Self:
        """Read what ``written`` returned, among other fields."""
        place, client, currency, status, frame, grade, as_of = (
            str(fields.get(name, "")) for name in TEXTS
        )
        return cls(
            place_of_work=place,
            place_of_client=client,
            currency=currency,
            status=status,
            frame=frame,
            grade=grade,
            target=Target(str(fields.get("target", ""))),
            n_effective=read_whole(str(fields.get("n_effective", "0"))) or 0,
            as_of=as_of,
        )


TEXTS = ("place_of_work", "place_of_client", "currency", "status", "frame", "grade", "as_of")
NO_DIMENSIONS = Dimensions()


@dataclass(frozen=True, slots=True)
class ReleaseFigure:
    """One named figure of a release.

    Args:
        name: parts with a dot between, the same in both languages.
        label: details not in the name, such as a model's version; else empty.
        is_simulated: whether it comes from simulated people, who never count as people.
        of: the place, currency and status it belongs to, and how it was counted.

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
    of: Dimensions = NO_DIMENSIONS

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
        return self.state not in NOT_KNOWN

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
            **self.of.written(),
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
            of=Dimensions.read(fields),
        )


FORMER_NAMES = {"time.breaks": "time.care"}
"""Names that editions from before have for a figure."""


class Figures:
    """The figures of a release by name; a missing name is unknown."""

    def __init__(self, measured: Iterable[ReleaseFigure]) -> None:
        self.by_name = {figure.name: figure for figure in measured}
        for name, former in FORMER_NAMES.items():
            if former in self.by_name and name not in self.by_name:
                self.by_name[name] = replace(self.by_name.pop(former), name=name)

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
        of=replace(figure.of, n_effective=0),
    )


def _decimal(value: object) -> Decimal | None:
    return None if value is None else Decimal(cast("str", value))
