"""All time that counts is paid: waiting alone, and hearing appeals without working anywhere."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from canut.actions.decisions.appeals import AppealReply, answer_appeal, appeal, take_appeal
from canut.actions.pay.periods import close_period, make_period
from canut.actions.people.accounts import add_member
from canut.core.clock import HOUR_MS, to_ms
from canut.core.places.parameters import Status
from canut.store.models import Period, Person, Role, Statement, StatementCost, Worker
from tests.stories.test_pay_corrections import DAY, LATER, NEXT, close_next
from tests.support.decisions import make_due
from tests.support.factories import NOW_MS, make_person
from tests.support.payroll import (
    AFTER,
    LAST,
    agree,
    content_of,
    made_with,
    moment,
    period,
    person_of,
    policy,
    work_hours,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
DAY_MS = 86_400_000


@pytest.mark.parametrize("status", [Status.EMPLOYEE, Status.SELF_EMPLOYED])
def test_waiting_in_a_period_without_any_answer_is_paid_at_the_floor(status: Status) -> None:
    policy()
    made = made_with(5_000_000, status=status)
    person = person_of(made)
    for hour, surface in ((8, "queue"), (10, "account"), (12, "appeals")):
        work_hours(person, None, moment(NEXT, hour), HOUR_MS, surface=surface)
    close_period(period().pk, make_person(), to_ms(AFTER))

    due = close_next(LATER, 1)

    (project,) = content_of(person, due)["projects"]
    assert (project["number"], project["earned_micro"]) == (0, 3 * 16_600_000)
    (cost,) = StatementCost.objects.filter(statement__period=due)
    assert cost.project is None


def test_platform_time_alone_of_somebody_without_terms_stops_nobody() -> None:
    policy()
    made = made_with(0)
    visitor = made_with(0)
    person_of(visitor).terms.all().delete()
    work_hours(person_of(made), made.project.pk, moment(LAST), HOUR_MS)
    work_hours(person_of(visitor), None, moment(LAST), HOUR_MS, surface="queue")

    closed = close_period(period().pk, make_person(), to_ms(AFTER))

    assert closed.state == Period.State.CLOSED
    assert [row.person for row in Statement.objects.all()] == [person_of(made)]
    assert closed.failure is not None
    assert [item["name"] for item in closed.failure["people"]] == [str(person_of(visitor))]


def test_who_only_hears_appeals_is_paid_for_it_and_sees_the_time(
    stop_clock: Callable[[datetime], None],
) -> None:
    policy()
    due = make_due()
    add_member(due.operator, Role.REVIEWER, NOW_MS, project=due.made.project)
    hearer: Person = due.independent
    agree(hearer, Status.SELF_EMPLOYED)
    rejected = due.reject()
    row = appeal(rejected.pk, by=due.person, words="It was irony.", now_ms=NOW_MS + DAY_MS)
    take_appeal(row.pk, by=hearer, now_ms=NOW_MS + 2 * DAY_MS)
    first = datetime.fromtimestamp(NOW_MS / 1000, AFTER.tzinfo).date()
    begin_ms = NOW_MS + 2 * DAY_MS
    work_hours(hearer, due.made.project.pk, begin_ms, 2 * HOUR_MS, surface="appeals")
    answer_appeal(row.pk, AppealReply("upheld", "Read."), by=hearer, now_ms=begin_ms + 2 * HOUR_MS)
    closing = datetime.fromtimestamp(NOW_MS / 1000, AFTER.tzinfo) + 15 * DAY
    agree(due.person)
    stop_clock(closing)
    client = Client()
    client.force_login(hearer)

    made = make_period(first, first + 13 * DAY, to_ms(closing))
    closed = close_period(made.pk, make_person(), to_ms(closing))
    page = client.get(f"/time/?day={first + 2 * DAY}", headers={"accept-language": "en"})

    assert not Worker.objects.filter(person=hearer).exists()
    assert content_of(hearer, closed)["pay"]["wages_micro"] == 2 * 16_600_000
    assert page.status_code == 200
    assert "2 h 00" in page.content.decode().replace("\xa0", " ").replace("\u202f", " ")
    assert client.get("/pay/").status_code == 200
