"""Count the unpaid gestures inside the material that people were paid to label.

Comments, stars and CAPTCHAs were made by somebody, mostly unpaid. Their hours are those that the
projects worked on declared for all their material, with the source of their seconds; nothing about
a person is in them. They stand beside paid hours that the edition publishes anyway: where those are
kept back, all that would be told of their gestures is too. What nobody declared, or has no sourced
time, is counted as such, and a sum that leaves it out says "at least".
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from canut.core.portrait.cells import CellState
from canut.core.portrait.measured import (
    ALL_PLACES,
    CountFrame,
    Dimensions,
    Figures,
    MethodGrade,
    ReleaseFigure,
    Target,
    Unit,
    suppressed,
    unknown,
)

STEM, ALL = "gestures", "all"
PER_HOUR, NOT_DECLARED, NO_TIME = "per_hour", "not_declared", "no_time"
OCCUPATION = "CAN-SOCIAL"
"""The row of the table of occupations that gestures belong to."""
TENTH, CENT = Decimal("0.1"), Decimal("0.01")


class DeclaredGesture(NamedTuple):
    """Unpaid gestures of one kind in a project's material.

    ``tenths``: the hours they took, least and most, in tenths; None without a sourced time.
    """

    gesture: str
    tenths: tuple[int, int] | None


class ProjectMaterial(NamedTuple):
    """What is declared of the material of a project that people were paid for.

    Args:
        client: the country of the client; ``UNKNOWN`` if it is not declared.
        is_declared: whether somebody described all of it; else its gestures are unknown.
        gestures: its unpaid gestures; none where it is paid work, a register or a program's.
        is_simulated: whether only simulated people worked on it.
    """

    client: str
    is_declared: bool
    gestures: Sequence[DeclaredGesture] = ()
    is_simulated: bool = False


def gesture_figures(
    materials: Iterable[ProjectMaterial], published: Iterable[ReleaseFigure]
) -> list[ReleaseFigure]:
    """Compute the hours of unpaid gestures, by client's country and gesture, and under an hour.

    Args:
        materials: of the projects worked on; those of simulated people count if nobody is real.
        published: the figures of the edition, whose hours are the only ones this divides by.
    """
    every = list(materials)
    counted = [material for material in every if not material.is_simulated] or every
    if not counted:
        return [_of(figure, ALL_PLACES) for figure in _nothing()]
    hours = _published_hours(Figures(published))
    by_client: dict[str, list[ProjectMaterial]] = defaultdict(list)
    for material in counted:
        by_client[material.client].append(material)
        by_client[ALL_PLACES].append(material)
    order = sorted(by_client, key=lambda client: (client != ALL_PLACES, client))
    return [
        _of(replace(figure, is_simulated=counted[0].is_simulated), client)
        for client in order
        for figure in _of_client(client, by_client[client], hours.get(client))
    ]


def _nothing() -> list[ReleaseFigure]:
    stem = f"{STEM}.{ALL_PLACES}"
    return [unknown(f"{stem}.{ALL}", Unit.HOURS), unknown(f"{stem}.{PER_HOUR}", Unit.COUNT)]


def _of_client(
    client: str, materials: Sequence[ProjectMaterial], paid: ReleaseFigure | None
) -> list[ReleaseFigure]:
    stem = f"{STEM}.{client}"
    undeclared = sum(1 for material in materials if not material.is_declared)
    untimed = sum(
        1 for material in materials if any(gesture.tenths is None for gesture in material.gestures)
    )
    sums: dict[str, list[tuple[int, int] | None]] = defaultdict(list)
    for material in materials:
        for gesture in material.gestures:
            sums[gesture.gesture].append(gesture.tenths)
    every = [tenths for each in sums.values() for tenths in each]
    whole = _summed(f"{stem}.{ALL}", every, is_whole=not undeclared)
    figures = [
        whole,
        _under_an_hour(f"{stem}.{PER_HOUR}", whole, paid),
        *(
            _summed(f"{stem}.{gesture}", each, is_whole=True)
            for gesture, each in sorted(sums.items())
        ),
        _counted(f"{stem}.{NOT_DECLARED}", undeclared),
        _counted(f"{stem}.{NO_TIME}", untimed),
    ]
    if paid is not None and paid.state is CellState.HIDDEN:
        return [suppressed(figure) for figure in figures]
    return figures


def _counted(name: str, count: int) -> ReleaseFigure:
    return ReleaseFigure(name, Unit.COUNT, CellState.EXACT, Decimal(count))


def _summed(name: str, each: Sequence[tuple[int, int] | None], *, is_whole: bool) -> ReleaseFigure:
    """Add up declared hours: an interval, "at least" where some are unknown, or unknown."""
    timed = [tenths for tenths in each if tenths is not None]
    least, most = (TENTH * sum(tenths[end] for tenths in timed) for end in (0, 1))
    if len(timed) == len(each) and is_whole:
        return _between(name, Unit.HOURS, least, most, TENTH)
    if not timed:
        return unknown(name, Unit.HOURS)
    return ReleaseFigure(name, Unit.HOURS, CellState.AT_LEAST, low=least)


def _between(name: str, unit: Unit, least: Decimal, most: Decimal, step: Decimal) -> ReleaseFigure:
    """Return an interval as declared; its value is the middle, which nobody declared."""
    middle = ((least + most) / 2).quantize(step, ROUND_HALF_UP)
    return ReleaseFigure(name, unit, CellState.ESTIMATED, middle, least, most)


def _under_an_hour(name: str, whole: ReleaseFigure, paid: ReleaseFigure | None) -> ReleaseFigure:
    """Divide by the published hours; unknown where there are none."""
    if not whole.is_known or paid is None:
        return unknown(name, Unit.COUNT)
    if not paid.value or whole.low is None:
        return unknown(name, Unit.COUNT)
    low = (whole.low / paid.value).quantize(CENT, ROUND_HALF_UP)
    if whole.high is None:
        return ReleaseFigure(name, Unit.COUNT, CellState.AT_LEAST, low=low)
    high = (whole.high / paid.value).quantize(CENT, ROUND_HALF_UP)
    return _between(name, Unit.COUNT, low, high, CENT)


def _published_hours(figures: Figures) -> Mapping[str, ReleaseFigure]:
    """Return the paid hours of all places, and those by client where no place keeps them back."""
    hours = {ALL_PLACES: figures.get(f"place.{ALL_PLACES}.hours", Unit.HOURS)}
    for figure in figures.under("client"):
        client = figure.of.place_of_client
        before = hours.get(client)
        if before is None:
            hours[client] = replace(figure, name=client)
        elif not figure.is_known or not before.is_known:
            hours[client] = suppressed(before)
        else:
            value = (before.value or Decimal(0)) + (figure.value or Decimal(0))
            hours[client] = replace(before, value=value)
    return hours


def _of(figure: ReleaseFigure, client: str) -> ReleaseFigure:
    has_ends = figure.state is CellState.ESTIMATED
    of = Dimensions(
        place_of_client=client,
        frame=CountFrame.MATERIAL,
        grade=MethodGrade.C,
        target=Target.DECLARED if has_ends else Target.NONE,
    )
    return replace(figure, of=of)
