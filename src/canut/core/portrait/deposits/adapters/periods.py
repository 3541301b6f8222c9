"""Read the periods that publishers write: a year, a quarter, a month, a day."""

import re
from calendar import monthrange
from datetime import date

from canut.core.outside_text import read_day, read_whole

_QUARTER = re.compile(r"([0-9]{4})-?Q([1-4])")
_MONTH = re.compile(r"([0-9]{4})-?M?([0-9]{2})")
QUARTER_MONTHS = 3
MONTHS = 12


def read_period(text: str) -> tuple[date, date] | None:
    """Return the first and the last day of a period; None if it is none.

    >>> read_period("2025"), read_period("2025Q3")[1], read_period("2025-02")[1]
    ((datetime.date(2025, 1, 1), datetime.date(2025, 12, 31)), datetime.date(2025, 9, 30), \
datetime.date(2025, 2, 28))
    """
    text = text.strip()
    if day := read_day(text):
        return day, day
    if len(text) == len("2025"):
        return _months(text, 1, MONTHS)
    if quarter := _QUARTER.fullmatch(text):
        last = QUARTER_MONTHS * (read_whole(quarter[2]) or 1)
        return _months(quarter[1], last - QUARTER_MONTHS + 1, last)
    if month := _MONTH.fullmatch(text):
        number = read_whole(month[2]) or 0
        return _months(month[1], number, number) if 1 <= number <= MONTHS else None
    return None


def _months(year: str, first: int, last: int) -> tuple[date, date] | None:
    begin = read_day(f"{year}-{first:02}-01")
    if begin is None:
        return None
    return begin, date(begin.year, last, monthrange(begin.year, last)[1])
