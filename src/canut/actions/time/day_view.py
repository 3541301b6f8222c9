"""Compute what a person sees of one day: timeline, counted time, pending claims, break due.

The time itself is measured in ``measure``.

Reads only.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from canut.actions.time.measure import (
    CLAIM,
    TimeInterval,
    credited_intervals,
    evidence_of,
    kind_of,
    stretches,
)
from canut.core.clock import HOUR_MS, Ms, day_bounds, from_ms, to_ms
from canut.core.time.breaks import Hands, hands_of, is_offered
from canut.store.people.work_terms import zone_of
from canut.store.tables.people import Person
from canut.store.tables.projects import Project
from canut.store.tables.time import Beat, Claim, OpenPage, WorkedDay
from canut.store.tables.work import Worker
from canut.store.time.worked_time import claims_of

JOIN_MS = SECOND_MS = 1_000
RECENT_MS = 3 * HOUR_MS
WEEK_ALERT_MS = 40 * HOUR_MS
OF_TASKS = frozenset({"item", "practice", "review"})


@dataclass(frozen=True, slots=True)
class DayInterval:
    """One displayed interval; ``surface`` is a kind, ``project`` None on Canut's own pages."""

    project: Project | None
    surface: str
    begin: datetime
    end: datetime
    ms: int
    why: str
    allowance_ms: int
    number: int


@dataclass(frozen=True, slots=True)
class Sum:
    """Counted time on one kind of surface of a project."""

    project: Project | None
    surface: str
    ms: int


@dataclass(frozen=True, slots=True)
class Day:
    """One local day of a person."""

    day: date
    zone: str
    before: date
    after: date | None
    begin_ms: int
    end_ms: int
    total_ms: int
    held_ms: int
    week_ms: int
    rows: tuple[DayInterval, ...]
    shorter: int
    sums: tuple[Sum, ...]
    claims: tuple[Claim, ...]
    is_today: bool
    is_break_due: bool

    @property
    def tasks_ms(self) -> int:
        """The counted time of tasks, practice and reviews."""
        return sum(each.ms for each in self.sums if each.surface in OF_TASKS)

    @property
    def pages_ms(self) -> int:
        """The counted time of everything else: instructions, waiting, pages, paid breaks."""
        return self.total_ms - self.tasks_ms

    @property
    def is_long_week(self) -> bool:
        """Return whether the week has reached forty hours."""
        return self.week_ms >= WEEK_ALERT_MS


def day_of(person: Person, day: date | None, now_ms: Ms) -> Day:
    """Compute a person's day; today if none is given or it lies in the future.

    Args:
        person: whose.
        day: which, in their own zone.
        now_ms: the moment.
    """
    zone = zone_of(person.id, now_ms)
    today = from_ms(now_ms).astimezone(zone).date()
    day = today if day is None or day > today else day
    begin, end = bounds_of(person, day, now_ms)
    timeline, counts = (
        stretches([person.id], begin, end),
        credited_intervals([person.id], begin, end),
    )
    projects = _projects(item.project for item in (*timeline, *counts))
    total = sum(item.ms for item in counts)
    claimed = sum(item.ms for item in counts if item.surface == CLAIM)
    joined = _rows(timeline)
    rows = [item for item in joined if item.ms >= SECOND_MS]
    return Day(
        day=day,
        zone=zone.key,
        before=day - timedelta(days=1),
        after=None if day == today else day + timedelta(days=1),
        begin_ms=begin,
        end_ms=end,
        total_ms=total,
        held_ms=max(0, sum(item.ms for item in timeline) + claimed - total),
        week_ms=week_of(person, day) + total,
        shorter=len(joined) - len(rows),
        rows=tuple(
            DayInterval(
                projects.get(item.project or 0),
                kind_of(item.surface),
                from_ms(item.begin_ms).astimezone(zone),
                from_ms(item.end_ms).astimezone(zone),
                item.ms,
                item.why,
                item.allowance_ms,
                number,
            )
            for number, item in enumerate(rows)
        ),
        sums=_sums(counts, projects),
        claims=tuple(claims_of(person, begin, end)),
        is_today=day == today,
        is_break_due=day == today and is_offered(hands_now(person.id, now_ms), now_ms),
    )


def bounds_of(person: Person, day: date, now_ms: Ms) -> tuple[int, int]:
    """Return the first millisecond of a person's day, and the first after it."""
    return day_bounds(day, zone_of(person.id, now_ms))


def time_today(person: Person, now_ms: Ms) -> int:
    """Return how much of a person's time counts today, in milliseconds."""
    today = from_ms(now_ms).astimezone(zone_of(person.id, now_ms)).date()
    return sum(
        interval.ms
        for interval in credited_intervals([person.id], *bounds_of(person, today, now_ms))
    )


