"""Return types of the SQL of lease and submit, and the interface of each dialect."""

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from django.db.backends.utils import CursorWrapper

from canut.store.sql.common import LeaseNow
from canut.store.sql.project_rules import Rules

type TaskRow = tuple[int, str, str, int | None, str | None, str | None]
LEFT, LIMITED = 1, 2


class HeldLease(NamedTuple):
    """A live lease of the worker."""

    lease: int
    task: int
    lent_ms: int
    expires_ms: int


class WorkerNow(NamedTuple):
    """A worker and their project's settings at the time of a lease request.

    ``standing``: ``LEFT`` the project, ``LIMITED`` by somebody's decision perhaps, or else 0.
    ``is_due``: some lease of the project, of anybody, has run out and was not taken back yet.
    ``severity``: of tasks without their own; ``severity_most``: of the hardest with their own.
    ``rest_until_ms``: the person's hours are used up until then.
    """

    worker: int
    project: int
    project_state: str
    lease_seconds: int
    practice_task: int | None
    practised_ms: int | None
    standing: int
    cursor_priority: int
    cursor_task: int
    question_version: int | None
    person: int | None
    severity: int
    severity_most: int
    modality: str
    rest_until_ms: int
    is_due: bool
    held: list[HeldLease]
    rules: Rules

    @property
    def is_risky(self) -> bool:
        """Return whether the project has hard tasks, so that limits apply."""
        return max(self.severity, self.severity_most) > 0 and self.person is not None


class BorneNow(NamedTuple):
    """A person's current exposure in all projects, and what they accepted.

    ``last_seen_ms``: when the last task with a dose ended; ``held``: doses in hand; ``last`` and
    ``last_but_one``: severities of the last tasks since the last break of this session;
    ``calm_ms``: the last answer in a project without risk. ``most_day``, ``most_week``,
    ``most_run``: the limits of everybody, where a settled change made them.
    """

    day: int
    week: int
    streak: int
    worst: int
    last_seen_ms: int | None
    held: int
    last: int | None
    last_but_one: int | None
    last_lent_ms: int | None
    calm_ms: int | None
    categories: int
    agreed: int
    is_minor: bool | None
    lower_day: int | None
    first_ms: int | None
    began_ms: int | None
    last_ms: int | None
    pause_ms: int
    break_ms: int | None
    most_day: int | None
    most_week: int | None
    most_run: int | None


class LeaseCandidate(NamedTuple):
    """A task that can be leased, with its severity."""

    task: int
    severity: int


class Reserved(NamedTuple):
    """A task to lease, with the dose it reserves."""

    task: int
    severity: int
    dose: int


class SubmitContext(NamedTuple):
    """The worker, project and task state of a submission.

    ``rule`` is the one the task's overlap follows, ``overlap_rule`` the project's; ``least`` and
    ``most`` are what that asks for, ``first`` what it asks for before a model was asked.
    ``known``: of a gold task. ``models_vote``: what a model said of the task has a voice in its
    label. ``key`` is the number of the person's key, ``wrapped`` the key itself; none before it is
    first needed. ``paid_until_ms``: the end, in every time zone, of the last closed pay period; 0
    before the first.
    """

    project: int
    slug: str
    is_own_staff: bool
    kind: str
    public_id: str
    practised_ms: int | None
    modality: str
    task: int
    task_state: str
    overlap: int
    counted: int
    live: int
    exported_ms: int | None
    question_version: int | None
    rate: int | None
    rule: int
    overlap_rule: int
    least: int
    most: int | None
    first: int | None
    audit_per_mille: int
    label: str | None
    known: str | None
    models_vote: bool
    person: int | None
    key: int | None
    wrapped: bytes | None
    paid_until_ms: int


class SubmissionNow(NamedTuple):
    """All that an answer takes, read under the locks of its worker and task.

    ``votes``: rows of ``common.READ_VOTES_BEFORE``. ``worker``: what ``read_worker`` would return,
    the answer not stored yet; None where it was not asked for, or is read as cheaply later.
    """

    context: SubmitContext
    lease: LeaseNow
    votes: list[tuple[Any, ...]]
    worker: WorkerNow | None


class AskedNow(NamedTuple):
    """The overlap of a project; ``most`` is the maximum if it continues until sure."""

    project: int
    overlap: int
    most: int | None
    rule: int


