"""Show a person one day: timeline, counted time, pending time, due breaks. Reads only.

The time itself is measured in ``measure``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from canut.actions.time.measure import (
    CLAIM,
    TimeInterval,
    credited_intervals,
    evidence_of,
    kind_of,
    stretches,
)
from canut.core.time.breaks import Hands, hands_of, is_offered
from canut.store.people.work_terms import zone_of
from canut.store.tables.people import Person
from canut.store.tables.projects import Project
from canut.store.tables.time import Beat, Claim, OpenPage, WorkedDay
from canut.store.tables.work import Worker
from canut.store.time.worked_time import claims_of

JOIN_MS = SECOND_MS = 1_000
RECENT_MS = 3 * 3_600_000
WEEK_ALERT_MS = 40 * 3_600_000


@dataclass(frozen=True, slots=True)
class DayInterval:
    """One interval as a person reads it; ``surface`` is a sort, ``project`` None on Canut's own."""

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
    """Time that counts on one sort of surface of a project."""

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
    def is_long_week(self) -> bool:
        """Whether the week has come to forty hours."""
        return self.week_ms >= WEEK_ALERT_MS


def day_of(person: Person, day: date | None, now: datetime) -> Day:
    """Put together a day of a person; today where none is given or it is yet to come.

    Args:
        person: whose.
        day: which, in their own zone.
        now: the moment.
    """
    now_ms = int(now.timestamp() * 1000)
    zone = zone_of(person.id, now_ms)
    today = now.astimezone(zone).date()
    day = today if day is None or day > today else day
    begin, end = bounds_of(person, day, now)
    shown, counts = stretches([person.id], begin, end), credited_intervals([person.id], begin, end)
    projects = _projects(one.project for one in (*shown, *counts))
    total = sum(one.ms for one in counts)
    claimed = sum(one.ms for one in counts if one.surface == CLAIM)
    joined = _rows(shown)
    rows = [one for one in joined if one.ms >= SECOND_MS]
    return Day(
        day=day,
        zone=zone.key,
        before=day - timedelta(days=1),
        after=None if day == today else day + timedelta(days=1),
        begin_ms=begin,
        end_ms=end,
        total_ms=total,
        held_ms=max(0, sum(one.ms for one in shown) + claimed - total),
        week_ms=week_of(person, day) + total,
        shorter=len(joined) - len(rows),
        rows=tuple(
            DayInterval(
                projects.get(one.project or 0),
                kind_of(one.surface),
                datetime.fromtimestamp(one.begin_ms / 1000, UTC).astimezone(zone),
                datetime.fromtimestamp(one.end_ms / 1000, UTC).astimezone(zone),
                one.ms,
                one.why,
                one.allowance_ms,
                number,
            )
            for number, one in enumerate(rows)
        ),
        sums=_sums(counts, projects),
        claims=tuple(claims_of(person, begin, end)),
        is_today=day == today,
        is_break_due=day == today and is_offered(hands_now(person.id, now_ms), now_ms),
    )


def bounds_of(person: Person, day: date, now: datetime) -> tuple[int, int]:
    """Return the first millisecond of a person's day, and the first after it."""
    zone = zone_of(person.id, int(now.timestamp() * 1000))
    ends = (
        datetime.combine(one, datetime.min.time(), zone) for one in (day, day + timedelta(days=1))
    )
    begin, end = (int(moment.timestamp() * 1000) for moment in ends)
    return begin, end


def time_today(person: Person, now: datetime) -> int:
    """Return how much of a person's time counts today, in milliseconds."""
    today = now.astimezone(zone_of(person.id, int(now.timestamp() * 1000))).date()
    return sum(one.ms for one in credited_intervals([person.id], *bounds_of(person, today, now)))


def week_of(person: Person, day: date) -> int:
    """Return the hours of a week from its Monday to the day before a day, in milliseconds."""
    monday = day - timedelta(days=day.weekday())
    found = WorkedDay.objects.filter(person=person, day__gte=monday, day__lt=day)
    return sum(found.values_list("ms", flat=True))


