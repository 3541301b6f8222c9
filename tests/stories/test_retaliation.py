"""What it costs to reject, suspend and suspend again: evidence, a second person, the days lost."""

import html
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from canut.actions.operations import scheduler
from canut.actions.pay.periods import close_period, make_period
from canut.actions.pay.statement_recount import recount
from canut.actions.people.accounts import add_member
from canut.core.clock import HOUR_MS, from_ms, to_ms
from canut.store.models import (
    Answer,
    Decision,
    Membership,
    Organisation,
    PayAdjustment,
    Person,
    Role,
    Sanction,
    Statement,
    StatementCost,
    WaitingRejection,
)
from tests.support.factories import NOW, Made, answer_next, make_person, make_representative
from tests.support.payroll import AFTER, made_with, moment, period, person_of, policy, work_hours

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
type StopClock = Callable[[datetime], None]
EN, FR = {"accept-language": "en"}, {"accept-language": "fr"}
DAY = timedelta(days=1)
DECIDED = date(2026, 4, 28)
EVIDENCE = "Forty answers in a row were given within one second each."
FIRST_OF_APRIL = date(2026, 4, 1)


@dataclass
class Crowd:
    """A project with one worker, and who may decide about their work."""

    made: Made
    author: Person
    colleague: Person
    independent: Person
    representative: Person

    @property
    def slug(self) -> str:
        """Return the name of the project in addresses."""
        return self.made.project.slug

    @property
    def worker(self) -> Person:
        """Return whom it is about."""
        return person_of(self.made)

    def post(self, person: Person, name: str, *parts: object, **fields: str) -> tuple[int, str]:
        """Send a form as a person; return the status, and the text or where it leads."""
        sent = signed_in(person).post(reverse(name, args=parts), fields, headers=EN)
        text = sent.headers.get("Location") or html.unescape(sent.content.decode())
        return sent.status_code, text

    def reject(self, answer: Answer, evidence: str = EVIDENCE) -> tuple[int, str]:
        """Reject an answer, as the client does on the page."""
        return self.post(
            self.author, "project_reject", self.slug, answer.pk,
            code="off-instructions", evidence=evidence,
        )  # fmt: skip

    def suspend(self, evidence: str = EVIDENCE, **fields: str) -> tuple[int, str]:
        """Suspend the worker, as the client does on the page."""
        given = {"kind": "suspension", "days": "90", "daily": "1", "code": "without-looking"}
        return self.post(
            self.author, "project_limit", self.slug, self.made.worker.pk,
            **(given | {"evidence": evidence} | fields),
        )  # fmt: skip


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def read(person: Person, address: str, headers: dict[str, str] | None = None) -> str:
    page = signed_in(person).get(address, headers=headers or EN)
    text = html.unescape(page.content.decode())
    return text.replace("\xa0", " ").replace("\u202f", " ")


def make_crowd(tasks: int = 40, piece_micro: int = 1_000_000) -> Crowd:
    policy()
    made = made_with(piece_micro, tasks=tasks)
    client, begin_ms = made.project.organisation, moment(FIRST_OF_APRIL)
    author, colleague, independent = (make_person(shown_name=name) for name in ("Ada", "Bo", "Cy"))
    add_member(author, Role.REQUESTER, begin_ms, organisation=client)
    add_member(colleague, Role.REVIEWER, begin_ms, organisation=client)
    add_member(independent, Role.REVIEWER, begin_ms, project=made.project)
    add_member(person_of(made), Role.WORKER, begin_ms, project=made.project)
    representative = make_person(shown_name="Dé")
    home = Organisation.objects.create(name="La Coop", kind="operator", created_at=NOW)
    make_representative(representative, home)
    return Crowd(made, author, colleague, independent, representative)


def answer_many(crowd: Crowd, count: int, at_ms: int) -> list[Answer]:
    worker = crowd.made.worker
    receipts = [answer_next(worker, now_ms=at_ms + 10_000 * n) for n in range(count)]
    return list(Answer.objects.filter(pk__in=[each.answer for each in receipts]).order_by("id"))


