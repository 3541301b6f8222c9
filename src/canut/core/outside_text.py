"""Read numbers, days and text that came from outside: from addresses, forms, headers and files.

Python's own readers take more than is meant: the digits of every script, thousands of digits, dates
that no time zone can hold. Here a number is ASCII digits within bounds, and a day lies in a span
that every zone can hold. What cannot be read is None: the caller decides whether that is refused.

Reads no request; the forms and addresses of pages are read in ``web.kit.numbers``.
"""

import re
import sys
from datetime import date
from decimal import Decimal

MOST_BITS = 63
LARGEST = 2**MOST_BITS - 1
"""The largest whole number that a column of either database holds."""
LARGEST_NUMBER = 2.0**53
"""Up to here a floating point number is exact to the unit."""
LARGEST_FLOAT = sys.float_info.max
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
LONGEST_NUMBER = 400
_DIGITS = re.compile("-?[0-9]+")
_NUMBER = re.compile(r"[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,3})?")
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def read_whole(text: str, most: int = LARGEST, *, least: int = 0) -> int | None:
    """Return the whole number in a text; None if it is none, or out of bounds.

    Args:
        text: ASCII digits, after a minus where ``least`` is below 0; leading zeros may stand.
        most: largest value.
        least: smallest value.

    Example:
        >>> read_whole("12"), read_whole("²"), read_whole("١٢"), read_whole("12", most=9)
        (12, None, None, None)
    """
    longest = max(len(str(most)), len(str(least)))
    if len(text) > longest or not _DIGITS.fullmatch(text):
        return None
    number = int(text)
    return number if least <= number <= most else None


def read_number(text: str, most: float = LARGEST_NUMBER) -> float | None:
    """Return the number in a text; None if it is none, or further from 0 than ``most``.

    Example:
        >>> read_number("0.25"), read_number("1e999"), read_number("nan"), read_number("٣")
        (0.25, None, None, None)
    """
    if len(text) > LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        return None
    number = float(text)
    return number if abs(number) <= most else None


def read_decimal(text: str, most: int) -> Decimal | None:
    """Return the exact number in a text; None if it is none, or further from 0 than ``most``.

    Example:
        >>> read_decimal("0.04", most=10), read_decimal("11", most=10), read_decimal("NaN", most=10)
        (Decimal('0.04'), None, None)
    """
    if len(text) > LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        return None
    number = Decimal(text)
    return number if abs(number) <= most else None


def read_day(text: str) -> date | None:
    """Return the day in a text such as ``2026-05-01``; None if it is none, or out of bounds.

    Example:
        >>> read_day("2026-05-01"), read_day("0001-01-01"), read_day("2026-02-30")
        (datetime.date(2026, 5, 1), None, None)
    """
    if not _DAY.fullmatch(text):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None


def is_storable(text: str) -> bool:
    r"""Return whether both databases can store a text: no U+0000, no half of a surrogate pair.

    Example:
        >>> is_storable("é 😀"), is_storable("a\0"), is_storable("\ud800")
        (True, False, False)
    """
    return _UNSTORABLE.search(text) is None
