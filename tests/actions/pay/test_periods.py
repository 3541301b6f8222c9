from datetime import UTC, date, datetime, timedelta

import pytest

from canut.actions.pay.periods import close_period, make_period, preview
from canut.core.clock import HOUR_MS, to_ms
from canut.core.errors import BadInput, Conflict, Incomplete
from canut.core.places.parameters import Status
from canut.store.models import Contributed, PaidTime, Payment, Period, Statement, Terms
from tests.support.factories import answer_next, make_person, make_project, make_worker
from tests.support.payroll import (
    AFTER,
    FIRST,
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

pytestmark = pytest.mark.django_db
APRIL, MAY = date(2026, 4, 30), date(2026, 5, 1)


def test_hours_over_the_first_of_may_are_topped_up_through_the_whole_path() -> None:
    policy()
    made = made_with(60_000_000)
    for day in (APRIL, MAY):
        work_hours(person_of(made), made.project.pk, moment(day), 4 * HOUR_MS)
        answer_next(made.worker, now_ms=moment(day, 14))
    due = period()

    closed = close_period(due.pk, make_person(), to_ms(AFTER))

    (project,) = content_of(person_of(made), closed)["projects"]
    assert [day["time_ms"] for day in project["days"]] == [4 * HOUR_MS, 4 * HOUR_MS]
    assert (project["paid_micro"], project["due_micro"]) == (120_000_000, 130_800_000)
    assert project["top_up_micro"] == 10_800_000
    assert Statement.objects.get().top_up_micro == 10_800_000


def test_closed_period_owes_each_person_their_net_pay() -> None:
    policy()
    made = made_with(60_000_000)
    work_hours(person_of(made), made.project.pk, moment(APRIL), HOUR_MS)
    answer_next(made.worker, now_ms=moment(APRIL, 14))

    closed = close_period(period().pk, make_person(), to_ms(AFTER))

    pay = content_of(person_of(made), closed)["pay"]
    payment = Payment.objects.get()
    assert (payment.amount_micro, payment.state) == (pay["net_micro"], "due")
    assert payment.due_on == LAST + timedelta(days=7)
    assert pay["gross_micro"] == 60_000_000
    assert pay["vacation"]["balance_micro"] == 2_400_000  # 4 %, kept
    assert Contributed.objects.filter(payer="employee").count() == 4


def test_who_has_no_terms_waits_alone_is_named_and_is_paid_with_the_next_period() -> None:
    policy()
    made = made_with(60_000_000)
    others = [make_worker(made.project) for _ in range(2)]
    for worker in (made.worker, *others):
        answer_next(worker, now_ms=moment(APRIL))

    closed = close_period(period().pk, make_person(), to_ms(AFTER))

    assert closed.failure is not None
    waiting = {(one["name"], one["code"]) for one in closed.failure["people"]}
    assert waiting == {(str(other.person), "terms-missing") for other in others}
    assert [row.person for row in Statement.objects.all()] == [made.worker.person]

    assert others[0].person is not None
    agree(others[0].person)
    later = AFTER + timedelta(days=14)
    next_period = make_period(LAST + timedelta(days=1), LAST + timedelta(days=14), to_ms(later))
    second = close_period(next_period.pk, make_person(), to_ms(later))

    (statement,) = Statement.objects.filter(period=second)
    assert statement.person == others[0].person
    assert statement.gross_micro == 60_000_000  # what who had terms was paid
    assert second.failure is not None
    assert [one["name"] for one in second.failure["people"]] == [str(others[1].person)]


def test_missing_figure_of_the_payer_closes_nothing_and_names_everybody() -> None:
    made = made_with(60_000_000)
    answer_next(made.worker, now_ms=moment(APRIL))
    due = period()

    with pytest.raises(Incomplete) as refused:
        close_period(due.pk, make_person(), to_ms(AFTER))

    assert refused.value.case == "payroll-unknown"
    assert refused.value.facts["count"] == 1
    due.refresh_from_db()
    assert due.state == "open"
    assert due.failure is not None
    assert {one["name"] for one in due.failure["people"]} == {str(made.worker.person)}
    assert not Statement.objects.exists()
    assert not PaidTime.objects.exists()


def test_period_of_2027_refuses_to_close_until_its_rates_are_added() -> None:
    policy()
    made = made_with(60_000_000)
    day = date(2027, 1, 12)
    answer_next(made.worker, now_ms=moment(day))
    due = make_period(date(2027, 1, 4), date(2027, 1, 17), to_ms(AFTER))

    with pytest.raises(Incomplete) as refused:
        close_period(due.pk, make_person(), to_ms(datetime(2027, 1, 19, tzinfo=UTC)))

    assert refused.value.case == "parameter-expired"


@pytest.mark.parametrize(
    ("status", "place", "code"),
    [
        (Status.EMPLOYEE, "FR", "contributions-unknown"),
        (Status.SELF_EMPLOYED, "CA", "parameter-unknown"),
    ],
)
def test_unknown_contributions_or_floor_refuse(status: Status, place: str, code: str) -> None:
    policy()
    made = make_project(piece_micro=60_000_000)
    agree(person_of(made), Status.SELF_EMPLOYED)
    Terms.objects.update(status=status, place=place)  # as terms from before were
    work_hours(person_of(made), made.project.pk, moment(APRIL), HOUR_MS)
    answer_next(made.worker, now_ms=moment(APRIL))

    with pytest.raises(Incomplete) as refused:
        close_period(period().pk, make_person(), to_ms(AFTER))

    assert refused.value.case in {code, "exchange-unknown"}


def test_volunteers_and_own_staff_are_left_out_with_words() -> None:
    policy()
    made = make_project(piece_micro=0, workers=2)
    for number, status in enumerate((Status.VOLUNTEER, Status.OWN_STAFF)):
        agree(person_of(made, number), status)
        answer_next(made.workers[number], now_ms=moment(APRIL))

    seen = preview(period(), make_person(), to_ms(AFTER))

    assert not seen.rows
    assert {one.status for one in seen.left_out} == {"volunteer", "own_staff"}


def test_a_period_is_closed_once_and_after_its_last_day() -> None:
    policy()
    due, by = period(), make_person()
    with pytest.raises(BadInput):
        close_period(due.pk, by, to_ms(datetime(2026, 5, 4, 11, tzinfo=UTC)))
    close_period(due.pk, by, to_ms(AFTER))

    with pytest.raises(Conflict):
        close_period(due.pk, by, to_ms(AFTER))


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        (date(2026, 5, 4), date(2026, 5, 20), "pay-interval"),
        (date(2026, 5, 5), date(2026, 5, 18), "period-gap"),
        (LAST, date(2026, 5, 18), "period-gap"),
    ],
)
def test_periods_follow_each_other_and_have_at_most_16_days(
    first: date, last: date, code: str
) -> None:
    period()

    with pytest.raises(BadInput) as refused:
        make_period(first, last, to_ms(AFTER))

    assert refused.value.case == code


