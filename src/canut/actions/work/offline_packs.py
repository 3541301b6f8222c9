"""Lease an offline pack: tasks to take where there is no network, for hours.

Every rule of leasing applies: the overlap, exposure limits with the dose reserved at once, a
person's limits, working hours. Since nobody can be stopped while offline, a pack holds no more than
usually fits in the rest of the day and the week. Answers submitted in time count; later ones are
treated like any late answer.
"""

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from canut.actions.protection.exposure import REMEMBER_MS, longest_look_ms
from canut.actions.time.working_hours import watch_hours
from canut.actions.work.lease_blocks import protects
from canut.actions.work.leases import LeaseResult, allocate, complete_allocation
from canut.core.clock import HOUR_MS
from canut.core.errors import BadInput
from canut.store.own_pages.pages import asks_own_page
from canut.store.projects.versions import question_or_none
from canut.store.protection.exposure import hours_at
from canut.store.sql.common import PACKED
from canut.store.sql.raw_cursor import open_cursor
from canut.store.tables.work import Lease, Worker

ROUNDS = 3  # a hidden check, which nobody can tell from the rest, is lent alone


@dataclass(frozen=True, slots=True)
class Pack:
    """The leased tasks, when the leases end, and whether the daily limit cut the pack."""

    lent: LeaseResult
    until_ms: int
    is_cut: bool


def take_pack(worker_id: int, count: int, now_ms: int) -> Pack:
    """Lease up to ``count`` tasks to a worker, and extend all their leases to hours.

    Args:
        worker_id: who takes them along.
        count: how many to hold, 1 to the instance's limit.
        now_ms: the moment, in milliseconds since 1970 UTC.

    Raises:
        BadInput: ``count`` is out of range, or the tasks show own pages, which need the network.
        Missing, Forbidden, NotOpen: as ``lease_tasks``.
    """
    if not 1 <= count <= settings.PACK_TASKS:
        raise BadInput(
            f"{count} tasks to take along; take 1 to {settings.PACK_TASKS}",
            code="pack-count",
            seen=count,
            limit=settings.PACK_TASKS,
        )
    worker = Worker.objects.only("project_id").filter(pk=worker_id).first()
    question = None if worker is None else question_or_none(worker.project_id)
    if question is not None and asks_own_page(question.schema):
        raise BadInput(
            "these tasks show a page that needs the network; work on them online",
            code="own-page-pack",
        )
    fits = min(count, _fitting(worker_id, now_ms))
    until_ms = now_ms + settings.PACK_HOURS * HOUR_MS
    with transaction.atomic(), open_cursor() as cursor:
        allocation = allocate(cursor, worker_id, fits, now_ms)
        for _ in range(ROUNDS):
            if not allocation.newly_leased or len(allocation.leases) >= fits:
                break
            allocation = allocate(cursor, worker_id, fits, now_ms)
        live = Lease.objects.filter(
            id__in=[lease.lease for lease in allocation.leases],
            worker_id=worker_id,
            state=Lease.State.LIVE,
        )
        live.filter(expires_ms__lt=until_ms).update(expires_ms=until_ms, reason=PACKED)
    extended = [
        lease._replace(expires_ms=max(lease.expires_ms, until_ms)) for lease in allocation.leases
    ]
    result = complete_allocation(allocation._replace(leases=extended), fits, now_ms)
    return Pack(result, until_ms, is_cut=fits < count)


def _fitting(worker_id: int, now_ms: int) -> int:
    """Return how many tasks usually fit in the rest of this day and week; at least one."""
    worker = Worker.objects.only("person_id", "project_id").filter(pk=worker_id).first()
    if worker is None or worker.person_id is None or not protects("hours"):
        return settings.PACK_TASKS
    hours = watch_hours(worker.person_id, now_ms, at_once=True)
    if hours is None:
        return settings.PACK_TASKS
    policy = hours_at(now_ms)
    left_ms = min(policy.day - hours.day_ms, policy.week - hours.week_ms)
    usual_ms = longest_look_ms(worker.project_id, now_ms // REMEMBER_MS)
    return max(1, left_ms // usual_ms)
