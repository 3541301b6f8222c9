"""What My pay says is owed is what the next statement pays, to the cent."""

from datetime import date, timedelta

import pytest

from canut.actions.pay.accounting.balance import balance_of, in_question
from canut.actions.pay.periods import close_period, make_period
from canut.core.clock import HOUR_MS, MINUTE_MS, to_ms
from canut.core.places.parameters import Status
from canut.store.models import Period, Statement
from tests.stories.test_pay_corrections import NEXT
from tests.support.decisions import make_due
from tests.support.factories import NOW_MS, answer_next, make_person
from tests.support.payroll import (
    AFTER,
    LAST,
    agree,
    made_with,
    moment,
    period,
    person_of,
    policy,
    work_hours,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
CENT = 10_000


@pytest.mark.parametrize("status", [Status.EMPLOYEE, Status.SELF_EMPLOYED])
@pytest.mark.parametrize("is_stored", [True, False])
def test_balance_is_the_next_statement_to_the_cent(status: Status, *, is_stored: bool) -> None:
    policy()
    made = made_with(33_334, status=status)
    person = person_of(made)
    answer_next(made.worker, now_ms=moment(LAST, 9))
    answer_next(made.worker, now_ms=moment(LAST, 10))
    work_hours(person, made.project.pk, moment(LAST, 9), HOUR_MS + 7 * MINUTE_MS + 1_234)
    work_hours(person, None, moment(LAST, 12), 11 * MINUTE_MS, surface="break")
    due = period() if is_stored else None

    balance = balance_of(person, moment(LAST, 20))

    (own,) = balance.sums
    assert not balance.waits_for
    assert sum(part.micro for part in own.parts) == own.micro
    assert all(part.micro % CENT == 0 for part in own.parts)
    assert own.answers == 2
    assert own.micro > 16_000_000
    closed = close_period((due or period()).pk, make_person(), to_ms(AFTER))
    statement = Statement.objects.get(person=person, period=closed)
    assert statement.net_micro == own.micro
    assert statement.time_ms == own.time_ms
    assert balance_of(person, to_ms(AFTER)).sums == []


def test_work_after_an_ended_period_is_in_the_balance_too() -> None:
    policy()
    made = made_with(5_000_000, status=Status.SELF_EMPLOYED)
    person = person_of(made)
    period()
    work_hours(person, None, moment(LAST), HOUR_MS, surface="queue")
    work_hours(person, None, moment(NEXT), HOUR_MS, surface="queue")

    balance = balance_of(person, moment(NEXT, 20))

    assert balance.is_over
    assert balance.sums[0].time_ms == 2 * HOUR_MS


@pytest.mark.parametrize("days_late", [1, 3])
def test_balance_of_the_last_ended_period_of_a_year_is_its_statement(days_late: int) -> None:
    policy()
    person = person_of(made := made_with(0, status=Status.EMPLOYEE))
    last = date(2026, 12, 13)
    due = make_period(date(2026, 11, 30), last, moment(last))
    now_ms = moment(last + timedelta(days=days_late), 20)
    work_hours(person, made.project.pk, moment(last, 9), 3 * HOUR_MS)

    balance = balance_of(person, now_ms)

    closed = close_period(due.pk, make_person(), now_ms)
    statement = Statement.objects.get(person=person, period=closed)
    assert balance.is_over
    assert [own.micro for own in balance.sums] == [statement.net_micro]


def test_without_terms_the_prices_of_answers_are_the_sum() -> None:
    due = make_due()

    balance = balance_of(due.person, NOW_MS + MINUTE_MS)

    assert balance.waits_for == "terms-missing"
    assert not balance.is_pay_day_set
    assert [part.name for part in balance.sums[0].parts] == ["answers"]


def test_what_a_rejection_took_is_in_question_and_not_in_the_sum() -> None:
    policy()
    due = make_due()
    agree(due.person, Status.SELF_EMPLOYED)
    before = balance_of(due.person, NOW_MS + MINUTE_MS).sums

    due.reject(NOW_MS + 2 * MINUTE_MS)

    (asked,) = in_question(due.person, NOW_MS + 3 * MINUTE_MS)
    after = balance_of(due.person, NOW_MS + 3 * MINUTE_MS).sums
    assert before[0].micro - sum(each.micro for each in after) == asked.micro
    assert Period.objects.count() == 0
    assert asked.appeal_until_ms > NOW_MS + timedelta(days=80) // timedelta(milliseconds=1)
