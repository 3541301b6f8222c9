"""Compute what people learnt on paid time: hours of lessons and practice, and lessons passed.

Hours by place are a split of ``place_splits``, as those by status are. Here are the figures of all
places, and what they and the splits would give away of each other: where hours by place are
suppressed, the same hours in all places are told only if what remains is of nobody, or of twenty
people and under the p % rule. Lessons and practice are training, which is told already: of all
places in ``time.training``, of the place of the table in the table.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from canut.core.clock import HOUR_MS
from canut.core.portrait.cells import CellMeasure, CellState
from canut.core.portrait.counts import FEWEST, MINUTES
from canut.core.portrait.disclosure.dominance import is_safe_sum, summed
from canut.core.portrait.disclosure.pay_distribution import share_figure
from canut.core.portrait.measured import (
    ALL_PLACES,
    CountFrame,
    Dimensions,
    Figures,
    MethodGrade,
    ReleaseFigure,
    Unit,
    suppressed,
    unknown,
)
from canut.core.portrait.place_splits import SPLIT_OF_ACTIVITY, Activity, Parts
from canut.core.portrait.privacy import band_of

HOURS, PRACTICE, PER_HOUR, PASSED, PEOPLE = (
    "learning.hours",
    "learning.practice",
    "learning.per_hour",
    "learning.passed",
    "learning.people",
)
POOLED_HOURS: Mapping[Activity, str] = {Activity.LESSON: HOURS, Activity.PRACTICE: PRACTICE}
TRAINING = "time.training"
CENT, TENTH = Decimal("0.01"), Decimal("0.1")

type Amounts = Mapping[int, int]


class Learner(NamedTuple):
    """One person's lessons: how many they passed in the period, and whether any up to its end."""

    person: int
    passed: int
    has_passed: bool
    is_simulated: bool = False


class PlacedActivity(NamedTuple):
    """One person's time in one activity, under the name that its place is published by."""

    person: int
    place: str
    activity: str
    time_ms: int


def learning_figures(
    learners: Sequence[Learner],
    placed: Iterable[PlacedActivity],
    published: Iterable[ReleaseFigure],
    *,
    is_simulated: bool,
) -> list[ReleaseFigure]:
    """Compute the figures of paid learning in all places.

    ``learning.per_hour`` is the minutes of lessons in an hour of all paid time.

    Args:
        learners: everybody with paid time in the period, one item a person.
        placed: their time by published place and activity; all real, or all simulated.
        published: the figures of time and place that the release tells.
        is_simulated: nobody is real; every figure is told.
    """
    spent = list(placed)
    figures = [
        *_hours(spent, Figures(published), is_simulated=is_simulated),
        *_lessons_passed(learners, is_simulated=is_simulated),
    ]
    of = Dimensions(ALL_PLACES, frame=CountFrame.STATEMENTS, grade=MethodGrade.B)
    return [replace(figure, of=of) for figure in figures]


def protected_activities(
    figures: Sequence[ReleaseFigure], parts: Parts, home: str, *, is_told: bool
) -> list[ReleaseFigure]:
    """Suppress what hours by activity would give away beside the training told already.

    At home either both lessons and practice are told or neither. Where the training of all places,
    less that of the places that tell theirs, is of few people, no place tells its activities.

    Args:
        figures: the splits of hours by place, after their own disclosure control.
        parts: the time of each person by place and activity, in milliseconds.
        home: the place of the table.
        is_told: whether the table tells the training of ``home``.
    """
    told = {figure.name for figure in figures if figure.is_known}
    hidden: set[str] = set()
    of_home = [_name(place, activity) for place, activity in parts if place == home]
    learning = [_name(home, activity) for activity in POOLED_HOURS if (home, activity) in parts]
    if not is_told:
        hidden.update(of_home)
    elif any(name not in told for name in learning):
        hidden.update(learning)
    told -= hidden
    remaining: list[Amounts] = []
    for place in {place for place, _activity in parts}:
        training = [
            parts[place, activity] for activity in POOLED_HOURS if (place, activity) in parts
        ]
        is_derivable = (place == home and is_told) or _tells_training(place, parts, told)
        remaining += [] if is_derivable else training
    if not is_safe_sum(summed(remaining).values()):
        hidden.update(_name(place, activity) for place, activity in parts)
    return [
        suppressed(figure) if figure.name in hidden and figure.is_known else figure
        for figure in figures
    ]


