"""Compute what hours over a normal week add to an employee's pay.

An hour over the week's is paid at its usual wage like any other, and by half as much again. The
usual wage of an hour is what the hours of its week earned, top-up included, divided by those hours.
Hours count in the order they were worked: those of the same week in an earlier period come first.
``statement`` adds the premium to a pay; ``corrections`` computes it again.

Source:
    Quebec's labour standards act, articles 52 and 55; the usual wage of work by the piece is our
    reading (to verify).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

from canut.core.clock import HOUR_MS, MONDAY, week_of
from canut.core.money import MICRO, Money, divided_up, rounded_up
from canut.core.time.working_hours import overtime_by_day


@dataclass(frozen=True, slots=True)
class OvertimeRule:
    """The hours of a normal week, and what an hour over them is worth.

    Args:
        after_ms: the hours of a normal week, in milliseconds.
        times: by how much the usual wage is multiplied, such as 1.5.
        week_starts: the day on which the payer's weeks begin; 0 is Monday.
    """

    after_ms: int
    times: Decimal
    week_starts: int = MONDAY


@dataclass(frozen=True, slots=True)
class WorkedDays:
    """Time in milliseconds and wages in micro-units of an employee's days."""

    time_ms: Mapping[date, int]
    wages_micro: Mapping[date, int]


@dataclass(frozen=True, slots=True)
class OvertimeWeek:
    """A week in which a period has overtime.

    Args:
        first_day: of the week.
        time_ms: of the week until the end of the period, also in an earlier period.
        wages: of that time.
        overtime_ms: the overtime of this period.
        usual_hour: ``wages`` for an hour of ``time_ms``, rounded up to the cent.
        premium: what the overtime adds, rounded up to the cent.
    """

    first_day: date
    time_ms: int
    wages: Money
    overtime_ms: int
    usual_hour: Money
    premium: Money


def overtime_weeks(
    rule: OvertimeRule, own: WorkedDays, earlier: WorkedDays, currency: str
) -> list[OvertimeWeek]:
    """List the weeks of a period with overtime.

    Args:
        rule: the hours of a normal week, and the multiplier.
        own: the days of the period.
        earlier: the days before it; those of its first week count.
        currency: of the wages.

    Example:
        >>> from decimal import Decimal
        >>> days = [date(2026, 6, day) for day in (1, 2, 3, 4, 5)]
        >>> own = WorkedDays(dict.fromkeys(days, 36_000_000), dict.fromkeys(days, 161_000_000))
        >>> rule = OvertimeRule(40 * HOUR_MS, Decimal("1.5"))
        >>> (week,) = overtime_weeks(rule, own, WorkedDays({}, {}), "CAD")
        >>> week.overtime_ms // HOUR_MS, week.usual_hour.micro, week.premium.micro
        (10, 16100000, 80500000)
    """
    first = min(own.time_ms, default=None)
    if first is None:
        return []
    since = week_of(first, rule.week_starts)
    time_ms = {day: ms for day, ms in earlier.time_ms.items() if since <= day} | {**own.time_ms}
    wages = {day: micro for day, micro in earlier.wages_micro.items() if since <= day}
    wages |= own.wages_micro
    over = overtime_by_day(time_ms, rule.after_ms, rule.week_starts)
    weeks: list[OvertimeWeek] = []
    for begin in sorted({week_of(day, rule.week_starts) for day in own.time_ms}):
        days = [day for day in time_ms if week_of(day, rule.week_starts) == begin]
        overtime_ms = sum(over[day] for day in days if day in own.time_ms)
        if overtime_ms:
            worked = Money(sum(wages.get(day, 0) for day in days), currency)
            weeks.append(_week(rule, begin, sum(time_ms[day] for day in days), worked, overtime_ms))
    return weeks


def regular_wages(rule: OvertimeRule | None, days: WorkedDays, currency: str) -> dict[date, int]:
    """Return the wages of each day without those of its overtime, in micro-units.

    A day with overtime is rounded up to the cent.

    Args:
        rule: None where no hours are overtime.
        days: of whole weeks, in order to know their overtime.
        currency: of the wages.
    """
    if rule is None:
        return {**days.wages_micro}
    over = overtime_by_day(days.time_ms, rule.after_ms, rule.week_starts)
    regular: dict[date, int] = {}
    for day, micro in days.wages_micro.items():
        time_ms = days.time_ms.get(day, 0)
        regular[day] = micro
        if over.get(day):
            exact = divided_up(micro * (time_ms - over[day]), time_ms)
            regular[day] = rounded_up(Money(exact, currency)).micro
    return regular


def _week(
    rule: OvertimeRule, first_day: date, time_ms: int, wages: Money, overtime_ms: int
) -> OvertimeWeek:
    """Compute the premium of a week's overtime."""
    usual_hour = rounded_up(Money(divided_up(wages.micro * HOUR_MS, time_ms), wages.currency))
    exact = usual_hour.decimal * (rule.times - 1) * overtime_ms / HOUR_MS
    micro = int((exact * MICRO).to_integral_value(ROUND_CEILING))
    premium = rounded_up(Money(micro, wages.currency))
    return OvertimeWeek(first_day, time_ms, wages, overtime_ms, usual_hour, premium)
