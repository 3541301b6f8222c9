"""Measure how long each person of a project worked, and each of their tasks took.

Time is measured from heartbeats; where a person's page sent none, the time from lease to answer is
used, and pages say so. Only ``keep_pace`` writes.
"""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q, Sum

from canut.actions.platform.row_faults import attempt_each
from canut.actions.time.measure import DATA_FAULTS, intervals, kind_of, measure_time
from canut.core.clock import DAY_MS, HOUR_MS
from canut.core.money import Money, divided_up
from canut.core.pay.hourly_price import HourPrice, hour_price, worth_of
from canut.core.pay.price import TaskTime, per_hour_of, task_time
from canut.core.pay.statement_costs import REVIEW
from canut.core.time.activity import CreditedInterval
from canut.core.time.surfaces import lease_of
from canut.store.models import PayLine, Project, TaskPace, Verdict
from canut.store.pay import pay_lines
from canut.store.tables.pay import PayAdjustment
from canut.store.tables.projects import LENDING
from canut.store.work.pilots import hour_prices, last_pace

WINDOW_MS = 7 * DAY_MS
MOST_LINES = 20_000
log = logging.getLogger(__name__)
REST_MS, PILOT_REST_MS = HOUR_MS, 60_000


@dataclass
class Worked:
    """The answers, reviews, time and pay of one worker in a stretch of time.

    Args:
        worker: the number of their row in the project.
        person: who they are; None once erased.
        pieces: how many answers they are paid for.
        paid_micro: what those bring.
        hours_micro: what their time is paid, where hours are: at the price each moment had.
        tasks_ms: the time of each task, practice left out.
        time_ms: all their time in the project.
        is_measured: time comes from beats; else it is elapsed.
        reviews: how many reviews they made, where those are asked for.
        reviewed_micro: what those bring.
        review_ms: the part of their time that was spent on them.
    """

    worker: int
    person: int | None
    pieces: int = 0
    paid_micro: int = 0
    hours_micro: int = 0
    tasks_ms: list[int] = field(default_factory=list[int])
    time_ms: int = 0
    is_measured: bool = False
    reviews: int = 0
    reviewed_micro: int = 0
    review_ms: int = 0


def worked(
    project: Project, begin_ms: int, end_ms: int, of: Collection[int | None] | None = None
) -> dict[int, Worked]:
    """Return what each worker who answered did in a project between two moments.

    At most the last 20,000 answers are looked at. All their time there is theirs, that of reviews
    included; what reviews bring is not. ``worked_and_reviewed`` knows both.

    Args:
        project: which one.
        begin_ms: from this moment.
        end_ms: to just before this one.
        of: only these people, None for erased people; everybody if omitted.
    """
    lines = PayLine.objects.filter(project=project, at_ms__gte=begin_ms, at_ms__lt=end_ms)
    lines = lines.filter(_whose(of))
    prices = hour_prices([project.id]).get(project.id, [])
    rows = list(
        lines.order_by("-id").values_list(
            "worker_id", "worker__person_id", "elapsed_ms", "piece_micro", "answer__lease_id",
            "answer__task_id", "answer__replaces_id", "at_ms",
        )[:MOST_LINES]
    )  # fmt: skip
    people = {row[1] for row in rows if row[1] is not None}
    whole, by_lease, hours, _reviews = _measured(project, people, (begin_ms, end_ms), prices)
    by_worker: dict[int, Worked] = {}
    adjusted = _taken(project, begin_ms, end_ms)
    for worker, person, elapsed_ms, piece_micro, lease, task, replaces, at_ms in rows:
        record = by_worker.setdefault(worker, Worked(worker, person))
        record.is_measured = bool(person and whole.get(person))
        record.pieces += replaces is None
        record.paid_micro += piece_micro
        if not record.is_measured:
            record.time_ms += elapsed_ms
            record.hours_micro += worth_of(hour_price(prices, at_ms, at_ms + 1), elapsed_ms)
        if task == project.practice_task_id or replaces is not None:
            continue
        took_ms = by_lease.get((person, lease), 0) if record.is_measured else elapsed_ms
        if took_ms:
            record.tasks_ms.append(took_ms)
    for record in by_worker.values():
        record.paid_micro = max(0, record.paid_micro + adjusted.get(record.worker, 0))
        if record.is_measured and record.person is not None:
            record.time_ms = whole[record.person]
            record.hours_micro = divided_up(hours[record.person], HOUR_MS)
    return by_worker


def worked_and_reviewed(
    project: Project, begin_ms: int, end_ms: int, of: Collection[int | None] | None = None
) -> dict[int, Worked]:
    """Return what each worker who answered or reviewed did, by worker; as ``worked``."""
    by_worker = worked(project, begin_ms, end_ms, of)
    verdicts = Verdict.objects.filter(project=project, at_ms__gte=begin_ms, at_ms__lt=end_ms)
    rows = list(
        verdicts.filter(_whose(of))
        .order_by("-id")
        .values_list("worker_id", "worker__person_id", "elapsed_ms", "piece_micro", "at_ms")[
            :MOST_LINES
        ]
    )
    prices = hour_prices([project.id]).get(project.id, [])
    people = {row[1] for row in rows if row[1] is not None}
    whole, _leases, hours, reviews = _measured(project, people, (begin_ms, end_ms), prices)
    for worker, person, elapsed_ms, piece_micro, at_ms in rows:
        record = by_worker.setdefault(worker, Worked(worker, person))
        if not record.time_ms:
            record.is_measured = bool(person and whole.get(person))
        record.reviews += 1
        record.reviewed_micro += piece_micro
        if not record.is_measured:
            record.time_ms += elapsed_ms
            record.review_ms += elapsed_ms
            record.hours_micro += worth_of(hour_price(prices, at_ms, at_ms + 1), elapsed_ms)
    for record in by_worker.values():
        if record.reviews and record.is_measured and record.person is not None:
            record.time_ms, record.review_ms = whole[record.person], reviews[record.person]
            record.hours_micro = divided_up(hours[record.person], HOUR_MS)
    return by_worker