def _tells_training(place: str, parts: Parts, known: Collection[str]) -> bool:
    """Return whether the published parts of a place give its training away."""
    work = _name(place, Activity.WORK)
    learning = [_name(place, activity) for activity in POOLED_HOURS if (place, activity) in parts]
    return work in known or all(name in known for name in learning)


def _name(place: str, activity: str) -> str:
    return f"{SPLIT_OF_ACTIVITY}.{place}.{activity}"


def time_by_place(spent: Iterable[PlacedActivity], activity: Activity) -> dict[str, dict[int, int]]:
    """Add up the time of each person in one activity by place, in milliseconds."""
    times: dict[str, dict[int, int]] = {}
    for item in spent:
        if item.activity == activity and item.time_ms:
            people = times.setdefault(item.place, {})
            people[item.person] = people.get(item.person, 0) + item.time_ms
    return times


def is_tellable(times: Mapping[str, Amounts], activity: Activity, figures: Figures) -> bool:
    """Return whether the hours of an activity in all places disclose nobody.

    Args:
        times: of the activity, by published place and person.
        activity: which one.
        figures: that the release tells, of places among them.
    """
    kept_back = [
        amounts
        for place, amounts in times.items()
        if not figures.get(_name(place, activity)).is_known
    ]
    return is_safe_sum(summed(times.values()).values()) and is_safe_sum(summed(kept_back).values())


def _hours(
    spent: Sequence[PlacedActivity], figures: Figures, *, is_simulated: bool
) -> list[ReleaseFigure]:
    """Return the hours of lessons and of practice, and the minutes of lessons in a paid hour."""
    if not spent:
        units = {HOURS: Unit.HOURS, PRACTICE: Unit.HOURS, PER_HOUR: Unit.MINUTES}
        return [unknown(name, unit) for name, unit in units.items()]
    times = {activity: time_by_place(spent, activity) for activity in POOLED_HOURS}
    sums = {
        activity: sum(summed(by_place.values()).values()) for activity, by_place in times.items()
    }
    of_lessons, of_practice = (
        ReleaseFigure(
            name,
            Unit.HOURS,
            CellState.EXACT,
            (Decimal(sums[activity]) / HOUR_MS).quantize(TENTH),
            is_simulated=is_simulated,
        )
        for activity, name in POOLED_HOURS.items()
    )
    whole_ms = sum(item.time_ms for item in spent)
    minutes = Decimal(MINUTES) * sums[Activity.LESSON] / whole_ms
    per_hour = ReleaseFigure(
        PER_HOUR,
        Unit.MINUTES,
        CellState.EXACT,
        minutes.quantize(CENT),
        is_simulated=is_simulated,
    )
    computed = [of_lessons, of_practice, per_hour]
    is_told = is_simulated or (
        figures.get(f"place.{ALL_PLACES}.{CellMeasure.HOURS}").is_known
        and figures.get(TRAINING).is_known
        and all(is_tellable(times[activity], activity, figures) for activity in POOLED_HOURS)
    )
    return computed if is_told else [suppressed(figure) for figure in computed]


def _lessons_passed(learners: Sequence[Learner], *, is_simulated: bool) -> list[ReleaseFigure]:
    """Return the number of lessons passed as a band, and the rounded share of people with one."""
    if not learners:
        return [unknown(PASSED, Unit.COUNT), unknown(PEOPLE, Unit.SHARE)]
    passed = sum(learner.passed for learner in learners)
    with_one = sum(learner.has_passed for learner in learners)
    if is_simulated:
        exact = ReleaseFigure(
            PASSED, Unit.COUNT, CellState.EXACT, Decimal(passed), is_simulated=True
        )
    else:
        band = band_of(PASSED, max(1, passed))
        exact = ReleaseFigure(PASSED, Unit.COUNT, band.state, low=band.low, high=band.high)
    if len(learners) < FEWEST:
        share = unknown(PEOPLE, Unit.SHARE)
        return [exact, share if is_simulated else suppressed(share)]
    return [exact, share_figure(PEOPLE, with_one, len(learners), is_simulated=is_simulated)]
