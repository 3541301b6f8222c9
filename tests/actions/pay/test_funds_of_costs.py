"""Covered costs of work and paid lost days are of the project: shown before, charged, reserved."""

from datetime import timedelta

import pytest

from canut.actions.decisions.appeals import take_back
from canut.actions.decisions.sanctions import Limit, limit_worker
from canut.actions.pay.accounting.own_costs import set_cost_rule, state_costs
from canut.actions.pay.funds import deposit_funds, lock_funds
from canut.actions.pay.lost_days import pay_lost_days
from canut.actions.pay.period_costs import Shortage, shortages
from canut.actions.pay.periods import close_period, preview
from canut.core.clock import DAY_MS, HOUR_MS, to_ms
from canut.core.money import MICRO, Money
from canut.core.pay.own_costs import StatedCost
from canut.store.models import DryRun, FundsLine, PayAdjustment, Period, StatementCost
from canut.store.pay.funds import balance
from tests.support.decisions import EVIDENCE
from tests.support.factories import Made, answer_next, make_person
from tests.support.payroll import (
    AFTER,
    FIRST,
    made_with,
    moment,
    period,
    person_of,
    policy,
    work_hours,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
HOURS = 5
COVERED = 500_000
"""Micro-units an hour that the operator covers; people state more."""
STATED = 700_000
LOCKED, FREE = Money(60 * MICRO, "CAD"), Money(400 * MICRO, "CAD")


def worked() -> Made:
    """Make a project in which somebody works five hours of one day, at the floor."""
    made = made_with(0)
    work_hours(person_of(made), made.project.pk, moment(FIRST), HOURS * HOUR_MS)
    deposit_funds(made.project, FREE + LOCKED, "virement", by=make_person(), now_ms=moment(FIRST))
    lock_funds(made.project, LOCKED, "project", moment(FIRST))
    return made


def dry_run(due: Period) -> dict[int, Shortage]:
    """Preview a period; return by project what it would be charged beyond what is locked."""
    preview(due, make_person(), to_ms(AFTER))
    return {row.project.pk: row for row in shortages(DryRun.objects.latest("id"))}


def charged(made: Made) -> int:
    return FundsLine.objects.get(project=made.project, kind="charge").micro


def check_closed_as_shown(made: Made, seen: Shortage) -> None:
    """Check that funds were charged what the dry run named: first what is locked, then free."""
    assert charged(made) == seen.cost.micro
    cost = StatementCost.objects.get(project=made.project)
    parts = (cost.pieces_micro, cost.hours_micro, cost.top_up_micro, cost.on_top_micro)
    assert sum(parts) == seen.cost.micro
    funds = balance(made.project.pk, "CAD")
    assert (funds.spent, funds.locked) == (seen.cost, Money(0, "CAD"))
    assert funds.free == FREE + LOCKED - seen.cost


def test_covered_cost_is_shown_before_closing_and_charged_to_the_project_it_was_spent_for() -> None:
    policy()
    with_costs, without = worked(), worked()
    by = make_person()
    set_cost_rule("CA-QC", 0, COVERED, by, moment(FIRST, 7))
    stated = {"connection": StatedCost(STATED, is_monthly=False)}
    state_costs(person_of(with_costs), stated, 100, moment(FIRST, 8))
    due = period()

    shown = dry_run(due)

    more = shown[with_costs.project.pk].cost - shown[without.project.pk].cost
    assert more.micro > HOURS * COVERED, "with the contributions on it"
    assert not FundsLine.objects.filter(kind="charge").exists()
    close_period(due.pk, by, to_ms(AFTER))
    for made in (with_costs, without):
        check_closed_as_shown(made, shown[made.project.pk])
    top_ups = [
        StatementCost.objects.get(project=made.project).top_up_micro
        for made in (with_costs, without)
    ]
    assert top_ups[0] - top_ups[1] == HOURS * COVERED


def test_lost_days_are_shown_before_closing_and_charged_to_who_decided() -> None:
    policy()
    sanctioned, other = worked(), worked()
    by = make_person()
    answer_next(sanctioned.worker, now_ms=moment(FIRST, 15))
    decided = moment(FIRST + timedelta(days=1), 0)
    given = Limit("suspension", 30, "harm-to-others", EVIDENCE, daily=1)
    decision = limit_worker(sanctioned.worker.pk, given, by=by, now_ms=decided).decision
    take_back(decision.pk, by=by, words="It was somebody else.", now_ms=decided + 3 * DAY_MS)
    assert pay_lost_days(decided + 3 * DAY_MS) == 1
    lost = PayAdjustment.objects.get(reason="lost-days").piece_micro
    assert lost > 0
    due = period()

    shown = dry_run(due)

    more = shown[sanctioned.project.pk].cost - shown[other.project.pk].cost
    assert more.micro > lost, "with vacation pay and contributions on it"
    close_period(due.pk, by, to_ms(AFTER))
    check_closed_as_shown(sanctioned, shown[sanctioned.project.pk])
    check_closed_as_shown(other, shown[other.project.pk])
    pieces = StatementCost.objects.get(project=sanctioned.project).pieces_micro
    assert pieces >= lost


def test_what_is_missing_for_covered_costs_is_named_until_a_deposit_covers_it() -> None:
    policy()
    made = made_with(0)
    work_hours(person_of(made), made.project.pk, moment(FIRST), HOURS * HOUR_MS)
    without = 92 * MICRO  # five hours at the floor, with vacation pay and contributions
    deposit_funds(made.project, Money(without, "CAD"), "virement", by=make_person(), now_ms=1)
    lock_funds(made.project, Money(without, "CAD"), "project", moment(FIRST))
    by, due = make_person(), period()
    set_cost_rule("CA-QC", 0, 4 * MICRO, by, moment(FIRST, 7))
    stated = {"connection": StatedCost(4 * MICRO, is_monthly=False)}
    state_costs(person_of(made), stated, 100, moment(FIRST, 8))

    missing = dry_run(due)[made.project.pk].missing

    assert missing.micro > 0
    deposit_funds(made.project, missing, "virement", by=by, now_ms=to_ms(AFTER))
    assert dry_run(due)[made.project.pk].missing == Money(0, "CAD")
    close_period(due.pk, by, to_ms(AFTER))
    after = balance(made.project.pk, "CAD")
    assert (after.over, after.free) == (Money(0, "CAD"), Money(0, "CAD"))
