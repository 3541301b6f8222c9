"""Watch a person's hours, and say until when they rest.

Looked at every five minutes of work, from the time that was measured; what lending then reads is
one moment, until which nothing is offered. The limits are decided in ``core.labour.hours``.
"""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from canut.actions.measuring import by_local_day, intervals, kind_of, measured, zone_of
from canut.core.labour.hours import (
    HOUR_MS,
    POLICY,
    Hours,
    Span,
    begin_of,
    joined,
    local_day,
    standing,
)
from canut.store.protection import Protection

EVERY_MS = 300_000
LOOK_BACK_MS = 8 * HOUR_MS
KEPT_DAYS = 14
BREAK = "break"


def worked_ms(person_id: int, day: date) -> int:
    """Return how long a person worked on a local day, in milliseconds, as measured."""
    zone = zone_of(person_id, begin_of(day, ZoneInfo("UTC")))
    begin, end = begin_of(day, zone), begin_of(day + timedelta(days=1), zone)
    columns, found = measured([person_id], begin, end)
    return sum(one.end_ms - one.begin_ms for _, _, one in intervals(columns, found))


@transaction.atomic
def watch_hours(person_id: int, now_ms: int, *, at_once: bool = False) -> Hours | None:
    """See how a person's hours stand, and keep until when they rest.

    Args:
        person_id: whose hours.
        now_ms: the moment.
        at_once: also when they were looked at within five minutes.

    Returns:
        How they stand; None when it was too soon to look.
    """
    row = Protection.objects.filter(person_id=person_id).first()
    if row is not None and not at_once and now_ms - row.watched_ms < EVERY_MS:
        return None
    row = row or Protection(person_id=person_id)
    zone = zone_of(person_id, now_ms)
    since = min(begin_of(local_day(row.watched_ms or now_ms, zone), zone), now_ms - LOOK_BACK_MS)
    since = max(since, now_ms - KEPT_DAYS * 24 * HOUR_MS)
    columns, found = measured([person_id], since, now_ms)
    every = [(one.begin_ms, one.end_ms, kind_of(one.surface)) for _, _, one in
             intervals(columns, found)]  # fmt: skip
    days = {date.fromisoformat(day): ms for day, ms in row.days.items()}
    _count(days, [(begin, end) for begin, end, _ in every], zone, since)
    worked = [(begin, end) for begin, end, surface in every if surface != BREAK]
    oldest = now_ms - KEPT_DAYS * 24 * HOUR_MS
    spans = _coarse([*((a, b) for a, b in row.spans if b > oldest), *worked])
    hours = standing(POLICY, days, spans, zone, now_ms)
    first = local_day(oldest, zone)
    row.days = {day.isoformat(): ms for day, ms in sorted(days.items()) if day >= first}
    row.spans = [list(span) for span in spans]
    row.rest_until_ms = hours.stop.until_ms if hours.stop else 0
    row.rest_why = hours.stop.why if hours.stop else ""
    row.watched_ms = now_ms
    row.save()
    return hours


def _count(days: dict[date, int], spans: list[Span], zone: ZoneInfo, since: int) -> None:
    """Count the days that were measured whole anew; the others stay as they were counted."""
    sums: dict[date, int] = {}
    for begin, end in spans:
        for day, ms in by_local_day(begin, end, zone):
            sums[day] = sums.get(day, 0) + ms
    for day, ms in sums.items():
        days[day] = ms if begin_of(day, zone) >= since else max(ms, days.get(day, 0))


def _coarse(spans: list[Span]) -> list[Span]:
    """Join what less than a meal lies between: then a week is a few dozen spans."""
    wider = joined((begin, end + POLICY.meal - 1) for begin, end in spans)
    return [(begin, end - POLICY.meal + 1) for begin, end in wider]
