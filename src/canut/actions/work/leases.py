"""Lease tasks to workers, and end leases: released, skipped, expired.

A task is leased only while its counted answers and live leases leave room under its overlap, and
never to a worker who has it, answered it or skipped it. The queue's order says which task is next,
from the worker's cursor onwards. What an answer does to its lease is decided in ``submission``, how
many answers a task needs in ``overlap``, how much hard content is leased in ``exposure``.

Limits that a person decided for a worker hold whenever tasks are leased: none while suspended, or a
number per day. Tasks already leased may be finished, and are paid. Who sets those limits, and why,
is in ``sanctions``.

A program that is still working renews its leases; a lease that is not renewed expires. No lease
lasts more than a day, so that a program in a loop cannot keep a task from others.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import F

from canut.actions.protection.exposure import VEILED, lend_within_limits
from canut.actions.tasks.gold_checks import check_due, lend_check
from canut.actions.work.eligibility import BARRED, CAP, explain_ineligibility, is_asked
from canut.actions.work.lease_blocks import HOURS, REST, LeaseBlock, explain_block, protects
from canut.actions.work.pilot import FIRST, left_in_pilot
from canut.actions.work.practice import is_practice_due, record_practice
from canut.core.clock import DAY_MS, HOUR_MS, from_ms
from canut.core.errors import BadInput, Conflict, Forbidden, LeaseGone, Missing, NotOpen
from canut.core.protection.exposure import MOST_SEVERE, POLICY, ExposureBlock
from canut.store.sql import common, dialect
from canut.store.sql.dialect import LEFT, LIMITED, HeldLease, WorkerNow
from canut.store.sql.raw_cursor import has_early_commit, open_cursor, open_reader
from canut.store.tables.projects import HELD, LENDING, Project
from canut.store.tables.tasks import TaskState
from canut.store.tables.work import Flag, Lease, Worker

HELD_LIMIT = 20
BLOCKS_EVERYTHING = REST | {BARRED, CAP}  # no task of the project would be leased
HARDEST_LEFT: dict[str, int] = {ExposureBlock.CALM: POLICY.exposed_from - 1}
RELEASE_LIMIT = 200
EXPIRE_CHUNK = 200
REASON_LENGTH = 200
FLAG_LENGTH = 500


@dataclass(frozen=True, slots=True)
class LentTask:
    """A leased task, with what is displayed of it.

    ``is_veiled``: a picture that is shown only where and while the person uncovers it.
    ``proposal``: what a model says of it, and which; None where none does, or it is hidden.
    """

    lease: int
    task: int
    key: str
    data: dict[str, str]
    lent_ms: int
    expires_ms: int
    practice: bool
    question_version: int
    severity: int = 0
    is_veiled: bool = False
    proposal: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class LeaseResult:
    """The tasks a worker holds, oldest lease first; ``left``: whether to ask again.

    Tasks that the caller said to have already are left out.

    ``held_back``: what protects the worker from more of them now, in words; None when nothing does.
    """

    tasks: list[LentTask]
    left: bool
    held_back: LeaseBlock | None = None


class Allocation(NamedTuple):
    """The leases of a worker, how many are new, how many are missing, and why.

    ``newly_leased``: how many of them are new; ``shortfall``: how many are missing;
    ``blocked_by``: the rule that blocks more, empty where none does.
    """

    worker: WorkerNow
    leases: list[HeldLease]
    newly_leased: int
    shortfall: int
    blocked_by: str = ""


def lease_tasks(
    worker_id: int, count: int, now_ms: int, loaded: Collection[int] = ()
) -> LeaseResult:
    """Return the tasks a worker holds, and lease new ones until there are ``count``.

    So a page that is reloaded gets the same tasks again. A worker new to a project that has a
    practice task gets that one alone until it is answered.

    Args:
        worker_id: who asks.
        count: how many tasks to hold, 1 to 20.
        now_ms: the moment, in milliseconds since 1970 UTC.
        loaded: leases whose tasks the caller has; they are not read again.

    Raises:
        BadInput: ``count`` is out of range.
        Missing: there is no such worker.
        Forbidden: the worker has left the project, or is suspended in it.
        NotOpen: the project leases no tasks now.
    """
    check_count(count)
    with transaction.atomic(), open_cursor() as cursor:
        allocation = allocate(cursor, worker_id, count, now_ms)
        tasks = read_last(cursor, allocation, loaded)
    return complete_allocation(allocation, count, now_ms, loaded, tasks)


def check_count(count: int) -> None:
    """Refuse a number of tasks outside the allowed range.

    Raises:
        BadInput: ``count`` is out of range.
    """
    if not 1 <= count <= HELD_LIMIT:
        raise BadInput(
            f"{count} tasks asked for; ask for 1 to {HELD_LIMIT}",
            code="lease-count",
            seen=count,
            limit=HELD_LIMIT,
        )


def read_last(
    cursor: CursorWrapper, allocation: Allocation, loaded: Collection[int]
) -> list[LentTask] | None:
    """Return the leased tasks, read as the last thing of the transaction.

    None where ``complete_allocation`` may have to look for more, or where nothing is saved by it.
    """
    if allocation.shortfall or not has_early_commit(cursor):
        return None
    return _read_tasks(allocation.worker, _unknown(allocation, loaded), cursor)


def complete_allocation(
    allocation: Allocation,
    count: int,
    now_ms: int,
    loaded: Collection[int] = (),
    tasks: list[LentTask] | None = None,
) -> LeaseResult:
    """Search the rest of the queue if the nearest tasks were too few; return the leases.

    Args:
        allocation: what was leased.
        count: how many tasks to hold.
        now_ms: the moment, in milliseconds since 1970 UTC.
        loaded: leases whose tasks the caller has; they are not read again.
        tasks: what ``read_last`` returned.
    """
    worker = allocation.worker
    is_pilot = worker.project_state == Project.State.PILOT
    may_have_more = bool(allocation.leases or allocation.shortfall) or not is_pilot
    if allocation.shortfall and allocation.blocked_by not in BLOCKS_EVERYTHING:
        next_open = _find_next_open(allocation)
        may_have_more = next_open is not None
        if next_open is not None and not allocation.newly_leased:
            with transaction.atomic(), open_cursor() as cursor:
                allocation = allocate(cursor, worker.worker, count, now_ms, next_open)
    block = _explain_block(allocation, now_ms)
    if block is not None:
        may_have_more = may_have_more and bool(allocation.leases)
    if tasks is None:
        tasks = _read_tasks(allocation.worker, _unknown(allocation, loaded))
    return LeaseResult(tasks, may_have_more, block)


def _unknown(allocation: Allocation, loaded: Collection[int]) -> list[HeldLease]:
    """Return the leases whose tasks the caller does not have."""
    return [lease for lease in allocation.leases if lease.lease not in loaded]


def _find_next_open(allocation: Allocation) -> tuple[int, int] | None:
    """Return priority and task of the first task the worker could have; None if there is none."""
    block = allocation.blocked_by
    hardest = HARDEST_LEFT.get(block, 0) if block else MOST_SEVERE
    with open_reader() as cursor:
        return dialect().find_open(cursor, allocation.worker, hardest)


def _explain_block(allocation: Allocation, now_ms: int) -> LeaseBlock | None:
    """Return why the leases are fewer than requested, in words; None where no rule blocks more.

    A block that protects the person is recorded as a decision.
    """
    block = allocation.blocked_by
    if not (block and allocation.shortfall):
        return None
    if block in {BARRED, CAP}:
        return explain_ineligibility(allocation.worker, block, now_ms)
    return explain_block(allocation.worker, block, now_ms)


def allocate(
    cursor: CursorWrapper,
    asking: int | WorkerNow,
    count: int,
    now_ms: int,
    start_at: tuple[int, int] | None = None,
) -> Allocation:
    """Lease from the worker's position in the queue onwards, or from the one given.

    What it refuses is refused before anything is written.

    Args:
        cursor: of the open transaction.
        asking: which worker; or the worker, where they were locked and read in this transaction.
        count: how many tasks to hold.
        now_ms: the moment, in milliseconds since 1970 UTC.
        start_at: priority and task to begin with instead of the cursor.
    """
    worker = _find_worker(cursor, asking, now_ms) if isinstance(asking, int) else asking
    _check_worker(worker)
    daily_room: int | None = None
    if worker.standing == LIMITED:
        daily_room = room_under_limits(cursor, worker.worker, now_ms)
    if worker.is_due:
        _expire_some(cursor, worker.project, now_ms)
    live = [lease for lease in worker.held if lease.expires_ms > now_ms]
    alone = _alone(cursor, worker, live, now_ms)
    if alone:
        return Allocation(worker, alone, 0, 0)
    if start_at is not None:
        priority, task = start_at
        worker = worker._replace(cursor_priority=priority, cursor_task=task - 1)
    missing = max(0, count - len(live))
    if worker.project_state == Project.State.PILOT:
        missing = max(0, min(missing, left_in_pilot(worker.worker) - len(live)))
        if start_at is None and worker.cursor_priority >= 0:
            worker = worker._replace(cursor_priority=FIRST, cursor_task=0)
    missing = missing if daily_room is None else min(missing, daily_room)
    missing, block = _allowed(worker, missing, now_ms)
    if block:
        return Allocation(worker, live, 0, missing, block)
    check = _lease_check(cursor, worker, missing, now_ms) if start_at is None else []
    if check:
        return Allocation(worker, [*live, *check], 1, 0)
    new, block = _lease_some(cursor, worker, missing, now_ms) if missing else ([], "")
    if missing and not new and not block and worker.rules.audit is not None:
        new = lend_check(cursor, worker, worker.rules.audit, now_ms)
    return Allocation(worker, [*live, *new], len(new), missing - len(new), block)


def _allowed(worker: WorkerNow, missing: int, now_ms: int) -> tuple[int, str]:
    """Return how many tasks the project's rules and the person's hours allow, or why none."""
    if not missing:
        return 0, ""
    if worker.rules.barred and is_asked():
        return missing, BARRED
    allowance = worker.rules.room
    if allowance == 0:
        return missing, CAP
    if worker.rest_until_ms > now_ms and protects("hours"):
        return missing, HOURS
    return (missing if allowance is None else min(missing, allowance)), ""


def _lease_check(
    cursor: CursorWrapper, worker: WorkerNow, missing: int, now_ms: int
) -> list[HeldLease]:
    """Lease a hidden check where one is due on this request; none in a pilot."""
    if worker.project_state == Project.State.PILOT:
        return []
    task = check_due(worker, missing)
    return [] if task is None else lend_check(cursor, worker, task, now_ms)


def _lease_some(
    cursor: CursorWrapper, worker: WorkerNow, missing: int, now_ms: int
) -> tuple[list[HeldLease], str]:
    """Lease tasks, hard ones within the person's limits; return them and what blocks more."""
    within_limits: list[HeldLease] = []
    if worker.is_risky:
        within_limits, block = lend_within_limits(cursor, worker, missing, now_ms)
        if not block or protects("exposure"):
            return within_limits, block
    others = dialect().lend(cursor, worker, missing - len(within_limits), now_ms)
    return [*within_limits, *others], ""


