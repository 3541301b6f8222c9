"""Exposure of people: their doses, limits and choices.

Nobody but the person sees these rows; no list, score or queue reads them but the lending itself.
Representatives see counts of ten people or more (``core.participation.group_figures``), never a
row. What they allow is decided in ``core.protection.exposure`` and ``core.time.working_hours``.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db import models
from django.db.models import Q

from canut.core.clock import DAY_MS, WEEK_MS
from canut.core.participation.policies_in_force import exposure_under, hours_under
from canut.core.protection.exposure import (
    POLICY,
    Bearer,
    ExposureLimits,
    ExposurePolicy,
    Past,
    carry,
    limits_for,
)
from canut.core.time.working_hours import WorkingHoursPolicy as HoursPolicy
from canut.store.decisions.appeals import looks_of
from canut.store.participation.policies import limits_at
from canut.store.people.work_terms import terms_of
from canut.store.tables.decisions import AppealLook
from canut.store.tables.ethics import EthicsLook
from canut.store.tables.projects import Project
from canut.store.tables.protection import Protection, RiskChoice
from canut.store.tables.time import Beat, WorkedDay
from canut.store.tables.work import Answer, Lease

CARRY_WEEKS, CARRY_DAYS = 10, 7


BEAT_MS = 15_000


RESTS = ("pause", "break")


ENOUGH_ANSWERS = 30


LAST_ANSWERS = 200


class Weight(NamedTuple):
    """Current load: doses of the last day and week, severity 4 tasks in a day."""

    day: int
    week: int
    worst: int


def worked_ms(person_id: int, day: date) -> int:
    """Return a person's worked time on a local day, in milliseconds."""
    values = WorkedDay.objects.filter(person_id=person_id, day=day).values_list("ms", flat=True)
    return values.first() or 0


@dataclass(frozen=True, slots=True)
class ExposureSummary:
    """A person's own exposure and hours, as shown to them; doses in thousandths."""

    day: int
    day_limit: int
    day_left: int
    week: int
    week_limit: int
    week_left: int
    worst: int
    worst_limit: int
    carried: int
    is_much: bool
    lifetime: int
    own_minutes: int | None
    most_minutes: int
    run_limit: int
    day_stop_ms: int
    why: str
    alert_ms: int
    stop_ms: int
    rest_until_ms: int
    policy: int


def protection_of(person_id: int) -> Protection:
    """Return a person's protection row; an unsaved empty one if there is none."""
    stored = Protection.objects.filter(person_id=person_id).first()
    return stored or Protection(person_id=person_id)


def choices_of(person_id: int) -> dict[str, bool]:
    """Return the categories a person accepted or refused."""
    return dict(RiskChoice.objects.filter(person_id=person_id).values_list("category", "agreed"))


def kinds_of(project_id: int) -> list[str]:
    """Return the risk categories of a project."""
    return list(Project.objects.values_list("risk_categories", flat=True).get(id=project_id))


def pasts_of(person_id: int, since_ms: int, now_ms: int) -> list[Past]:
    """List a person's current doses and those that ended since a time, with appeals and reviews."""
    leases = Lease.objects.filter(bearer_id=person_id, dose__gt=0)
    open_or_recent = leases.filter(Q(ended_ms=None) | Q(ended_ms__gt=since_ms))
    looks = looks_of(person_id, since_ms, now_ms).filter(dose__gt=0)
    read = EthicsLook.objects.filter(bearer=person_id, ended_ms__gt=since_ms, dose__gt=0)
    return [
        Past(dose, ended)
        for rows in (open_or_recent, looks, read)
        for dose, ended in rows.values_list("dose", "ended_ms")
    ]


def doses_between(begin_ms: int, end_ms: int) -> Iterator[tuple[int, int, int]]:
    """Yield each dose that ended between two times: person, dose, end."""
    leases = Lease.objects.filter(dose__gt=0, ended_ms__gte=begin_ms, ended_ms__lt=end_ms)
    rows = leases.filter(bearer__isnull=False).values_list("bearer_id", "dose", "ended_ms")
    for person, dose, ended_ms in rows.iterator(chunk_size=2_000):
        if person is not None and ended_ms is not None:
            yield person, dose, ended_ms


def refusing(people: Collection[int]) -> set[int]:
    """Return which of these people refuse a risk category."""
    refusals = (
        RiskChoice.objects.filter(agreed=False).values_list("person_id", flat=True).distinct()
    )
    return set(refusals) & set(people)


