"""The status of each day counts for that day: a later change takes nothing from hours worked."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from canut.actions.pay.periods import close_period, make_period
from canut.actions.pay.statement_recount import recount
from canut.core.clock import HOUR_MS, to_ms
from canut.core.places.parameters import Status
from canut.store.models import Payment, Period, Person, Statement
from tests.support.factories import make_person
from tests.support.payroll import agree, made_with, moment, person_of, policy, work_hours

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.dialect]
FIRST, LAST = date(2026, 6, 1), date(2026, 6, 14)
CLOSING = datetime(2026, 6, 15, 13, tzinfo=UTC)
TEN_HOURS = 166_000_000


def worked_ten_hours() -> Person:
    """Let an employee work ten hours in the first days of a period."""
    policy()
    made = made_with(0)
    for day in (FIRST, FIRST + timedelta(days=1)):
        work_hours(person_of(made), made.project.pk, moment(day), 5 * HOUR_MS)
    return person_of(made)


def change(person: Person, status: Status, day: date) -> None:
    agree(person, status, since=datetime.fromtimestamp(moment(day, 8) / 1000, UTC))


def close() -> Period:
    due = make_period(FIRST, LAST, to_ms(CLOSING))
    return close_period(due.pk, make_person(), to_ms(CLOSING))


def contents(person: Person) -> list[dict[str, Any]]:
    rows = Statement.objects.filter(person=person).order_by("begin_ms")
    return [json.loads(row.content) for row in rows]


def test_hours_of_an_employee_are_paid_though_they_are_a_volunteer_on_the_last_day() -> None:
    person = worked_ten_hours()
    change(person, Status.VOLUNTEER, LAST)

    due = close()

    (content,) = contents(person)
    assert content["given"]["status"] == "employee"
    assert content["pay"]["wages_micro"] == TEN_HOURS
    assert content["pay"]["vacation_micro"] == 6_640_000
    assert list(recount(due)) == []


def test_each_status_of_a_period_has_a_statement_with_its_own_contributions() -> None:
    person = worked_ten_hours()
    change(person, Status.SELF_EMPLOYED, date(2026, 6, 10))
    work_hours(person, None, moment(date(2026, 6, 11)), HOUR_MS, surface="queue")

    due = close()

    employed, self_employed = contents(person)
    assert employed["given"]["period"]["last_day"] == "2026-06-09"
    assert employed["pay"]["vacation_micro"] == 6_640_000
    assert employed["pay"]["employer_micro"] > 0
    assert self_employed["given"]["period"]["first_day"] == "2026-06-10"
    assert self_employed["pay"]["vacation"] is None
    assert self_employed["pay"]["wages_micro"] == 16_600_000
    assert self_employed["given"]["before"]["gross_micro"] == employed["pay"]["gross_micro"]
    assert Payment.objects.filter(person=person).count() == 2
    assert list(recount(due)) == []


def test_late_time_of_a_paid_day_is_corrected_though_nothing_is_paid_any_more() -> None:
    person = worked_ten_hours()
    change(person, Status.VOLUNTEER, date(2026, 6, 5))
    close()
    later = CLOSING + timedelta(days=14)
    came_ms = to_ms(CLOSING) + HOUR_MS
    for day in (FIRST, date(2026, 6, 6)):  # the second as a volunteer
        work_hours(person, None, moment(day, 18), HOUR_MS, surface="queue", received_ms=came_ms)
    following = make_period(LAST + timedelta(days=1), LAST + timedelta(days=14), to_ms(later))

    second = close_period(following.pk, make_person(), to_ms(later))

    content = json.loads(Statement.objects.get(person=person, period=second).content)
    (correction,) = content["pay"]["corrections"]
    assert correction["wages_micro"] == 16_600_000
    assert content["pay"]["holiday_micro"] == 0
