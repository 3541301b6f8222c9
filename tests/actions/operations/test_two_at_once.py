"""Two people do at the same moment what only one of them can: one effect, one clear refusal.

Both wait for what a third holds locked, and are let go together.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import Error as DatabaseFault
from django.db import connection, transaction
from django.db.models import Model, QuerySet

from canut.actions.decisions.appeals import (
    AppealReply,
    answer_appeal,
    appeal,
    take_appeal,
    take_back,
)
from canut.actions.decisions.rejections import reject_answer
from canut.actions.decisions.sanctions import Limit, limit_worker
from canut.actions.decisions.terminations import OWN_WISH, Termination, end_work
from canut.actions.pay.payments import make_file, mark_sent
from canut.actions.pay.periods import close_period, make_period
from canut.actions.people.accounts import add_member
from canut.actions.people.bank_accounts import set_account
from canut.actions.projects.removal import ask_removal, remove_due
from canut.actions.projects.setup import close_project, pause_project, start_project
from canut.actions.quality.review_decisions import decide_review
from canut.actions.quality.reviews import lease_review, pass_review
from canut.actions.time.claims import ClaimIn, contest, grant_time, refuse_time
from canut.actions.work.leases import lease_tasks
from canut.actions.work.project_state import Because
from canut.actions.work.submission import Submission, submit
from canut.core.clock import DAY_MS, HOUR_MS, to_ms
from canut.core.errors import Refusal
from canut.core.pay.payment_file import Account
from canut.store.models import (
    Answer,
    Appeal,
    Claim,
    Decision,
    Membership,
    PayAdjustment,
    PayLine,
    Payment,
    PaymentFile,
    Period,
    Person,
    Project,
    Removal,
    Review,
    Role,
    Statement,
    Task,
    Verdict,
    Worker,
)
from tests.support.claims import have_been_here
from tests.support.decisions import EVIDENCE, Due, make_due
from tests.support.factories import NOW_MS, Made, answer_next, make_person, make_project
from tests.support.invariants import broken
from tests.support.payroll import AFTER, FIRST, LAST, made_with, moment, period, person_of, policy
from tests.support.reviewers import ACCEPT, LATER, make_team

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.dialect]
WAIT_SECONDS = 0.4
SOON = NOW_MS + 120_000
PAYER = {"holder": "Coopérative", "iban": "FR7630006000011234567890189", "bic": "AGRIFRPPXXX"}

type Act = Callable[[], Any]


@contextmanager
def held(*rows: Model) -> Iterator[None]:
    """Hold rows locked, or the whole file on SQLite, until those in the block wait for them."""
    with transaction.atomic():
        for row in rows:
            QuerySet(type(row)).select_for_update().get(pk=row.pk)
        yield
        time.sleep(WAIT_SECONDS)


def at_once(*acts: Act, behind: Model) -> list[Any]:
    """Let acts run at the same moment; return what each gave, or its refusal."""
    gave: list[Any] = [None] * len(acts)

    def run(at: int, act: Act) -> None:
        try:
            gave[at] = act()
        except (Refusal, DatabaseFault) as problem:
            gave[at] = problem
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(acts)]
    with held(behind):
        for thread in threads:
            thread.start()
    for thread in threads:
        thread.join(timeout=30)
    faults = [one for one in gave if isinstance(one, Exception) and not isinstance(one, Refusal)]
    assert faults == []
    return gave


def codes(gave: list[Any]) -> list[str]:
    """Return the codes of the refusals, sorted."""
    return sorted(one.case for one in gave if isinstance(one, Refusal))


# reviews


def test_two_reviewers_take_one_task() -> None:
    team = make_team()
    first, second = team.people[:2]

    gave = at_once(
        lambda: lease_review(team.made.project, first, LATER).review,
        lambda: lease_review(team.made.project, second, LATER).review,
        behind=Task.objects.get(pk=team.made.tasks[0].pk),
    )

    assert [one is None for one in gave].count(True) == 1
    assert Review.objects.exclude(holder=None).count() == 1


def test_one_review_is_decided_in_two_tabs() -> None:
    team = make_team(piece_micro=1_000_000)
    review = team.take()
    reviewer = team.people[0]
    worker = Worker.objects.get(pk=review.holder_id or 0)

    gave = at_once(
        lambda: decide_review(review.pk, ACCEPT, by=reviewer, now_ms=LATER + 1_000),
        lambda: decide_review(review.pk, ACCEPT, by=reviewer, now_ms=LATER + 1_000),
        behind=worker,
    )

    assert codes(gave) == ["review-gone"]
    assert Verdict.objects.count() == 1


def test_review_is_decided_and_passed_on() -> None:
    team = make_team()
    review = team.take()
    reviewer = team.people[0]

    gave = at_once(
        lambda: decide_review(review.pk, ACCEPT, by=reviewer, now_ms=LATER + 1_000),
        lambda: pass_review(review.pk, by=reviewer, now_ms=LATER + 1_000),
        behind=Review.objects.get(pk=review.pk),
    )

    assert codes(gave) == ["review-gone"]
    review.refresh_from_db()
    assert (Verdict.objects.count(), review.state) in {(1, "settled"), (0, "waiting")}
    assert review.holder is None


# answers, decisions and appeals


def test_two_people_reject_one_answer() -> None:
    due = make_due()

    def reject(by: Person) -> Decision:
        return reject_answer(
            due.answer.pk, by=by, code="off-instructions", evidence=EVIDENCE, now_ms=SOON
        )

    gave = at_once(
        lambda: reject(due.author), lambda: reject(due.colleague), behind=due.made.worker
    )

    assert codes(gave) == ["answer-not-counted"]
    assert Decision.objects.count() == PayAdjustment.objects.count() == 1
    assert broken() == []


def appealed(due: Due) -> Appeal:
    return appeal(due.reject().pk, by=due.person, words="C’était juste.", now_ms=SOON)


def test_two_people_take_one_appeal() -> None:
    due = make_due()
    waiting = appealed(due)

    gave = at_once(
        lambda: take_appeal(waiting.pk, by=due.independent, now_ms=SOON),
        lambda: take_appeal(waiting.pk, by=due.operator, now_ms=SOON),
        behind=waiting,
    )

    assert codes(gave) == ["appeal-held"]


@pytest.mark.parametrize("outcome", ["upheld", "overturned"])
def test_two_people_answer_one_appeal(outcome: str) -> None:
    due = make_due()
    waiting = appealed(due)
    replies = AppealReply(outcome, "Relu."), AppealReply("overturned", "Relu aussi.")

    gave = at_once(
        lambda: answer_appeal(waiting.pk, replies[0], by=due.independent, now_ms=SOON),
        lambda: answer_appeal(waiting.pk, replies[1], by=due.operator, now_ms=SOON),
        behind=waiting,
    )

    assert codes(gave) == ["appeal-answered"]
    waiting.refresh_from_db()
    given_back = PayAdjustment.objects.filter(piece_micro__gt=0).count()
    assert given_back == int(waiting.outcome == "overturned")
    assert broken() == []


def test_appeal_is_answered_while_its_decision_is_taken_back() -> None:
    due = make_due()
    waiting = appealed(due)
    reply = AppealReply("overturned", "Relu.")
    decision = Decision.objects.get(pk=waiting.decision_id)

    gave = at_once(
        lambda: answer_appeal(waiting.pk, reply, by=due.independent, now_ms=SOON),
        lambda: take_back(decision.pk, by=due.author, words="Je me trompais.", now_ms=SOON),
        behind=waiting,
    )

    assert len(codes(gave)) == 1
    assert set(codes(gave)) <= {"appeal-answered", "decision-undone"}
    assert PayAdjustment.objects.filter(piece_micro__gt=0).count() == 1
    assert broken() == []


def test_two_people_settle_one_claim() -> None:
    made = make_project()
    person = person_of(made)
    have_been_here(person, made.project.pk, NOW_MS - 2 * HOUR_MS)
    span = ClaimIn(made.project.pk, NOW_MS - 2 * HOUR_MS, NOW_MS - HOUR_MS, words="Panne")
    claim = contest(person, span, NOW_MS)
    first, second = make_person(), make_person()

    gave = at_once(
        lambda: grant_time(claim.pk, by=first, words="Oui.", now_ms=SOON),
        lambda: refuse_time(claim.pk, by=second, words="Non.", now_ms=SOON),
        behind=claim,
    )

    assert codes(gave) == ["claim-settled"]
    claim.refresh_from_db()
    assert claim.state in {Claim.State.GRANTED, Claim.State.REFUSED}
    assert Decision.objects.exclude(kind="time-held").count() == 1


def test_two_people_limit_one_worker() -> None:
    due = make_due()
    limit = Limit("restriction", 7, "without-looking", EVIDENCE, daily=2)

    gave = at_once(
        lambda: limit_worker(due.made.worker.pk, limit, by=due.author, now_ms=SOON),
        lambda: limit_worker(due.made.worker.pk, limit, by=due.colleague, now_ms=SOON),
        behind=due.made.worker,
    )

    assert codes(gave) == ["already-limited"]
    assert Decision.objects.count() == 1


# membership and projects against submissions


def joined(made: Made) -> Membership:
    return add_member(person_of(made), Role.WORKER, NOW_MS, project=made.project)


def test_two_people_end_one_membership() -> None:
    due = make_due()
    membership = joined(due.made)
    wish = Termination(OWN_WISH, "Demandé hier, par courriel.")

    gave = at_once(
        lambda: end_work(membership.pk, wish, by=due.author, now_ms=SOON),
        lambda: end_work(membership.pk, wish, by=due.colleague, now_ms=SOON),
        behind=due.made.worker,
    )

    assert len(codes(gave)) == 1
    assert Decision.objects.count() == 1


def submitting(made: Made) -> Act:
    lease = lease_tasks(made.worker.pk, 1, NOW_MS).tasks[0].lease
    return lambda: submit(made.worker.pk, Submission(lease, "k", {"q": "oui"}), SOON)


def test_membership_ends_while_an_answer_comes() -> None:
    due = make_due()
    membership = joined(due.made)
    wish = Termination(OWN_WISH, "Demandé hier, par courriel.")

    receipt, ended = at_once(
        submitting(due.made),
        lambda: end_work(membership.pk, wish, by=due.author, now_ms=SOON),
        behind=due.made.worker,
    )

    assert not isinstance(ended, Refusal)
    assert receipt.piece_micro > 0
    assert Answer.objects.count() == PayLine.objects.count() == 2
    assert broken() == []


@pytest.mark.parametrize("stop", [pause_project, close_project])
def test_project_stops_while_an_answer_comes(stop: Callable[..., int]) -> None:
    made = make_project(tasks=2)
    because = Because(make_person(), "Fini.")

    receipt, _ended = at_once(
        submitting(made),
        lambda: stop(Project.objects.get(pk=made.project.pk), SOON, because),
        behind=made.worker,
    )

    assert receipt.counted
    assert receipt.piece_micro > 0
    assert Project.objects.get().state in {"paused", "closed"}
    assert broken() == []


def test_project_is_removed_while_an_answer_comes() -> None:
    made = make_project(tasks=2)
    answer = submitting(made)
    project = made.project
    because = Because(make_person(), "Fini.")
    close_project(project, NOW_MS, because)
    ask_removal(project, by=project.created_by, now_ms=NOW_MS)

    receipt, removed = at_once(answer, lambda: remove_due(NOW_MS + 31 * DAY_MS), behind=made.worker)

    assert removed == 1
    is_paid = not isinstance(receipt, Refusal)
    assert PayLine.objects.count() == int(is_paid)
    assert Project.objects.filter(pk=project.pk).exists() == is_paid


def test_two_people_ask_for_one_removal() -> None:
    project = make_project(state="closed").project
    by = project.created_by

    gave = at_once(
        lambda: ask_removal(project, by=by, now_ms=SOON),
        lambda: ask_removal(project, by=by, now_ms=SOON),
        behind=project,
    )

    assert codes(gave) == ["removal-asked"]
    assert Removal.objects.count() == 1


def test_project_is_opened_while_its_removal_is_asked_for() -> None:
    project = make_project(state="paused", is_own_staff=True).project
    project.imports.update(state="published")
    by = project.created_by
    because = Because(by, "Suite.")

    gave = at_once(
        lambda: ask_removal(project, by=by, now_ms=SOON),
        lambda: start_project(Project.objects.get(pk=project.pk), SOON, because),
        behind=project,
    )

    assert codes(gave) in (["removal-asked"], ["still-lending"])
    project.refresh_from_db()
    assert Removal.objects.exists() == (project.state == "paused")


def test_project_that_lends_is_not_removed() -> None:
    project = make_project(state="paused").project
    ask_removal(project, by=project.created_by, now_ms=NOW_MS)
    Project.objects.update(state="open")

    assert remove_due(NOW_MS + 31 * DAY_MS) == 0
    assert Task.objects.exclude(data="{}").count() == 3


# pay


def test_two_people_close_one_period() -> None:
    policy()
    made = made_with(60_000_000)
    answer_next(made.worker, now_ms=moment(FIRST + timedelta(days=3)))
    due = period()
    by = make_person()

    gave = at_once(
        lambda: close_period(due.pk, by, to_ms(AFTER)),
        lambda: close_period(due.pk, by, to_ms(AFTER)),
        behind=due,
    )

    assert len(codes(gave)) == 1
    assert set(codes(gave)) <= {"period-closed", "period-closing"}
    assert Period.objects.get().state == "closed"
    assert Statement.objects.count() == Payment.objects.count() == 1
    assert broken() == []


def test_two_people_make_the_next_period() -> None:
    due = period()
    days = LAST + timedelta(days=1), LAST + timedelta(days=14)

    gave = at_once(
        lambda: make_period(*days, to_ms(AFTER)),
        lambda: make_period(*days, to_ms(AFTER)),
        behind=due,
    )

    assert codes(gave) == ["period-gap"]
    assert Period.objects.count() == 2


def owed() -> Payment:
    policy(payer=PAYER)
    made = made_with(60_000_000)
    answer_next(made.worker, now_ms=moment(FIRST + timedelta(days=3)))
    account = Account("Ada Ménard", number="987654321", bank="000312345")
    set_account(person_of(made), "bank", account, to_ms(AFTER))
    close_period(period().pk, make_person(), to_ms(AFTER))
    return Payment.objects.get()


def test_two_people_make_a_file_of_the_same_payments() -> None:
    payment = owed()
    by = make_person()

    gave = at_once(
        lambda: make_file(PaymentFile.Kind.BANK, "CAD", by, to_ms(AFTER)),
        lambda: make_file(PaymentFile.Kind.BANK, "CAD", by, to_ms(AFTER)),
        behind=payment,
    )

    assert len(codes(gave)) == 1
    assert PaymentFile.objects.count() == 1


def test_payment_is_sent_in_a_file_and_by_hand() -> None:
    payment = owed()
    by = make_person()

    gave = at_once(
        lambda: make_file(PaymentFile.Kind.BANK, "CAD", by, to_ms(AFTER)),
        lambda: mark_sent(payment.pk, "Comptant", to_ms(AFTER)),
        behind=payment,
    )

    assert len(codes(gave)) == 1
    payment.refresh_from_db()
    assert (payment.file_id is None) == (payment.note == "Comptant")
