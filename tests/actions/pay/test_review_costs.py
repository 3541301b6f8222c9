"""Reviews have a line of their own in a bill: exact in closed periods, as of now in the rest."""

import json
from datetime import date, timedelta

import pytest

from canut.actions.pay.bills import summary_of, sums_of
from canut.actions.pay.periods import close_period
from canut.actions.pay.statement_recount import recount
from canut.actions.people.accounts import add_member
from canut.actions.quality.review_decisions import ReviewInput, decide_review
from canut.actions.quality.reviews import ReviewRuleIn, lease_review, set_review_rule
from canut.core.clock import HOUR_MS, to_ms
from canut.core.money import Money
from canut.core.pay.statement_costs import costs_of
from canut.core.pay.statement_input import from_json, to_json
from canut.core.places.parameters import Status
from canut.store.models import FundsLine, Person, Role, StatementCost, TaskState
from tests.support.factories import Made, answer_next, make_person
from tests.support.payroll import (
    AFTER,
    LAST,
    agree,
    content_of,
    made_with,
    moment,
    period,
    policy,
    work_hours,
)

pytestmark = pytest.mark.django_db
APRIL, NEXT = date(2026, 4, 30), date(2026, 5, 6)
GIVEN = ReviewInput("corrected", values={"q": "non"})


def cad(micro: int) -> Money:
    return Money(micro, "CAD")


def review(made: Made, person: Person, at_ms: int) -> None:
    """Let somebody review what waits."""
    TaskState.objects.filter(project=made.project, counted__gt=0, reviewed_ms=None).update(
        state="closed", confidence=0.5
    )
    found = lease_review(made.project, person, at_ms).review
    assert found is not None
    decide_review(found.pk, GIVEN, by=person, now_ms=at_ms + 60_000)


def answered_and_reviewed() -> tuple[Made, Person]:
    """Let one person answer, and another review for half an hour."""
    policy()
    made = made_with(20_000_000)
    reviewer = make_person()
    agree(reviewer, Status.EMPLOYEE)
    add_member(reviewer, Role.REVIEWER, to_ms(AFTER), project=made.project)
    set_review_rule(made.project, ReviewRuleIn("none", 0.8, 1_500_000), moment(APRIL))
    answer_next(made.worker, now_ms=moment(APRIL))
    work_hours(reviewer, made.project.pk, moment(APRIL), HOUR_MS // 2, surface="review:1")
    review(made, reviewer, moment(APRIL, 14))
    return made, reviewer


def test_reviews_of_a_closed_period_are_exact_apart_and_charged() -> None:
    made, reviewer = answered_and_reviewed()

    closed = close_period(period().pk, make_person(), to_ms(AFTER))

    (cost,) = costs_of(content_of(reviewer, closed))
    assert (cost.answers, cost.reviews, cost.reviews_micro) == (0, 1, 1_500_000)
    assert (cost.pieces_micro, cost.review_ms) == (0, HOUR_MS // 2)
    assert cost.top_up_micro == 8_050_000 - 1_500_000  # half an hour at 16.10
    bill = sums_of(made.project, int(AFTER.timestamp() * 1000)).closed
    assert bill is not None
    assert (bill.answers, bill.pieces) == (1, cad(20_000_000))
    assert (bill.looks, bill.reviews, bill.review_ms) == (1, cad(1_500_000), HOUR_MS // 2)
    charge = FundsLine.objects.get(project=made.project, kind="charge")
    assert charge.micro == bill.labour.micro
    kept = StatementCost.objects.filter(project=made.project)
    assert sum(one.reviews_micro for one in kept) == 1_500_000


def test_statement_names_reviews_and_counts_again_to_the_same_bytes() -> None:
    _made, reviewer = answered_and_reviewed()

    closed = close_period(period().pk, make_person(), to_ms(AFTER))

    content = content_of(reviewer, closed)
    (project,) = content["projects"]
    assert (project["reviews"], project["review_micro"], project["pieces"]) == (1, 1_500_000, 0)
    assert to_json(from_json(content["given"])) == content["given"]
    assert list(recount(closed)) == []


def test_statement_without_reviews_says_nothing_of_them() -> None:
    made, _reviewer = answered_and_reviewed()
    worker = made.worker.person
    assert worker is not None

    closed = close_period(period().pk, make_person(), to_ms(AFTER))

    assert "review" not in json.dumps(content_of(worker, closed))


def test_reviews_under_way_count_with_their_time_and_floor() -> None:
    made, reviewer = answered_and_reviewed()
    close_period(period().pk, make_person(), to_ms(AFTER))
    answer_next(made.worker, now_ms=moment(NEXT))
    work_hours(reviewer, made.project.pk, moment(NEXT), HOUR_MS, surface="review:2")
    review(made, reviewer, moment(NEXT, 14))

    sums = sums_of(made.project, moment(NEXT, 20))

    assert sums.bill is not None
    assert sums.under_way is not None
    assert (sums.under_way.looks, sums.under_way.reviews) == (1, cad(1_500_000))
    assert (sums.under_way.review_ms, sums.bill.review_ms) == (HOUR_MS, HOUR_MS * 3 // 2)
    assert sums.under_way.top_up == cad(15_100_000)
    assert sums.bill.people == 2
    told = summary_of(made.project, moment(NEXT, 20))["cost_so_far"]
    assert (told["reviews"], told["reviews_micro"]) == (2, 3_000_000)
    assert told["total_micro"] == sums.bill.total.micro


def test_who_answers_and_reviews_reaches_the_floor_by_both_together() -> None:
    policy()
    made = made_with(0)
    person = made.worker.person
    assert person is not None
    other = make_person()
    agree(other)
    add_member(person, Role.REVIEWER, to_ms(AFTER), project=made.project)
    set_review_rule(made.project, ReviewRuleIn("none", 0.8, 5_000_000), moment(APRIL))
    second = made_with(0).worker
    answer_next(second, now_ms=moment(APRIL))
    TaskState.objects.filter(project=made.project).update(
        state="closed", confidence=0.5, label="oui"
    )
    found = lease_review(made.project, person, moment(APRIL, 14)).review
    assert found is not None
    decide_review(found.pk, GIVEN, by=person, now_ms=moment(APRIL, 14) + 60_000)
    work_hours(person, made.project.pk, moment(APRIL), HOUR_MS, surface="review:1")

    sums = sums_of(made.project, moment(APRIL, 20))

    assert sums.under_way is not None
    assert sums.under_way.top_up == cad(16_100_000 - 5_000_000)
    assert sums.under_way.people == 1


def test_next_period_pays_reviews_of_its_own_days_alone() -> None:
    made, reviewer = answered_and_reviewed()
    close_period(period().pk, make_person(), to_ms(AFTER))
    answer_next(made.worker, now_ms=moment(NEXT))
    review(made, reviewer, moment(NEXT, 14))
    later = period(LAST + timedelta(days=1), LAST + timedelta(days=14))

    close_period(later.pk, make_person(), to_ms(AFTER + timedelta(days=14)))

    rows = StatementCost.objects.filter(project=made.project, reviews__gt=0)
    assert sorted(rows.values_list("reviews", "reviews_micro")) == [(1, 1_500_000)] * 2
