"""Hold time beyond the hours of a day and of a week, whatever pages it was spent on.

Each past day is looked at when its hours were measured, and again when heartbeats came late. What
lies beyond the limits in force that day waits for a person, with a decision the worker reads. It is
paid if it is granted, or by itself if nobody decides. Who may have long days is read from
``WorkedDay``; the time itself is measured. The limits are in ``core.time.hours_caps``.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max, Sum

from canut.actions.decisions.record import Ruling, decide
from canut.actions.platform.instance_facts import keep_fact
from canut.actions.platform.row_faults import attempt
from canut.actions.time.measure import by_local_day, kind_of, stretches
from canut.actions.time.time_caps import DECIDE_MS, LEAST_HELD_MS
from canut.core.clock import DAY_MS, MINUTE_MS, WEEK_DAYS, Ms, day_begin, local_day
from canut.core.participation.policies_in_force import Values, values_at, written
from canut.core.participation.policy_changes import PolicyName
from canut.core.time.claims import outside
from canut.core.time.hours_caps import HoursLimits, WorkSpan, beyond_hours
from canut.core.time.spans import Span, merge_spans
from canut.core.time.surfaces import SORTS
from canut.store.decisions.automated_systems import is_on
from canut.store.participation.policies import settled_changes
from canut.store.people.work_terms import zone_of
from canut.store.tables.decisions import Decision
from canut.store.tables.people import Person
from canut.store.tables.platform import Fact
from canut.store.tables.time import Claim, WorkedDay

LOOKED = "hours_held_until_ms"
LOOK_BACK_MS = 2 * DAY_MS  # a day may be measured before it is over, and not again


def hold_over_hours(now_ms: Ms) -> int:
    """Hold what past days have beyond the limits of hours; return how many claims were made.

    Looks at the days measured since the last look. The first look of an instance only goes back
    two days: what was paid before is left as it is.
    """
    if not is_on("caps"):
        return 0
    last = Fact.objects.filter(name=LOOKED).values_list("value", flat=True).first()
    since_ms = int(last or now_ms) - LOOK_BACK_MS
    held = 0
    for person, monday in sorted(_long_weeks(since_ms, now_ms).items()):
        held += attempt("time", person, partial(hold_hours_of, person, monday, now_ms)) or 0
    keep_fact(LOOKED, str(now_ms))
    return held


@transaction.atomic
def hold_hours_of(person_id: int, monday: date, now_ms: Ms) -> int:
    """Hold one person's time beyond the limits from a Monday to yesterday; once each.

    Args:
        person_id: whose time.
        monday: the first day of the weeks to look at.
        now_ms: the moment.

    Returns:
        How many claims were made: one for each day and project.
    """
    Person.objects.select_for_update().get(id=person_id)
    zone = zone_of(person_id, now_ms)
    begin_ms, end_ms = day_begin(monday, zone), day_begin(local_day(now_ms, zone), zone)
    if end_ms <= begin_ms:
        return 0
    days = _work_by_day(person_id, begin_ms, end_ms, zone)
    changes = settled_changes(end_ms)
    values = {day: values_at(changes, day_begin(day, zone)) for day in days}
    limits = {day: _limits(values[day]) for day in days}
    held_before = _held_before(person_id, begin_ms, end_ms)
    count = 0
    for day, spans in beyond_hours(days, limits).items():
        for project in sorted({span.project for span in spans}, key=lambda number: number or 0):
            own = merge_spans((s.begin_ms, s.end_ms) for s in spans if s.project == project)
            pending = [part for span in own for part in outside(span, held_before.get(project, []))]
            if sum(end - begin for begin, end in pending) >= LEAST_HELD_MS:
                _hold(person_id, project, pending, values[day], now_ms)
                count += 1
    return count


def _long_weeks(since_ms: Ms, now_ms: Ms) -> dict[int, date]:
    """Find people with a long day or week measured since; return the Monday to begin at."""
    changes = settled_changes(now_ms)
    moments = [now_ms, *(change.at_ms for change in changes), 0]
    limits = [_limits(values_at(changes, moment)) for moment in moments]
    fresh = WorkedDay.objects.filter(at_ms__gte=since_ms)
    long = fresh.filter(ms__gt=min(limit.day_ms for limit in limits))
    mondays: dict[int, date] = {}
    for person, day in long.values_list("person", "day"):
        _keep_first(mondays, person, _monday(day))
    for monday in sorted({_monday(day) for day in fresh.values_list("day", flat=True).distinct()}):
        week = WorkedDay.objects.filter(day__range=(monday, monday + timedelta(days=WEEK_DAYS - 1)))
        sums = week.values("person").annotate(total=Sum("ms"), last=Max("at_ms"))
        rows = sums.filter(total__gt=min(limit.week_ms for limit in limits), last__gte=since_ms)
        for person in rows.values_list("person", flat=True):
            _keep_first(mondays, person, monday)
    return mondays


def _keep_first(mondays: dict[int, date], person: int, monday: date) -> None:
    mondays[person] = min(monday, mondays.get(person, monday))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _limits(values: Values) -> HoursLimits:
    return HoursLimits(
        values[PolicyName.HOURS_DAY] * MINUTE_MS, values[PolicyName.HOURS_WEEK] * MINUTE_MS
    )


def _work_by_day(
    person_id: int, begin_ms: Ms, end_ms: Ms, zone: ZoneInfo
) -> dict[date, list[WorkSpan]]:
    """Measure a person's time and group it by local day."""
    days: dict[date, list[WorkSpan]] = {}
    for stretch in stretches([person_id], begin_ms, end_ms):
        sort = SORTS.get(kind_of(stretch.surface))
        at_ms = stretch.begin_ms
        for day, ms in by_local_day(stretch.begin_ms, stretch.end_ms, zone):
            span = WorkSpan(stretch.project, at_ms, at_ms + ms, sort is None or sort.is_item)
            days.setdefault(day, []).append(span)
            at_ms += ms
    return days


