"""Lessons pay the floor or one's own pay an hour, as a line of their own that no client bears."""

from datetime import date

import pytest

from canut.actions.lessons.attempts import begin_lesson, end_lesson
from canut.actions.lessons.own_hour import own_hour
from canut.actions.pay.periods import close_period, make_period
from canut.core.clock import DAY_MS, HOUR_MS, MINUTE_MS, to_ms
from canut.core.money import Money
from canut.core.pay.statement_input import LESSONS
from canut.store.models import FundsLine, LessonAttempt, Period, Person, StatementCost
from tests.support.factories import answer_next, make_person
from tests.support.lessons import lesson_one
from tests.support.payroll import (
    AFTER,
    content_of,
    made_with,
    moment,
    period,
    person_of,
    policy,
    work_hours,
)

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]
MAY = date(2026, 5, 1)
HALF_HOUR = 30 * MINUTE_MS


def follow_lesson(person: Person) -> LessonAttempt:
    """Follow the first lesson for half an hour on the afternoon of 1 May."""
    begin_ms = moment(MAY, 15)
    attempt = begin_lesson(person, lesson_one(), begin_ms)
    work_hours(person, None, begin_ms, HALF_HOUR, surface="lesson:1")
    end_lesson(attempt.pk, lesson_one(), begin_ms + HALF_HOUR)
    return attempt


def close() -> Period:
    return close_period(period().pk, make_person(), to_ms(AFTER))


def test_half_an_hour_pays_the_floor_where_little_else_is_known() -> None:
    policy()
    made = made_with(60_000_000)
    work_hours(person_of(made), made.project.pk, moment(MAY), HOUR_MS)
    answer_next(made.worker, now_ms=moment(MAY, 10))

    attempt = follow_lesson(person_of(made))
    closed = close()

    assert attempt.hour_micro == 0
    line = content_of(person_of(made), closed)["projects"][-1]
    assert (line["number"], line["is_platform"]) == (LESSONS, True)
    assert line["surfaces"] == {"lesson": HALF_HOUR}
    assert line["earned_micro"] == 8_300_000


def test_half_an_hour_pays_twelve_fifty_to_who_earns_twenty_five_an_hour() -> None:
    policy()
    made = made_with(50_000_000)
    person = person_of(made)
    work_hours(person, made.project.pk, moment(MAY), 2 * HOUR_MS)
    answer_next(made.worker, now_ms=moment(MAY, 11))
    assert own_hour(person.pk, moment(MAY, 15)) == Money(25_000_000, "CAD")

    follow_lesson(person)
    closed = close()

    line = content_of(person, closed)["projects"][-1]
    assert line["earned_micro"] == line["by_hour_micro"] == 12_500_000
    assert line["top_up_micro"] == 0


def test_own_pay_an_hour_is_unknown_under_two_hours_and_after_four_weeks() -> None:
    made = made_with(50_000_000)
    person = person_of(made)
    work_hours(person, made.project.pk, moment(MAY), 2 * HOUR_MS - MINUTE_MS)
    answer_next(made.worker, now_ms=moment(MAY, 11))
    assert own_hour(person.pk, moment(MAY, 15)) is None
    work_hours(person, made.project.pk, moment(MAY, 16), HOUR_MS)
    assert own_hour(person.pk, moment(MAY, 18)) is not None
    assert own_hour(person.pk, moment(date(2026, 5, 30), 15)) is None


def test_late_beats_of_a_closed_period_are_paid_once_to_the_second() -> None:
    policy()
    made = made_with(60_000_000)
    person = person_of(made)
    work_hours(person, made.project.pk, moment(MAY), HOUR_MS)
    answer_next(made.worker, now_ms=moment(MAY, 10))
    work_hours(person, None, moment(MAY, 14), 10_400, surface="messages")
    attempt = begin_lesson(person, lesson_one(), moment(MAY, 15))
    work_hours(person, None, moment(MAY, 15), 305_300, surface="lesson:1")
    end_lesson(attempt.pk, lesson_one(), moment(MAY, 16))
    close()
    late = to_ms(AFTER) + HOUR_MS
    work_hours(person, None, moment(MAY, 17), 60_000, surface="lesson:1", received_ms=late)
    later = make_period(date(2026, 5, 4), date(2026, 5, 17), to_ms(AFTER))

    closed = close_period(later.pk, make_person(), to_ms(AFTER) + 14 * DAY_MS)

    (correction,) = content_of(person, closed)["pay"]["corrections"]
    times = {row["number"]: row["time_ms"] for row in correction["projects"] if row["time_ms"]}
    assert times == {LESSONS: 60_000}


def test_no_client_bears_a_lesson() -> None:
    policy()
    made = made_with(60_000_000)
    work_hours(person_of(made), made.project.pk, moment(MAY), HOUR_MS)
    answer_next(made.worker, now_ms=moment(MAY, 10))
    follow_lesson(person_of(made))

    closed = close()

    own = StatementCost.objects.get(project=None)
    assert own.time_ms == HALF_HOUR
    of_client = StatementCost.objects.get(project=made.project)
    charged = FundsLine.objects.get(kind=FundsLine.Kind.CHARGE, period=closed)
    assert charged.micro == of_client.pieces_micro + of_client.top_up_micro + of_client.on_top_micro
