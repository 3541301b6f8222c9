"""Time that people add, and time beyond the hours of a day, from the page to the pay slip.

The client asks for the work, somebody else runs the instance: they are in two organisations.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from canut.actions.pay.periods import close_period, make_period
from canut.actions.people.accounts import add_member, create_invitation, invitation_token
from canut.actions.time.daily_upkeep import run_daily_upkeep
from canut.core.clock import DAY_MS, HOUR_MS, MINUTE_MS, from_ms, local_day, to_ms
from canut.store.models import (
    Claim,
    Organisation,
    PaidTime,
    Period,
    Person,
    Role,
    WorkedDay,
    Worker,
)
from canut.store.people.work_terms import zone_of
from tests.support.claims import have_been_here
from tests.support.factories import NOW, Made, make_person
from tests.support.payroll import (
    AFTER,
    FIRST,
    LAST,
    agree,
    made_with,
    moment,
    period,
    person_of,
    policy,
    work_hours,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.dialect]
type StopClock = Callable[[datetime], None]
DAY = timedelta(days=1)
WORKED = date(2026, 4, 30)
LATER = AFTER + 14 * DAY


@dataclass
class Setting:
    """A project of a client, its worker, and an instance that somebody else runs."""

    made: Made
    worker: Person
    requester: Person
    operator: Person

    def client(self, person: Person) -> Client:
        """Return a browser in which somebody is signed in."""
        client = Client(headers={"accept-language": "en"})
        client.force_login(person)
        return client

    def read(self, person: Person, address: str) -> str:
        """Return the text of a page as somebody reads it."""
        answer = self.client(person).get(address)
        assert answer.status_code == 200, address
        return answer.content.decode().replace("\xa0", " ").replace("\u202f", " ")

    def add(self, day: date, begin: str, end: str) -> int:
        """Let the worker add time on the page of their day; return the status."""
        fields = {
            "day": day.isoformat(), "begin": begin, "end": end, "why": "paper", "words": "",
            "project": self.made.project.pk,
        }  # fmt: skip
        return self.client(self.worker).post("/time/claim", fields).status_code

    def decide(self, person: Person, claim: Claim, answer: str, words: str = "") -> int:
        """Let somebody grant or refuse time on its page; return the status."""
        address = f"/time/review/{claim.pk}?answer={answer}"
        return self.client(person).post(address, {"words": words}).status_code

    def waits_for(self, person: Person) -> bool:
        """Return whether the page of somebody who decides shows time of the worker."""
        return str(self.worker) in self.read(person, "/time/review")


@pytest.fixture
def setting(stop_clock: StopClock) -> Setting:
    """Make a client with a project, and whoever runs the instance, in two organisations."""
    stop_clock(from_ms(moment(WORKED, 18)))
    policy()
    made = made_with(0)
    requester = make_person(shown_name="Paul Tessier")
    operator = make_person(shown_name="Inès Roy")
    worker = person_of(made)
    since_ms = moment(FIRST, 0) - 60 * DAY_MS
    runs = Organisation.objects.create(name="La Coop", kind="operator", created_at=NOW)
    add_member(requester, Role.REQUESTER, since_ms, organisation=made.project.organisation)
    add_member(operator, Role.OPERATOR, since_ms, organisation=runs)
    add_member(worker, Role.WORKER, since_ms, project=made.project)
    have_been_here(worker, made.project.pk, moment(WORKED, 9))
    return Setting(made, worker, requester, operator)


def close_next() -> Period:
    first = LAST + DAY
    due = make_period(first, first + 13 * DAY, to_ms(LATER))
    return close_period(due.pk, make_person(), to_ms(LATER))


def paid_ms(person: Person, due: Period | None = None) -> int:
    rows = PaidTime.objects.filter(person=person)
    rows = rows if due is None else rows.filter(period=due)
    return sum(rows.values_list("ms", flat=True))


def sit_waiting(person: Person, days: list[date], hours: int) -> None:
    """Let somebody move a hand on the queue page for so many hours of each day, from 1:00 on."""
    for day in days:
        work_hours(person, None, moment(day, 1), hours * HOUR_MS, surface="queue")


def test_account_made_by_a_link_today_adds_none_of_the_hours_before_it(setting: Setting) -> None:
    link = create_invitation(
        setting.made.project,
        Role.WORKER,
        by=setting.requester,
        expires_at=AFTER + 90 * DAY,
        max_uses=1,
        note="",
        now_ms=moment(WORKED, 18),
    )
    browser = Client(headers={"accept-language": "en"})
    browser.post(reverse("join", args=[invitation_token(link)]))
    newcomer = Worker.objects.exclude(person=setting.worker).get().person
    assert newcomer is not None

    texts = []
    for number in range(1, 30):
        fields = {
            "day": (WORKED - number * DAY).isoformat(), "begin": "06:00", "end": "22:00",
            "why": "paper", "words": "", "project": setting.made.project.pk,
        }  # fmt: skip
        answer = browser.post("/time/claim", fields)
        assert answer.status_code == 422
        texts.append(answer.content.decode())

    assert not Claim.objects.exists()
    assert all("Your account was made on 2026-04-30 18:00" in text for text in texts)
    agree(newcomer)
    due = close_period(period().pk, make_person(), to_ms(AFTER))
    assert paid_ms(newcomer, due) == 0


def test_old_account_without_work_adds_none_of_464_hours(setting: Setting) -> None:
    days = [WORKED - number * DAY for number in range(2, 31)]

    statuses = {setting.add(day, "06:00", "22:00") for day in days}

    assert statuses == {422}
    assert not Claim.objects.exists()


def test_time_beyond_half_an_hour_is_seen_by_the_client_who_grants_it(
    setting: Setting, stop_clock: StopClock
) -> None:
    assert setting.add(WORKED, "10:00", "11:00") == 302
    assert not setting.waits_for(setting.operator)
    assert setting.waits_for(setting.requester)
    assert "Time to check" in setting.read(setting.requester, "/")
    assert "Les Soies decides" in setting.read(setting.worker, "/time/")
    assert "Les Soies decides" in setting.read(setting.worker, "/pay/")
    closed = close_period(period().pk, make_person(), to_ms(AFTER))
    assert paid_ms(setting.worker, closed) == 30 * MINUTE_MS

    stop_clock(AFTER + DAY)
    assert setting.decide(setting.requester, Claim.objects.get(), "grant") == 302

    assert "by the decision of Paul Tessier" in setting.read(setting.worker, "/time/")
    assert "Waiting time" not in setting.read(setting.worker, "/pay/")
    assert "waits for your decision" not in setting.read(setting.requester, "/")
    close_next()
    assert paid_ms(setting.worker) == HOUR_MS


def test_refusal_is_read_by_the_worker_with_its_reason_and_may_be_appealed(
    setting: Setting,
) -> None:
    setting.add(WORKED, "10:00", "11:00")
    claim = Claim.objects.get()

    assert setting.decide(setting.requester, claim, "refuse") == 422
    assert setting.decide(setting.requester, claim, "refuse", "No text was sent out.") == 302

    assert "No text was sent out." in setting.read(setting.worker, "/time/")
    assert "No text was sent out." in setting.read(setting.worker, "/decisions/")
    assert "Paul Tessier" in setting.read(setting.worker, "/decisions/")
    close_period(period().pk, make_person(), to_ms(AFTER))
    assert paid_ms(setting.worker) == 30 * MINUTE_MS


def test_operator_decides_where_the_client_is_silent_for_five_days(
    setting: Setting, stop_clock: StopClock
) -> None:
    setting.add(WORKED, "10:00", "11:00")
    claim, since = Claim.objects.get(), from_ms(moment(WORKED, 18))

    stop_clock(since + 5 * DAY - timedelta(minutes=1))
    assert not setting.waits_for(setting.operator)
    assert setting.decide(setting.operator, claim, "grant") == 404
    stop_clock(since + 5 * DAY)
    assert setting.waits_for(setting.operator)
    assert setting.waits_for(setting.requester)

    assert setting.decide(setting.operator, claim, "grant") == 302
    claim.refresh_from_db()
    assert claim.state == "granted"


def test_client_decides_on_waiting_time_where_the_operator_is_silent_for_five_days(
    setting: Setting, stop_clock: StopClock
) -> None:
    sit_waiting(setting.worker, [WORKED - DAY], 20)
    held = from_ms(moment(WORKED, 18))
    run_daily_upkeep(to_ms(held))
    claim = Claim.objects.get()

    assert setting.waits_for(setting.operator)
    assert not setting.waits_for(setting.requester)
    assert "The operator decides" in setting.read(setting.worker, "/time/")
    stop_clock(held + 5 * DAY)
    assert setting.waits_for(setting.requester)

    assert setting.decide(setting.requester, claim, "refuse", "Nobody waits 20 hours.") == 302
    assert "Nobody waits 20 hours." in setting.read(setting.worker, "/time/")


def test_what_nobody_decides_in_seven_days_is_granted_and_paid(setting: Setting) -> None:
    setting.add(WORKED, "10:00", "11:00")
    close_period(period().pk, make_person(), to_ms(AFTER))

    assert run_daily_upkeep(moment(WORKED, 18) + 7 * DAY_MS) == 1

    close_next()
    assert paid_ms(setting.worker) == HOUR_MS


def test_twenty_hours_a_day_of_waiting_are_held_then_granted_and_paid_by_the_next_period(
    setting: Setting, stop_clock: StopClock
) -> None:
    days = [WORKED - n * DAY for n in (1, 2)]
    sit_waiting(setting.worker, days, 20)
    run_daily_upkeep(moment(WORKED, 3))
    closed = close_period(period().pk, make_person(), to_ms(AFTER))
    assert paid_ms(setting.worker, closed) == 20 * HOUR_MS

    claims = list(Claim.objects.order_by("begin_ms"))
    assert [(claim.why, claim.pending_ms) for claim in claims] == [("hours", 10 * HOUR_MS)] * 2
    assert "beyond 10 h a day or 48 h a week" in setting.read(setting.worker, "/decisions/")
    assert "10 h 00" in setting.read(setting.worker, "/pay/")
    stop_clock(AFTER)
    assert setting.read(setting.operator, "/time/review").count("10 h 00") == 2
    setting.decide(setting.operator, claims[0], "grant")
    setting.decide(setting.operator, claims[1], "refuse", "You said you had left.")

    close_next()

    assert paid_ms(setting.worker) == 30 * HOUR_MS
    assert run_daily_upkeep(to_ms(LATER)) == 0
    assert Claim.objects.count() == 2


def test_hours_beyond_the_week_are_held_at_the_closing_though_no_upkeep_ran(
    setting: Setting,
) -> None:
    monday = FIRST + 7 * DAY
    sit_waiting(setting.worker, [monday + n * DAY for n in range(7)], 9)
    zone = zone_of(setting.worker.pk, 0)
    for number in range(7):
        WorkedDay.objects.create(
            person=setting.worker,
            day=monday + number * DAY,
            ms=9 * HOUR_MS,
            at_ms=to_ms(AFTER) - HOUR_MS,
        )

    closed = close_period(period().pk, make_person(), to_ms(AFTER))

    assert paid_ms(setting.worker, closed) == 48 * HOUR_MS
    days = [local_day(claim.begin_ms, zone) for claim in Claim.objects.order_by("begin_ms")]
    assert days == [monday + 5 * DAY, monday + 6 * DAY]
    assert sum(claim.pending_ms for claim in Claim.objects.all()) == 15 * HOUR_MS


def test_usual_fortnight_of_full_days_meets_no_limit_and_is_paid_whole(setting: Setting) -> None:
    project = setting.made.project.pk
    for day in [FIRST + (7 * week + n) * DAY for week in (0, 1) for n in range(5)]:
        work_hours(setting.worker, None, moment(day, 8), HOUR_MS // 2, surface="queue")
        work_hours(setting.worker, project, moment(day, 9), 3 * HOUR_MS)
        work_hours(setting.worker, None, moment(day, 13), HOUR_MS // 2, surface="account")
        work_hours(setting.worker, project, moment(day, 14), 4 * HOUR_MS, surface="item")
        run_daily_upkeep(moment(day + DAY, 2))
    assert setting.add(WORKED, "19:00", "19:20") == 422, "it is 18:00"
    assert setting.add(WORKED, "07:00", "07:20") == 302

    closed = close_period(period().pk, make_person(), to_ms(AFTER))

    assert [claim.state for claim in Claim.objects.all()] == ["accepted"]
    assert paid_ms(setting.worker, closed) == 80 * HOUR_MS + 20 * MINUTE_MS


def test_day_said_not_to_be_right_is_seen_by_the_client_and_decided(setting: Setting) -> None:
    work_hours(setting.worker, setting.made.project.pk, moment(WORKED, 10), 10 * MINUTE_MS)
    browser = setting.client(setting.worker)
    fields = {
        "day": WORKED.isoformat(), "begin": "10:00", "end": "10:40",
        "project": setting.made.project.pk, "words": "I read the picture for long.",
    }  # fmt: skip

    answer = browser.post("/time/contest", fields, follow=True)

    assert "within 7 days" in answer.content.decode().replace("\xa0", " ")
    claim = Claim.objects.get()
    assert setting.waits_for(setting.requester)
    page = setting.read(setting.requester, f"/time/review/{claim.pk}")
    assert "I read the picture for long." in page
    assert setting.decide(setting.requester, claim, "grant", "It was a large one.") == 302
    close_period(period().pk, make_person(), to_ms(AFTER))
    assert paid_ms(setting.worker) == 40 * MINUTE_MS


def test_time_that_is_withdrawn_waits_for_nobody_and_is_not_paid(setting: Setting) -> None:
    setting.add(WORKED, "10:00", "11:00")
    claim = Claim.objects.get()

    address = f"/time/claim/{claim.pk}/withdraw"
    assert setting.client(setting.requester).post(address).status_code == 403
    answer = setting.client(setting.worker).post(address, follow=True)

    assert "Nobody has to decide any more" in answer.content.decode()
    assert not setting.waits_for(setting.requester)
    assert run_daily_upkeep(moment(WORKED, 18) + 8 * DAY_MS) == 0
    close_period(period().pk, make_person(), to_ms(AFTER))
    assert paid_ms(setting.worker) == 30 * MINUTE_MS