def hands_now(person_id: int, now_ms: int) -> Hands | None:
    """Return the present stretch of work of a person's hands, over all their pages."""
    recent = Beat.objects.filter(person=person_id, received_ms__gte=now_ms - RECENT_MS)
    rows = list(recent.values_list("session", "mono_ms", "received_ms", "buckets"))
    pages = OpenPage.objects.filter(session__in={row[0] for row in rows})
    begun = dict(pages.values_list("session", "opened_ms"))
    for session, mono, received, _ in rows:
        begun[session] = min(begun.get(session, now_ms), received - mono)
    signs = [
        begun[session] + 1000 * bucket[0]
        for session, _, _, buckets in rows
        for bucket in buckets
        if any(bucket[1:])
    ]
    return hands_of(sorted(signs), now_ms)


def day_as_data(person: Person, day: date, now: datetime) -> dict[str, Any]:
    """Return a day's evidence and what was measured from it, for anyone to compute again.

    ``core.time.beats.columns_of`` of the beats, sessions and surfaces, measured, its breaks cut,
    clipped to the day, gives the intervals.
    """
    begin, end = bounds_of(person, day, now)
    beats, sessions, surfaces = evidence_of([person.id], begin, end)
    return {
        "schema": "canut.time/1",
        "day": day.isoformat(),
        "zone": zone_of(person.id, int(now.timestamp() * 1000)).key,
        "begin_ms": begin,
        "end_ms": end,
        "beats": [beat._asdict() for beat in beats],
        "sessions": {name: one._asdict() for name, one in sessions.items()},
        "surfaces": {name: one._asdict() for name, one in surfaces.items()},
        "intervals": [_as_data(one) for one in stretches([person.id], begin, end)],
        "counted": [_as_data(one) for one in credited_intervals([person.id], begin, end)],
    }


def _as_data(one: TimeInterval) -> dict[str, Any]:
    return {
        "project": one.project,
        "surface": one.surface,
        "begin_ms": one.begin_ms,
        "end_ms": one.end_ms,
        "why": one.why,
        "allowance_ms": one.allowance_ms,
    }


def _rows(shown: Sequence[TimeInterval]) -> list[TimeInterval]:
    """Join what follows without a gap on the same sort of surface: a task after a task is work."""
    found: list[TimeInterval] = []
    for one in shown:
        last = found[-1] if found else None
        goes_on = (
            last is not None
            and kind_of(last.surface) == kind_of(one.surface)
            and last.project == one.project
            and one.begin_ms - last.end_ms < JOIN_MS
        )
        if last is not None and goes_on:
            found[-1] = TimeInterval(
                one.person, one.project, last.surface, last.begin_ms, one.end_ms, one.why,
                max(last.allowance_ms, one.allowance_ms),
            )  # fmt: skip
        else:
            found.append(one)
    return found


def _sums(counts: Sequence[TimeInterval], projects: dict[int, Project]) -> tuple[Sum, ...]:
    sums: dict[tuple[int, str], int] = {}
    for one in counts:
        key = one.project or 0, kind_of(one.surface)
        sums[key] = sums.get(key, 0) + one.ms
    ordered = sorted(sums.items(), key=lambda one: -one[1])
    return tuple(Sum(projects.get(project), surface, ms) for (project, surface), ms in ordered)


def _projects(numbers: Iterable[int | None]) -> dict[int, Project]:
    return Project.objects.in_bulk({number for number in numbers if number})


def projects_worked_in(person: Person) -> list[Project]:
    """List the projects a person works in, or did, newest first: what time may be claimed for."""
    own = Worker.objects.filter(person=person).values("project")
    return list(Project.objects.filter(id__in=own).order_by("-created_at"))


def moment_of(person: Person, day: date, clock: time, now: datetime) -> int:
    """Return the moment an hour of a person's day is, in milliseconds since 1970 UTC."""
    zone = zone_of(person.id, int(now.timestamp() * 1000))
    return int(datetime.combine(day, clock, zone).timestamp() * 1000)
