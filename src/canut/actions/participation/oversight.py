"""Measure daily what work earns, by client; store reports of groups.

The figures are those of ``core.participation.oversight``. The report of ninety days is made anew
every four weeks, not daily, in round figures: no two differ by one person's day. Top-ups, appeals
and exposure are in the reports of a month (``crowd_months``) and of half a year. Time is measured
from heartbeats; where there are none, the time from lease to answer is used and counted as such.
The half-year report also compares held time between groups (``fairness_audit``).
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

import numpy as np
from django.db import transaction
from django.db.models import Count, Q, Sum

from canut.actions.participation.fairness_audit import (
    AT_ONCE,
    MOST_MEASURED,
    audit_held_time,
    traits_of,
)
from canut.actions.pay.payable_time import midnight_ms
from canut.actions.platform.row_faults import attempt_many
from canut.actions.time.measure import time_by_day
from canut.core.clock import DAY_MS, from_ms
from canut.core.participation.group_figures import (
    Appealed,
    ToppedUp,
    Weeks,
    figures,
    heaviest_weeks,
)
from canut.core.participation.oversight import Work, by_organisation, in_round_figures, report
from canut.core.pay.hourly_price import hour_price, worth_of
from canut.core.pay.lost_days import LOST_DAYS
from canut.core.protection.exposure import POLICY
from canut.store.decisions.appeals import appealed
from canut.store.models import (
    Answer,
    Decision,
    Habits,
    OversightReport,
    PayAdjustment,
    Period,
    Project,
    StatementCost,
)
from canut.store.pay import pay_lines
from canut.store.protection.exposure import doses_between, refusing
from canut.store.tables.participation import ClientMeasure
from canut.store.work.pilots import hour_prices

WINDOW_DAYS = 90
REFRESH_DAYS = 28
REPORT_DAYS = 182
NOW, HALF = OversightReport.Kind.NOW, OversightReport.Kind.HALF


def measure_daily(now_ms: int) -> bool:
    """Measure clients if the last measure is a day old, and groups if four weeks.

    Returns:
        Whether anything was measured.
    """
    last = OversightReport.objects.filter(kind=NOW).order_by("-made_ms").first()
    if last is not None and now_ms - last.made_ms < DAY_MS:
        return False
    begin_ms = now_ms - WINDOW_DAYS * DAY_MS
    work = list(work_between(begin_ms, now_ms))
    people = {row.person for row in work}
    if last is None or now_ms - last.end_ms >= REFRESH_DAYS * DAY_MS:
        last = OversightReport(kind=NOW, begin_ms=begin_ms, end_ms=now_ms)
        last.content = in_round_figures(report(work, traits_of(people, now_ms), _rng(now_ms)))
    last.made_ms = now_ms
    _keep(work, last, now_ms)
    return True


def report_if_due(now_ms: int) -> OversightReport | None:
    """Write the report of the last half year if it is due."""
    last = OversightReport.objects.filter(kind=HALF).order_by("-end_ms").first()
    if last is not None:
        begin_ms = last.end_ms
    else:
        first = Answer.objects.order_by("id").first()
        if first is None:
            return None
        begin_ms = first.answered_ms
    if now_ms - begin_ms < REPORT_DAYS * DAY_MS:
        return None
    work = list(work_between(begin_ms, now_ms))
    people = {row.person for row in work}
    held_time = audit_held_time(people, begin_ms, now_ms, _rng(now_ms))
    content = _content(work, begin_ms, now_ms) | {"held": held_time}
    return OversightReport.objects.create(
        kind=HALF, begin_ms=begin_ms, end_ms=now_ms, content=content, made_ms=now_ms
    )


def work_between(begin_ms: int, end_ms: int) -> Iterator[Work]:
    """Yield what each person did for each organisation between two moments."""
    within = {"at_ms__gte": begin_ms, "at_ms__lt": end_ms}
    clients = dict(Project.objects.values_list("id", "organisation"))
    rows = pay_lines.earned_by_person_and_project(begin_ms, end_ms)
    people = sorted({row.person for row in rows})
    changed = _changed(within)
    rejected = _rejected(within)
    flagged = set(
        Habits.objects.filter(evidence__isnull=False).values_list("worker__person", "project")
    )
    measured, hours = _measured(people, begin_ms, end_ms, {row.project for row in rows})
    for person, project, currency, micro, elapsed, answers, hours_micro in rows:
        ms = measured.get((person, project), 0)
        yield Work(
            person=person,
            organisation=clients[project],
            currency=currency,
            micro=micro
            + changed.get((person, project, currency), 0)
            + hours.get((person, project), hours_micro),
            ms=ms or elapsed,
            is_measured=bool(ms),
            answers=answers,
            rejected=rejected.get((person, project), 0),
            is_flagged=(person, project) in flagged,
        )


def _content(work: list[Work], begin_ms: int, end_ms: int) -> dict[str, object]:
    """Return a report's content: work by group, top-ups, appeals and exposure."""
    people = {row.person for row in work}
    protected = figures(
        people,
        list(topped_up(begin_ms, end_ms)),
        [Appealed(*row) for row in appealed(begin_ms, end_ms)],
        Weeks(heaviest_weeks(doses_between(begin_ms, end_ms), begin_ms), POLICY.week),
        refusing(people),
    )
    return report(work, traits_of(people, end_ms), _rng(end_ms)) | protected


