from datetime import timedelta

import pytest

from canut.actions.time.day_view import day_of, time_today
from canut.actions.time.retention import recompute_days
from canut.core.clock import to_ms
from tests.support.factories import NOW, NOW_MS, make_person, make_project
from tests.support.working_hours import DAY, HOUR, MINUTE, work

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def test_tasks_one_after_the_other_are_one_line_and_add_up() -> None:
    made = make_project()
    person = made.worker.person
    assert person
    at = NOW_MS - HOUR
    for n in range(3):
        at = work(person.pk, made.project.pk, f"item:{n}", at, 2)
    work(person.pk, None, "queue", at + 10 * MINUTE, 1)

    day = day_of(person, None, NOW_MS)

    assert [(row.surface, row.ms) for row in day.rows] == [
        ("item", 6 * MINUTE),
        ("queue", MINUTE),
    ]
    assert [(one.surface, one.ms) for one in day.sums] == [
        ("item", 6 * MINUTE),
        ("queue", MINUTE),
    ]
    assert day.total_ms == time_today(person, NOW_MS) == 7 * MINUTE


def test_paid_break_is_due_after_an_hour_of_hands_and_not_the_next_day() -> None:
    person = make_person()
    work(person.pk, None, "queue", NOW_MS - 61 * MINUTE, 61)

    assert day_of(person, None, NOW_MS).is_break_due
    assert not day_of(person, None, to_ms(NOW + timedelta(minutes=5))).is_break_due
    assert not day_of(person, TODAY - timedelta(days=1), NOW_MS).is_break_due


def test_week_is_said_to_be_long_at_forty_hours() -> None:
    person = make_person()
    for past in range(1, 3):  # Monday and Tuesday; today is Wednesday
        work(person.pk, None, "queue", NOW_MS - past * DAY - 6 * HOUR, 19.5 * 60, sent=400)
    recompute_days(NOW_MS)
    assert not day_of(person, None, NOW_MS).is_long_week

    work(person.pk, None, "queue", NOW_MS - 2 * HOUR, 60)

    day = day_of(person, None, NOW_MS)
    assert (day.week_ms, day.is_long_week) == (40 * HOUR, True)
