"""Sums of pay lines, by project, person, price or period.

Reads only. Pieces are in micro-units; time is elapsed milliseconds, not yet measured. A function
that counts answers says whether corrections (answers that replace another) are counted too.
"""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from django.db.models import Count, F, QuerySet, Sum

from canut.core.clock import HOUR_MS
from canut.core.pay.lost_days import LOST_DAYS
from canut.store.tables.decisions import Decision
from canut.store.tables.pay import PayAdjustment, PayLine

PAID_HOURS = Sum(F("elapsed_ms") * F("rate_version__by_hour_micro"), default=0)


class ProjectSpend(NamedTuple):
    """The cost of a project's answers in one currency, including corrections.

    ``paid_micro`` is pieces and paid hours.
    """

    currency: str
    piece_micro: int
    answers: int
    elapsed_ms: int
    paid_micro: int


class CurrencyEarnings(NamedTuple):
    """A person's earnings in one currency; ``micro`` is pieces and paid hours."""

    currency: str
    micro: int
    answers: int
    elapsed_ms: int


class WorkerEarnings(NamedTuple):
    """One worker's earnings in their project; ``micro`` is pieces and paid hours."""

    elapsed_ms: int
    micro: int
    answers: int


class ProjectEarnings(NamedTuple):
    """A person's earnings in one project and currency; ``hours_micro`` is separate."""

    person: int
    project: int
    currency: str
    piece_micro: int
    elapsed_ms: int
    answers: int
    hours_micro: int


class AnswersAtPrice(NamedTuple):
    """The number of a person's answers in one project at one piece price."""

    person: int
    project: int
    currency: str
    piece_micro: int
    answers: int


class WorkedTotal(NamedTuple):
    """The number of a person's answers in a project, with corrections, and their time."""

    answers: int
    elapsed_ms: int