def at(day: date, hour: int = 12) -> datetime:
    return from_ms(moment(day, hour))


@pytest.mark.parametrize("evidence", [".", "." * 60, "no no no no no no no no"])
def test_evidence_that_says_nothing_is_refused_and_what_was_typed_stays(
    stop_clock: StopClock, evidence: str
) -> None:
    crowd = make_crowd()
    (answer,) = answer_many(crowd, 1, moment(DECIDED, 9))
    membership = Membership.objects.get(person=crowd.worker, role=Role.WORKER)
    stop_clock(at(DECIDED))

    sent = [
        crowd.reject(answer, evidence),
        crowd.suspend(evidence),
        crowd.post(
            crowd.author, "project_member_end", crowd.slug, membership.pk,
            code="harm-to-others", evidence=evidence,
        ),
    ]  # fmt: skip

    for status, text in sent:
        assert status == 422
        assert "at least 20 characters" in text
        assert f">\n{evidence}</textarea>" in text or f">{evidence}</textarea>" in text
    assert not Decision.objects.exists()


def test_naming_the_task_is_evidence(stop_clock: StopClock) -> None:
    crowd = make_crowd()
    (answer,) = answer_many(crowd, 1, moment(DECIDED, 9))
    stop_clock(at(DECIDED))

    status, _ = crowd.reject(answer, f"See {answer.task.key}.")

    assert status == 302
    assert Decision.objects.get().kind == "rejection"


def test_eleventh_rejection_in_a_day_waits_for_a_second_person(stop_clock: StopClock) -> None:
    crowd = make_crowd()
    answers = answer_many(crowd, 14, moment(DECIDED, 9))
    stop_clock(at(DECIDED))

    places = [crowd.reject(answer)[1] for answer in answers]

    assert all(f"/projects/{crowd.slug}/" in place for place in places[:10])
    assert places[10:] == [reverse("appeals_rejections")] * 4
    assert PayAdjustment.objects.count() == 10
    assert Answer.objects.filter(counted=True).count() == 4
    own = read(crowd.worker, reverse("decisions"))
    assert "4 answers of yours wait for a second person" in own
    assert "Your pay does not change until then" in own
    assert "4 de vos réponses attendent" in read(crowd.worker, reverse("decisions"), FR)
    waiting = list(WaitingRejection.objects.order_by("id"))
    assert [crowd.post(person, "appeals_rejection_confirm", waiting[0].pk)[0]
            for person in (crowd.author, crowd.worker)] == [403, 403]  # fmt: skip
    for person in (crowd.colleague, crowd.representative):
        page = read(person, reverse("appeals_rejections"))
        assert all(row.answer.task.key in page for row in waiting)
        assert EVIDENCE in page

    crowd.post(crowd.colleague, "appeals_rejection_confirm", waiting[0].pk)
    crowd.post(crowd.representative, "appeals_rejection_refuse", waiting[1].pk)

    assert PayAdjustment.objects.count() == 11
    decision = Decision.objects.latest("id")
    assert (decision.made_by, decision.inputs["second"]) == (crowd.author, "Bo")
    assert crowd.reject(answers[11])[0] == 422
    stop_clock(at(DECIDED + 7 * DAY))
    assert crowd.post(crowd.colleague, "appeals_rejection_confirm", waiting[2].pk)[0] == 409
    assert "No rejection waits for you" in read(crowd.colleague, reverse("appeals_rejections"))
    assert "wait for a second person" not in read(crowd.worker, reverse("decisions"))
    assert Answer.objects.filter(counted=True).count() == 3


