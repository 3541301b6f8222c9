"""Queries about working time: what is measured, hours of a day and a week, rest. Reads only."""

from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Sum
from django.db.models.functions import TruncWeek

from canut.core.clock import HOUR_MS, MINUTE_MS, Ms, day_begin
from canut.core.time.surfaces import is_surface
from canut.store.people.work_terms import zone_of
from canut.store.rules.evidence import MOST_NEW_ROWS, MOST_ROWS, Evidence, EvidenceRow, Scope
from canut.store.tables.time import Beat, OpenPage, WorkedDay

HALF_YEAR_DAYS = 182
DAY_HOURS_MS, WEEK_HOURS_MS = 10 * HOUR_MS, 48 * HOUR_MS
REST_MS, MEAL_MS, RUN_MS = 32 * HOUR_MS, 30 * MINUTE_MS, 5 * HOUR_MS
WEEKS = 4
WEEK_DAYS = 7
MOST_LOOKED_AT = 200
BEAT_MS = 15_000


def measured_pages(scope: Scope) -> Evidence:
    """Q15: a heartbeat is of a page given to its person, and of a listed sort."""
    beats = Beat.objects.filter(pk__gt=scope.after).order_by("pk")
    if scope.person is not None:
        beats = Beat.objects.filter(person=scope.person).order_by("pk")
    last = list(beats.values_list("pk", flat=True)[MOST_NEW_ROWS - 1 : MOST_NEW_ROWS])
    until = last[0] if last else beats.values_list("pk", flat=True).last() or scope.after
    cases = beats.filter(pk__lte=until)
    opened = OpenPage.objects.filter(session=OuterRef("session"), person=OuterRef("person"))
    sorts = cases.order_by().values_list("surface", flat=True).distinct()
    unlisted = [surface for surface in sorts if not is_surface(surface)]
    bad = cases.exclude(Exists(opened)) | cases.filter(surface__in=unlisted)
    return Evidence(cases.count(), bad.count(), until=until, is_complete=not last)


def hours(scope: Scope) -> Evidence:
    """Q17: no day over ten hours and no week over forty-eight, in the last half year."""
    since = scope.today - timedelta(days=HALF_YEAR_DAYS)
    days = WorkedDay.objects.filter(day__gte=since, ms__gt=0)
    if scope.person is not None:
        days = days.filter(person=scope.person)
    weeks = days.annotate(week=TruncWeek("day")).values("person", "week").order_by()
    summed = weeks.annotate(sum=Sum("ms"))
    long_days = days.filter(ms__gt=DAY_HOURS_MS)
    long_weeks = summed.filter(sum__gt=WEEK_HOURS_MS)
    rows = [
        *(EvidenceRow("day", *row) for row in long_days.values_list("pk", "person")[:MOST_ROWS]),
        *(EvidenceRow("week", 0, row["person"]) for row in long_weeks[:MOST_ROWS]),
    ]
    people = set(long_days.values_list("person", flat=True)) | {r["person"] for r in long_weeks}
    bad = long_days.count() + long_weeks.count()
    return Evidence(days.count() + summed.count(), bad, len(people), tuple(rows[:MOST_ROWS]))


class WorkWeek(NamedTuple):
    """One person's week: its Monday, and the days with work in it."""

    person: int
    monday: date
    days: frozenset[date]

    @property
    def has_two_free_days(self) -> bool:
        """Return whether two days in a row are free: 48 hours, whatever the hours beside them."""
        all_days = [self.monday + timedelta(days=number) for number in range(WEEK_DAYS)]
        return any(not {*pair} & self.days for pair in pairwise(all_days))


def weekly_rest(scope: Scope) -> Evidence:
    """Q18: 32 hours of rest in a row in each week; heartbeats are read where days do not say."""
    weeks = _weeks(scope)
    unclear = [week for week in weeks if not week.has_two_free_days]
    bad = [week for week in unclear[:MOST_LOOKED_AT] if _longest_rest(week, scope) < REST_MS]
    rows = tuple(EvidenceRow("week", 0, week.person) for week in bad[:MOST_ROWS])
    is_complete = len(unclear) <= MOST_LOOKED_AT
    return Evidence(
        len(weeks), len(bad), len({week.person for week in bad}), rows, is_complete=is_complete
    )


def meals(scope: Scope) -> Evidence:
    """Q18m: nobody goes over five hours without half an hour free."""
    monday, until = _span(scope)
    days = WorkedDay.objects.filter(day__gte=monday, day__lt=until, ms__gt=RUN_MS)
    if scope.person is not None:
        days = days.filter(person=scope.person)
    looked_at = list(days.order_by("-day").values_list("person", "day")[:MOST_LOOKED_AT])
    bad = [person for person, day in looked_at if _longest_run(person, day, scope) > RUN_MS]
    rows = tuple(EvidenceRow("day", 0, person) for person in bad[:MOST_ROWS])
    return Evidence(
        count := days.count(), len(bad), len(set(bad)), rows, is_complete=count <= MOST_LOOKED_AT
    )


def _span(scope: Scope) -> tuple[date, date]:
    """Return the first Monday of the last four whole weeks, and the Monday after them."""
    until = scope.today - timedelta(days=scope.today.weekday())
    return until - timedelta(weeks=WEEKS), until


def _weeks(scope: Scope) -> list[WorkWeek]:
    monday, until = _span(scope)
    days = WorkedDay.objects.filter(day__gte=monday, day__lt=until, ms__gt=0)
    if scope.person is not None:
        days = days.filter(person=scope.person)
    worked: dict[tuple[int, date], set[date]] = defaultdict(set)
    for person, day in days.values_list("person", "day"):
        worked[person, day - timedelta(days=day.weekday())].add(day)
    return [WorkWeek(person, first, frozenset(of)) for (person, first), of in worked.items()]


def _longest_rest(week: WorkWeek, scope: Scope) -> Ms:
    begin_ms, end_ms = _bounds(week.person, week.monday, week.monday + timedelta(days=7), scope)
    moments = [begin_ms, *_beats(week.person, begin_ms, end_ms), end_ms]
    return max(later - earlier for earlier, later in pairwise(moments))


def _longest_run(person: int, day: date, scope: Scope) -> Ms:
    """Return the longest time without half an hour between two heartbeats."""
    moments = _beats(person, *_bounds(person, day, day + timedelta(days=1), scope))
    longest, begin = 0, moments[0] if moments else 0
    for earlier, later in pairwise(moments):
        if later - earlier > MEAL_MS + BEAT_MS:
            begin = later
        longest = max(longest, later - begin)
    return longest


def _bounds(person: int, first: date, until: date, scope: Scope) -> tuple[Ms, Ms]:
    zone = zone_of(person, scope.now_ms)
    return day_begin(first, zone), day_begin(until, zone)


def _beats(person: int, begin_ms: Ms, end_ms: Ms) -> list[Ms]:
    beats = Beat.objects.filter(person=person, received_ms__gte=begin_ms, received_ms__lt=end_ms)
    return list(beats.order_by("received_ms").values_list("received_ms", flat=True))
