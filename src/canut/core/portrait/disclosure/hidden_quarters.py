"""Which quarters one edition covers: its own, and those before it that were kept back.

Figures such as the hours inside models add up over all time. If a quarter was kept back and the
next one stood alone, the difference of two such figures less what the next quarter shows would be
the quarter that was kept back. So the next edition covers both, in every figure.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from canut.core.errors import BadInput
from canut.core.outside_text import FIRST_DAY, LAST_DAY, read_whole

QUARTERS, MONTHS = 4, 3
ENDS = "{first}/{last}"


class PastQuarter(NamedTuple):
    """The last edition of an earlier quarter: the first quarter it covers, and whether it hid."""

    first: str
    is_hidden: bool


def quarter_before(name: str) -> str:
    """Return the name of the quarter before.

    Raises:
        BadInput: not the name of a quarter.

    Example:
        >>> quarter_before("2026-Q3"), quarter_before("2026-Q1")
        ('2026-Q2', '2025-Q4')
    """
    year, quarter = _read(name)
    return f"{year - 1}-Q{QUARTERS}" if quarter == 1 else f"{year}-Q{quarter - 1}"


def days_of_span(span: str) -> tuple[date, date]:
    """Return the first and the last day of a quarter, or of several.

    Raises:
        BadInput: not the name of a quarter.

    Example:
        >>> [day.isoformat() for day in days_of_span("2026-Q2/2026-Q4")]
        ['2026-04-01', '2026-12-31']
    """
    first, _, last = span.partition("/")
    (begin_year, begin_quarter), (year, quarter) = _read(first), _read(last or first)
    after = date(year + quarter // QUARTERS, quarter % QUARTERS * MONTHS + 1, 1)
    begin = date(begin_year, (begin_quarter - 1) * MONTHS + 1, 1)
    return begin, after - timedelta(days=1)


def _read(name: str) -> tuple[int, int]:
    """Return the year and the number of a quarter."""
    year_text, _, quarter_text = name.partition("-Q")
    year = read_whole(year_text, LAST_DAY.year - 1, least=FIRST_DAY.year)
    quarter = read_whole(quarter_text, QUARTERS, least=1)
    if year is None or quarter is None:
        raise BadInput(f"{name!r} is no quarter; write it as 2026-Q3")
    return year, quarter


def first_covered(
    name: str, past: Mapping[str, PastQuarter], has_work: Callable[[str], bool]
) -> str:
    """Return the first quarter that the edition of a quarter covers.

    It goes back over quarters whose hours were kept back, and over those in which people worked
    and that never came out, to the last quarter that was shown.

    Args:
        name: of the quarter, such as ``2026-Q3``.
        past: earlier quarters that came out, by name.
        has_work: tells of a quarter whether real people worked in it.
    """
    first = cursor = name
    earliest = min(past, default=name)
    while cursor > earliest:
        cursor = quarter_before(cursor)
        quarter = past.get(cursor)
        if quarter is None and not has_work(cursor):
            continue
        if quarter is not None and not quarter.is_hidden:
            break
        first = cursor = min(cursor, quarter.first) if quarter else cursor
    return first


def span_of(first: str, last: str) -> str:
    """Name what an edition covers: ``2026-Q2/2026-Q3``; empty for one quarter.

    >>> span_of("2026-Q2", "2026-Q3"), span_of("2026-Q3", "2026-Q3")
    ('2026-Q2/2026-Q3', '')
    """
    return "" if first == last else ENDS.format(first=first, last=last)


def is_in_span(name: str, span: str) -> bool:
    """Return whether a quarter is one of those an edition covers."""
    first, _, last = span.partition("/")
    return first <= name <= (last or first)
