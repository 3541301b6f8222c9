"""Closing a period charges every project what its statements cost, and the bill says the same."""

from datetime import UTC, date, datetime, timedelta

import pytest

from canut.actions.pay.bills import Sums, summary_of, sums_of
from canut.actions.pay.funds import deposit_funds, lock_funds
from canut.actions.pay.period_costs import charge_period
from canut.actions.pay.periods import close_period
from canut.actions.projects.setup import Price, set_price
from canut.core.clock import HOUR_MS, to_ms
from canut.core.errors import Conflict
from canut.core.money import Money
from canut.core.pay.statement_costs import costs_of
from canut.core.places.parameters import Status
from canut.store.models import (
    FundsLine,
    PayPolicy,
    Period,
    Person,
    Project,
    Statement,
    StatementCost,
)
from canut.store.pay.funds import balance
from tests.support.factories import Made, answer_next, make_person, make_project, make_worker
from tests.support.payroll import (
    AFTER,
    LAST,
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
NEXT = date(2026, 5, 6)


def ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def at_rates(project: Project, *rates: tuple[datetime, int, int]) -> None:
    """Give a project rates since moments: of a piece and of an hour."""
    project.opened_at = datetime(2026, 4, 1, tzinfo=UTC)
    project.save()
    for since, piece, hour in rates:
        price = Price("CAD", piece, task_ms=60_000, by_hour_micro=hour)
        set_price(project, price, by=project.created_by, now_ms=to_ms(since))


def worked_in_two_projects() -> tuple[Made, Made, Person]:
    """Let somebody employed work in two projects, and on the platform's own pages."""
    policy()
    first = made_with(60_000_000)
    person = person_of(first)
    second = make_project(tasks=4, workers=0, piece_micro=333_333)
    other = make_worker(second.project, person=person)
    work_hours(person, first.project.pk, moment(APRIL), 4 * HOUR_MS)
    answer_next(first.worker, now_ms=moment(APRIL, 14))
    work_hours(person, second.project.pk, moment(MAY), HOUR_MS)
    answer_next(other, now_ms=moment(MAY, 14))
    work_hours(person, None, moment(MAY, 16), HOUR_MS // 4, surface="queue")
    return first, second, person


def closed_parts(sums: Sums) -> tuple[int, int, int, int]:
    bill = sums.closed
    assert bill is not None
    parts = (bill.pieces, bill.hours, bill.top_up, bill.contributions)
    return (parts[0].micro, parts[1].micro, parts[2].micro, parts[3].micro)


def test_closed_bill_funds_and_statements_agree_to_the_micro_unit() -> None:
    first, second, person = worked_in_two_projects()

    closed = close_period(period().pk, make_person(), to_ms(AFTER))

    content = content_of(person, closed)
    costs = {one.project: one for one in costs_of(content)}
    for project in (first.project, second.project):
        cost, sums = costs[project.pk], sums_of(project, ms(AFTER))
        assert closed_parts(sums) == (
            cost.pieces_micro, cost.hours_micro, cost.top_up_micro, cost.on_top_micro
        )  # fmt: skip
        assert sums.closed is not None
        charge = FundsLine.objects.get(project=project, period=closed)
        assert (charge.kind, charge.micro) == ("charge", sums.closed.labour.micro)
        assert sums.under_way is not None
        assert sums.under_way.total.micro == 0
        assert sums.floors == (Money(16_600_000, "CAD"), Money(16_600_000, "CAD"))
    pay = content["pay"]
    owed = pay["gross_micro"] + pay["employer_micro"] + pay["vacation"]["balance_micro"]
    assert sum(one.micro for one in costs.values()) == owed
    assert costs[0].top_up_micro > 0


def test_platforms_own_pages_are_charged_to_no_project() -> None:
    first, second, _person = worked_in_two_projects()

    close_period(period().pk, make_person(), to_ms(AFTER))

    charged = set(FundsLine.objects.filter(kind="charge").values_list("project_id", flat=True))
    assert charged == {first.project.pk, second.project.pk}
    assert StatementCost.objects.filter(project=None).count() == 1


def test_what_is_charged_is_spent_and_no_longer_locked() -> None:
    first, _second, _person = worked_in_two_projects()
    project, plenty = first.project, Money(500_000_000, "CAD")
    deposit_funds(project, plenty, "virement", by=project.created_by, now_ms=to_ms(AFTER))
    lock_funds(project, Money(400_000_000, "CAD"), "project", ms(AFTER))

    close_period(period().pk, make_person(), to_ms(AFTER))

    there, sums = balance(project.pk, "CAD"), sums_of(project, ms(AFTER))
    assert sums.closed is not None
    assert there.spent == sums.closed.labour
    assert there.locked == Money(400_000_000, "CAD") - there.spent
    assert there.free == Money(100_000_000, "CAD")
    assert sums.left == there.locked


def test_charge_beyond_the_lock_is_shown() -> None:
    first, _second, _person = worked_in_two_projects()

    close_period(period().pk, make_person(), to_ms(AFTER))

    there = balance(first.project.pk, "CAD")
    assert there.over == there.spent


def test_period_is_charged_once_however_often_it_is_asked() -> None:
    worked_in_two_projects()
    due = period()
    close_period(due.pk, make_person(), to_ms(AFTER))
    lines = FundsLine.objects.count()

    with pytest.raises(Conflict):
        close_period(due.pk, make_person(), to_ms(AFTER))
    again = charge_period(Period.objects.get(), by=make_person(), now_ms=ms(AFTER))

    assert again == []
    assert FundsLine.objects.count() == lines


def test_period_that_does_not_close_charges_nothing() -> None:
    worked_in_two_projects()
    PayPolicy.objects.all().delete()

    with pytest.raises(Exception, match="payroll-unknown"):
        close_period(period().pk, make_person(), to_ms(AFTER))

    assert not FundsLine.objects.filter(kind="charge").exists()
    assert not StatementCost.objects.exists()


def test_period_closed_before_costs_were_kept_is_charged_with_the_next() -> None:
    first, _second, _person = worked_in_two_projects()
    old = close_period(period().pk, make_person(), to_ms(AFTER))
    FundsLine.objects.all().delete()
    StatementCost.objects.all().delete()
    later = period(LAST + timedelta(days=1), LAST + timedelta(days=14))

    close_period(later.pk, make_person(), to_ms(AFTER + timedelta(days=14)))

    assert FundsLine.objects.filter(project=first.project, period=old).count() == 1
    kept = Statement.objects.get(period=old)
    assert sum(one.on_top_micro for one in kept.costs.all()) > 0


def test_bill_is_exact_for_what_is_closed_and_an_estimate_for_what_is_not() -> None:
    first, _second, person = worked_in_two_projects()
    close_period(period().pk, make_person(), to_ms(AFTER))
    work_hours(person, first.project.pk, moment(NEXT), 2 * HOUR_MS)
    answer_next(first.worker, now_ms=moment(NEXT, 12))

    sums = sums_of(first.project, moment(NEXT, 20))

    assert sums.bill is not None
    assert sums.closed is not None
    assert sums.under_way is not None
    assert (sums.closed.answers, sums.under_way.answers) == (1, 1)
    assert (sums.closed.time_ms, sums.under_way.time_ms) == (4 * HOUR_MS, 2 * HOUR_MS)
    assert sums.under_way.pieces.micro == 60_000_000
    assert sums.bill.people == 1
    assert sums.bill.total == sums.closed.total + sums.under_way.total
    told = summary_of(first.project, moment(NEXT, 20))
    assert told["cost_of_closed_periods"]["total_micro"] == sums.closed.total.micro


def test_project_paid_by_the_hour_alone_pays_measured_time() -> None:
    policy()
    made = made_with(0, status=Status.SELF_EMPLOYED)
    at_rates(made.project, (datetime(2026, 4, 2, tzinfo=UTC), 0, 20_000_000))
    work_hours(person_of(made), made.project.pk, moment(APRIL), 3 * HOUR_MS)
    answer_next(made.worker, now_ms=moment(APRIL, 14))

    closed = close_period(period().pk, make_person(), to_ms(AFTER))

    (project,) = content_of(person_of(made), closed)["projects"]
    assert (project["by_hour_micro"], project["top_up_micro"]) == (60_000_000, 0)
    assert closed_parts(sums_of(made.project, ms(AFTER)))[:3] == (0, 60_000_000, 0)


def test_hours_and_pieces_are_paid_beside_each_other() -> None:
    policy()
    made = made_with(500_000, status=Status.SELF_EMPLOYED)
    at_rates(made.project, (datetime(2026, 4, 2, tzinfo=UTC), 500_000, 17_000_000))
    work_hours(person_of(made), made.project.pk, moment(APRIL), HOUR_MS)
    answer_next(made.worker, now_ms=moment(APRIL, 14))

    closed = close_period(period().pk, make_person(), to_ms(AFTER))

    (project,) = content_of(person_of(made), closed)["projects"]
    assert (project["paid_micro"], project["by_hour_micro"]) == (17_500_000, 17_000_000)


def test_change_of_price_in_mid_period_leaves_the_hours_before_as_they_were() -> None:
    policy()
    made = made_with(0, status=Status.SELF_EMPLOYED)
    lowered = datetime.fromtimestamp(moment(APRIL, 12) / 1000, UTC)
    at_rates(
        made.project, (datetime(2026, 4, 2, tzinfo=UTC), 0, 25_000_000), (lowered, 0, 18_000_000)
    )
    for day in (date(2026, 4, 29), APRIL, MAY):
        work_hours(person_of(made), made.project.pk, moment(day, 13), HOUR_MS)

    closed = close_period(period().pk, make_person(), to_ms(AFTER))

    content = content_of(person_of(made), closed)
    assert content["projects"][0]["by_hour_micro"] == (25 + 25 + 18) * 1_000_000
    given = content["given"]["projects"][0]
    assert (given["hourly_micro"], given["hourly_of_day"]) == (
        18_000_000,
        {"2026-04-29": 25_000_000, "2026-04-30": 25_000_000},
    )


def test_price_mistyped_while_the_project_was_a_draft_pays_nobody() -> None:
    policy()
    made = made_with(0, status=Status.SELF_EMPLOYED)
    morning = datetime.fromtimestamp(moment(APRIL, 8) / 1000, UTC)
    at_rates(made.project, (morning, 0, 180_000_000), (morning, 0, 18_000_000))
    made.project.opened_at = datetime.fromtimestamp(moment(APRIL, 9) / 1000, UTC)
    made.project.save()
    work_hours(person_of(made), made.project.pk, moment(APRIL, 10), HOUR_MS)

    closed = close_period(period().pk, make_person(), to_ms(AFTER))

    assert content_of(person_of(made), closed)["projects"][0]["by_hour_micro"] == 18_000_000