def _find_worker(cursor: CursorWrapper, worker_id: int, now_ms: int) -> WorkerNow:
    """Lock and return a worker."""
    worker = dialect().read_worker(cursor, worker_id, now_ms)
    if worker is None:
        raise Missing(f"there is no worker {worker_id}")
    return worker


def _check_worker(worker: WorkerNow) -> None:
    """Check that a worker may be leased tasks."""
    if worker.standing == LEFT:
        raise Forbidden(f"worker {worker.worker} has left the project", code="worker-left")
    if worker.project_state == HELD and worker.question_version is not None:
        return
    if worker.project_state not in LENDING or worker.question_version is None:
        raise NotOpen(
            f"the project is {worker.project_state}; it lends tasks while it is open",
            code=f"project-{worker.project_state}",
            state=worker.project_state,
        )


def _alone(
    cursor: CursorWrapper, worker: WorkerNow, live: list[HeldLease], now_ms: int
) -> list[HeldLease]:
    """Return leases beside which none is new: the practice task, or what a hold left to finish.

    Raises:
        NotOpen: an ethics reviewer holds the project, and the worker began nothing before.
    """
    if worker.project_state != HELD:
        return _practice_leases(cursor, worker, live, now_ms)
    if not live:
        raise NotOpen(
            "an ethics reviewer holds the project; it lends nothing meanwhile",
            code="project-held",
            state=HELD,
        )
    return live


