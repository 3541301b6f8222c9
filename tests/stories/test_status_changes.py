"""Status and place of work: nobody alone changes hours that somebody has worked."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django import Settings

from canut.actions.operations.scheduler import run_due
from canut.actions.pay.periods import close_period, make_period
from canut.actions.pay.statement_recount import recount
from canut.actions.people.accounts import add_member
from canut.core.clock import HOUR_MS, to_ms
from canut.core.places.parameters import Status
from canut.store.models import (
    Message,
    Organisation,
    Period,
    Person,
    PlaceWord,
    Role,
    Statement,
    Terms,
    TermsChange,
)
from tests.support.factories import NOW, make_person
from tests.support.instance import House, make_house
from tests.support.payroll import ZONE, agree, moment, policy, work_hours

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.dialect]
EN, FR = {"accept-language": "en"}, {"accept-language": "fr"}
FIRST, LAST = date(2026, 6, 1), date(2026, 6, 14)
TEN_HOURS = 166_000_000
WHY = "They told me that they wish to help for nothing."
NOT_SO = "I never said so. I worked these hours for my pay."
OTHERS = "Another operator, an auditor or a representative can"
DAY = timedelta(days=1)
ALL_FACTS = [
    "hours_set",
    "price_set",
    "method_set",
    "watched",
    "refusal_costs",
    "only_us",
    "no_substitute",
]


def at(day: int, hour: int = 16, month: int = 6) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


class Story:
    """A house in which an employee worked ten hours on June 1 and 2, and who may decide there."""

    def __init__(self, stop: Callable[[datetime], None], *, second: bool = True) -> None:
        self.stop = stop
        self.house: House = make_house()
        self.worker = self.house.people["worker"]
        Person.objects.filter(pk=self.worker.pk).update(language="en")
        runs = Organisation.objects.create(name="La Coop", kind="operator", created_at=NOW)
        self.operator, self.second = make_person(shown_name="Olga"), make_person(shown_name="Sam")
        for person in (self.operator, self.second)[: 2 if second else 1]:
            add_member(person, Role.OPERATOR, moment(FIRST), organisation=runs)
        if not second:
            for name in ("representative", "other"):
                self.house.people[name].memberships.update(ended_at=at(1))
        policy()
        agree(self.worker)
        for day in (FIRST, FIRST + DAY):
            work_hours(self.worker, self.house.project.pk, moment(day), 5 * HOUR_MS)
        stop(at(3))

    def browser(self, person: Person) -> Client:
        """Return a browser in which a person is signed in, in English."""
        client = Client(headers=EN)
        client.force_login(person)
        return client

    def enter(self, **fields: object) -> str:
        """Set the worker's terms as an operator; return the page that follows."""
        form = {
            "place": "CA-QC",
            "zone": ZONE,
            "status": "volunteer",
            "pace": 100,
            "from_day": "2026-06-01",
            "reason": WHY,
            **fields,
        }
        path = f"/payroll/people/{self.worker.pk}"
        page = self.browser(self.operator).post(path, form, follow=True)
        return page.content.decode()

    def decide(self, by: Person, act: str, words: str = "") -> str:
        """Decide on the last change as a second person; return the page that follows."""
        form = {"change": self.change.pk, "what": act, "words": words}
        page = self.browser(by).post("/payroll/changes/decide", form, follow=True)
        return page.content.decode()

    def answer(self, act: str, words: str = "") -> str:
        """Contest the last change as the worker, or agree; return the page that follows."""
        form = {"change": self.change.pk, "what": act, "words": words}
        page = self.browser(self.worker).post("/pay/terms/answer", form, follow=True)
        return page.content.decode()

    @property
    def change(self) -> TermsChange:
        """Return the last change."""
        return TermsChange.objects.latest("id")

    @property
    def told(self) -> list[str]:
        """Return what the worker was told, the newest first."""
        rows = Message.objects.filter(thread__opened_by=self.worker, voice="operator")
        return list(rows.order_by("-id").values_list("text", flat=True))

    def close(self, number: int = 0) -> Period:
        """Make and close one of the periods, counted from the first."""
        first = FIRST + number * 14 * DAY
        closing = at(15) + number * 14 * DAY
        self.stop(closing)
        due = make_period(first, first + 13 * DAY, to_ms(closing))
        return close_period(due.pk, make_person(), to_ms(closing))

    def corrections(self, due: Period) -> list[dict[str, Any]]:
        """Return the corrections of earlier periods that a period paid."""
        rows = Statement.objects.filter(person=self.worker, period=due)
        contents = [json.loads(row.content)["pay"] for row in rows]
        return [item for pay in contents for item in pay.get("corrections", [])]

    @property
    def wages(self) -> list[int]:
        """Return the wages of each statement of the worker, the oldest first."""
        rows = Statement.objects.filter(person=self.worker).order_by("begin_ms")
        return [json.loads(row.content)["pay"]["wages_micro"] for row in rows]


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> None:
    """Keep files in a folder of the test."""
    settings.DATA, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"