def _held_before(person_id: int, begin_ms: Ms, end_ms: Ms) -> Mapping[int | None, Sequence[Span]]:
    """Return what was held before, for whatever reason and whatever became of it, by project."""
    claims = Claim.objects.filter(
        person=person_id, kind=Claim.Kind.HELD, begin_ms__lt=end_ms, end_ms__gt=begin_ms
    )
    spans: dict[int | None, list[Span]] = {}
    for project, pending in claims.values_list("project", "pending"):
        spans.setdefault(project, []).extend((begin, end) for begin, end in pending)
    return {project: merge_spans(own) for project, own in spans.items()}


def _hold(
    person_id: int, project: int | None, pending: Sequence[Span], values: Values, now_ms: Ms
) -> None:
    """Store what is held of one day, with the decision behind it."""
    pending_ms = sum(end - begin for begin, end in pending)
    minutes = pending_ms // MINUTE_MS
    of_day, english, french = _limits(values), written(values, "en"), written(values, "fr")
    decision = decide(
        Ruling(
            person=person_id,
            kind=Decision.Kind.TIME_HELD,
            code="time-over-hours",
            system="caps",
            project=project,
            text_en=f"{minutes} min are beyond {english['hours_day']} a day or"
            f" {english['hours_week']} a week. A person looks at them; without an answer within 7"
            " days they are paid.",
            text_fr=f"{minutes} min dépassent {french['hours_day']} par jour ou"
            f" {french['hours_week']} par semaine. Une personne les regarde\u202f; sans réponse"
            " sous 7 jours, elles sont payées.",
            inputs={
                "begin_ms": pending[0][0],
                "end_ms": pending[-1][1],
                "held_ms": pending_ms,
            },
            factors=[
                {"name": "day_limit_ms", "value": of_day.day_ms},
                {"name": "week_limit_ms", "value": of_day.week_ms},
            ],
        ),
        now_ms,
    )
    Claim.objects.create(
        person_id=person_id,
        project_id=project,
        kind=Claim.Kind.HELD,
        why=Claim.Why.HOURS,
        state=Claim.State.PENDING,
        begin_ms=pending[0][0],
        end_ms=pending[-1][1],
        pending=[[begin, end] for begin, end in pending],
        made_ms=now_ms,
        due_ms=now_ms + DECIDE_MS,
        decision=decision,
    )
