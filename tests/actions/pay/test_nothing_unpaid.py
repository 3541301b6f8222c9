"""What is earned while a period closes, or while the clock is wrong, is paid once by the next."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from canut.actions.decisions.rejections import reject_answer
from canut.actions.decisions.undo import undo
from canut.actions.pay import period_close, periods
from canut.actions.pay.periods import close_period, make_period
from canut.actions.people.accounts import add_member
from canut.actions.people.work_terms import TermsIn, set_terms
from canut.actions.quality.review_decisions import ReviewInput, decide_review
from canut.actions.quality.reviews import ReviewRuleIn, lease_review, set_review_rule
from canut.actions.time.claims import ClaimIn, claim_time
from canut.core.clock import DAY_MS, HOUR_MS, from_ms, to_ms
from canut.core.errors import Conflict
from canut.core.places.parameters import Status
from canut.store.models import (
    Decision,
    PaidTime,
    PayLine,
    Period,
    Person,
    Project,
    Role,
    Statement,
    TaskState,
)
from tests.support.claims import have_been_here
from tests.support.decisions import EVIDENCE
from tests.support.factories import Made, answer_next, make_person, make_project
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

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]
APRIL, MAY = date(2026, 4, 30), date(2026, 5, 1)
LATER = datetime(2026, 5, 18, 13, tzinfo=UTC)
PIECE_MICRO = 60_000_000
HALF_HOUR_MS = HOUR_MS // 2  # what counts at once, of time that somebody adds


def close_first() -> Period:
    return close_period(period().pk, make_person(), to_ms(AFTER))


def close_next() -> Period:
    day = timedelta(days=1)
    due = make_period(LAST + day, LAST + 14 * day, to_ms(LATER))
    return close_period(due.pk, make_person(), to_ms(LATER))


def paid_pieces(person: Person) -> int:
    """Count the answers that statements paid somebody for."""
    statements = Statement.objects.filter(person=person, period__state="closed")
    contents = [json.loads(statement.content) for statement in statements]
    return sum(project["pieces"] for content in contents for project in content["projects"])


@pytest.mark.parametrize("back_ms", [HOUR_MS, 20 * HOUR_MS, 4 * DAY_MS])
def test_answer_by_a_clock_set_back_behind_a_closing_is_paid_once(back_ms: int) -> None:
    policy()
    made = made_with(PIECE_MICRO)
    person = person_of(made)
    answer_next(made.worker, now_ms=moment(APRIL, 14))
    close_first()

    receipt = answer_next(made.worker, now_ms=to_ms(AFTER) - back_ms)
    answer_next(made.worker, now_ms=to_ms(AFTER) + DAY_MS)
    close_next()

    assert receipt.piece_micro == PIECE_MICRO
    assert receipt.elapsed_ms == 5_000
    assert paid_pieces(person) == PayLine.objects.count() == 3


def test_answer_after_a_clock_that_ran_ahead_at_the_closing_is_paid_once() -> None:
    policy()
    made = made_with(PIECE_MICRO)
    person = person_of(made)
    answer_next(made.worker, now_ms=moment(APRIL, 14))
    close_first()  # by a clock four days ahead

    for day in (MAY, LAST):
        answer_next(made.worker, now_ms=moment(day))
    close_next()

    assert paid_pieces(person) == PayLine.objects.count() == 3


def test_review_by_a_clock_set_back_is_paid_once() -> None:
    policy()
    made = make_project(tasks=2, workers=1, piece_micro=PIECE_MICRO)
    agree(person_of(made))
    reviewer = make_person()
    agree(reviewer)
    add_member(reviewer, Role.REVIEWER, moment(APRIL), project=made.project)
    set_review_rule(made.project, ReviewRuleIn("none", 0.99, 7_000_000), moment(APRIL))
    for hour in (9, 10):
        answer_next(made.worker, now_ms=moment(APRIL, hour))
    TaskState.objects.filter(project=made.project).update(confidence=0.5)
    decide_next(made.project, reviewer, moment(APRIL, 12))
    close_first()

    decide_next(made.project, reviewer, moment(APRIL, 13))
    close_next()

    statements = Statement.objects.filter(person=reviewer).order_by("id")
    counts = [json.loads(one.content)["projects"][0]["reviews"] for one in statements]
    assert counts == [1, 1]


def decide_next(project: Project, reviewer: Person, now_ms: int) -> None:
    review = lease_review(project, reviewer, now_ms).review
    assert review is not None
    accept = ReviewInput("accepted", consensus="oui")
    decide_review(review.pk, accept, by=reviewer, now_ms=now_ms + 60_000)


def test_price_given_back_by_a_clock_set_back_is_paid_once() -> None:
    policy()
    made = made_with(PIECE_MICRO)
    person = person_of(made)
    answer = answer_next(made.worker, now_ms=moment(MAY, 14)).answer
    rejecter = make_person()
    decision = reject_answer(
        answer, by=rejecter, code="off-instructions", evidence=EVIDENCE, now_ms=moment(MAY, 15)
    )
    close_first()

    undo(Decision.objects.get(pk=decision.pk), moment(MAY, 16))
    close_next()

    statements = Statement.objects.filter(person=person).order_by("id")
    contents = [json.loads(statement.content) for statement in statements]
    assert [project["paid_micro"] for project in contents[0]["projects"]] == [0]
    (correction,) = contents[1]["pay"]["corrections"]
    assert correction["wages_micro"] == PIECE_MICRO


@pytest.mark.parametrize(
    ("zone", "zone_after"),
    [("Europe/Paris", "America/Toronto"), ("America/Toronto", "Europe/Paris")],
)
def test_who_moves_between_two_periods_loses_no_hour(zone: str, zone_after: str) -> None:
    policy()
    made = make_project(tasks=4, piece_micro=PIECE_MICRO)
    person = person_of(made)
    agree(person, zone=zone)
    other = made_with(PIECE_MICRO)
    answer_next(other.worker, now_ms=moment(APRIL))
    close_first()
    first_ms = moment(LAST + timedelta(days=1), 1, zone)  # still the day before in Toronto
    answer_next(made.worker, now_ms=first_ms)
    work_hours(person, made.project.pk, first_ms, HOUR_MS)
    moved = TermsIn("CA-QC", zone_after, Status.EMPLOYEE)
    set_terms(person, moved, by=make_person(), now_ms=to_ms(LATER) - DAY_MS)

    close_next()

    assert paid_pieces(person) == 1
    assert sum(PaidTime.objects.filter(person=person).values_list("ms", flat=True)) == HOUR_MS


def test_who_moves_is_paid_no_hour_twice_when_time_comes_late() -> None:
    policy()
    made = made_with(PIECE_MICRO)
    person = person_of(made)
    answer_next(made.worker, now_ms=moment(APRIL))
    work_hours(person, made.project.pk, moment(APRIL, 22), HOUR_MS)
    close_first()
    moved = TermsIn("CA-QC", "Europe/Paris", Status.EMPLOYEE)
    set_terms(person, moved, by=make_person(), now_ms=to_ms(AFTER) + DAY_MS)
    close_next()
    have_been_here(person, made.project.pk, moment(MAY, 14))
    claim = ClaimIn(made.project.pk, moment(MAY, 15), moment(MAY, 15) + HALF_HOUR_MS)
    claim_time(person, claim, to_ms(LATER) + HOUR_MS)

    third_ms = to_ms(LATER) + 14 * DAY_MS
    third = make_period(LAST + timedelta(days=15), LAST + timedelta(days=28), third_ms)
    close_period(third.pk, make_person(), third_ms)

    total_ms = sum(PaidTime.objects.filter(person=person).values_list("ms", flat=True))
    assert total_ms == HOUR_MS + HALF_HOUR_MS


def test_who_moved_after_the_days_of_a_period_is_paid_no_hour_twice() -> None:
    policy()
    made = made_with(PIECE_MICRO)
    person = person_of(made)
    answer_next(made.worker, now_ms=moment(APRIL))
    work_hours(person, made.project.pk, moment(APRIL, 22), HOUR_MS)
    moved = TermsIn("CA-QC", "Europe/Paris", Status.EMPLOYEE)
    set_terms(person, moved, by=make_person(), now_ms=to_ms(AFTER) - HOUR_MS)
    close_first()
    have_been_here(person, made.project.pk, moment(MAY, 14))
    claim = ClaimIn(made.project.pk, moment(MAY, 15), moment(MAY, 15) + HALF_HOUR_MS)
    claim_time(person, claim, to_ms(AFTER) + HOUR_MS)

    close_next()

    total_ms = sum(PaidTime.objects.filter(person=person).values_list("ms", flat=True))
    assert total_ms == HOUR_MS + HALF_HOUR_MS


def test_beat_stored_while_the_period_was_read_is_paid_by_the_next() -> None:
    policy()
    made = made_with(PIECE_MICRO)
    person = person_of(made)
    answer_next(made.worker, now_ms=moment(APRIL))
    close_first()
    in_flight_ms = to_ms(AFTER) - 1_000
    work_hours(person, made.project.pk, moment(MAY), HOUR_MS, received_ms=in_flight_ms)

    close_next()

    assert sum(PaidTime.objects.filter(person=person).values_list("ms", flat=True)) == HOUR_MS


@pytest.mark.parametrize("back_ms", [1_000, HOUR_MS, 2 * DAY_MS])
def test_claim_by_a_clock_behind_the_closing_is_paid_once(back_ms: int) -> None:
    policy()
    made = made_with(PIECE_MICRO)
    person = person_of(made)
    answer_next(made.worker, now_ms=moment(APRIL))
    close_first()
    have_been_here(person, made.project.pk, moment(APRIL, 14))
    claim = ClaimIn(made.project.pk, moment(APRIL, 15), moment(APRIL, 15) + HALF_HOUR_MS)
    claim_time(person, claim, to_ms(AFTER) - back_ms)

    close_next()

    total_ms = sum(PaidTime.objects.filter(person=person).values_list("ms", flat=True))
    assert total_ms == HALF_HOUR_MS


def test_period_whose_closing_died_by_a_clock_ahead_is_closed_by_the_right_one() -> None:
    policy()
    made = made_with(PIECE_MICRO)
    answer_next(made.worker, now_ms=moment(APRIL))
    due = period()
    ahead = AFTER + timedelta(days=2)
    Period.objects.filter(pk=due.pk).update(state="closing", run="dead", closed_at=ahead)

    closed = close_period(due.pk, make_person(), to_ms(AFTER))

    assert closed.state == "closed"
    assert paid_pieces(person_of(made)) == 1


def test_period_that_another_closes_now_is_refused_and_one_that_died_is_closed() -> None:
    policy()
    due = period()
    Period.objects.filter(pk=due.pk).update(state="closing", run="alive", closed_at=AFTER)

    with pytest.raises(Conflict) as refused:
        close_period(due.pk, make_person(), to_ms(AFTER) + 29_000)
    closed = close_period(due.pk, make_person(), to_ms(AFTER) + 31_000)

    assert refused.value.case == "period-closing"
    assert closed.state == "closed"


def test_closing_that_goes_on_says_so_at_each_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    policy()
    made = make_project(tasks=3, workers=3, piece_micro=PIECE_MICRO)
    for number, worker in enumerate(made.workers):
        agree(person_of(made, number))
        answer_next(worker, now_ms=moment(APRIL))
    due = period()
    heard: list[datetime | None] = []
    clock = iter(range(1_000))
    keep = period_close.keep_drafts

    def note(period: Period, drafts: list[period_close.Draft], now: datetime, at_ms: int) -> None:
        keep(period, drafts, now, at_ms)
        heard.append(Period.objects.get(pk=period.pk).closed_at)
        with pytest.raises(Conflict):
            close_period(period.pk, make_person(), to_ms(now))

    monkeypatch.setattr(periods, "BATCH", 1)
    monkeypatch.setattr(periods, "keep_drafts", note)
    monkeypatch.setattr(
        periods,
        "_since",
        lambda now_ms, _began: from_ms(now_ms) + timedelta(seconds=25 * next(clock)),
    )

    closed = close_period(due.pk, make_person(), to_ms(AFTER))

    assert closed.state == "closed"
    assert heard[:3] == [AFTER + timedelta(seconds=seconds) for seconds in (0, 25, 50)]


def test_pay_line_lies_after_the_closed_period_in_every_zone() -> None:
    policy()
    made: Made = made_with(PIECE_MICRO)
    answer_next(made.worker, now_ms=moment(APRIL))
    close_first()

    answer_next(made.worker, now_ms=moment(MAY))

    over_ms = to_ms(datetime(2026, 5, 4, 12, tzinfo=UTC))
    assert PayLine.objects.order_by("-id").values_list("at_ms", flat=True)[0] == over_ms
