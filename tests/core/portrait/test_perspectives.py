from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from canut.core.clock import DAY_MS, HOUR_MS
from canut.core.portrait.cells import CellState
from canut.core.portrait.measured import ReleaseFigure
from canut.core.portrait.people.perspectives import (
    Exits,
    PersonCourse,
    hodges_lehmann,
    kaplan_meier,
    pay_progression,
    perspective_figures,
    told_places,
)

END_MS = 1_000 * DAY_MS
COURSE = PersonCourse(
    person=1,
    place="CA-QC",
    is_active=True,
    skills=frozenset(),
    has_lesson=False,
    trades=frozenset({"CAN-ANNOT"}),
    pays=(),
    worked_ms=10 * HOUR_MS,
    first_ms=END_MS - 500 * DAY_MS,
    last_ms=END_MS - DAY_MS,
)


def people(n: int, **fields: Any) -> list[PersonCourse]:
    return [replace(COURSE, person=number, **fields) for number in range(n)]


def figures(courses: list[PersonCourse], exits: Exits | None = None) -> dict[str, ReleaseFigure]:
    return {each.name: each for each in perspective_figures(courses, exits, END_MS)}


def test_share_still_here_after_each_leaving() -> None:
    stays = [
        (10, True), (20, True), (20, False), (35, True),
        (40, False), (60, True), (80, False), (90, False),
    ]  # fmt: skip

    curve = kaplan_meier(stays)

    assert [(time, round(share, 3)) for time, share, _n in curve] == [
        (10, 0.875), (20, 0.75), (35, 0.6), (60, 0.4),
    ]  # fmt: skip


def test_median_of_pay_over_time_with_its_interval() -> None:
    interval = hodges_lehmann([1.00, 1.05, 1.10, 1.20, 0.95])

    assert interval.median == pytest.approx(1.05)
    assert (interval.low, interval.high) == pytest.approx((0.95, 1.2))


def test_pay_of_the_last_twenty_hours_over_the_first_asks_for_forty() -> None:
    pays = [(200, 20 * HOUR_MS), (500, 40 * HOUR_MS), (330, 30 * HOUR_MS)]

    assert pay_progression(pays) == pytest.approx(220 / 200)
    assert pay_progression([(200, 20 * HOUR_MS), (210, 19 * HOUR_MS)]) is None
    assert pay_progression([(0, 20 * HOUR_MS), (210, 20 * HOUR_MS)]) is None


def test_shares_of_skills_and_moves_of_twenty_people() -> None:
    courses = [
        replace(
            course,
            skills=frozenset({"S01"} if number < 12 else ()),
            trades=frozenset({"CAN-ANNOT", "CAN-VERIF"} if number < 3 else {"CAN-ANNOT"}),
        )
        for number, course in enumerate(people(20))
    ]

    shares = figures(courses)

    assert sum(bool(course.skills) for course in courses) * 5 == 60
    assert sum(len(course.trades) > 1 for course in courses) * 5 == 15
    assert shares["perspectives.skill"].value == Decimal("0.600")
    moved = shares["perspectives.moved"]  # in steps of a tenth under 50 people
    assert moved.value is None or moved.value in {Decimal("0.100"), Decimal("0.200")}


def test_nothing_is_told_of_fewer_than_twenty_people() -> None:
    courses = people(
        19, skills=frozenset({"S03"}),
        pays=((200, 20 * HOUR_MS), (220, 20 * HOUR_MS)), worked_ms=200 * HOUR_MS,
    )  # fmt: skip

    for figure in figures(courses, Exits(19, 19, 19, 19, 19, 19, 19)).values():
        assert figure.value is None
        assert figure.state in {CellState.HIDDEN, CellState.UNKNOWN, CellState.FEW}, figure.name
    for figure in figures([]).values():
        assert figure.state is CellState.UNKNOWN, figure.name


def test_people_who_moved_on_are_told_as_at_least() -> None:
    told = figures(people(20), Exits(60, 40, 25, 30, 38, 10, 40))

    assert told["perspectives.moved_on"].state is CellState.AT_LEAST
    assert told["perspectives.moved_on"].low == 20
    assert told["perspectives.answered"].low == 30
    assert told["perspectives.asked"].low == 50
    assert told["perspectives.better_paid"].value is not None


def test_a_hundred_hours_with_nothing_beyond_two_skills_is_a_dead_end() -> None:
    long = people(30, worked_ms=120 * HOUR_MS, skills=frozenset({"S01", "S02"}))

    assert figures(long)["perspectives.dead_ends"].low == 30
    assert figures([replace(each, has_lesson=True) for each in long])[
        "perspectives.dead_ends"
    ].state is CellState.FEW  # fmt: skip
    assert not replace(COURSE, skills=frozenset({"S03"}), worked_ms=120 * HOUR_MS).is_dead_end


def test_tenure_is_told_while_twenty_people_are_observed() -> None:
    stays = people(40)
    left = [
        replace(each, first_ms=END_MS - 400 * DAY_MS, last_ms=END_MS - 300 * DAY_MS)
        for each in people(40)
    ]

    told = figures([*stays, *left])

    assert told["perspectives.stayed_90_days"].value == Decimal("1.00")
    assert told["perspectives.stayed_180_days"].value == Decimal("0.50")
    assert told["perspectives.stayed_365_days"].value == Decimal("0.50")
    assert figures(left)["perspectives.stayed_365_days"].state is CellState.HIDDEN


def test_a_place_has_figures_where_no_few_people_are_left_over() -> None:
    here, there, few = people(25), people(21, place="FR"), people(5, place="MG")

    assert told_places([*here, *there]) == ["CA-QC", "FR"]
    assert told_places([*here, *there, *few]) == ["CA-QC"]  # 26 left over
    assert told_places([*here, *few]) == []
    assert "perspectives.skill.FR" in figures([*here, *there])
    assert figures([*here, *there])["perspectives.skill.FR"].of.place_of_work == "FR"
