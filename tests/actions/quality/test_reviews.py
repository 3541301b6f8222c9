"""A second look by a person: who may take it, what it does, and what never undoes it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from canut.actions.people.accounts import add_member
from canut.actions.quality.estimates import estimate_labels
from canut.actions.quality.review_decisions import ReviewInput, decide_review
from canut.actions.quality.reviews import (
    HOLD_MS,
    ask_again,
    lease_review,
    pass_review,
    return_reviews,
)
from canut.actions.work.leases import flag_task, lease_tasks
from canut.actions.work.overlap import set_overlap
from canut.core.errors import BadAnswer, BadInput, Conflict, Forbidden, LeaseGone, Missing
from canut.store.models import (
    Answer,
    EntryPending,
    Lease,
    Person,
    Review,
    ReviewedLabel,
    Role,
    TaskState,
    Verdict,
)
from tests.support.factories import NOW_MS, answer_next, make_person
from tests.support.reviewers import ACCEPT, CORRECT, LATER, make_team

pytestmark = pytest.mark.django_db


# who takes what


def test_least_sure_closed_task_is_reviewed_first() -> None:
    team = make_team(tasks=3)
    answer_next(team.made.worker)
    TaskState.objects.filter(task=team.made.tasks[1]).update(confidence=0.4)

    review = team.take()

    assert (review.task_id, review.why) == (team.made.tasks[1].pk, Review.Why.UNSURE)


def test_flagged_task_comes_before_the_unsure() -> None:
    team = make_team(tasks=2)
    (lent,) = lease_tasks(team.made.worker.pk, 1, NOW_MS).tasks
    flag_task(team.made.worker.pk, lent.lease, "coupé", NOW_MS)

    review = team.take()

    assert (review.task_id, review.why) == (lent.task, Review.Why.FLAGGED)


def test_two_reviewers_never_hold_one_task() -> None:
    team = make_team()
    team.take(0)

    assert team.takes_nothing(1)


def test_page_loaded_again_shows_the_same_case() -> None:
    team = make_team(tasks=1)
    first = team.take()

    again = team.take()

    assert again == first
    assert Lease.objects.filter(state=Lease.State.REVIEWING).count() == 1


def test_nobody_reviews_their_own_answer() -> None:
    team = make_team()
    author = team.made.worker.person
    assert author is not None
    add_member(author, Role.REVIEWER, NOW_MS, project=team.made.project)

    assert lease_review(team.made.project, author, LATER).review is None


def test_database_itself_refuses_a_review_of_ones_own_answer() -> None:
    team = make_team()
    worker, task = team.made.worker, team.made.tasks[0]

    with pytest.raises(IntegrityError), transaction.atomic():
        Lease.objects.create(
            task=task, worker=worker, project=worker.project, state=Lease.State.REVIEWING,
            lent_ms=1, expires_ms=2,
        )  # fmt: skip


def test_case_nobody_decided_in_time_is_free_for_another() -> None:
    team = make_team()
    first = team.take(0)

    returned = return_reviews(LATER + HOLD_MS)

    assert returned == 1
    assert team.take(1, LATER + HOLD_MS) == first
    assert Lease.objects.filter(state=Lease.State.REVIEW_OVER, reason="ran out").count() == 1


def test_decision_that_comes_after_another_took_the_case_is_refused() -> None:
    team = make_team()
    review = team.take(0)
    team.take(1, LATER + HOLD_MS)

    with pytest.raises(LeaseGone):
        decide_review(review.pk, ACCEPT, by=team.people[0], now_ms=LATER + HOLD_MS + 1)


def test_case_that_was_passed_goes_to_somebody_else() -> None:
    team = make_team()
    review = team.take(0)

    pass_review(review.pk, by=team.people[0], now_ms=LATER)

    assert team.takes_nothing(0)
    assert team.take(1) == review


def test_reviewer_is_lent_no_task_by_reviewing() -> None:
    team = make_team(tasks=2)
    review = team.take()
    assert review.holder is not None

    with pytest.raises(Forbidden):
        lease_tasks(review.holder.pk, 1, LATER)


def test_program_does_not_review() -> None:
    team = make_team()

    with pytest.raises(Forbidden):
        lease_review(team.made.project, make_person(is_service=True), LATER)


# what is decided


def test_accepted_label_stands_with_who_decided() -> None:
    team = make_team()

    outcome = team.decide(ACCEPT)

    assert outcome.next == "settled"
    kept = ReviewedLabel.objects.get(task=team.made.tasks[0])
    assert kept.decided_by == outcome.verdict.worker.public_id
    assert (team.state.label, team.state.confidence) == ("oui", None)
    assert team.state.reviewed_ms == LATER + 20_000
    assert EntryPending.objects.filter(type="review").count() == 1


def test_correction_becomes_the_label_and_leaves_every_answer_as_it_was() -> None:
    team = make_team()

    team.decide(CORRECT)

    assert team.state.label == "non"
    assert list(Answer.objects.values_list("values", "counted")) == [('{"q":"oui"}', True)]


def test_chosen_answer_becomes_the_label() -> None:
    team = make_team()
    answer = Answer.objects.get()

    team.decide(ReviewInput("chosen", answer=answer.pk))

    assert Verdict.objects.get().answer == answer
    assert team.state.label == "oui"


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        (ReviewInput("accepted", consensus="non"), Conflict),
        (ReviewInput("chosen", answer=0), Missing),
        (ReviewInput("corrected", values={"q": "peut-être"}), BadAnswer),
        (ReviewInput("guessed"), BadInput),
        (ReviewInput("accepted", consensus="oui", words="x" * 501), BadInput),
    ],
)
def test_decision_that_cannot_be_meant_is_refused_and_keeps_the_case(
    given: ReviewInput, refusal: type[Exception]
) -> None:
    team = make_team()
    review = team.take()

    with pytest.raises(refusal):
        decide_review(review.pk, given, by=team.people[0], now_ms=LATER)

    assert team.take() == review


def test_later_answers_and_estimates_do_not_overwrite_a_verdict() -> None:
    team = make_team()
    team.decide(CORRECT)
    set_overlap(team.made.project.pk, 2, LATER)

    answer_next(team.made.workers[1], now_ms=LATER + 30_000)
    estimate_labels(team.made.project.pk, NOW_MS)

    assert (team.state.label, team.state.counted) == ("non", 2)


def test_answers_that_came_since_ask_for_another_look() -> None:
    team = make_team()
    team.decide(CORRECT)
    set_overlap(team.made.project.pk, 2, LATER)
    answer_next(team.made.workers[1], now_ms=LATER + 30_000)

    asked = ask_again(team.made.project.pk, LATER + 60_000)

    assert asked == 1
    review = team.take(0, LATER + 60_000)
    assert (review.why, team.state.label) == (Review.Why.ANSWERED, "non")


def test_flag_is_settled_by_a_verdict() -> None:
    team = make_team()
    lease = Lease.objects.get()
    flag_task(team.made.worker.pk, lease.pk, "?", NOW_MS)
    assert team.state.flagged_ms == NOW_MS

    team.decide(ACCEPT)

    assert team.state.flagged_ms is None


@pytest.mark.django_db(transaction=True)
def test_reviewers_who_race_get_a_task_each() -> None:
    team = make_team(tasks=3)
    for task in team.made.tasks[1:]:
        TaskState.objects.filter(task=task).update(
            state="closed", confidence=0.5, counted=F("overlap"), label="oui"
        )
    barrier = Barrier(len(team.people))

    def race(person: Person) -> int:
        try:
            barrier.wait()
            review = lease_review(team.made.project, person, LATER).review
            return review.task_id if review else 0
        finally:
            connection.close()

    with ThreadPoolExecutor(len(team.people)) as pool:
        found = list(pool.map(race, team.people))

    assert sorted(found) == [task.pk for task in team.made.tasks]
    assert Review.objects.filter(state="waiting").count() == 3
