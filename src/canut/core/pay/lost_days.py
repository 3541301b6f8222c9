"""Compute what a person lost by a sanction that was undone.

The days lost are paid as the person worked before: their average day of the last four weeks in that
project, for each day that the sanction held. Time counts at the floor of the place and day at
least, or at the price of an hour and what the pieces of an average day brought where that is more.
What they earned there all the same is taken off.

``actions.pay.lost_days`` collects the inputs and pays the result with the next period.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import NamedTuple

from canut.core.clock import DAY_MS, HOUR_MS
from canut.core.errors import BadInput
from canut.core.money import Money, divided_up, rounded_up
from canut.core.time.days import shared

WEEKS_BEFORE_MS = 28 * DAY_MS
LEAST_MS = 7 * DAY_MS
LOST_DAYS = "lost-days"
"""The reason of a ``PayAdjustment`` that pays lost days."""


class Worked(NamedTuple):
    """What a person did in one project in a span: milliseconds, and pieces in micro-units."""

    time_ms: int
    pieces_micro: int


class LostPay(NamedTuple):
    """What lost days come to: time, in milliseconds, and pay."""

    time_ms: int
    pay: Money


def span_before(begin_ms: int, first_ms: int | None) -> int:
    """Return over how many milliseconds before a sanction the average is taken.

    Four weeks, or since the first answer where that is later; a week at least, so that one long day
    is not taken for every day.

    Example:
        >>> [span_before(40 * DAY_MS, first) // DAY_MS for first in (0, 30 * DAY_MS, 39 * DAY_MS)]
        [28, 10, 7]
    """
    since_ms = WEEKS_BEFORE_MS if first_ms is None else begin_ms - first_ms
    return min(WEEKS_BEFORE_MS, max(LEAST_MS, since_ms))


def lost_pay(
    before: Worked,
    span_ms: int,
    done: Worked,
    lost_of_day: Mapping[date, int],
    per_hour: Callable[[date], tuple[Money, Money]],
) -> LostPay:
    """Compute the pay of lost days.

    Args:
        before: what the person did in the span before.
        span_ms: how long that span was.
        done: what they did while the sanction held.
        lost_of_day: for how many milliseconds of each local day it held.
        per_hour: returns the floor of a day and the agreed price of an hour, 0 where there is none.

    Raises:
        BadInput: the span before is empty, or no day was lost.
        Incomplete: the floor of a day is not known.

    Example:
        >>> floor = Money(16_000_000, "CAD"), Money(0, "CAD")
        >>> week = Worked(7 * HOUR_MS, 0)
        >>> lost_pay(week, 7 * DAY_MS, Worked(0, 0), {date(2026, 5, 4): DAY_MS}, lambda _: floor)
        LostPay(time_ms=3600000, pay=Money(micro=16000000, currency='CAD'))
    """
    days = sorted(day for day, ms in lost_of_day.items() if ms > 0)
    if span_ms <= 0 or not days:
        raise BadInput(f"{span_ms} ms before and {len(days)} days lost; expected some of both")
    lost_ms = sum(lost_of_day[day] for day in days)
    time_ms = max(0, divided_up(before.time_ms * lost_ms, span_ms) - done.time_ms)
    pieces = max(0, divided_up(before.pieces_micro * lost_ms, span_ms) - done.pieces_micro)
    exact_due = exact_hours = 0
    currency = ""
    for day, ms in zip(days, shared(time_ms, [lost_of_day[day] for day in days]), strict=True):
        floor, hourly = per_hour(day)
        currency = floor.currency
        exact_due += floor.micro * ms
        exact_hours += hourly.micro * ms
    due = divided_up(exact_due, HOUR_MS)
    priced = pieces + divided_up(exact_hours, HOUR_MS)
    return LostPay(time_ms, rounded_up(Money(max(due, priced), currency)))
