"""Who lost days by a decision that was undone is paid once, by whom it was decided for."""

from datetime import date, timedelta

import pytest

from canut.actions.decisions.appeals import take_back
from canut.actions.decisions.sanctions import Limit, limit_worker
from canut.actions.decisions.terminations import Termination, end_work
from canut.actions.pay.lost_days import pay_lost_days
from canut.actions.people.accounts import add_member
from canut.core.clock import DAY_MS, HOUR_MS
from canut.core.places.parameters import Status
from canut.store.models import Decision, Membership, PayAdjustment, Person, Role
from tests.support.decisions import EVIDENCE
from tests.support.factories import Made, answer_next, make_person
from tests.support.payroll import agree, made_with, moment, person_of, policy, work_hours

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
BEGAN = date(2026, 6, 1)
DECIDED = moment(date(2026, 6, 15), 0)
FLOOR = 16_600_000
AT_ONCE = "harm-to-others"


def worked(status: Status = Status.EMPLOYEE) -> tuple[Made, Person]:
    """Make somebody who worked an hour a day for two weeks, and who decides about them."""
    policy()
    made = made_with(0, tasks=40, status=status)
    add_member(person_of(made), Role.WORKER, moment(BEGAN), project=made.project)
    answer_next(made.worker, now_ms=moment(BEGAN, 0) - 5_000)
    for days in range(14):
        begin_ms = moment(BEGAN + timedelta(days=days), 9)
        work_hours(person_of(made), made.project.pk, begin_ms, HOUR_MS)
    return made, make_person()


def limit(made: Made, by: Person, kind: str = "suspension", now_ms: int = DECIDED) -> Decision:
    given = Limit(kind, 30, AT_ONCE, EVIDENCE, daily=1)
    return limit_worker(made.worker.pk, given, by=by, now_ms=now_ms).decision


def lost() -> list[int]:
    rows = PayAdjustment.objects.filter(reason="lost-days").order_by("id")
    return list(rows.values_list("piece_micro", flat=True))


def undo(decision: Decision, by: Person, now_ms: int) -> None:
    take_back(decision.pk, by=by, words="It was somebody else.", now_ms=now_ms)


def test_suspension_taken_back_is_paid_once_over_the_days_since_the_first_answer() -> None:
    made, by = worked()
    decision = limit(made, by)
    undo(decision, by, DECIDED + 5 * DAY_MS)

    paid = [pay_lost_days(DECIDED + days * DAY_MS) for days in (5, 6)]

    assert paid == [1, 0]
    assert lost() == [5 * FLOOR]
    assert PayAdjustment.objects.get().at_ms == DECIDED + 5 * DAY_MS


def test_sanction_that_ran_out_before_it_was_undone_is_paid_to_its_end() -> None:
    made, by = worked()
    given = Limit("suspension", 2, AT_ONCE, EVIDENCE)
    decision = limit_worker(made.worker.pk, given, by=by, now_ms=DECIDED).decision
    undo(decision, by, DECIDED + 20 * DAY_MS)

    pay_lost_days(DECIDED + 20 * DAY_MS)

    assert lost() == [2 * FLOOR]


def test_restriction_is_paid_less_what_was_earned_meanwhile() -> None:
    made, by = worked()
    decision = limit(made, by, "restriction")
    work_hours(person_of(made), made.project.pk, DECIDED + HOUR_MS, 2 * HOUR_MS)
    undo(decision, by, DECIDED + 5 * DAY_MS)

    pay_lost_days(DECIDED + 5 * DAY_MS)

    assert lost() == [3 * FLOOR]


def test_ending_is_paid_but_for_the_days_of_the_suspension_before_it() -> None:
    made, by = worked()
    suspension = limit(made, by)
    membership = Membership.objects.get(person=person_of(made), role=Role.WORKER)
    ending = end_work(
        membership.pk, Termination(AT_ONCE, EVIDENCE), by=by, now_ms=DECIDED + 2 * DAY_MS
    )
    undo(suspension, by, DECIDED + 4 * DAY_MS)
    undo(ending, by, DECIDED + 7 * DAY_MS)

    pay_lost_days(DECIDED + 7 * DAY_MS)

    assert lost() == [4 * FLOOR, 3 * FLOOR]


def test_notice_that_was_taken_back_in_time_costs_nothing_and_is_looked_at_once() -> None:
    made, by = worked()
    given = Limit("suspension", 7, "shared-account", EVIDENCE)
    decision = limit_worker(made.worker.pk, given, by=by, now_ms=DECIDED).decision
    undo(decision, by, DECIDED + DAY_MS)

    assert pay_lost_days(DECIDED + DAY_MS) == 0
    assert lost() == [0]


def test_volunteer_lost_no_pay() -> None:
    made, by = worked(Status.VOLUNTEER)
    undo(limit(made, by), by, DECIDED + 5 * DAY_MS)

    pay_lost_days(DECIDED + 5 * DAY_MS)

    assert lost() == [0]


def test_who_has_no_terms_yet_is_paid_once_they_are_there() -> None:
    made, by = worked()
    person_of(made).terms.all().delete()
    undo(limit(made, by), by, DECIDED + 5 * DAY_MS)
    assert pay_lost_days(DECIDED + 5 * DAY_MS) == 0
    assert lost() == []

    agree(person_of(made))

    assert pay_lost_days(DECIDED + 6 * DAY_MS) == 1
    assert lost() == [5 * FLOOR]