def test_an_earlier_period_is_closed_first() -> None:
    policy()
    period()
    later = make_period(LAST + timedelta(days=1), LAST + timedelta(days=14), to_ms(AFTER))

    with pytest.raises(Conflict) as refused:
        close_period(later.pk, make_person(), to_ms(datetime(2026, 6, 1, tzinfo=UTC)))

    assert refused.value.case == "period-order"
    assert Period.objects.filter(state="open").count() == 2


def test_dry_run_says_what_changed_since_the_one_before() -> None:
    policy()
    made = made_with(60_000_000)
    answer_next(made.worker, now_ms=moment(APRIL))
    due, by = period(), make_person()
    preview(due, by, to_ms(AFTER))
    answer_next(made.worker, now_ms=moment(MAY))

    seen = preview(due, by, to_ms(AFTER))

    assert [one.what for one in seen.changes] == ["pieces", "gross_micro", "employer_micro"]
    assert (seen.changes[0].before, seen.changes[0].now) == (1, 2)
    assert seen.rows[0]["gross_micro"] == 120_000_000
    assert Period.objects.get().state == "open"
    assert due.first_day == FIRST


def test_waiting_on_pages_of_no_project_is_paid_at_the_floor() -> None:
    policy()
    made = made_with(60_000_000)
    answer_next(made.worker, now_ms=moment(MAY, 14))
    work_hours(person_of(made), None, moment(MAY), HOUR_MS, surface="queue")

    closed = close_period(period().pk, make_person(), to_ms(AFTER))

    own = content_of(person_of(made), closed)["projects"][-1]
    assert (own["is_platform"], own["surfaces"]) == (True, {"queue": HOUR_MS})
    assert own["top_up_micro"] == 16_600_000