def test_answers_that_wait_are_paid_in_full(stop_clock: StopClock) -> None:
    crowd = make_crowd(piece_micro=20_000_000)
    answers = answer_many(crowd, 12, moment(DECIDED, 9))
    stop_clock(at(DECIDED))
    for answer in answers:
        crowd.reject(answer)

    closed = close_period(period().pk, make_person(), to_ms(AFTER))

    content = json.loads(Statement.objects.get(period=closed).content)
    (project,) = content["projects"]
    assert (project["pieces"], project["adjusted_micro"]) == (12, -200_000_000)
    assert content["pay"]["wages_micro"] == 40_000_000


def work_four_weeks(crowd: Crowd) -> None:
    """Let the worker work an hour a day in the four weeks before a suspension begins."""
    answer_many(crowd, 1, moment(FIRST_OF_APRIL))
    for days in range(28):
        begin_ms = moment(date(2026, 4, 3) + days * DAY, 14)
        work_hours(crowd.worker, crowd.made.project.pk, begin_ms, HOUR_MS)


@pytest.mark.dialect
@pytest.mark.parametrize("is_answered", [True, False])
def test_days_lost_by_a_suspension_that_is_won_are_paid_as_their_own_line(
    stop_clock: StopClock, *, is_answered: bool
) -> None:
    crowd = make_crowd(piece_micro=0)
    work_four_weeks(crowd)
    answer_many(crowd, 1, moment(DECIDED, 9))
    stop_clock(at(DECIDED))
    assert crowd.suspend()[0] == 302
    decision = Decision.objects.get(kind="suspension")
    stop_clock(at(DECIDED + DAY))
    words = {"words": "I read each of them."}
    crowd.post(crowd.worker, "decision_appeal", decision.pk, **words)
    stop_clock(at(date(2026, 5, 4)))  # three days into it
    lease = signed_in(crowd.worker).post(
        reverse("workbench_lease", args=[crowd.slug]), '{"count": 1}',
        content_type="application/json",
    )  # fmt: skip
    close_period(period().pk, make_person(), to_ms(AFTER))
    won = at(date(2026, 5, 12)) if is_answered else at(date(2026, 5, 14))
    stop_clock(won)
    if is_answered:
        appeal = decision.appeal
        crowd.post(crowd.independent, "appeal_take", appeal.pk)
        reply = {"outcome": "overturned", "words": "Nothing shows it."}
        assert crowd.post(crowd.independent, "appeal_answer", appeal.pk, **reply)[0] == 302
    scheduler.run_due()
    work_hours(crowd.worker, crowd.made.project.pk, moment(date(2026, 5, 15)), 2 * HOUR_MS)
    closing = AFTER + 14 * DAY
    due = make_period(date(2026, 5, 4), date(2026, 5, 17), to_ms(closing))
    stop_clock(closing)
    closed = close_period(due.pk, make_person(), to_ms(closing))

    assert lease.status_code == 403
    assert Sanction.objects.get().from_ms == moment(date(2026, 5, 1), 12)
    lost_micro = (11 if is_answered else 13) * 16_600_000
    statement = Statement.objects.get(period=closed)
    content = json.loads(statement.content)
    (project,) = content["projects"]
    (line,) = content["given"]["projects"][0]["adjustments"]
    assert (line["reason"], line["micro"]) == ("lost-days", lost_micro)
    assert project["top_up_micro"] == 33_200_000  # none of it shrinks for them
    assert content["pay"]["wages_micro"] == lost_micro + 33_200_000
    assert content["pay"]["time_ms"] == 2 * HOUR_MS
    cost = StatementCost.objects.get(statement=statement, project=crowd.made.project)
    assert cost.pieces_micro == lost_micro
    assert list(recount(closed)) == []
    amount = f"{lost_micro / 1_000_000:.2f}"
    page = read(crowd.worker, f"/pay/{statement.pk}")
    assert "Days lost by a sanction" in page
    assert f"${amount}" in page
    assert "Jours perdus par une sanction" in read(crowd.worker, f"/pay/{statement.pk}", FR)
    assert f"Days lost: ${amount}" in read(crowd.worker, reverse("decisions"))


