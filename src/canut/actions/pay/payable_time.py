"""Compute the time a period pays each person, and find whose earlier time came late.

A person whose time cannot be measured is reported and delays nobody else. Late heartbeats, held
time that was granted and granted claims of earlier periods are paid as corrections of those
(``pay.corrections``). What counts is decided in ``time.measure``.

Reads only.
"""

import logging
import threading
from collections import defaultdict
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import batched
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from django.db import connection
from django.db.models import Min, Q

from canut.actions.platform.prefetch import prefetch
from canut.actions.time.measure import DATA_FAULTS, beats_of, measured_many, time_by_day
from canut.core.clock import DAY_MS, MINUTE_MS, day_begin, local_day
from canut.core.time.days import DaySums, Midnights, day_sums
from canut.store.tables.time import Beat, Claim, CreditedUntil, OpenPage

CHUNK = 100
IN_FLIGHT_MS = 10 * MINUTE_MS  # a beat in a transaction that ends after the closing has read
CLAIMED_LATE_MS = 31 * DAY_MS  # a claim is of the last thirty days, by a clock that may go back
PLATFORM = -1
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Who:
    """A person to be paid, and the bounds of the period in their own time zone."""

    person: int
    zone: str
    begin_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class DayRow:
    """Time of one day to be paid, by kind of page; project None is the platform."""

    project: int | None
    day: date
    surface: str
    ms: int


class _Job(NamedTuple):
    """People who share the same window."""

    group: list[Who]
    begin_ms: int
    end_ms: int


def time_to_pay(
    people: Sequence[Who], came_ms: int, chunk: int = CHUNK
) -> Iterator[tuple[int, list[DayRow] | None]]:
    """Yield each person's time to pay, None where it cannot be measured. Reads only.

    Args:
        people: whose time, each with their own window.
        came_ms: beats that came by then count.
        chunk: how many people's beats are in memory at once.
    """
    chunks = [_jobs(group) for group in batched(people, chunk)]
    texts = _texts([job for jobs in chunks for job in jobs], came_ms, threading.get_ident())
    with closing(prefetch(texts) if len(chunks) > 1 else texts) as texts_read:
        for job, text in texts_read:
            days = _days_of_each(job, text, came_ms)
            apart = _with_a_word(job)
            for payee in job.group:
                yield payee.person, _own_time(payee, days.get(payee.person, []), came_ms, apart)


def _own_time(
    who: Who, own: list[DayRow] | None, came_ms: int, apart: set[int]
) -> list[DayRow] | None:
    """Return one person's time to pay; None where it cannot be measured."""
    if own is None:
        return None
    try:
        if who.person in apart:
            own = _by_word(who, came_ms)
    except DATA_FAULTS:
        log.exception("the time of person %s cannot be measured", who.person)
        return None
    return own


def _jobs(part: Sequence[Who]) -> list[_Job]:
    windows: dict[tuple[int, int], list[Who]] = defaultdict(list)
    for who in part:
        windows[who.begin_ms, who.end_ms].append(who)
    return [_Job(group, *window) for window, group in windows.items()]


def _texts(jobs: Sequence[_Job], came_ms: int, owner: int) -> Generator[tuple[_Job, bytes]]:
    """Read the heartbeats of each job, on a connection of the calling thread.

    The database reads the next people at the same time, since it releases the interpreter lock.
    """
    try:
        for job in jobs:
            people = [who.person for who in job.group]
            yield job, beats_of(people, job.begin_ms, job.end_ms, came_ms)
    finally:
        if threading.get_ident() != owner:
            connection.close()


def _days_of_each(job: _Job, text: bytes, came_ms: int) -> dict[int, list[DayRow] | None]:
    """Measure a group at once; on a failure, one by one, None for those that fail."""
    try:
        return {**_days(job, text)}
    except DATA_FAULTS:
        if len(job.group) == 1:
            log.exception("the time of person %s cannot be measured", job.group[0].person)
            return {job.group[0].person: None}
    days: dict[int, list[DayRow] | None] = {}
    for payee in job.group:
        own = job._replace(group=[payee])
        days |= _days_of_each(
            own, beats_of([payee.person], job.begin_ms, job.end_ms, came_ms), came_ms
        )
    return days


