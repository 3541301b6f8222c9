"""What closing costs beyond the locked funds is shown before it, and is never counted as free."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from canut.actions.pay.funds import deposit_funds, lock_funds
from canut.actions.pay.period_costs import shortages
from canut.actions.people.accounts import add_member
from canut.core.clock import HOUR_MS
from canut.core.money import MICRO, Money
from canut.store.models import DryRun, Organisation, Period, Project, Role, StatementCost
from canut.store.pay.funds import balance
from tests.support.factories import NOW, NOW_MS, make_person
from tests.support.payroll import (
    AFTER,
    FIRST,
    close_from_page,
    made_with,
    moment,
    period,
    person_of,
    policy,
    work_hours,
)

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]
type StopClock = Callable[[datetime], None]
EN = {"accept-language": "en"}
DAY = timedelta(days=1)
WITHOUT_OVERTIME = 920  # 50 hours at the floor, with vacation pay and contributions, in dollars


def cad(dollars: int) -> Money:
    return Money(dollars * MICRO, "CAD")


@pytest.fixture
def operator(stop_clock: StopClock) -> Client:
    """Return the browser of somebody who runs the instance."""
    stop_clock(AFTER)
    home = Organisation.objects.create(name="La Maison", kind="operator", created_at=NOW)
    person, client = make_person(), Client()
    add_member(person, Role.OPERATOR, NOW_MS, organisation=home)
    client.force_login(person)
    return client


def funded(dollars: int, locked: int) -> tuple[Project, Period]:
    """Make a project with money in which an employee works 50 hours of one week."""
    policy()
    made = made_with(0)
    for day in range(5):
        work_hours(person_of(made), made.project.pk, moment(FIRST + day * DAY), 10 * HOUR_MS)
    deposit_funds(made.project, cad(dollars), "virement", by=make_person(), now_ms=NOW_MS)
    lock_funds(made.project, cad(locked), "project", NOW_MS)
    return made.project, period()


def try_out(operator: Client, due: Period) -> str:
    """Run a dry run on the page and return what the page says."""
    page = operator.post(f"/payroll/{due.pk}/try", headers=EN, follow=True)
    return page.content.decode().replace("\xa0", " ")


def test_overtime_beyond_the_lock_is_shown_before_closing_and_taken_from_free_money(
    operator: Client,
) -> None:
    project, due = funded(2_000, WITHOUT_OVERTIME)

    words = try_out(operator, due)

    (short,) = shortages(DryRun.objects.get())
    assert "Beyond what is locked" in words
    assert short.locked == cad(WITHOUT_OVERTIME)
    assert short.cost == short.locked + short.free
    assert short.free.micro > 80 * MICRO  # ten hours' half of a usual hour
    assert short.missing == cad(0)

    close_from_page(operator)

    after = balance(project.pk, "CAD")
    assert after.spent == short.cost
    assert (after.locked, after.over) == (cad(0), cad(0))
    assert after.free == cad(2_000) - short.cost
    costs = StatementCost.objects.get(project=project)
    assert after.spent.micro == costs.hours_micro + costs.top_up_micro + costs.on_top_micro


def test_what_is_missing_is_shown_until_a_deposit_covers_it(operator: Client) -> None:
    project, due = funded(WITHOUT_OVERTIME, WITHOUT_OVERTIME)
    try_out(operator, due)
    (short,) = shortages(DryRun.objects.get())
    assert (short.free, short.cost - short.locked) == (cad(0), short.missing)

    close_from_page(operator)

    after = balance(project.pk, "CAD")
    assert (after.spent, after.over, after.free) == (short.cost, short.missing, cad(0))
    deposit_funds(project, cad(500), "virement", by=make_person(), now_ms=NOW_MS)
    covered = balance(project.pk, "CAD")
    assert (covered.over, covered.free) == (cad(0), cad(500) - short.missing)


def test_deposit_before_closing_leaves_nothing_short(operator: Client) -> None:
    project, due = funded(WITHOUT_OVERTIME, WITHOUT_OVERTIME)
    try_out(operator, due)
    (short,) = shortages(DryRun.objects.get())
    deposit_funds(project, short.missing, "virement", by=make_person(), now_ms=NOW_MS)

    (covered,) = shortages(DryRun.objects.get())
    lock_funds(project, short.cost, "project", NOW_MS)

    assert (covered.missing, covered.free) == (cad(0), short.missing)
    assert shortages(DryRun.objects.get()) == []
    assert "Beyond what is locked" not in try_out(operator, due)