def _whose(of: Collection[int | None] | None) -> Q:
    """Build the filter of some people's workers, None for erased people; all if omitted."""
    if of is None:
        return Q()
    whose = Q(worker__person__in=[person for person in of if person is not None])
    return whose | Q(worker__person=None) if None in of else whose


def time_of(people: Iterable[Worked]) -> TaskTime | None:
    """Summarise how long tasks took."""
    return task_time([record.tasks_ms for record in people])


@transaction.atomic
def keep_pace(project: Project, now_ms: int) -> TaskPace | None:
    """Measure the last seven days, and store the pace workers see before accepting.

    Returns:
        The stored pace; None if nobody answered.
    """
    records = list(worked(project, now_ms - WINDOW_MS, now_ms).values())
    time, rate = time_of(records), project.rates.order_by("-number").first()
    if time is None or rate is None:
        return None
    hour = per_hour_of(
        (Money(record.paid_micro + record.hours_micro, rate.currency), record.time_ms)
        for record in records
    )
    return TaskPace.objects.create(
        project=project,
        at_ms=now_ms,
        tasks=time.tasks,
        people=time.people,
        by_beats=sum(1 for record in records if record.is_measured and record.tasks_ms),
        p50_ms=time.p50_ms,
        p90_ms=time.p90_ms,
        currency=rate.currency,
        median_micro=hour.median.micro if hour else 0,
        lowest_decile_micro=hour.lowest_decile.micro if hour else 0,
    )


def keep_paces(now_ms: int) -> int:
    """Refresh the pace of open projects, each at most once an hour; return how many.

    During a pilot, where the figures change fast, every minute.
    """
    lending = Project.objects.filter(state__in=LENDING).values_list("id", flat=True)
    return attempt_each("project", list(lending), lambda number: _keep_pace_if_due(number, now_ms))


def _keep_pace_if_due(project_id: int, now_ms: int) -> bool:
    project, last = Project.objects.get(id=project_id), last_pace(project_id)
    rest_ms = PILOT_REST_MS if project.state == Project.State.PILOT else REST_MS
    if last is not None and now_ms - last.at_ms < rest_ms:
        return False
    since_ms = last.at_ms if last else 0
    return pay_lines.has_any_after(project_id, since_ms) and keep_pace(project, now_ms) is not None


def _taken(project: Project, begin_ms: int, end_ms: int) -> dict[int, int]:
    """Add up what decisions deducted from workers' pieces, or paid back."""
    adjustments = PayAdjustment.objects.filter(
        project=project, at_ms__gte=begin_ms, at_ms__lt=end_ms
    )
    adjustments = adjustments.exclude(piece_micro__lt=0, answer__payline__at_ms__lt=begin_ms)
    sums = adjustments.values("worker_id").annotate(micro=Sum("piece_micro")).order_by("worker_id")
    return {row["worker_id"]: row["micro"] for row in sums}


def _intervals(
    people: Sequence[int], window: tuple[int, int]
) -> list[tuple[int, int | None, CreditedInterval]]:
    """List credited time; people who cannot be measured are skipped and logged."""
    try:
        return list(intervals(*measure_time(people, *window)))
    except DATA_FAULTS:
        if len(people) == 1:
            log.exception("the time of person %s cannot be measured", people[0])
            return []
    return [interval for person in people for interval in _intervals([person], window)]


def _measured(
    project: Project, people: set[int], window: tuple[int, int], prices: Sequence[HourPrice]
) -> tuple[
    dict[int, int], dict[tuple[int | None, int | None], int], dict[int, int], dict[int, int]
]:
    """Add up measured time in a project, by person and by lease of each.

    Returns:
        Milliseconds by person, and by lease; then milliseconds times the price of an hour then;
        then milliseconds of reviews by person.
    """
    reviews: dict[int, int] = defaultdict(int)
    hours: dict[int, int] = defaultdict(int)
    whole: dict[int, int] = defaultdict(int)
    by_lease: dict[tuple[int | None, int | None], int] = defaultdict(int)
    if not people:
        return whole, by_lease, hours, reviews
    for person, of, interval in _intervals(sorted(people), window):
        if of != project.id:
            continue
        ms = interval.end_ms - interval.begin_ms
        whole[person] += ms
        hours[person] += hour_price(prices, interval.begin_ms, interval.end_ms) * ms
        if kind_of(interval.surface) == REVIEW:
            reviews[person] += ms
        lease = lease_of(interval.surface)
        if lease is not None:
            by_lease[person, lease] += ms
    return whole, by_lease, hours, reviews
