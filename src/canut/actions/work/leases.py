"""Lend tasks to workers, and take them back: released, skipped, run out.

A task is lent only while its counted answers and live leases leave room under its overlap, and
never to a worker who has it, answered it or skipped it. Which task comes next is the order of the
queue, from the worker's place in it. What an answer does to its lease is decided in ``answers``,
how many answers a task needs in ``overlap``, what of the hard to look at is lent in ``exposure``.

See what a human's decision limits for a worker: no task while suspended, so many a day else.

Asked whenever tasks are lent, from the narrow index of limits in force. Tasks in hand may be
finished, and are paid. Who decides on limits, and why, is in ``sanctions``.

Keep tasks in hand a while longer: a program says now and then that it is still at work on them.

Who stops saying so loses them when they run out, as ever. A task is held for a day at most, so that
a program in a loop cannot keep it from others.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
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
from canut.core.decisions.deadlines import DAY_MS
from canut.core.errors import BadInput, Conflict, Forbidden, LeaseGone, Missing, NotOpen
from canut.core.protection.exposure import MOST_SEVERE, POLICY, ExposureBlock
from canut.store.sql import common, dialect
from canut.store.sql.dialect import LEFT, LIMITED, HeldLease, WorkerNow
from canut.store.sql.raw_cursor import open_cursor, open_reader
from canut.store.tables.projects import LENDING, Project
from canut.store.tables.tasks import TaskState
from canut.store.tables.work import Flag, Lease, Worker

HELD_LIMIT = 20


WAITS = REST | {BARRED, CAP}


HARDEST_LEFT: dict[str, int] = {ExposureBlock.CALM: POLICY.exposed_from - 1}


RELEASE_LIMIT = 200


EXPIRE_CHUNK = 200


REASON_LENGTH = 200


FLAG_LENGTH = 500


@dataclass(frozen=True, slots=True)
class LentTask:
    """A task in a worker's hands, with what is to be shown of it.

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
class Lent:
    """The tasks in a worker's hands, oldest lease first; ``left``: whether to ask again.

    ``held_back``: what protects the worker from more of them now, in words; None when nothing does.
    """

    tasks: list[LentTask]
    left: bool
    held_back: LeaseBlock | None = None


def lease_tasks(worker_id: int, count: int, now_ms: int) -> Lent:
    """Return the tasks a worker holds, and lend new ones until there are ``count``.

    A page that is loaded again so gets the same tasks again. Someone new to a project that has a
    practice task gets that one alone until it is answered.

    Args:
        worker_id: who asks.
        count: how many tasks to hold, 1 to 20.
        now_ms: the moment, in milliseconds since 1970 UTC.

    Raises:
        BadInput: ``count`` is out of range.
        Missing: there is no such worker.
        Forbidden: the worker has left the project, or is suspended in it.
        NotOpen: the project lends no tasks now.
    """
    check_count(count)
    return complete_allocation(_lend(worker_id, count, now_ms, None), count, now_ms)