def _practice_leases(
    cursor: CursorWrapper, worker: WorkerNow, leases: Sequence[HeldLease], now_ms: int
) -> list[HeldLease]:
    """Return the lease of the practice task if it comes first, leasing it if needed."""
    if worker.practice_task is None or worker.practised_ms is not None or not is_practice_due():
        return []
    practice = [lease for lease in leases if lease.task == worker.practice_task]
    if practice:
        return practice
    expires_ms = now_ms + worker.lease_seconds * 1000
    cursor.execute(
        common.LEND_PRACTICE,
        (worker.worker, now_ms, expires_ms, worker.practice_task, worker.worker),
    )
    new = [HeldLease(*row) for row in cursor.fetchall()]
    if new:
        record_practice(worker.worker, now_ms)
    return new


def _read_tasks(
    worker: WorkerNow, leases: Sequence[HeldLease], ending: CursorWrapper | None = None
) -> list[LentTask]:
    """Read what is displayed of each task; it never changes, so no lock is needed.

    ``ending``: the cursor of a transaction that ends with it.
    """
    tasks = [lease.task for lease in leases]
    if ending is not None:
        rows = dialect().read_tasks_last(ending, worker.worker, tasks)
    elif tasks:
        with open_reader() as cursor:
            rows = dialect().read_tasks(cursor, worker.worker, tasks)
    else:
        return []
    displayed = {row[0]: (row[1], json.loads(row[2])) for row in rows}
    severity = {row[0]: worker.severity if row[3] is None else row[3] for row in rows}
    proposals = {row[0]: (row[4], row[5] or "") for row in rows if row[4] is not None}
    return [
        LentTask(
            lease.lease,
            lease.task,
            *displayed[lease.task],
            lease.lent_ms,
            lease.expires_ms,
            practice=lease.task == worker.practice_task,
            question_version=worker.question_version or 0,
            severity=severity[lease.task],
            is_veiled=severity[lease.task] >= POLICY.exposed_from and worker.modality in VEILED,
            proposal=proposals.get(lease.task),
        )
        for lease in leases
    ]


