"""Compute a contribution that is counted by the month or by the pay, on a share, or in steps.

An amount for a month holds for a pay in proportion: twelve months over the pays of the year. What
is counted by the year is counted on the year to date, less what that came to before this pay.
``contributions`` computes the plain ones, one rate of a year's pay, and reads the parameters.
"""

from collections.abc import Callable
from decimal import ROUND_FLOOR, Decimal
from typing import NamedTuple

from canut.core.places.parameters import ContributionRule

MONTHS = 12
RATE_PLACES = Decimal("0.000001")
NOTHING = Decimal(0)

type Value = Callable[[str], Decimal]


class Span(NamedTuple):
    """The pay that a contribution is counted on.

    Args:
        gross: of this pay.
        before: of the same year, before it.
        periods: pays of a year.
        coin: the smallest unit of the currency.
    """

    gross: Decimal
    before: Decimal
    periods: int
    coin: Decimal


class Reckoned(NamedTuple):
    """What was counted on, the rate of it, and the amount before it is rounded."""

    base: Decimal
    rate: Decimal
    amount: Decimal


def reckon(
    rule: ContributionRule, rate: Decimal, factor: Decimal, span: Span, value: Value
) -> Reckoned:
    """Compute a contribution of one pay.

    Args:
        rule: the contribution.
        rate: its rate; of no use where it has steps.
        factor: of this payer, by which the amount is multiplied; the rate holds it already.
        span: the pay.
        value: reads a parameter by name.

    Example:
        >>> rule = ContributionRule("levy", {"employee": ("r",)}, cap="cap", per="month")
        >>> of = {"cap": Decimal(1200)}.__getitem__
        >>> pay = Span(Decimal(700), Decimal(0), 24, Decimal("0.01"))
        >>> reckon(rule, Decimal("0.1"), Decimal(1), pay, of).amount == 60
        True
    """
    share = value(rule.base) if rule.base else Decimal(1)
    before = span.before * share if rule.per == "year" else NOTHING
    total = before + span.gross * share

    def amount_of(name: str) -> Decimal:
        amount = value(name)
        if rule.per != "month":
            return amount
        return (amount * MONTHS / span.periods).quantize(span.coin, ROUND_FLOOR)

    cap = amount_of(rule.cap) if rule.cap else None
    less = sum((amount_of(name) for name in (rule.above, rule.exempt) if name), NOTHING)
    tops = [amount_of(top) if top else None for _rate, top in rule.steps]
    rates = [value(name) for name, _top in rule.steps]
    relief = amount_of(rule.relief) if rule.relief else NOTHING
    least = amount_of(rule.least) if rule.least else NOTHING

    def base_of(pay: Decimal) -> Decimal:
        return max(NOTHING, (pay if cap is None else min(pay, cap)) - less)

    def owed_on(pay: Decimal) -> Decimal:
        if not pay:
            return NOTHING
        base, bottom, owed = base_of(pay), NOTHING, NOTHING
        for step_rate, top in zip(rates, tops, strict=True):
            upper = base if top is None else min(base, top)
            owed += step_rate * factor * max(NOTHING, upper - bottom)
            bottom = max(bottom, upper)
        if not rates:
            owed = rate * base
        return max(least, owed - relief)

    base = base_of(total) - base_of(before)
    amount = owed_on(total) - owed_on(before)
    if rates:
        rate = (amount / base).quantize(RATE_PLACES) if base else NOTHING
    return Reckoned(base, rate, amount)
