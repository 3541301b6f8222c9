"""Count what the work costs a person: device, connection, electricity, an hour.

A person states each cost a month or an hour, and how many hours a month they use these things for
anything, so that an hour of work here bears its part and no more. The operator decides for each
place which part is taken off before the floor is tested, and what is assumed of those who stated
nothing. ``period_pay`` tests the floor.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from canut.core.clock import HOUR_MS
from canut.core.errors import BadInput
from canut.core.money import Money, divided_up
from canut.core.pay.floor import Exchange
from canut.core.pay.period_pay import PeriodPay
from canut.core.pay.statement_input import OwnCostsInput

KINDS = ("device", "connection", "electricity")
MOST_HOURS = 744  # the hours of a month of 31 days
MOST_COST_MICRO = 100_000 * 1_000_000


class StatedCost(Struct, frozen=True):
    """One cost as the person states it: an amount a month, or an hour."""

    micro: int
    is_monthly: bool


class CostRule(Struct, frozen=True):
    """What the operator decides about the costs of work at one place.

    Args:
        currency: that of the place.
        assumed_micro: an hour, for those who stated nothing.
        most_micro: the most of a person's own costs, an hour, that the floor covers.
    """

    currency: str
    assumed_micro: int
    most_micro: int


def hourly_cost(costs: Mapping[str, StatedCost], hours_a_month: int) -> int:
    """Return what these costs come to an hour, in micro-units, rounded up.

    Args:
        costs: by kind.
        hours_a_month: how long the person uses device and connection in a month, for anything.

    Raises:
        BadInput: an unknown kind, an amount below 0 or too large, or hours that no month has.

    Example:
        >>> hourly_cost({"connection": StatedCost(60_000_000, True)}, 150)
        400000
    """
    is_good = all(0 <= cost.micro <= MOST_COST_MICRO for cost in costs.values())
    if not is_good or not costs.keys() <= set(KINDS) or not 1 <= hours_a_month <= MOST_HOURS:
        raise BadInput(
            f"costs are {sorted(costs)} over {hours_a_month} hours a month; expected amounts of 0"
            f" or more and 1 to {MOST_HOURS} hours",
            code="bad-own-costs",
            most=MOST_HOURS,
        )
    monthly = sum(cost.micro for cost in costs.values() if cost.is_monthly)
    hourly = sum(cost.micro for cost in costs.values() if not cost.is_monthly)
    return hourly + divided_up(monthly, hours_a_month)


def covered_cost(stated_micro: int, rule: CostRule | None) -> int:
    """Return the part of a person's cost an hour that is taken off before the floor is tested."""
    return 0 if rule is None else min(stated_micro, rule.most_micro)


def exchanged_cost(
    micro: int, currency: str, pay_currency: str, exchange: Mapping[str, Exchange]
) -> int | None:
    """Convert a cost to the currency of pay, rounded up; None without a rate."""
    if currency == pay_currency or not micro:
        return micro
    rate = exchange.get(currency)
    if rate is None:
        return None
    top, bottom = rate.rate.as_integer_ratio()
    return divided_up(micro * top, bottom)


def after_costs(costs: OwnCostsInput | None, pays: Sequence[PeriodPay]) -> dict[str, Any]:
    """Compute what work is paid an hour after a person's own costs, and what lacks to the floor.

    Returns:
        ``own_costs`` of a statement's pay; empty where no cost is stated or no time was worked.
    """
    time_ms = sum(pay.time_ms for pay in pays)
    if costs is None or not time_ms:
        return {}
    nothing = Money(0, pays[0].earned.currency)
    earned = sum((pay.earned for pay in pays), nothing).micro
    due = sum((pay.due for pay in pays), nothing).micro
    cost_micro = _cost_of(costs.hourly_micro, time_ms)
    lacking = sum(
        max(0, pay.due.micro + _cost_of(costs.hourly_micro, pay.time_ms) - pay.earned.micro)
        for pay in pays
    )
    return {
        "own_costs": {
            "micro": cost_micro,
            "covered_micro": sum(pay.costs.micro for pay in pays),
            "after_hourly_micro": (earned - cost_micro) * HOUR_MS // time_ms,
            "floor_hourly_micro": divided_up(due * HOUR_MS, time_ms),
            "lacking_micro": lacking,
        }
    }


def _cost_of(hourly_micro: int, time_ms: int) -> int:
    return divided_up(hourly_micro * time_ms, HOUR_MS)
