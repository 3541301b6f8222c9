"""Say which time of whom a period pays: measured, held back, granted, or come late.

Every millisecond is paid once: what a period paid is kept by day, and of days before it only what
is new is paid, at the floor of its own day. What is far beyond the usual waits for a human in
``HeldTime``; the next period pays it unless somebody refused it by a decision.
"""

import threading
from collections import defaultdict, deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import batched
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from django.db import connection
from django.db.models import Sum

from canut.actions.ahead import ahead
from canut.actions.measuring_many import beats_of, measured_many
from canut.core.labour.caps import TypeTimes, capped, pace_of, type_times
from canut.core.labour.days import (
    DaySums,
    ItemSums,
    Midnights,
    day_sums,
    item_sums,
    new_time,
    shared,
)
from canut.store.labour import Beat, OpenPage
from canut.store.models import HeldTime, PaidTime, Period

CHUNK = 100
LOOK_BACK_MS = 92 * 86_400_000
DAY_MS = 86_400_000
PLATFORM = -1
ITEM = "item"


@dataclass(frozen=True, slots=True)
class Who:
    """A person to be paid, and the moments of the period in their own zone."""

    person: int
    zone: str
    begin_ms: int
    end_ms: int
    pace: int = 1000


@dataclass(frozen=True, slots=True)
class DayRow:
    """Time of one day that is paid now, by sort of page; project None is the platform."""

    project: int | None
    day: date
    surface: str
    ms: int


@dataclass(slots=True)
class Payable:
    """What a period pays of one person's time, and what it holds back."""

    rows: list[DayRow] = field(default_factory=list[DayRow])
    held: list[tuple[int | None, date, int]] = field(
        default_factory=list[tuple[int | None, date, int]]
    )
    window_ms: int | None = None


def time_to_pay(
    people: Sequence[Who], came_ms: int, since_ms: int, chunk: int = CHUNK
) -> Iterator[tuple[int, Payable]]:
    """Yield each person's time to pay, in the order given; nothing is written.

    Args:
        people: whose time, each with their own window.
        came_ms: beats that came by then count.
        since_ms: when the last period was closed: what came since, of earlier days, came late.
        chunk: how many people's beats are in memory at once.
    """
    chunks = [(part, _jobs(part)) for part in batched(people, chunk)]
    texts = _texts([job for _, jobs in chunks for job in jobs], came_ms, threading.get_ident())
    kinds: dict[str, int] = {}
    with closing(ahead(texts) if len(chunks) > 1 else texts) as read:
        sums = deque(_sums(kinds, job, text) for job, text in read)
    usual, types = _usual([items for _, items in sums])
    names = list(kinds)
    for part, jobs in chunks:
        found = {who.person: Payable() for who in part}
        for job in jobs:
            days, items = sums.popleft()
            _split(found, days, names)
            for who in job.group:
                _hold(found[who.person], who, items, usual, types)
        _add_held(found)
        _add_late(found, part, came_ms, since_ms)
        for who in part:
            yield who.person, found[who.person]


class _Job(NamedTuple):
    """Some people with the same window."""

    group: list[Who]
    begin_ms: int
    end_ms: int


def _jobs(part: Sequence[Who]) -> list[_Job]:
    windows: dict[tuple[int, int], list[Who]] = defaultdict(list)
    for who in part:
        windows[who.begin_ms, who.end_ms].append(who)
    return [_Job(group, *window) for window, group in windows.items()]


def _texts(jobs: Sequence[_Job], came_ms: int, owner: int) -> Generator[tuple[_Job, bytes]]:
    """Read the beats of each job; in another thread than the owner's, by a connection of its own.

    The database works on the next people meanwhile: it lets go of Python while it does.
    """
    try:
        for job in jobs:
            people = [who.person for who in job.group]
            yield job, beats_of(people, job.begin_ms, job.end_ms, came_ms)
    finally:
        if threading.get_ident() != owner:
            connection.close()


def _sums(kinds: dict[str, int], job: _Job, text: bytes) -> tuple[DaySums, ItemSums]:
    """Measure a group with the same window; by local day, and by item."""
    many = measured_many(text, job.begin_ms, job.end_ms)
    found = many.measured
    named = [kinds.setdefault(name, len(kinds)) for name in many.kinds]
    kind = np.array(named, dtype=np.int32)[many.kind]
    zones = sorted({who.zone for who in job.group})
    first = int(found.begin.min()) if len(found.begin) else job.begin_ms
    midnights = [_midnights(zone, first, job.end_ms) for zone in zones]
    zone_of = {who.person: zones.index(who.zone) for who in job.group}
    return day_sums(found, kind, zone_of, midnights), item_sums(found, many.is_item)


def _midnights(zone: str, begin_ms: int, end_ms: int) -> Midnights:
    first = _local_day(begin_ms, zone) - timedelta(days=1)
    last = _local_day(end_ms, zone) + timedelta(days=1)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    begins = [midnight_ms(day, zone) for day in days]
    return Midnights(first.toordinal(), np.array(begins, dtype=np.int64))


def midnight_ms(day: date, zone: str) -> int:
    """Return the moment a local day begins, in milliseconds since 1970 UTC."""
    begin = datetime.combine(day, datetime.min.time(), ZoneInfo(zone))
    return int(begin.timestamp() * 1000)


