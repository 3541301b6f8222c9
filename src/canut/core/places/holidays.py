"""List the statutory holidays of jurisdictions whose holiday indemnity is known.

This module lists dates only. ``contributions`` computes what a holiday pays, from dated parameters;
``statement`` decides who gets it. A jurisdiction without an entry has no holidays here, and its
statements say so.
"""

from collections.abc import Callable
from datetime import date, timedelta

from canut.core.clock import MONDAY, SUNDAY, week_of

WEEKS_BEFORE = 4


def holidays_of(place: str, first: date, last: date) -> tuple[date, ...] | None:
    """List the statutory holidays between two days; None where they are not known.

    Source:
        Act respecting labour standards (Quebec), sections 60 and following, and the National
        Holiday Act; the employer's choice of Good Friday over Easter Monday is ours (to verify).

    Example:
        >>> holidays_of("CA-QC", date(2026, 5, 10), date(2026, 6, 30))
        (datetime.date(2026, 5, 18), datetime.date(2026, 6, 24))
    """
    of_year = _PLACES.get(place)
    if of_year is None:
        return None
    years = range(first.year, last.year + 1)
    return tuple(day for year in years for day in of_year(year) if first <= day <= last)


def weeks_before(holiday: date, week_starts: int = SUNDAY) -> tuple[date, date]:
    """Return the first and last day of the four whole weeks before the week of a holiday.

    Args:
        holiday: the day.
        week_starts: the day on which the payer's weeks begin; 0 is Monday, 6 Sunday.

    Example:
        >>> weeks_before(date(2026, 6, 24))
        (datetime.date(2026, 5, 24), datetime.date(2026, 6, 20))
        >>> weeks_before(date(2026, 6, 24), MONDAY)
        (datetime.date(2026, 5, 25), datetime.date(2026, 6, 21))
    """
    first = week_of(holiday, week_starts)
    return first - timedelta(weeks=WEEKS_BEFORE), first - timedelta(days=1)


def easter(year: int) -> date:
    """Return Easter Sunday of the Gregorian calendar.

    Source:
        The anonymous algorithm of Nature (1876), as Meeus gives it.

    Example:
        >>> easter(2026)
        datetime.date(2026, 4, 5)
    """
    golden, century = year % 19, year // 100
    moon = (century - century // 4 - (8 * century + 13) // 25 + 19 * golden + 15) % 30
    moon -= (moon // 28) * (1 - (29 // (moon + 1)) * ((21 - golden) // 11))
    sunday = (year + year // 4 + moon + 2 - century + century // 4) % 7
    month = 3 + (moon - sunday + 40) // 44
    return date(year, month, moon - sunday + 28 - 31 * (month // 4))


def _quebec(year: int) -> tuple[date, ...]:
    patriots = date(year, 5, 24)
    return (
        date(year, 1, 1),
        easter(year) - timedelta(days=2),
        patriots - timedelta(days=(patriots.weekday() - MONDAY) % 7),
        date(year, 6, 24),
        _not_on_sunday(date(year, 7, 1)),
        _monday(year, 9, 1),
        _monday(year, 10, 2),
        date(year, 12, 25),
    )


def _not_on_sunday(day: date) -> date:
    """Return the day, or the Monday after if it is a Sunday."""
    return day + timedelta(days=1) if day.weekday() == SUNDAY else day


def _monday(year: int, month: int, which: int) -> date:
    """Return the first, second … Monday of a month."""
    first = date(year, month, 1)
    return first + timedelta(days=(MONDAY - first.weekday()) % 7 + 7 * (which - 1))


_PLACES: dict[str, Callable[[int], tuple[date, ...]]] = {"CA-QC": _quebec}