def release_leases(
    worker_id: int, lease_ids: Sequence[int], now_ms: int, viewed: Sequence[int] = ()
) -> int:
    """Release unanswered tasks, as when the page is left; return how many were live.

    Others may have them at once, and so may this worker. Leases that are not theirs, or no longer
    live, are left as they are. What was hard to look at and is not among ``viewed`` does not count
    for what the worker bore.

    Raises:
        BadInput: more than 200 leases.
    """
    if len(lease_ids) > RELEASE_LIMIT:
        raise BadInput(
            f"{len(lease_ids)} leases given back at once; give back at most {RELEASE_LIMIT}",
            code="release-count",
            limit=RELEASE_LIMIT,
        )
    with transaction.atomic(), connection.cursor() as cursor:
        live = Lease.objects.filter(worker_id=worker_id, id__in=lease_ids, state=Lease.State.LIVE)
        doses = dict(live.values_list("id", "dose"))
        if not doses:
            return 0
        dialect().lock_tasks_of(cursor, list(doses))
        unseen = [lease for lease, dose in doses.items() if dose and lease not in viewed]
        if unseen:
            live.filter(id__in=unseen).update(dose=0)
        return dialect().end_leases(cursor, list(doses), Lease.State.RELEASED, now_ms, "")


def skip_task(worker_id: int, lease_id: int, reason: str, now_ms: int) -> None:
    """Skip a task: this worker does not get it again, others may.

    Skipping the practice task ends practice: nobody is held up by it. Skipping twice is skipping
    once.

    Raises:
        BadInput: no reason, or one over 200 characters.
        LeaseGone: the task was never lent to this worker.
        Conflict: this worker has answered it.
    """
    if not 0 < len(reason) <= REASON_LENGTH:
        raise BadInput(
            f"the reason has {len(reason)} characters; write 1 to {REASON_LENGTH}",
            code="skip-reason",
            limit=REASON_LENGTH,
        )
    with transaction.atomic(), connection.cursor() as cursor:
        standing = dialect().read_standing(cursor, worker_id, lease_id)
        if standing is None:
            raise _gone(lease_id)
        lease = common.read_lease(cursor, lease_id, "")
        if lease.taken is None:
            cursor.execute(common.SET_LEASE, (Lease.State.SKIPPED, now_ms, reason, None, lease_id))
        elif lease.taken_state == Lease.State.LIVE:
            dialect().end_leases(cursor, [lease.taken], Lease.State.SKIPPED, now_ms, reason)
        elif lease.taken_state == Lease.State.ANSWERED:
            raise Conflict(
                "this task has your answer; correct the answer instead", code="already-answered"
            )
        if standing.task_state == "practice":
            cursor.execute(common.SET_PRACTISED, (now_ms, worker_id))


