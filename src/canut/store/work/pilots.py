"""Pilots, measured task times, and what a person reads before accepting work."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models
from django.db.models import F, Sum

from canut.core.clock import to_ms
from canut.core.money import Money
from canut.core.pay.hourly_price import HourPrice
from canut.core.pay.intermediaries import Chain
from canut.core.pay.price import has_drifted, hourly_yield
from canut.store.pay.funds import chain_of
from canut.store.projects.versions import rate_or_none
from canut.store.tables.people import Invitation, Role, Terms
from canut.store.tables.projects import Project, RateVersion
from canut.store.tables.tasks import Import, TaskState
from canut.store.tables.work import Answer, Pilot, TaskPace, Worker

PAID = (Terms.Status.EMPLOYEE, Terms.Status.SELF_EMPLOYED)


@dataclass(frozen=True)
class ProjectTerms:
    """What a person reads before accepting: declared and measured pay, time, chain.

    ``per_hour`` is what the price brings at the time half the tasks take, measured where
    ``pace`` is there, else as the requester expects it. ``by_hour`` is what an hour of measured
    time pays; None where only answers are paid. ``is_by_piece`` says whether answers are.
    """

    rate: RateVersion | None
    pace: TaskPace | None
    per_hour: Money | None
    chain: Chain | None
    has_drifted: bool
    by_hour: Money | None = None
    is_by_piece: bool = True


def card_of(project: Project) -> ProjectTerms:
    """Describe a project's pay and requirements, as declared and as measured."""
    rate = RateVersion.objects.filter(project=project).order_by("-number").first()
    pace = last_pace(project.id)
    task_ms = pace.p50_ms if pace else (rate.task_ms if rate else 0)
    declared = rate.task_ms if rate else 0
    per_hour = None
    if rate and task_ms:
        by_piece = hourly_yield(Money(rate.piece_micro, rate.currency), task_ms)
        per_hour = by_piece + Money(rate.by_hour_micro, rate.currency)
    by_hour = Money(rate.by_hour_micro, rate.currency) if rate and rate.by_hour_micro else None
    return ProjectTerms(
        rate=rate,
        pace=pace,
        per_hour=per_hour,
        by_hour=by_hour,
        is_by_piece=by_hour is None or bool(rate and rate.piece_micro),
        chain=None if project.is_own_staff else chain_of(project.id),
        has_drifted=pace is not None and has_drifted(declared, pace.p50_ms),
    )


def hour_prices(project_ids: Iterable[int]) -> dict[int, list[HourPrice]]:
    """Return the hourly prices of projects that pay by the hour, by version.

    What was written before anybody could work counts as its last version alone.
    """
    ids = list(project_ids)
    paying = RateVersion.objects.filter(project__in=ids, by_hour_micro__gt=0)
    paying_ids = set(paying.values_list("project", flat=True))
    opened = Project.objects.filter(id__in=paying_ids).values_list("id", "opened_at")
    started_ms = {number: to_ms(at) for number, at in opened if at}
    for number, at_ms in Pilot.objects.filter(project__in=paying_ids).values_list(
        "project", "begun_ms"
    ):
        started_ms[number] = min(at_ms, started_ms.get(number, at_ms))
    prices: dict[int, list[HourPrice]] = {}
    for rate in RateVersion.objects.filter(project__in=paying_ids).order_by("number"):
        earlier = prices.setdefault(rate.project_id, [])
        first_ms = started_ms.get(rate.project_id)
        if first_ms is None or to_ms(rate.created_at) <= first_ms:
            earlier.clear()
        earlier.append(HourPrice(to_ms(rate.created_at), rate.by_hour_micro))
    return prices


def last_pace(project_id: int) -> TaskPace | None:
    """Return the last measured pace; None before the first answers."""
    return TaskPace.objects.filter(project_id=project_id).order_by("-at_ms").first()


def pilot_of(project_id: int) -> Pilot | None:
    """Return a project's pilot; None if it has none."""
    pilots = Pilot.objects.filter(project_id=project_id)
    return pilots.select_related("passed_rate").first()


def has_passed(project: Project) -> bool:
    """Return whether a pilot has shown that the current price is enough."""
    pilot, rate = pilot_of(project.id), rate_or_none(project.id)
    return pilot is not None and rate is not None and is_passed_at(pilot, rate)


def is_passed_at(pilot: Pilot, rate: RateVersion) -> bool:
    """Return whether the pilot passed at this rate, or at a lower one in the same currency."""
    passed = pilot.passed_rate
    return (
        passed is not None
        and passed.currency == rate.currency
        and passed.piece_micro <= rate.piece_micro
        and passed.by_hour_micro <= rate.by_hour_micro
    )


def has_paid_people(project: Project) -> bool:
    """Return whether this project pays people through Canut.

    Own staff are not, nor are volunteers.
    """
    if project.is_own_staff:
        return False
    rate = RateVersion.objects.filter(project=project).order_by("-number").first()
    if rate is None or rate.piece_micro or rate.by_hour_micro:
        return True
    return Terms.objects.filter(person__workers__project=project, status__in=PAID).exists()


def invited(project_id: int) -> int:
    """Count the workers who joined, and those open invitations can still admit."""
    links = Invitation.objects.filter(project_id=project_id, role=Role.WORKER, revoked_at=None)
    coming = links.aggregate(left=Sum(F("max_uses") - F("uses")))["left"] or 0
    return Worker.objects.filter(project_id=project_id, ended_at=None).count() + coming


def answers_by_worker(project_id: int) -> dict[int, int]:
    """Count each worker's answers, without practice and corrections."""
    answers = Answer.objects.filter(project_id=project_id, replaces=None)
    rows = (
        answers.exclude(task_id=F("project__practice_task_id"))
        .values("worker_id")
        .annotate(count=models.Count("id"))
        .order_by("worker_id")
    )
    return {row["worker_id"]: row["count"] for row in rows}


def rows_waiting(project_id: int) -> int:
    """Count the imported rows that are not tasks yet."""
    ready = Import.objects.filter(project_id=project_id, state=Import.State.READY)
    return ready.aggregate(rows=Sum("rows_good"))["rows"] or 0


def tasks_of(project_id: int) -> int:
    """Count the published tasks, without practice."""
    states = TaskState.objects.filter(project_id=project_id)
    return states.exclude(state=TaskState.State.PRACTICE).count()