def check_count(count: int) -> None:
    """Refuse a number of tasks that nobody may hold.

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


def complete_allocation(hand: "Allocation", count: int, now_ms: int) -> Lent:
    """Look beyond the tasks nearest in the queue where they were too few; say what is lent."""
    is_tried = hand.worker.project_state == Project.State.PILOT
    left = bool(hand.leases or hand.lacking) or not is_tried
    if hand.lacking and hand.why not in WAITS:
        with open_reader() as cursor:
            hardest = HARDEST_LEFT.get(hand.why, 0) if hand.why else MOST_SEVERE
            place = dialect().find_open(cursor, hand.worker, hardest)
        left = place is not None
        if place is not None and not hand.lent:
            hand = _lend(hand.worker.worker, count, now_ms, place)
    held_back = None
    if hand.lacking and hand.why:
        say = (
            explain_ineligibility
            if hand.why in {BARRED, CAP}
            else partial(explain_block, now_ms=now_ms)
        )
        held_back = say(hand.worker, hand.why)
        left = left and bool(hand.leases)
    return Lent(_read_tasks(hand.worker, hand.leases), left, held_back)


class Allocation(NamedTuple):
    """What a worker holds, how much of it was lent just now, how much they lack, and why."""

    worker: WorkerNow
    leases: list[HeldLease]
    lent: int
    lacking: int
    why: str = ""


def _lend(worker_id: int, count: int, now_ms: int, place: tuple[int, int] | None) -> Allocation:
    with transaction.atomic(), open_cursor() as cursor:
        return allocate(cursor, worker_id, count, now_ms, place)


def allocate(
    cursor: CursorWrapper,
    worker_id: int,
    count: int,
    now_ms: int,
    place: tuple[int, int] | None = None,
) -> Allocation:
    """Lend from the worker's place in the queue onwards, or from the one given.

    It runs in the transaction that is open. What it refuses is refused before anything is written.
    """
    worker = _find_worker(cursor, worker_id, now_ms)
    room: int | None = None
    if worker.standing == LIMITED:
        room = room_under_limits(cursor, worker.worker, now_ms)
    if worker.is_due:
        _expire_some(cursor, worker.project, now_ms)
    held = [lease for lease in worker.held if lease.expires_ms > now_ms]
    practice = _practice_leases(cursor, worker, held, now_ms)
    if practice:
        return Allocation(worker, practice, 0, 0)
    if place is not None:
        priority, task = place
        worker = worker._replace(cursor_priority=priority, cursor_task=task - 1)
    wanted = max(0, count - len(held))
    if worker.project_state == Project.State.PILOT:
        wanted = max(0, min(wanted, left_in_pilot(worker.worker) - len(held)))
        if place is None and worker.cursor_priority >= 0:
            worker = worker._replace(cursor_priority=FIRST, cursor_task=0)
    wanted = wanted if room is None else min(wanted, room)
    wanted, why = _allowed(worker, wanted, now_ms)
    if why:
        return Allocation(worker, held, 0, wanted, why)
    check = _check(cursor, worker, wanted, now_ms) if place is None else []
    if check:
        return Allocation(worker, [*held, *check], 1, 0)
    new, why = _lend_some(cursor, worker, wanted, now_ms) if wanted else ([], "")
    if wanted and not new and not why and worker.rules.audit is not None:
        new = lend_check(cursor, worker, worker.rules.audit, now_ms)
    return Allocation(worker, [*held, *new], len(new), wanted - len(new), why)


def _allowed(worker: WorkerNow, wanted: int, now_ms: int) -> tuple[int, str]:
    """Return how many tasks the project's rules and the person's hours allow, or why none."""
    if not wanted:
        return 0, ""
    if worker.rules.barred and is_asked():
        return wanted, BARRED
    room = worker.rules.room
    if room == 0:
        return wanted, CAP
    if worker.rest_until_ms > now_ms and protects("hours"):
        return wanted, HOURS
    return (wanted if room is None else min(wanted, room)), ""


def _check(cursor: CursorWrapper, worker: WorkerNow, wanted: int, now_ms: int) -> list[HeldLease]:
    """Lend a hidden check where one falls on this request; none while the project is tried out."""
    if worker.project_state == Project.State.PILOT:
        return []
    task = check_due(worker, wanted)
    return [] if task is None else lend_check(cursor, worker, task, now_ms)


def _lend_some(
    cursor: CursorWrapper, worker: WorkerNow, wanted: int, now_ms: int
) -> tuple[list[HeldLease], str]:
    """Lend tasks, what is hard to look at within the person's limits; say what holds back more."""
    new: list[HeldLease] = []
    if worker.is_risky:
        new, why = lend_within_limits(cursor, worker, wanted, now_ms)
        if not why or protects("exposure"):
            return new, why
    return [*new, *dialect().lend(cursor, worker, wanted - len(new), now_ms)], ""


def _find_worker(cursor: CursorWrapper, worker_id: int, now_ms: int) -> WorkerNow:
    """Lock a worker and see that they may be lent tasks."""
    worker = dialect().read_worker(cursor, worker_id, now_ms)
    if worker is None:
        raise Missing(f"there is no worker {worker_id}")
    if worker.standing == LEFT:
        raise Forbidden(f"worker {worker_id} has left the project", code="worker-left")
    if worker.project_state not in LENDING or worker.question_version is None:
        raise NotOpen(
            f"the project is {worker.project_state}; it lends tasks while it is open",
            code=f"project-{worker.project_state}",
            state=worker.project_state,
        )
    return worker


