"""Own costs: an hour bears its part of a monthly cost, and the floor covers as far as it says."""

from datetime import date
from decimal import Decimal

import pytest

from canut.core.clock import HOUR_MS
from canut.core.errors import BadInput
from canut.core.money import Money
from canut.core.pay.floor import Bound, Exchange, Floor
from canut.core.pay.own_costs import (
    CostRule,
    StatedCost,
    after_costs,
    covered_cost,
    exchanged_cost,
    hourly_cost,
)
from canut.core.pay.period_pay import WorkLine, pay_of_period
from canut.core.pay.statement_input import OwnCostsInput

DAY = date(2026, 5, 1)
FLOOR = Floor(Money(16_600_000, "CAD"), Bound.LEGAL)


def test_monthly_costs_are_shared_over_the_hours_of_the_month_rounded_up() -> None:
    costs = {
        "device": StatedCost(10_000_000, is_monthly=True),
        "electricity": StatedCost(50_000, is_monthly=False),
    }

    assert hourly_cost(costs, 3) == 3_333_334 + 50_000
    assert hourly_cost({}, 1) == 0


@pytest.mark.parametrize(
    ("costs", "hours"),
    [
        ({"rent": StatedCost(1, is_monthly=True)}, 10),
        ({"device": StatedCost(-1, is_monthly=True)}, 10),
        ({"device": StatedCost(10**18, is_monthly=True)}, 10),
        ({}, 0),
        ({}, 745),
    ],
)
def test_costs_that_cannot_be_are_refused(costs: dict[str, StatedCost], hours: int) -> None:
    with pytest.raises(BadInput):
        hourly_cost(costs, hours)


def test_floor_covers_up_to_the_rule_and_nothing_without_one() -> None:
    rule = CostRule("CAD", 0, 500_000)

    assert [covered_cost(micro, rule) for micro in (0, 400_000, 700_000)] == [0, 400_000, 500_000]
    assert covered_cost(700_000, None) == 0


def test_cost_in_another_currency_needs_a_rate() -> None:
    rates = {"EUR": Exchange(Decimal("1.6"), DAY, "a bank")}

    assert exchanged_cost(1_000_001, "EUR", "CAD", rates) == 1_600_002
    assert exchanged_cost(5, "CAD", "CAD", {}) == 5
    assert exchanged_cost(5, "KES", "CAD", rates) is None


def test_pay_after_costs_lacks_what_is_not_covered_and_a_surplus_covers_no_other_project() -> None:
    rich = [WorkLine(DAY, HOUR_MS, Money(30_000_000, "CAD"), Money(500_000, "CAD"))]
    poor = [WorkLine(DAY, HOUR_MS, Money(0, "CAD"), Money(500_000, "CAD"))]
    pays = [pay_of_period(lines, lambda _: FLOOR, "CAD") for lines in (rich, poor)]

    result = after_costs(OwnCostsInput(700_000, 500_000, is_own_word=True), pays)["own_costs"]

    assert result["lacking_micro"] == 200_000
    assert result["covered_micro"] == 1_000_000
    assert result["micro"] == 1_400_000
    assert result["after_hourly_micro"] == (30_000_000 + 17_100_000 - 1_400_000) // 2
    assert result["floor_hourly_micro"] == 16_600_000


def test_nothing_is_said_without_costs_or_without_time() -> None:
    assert after_costs(None, []) == {}
    assert after_costs(OwnCostsInput(1, 1, is_own_word=True), []) == {}
