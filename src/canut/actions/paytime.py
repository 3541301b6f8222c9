"""Say which time of whom a period pays: measured, held back, granted, or come late.

Every millisecond is paid once: what a period paid is kept by day, and of days before it only what
is new is paid, at the floor of its own day. What is far beyond the usual waits for a human in
``HeldTime``; the next period pays it unless somebody refused it by a decision.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import batched
from zoneinfo import ZoneInfo

import numpy as np
from django.db.models import Sum

from canut.actions.measuring_many import measured_many
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

CHUNK = 500
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


@dataclass(slots=True)
class _Kept:
    """Sums of everybody, as narrow columns: what stays in memory of a chunk's beats."""

    days: list[DaySums] = field(default_factory=list[DaySums])
    items: list[ItemSums] = field(default_factory=list[ItemSums])
    kinds: dict[str, int] = field(default_factory=dict[str, int])


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
    kept = _Kept()
    for part in batched(people, chunk):
        _measure(kept, part, came_ms)
    usual, types = _usual(kept.items)
    for part, days, items in zip(batched(people, chunk), kept.days, kept.items, strict=True):
        found = {who.person: Payable() for who in part}
        _split(found, days, list(kept.kinds))
        for who in part:
            _hold(found[who.person], who, items, usual, types)
        _add_held(found)
        _add_late(found, part, came_ms, since_ms)
        for who in part:
            yield who.person, found[who.person]


def _measure(kept: _Kept, part: Sequence[Who], came_ms: int) -> None:
    days: list[DaySums] = []
    items: list[ItemSums] = []
    windows: dict[tuple[int, int], list[Who]] = defaultdict(list)
    for who in part:
        windows[who.begin_ms, who.end_ms].append(who)
    for (begin_ms, end_ms), group in windows.items():
        found_days, found_items = _sums(kept.kinds, group, begin_ms, end_ms, came_ms)
        days.append(found_days)
        items.append(found_items)
    kept.days.append(DaySums(*map(np.concatenate, zip(*days, strict=True))))
    kept.items.append(ItemSums(*map(np.concatenate, zip(*items, strict=True))))


def _sums(
    kinds: dict[str, int], group: Sequence[Who], begin_ms: int, end_ms: int, came_ms: int
) -> tuple[DaySums, ItemSums]:
    """Measure a group with the same window; by local day, and by item."""
    many = measured_many([who.person for who in group], begin_ms, end_ms, came_ms)
    found = many.measured
    named = [kinds.setdefault(name, len(kinds)) for name in many.kinds]
    kind = np.array(named, dtype=np.int32)[many.kind]
    zones = sorted({who.zone for who in group})
    first = int(found.begin.min()) if len(found.begin) else begin_ms
    midnights = [_midnights(zone, first, end_ms) for zone in zones]
    zone_of = {who.person: zones.index(who.zone) for who in group}
    items = item_sums(found, many.is_item)
    return day_sums(found, kind, zone_of, midnights), items


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
    projects = np.concatenate([one.project for one in items] or [np.zeros(0, np.int64)])
    ms = np.concatenate([one.ms for one in items] or [np.zeros(0, np.int64)])
    names, codes = np.unique(projects, return_inverse=True)
    types = {int(project): code for code, project in enumerate(names)}
    return type_times(codes.astype(np.int32), ms, len(names)), types


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
    projects, ms = items.project[begin:end], items.ms[begin:end]
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
        days, _ = _sums(kinds, [who], first_ms, who.begin_ms, came_ms)
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