def week_of(person: Person, day: date) -> int:
    """Return the hours of a week from its Monday to the day before a day, in milliseconds."""
    monday = day - timedelta(days=day.weekday())
    days = WorkedDay.objects.filter(person=person, day__gte=monday, day__lt=day)
    return sum(days.values_list("ms", flat=True))


def time_this_week(person: Person, now_ms: Ms) -> int:
    """Return how much of a person's time counts this week, today included, in milliseconds."""
    today = from_ms(now_ms).astimezone(zone_of(person.id, now_ms)).date()
    return week_of(person, today) + time_today(person, now_ms)


def hands_now(person_id: int, now_ms: int) -> Hands | None:
    """Return the current stretch of manual work of a person, over all their pages."""
    recent = Beat.objects.filter(person=person_id, received_ms__gte=now_ms - RECENT_MS)
    rows = list(recent.values_list("session", "mono_ms", "received_ms", "buckets"))
    pages = OpenPage.objects.filter(session__in={row[0] for row in rows})
    opened = dict(pages.values_list("session", "opened_ms"))
    for session, mono, received, _ in rows:
        opened[session] = min(opened.get(session, now_ms), received - mono)
    signs = [
        opened[session] + 1000 * bucket[0]
        for session, _, _, buckets in rows
        for bucket in buckets
        if any(bucket[1:])
    ]
    return hands_of(sorted(signs), now_ms)


def day_as_data(person: Person, day: date, now_ms: Ms) -> dict[str, Any]:
    """Return a day's evidence and the measured time, for anyone to recompute.

    ``core.time.beats.columns_of`` of the beats, sessions and surfaces, measured, its breaks cut,
    clipped to the day, gives the intervals.
    """
    begin, end = bounds_of(person, day, now_ms)
    beats, sessions, surfaces = evidence_of([person.id], begin, end)
    return {
        "schema": "canut.time/1",
        "day": day.isoformat(),
        "zone": zone_of(person.id, now_ms).key,
        "begin_ms": begin,
        "end_ms": end,
        "beats": [beat._asdict() for beat in beats],
        "sessions": {name: row._asdict() for name, row in sessions.items()},
        "surfaces": {name: row._asdict() for name, row in surfaces.items()},
        "intervals": [_as_data(row) for row in stretches([person.id], begin, end)],
        "counted": [_as_data(row) for row in credited_intervals([person.id], begin, end)],
    }


def _as_data(interval: TimeInterval) -> dict[str, Any]:
    return {
        "project": interval.project,
        "surface": interval.surface,
        "begin_ms": interval.begin_ms,
        "end_ms": interval.end_ms,
        "why": interval.why,
        "allowance_ms": interval.allowance_ms,
    }


def _rows(timeline: Sequence[TimeInterval]) -> list[TimeInterval]:
    """Join adjacent intervals on the same kind of surface, such as successive tasks."""
    joined: list[TimeInterval] = []
    for item in timeline:
        last = joined[-1] if joined else None
        goes_on = (
            last is not None
            and kind_of(last.surface) == kind_of(item.surface)
            and last.project == item.project
            and item.begin_ms - last.end_ms < JOIN_MS
        )
        if last is not None and goes_on:
            joined[-1] = TimeInterval(
                item.person, item.project, last.surface, last.begin_ms, item.end_ms, item.why,
                max(last.allowance_ms, item.allowance_ms),
            )  # fmt: skip
        else:
            joined.append(item)
    return joined


def _sums(counts: Sequence[TimeInterval], projects: dict[int, Project]) -> tuple[Sum, ...]:
    sums: dict[tuple[int, str], int] = {}
    for item in counts:
        key = item.project or 0, kind_of(item.surface)
        sums[key] = sums.get(key, 0) + item.ms
    ordered = sorted(sums.items(), key=lambda pair: -pair[1])
    return tuple(Sum(projects.get(project), surface, ms) for (project, surface), ms in ordered)


def _projects(numbers: Iterable[int | None]) -> dict[int, Project]:
    return Project.objects.in_bulk({number for number in numbers if number})


def projects_worked_in(person: Person) -> list[Project]:
    """List the projects a person works or worked in, newest first, to claim time for."""
    own = Worker.objects.filter(person=person).values("project")
    return list(Project.objects.filter(id__in=own).order_by("-created_at"))


def moment_of(person: Person, day: date, clock: time, now_ms: Ms) -> int:
    """Return the moment of an hour of a person's day, in milliseconds since 1970 UTC."""
    zone = zone_of(person.id, now_ms)
    return to_ms(datetime.combine(day, clock, zone))
