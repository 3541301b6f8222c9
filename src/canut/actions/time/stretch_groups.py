"""Group a day's measured intervals by project and pause, for a page that folds them.

A group is one project without a pause of more than fifteen minutes; Canut's own pages in between
belong to it. Intervals under five seconds are one line of their group, counted all the same.

Reads only.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from canut.actions.time.day_view import DayInterval, bounds_of
from canut.actions.time.measure import credited_intervals, stretches
from canut.core.clock import MINUTE_MS, Ms, local_day
from canut.core.time.spans import merge_spans
from canut.store.people.work_terms import zone_of
from canut.store.tables.people import Person
from canut.store.tables.projects import Project
from canut.store.tables.time import WorkedDay

PAUSE = timedelta(minutes=15)
SHORT_MS = 5_000


@dataclass(slots=True)
class StretchGroup:
    """Consecutive intervals of one project; ``short_rows`` are those under five seconds."""

    project: Project | None
    begin: datetime
    end: datetime
    rows: list[DayInterval] = field(default_factory=list[DayInterval])
    ms: int = 0
    short_rows: list[DayInterval] = field(default_factory=list[DayInterval])
    short_ms: int = 0

    def add(self, row: DayInterval) -> None:
        """Add the next interval."""
        self.end, self.ms = row.end, self.ms + row.ms
        self.project = self.project or row.project
        if row.ms < SHORT_MS:
            self.short_ms += row.ms
            self.short_rows.append(row)
        else:
            self.rows.append(row)


@dataclass(frozen=True, slots=True)
class DaySum:
    """The time of one day."""

    day: date
    ms: int


def group_stretches(rows: Sequence[DayInterval]) -> list[StretchGroup]:
    """Group intervals, the latest group first.

    Args:
        rows: of one day, the earliest first.
    """
    groups: list[StretchGroup] = []
    for row in rows:
        last = groups[-1] if groups else None
        is_same = last is not None and (
            row.begin - last.end <= PAUSE
            and (row.project is None or last.project is None or row.project == last.project)
        )
        if last is None or not is_same:
            last = StretchGroup(row.project, row.begin, row.end)
            groups.append(last)
        last.add(row)
    return groups[::-1]


def counted_minutes(person: Person, day: date, now_ms: Ms) -> list[list[int]]:
    """Return what is measured or counted of a day, as seconds since its start, merged."""
    begin_ms, end_ms = bounds_of(person, day, now_ms)
    window = [person.pk], begin_ms, end_ms
    spans = merge_spans(
        (interval.begin_ms, interval.end_ms)
        for interval in (*stretches(*window), *credited_intervals(*window))
    )
    return [[(begin - begin_ms) // 1000, -(-(end - begin_ms) // 1000)] for begin, end in spans]


def days_of_week(person: Person, day: date) -> list[DaySum]:
    """List the other days of a day's week up to it that have time, the latest first."""
    monday = day - timedelta(days=day.weekday())
    days = WorkedDay.objects.filter(person=person, day__gte=monday, day__lt=day, ms__gt=0)
    return [DaySum(*row) for row in days.order_by("-day").values_list("day", "ms")]


def last_day_worked(person: Person, now_ms: Ms) -> DaySum | None:
    """Return the last day before today on which a person worked, with its time."""
    today = local_day(now_ms, zone_of(person.pk, now_ms))
    days = WorkedDay.objects.filter(person=person, day__lt=today, ms__gt=0).order_by("-day")
    row = days.values_list("day", "ms").first()
    return row and DaySum(*row)


def whole_minutes(begin: datetime, end: datetime) -> tuple[datetime, datetime]:
    """Round an interval to whole minutes that hold it: the start down, the end up."""
    first = begin.replace(second=0, microsecond=0)
    last = end.replace(second=0, microsecond=0)
    return first, last if last == end and last > first else last + timedelta(minutes=1)


def until_now(end_ms: Ms, now_ms: Ms) -> Ms:
    """Return the end of a typed interval, cut to now where it is within the minute of now."""
    return now_ms if now_ms < end_ms <= from_minute_up(now_ms) else end_ms


def from_minute_up(at_ms: Ms) -> Ms:
    """Return the end of the minute of a moment."""
    return -(-at_ms // MINUTE_MS) * MINUTE_MS
