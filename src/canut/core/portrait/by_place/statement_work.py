"""Read from a pay statement where its work was done, in which status, and under which protections.

A statement names a place, and another one for each day that was worked elsewhere. Its pay is split
between places as its days earned it. Contributions that only the employer bears and that protect
nobody are left out (``LEVIES``). Amounts stay in the currency of the statement.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from canut.core.places.parameters import Status

LEVIES = frozenset({"hsf", "cnt"})
"""Levies on the employer: the health services fund, and labour standards."""


class Protection(StrEnum):
    """What a social protection makes of the hours of a statement that it can apply to."""

    COVERED = "covered"
    EXEMPT = "exempt"
    """The pay is too small for the law to ask for a contribution."""
    BARE = "bare"
    """It could apply, and nothing is contributed."""


class PlaceShare(NamedTuple):
    """A statement's work for one project in one place.

    Args:
        project: its number; None for the platform's own pages.
        place: where the work was done; empty if nobody recorded it.
        surfaces: time by kind of page, in milliseconds.
        wage_micro: what these days earned, to split the pay by.
    """

    project: int | None
    place: str
    surfaces: Mapping[str, int]
    wage_micro: int

    @property
    def time_ms(self) -> int:
        """Return all its time, in milliseconds."""
        return sum(self.surfaces.values())


@dataclass(frozen=True, slots=True)
class StatementWork:
    """What a statement says of its work, beside the amounts.

    Args:
        place: the usual place of the person.
        status: towards the payer.
        currency: of its amounts.
        shares: the work by project and place.
        protections: by scheme, only those that can apply to this status in this place.
        exchange: stored rates: what one unit of a currency is worth, in the currency of the rates.
        rates_on: the day of each rate.
    """

    place: str
    status: str
    currency: str
    shares: tuple[PlaceShare, ...]
    protections: Mapping[str, Protection]
    exchange: Mapping[str, Decimal] = field(default_factory=dict[str, Decimal])
    rates_on: Mapping[str, str] = field(default_factory=dict[str, str])

    def of_project(self, project: int | None) -> list[PlaceShare]:
        """List the work for one project by place; at the usual place where it has no days."""
        own = [share for share in self.shares if share.project == project]
        return own or [PlaceShare(project, self.place, {}, 0)]

    @property
    def is_covered(self) -> bool:
        """Return whether every protection that can apply to it does, or exempts its pay."""
        states = set(self.protections.values())
        return Protection.COVERED in states and Protection.BARE not in states


def work_of(content: Mapping[str, Any]) -> StatementWork:
    """Read the work of a statement.

    Args:
        content: a statement, as ``pay.statement`` computes it.
    """
    inputs = content["given"]
    places, usual = inputs.get("place_of_day", {}), str(inputs.get("place", ""))
    summed: dict[tuple[int | None, str], _Sums] = defaultdict(_Sums)

    def place_of(day: str) -> str:
        return str(places.get(day, usual))

    for row, source in zip(content["projects"], inputs["projects"], strict=True):
        _add_own(summed, row, source, place_of)
    for correction, source in zip(
        content["pay"].get("corrections", ()), inputs.get("corrections", ()), strict=True
    ):
        for row in correction["projects"]:
            _add_correction(summed, row, source, place_of)
    exchange = inputs.get("exchange", {})
    return StatementWork(
        place=usual,
        status=str(inputs["status"]),
        currency=str(inputs["currency"]),
        shares=tuple(
            PlaceShare(project, place, dict(sums.surfaces), sums.wage_micro)
            for (project, place), sums in summed.items()
        ),
        protections=_protections(inputs["status"], content["pay"]["contributions"]),
        exchange={code: Decimal(str(rate["rate"])) for code, rate in exchange.items()},
        rates_on={code: str(rate["on"]) for code, rate in exchange.items()},
    )


@dataclass
class _Sums:
    surfaces: defaultdict[str, int] = field(default_factory=lambda: defaultdict[str, int](int))
    wage_micro: int = 0


def _number(row: Mapping[str, Any]) -> int | None:
    return None if row["is_platform"] else int(row["number"])


def _add_own(
    summed: Mapping[tuple[int | None, str], _Sums],
    row: Mapping[str, Any],
    source: Mapping[str, Any],
    place_of: Callable[[str], str],
) -> None:
    """Add the days of a project of the statement's own period."""
    wages = {day["day"]: int(day.get("wage_micro", 0)) for day in row["days"]}
    for day in source["days"]:
        sums = summed[_number(row), place_of(day["day"])]
        sums.wage_micro += wages.get(day["day"], 0)
        for name, ms in day["surfaces"].items():
            sums.surfaces[name] += int(ms)


def _add_correction(
    summed: Mapping[tuple[int | None, str], _Sums],
    row: Mapping[str, Any],
    source: Mapping[str, Any],
    place_of: Callable[[str], str],
) -> None:
    """Add what a correction pays a project, to the places of the days that it added to."""
    now = _time_by_place(source["projects"], row["number"], place_of)
    before = _time_by_place(source["before"], row["number"], place_of)
    gained = {place: max(0, ms - before.get(place, 0)) for place, ms in now.items()}
    weights = gained if sum(gained.values()) else now
    place = max(weights, key=lambda code: (weights[code], code), default=place_of(""))
    sums = summed[_number(row), place]  # a correction is small: it is not split between places
    sums.wage_micro += int(row["wages_micro"])
    for name, ms in row["surfaces"].items():
        sums.surfaces[name] += int(ms)


def _time_by_place(
    projects: Iterable[Mapping[str, Any]], number: int, place_of: Callable[[str], str]
) -> dict[str, int]:
    times: dict[str, int] = defaultdict(int)
    for project in projects:
        if project["number"] == number:
            for day in project["days"]:
                times[place_of(day["day"])] += sum(map(int, day["surfaces"].values()))
    return dict(times)


def _protections(status: str, lines: Iterable[Mapping[str, Any]]) -> dict[str, Protection]:
    """Return the state of each protection of an employee; nobody else's pay has any here."""
    if status != Status.EMPLOYEE.value:
        return {}
    states: dict[str, Protection] = {}
    for line in lines:
        name = str(line["name"])
        if line["payer"] == "self_employed" or name in LEVIES:
            continue
        state = _state(line)
        if state is not None and states.get(name) is not Protection.COVERED:
            states[name] = state
    return states


ABOVE_CEILING = frozenset({"qpp2"})
"""Contributions that are asked for pay above a ceiling alone: under it they apply to nothing."""
WITH_EXEMPTION = frozenset({"qpp"})
"""Contributions with a yearly exemption; the first statements do not say which part it took."""


def _state(line: Mapping[str, Any]) -> Protection | None:
    """Return the state of a line; None where the contribution can apply to none of the pay.

    A contribution that reached its yearly maximum still protects: its base is not 0.
    """
    if int(line["base_micro"]) > 0 and (int(line["micro"]) > 0 or line.get("most_micro")):
        return Protection.COVERED
    if line["name"] in ABOVE_CEILING:
        return None
    if int(line.get("exempt_micro") or 0) > 0 or line["name"] in WITH_EXEMPTION:
        return Protection.EXEMPT
    return Protection.BARE