def _days(job: _Job, text: bytes) -> dict[int, list[DayRow]]:
    """Measure a group with the same window, by local day."""
    many = measured_many(text, job.begin_ms, job.end_ms)
    zones = sorted({payee.zone for payee in job.group})
    first = int(many.measured.begin.min()) if len(many.measured.begin) else job.begin_ms
    midnights = [_midnights(zone, first, job.end_ms) for zone in zones]
    zone_of = {payee.person: zones.index(payee.zone) for payee in job.group}
    days: dict[int, list[DayRow]] = defaultdict(list)
    for person, project, day, kind, ms in _rows(
        day_sums(many.measured, many.kind, zone_of, midnights)
    ):
        of = None if project == PLATFORM else project
        days[person].append(DayRow(of, date.fromordinal(day), many.kinds[kind], ms))
    return days


def _rows(days: DaySums) -> Iterator[tuple[int, int, int, int, int]]:
    return zip(*(column.tolist() for column in days), strict=True)


def _midnights(zone: str, begin_ms: int, end_ms: int) -> Midnights:
    first = local_day(begin_ms, ZoneInfo(zone)) - timedelta(days=1)
    last = local_day(end_ms, ZoneInfo(zone)) + timedelta(days=1)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    begins = [midnight_ms(day, zone) for day in days]
    return Midnights(first.toordinal(), np.array(begins, dtype=np.int64))


def midnight_ms(day: date, zone: str) -> int:
    """Return the moment a local day begins, in milliseconds since 1970 UTC."""
    return day_begin(day, ZoneInfo(zone))


def _with_a_word(job: _Job) -> set[int]:
    """Find people with a claim in the window, or whose heartbeats were deleted."""
    ids = [payee.person for payee in job.group]
    claimed = Claim.objects.filter(person__in=ids, begin_ms__lt=job.end_ms, end_ms__gt=job.begin_ms)
    credited = CreditedUntil.objects.filter(person__in=ids, until_ms__gt=job.begin_ms)
    return {
        *claimed.values_list("person", flat=True),
        *credited.values_list("person", flat=True),
    }


def _by_word(who: Who, came_ms: int) -> list[DayRow]:
    """Return one person's days with claims added and capped time left out."""
    rows = time_by_day([who.person], who.begin_ms, who.end_ms, came_ms, ZoneInfo(who.zone))
    return [DayRow(row.project, row.day, row.surface, row.ms) for row in rows]


def came_late(people: Sequence[int], begin_ms: int, came_ms: int, since_ms: int) -> dict[int, int]:
    """Find people whose time before a moment changed, with the first moment that may have.

    What came a while before they were last paid counts too: whoever is named is paid only what was
    not paid before.

    Args:
        people: whose.
        begin_ms: time from here on is not late.
        came_ms: beats that came by then count.
        since_ms: when their earlier time was last paid.
    """
    came = Beat.objects.filter(
        person__in=people, received_ms__gte=since_ms - IN_FLIGHT_MS, received_ms__lt=came_ms
    )
    sessions = came.values("session")
    pages = OpenPage.objects.filter(opened_ms__lt=begin_ms, session__in=sessions)
    claims = Claim.objects.filter(
        Q(made_ms__gte=since_ms - CLAIMED_LATE_MS) | Q(settled_ms__gte=since_ms - CLAIMED_LATE_MS),
        person__in=people,
        begin_ms__lt=begin_ms,
    )
    first = dict(pages.values_list("person").annotate(first=Min("opened_ms")))
    for person, at_ms in claims.values_list("person").annotate(first=Min("begin_ms")):
        first[person] = min(at_ms, first.get(person, at_ms))
    return first