def weight_of(person_id: int, now_ms: int) -> Weight:
    """Sum a person's current exposure."""
    pasts = pasts_of(person_id, now_ms - WEEK_MS, now_ms)
    day = sum(past.dose for past in pasts if (past.ended_ms or now_ms) > now_ms - DAY_MS)
    worst = Lease.objects.filter(bearer_id=person_id, severity=4, dose__gt=0).filter(
        Q(ended_ms=None) | Q(ended_ms__gt=now_ms - DAY_MS)
    )
    looks = looks_of(person_id, now_ms - DAY_MS, now_ms).filter(severity=4, dose__gt=0)
    read = EthicsLook.objects.filter(bearer=person_id, ended_ms__gt=now_ms - DAY_MS, severity=4)
    count = worst.count() + looks.count() + read.count()
    return Weight(day, sum(past.dose for past in pasts), count)


def carried_of(person_id: int, now_ms: int) -> list[Past]:
    """List the doses of the last weeks that still count."""
    return pasts_of(person_id, now_ms - CARRY_WEEKS * WEEK_MS, now_ms)


def limits_now(person_id: int, now_ms: int) -> ExposureLimits:
    """Return a person's current limits, within what they accepted."""
    row, terms = protection_of(person_id), terms_of(person_id, now_ms)
    bearer = Bearer(
        is_minor=bool(terms and terms.is_minor),
        lower_day=row.lower_day,
        first_ms=row.first_ms,
        began_ms=row.began_ms,
        last_ms=row.last_ms,
    )
    return limits_for(exposure_at(now_ms), bearer, now_ms)


def exposure_at(now_ms: int) -> ExposurePolicy:
    """Return the general exposure limits at a time."""
    return exposure_under(limits_at(now_ms))


def hours_at(now_ms: int) -> HoursPolicy:
    """Return the general hours limits at a time."""
    return hours_under(limits_at(now_ms))


def standing_of(person_id: int, now_ms: int) -> ExposureSummary:
    """Summarise a person's exposure and hours for themselves."""
    row, limits, weight = (
        protection_of(person_id),
        limits_now(person_id, now_ms),
        weight_of(person_id, now_ms),
    )
    hours, exposure = hours_at(now_ms), exposure_at(now_ms)
    carried = carry(CARRY_DAYS, carried_of(person_id, now_ms), now_ms)
    return ExposureSummary(
        day=weight.day,
        day_limit=limits.day,
        day_left=max(0, limits.day - weight.day),
        week=weight.week,
        week_limit=limits.week,
        week_left=max(0, limits.week - weight.week),
        worst=weight.worst,
        worst_limit=POLICY.worst_a_day,
        carried=carried,
        is_much=carried >= POLICY.warn_carry,
        lifetime=lifetime_of(person_id),
        own_minutes=None if row.lower_day is None else row.lower_day // 1000,
        most_minutes=exposure.day // 1000,
        run_limit=exposure.streak,
        day_stop_ms=hours.day,
        why=limits.why or "",
        alert_ms=hours.alert_week,
        stop_ms=hours.week,
        rest_until_ms=row.rest_until_ms if row.rest_until_ms > now_ms else 0,
        policy=POLICY.version,
    )


def lifetime_of(person_id: int) -> int:
    """Sum all doses of a person."""
    leases = Lease.objects.filter(bearer_id=person_id, dose__gt=0, ended_ms__isnull=False)
    looks = AppealLook.objects.filter(bearer_id=person_id, seen_ms__isnull=False)
    read = EthicsLook.objects.filter(bearer=person_id)
    sums = (
        rows.aggregate(all=models.Sum("dose", default=0))["all"] for rows in (leases, looks, read)
    )
    return int(sum(sums))


def usual_longest_ms(project_id: int) -> int | None:
    """Return the 95th percentile of viewing times; None if few are known."""
    last = Answer.objects.filter(project_id=project_id).order_by("-id")[:LAST_ANSWERS]
    times = sorted(last.values_list("elapsed_ms", flat=True))
    return times[len(times) * 19 // 20] if len(times) >= ENOUGH_ANSWERS else None


def seen_spans(person_id: int, since_ms: int, until_ms: int) -> list[tuple[int, int]]:
    """Return when a person had a counted page visible, breaks excluded, from heartbeats.

    Beats that came together lie behind the last of them, as far as their page's own clock says.
    """
    came = Beat.objects.filter(
        person_id=person_id, received_ms__gt=since_ms, received_ms__lte=until_ms, visible=True
    ).exclude(surface__in=RESTS)
    rows = list(came.values_list("session", "received_ms", "mono_ms"))
    last: dict[tuple[str, int], int] = {}
    for session, received, mono in rows:
        last[session, received] = max(mono, last.get((session, received), 0))
    ends = [received - (last[session, received] - mono) for session, received, mono in rows]
    return [(end - BEAT_MS, end) for end in ends]