def test_operator_alone_makes_no_volunteer_of_hours_worked_and_the_worker_is_told(
    stop_clock: Callable[[datetime], None],
) -> None:
    story = Story(stop_clock)

    assert "Write at least 20 characters" in story.enter(reason="because")
    page = story.enter()

    assert "The change waits" in page
    assert Terms.objects.filter(person=story.worker).count() == 1
    (told,) = story.told
    for words in (
        "For now nothing changes",
        "employee, Quebec (CA-QC) → volunteer, Quebec (CA-QC)",
        "From: June 1, 2026",
        f"Why: {WHY}",
        "your time and answers are not paid",
        "hours you have already worked",
        "/pay/terms",
    ):
        assert words in told
    assert OTHERS in story.decide(story.operator, "agree")
    home = story.browser(story.worker).get("/work/").content.decode()
    assert "wants to change your status" in home
    story.close()
    assert story.wages == [TEN_HOURS]


def test_neither_the_client_alone_nor_the_worker_agrees_where_there_is_a_second_person(
    stop_clock: Callable[[datetime], None],
) -> None:
    story = Story(stop_clock)
    story.enter()

    for name in ("operator", "auditor"):  # of the client's organisation alone
        assert OTHERS in story.decide(story.house.people[name], "agree")
    assert (
        story.browser(story.house.people["requester"])
        .post("/payroll/changes/decide", {"change": story.change.pk, "what": "agree"})
        .status_code
        == 403
    )
    assert OTHERS in story.answer("agree")
    assert story.change.state == "waiting"


@pytest.mark.parametrize("role", ["second", "representative"])
def test_second_person_agrees_and_the_change_counts_from_its_day(
    stop_clock: Callable[[datetime], None], role: str
) -> None:
    story = Story(stop_clock)
    story.enter()
    person = story.second if role == "second" else story.house.people["representative"]

    waiting = story.browser(person).get("/payroll/changes").content.decode()
    assert WHY in waiting
    home = story.browser(person).get("/").content.decode()
    assert "1 change of status or place waits" in home.replace("\xa0", " ")
    story.decide(person, "agree")

    assert story.change.state == "in_force"
    assert story.change.confirmed_by == person
    assert "has changed, from June 1, 2026 on" in story.told[0]
    mine = story.browser(story.worker).get("/pay/terms").content.decode()
    theirs = story.browser(story.operator).get(f"/payroll/people/{story.worker.pk}")
    for page in (mine, theirs.content.decode()):
        for words in (WHY, "Olga", str(person), "Agreed by", "Nothing is erased"):
            assert words in page
    story.close()
    assert story.wages == []
    assert Terms.objects.filter(person=story.worker).count() == 2