def _practice_leases(
    cursor: CursorWrapper, worker: WorkerNow, leases: Sequence[HeldLease], now_ms: int
) -> list[HeldLease]:
    """Return the lease of the practice task when it comes first, lending it if need be."""
    if worker.practice_task is None or worker.practised_ms is not None or not is_practice_due():
        return []
    held = [lease for lease in leases if lease.task == worker.practice_task]
    if held:
        return held
    expires_ms = now_ms + worker.lease_seconds * 1000
    cursor.execute(
        common.LEND_PRACTICE,
        (worker.worker, now_ms, expires_ms, worker.practice_task, worker.worker),
    )
    lent = [HeldLease(*row) for row in cursor.fetchall()]
    if lent:
        record_practice(worker.worker, now_ms)
    return lent


def _read_tasks(worker: WorkerNow, leases: Sequence[HeldLease]) -> list[LentTask]:
    """Add what is shown of each task; it never changes, so no lock is needed."""
    if not leases:
        return []
    with open_reader() as cursor:
        rows = dialect().read_tasks(cursor, [lease.task for lease in leases])
    shown = {row[0]: (row[1], json.loads(row[2])) for row in rows}
    severity = {row[0]: worker.severity if row[3] is None else row[3] for row in rows}
    proposals = {row[0]: (row[4], row[5] or "") for row in rows if row[4] is not None}
    return [
        LentTask(
            lease.lease,
            lease.task,
            *shown[lease.task],
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
    worker_id: int, lease_ids: Sequence[int], now_ms: int, seen: Sequence[int] = ()
) -> int:
    """Give back tasks unanswered, as when the page is left; return how many were live.

    Others may have them at once, and so may this worker. Leases that are not theirs, or no longer
    live, are left as they are. What was hard to look at and is not among ``seen`` does not count
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
        unseen = [lease for lease, dose in doses.items() if dose and lease not in seen]
        if unseen:
            live.filter(id__in=unseen).update(dose=0)
        return dialect().end_leases(cursor, list(doses), Lease.State.RELEASED, now_ms, "")


def skip_task(worker_id: int, lease_id: int, reason: str, now_ms: int) -> None:
    """Pass a task by: this worker does not get it again, others may.

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
    """Say that something is wrong with a task; the lease stays as it is.

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
    """Take back every lease of a project that has run out; return how many.

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
    """Take back the leases that ran out first; return how many."""
    due = dialect().lock_due(cursor, project_id, now_ms, EXPIRE_CHUNK)
    if not due:
        return 0
    return dialect().end_leases(cursor, due, Lease.State.EXPIRED, now_ms, "")


def _gone(lease_id: int) -> LeaseGone:
    """Make the refusal of a lease that is not this worker's."""
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
    """Return how many tasks a worker may still be lent today; None where nothing limits them.

    Raises:
        Forbidden: the worker is suspended in this project.
    """
    cursor.execute(READ_LIMITS, (worker_id, now_ms, now_ms))
    limits = cursor.fetchall()
    if not limits:
        return None
    for daily, until_ms in limits:
        if daily is None:
            until = datetime.fromtimestamp(until_ms / 1000, UTC).date().isoformat()
            raise Forbidden(
                f"worker {worker_id} is suspended in this project until {until}",
                code="worker-suspended",
                until=until,
            )
    cursor.execute(COUNT_LENT, (worker_id, now_ms - DAY_MS, now_ms))
    (lent,) = cursor.fetchone()
    least = min(int(daily) for daily, _until in limits)
    return max(0, least - int(lent))


HELD_AT_MOST_MS = 24 * 3_600_000


@transaction.atomic
def renew_leases(worker_id: int, lease_ids: Sequence[int], now_ms: int) -> dict[int, int]:
    """Lend tasks in a worker's hands anew, as long as they were lent first.

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