def _local_day(ms: int, zone: str) -> date:
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(ZoneInfo(zone)).date()


def _usual(items: Sequence[ItemSums]) -> tuple[TypeTimes, dict[int, int]]:
    """Learn the usual time of each project's items from everybody's, whatever became of them."""
    projects = np.concatenate([one.project for one in items] or [np.zeros(0, np.int32)])
    ms = np.concatenate([one.ms for one in items] or [np.zeros(0, np.int32)])
    names, codes = np.unique(projects, return_inverse=True)
    types = {int(project): code for code, project in enumerate(names)}
    return type_times(codes.astype(np.int32), ms.astype(np.int64), len(names)), types


def _split(found: dict[int, Payable], days: DaySums, kinds: Sequence[str]) -> None:
    """Give each person the rows that are theirs."""
    for person, project, day, kind, ms in zip(*(one.tolist() for one in days), strict=True):
        of = None if project == PLATFORM else project
        found[person].rows.append(DayRow(of, date.fromordinal(day), kinds[kind], ms))


def _hold(
    payable: Payable, who: Who, items: ItemSums, usual: TypeTimes, types: dict[int, int]
) -> None:
    """Take what is over the limits out of a person's days, and keep it to be looked at."""
    begin, end = np.searchsorted(items.person, [who.person, who.person + 1])
    projects, ms = items.project[begin:end], items.ms[begin:end].astype(np.int64)
    if not len(ms):
        return
    codes = np.array([types[int(one)] for one in projects], dtype=np.int32)
    found = capped(codes, ms, usual, pace_of(codes, ms, usual, who.pace))
    payable.window_ms = found.window
    for project in {int(one) for one in projects[found.pending > 0]}:
        pending = int(found.pending[projects == project].sum())
        _take(payable, None if project == PLATFORM else project, pending)


def _take(payable: Payable, project: int | None, pending: int) -> None:
    """Take time on items out of a project's days, each in proportion."""
    at = [n for n, row in enumerate(payable.rows) if row.project == project and row.surface == ITEM]
    parts = shared(pending, [payable.rows[n].ms for n in at])
    for n, part in zip(at, parts, strict=True):
        row = payable.rows[n]
        taken = min(part, row.ms)
        if taken:
            payable.rows[n] = DayRow(row.project, row.day, row.surface, row.ms - taken)
            payable.held.append((project, row.day, taken))


def _add_held(found: dict[int, Payable]) -> None:
    """Pay what earlier periods held back and nobody refused."""
    for held in waiting_time(list(found)):
        found[held.person_id].rows.append(DayRow(held.project_id, held.day, "granted", held.ms))


def waiting_time(people: Sequence[int]) -> Iterator[HeldTime]:
    """Yield time held back by closed periods that is neither refused nor paid yet."""
    yield from HeldTime.objects.filter(
        person__in=people, paid_in=None, period__state=Period.State.CLOSED
    ).exclude(state=HeldTime.State.REFUSED)


def _add_late(found: dict[int, Payable], part: Sequence[Who], came_ms: int, since_ms: int) -> None:
    """Pay what came since the last period of days before this one, and was not paid yet."""
    late = _late_people(part, came_ms, since_ms)
    for who in part:
        if who.person not in late:
            continue
        first_ms = who.begin_ms - LOOK_BACK_MS
        kinds: dict[str, int] = {}
        text = beats_of([who.person], first_ms, who.begin_ms, came_ms)
        days, _ = _sums(kinds, _Job([who], first_ms, who.begin_ms), text)
        names = list(kinds)
        now: dict[date, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        sort: dict[tuple[date, int], str] = {}
        for _, project, day, kind, ms in zip(*(one.tolist() for one in days), strict=True):
            on = date.fromordinal(day)
            now[on][project] += ms
            sort.setdefault((on, project), names[kind])
        begun = _local_day(first_ms, who.zone)
        paid = accounted(who.person, begun)
        for day in sorted(now):
            if day <= begun:
                continue
            for project, ms in new_time(now[day], paid.get(day, {})).items():
                of = None if project == PLATFORM else project
                found[who.person].rows.append(DayRow(of, day, sort[day, project], ms))


def accounted(person: int, since: date) -> dict[date, dict[int, int]]:
    """Add up what was paid, or is held back, of a person's days, by project."""
    sums: dict[date, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    paid = PaidTime.objects.filter(person=person, day__gte=since, period__state=Period.State.CLOSED)
    held = HeldTime.objects.filter(
        person=person, day__gte=since, paid_in=None, period__state=Period.State.CLOSED
    )
    for rows in (paid, held):
        for day, project, ms in rows.values_list("day", "project").annotate(sum=Sum("ms")):
            sums[day][PLATFORM if project is None else project] += ms
    return sums


def _late_people(part: Sequence[Who], came_ms: int, since_ms: int) -> set[int]:
    """Find who sent beats since the last period from a page opened before this one."""
    if not since_ms:
        return set()
    begin_ms = max(who.begin_ms for who in part)
    came = Beat.objects.filter(
        person__in=[who.person for who in part], received_ms__gte=since_ms, received_ms__lt=came_ms
    )
    pages = OpenPage.objects.filter(opened_ms__lt=begin_ms)
    return set(
        came.filter(session__in=pages.values("session")).values_list("person", flat=True).distinct()
    )