def test_contested_change_stands_still_until_somebody_else_decides(
    stop_clock: Callable[[datetime], None],
) -> None:
    story = Story(stop_clock)
    story.enter()
    story.decide(story.second, "agree")
    assert "Write at least 20 characters" in story.answer("contest", "no")

    story.answer("contest", NOT_SO)

    assert story.change.state == "contested"
    page = story.browser(story.house.people["representative"]).get("/payroll/changes")
    assert NOT_SO in page.content.decode()
    assert NOT_SO not in story.browser(story.second).get("/payroll/changes").content.decode()
    assert OTHERS in story.decide(story.second, "counts", "It was their wish, I say.")
    story.close()
    assert story.wages == [TEN_HOURS]
    story.decide(
        story.house.people["representative"], "undo", "I asked them: they wish to be paid."
    )
    assert story.change.state == "refused"
    assert "does not count" in story.told[0]
    assert "I asked them" in story.told[0]


def test_contested_before_anybody_agrees_and_upheld_it_takes_nothing_that_was_paid(
    stop_clock: Callable[[datetime], None],
) -> None:
    story = Story(stop_clock)
    story.enter()
    story.answer("contest", NOT_SO)
    assert "see the decision" in story.decide(story.second, "agree")
    story.close()

    story.decide(story.second, "counts", "They signed that they help for nothing.")

    assert story.change.state == "in_force"
    assert "counts, from June 1, 2026 on" in story.told[0]
    work_hours(story.worker, None, moment(date(2026, 6, 16)), HOUR_MS, surface="queue")
    story.close(1)
    assert story.wages == [TEN_HOURS, 0]
    end = json.loads(Statement.objects.latest("begin_ms").content)
    assert end["pay"]["vacation_micro"] == 6_640_000  # kept as an employee, paid at the end


def test_without_a_second_person_the_worker_agrees_or_seven_days_pass(
    stop_clock: Callable[[datetime], None],
) -> None:
    story = Story(stop_clock, second=False)
    story.enter()

    assert "There is no second person here" in story.told[0]
    assert "counts from June 10, 2026 on" in story.told[0]
    stop_clock(at(10, 15))
    run_due()
    assert story.change.state == "waiting"
    stop_clock(at(10, 17))
    run_due()

    assert story.change.state == "in_force"
    assert story.change.confirmed_by is None
    assert "has changed" in story.told[0]
    assert (
        "nobody: seven days have passed"
        in story.browser(story.worker).get("/pay/terms").content.decode()
    )


def test_without_a_second_person_a_contested_change_never_counts_by_waiting(
    stop_clock: Callable[[datetime], None],
) -> None:
    story = Story(stop_clock, second=False)
    story.enter()
    story.answer("contest", NOT_SO)

    stop_clock(at(14))
    run_due()

    assert story.change.state == "contested"
    story.close()
    assert story.wages == [TEN_HOURS]


def test_without_a_second_person_the_worker_agrees(
    stop_clock: Callable[[datetime], None],
) -> None:
    story = Story(stop_clock, second=False)
    story.enter()

    assert "you agree" in story.answer("agree")

    assert story.change.confirmed_by == story.worker
    assert story.change.state == "in_force"
    assert "see the decision" in story.answer("contest", NOT_SO)


def test_seven_days_begin_again_where_the_second_people_are_sent_away(
    stop_clock: Callable[[datetime], None],
) -> None:
    story = Story(stop_clock)
    story.enter()
    for person in (story.second, story.house.people["representative"], story.house.people["other"]):
        person.memberships.update(ended_at=at(4))
    stop_clock(at(20))
    run_due()
    assert story.change.state == "waiting"
    assert "counts from June 27, 2026 on" in story.told[0]

    stop_clock(at(27, 17))
    run_due()

    assert story.change.state == "in_force"


