"""One unit of time: an instant is an integer of milliseconds since 1970 UTC.

Core, reads of the store and actions speak ``Ms``; a calendar day is a ``date`` with its zone.
``datetime`` stands at two edges: columns of Django, and formatting for people. Reads no clock.
"""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

type Ms = int
"""Milliseconds: of an instant since 1970 UTC, or of a duration."""

SECOND_MS = 1_000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
WEEK_DAYS = 7
WEEK_MS = WEEK_DAYS * DAY_MS
MONDAY, SUNDAY = 0, 6

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


def to_ms(moment: datetime) -> Ms:
    """Return an instant in milliseconds, rounded down.

    Example:
        >>> to_ms(datetime(1970, 1, 2, tzinfo=UTC)) == DAY_MS
        True
    """
    return (moment - _EPOCH) // _MS


def from_ms(at_ms: Ms) -> datetime:
    """Return an instant as a datetime in UTC.

    Example:
        >>> from_ms(DAY_MS).isoformat()
        '1970-01-02T00:00:00+00:00'
    """
    return _EPOCH + timedelta(milliseconds=at_ms)


def local_day(at_ms: Ms, zone: tzinfo) -> date:
    """Return the calendar day of an instant in a zone."""
    return from_ms(at_ms).astimezone(zone).date()


def day_begin(day: date, zone: tzinfo) -> Ms:
    """Return the first instant of a calendar day in a zone."""
    return to_ms(datetime.combine(day, time.min, zone))


def day_bounds(day: date, zone: tzinfo) -> tuple[Ms, Ms]:
    """Return when a calendar day begins and ends in a zone; 23 to 25 hours apart.

    Example:
        >>> from zoneinfo import ZoneInfo
        >>> begin_ms, end_ms = day_bounds(date(2026, 3, 8), ZoneInfo("America/Toronto"))
        >>> (end_ms - begin_ms) // HOUR_MS
        23
    """
    return day_begin(day, zone), day_begin(day + timedelta(days=1), zone)


def week_of(day: date, week_starts: int = MONDAY) -> date:
    """Return the first day of the week of a day.

    Args:
        day: any day.
        week_starts: the day on which weeks begin; 0 is Monday, 6 Sunday.

    Example:
        >>> week_of(date(2026, 6, 24))
        datetime.date(2026, 6, 22)
    """
    return day - timedelta(days=(day.weekday() - week_starts) % WEEK_DAYS)