class Dialect(Protocol):
    """Statements that differ between SQLite and PostgreSQL.

    Everybody locks in one order: the worker, then task states by ascending task; a lease changes
    only while its task state is locked. So no two can wait for each other. On SQLite the whole file
    is locked and there is nothing to do.
    """

    def read_worker(self, cursor: CursorWrapper, worker_id: int, now_ms: int) -> WorkerNow | None:
        """Lock a worker; return them with their live leases."""

    def lend(
        self, cursor: CursorWrapper, worker: WorkerNow, count: int, now_ms: int
    ) -> list[HeldLease]:
        """Lease up to ``count`` open tasks, from the worker's queue position on."""

    def read_risk(
        self, cursor: CursorWrapper, worker: WorkerNow, count: int, now_ms: int
    ) -> tuple[BorneNow, list[LeaseCandidate]]:
        """Return the person's exposure, and tasks near their queue position, locked.

        Up to ``count`` calm tasks and as many that are not, each in the order of the queue. Nobody
        else lends this person anything of the kind meanwhile, in whatever project.
        """

    def reserve(
        self, cursor: CursorWrapper, worker: WorkerNow, tasks: Sequence[Reserved], now_ms: int
    ) -> list[HeldLease]:
        """Lease tasks that ``read_risk`` has locked, each with its dose, in order."""

    def find_open(
        self, cursor: CursorWrapper, worker: WorkerNow, hardest: int = 4
    ) -> tuple[int, int] | None:
        """Return priority and id of the first task for this worker; lock nothing.

        It finds what ``lend`` passes by: tasks that another was being lent just then, and tasks far
        from the worker's place in the queue.
        """

    def read_standing(
        self, cursor: CursorWrapper, worker_id: int, lease_id: int
    ) -> SubmitContext | None:
        """Lock a worker and the task of their lease; None if it is not theirs."""

    def read_submission(
        self,
        cursor: CursorWrapper,
        worker_id: int,
        lease_id: int,
        client_key: str,
        next_ms: int | None,
    ) -> SubmissionNow | None:
        """Do what ``read_standing`` does, and read the lease with what it takes to answer it.

        ``next_ms``: the moment, where the next tasks are lent in the same transaction.
        """

    def keep_answer(self, cursor: CursorWrapper, number: int, columns: Sequence[Any]) -> int:
        """Insert an answer, under ``LeaseNow.number`` where there is one; return its number.

        ``columns``: the values of ``common.KEEP_ANSWER``. It may be inserted with the next
        statement of the cursor only.
        """

    def lock_tasks_of(self, cursor: CursorWrapper, leases: Sequence[int]) -> None:
        """Lock the tasks of these leases."""

    def lock_due(
        self, cursor: CursorWrapper, project_id: int, now_ms: int, limit: int
    ) -> list[int]:
        """Return expired leases, their tasks locked; skip those locked elsewhere."""

    def end_leases(
        self, cursor: CursorWrapper, leases: Sequence[int], state: int, now_ms: int, reason: str
    ) -> int:
        """End the live ones of the leases; return how many."""

    def renew_leases(
        self, cursor: CursorWrapper, worker_id: int, now_ms: int, expires_ms: int
    ) -> None:
        """Extend the worker's live leases until a time, if that is later."""

    def read_overlap(self, cursor: CursorWrapper, project_id: int) -> AskedNow:
        """Return the current overlap, and lock it until the transaction ends."""

    def lock_tasks_between(
        self,
        cursor: CursorWrapper,
        project_id: int,
        between: tuple[int, int],
        overlap_now: AskedNow,
        limit: int,
    ) -> list[int]:
        """Lock the first tasks in a range that have another overlap, ascending."""

    def write_overlap(
        self, cursor: CursorWrapper, overlap: int, tasks: Sequence[int], now_ms: int, reason: str
    ) -> None:
        """Set the overlap of tasks: end excess leases, open or close tasks."""

    def read_tasks(
        self, cursor: CursorWrapper, worker_id: int, tasks: Sequence[int]
    ) -> list[TaskRow]:
        """Return id, key, data, severity and the proposal that a worker sees, of tasks."""

    def read_tasks_last(
        self, cursor: CursorWrapper, worker_id: int, tasks: Sequence[int]
    ) -> list[TaskRow]:
        """Do what ``read_tasks`` does, as the last thing of a transaction."""