def test_change_from_a_day_to_come_counts_on_its_day_and_is_told_with_its_reason(
    stop_clock: Callable[[datetime], None],
) -> None:
    story = Story(stop_clock)

    assert "will count from its day on" in story.enter(
        status="self_employed", from_day="2026-06-10"
    )

    assert "changes from June 10, 2026 on" in story.told[0]
    assert "No more vacation pay" in story.told[0]
    assert (
        "open change"
        in story.browser(story.operator).get(f"/payroll/people/{story.worker.pk}").content.decode()
    )
    assert "Settle the change that is open first" in story.enter(from_day="2026-06-12")
    work_hours(story.worker, None, moment(date(2026, 6, 11)), HOUR_MS, surface="queue")
    stop_clock(at(10, 5))
    run_due()
    assert story.change.state == "in_force"
    due = story.close()
    assert story.wages == [TEN_HOURS, 16_600_000]
    assert list(recount(due)) == []


def test_planned_change_that_is_contested_does_not_come(
    stop_clock: Callable[[datetime], None],
) -> None:
    story = Story(stop_clock)
    story.enter(from_day="2026-06-10")
    story.answer("contest", NOT_SO)

    stop_clock(at(12))
    run_due()

    assert story.change.state == "contested"
    assert Terms.objects.filter(person=story.worker).count() == 1


def test_status_against_the_facts_needs_a_reason_and_a_second_person(
    stop_clock: Callable[[datetime], None],
) -> None:
    story = Story(stop_clock)
    Terms.objects.filter(person=story.worker).delete()
    fields = {"status": "self_employed", "facts": ALL_FACTS, "from_day": ""}

    assert "Write at least 20 characters" in story.enter(**fields, reason="")
    assert "The change waits" in story.enter(**fields)

    assert not Terms.objects.filter(person=story.worker).exists()
    assert "facts of who controls your work say employee" in story.told[0]
    story.decide(story.second, "refuse", "All seven facts speak for an employee.")
    assert story.change.state == "refused"
    assert "was refused" in story.told[0]
    story.enter(status="", facts=ALL_FACTS, from_day="", reason="")
    assert Terms.objects.get(person=story.worker).status == "employee"


def test_first_terms_that_pay_nothing_for_hours_worked_need_a_second_person(
    stop_clock: Callable[[datetime], None],
) -> None:
    story = Story(stop_clock)
    Terms.objects.filter(person=story.worker).delete()

    assert "The change waits" in story.enter(from_day="")

    assert not Terms.objects.filter(person=story.worker).exists()


def test_volunteer_who_was_an_employee_is_paid_for_a_closed_period(
    stop_clock: Callable[[datetime], None],
) -> None:
    story = Story(stop_clock)
    Terms.objects.filter(person=story.worker).delete()
    agree(story.worker, Status.VOLUNTEER)
    story.close()
    assert story.wages == []
    assert "the first day of that period" in story.enter(status="employee", from_day="2026-06-02")

    story.enter(status="employee", from_day="2026-06-01")
    story.decide(story.second, "agree")
    second = story.close(1)

    (correction,) = story.corrections(second)
    assert correction["first_day"] == "2026-06-01"
    assert correction["wages_micro"] == TEN_HOURS
    assert (correction["vacation_micro"], correction["kept_micro"]) == (0, 6_640_000)
    assert list(recount(second)) == []
    assert story.corrections(story.close(2)) == []


def test_self_employed_who_was_an_employee_is_paid_the_vacation_of_a_closed_period(
    stop_clock: Callable[[datetime], None],
) -> None:
    story = Story(stop_clock)
    Terms.objects.filter(person=story.worker).delete()
    agree(story.worker, Status.SELF_EMPLOYED)
    story.close()
    assert story.wages == [TEN_HOURS]

    story.enter(status="employee", from_day="2026-06-01")
    story.decide(story.second, "agree")
    second = story.close(1)

    (correction,) = story.corrections(second)
    assert correction["wages_micro"] == 0
    assert (correction["vacation_micro"], correction["kept_micro"]) == (0, 6_640_000)
    assert list(recount(second)) == []
    assert story.corrections(story.close(2)) == []