def topped_up(begin_ms: int, end_ms: int) -> Iterator[ToppedUp]:
    """Yield the top-ups of statements of periods that ended between two moments, by person."""
    first, last = (from_ms(ms).date() for ms in (begin_ms, end_ms))
    costs = StatementCost.objects.filter(
        statement__period__state=Period.State.CLOSED,
        statement__period__last_day__gte=first,
        statement__period__last_day__lte=last,
    )
    rows = (
        costs.values_list("statement__person", "statement__currency")
        .annotate(
            ms=Sum("time_ms"),
            short=Sum("time_ms", filter=Q(top_up_micro__gt=0), default=0),
            micro=Sum("top_up_micro"),
        )
        .order_by("statement__person", "statement__currency")
    )
    yield from (ToppedUp(*row) for row in rows)


def _rng(now_ms: int) -> np.random.Generator:
    """Return the random generator of this report; the same moment gives the same report."""
    return np.random.default_rng(now_ms)


def _measured(
    people: Sequence[int], begin_ms: int, end_ms: int, projects: Collection[int]
) -> tuple[dict[tuple[int, int | None], int], dict[tuple[int, int | None], int]]:
    """Add up active time and hourly pay by person and project, a few people at once.

    Measuring heartbeats takes long: of very many people none are measured, and the time from lease
    to answer is used for all.
    """
    if len(people) > MOST_MEASURED:
        return {}, {}
    sums: dict[tuple[int, int | None], int] = defaultdict(int)
    paid: dict[tuple[int, int | None], int] = defaultdict(int)
    prices = hour_prices(projects)
    for offset in range(0, len(people), AT_ONCE):
        some = people[offset : offset + AT_ONCE]
        for day in attempt_many("time", some, lambda few: time_by_day(few, begin_ms, end_ms)):
            key = day.person, day.project
            sums[key] += day.ms
            noon_ms = midnight_ms(day.day, "UTC") + DAY_MS // 2
            paid[key] += worth_of(
                hour_price(prices.get(day.project or 0, ()), noon_ms, noon_ms + 1), day.ms
            )
    return sums, paid


def _changed(within: dict[str, int]) -> dict[tuple[int, int, str], int]:
    rows = (
        PayAdjustment.objects.filter(**within)
        .exclude(reason=LOST_DAYS)
        .values_list("worker__person", "project", "currency")
        .annotate(micro=Sum("piece_micro"))
    )
    return {(person, project, currency): micro for person, project, currency, micro in rows}


def _rejected(within: dict[str, int]) -> dict[tuple[int, int], int]:
    rows = (
        Decision.objects.filter(
            kind=Decision.Kind.REJECTION, undone_ms=None, project__isnull=False, **within
        )
        .values_list("person", "project")
        .annotate(many=Count("answer", distinct=True))
    )
    return {(person, project): many for person, project, many in rows}


@transaction.atomic
def _keep(work: list[Work], groups: OversightReport, now_ms: int) -> None:
    ClientMeasure.objects.all().delete()
    ClientMeasure.objects.bulk_create(
        ClientMeasure(
            organisation_id=organisation,
            currency=measures.currency,
            people=measures.people,
            middle_micro=measures.middle_micro,
            lowest_micro=measures.lowest_micro,
            by_elapsed=measures.by_elapsed,
            answers=measures.answers,
            rejected_per_mille=measures.rejected_per_mille,
            made_ms=now_ms,
        )
        for organisation, measures in by_organisation(work).items()
    )
    OversightReport.objects.filter(kind=NOW).exclude(pk=groups.pk).delete()
    groups.save()
