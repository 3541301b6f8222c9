"""Apply the limits of working hours: compute until when a person rests.

Hours are checked every five minutes of work; leasing reads only the time until which the person
rests. Days are those counted for everybody (``store.tables.time.WorkedDay``); rests are detected
roughly, from visible pages. The limits are in ``core.time.working_hours`` and in policy changes; a
new limit triggers another check.
"""

from datetime import timedelta

from django.db import transaction

from canut.actions.platform.row_faults import attempt_each
from canut.core.clock import HOUR_MS, local_day
from canut.core.time.spans import Span, merge_spans
from canut.core.time.working_hours import POLICY, WorkedHours, standing
from canut.store.participation.policies import last_change_of_hours_ms
from canut.store.people.work_terms import zone_of
from canut.store.protection.exposure import hours_at, protection_of, seen_spans, worked_ms
from canut.store.tables.protection import Protection, watched_ms

EVERY_MS = 300_000
KEPT_MS = 14 * 24 * HOUR_MS
RECENT_MS = 8 * 24 * HOUR_MS
AT_ONCE = 200
WEEK = [timedelta(days=n) for n in range(7)]


def watch_hours(person_id: int, now_ms: int, *, at_once: bool = False) -> WorkedHours | None:
    """Compare a person's hours with the limits, and store until when they rest.

    Args:
        person_id: whose hours.
        now_ms: the moment.
        at_once: also when they were looked at within five minutes.

    Returns:
        How they stand; None when it was too soon to look.
    """
    # every page asks with every batch of beats: mostly one read answers, outside a write
    # a clock that was set back leaves a look in the future: that one says nothing
    if not at_once and 0 <= now_ms - watched_ms(person_id) < EVERY_MS:
        return None
    return _watch(person_id, now_ms)


@transaction.atomic
def _watch(person_id: int, now_ms: int) -> WorkedHours:
    row = protection_of(person_id)
    zone = zone_of(person_id, now_ms)
    today = local_day(now_ms, zone)
    monday = today - timedelta(days=today.weekday())
    days = {monday + n: worked_ms(person_id, monday + n) for n in WEEK if monday + n <= today}
    oldest = now_ms - KEPT_MS
    fresh = seen_spans(person_id, max(row.watched_ms, oldest), now_ms)
    spans = _coarse([*((begin, end) for begin, end in row.spans if end > oldest), *fresh])
    hours = standing(hours_at(now_ms), days, spans, zone, now_ms)
    Protection.objects.update_or_create(
        person_id=person_id,
        defaults={
            "spans": spans,
            "week_ms": hours.week_ms,
            "rest_until_ms": hours.stop.until_ms if hours.stop else 0,
            "rest_why": hours.stop.why if hours.stop else "",
            "watched_ms": now_ms,
        },
    )
    return hours


def watch_again(now_ms: int) -> int:
    """Recheck people last checked under other limits of hours; return how many.

    Two hundred at a time, each in a transaction of their own: it is asked again every few seconds.
    """
    changed_ms = last_change_of_hours_ms(now_ms)
    if changed_ms is None:
        return 0
    before = Protection.objects.filter(
        watched_ms__lt=changed_ms, watched_ms__gt=changed_ms - RECENT_MS
    )
    people = list(before.order_by("person_id").values_list("person_id", flat=True)[:AT_ONCE])
    return attempt_each(
        "hours",
        people,
        lambda person: watch_hours(person, now_ms, at_once=True) is not None,
    )


def _coarse(spans: list[Span]) -> list[Span]:
    """Join spans with gaps shorter than a meal break, so that a week is a few dozen spans."""
    wider = merge_spans((begin, end + POLICY.meal - 1) for begin, end in spans)
    return [(begin, end - POLICY.meal + 1) for begin, end in wider]
