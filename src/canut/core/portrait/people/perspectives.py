"""Compute what becomes of people: skills shown, lessons, moves, pay over time, tenure, exits.

No figure of fewer than twenty people: numbers of people are bands, shares are rounded in wide
steps, medians are told from twenty people on. A place has its own figures where it has twenty
people, and where those of all other places that are told nowhere are none or twenty as well.
Nobody's chances are predicted and no person is compared with another.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

import numpy as np

from canut.core.clock import DAY_MS, HOUR_MS
from canut.core.portrait.cells import CellState
from canut.core.portrait.counts import FEWEST, Z
from canut.core.portrait.disclosure.head_counts import band_edge
from canut.core.portrait.disclosure.pay_distribution import share_figure
from canut.core.portrait.measured import (
    ALL_PLACES,
    CountFrame,
    Dimensions,
    MethodGrade,
    ReleaseFigure,
    Target,
    Unit,
    suppressed,
    unknown,
)
from canut.core.portrait.privacy import band_of

NAME = "perspectives"
AFTER_DAYS = (90, 180, 365)
"""Days after the first answer at which the share of those still here is told."""
SILENCE_DAYS = 90
LEAST_HOURS, ENDS_HOURS, MANY_HOURS = 40, 20, 100
TENTH, STEP = Decimal("0.1"), Decimal("0.05")
BASIC = frozenset({"S01", "S02"})


@dataclass(frozen=True, slots=True)
class PersonCourse:
    """What one real person's work here came to, by the end of a quarter.

    Args:
        place: of work, as their newest terms say.
        is_active: whether they answered in the quarter.
        skills: skills with a level shown.
        has_lesson: whether they passed a lesson.
        trades: kinds of click work in which they have ten paid hours or more.
        pays: pay in micro-units of one currency and time of each statement, oldest first.
        worked_ms: time of all their answers.
        first_ms: first answer, milliseconds since 1970 UTC.
        last_ms: last answer.
    """

    person: int
    place: str
    is_active: bool
    skills: frozenset[str]
    has_lesson: bool
    trades: frozenset[str]
    pays: tuple[tuple[int, int], ...]
    worked_ms: int
    first_ms: int
    last_ms: int

    @property
    def is_dead_end(self) -> bool:
        """Return whether a hundred hours showed nothing beyond the first two skills."""
        is_long = self.worked_ms >= MANY_HOURS * HOUR_MS
        return is_long and not self.has_lesson and not self.skills - BASIC


class Exits(NamedTuple):
    """Numbers of real people: asked, answered, moved on, better paid, helped by the passport.

    ``said_pay`` and ``said_help``: how many said yes, the same, or no.
    """

    asked: int
    answered: int
    moved_on: int
    better: int
    said_pay: int
    helped: int
    said_help: int


class PairedInterval(NamedTuple):
    """The median of pairs, and the two ends of its interval."""

    median: float
    low: float
    high: float


def kaplan_meier(stays: Iterable[tuple[float, bool]]) -> list[tuple[float, float, int]]:
    """Estimate the share of people still here, after each time at which somebody left.

    Args:
        stays: how long each person was here, and whether they left then; else they may still be
            here.

    Returns:
        For each time of leaving: the time, the share still here after it, and how many were
        there just before it.

    Source:
        Kaplan and Meier 1958, the product-limit estimator.

    Example:
        >>> kaplan_meier([(10, True), (20, True), (20, False), (35, True)])[-1]
        (35, 0.0, 1)
    """
    rows = sorted(stays)
    share, curve = 1.0, list[tuple[float, float, int]]()
    for time in sorted({time for time, is_gone in rows if is_gone}):
        there = sum(1 for stay, _is_gone in rows if stay >= time)
        leavers = sum(1 for stay, is_gone in rows if is_gone and stay == time)
        share *= 1 - leavers / there
        curve.append((time, share, there))
    return curve


def hodges_lehmann(values: Sequence[float]) -> PairedInterval:
    """Return the median of some values, and the Hodges–Lehmann interval at 95 %.

    Args:
        values: one or more.

    Source:
        Hodges and Lehmann 1963: the ordered means of all pairs; the ends by the normal
        approximation of Wilcoxon's signed ranks.

    Example:
        >>> hodges_lehmann([1.00, 1.05, 1.10, 1.20, 0.95]).median
        1.05
    """
    numbers = np.asarray(values, np.float64)
    n = len(numbers)
    first, second = np.triu_indices(n)
    means = np.sort((numbers[first] + numbers[second]) / 2)
    spread = float(np.sqrt(n * (n + 1) * (2 * n + 1) / 24))
    cut = max(0, int(n * (n + 1) / 4 - Z * spread))
    return PairedInterval(
        float(np.median(numbers)), float(means[cut]), float(means[len(means) - 1 - cut])
    )


def pay_progression(pays: Sequence[tuple[int, int]]) -> float | None:
    """Return pay by hour of the last twenty paid hours over that of the first twenty.

    Args:
        pays: pay in micro-units and milliseconds of each statement, oldest first.

    Returns:
        None under forty paid hours, or where the first twenty brought nothing.
    """
    if sum(time_ms for _micro, time_ms in pays) < LEAST_HOURS * HOUR_MS:
        return None
    first, last = _pay_of_hours(pays), _pay_of_hours(pays[::-1])
    return last / first if first > 0 else None


def stays_of(courses: Iterable[PersonCourse], end_ms: int) -> list[tuple[float, bool]]:
    """Return how many days each person stayed, and whether they left: 90 days of silence."""
    return [
        (
            (course.last_ms - course.first_ms) / DAY_MS,
            end_ms - course.last_ms >= SILENCE_DAYS * DAY_MS,
        )
        for course in courses
    ]


def perspective_figures(
    courses: Sequence[PersonCourse], exits: Exits | None, end_ms: int
) -> tuple[ReleaseFigure, ...]:
    """Compute the figures of a quarter after disclosure control, of all places and by place.

    Args:
        courses: one for each real person who ever answered.
        exits: what people said of where they went; None if nobody was asked.
        end_ms: end of the quarter, milliseconds since 1970 UTC.
    """
    pooled = Dimensions(ALL_PLACES, frame=CountFrame.ANSWERS, grade=MethodGrade.B)
    figures = [replace(figure, of=pooled) for figure in _of_group(courses, end_ms, "")]
    declared = Dimensions(ALL_PLACES, frame=CountFrame.DECISIONS, grade=MethodGrade.C)
    figures += [replace(figure, of=declared) for figure in _exits(exits)]
    for place in told_places(courses):
        group = [course for course in courses if course.place == place]
        of = replace(pooled, place_of_work=place)
        figures += [replace(figure, of=of) for figure in _of_group(group, end_ms, f".{place}")]
    return tuple(figures)


def told_places(courses: Iterable[PersonCourse]) -> list[str]:
    """Return the places that have own figures: twenty people active, and no few left over."""
    counts: dict[str, int] = {}
    for course in courses:
        if course.is_active:
            counts[course.place] = counts.get(course.place, 0) + 1
    places = sorted(
        (place for place, n in counts.items() if n >= FEWEST and place),
        key=lambda place: (-counts[place], place),
    )
    while places:
        remaining = sum(counts.values()) - sum(counts[place] for place in places)
        if not remaining or remaining >= FEWEST:
            break
        places.pop()
    return sorted(places)


def _of_group(courses: Sequence[PersonCourse], end_ms: int, suffix: str) -> list[ReleaseFigure]:
    active = [course for course in courses if course.is_active]
    tests: Mapping[str, Callable[[PersonCourse], bool]] = {
        "skill": lambda course: bool(course.skills),
        "moved": lambda course: len(course.trades) > 1,
    }
    figures = [
        _share(f"{NAME}.{name}{suffix}", sum(map(test, active)), len(active))
        for name, test in tests.items()
    ]
    figures.append(_progression(courses, f"{NAME}.pay{suffix}"))
    figures += _tenure(courses, end_ms, suffix)
    dead_ends = sum(course.is_dead_end for course in courses)
    many = [course for course in courses if course.worked_ms >= MANY_HOURS * HOUR_MS]
    name = f"{NAME}.dead_ends{suffix}"
    figures.append(_band(name, dead_ends) if many else unknown(name, Unit.PEOPLE))
    return figures


def _share(name: str, count: int, people: int) -> ReleaseFigure:
    """Return a share of people, rounded; hidden under twenty people."""
    if people >= FEWEST:
        return share_figure(name, count, people)
    empty = unknown(name, Unit.SHARE)
    return suppressed(empty) if people else empty


def _band(name: str, people: int) -> ReleaseFigure:
    cell = band_of(name, max(1, people))
    return ReleaseFigure(name, Unit.PEOPLE, cell.state, low=cell.low, high=cell.high)


def _progression(courses: Iterable[PersonCourse], name: str) -> ReleaseFigure:
    """Return the median of the last pay by hour over the first, with its interval."""
    ratios = [ratio for course in courses if (ratio := pay_progression(course.pays)) is not None]
    if len(ratios) < FEWEST:
        empty = unknown(name, Unit.SHARE)
        return suppressed(empty) if ratios else empty
    interval = hodges_lehmann(ratios)
    value, low, high = (_in_steps(number) for number in interval)
    figure = ReleaseFigure(
        name, Unit.SHARE, CellState.ESTIMATED, value, min(low, value), max(high, value)
    )
    of = replace(figure.of, target=Target.GROUP, n_effective=band_edge(len(ratios)))
    return replace(figure, of=of)


def _tenure(courses: Sequence[PersonCourse], end_ms: int, suffix: str) -> list[ReleaseFigure]:
    """Return the share still here some days after the first answer, while twenty are observed."""
    stays = stays_of(courses, end_ms)
    curve = kaplan_meier(stays)
    figures: list[ReleaseFigure] = []
    for days in AFTER_DAYS:
        name = f"{NAME}.stayed_{days}_days{suffix}"
        observed = sum(1 for stay, _is_gone in stays if stay >= days)
        if len(stays) < FEWEST or observed < FEWEST:
            empty = unknown(name, Unit.SHARE)
            figures.append(suppressed(empty) if stays else empty)
            continue
        share = next((share for time, share, _n in reversed(curve) if time <= days), 1.0)
        figures.append(ReleaseFigure(name, Unit.SHARE, CellState.EXACT, _in_steps(share)))
    return figures


def _exits(exits: Exits | None) -> list[ReleaseFigure]:
    """Return how many were asked, answered and moved on; shares from twenty answers on."""
    people = ("asked", "answered", "moved_on")
    if exits is None:
        return [
            *(unknown(f"{NAME}.{name}", Unit.PEOPLE) for name in people),
            *(unknown(f"{NAME}.{name}", Unit.SHARE) for name in ("better_paid", "helped")),
        ]
    return [
        *(_band(f"{NAME}.{name}", getattr(exits, name)) for name in people),
        _share(f"{NAME}.better_paid", exits.better, exits.said_pay),
        _share(f"{NAME}.helped", exits.helped, exits.said_help),
    ]


def _in_steps(number: float) -> Decimal:
    """Round to the nearest twentieth: a median of a few people more shows none of them."""
    return (Decimal(number) / STEP).quantize(Decimal(1)) * STEP


def _pay_of_hours(pays: Sequence[tuple[int, int]]) -> float:
    """Return the pay of the first twenty hours, a statement in part where they end within it."""
    left_ms, micro = float(ENDS_HOURS * HOUR_MS), 0.0
    for pay_micro, time_ms in pays:
        if left_ms <= 0:
            break
        taken = min(left_ms, time_ms)
        micro += pay_micro * (taken / time_ms) if time_ms else pay_micro
        left_ms -= taken
    return micro