def test_days_beside_those_paid_are_paid_once_they_are_an_employees(
    stop_clock: Callable[[datetime], None],
) -> None:
    story = Story(stop_clock)
    agree(story.worker, Status.VOLUNTEER, since=at(2, 5))  # June 2 as a volunteer
    story.close()
    assert story.wages == [TEN_HOURS // 2]

    story.enter(status="employee", from_day="2026-06-01")
    story.decide(story.second, "agree")
    second = story.close(1)

    (correction,) = story.corrections(second)
    assert correction["first_day"] == "2026-06-02"
    assert correction["wages_micro"] == TEN_HOURS // 2
    assert list(recount(second)) == []


def test_worker_says_where_they_work_and_the_operator_sees_whether(
    stop_clock: Callable[[datetime], None],
) -> None:
    story = Story(stop_clock)
    browser, operator = story.browser(story.worker), story.browser(story.operator)
    assert "Do you work in Quebec (CA-QC)?" in browser.get("/work/").content.decode()
    assert "not confirmed by the person" in operator.get("/payroll/people").content.decode()
    story.close()
    assert story.wages == [TEN_HOURS]  # paid by the operator's word all the same

    browser.post("/pay/terms", {"place": "CA-QC"})

    assert "Do you work in" not in browser.get("/work/").content.decode()
    assert "You confirmed it" in browser.get("/pay/terms").content.decode()
    page = operator.get("/payroll/people").content.decode()
    assert "confirmed" in page
    browser.post("/pay/terms", {"place": "US-WA"})
    assert PlaceWord.objects.filter(person=story.worker).count() == 2
    assert "says: Washington" in operator.get("/payroll/people").content.decode()
    french = browser.get("/pay/terms", headers=FR).content.decode()
    assert "L’administration voit ce que vous dites" in french


def test_place_that_the_worker_said_is_agreed_to_by_them(
    stop_clock: Callable[[datetime], None],
) -> None:
    story = Story(stop_clock)
    agree(story.worker, Status.SELF_EMPLOYED, since=datetime(2026, 1, 6, tzinfo=UTC))
    story.browser(story.worker).post("/pay/terms", {"place": "US-WA"})
    work_hours(story.worker, None, moment(date(2026, 6, 3)), HOUR_MS, surface="queue")
    fields = {"status": "self_employed", "place": "US-WA", "reason": "They moved to Seattle."}
    story.enter(**fields, from_day="2026-06-02")  # before they said so
    assert story.change.state == "waiting"
    story.browser(story.operator).post(
        "/payroll/changes/decide", {"change": story.change.pk, "what": "withdraw"}
    )

    story.enter(**fields, from_day="2026-06-03")

    assert story.change.state == "in_force"
    assert story.change.confirmed_by == story.worker
    assert "minimum of an hour by law: 16.60 CAD before, 17.13 USD after" in story.told[0]


def test_worker_reads_it_in_french(stop_clock: Callable[[datetime], None]) -> None:
    story = Story(stop_clock)
    Person.objects.filter(pk=story.worker.pk).update(language="fr")
    story.enter()

    told = story.told[0].replace("\xa0", " ")
    assert "Pour l’instant rien ne change" in told
    assert "À partir du : 1er juin 2026" in told
    assert "ne sont pas payés" in told


def test_database_keeps_no_change_that_one_person_made_alone(
    stop_clock: Callable[[datetime], None],
) -> None:
    story = Story(stop_clock)
    story.enter()
    terms = Terms.objects.get(person=story.worker)

    rows = TermsChange.objects.filter(pk=story.change.pk)
    for fields in (
        {"state": "in_force", "terms": terms},
        {"confirmed_by": story.operator, "confirmed_ms": 1},
        {"reason": ""},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**fields)