def test_same_facts_are_no_reason_again_after_a_lost_appeal(stop_clock: StopClock) -> None:
    crowd = make_crowd()
    answer_many(crowd, 1, moment(DECIDED, 9))
    stop_clock(at(DECIDED))
    crowd.suspend()
    decision = Decision.objects.get(kind="suspension")
    crowd.post(crowd.worker, "decision_appeal", decision.pk, words="I read each of them.")
    stop_clock(at(DECIDED + DAY))
    crowd.post(crowd.independent, "appeal_take", decision.appeal.pk)
    reply = {"outcome": "overturned", "words": "Nothing shows it."}
    crowd.post(crowd.independent, "appeal_answer", decision.appeal.pk, **reply)
    stop_clock(at(DECIDED + DAY) + timedelta(seconds=2))

    status, text = crowd.suspend()
    named = crowd.suspend(fact_day=DECIDED.isoformat())
    other = "On Wednesday all answers came within a second."
    invented = crowd.suspend(evidence=other, fact_day=(DECIDED + DAY).isoformat())
    to_come = crowd.suspend(code="harm-to-others", fact_day=(DECIDED + 9 * DAY).isoformat())

    assert (status, named[0], invented[0], to_come[0]) == (422, 422, 422, 422)
    assert "You cannot decide again for the same facts" in text
    assert EVIDENCE in text
    assert "a day on which this person answered" in invented[1]
    assert Sanction.objects.count() == 1
    answer_many(crowd, 1, moment(DECIDED + 2 * DAY, 9))
    stop_clock(at(DECIDED + 2 * DAY))
    assert crowd.suspend()[0] == 422  # the same words again
    assert crowd.suspend(evidence="Today all answers came within a second.")[0] == 302


def test_answer_is_not_rejected_again_after_a_lost_appeal(stop_clock: StopClock) -> None:
    crowd = make_crowd()
    (answer,) = answer_many(crowd, 1, moment(DECIDED, 9))
    stop_clock(at(DECIDED))
    crowd.reject(answer)
    decision = Decision.objects.get()
    crowd.post(crowd.worker, "decision_appeal", decision.pk, words="It is right.")
    crowd.post(crowd.independent, "appeal_take", decision.appeal.pk)
    reply = {"outcome": "overturned", "words": "It is right."}
    crowd.post(crowd.independent, "appeal_answer", decision.appeal.pk, **reply)

    status, text = crowd.reject(answer)

    assert status == 422
    assert "You cannot decide again for the same facts" in text


def test_suspension_decided_while_another_appeal_waits_begins_after_it(
    stop_clock: StopClock,
) -> None:
    crowd = make_crowd()
    first, _second = answer_many(crowd, 2, moment(DECIDED, 9))
    stop_clock(at(DECIDED))
    crowd.reject(first)
    crowd.post(crowd.worker, "decision_appeal", Decision.objects.get().pk, words="It is right.")
    stop_clock(at(DECIDED + DAY))

    page = read(crowd.author, reverse("project_limit", args=[crowd.slug, crowd.made.worker.pk]))
    crowd.suspend()

    assert "An appeal of this person waits for an answer until" in page
    assert Sanction.objects.get().from_ms == moment(DECIDED + 14 * DAY, 12)


def test_act_that_harms_others_is_stopped_at_once_all_the_same(stop_clock: StopClock) -> None:
    crowd = make_crowd()
    (answer,) = answer_many(crowd, 1, moment(DECIDED, 9))
    stop_clock(at(DECIDED))
    crowd.reject(answer)
    crowd.post(crowd.worker, "decision_appeal", Decision.objects.get().pk, words="It is right.")

    crowd.suspend(code="harm-to-others", evidence="Threats against two people in messages.")

    assert Sanction.objects.get().from_ms == to_ms(datetime(2026, 4, 28, 16, tzinfo=UTC))