def spend_by_currency(project_id: int) -> list[ProjectSpend]:
    """Sum a project's pay lines by currency, whatever was decided of the answers since."""
    sums = _sum_pieces(PayLine.objects.filter(project_id=project_id), "currency")
    return [
        ProjectSpend(currency, piece_micro, answers, elapsed_ms, piece_micro + hours // HOUR_MS)
        for currency, piece_micro, answers, elapsed_ms, hours in sums.annotate(
            hours=PAID_HOURS
        ).order_by("currency")
    ]


def spend_after_decisions(project_id: int) -> list[ProjectSpend]:
    """Sum a project's pay by currency, after what decisions took back or returned."""
    adjustments = PayAdjustment.objects.filter(project_id=project_id).values_list("currency")
    adjusted = dict(adjustments.annotate(micro=Sum("piece_micro")).order_by("currency"))
    return [
        spend._replace(paid_micro=max(0, spend.paid_micro + adjusted.get(spend.currency, 0)))
        for spend in spend_by_currency(project_id)
    ]


def earned_by_currency(person_id: int, begin_ms: int) -> list[CurrencyEarnings]:
    """Sum a person's pay lines since a time by currency, in all projects."""
    lines = PayLine.objects.filter(worker__person=person_id, at_ms__gte=begin_ms)
    sums = _sum_pieces(lines, "currency").annotate(hours=PAID_HOURS)
    return [
        CurrencyEarnings(currency, piece_micro + hours // HOUR_MS, answers, elapsed_ms)
        for currency, piece_micro, answers, elapsed_ms, hours in sums.order_by("currency")
    ]


def earned_by_worker(worker_id: int, begin_ms: int) -> WorkerEarnings:
    """Sum a worker's pay lines since a time."""
    sums = PayLine.objects.filter(worker_id=worker_id, at_ms__gte=begin_ms).aggregate(
        elapsed=Sum("elapsed_ms", default=0),
        piece=Sum("piece_micro", default=0),
        hours=PAID_HOURS,
        answers=Count("id"),
    )
    return WorkerEarnings(
        sums["elapsed"], sums["piece"] + sums["hours"] // HOUR_MS, sums["answers"]
    )


def earned_by_person_and_project(begin_ms: int, end_ms: int) -> list[ProjectEarnings]:
    """Sum the pay lines of an interval by person, project and currency."""
    lines = PayLine.objects.filter(
        worker__person__isnull=False, at_ms__gte=begin_ms, at_ms__lt=end_ms
    )
    sums = _sum_pieces(lines, "worker__person", "project", "currency").annotate(hours=PAID_HOURS)
    rows = sums.order_by("worker__person", "project")
    return [
        ProjectEarnings(
            person, project, currency, piece_micro, elapsed_ms, answers, hours // HOUR_MS
        )
        for person, project, currency, piece_micro, answers, elapsed_ms, hours in rows
    ]


def count_by_price(people: Collection[int], begin_ms: int, end_ms: int) -> list[AnswersAtPrice]:
    """Count people's answers in an interval by project and piece price.

    Projects of an organisation's own staff have none: nothing is paid there.
    """
    lines = PayLine.objects.filter(
        worker__person__in=list(people),
        at_ms__gte=begin_ms,
        at_ms__lt=end_ms,
        project__is_own_staff=False,
    )
    keys = ("worker__person", "project", "currency", "piece_micro")
    counts = lines.values_list(*keys).annotate(count=Count("id")).order_by(*keys)
    return [AnswersAtPrice(*row) for row in counts]


def piece_micro_of_task(worker_id: int, task_id: int) -> int:
    """Sum the pieces of a worker's answers to one task, with corrections."""
    lines = PayLine.objects.filter(worker=worker_id, answer__task=task_id)
    return int(lines.aggregate(micro=Sum("piece_micro", default=0))["micro"])


def worked_in_project(project_id: int, person_id: int) -> WorkedTotal:
    """Sum a person's work in a project."""
    sums = PayLine.objects.filter(project=project_id, worker__person=person_id).aggregate(
        answers=Count("id"), elapsed=Sum("elapsed_ms", default=0)
    )
    return WorkedTotal(sums["answers"], sums["elapsed"])


def elapsed_ms_of_projects(project_ids: Sequence[int]) -> int:
    """Sum the time of all answers of some projects, in milliseconds."""
    lines = PayLine.objects.filter(project__in=project_ids)
    return int(lines.aggregate(ms=Sum("elapsed_ms", default=0))["ms"])


def rejected_ms_by_person_and_project(begin_ms: int, end_ms: int) -> dict[tuple[int, int], int]:
    """Sum rejected answers' time in an interval, by person and project."""
    rejected = Decision.objects.filter(
        kind=Decision.Kind.REJECTION, undone_ms=None, answer__isnull=False
    ).values("answer")
    rows = (
        PayLine.objects.filter(answer__in=rejected, at_ms__gte=begin_ms, at_ms__lt=end_ms)
        .filter(worker__person__isnull=False)
        .values_list("worker__person", "project")
        .annotate(ms=Sum("elapsed_ms"))
        .order_by("worker__person", "project")
    )
    return {(person, project): ms for person, project, ms in rows}


def count_answers(project_id: int) -> int:
    """Count a project's paid answers, without corrections."""
    return _answers(project_id).count()


def count_counted_answers(project_id: int) -> int:
    """Count a project's paid answers that count towards a label."""
    return PayLine.objects.filter(project=project_id, answer__counted=True).count()


def count_answers_before(project_id: int, people: Collection[int], end_ms: int) -> int:
    """Count people's answers in a project before a time, without corrections."""
    return _answers(project_id).filter(worker__person__in=people, at_ms__lt=end_ms).count()


def count_answers_beyond_practice(worker_id: int, limit: int) -> int:
    """Count a worker's answers up to a limit, without corrections and the practice task."""
    lines = PayLine.objects.filter(worker_id=worker_id, answer__replaces=None)
    practice = F("project__practice_task_id")
    return lines.exclude(answer__task_id=practice)[:limit].count()


def has_more_than(project_id: int, limit: int, begin_ms: int) -> bool:
    """Return whether a project has more pay lines than a limit since a time."""
    lines = PayLine.objects.filter(project=project_id, at_ms__gte=begin_ms)
    return len(lines.values_list("pk")[: limit + 1]) > limit


def has_any_after(project_id: int, at_ms: int) -> bool:
    """Return whether a project has a pay line after a time."""
    return PayLine.objects.filter(project=project_id, at_ms__gt=at_ms).exists()


def _answers(project_id: int) -> "QuerySet[PayLine]":
    return PayLine.objects.filter(project=project_id, answer__replaces=None)


def _sum_pieces(lines: "QuerySet[PayLine]", *keys: str) -> "QuerySet[PayLine, tuple[Any, ...]]":
    """Sum pieces, lines and time grouped by some columns; rows hold the keys first."""
    return lines.values_list(*keys).annotate(
        piece=Sum("piece_micro"), answers=Count("id"), elapsed=Sum("elapsed_ms")
    )


def lost_days_paid(decision_ids: Sequence[int]) -> dict[int, tuple[int, str]]:
    """Return what was paid for the days lost by undone decisions: micro-units and currency."""
    rows = PayAdjustment.objects.filter(
        decision__in=decision_ids, reason=LOST_DAYS, piece_micro__gt=0
    )
    return {
        decision: (micro, currency)
        for decision, micro, currency in rows.values_list("decision", "piece_micro", "currency")
    }