def flag_task(worker_id: int, lease_id: int, text: str, now_ms: int) -> None:
    """Flag a task as having a problem; the lease stays as it is.

    Raises:
        BadInput: more than 500 characters.
        LeaseGone: the task was never lent to this worker.
    """
    words = text.strip()
    if len(words) > FLAG_LENGTH:
        raise BadInput(
            f"the flag has {len(words)} characters; write at most {FLAG_LENGTH}",
            code="flag-text",
            limit=FLAG_LENGTH,
        )
    lease = Lease.objects.filter(pk=lease_id, worker_id=worker_id).first()
    if lease is None:
        raise _gone(lease_id)
    with transaction.atomic():
        Flag.objects.create(
            task_id=lease.task_id, worker_id=worker_id, text=words, flagged_ms=now_ms
        )
        TaskState.objects.filter(task_id=lease.task_id).update(flagged_ms=now_ms)


def expire_leases(project_id: int, now_ms: int) -> int:
    """Expire every overdue lease of a project; return how many.

    Asking for tasks does the same for the first of them; this is for projects where nobody asks.
    """
    total = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            ended = _expire_some(cursor, project_id, now_ms)
        total += ended
        if ended < EXPIRE_CHUNK:
            return total


def _expire_some(cursor: CursorWrapper, project_id: int, now_ms: int) -> int:
    """Expire the oldest overdue leases; return how many."""
    due = dialect().lock_due(cursor, project_id, now_ms, EXPIRE_CHUNK)
    if not due:
        return 0
    return dialect().end_leases(cursor, due, Lease.State.EXPIRED, now_ms, "")


def _gone(lease_id: int) -> LeaseGone:
    """Build the refusal of a lease that is not this worker's."""
    return LeaseGone(f"lease {lease_id} is not one of yours; ask for tasks again", lease=lease_id)


READ_LIMITS = """
SELECT s.daily, s.until_ms FROM store_sanction s
WHERE s.worker_id = %s AND s.lifted_ms IS NULL AND s.until_ms > %s AND s.from_ms <= %s
"""


COUNT_LENT = """
SELECT count(*) FROM store_lease
WHERE worker_id = %s AND state IN (0, 1, 2) AND lent_ms > %s AND lent_ms <= %s
"""


def room_under_limits(cursor: CursorWrapper, worker_id: int, now_ms: int) -> int | None:
    """Return how many more tasks a restricted worker may get today; None if unlimited.

    Raises:
        Forbidden: the worker is suspended in this project.
    """
    cursor.execute(READ_LIMITS, (worker_id, now_ms, now_ms))
    limits = cursor.fetchall()
    if not limits:
        return None
    for daily, until_ms in limits:
        if daily is None:
            until = from_ms(until_ms).date().isoformat()
            raise Forbidden(
                f"worker {worker_id} is suspended in this project until {until}",
                code="worker-suspended",
                until=until,
            )
    cursor.execute(COUNT_LENT, (worker_id, now_ms - DAY_MS, now_ms))
    (leased,) = cursor.fetchone()
    least = min(int(daily) for daily, _until in limits)
    return max(0, least - int(leased))


HELD_AT_MOST_MS = 24 * HOUR_MS


@transaction.atomic
def renew_leases(worker_id: int, lease_ids: Sequence[int], now_ms: int) -> dict[int, int]:
    """Renew a worker's leases, for as long as they were first leased.

    Args:
        worker_id: who holds them.
        lease_ids: the leases; those that ended, or are somebody else's, are left as they are.
        now_ms: milliseconds since 1970 UTC.

    Returns:
        When each lease that goes on ends now.

    Raises:
        BadInput: more than 200 leases.
    """
    if len(lease_ids) > RELEASE_LIMIT:
        raise BadInput(
            f"{len(lease_ids)} leases at once; at most {RELEASE_LIMIT}",
            code="release-count",
            limit=RELEASE_LIMIT,
        )
    worker = Worker.objects.select_related("project").get(id=worker_id)
    if lease_ids:
        with connection.cursor() as cursor:
            dialect().lock_tasks_of(cursor, list(lease_ids))
    live = Lease.objects.filter(
        worker_id=worker_id, id__in=lease_ids, state=Lease.State.LIVE, expires_ms__gt=now_ms
    )
    until_ms = now_ms + worker.project.lease_seconds * 1000
    held_long = live.filter(lent_ms__lt=until_ms - HELD_AT_MOST_MS)
    held_long.update(expires_ms=F("lent_ms") + HELD_AT_MOST_MS)
    live.filter(lent_ms__gte=until_ms - HELD_AT_MOST_MS).update(expires_ms=until_ms)
    return dict(live.values_list("id", "expires_ms"))
