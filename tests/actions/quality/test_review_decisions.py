"""A second and a third person, what a review pays, and what it weighs on who reviews."""

import pytest
from django.db.models import F

from canut.actions.pay.payable_time import Who
from canut.actions.pay.piecework import pieces_of
from canut.actions.people.accounts import add_member
from canut.actions.quality.review_decisions import decide_review
from canut.actions.quality.reviews import lease_review
from canut.actions.work.leases import lease_tasks
from canut.actions.work.submission import Submission, submit
from canut.core.pay.statement_input import PricedCount
from canut.store.models import (
    Lease,
    Review,
    ReviewedLabel,
    Role,
    TaskState,
)
from tests.support.exposure import make_risky
from tests.support.factories import NOW_MS, make_person, make_project
from tests.support.reviewers import ACCEPT, CORRECT, LATER, make_team

pytestmark = pytest.mark.django_db


# a second person


def test_second_person_settles_what_they_agree_on() -> None:
    team = make_team("always")
    first = team.decide(ACCEPT, 0)
    assert (first.next, team.state.reviewed_ms) == ("second", None)
    assert team.takes_nothing(0)

    second = team.decide(ACCEPT, 1)

    assert second.next == "settled"
    assert len(ReviewedLabel.objects.get().decided_by.split()) == 2


def test_second_person_is_asked_where_the_first_changes_the_label() -> None:
    team = make_team("change")

    outcome = team.decide(CORRECT)

    assert outcome.next == "second"


def test_second_person_is_not_asked_where_the_label_stays() -> None:
    team = make_team("change")

    outcome = team.decide(ACCEPT)

    assert outcome.next == "settled"


def test_third_person_settles_a_disagreement() -> None:
    team = make_team("always")
    team.decide(ACCEPT, 0)
    disagreed = team.decide(CORRECT, 1)
    assert disagreed.next == "third"

    third = team.decide(CORRECT, 2)

    assert (third.next, team.state.label) == ("settled", "non")
    assert Review.objects.get().round == 3


# pay and care


def test_review_pays_its_price_to_who_reviews() -> None:
    team = make_team(piece_micro=500_000)

    verdict = team.decide(ACCEPT).verdict

    assert (verdict.piece_micro, verdict.currency, verdict.elapsed_ms) == (500_000, "CAD", 20_000)


def test_requester_who_reviews_has_no_price() -> None:
    team = make_team(piece_micro=500_000)
    team.people[0] = make_person()
    add_member(team.people[0], Role.REQUESTER, NOW_MS, organisation=team.made.project.organisation)

    verdict = team.decide(ACCEPT).verdict

    assert verdict.piece_micro == 0


def test_hard_material_is_not_lent_to_who_did_not_agree_to_it() -> None:
    made = make_risky([3])
    TaskState.objects.update(state="closed", confidence=0.5, counted=F("overlap"), label="oui")
    person = make_person()
    add_member(person, Role.REVIEWER, NOW_MS, project=made.project)

    taken = lease_review(made.project, person, LATER)

    assert taken.review is None
    assert taken.held_back is not None
    assert taken.held_back.why == "declined"


def test_dose_of_a_review_counts_like_any_other() -> None:
    made = make_risky([1])
    TaskState.objects.update(state="closed", confidence=0.5, counted=F("overlap"), label="oui")
    person = made.worker.person
    assert person is not None
    review = lease_review(made.project, person, LATER).review
    assert review is not None
    decide_review(review.pk, ACCEPT, by=person, now_ms=LATER + 40_000)

    lease = Lease.objects.get()

    assert (lease.bearer, lease.severity, lease.state) == (person, 1, Lease.State.REVIEWED)
    assert lease.dose > 0


def test_late_answer_to_a_withdrawn_task_leaves_it_withdrawn() -> None:
    made = make_project(tasks=1, overlap=2)
    (lent,) = lease_tasks(made.worker.pk, 1, NOW_MS).tasks
    TaskState.objects.update(state="aside")

    submit(made.worker.pk, Submission(lent.lease, "k", {"q": "oui"}), LATER)

    assert list(TaskState.objects.values_list("state", "counted")) == [("aside", 1)]


def test_reviews_are_paid_beside_the_answers_of_their_period() -> None:
    team = make_team(piece_micro=500_000)
    team.decide(ACCEPT)
    who = Who(team.people[0].pk, "America/Toronto", NOW_MS, NOW_MS + 10**9)

    brought = pieces_of([who], NOW_MS)[who.person]

    assert brought.prices == {}
    assert brought.reviews == {(team.made.project.pk, "CAD"): [PricedCount(1, 500_000)]}
