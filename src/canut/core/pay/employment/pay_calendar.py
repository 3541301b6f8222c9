"""Spread a yearly exemption over the pays of a year, so that their sum is the exemption exactly.

Each pay takes an equal part of the year's: one of 24 where a period is half a month, one of 26 (27
in a year with that many pay days) where it is two weeks. A period of another length takes its days'
part of the year. The last pay of the year takes what is left, and no pay takes more.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from msgspec import Struct

from canut.core.clock import WEEK_DAYS
from canut.core.money import Money, rounded

HALF_MONTHS = 24
MIDDLE = 15  # the last day of the first half of a month


class PayRun(Struct, frozen=True, forbid_unknown_fields=True):
    """Pays of one kind in a year: ``count`` of them.

    Args:
        count: how many.
        pays: pays a year of this kind; 0 where they count by their days.
        days: of each.
    """

    count: int
    pays: int
    days: int


class PayCalendar(Struct, frozen=True, forbid_unknown_fields=True):
    """Where a pay stands among the pays of its year.

    Args:
        pay: this pay; its ``count`` is 1.
        year_days: 365 or 366.
        is_last: whether it is the last of the year.
        earlier: the pays of the year before it.
    """

    pay: PayRun
    year_days: int
    is_last: bool
    earlier: Sequence[PayRun] = ()


class PayDates(Struct, frozen=True):
    """The days of a pay period, and its day of payment."""

    first_day: date
    last_day: date
    pay_day: date

    @property
    def days(self) -> int:
        """Return the number of days of the period."""
        return (self.last_day - self.first_day).days + 1

    @property
    def is_half_month(self) -> bool:
        """Return whether the period is one of the two halves of a month."""
        is_second = self.first_day.day == MIDDLE + 1 and _is_month_end(self.last_day)
        return (self.first_day.day, self.last_day.day) == (1, MIDDLE) or is_second

    @property
    def next_pay_day(self) -> date:
        """Return the day of payment of the next period, if it is of the same kind."""
        if not self.is_half_month:
            return self.pay_day + timedelta(days=self.days)
        following = self.last_day + timedelta(days=1)
        last = following.replace(day=MIDDLE) if following.day == 1 else _month_end(following)
        return last + (self.pay_day - self.last_day)


def calendar_of(pays: Sequence[PayDates], *, has_earlier_year: bool) -> PayCalendar:
    """Find where the last of some pays stands among the pays of its year.

    Args:
        pays: all pays of one year so far, in order; the last is the one to place.
        has_earlier_year: whether the payer paid before them; otherwise the year's pays before the
            first are taken to be of its kind.

    Example:
        >>> half = PayDates(date(2026, 6, 1), date(2026, 6, 15), date(2026, 6, 22))
        >>> calendar = calendar_of([half], has_earlier_year=False)
        >>> calendar.pay.pays, calendar.earlier[0].count, calendar.is_last
        (24, 11, False)
    """
    last, runs = pays[-1], list[PayRun]()
    if not has_earlier_year:
        runs.append(_run(pays[0], _pays_before(pays[0])))
    for pay in pays[:-1]:
        run = _run(pay, 1)
        if runs and (runs[-1].pays, runs[-1].days) == (run.pays, run.days):
            run = _run(pay, runs.pop().count + 1)
        runs.append(run)
    year = last.pay_day.year
    return PayCalendar(
        pay=_run(last, 1),
        year_days=(date(year + 1, 1, 1) - date(year, 1, 1)).days,
        is_last=last.next_pay_day.year > year,
        earlier=[run for run in runs if run.count],
    )


def exemption_of(yearly: Decimal, calendar: PayCalendar, currency: str) -> Money:
    """Return the part of a yearly exemption that a pay takes.

    Example:
        >>> two_weeks = PayCalendar(PayRun(1, 26, 14), 365, is_last=False)
        >>> exemption_of(Decimal(3500), two_weeks, "CAD")
        Money(micro=134620000, currency='CAD')
    """
    year_micro = rounded(yearly, currency).micro
    used = sum(
        run.count * _part(yearly, run, calendar.year_days, currency) for run in calendar.earlier
    )
    left = max(0, year_micro - used)
    own = _part(yearly, calendar.pay, calendar.year_days, currency)
    return Money(left if calendar.is_last else min(own, left), currency)


def _part(yearly: Decimal, run: PayRun, year_days: int, currency: str) -> int:
    """Return the exemption of one pay of a kind, in micro-units."""
    exact = yearly / run.pays if run.pays else yearly * run.days / year_days
    return rounded(exact, currency).micro


def _run(pay: PayDates, count: int) -> PayRun:
    if pay.is_half_month:
        return PayRun(count, HALF_MONTHS, 0)
    if pay.days % WEEK_DAYS:
        return PayRun(count, 0, pay.days)
    days_after = (date(pay.pay_day.year, 12, 31) - pay.pay_day).days
    return PayRun(count, _pays_before(pay) + 1 + days_after // pay.days, pay.days)


def _pays_before(pay: PayDates) -> int:
    """Return how many pays of its kind a year has before this one."""
    days_before = (pay.pay_day - date(pay.pay_day.year, 1, 1)).days
    if not pay.is_half_month:
        return days_before // pay.days
    wait = pay.pay_day - pay.last_day
    count, last = 0, _half_month_before(pay.last_day)
    while (last + wait).year == pay.pay_day.year:
        count, last = count + 1, _half_month_before(last)
    return count


def _half_month_before(last_day: date) -> date:
    """Return the last day of the half month before the one that ends on a day."""
    if last_day.day == MIDDLE:
        return last_day.replace(day=1) - timedelta(days=1)
    return last_day.replace(day=MIDDLE)


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _is_month_end(day: date) -> bool:
    return (day + timedelta(days=1)).day == 1
