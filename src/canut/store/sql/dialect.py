"""What the statements of lease and submit return, and what each dialect must offer."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from django.db.backends.utils import CursorWrapper

from canut.store.sql.project_rules import Rules

type TaskRow = tuple[int, str, str, int | None, str | None, str | None]
LEFT, LIMITED = 1, 2


class HeldLease(NamedTuple):
    """A live lease of the worker who asks."""

    lease: int
    task: int
    lent_ms: int
    expires_ms: int


class WorkerNow(NamedTuple):
    """A worker and what their project allows, at the moment they ask for tasks.

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
        """Whether some task of the project is hard to look at, so that limits are to be kept."""
        return max(self.severity, self.severity_most) > 0 and self.person is not None


class BorneNow(NamedTuple):
    """What a person bears now in all projects, and what they agreed to.

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


class Candidate(NamedTuple):
    """A task that could be lent, with how hard it is to look at."""

    task: int
    severity: int


class Reserved(NamedTuple):
    """A task to lend with the dose it reserves."""

    task: int
    severity: int
    dose: int


class SubmitContext(NamedTuple):
    """Whose answer it is and to what: the worker, their project, the state of the task.

    ``rule`` is the one the task's overlap follows, ``overlap_rule`` the project's; ``least`` and
    ``most`` are what that asks for. ``known``: of a gold task. ``models_vote``: what a model said
    of the task has a voice in its label. ``key`` is the number of the person's key, ``wrapped``
    the key itself; none before it is first needed.
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
    audit_per_mille: int
    label: str | None
    known: str | None
    models_vote: bool
    person: int | None
    key: int | None
    wrapped: bytes | None


class AskedNow(NamedTuple):
    """How many answers a project asks for; ``most`` where it asks on until sure."""

    project: int
    overlap: int
    most: int | None
    rule: int


class Dialect(Protocol):
    """The statements that differ between SQLite and PostgreSQL.

    Everybody locks in one order: the worker, then task states by ascending task; a lease changes
    only while its task state is locked. So no two can wait for each other. On SQLite the whole file
    is locked and there is nothing to do.
    """

    def read_worker(self, cursor: CursorWrapper, worker_id: int, now_ms: int) -> WorkerNow | None:
        """Lock a worker; return them with the leases they hold."""

    def lend(
        self, cursor: CursorWrapper, worker: WorkerNow, count: int, now_ms: int
    ) -> list[HeldLease]:
        """Lend up to ``count`` open tasks, from the worker's place in the queue onwards."""

    def read_risk(
        self, cursor: CursorWrapper, worker: WorkerNow, count: int, now_ms: int
    ) -> tuple[BorneNow, list[Candidate]]:
        """Return what the person bears now, and tasks near their place in the queue, locked.

        Up to ``count`` calm tasks and as many that are not, each in the order of the queue. Nobody
        else lends this person anything of the kind meanwhile, in whatever project.
        """

    def reserve(
        self, cursor: CursorWrapper, worker: WorkerNow, tasks: Sequence[Reserved], now_ms: int
    ) -> list[HeldLease]:
        """Lend tasks that ``read_risk`` has locked, each with its dose, in their order."""

    def find_open(
        self, cursor: CursorWrapper, worker: WorkerNow, hardest: int = 4
    ) -> tuple[int, int] | None:
        """Return priority and task of the first task that this worker could have; lock nothing.

        It finds what ``lend`` passes by: tasks that another was being lent just then, and tasks far
        from the worker's place in the queue.
        """

    def read_standing(
        self, cursor: CursorWrapper, worker_id: int, lease_id: int
    ) -> SubmitContext | None:
        """Lock a worker and the task of a lease of theirs; None when it is not theirs."""

    def lock_tasks_of(self, cursor: CursorWrapper, leases: Sequence[int]) -> None:
        """Lock the tasks of these leases."""

    def lock_due(
        self, cursor: CursorWrapper, project_id: int, now_ms: int, limit: int
    ) -> list[int]:
        """Return leases that have run out, their tasks locked; those another locked are left."""

    def end_leases(
        self, cursor: CursorWrapper, leases: Sequence[int], state: int, now_ms: int, reason: str
    ) -> int:
        """End those of the leases that are live, and free their places; return how many."""

    def renew_leases(
        self, cursor: CursorWrapper, worker_id: int, now_ms: int, expires_ms: int
    ) -> None:
        """Let the worker's live leases run until then, if that is later."""

    def read_overlap(self, cursor: CursorWrapper, project_id: int) -> AskedNow:
        """Return the overlap now asked for, and keep it from changing meanwhile."""

    def lock_tasks_between(
        self,
        cursor: CursorWrapper,
        project_id: int,
        between: tuple[int, int],
        asked: AskedNow,
        limit: int,
    ) -> list[int]:
        """Lock the first tasks after one and up to another that do not follow, ascending."""

    def write_overlap(
        self, cursor: CursorWrapper, overlap: int, tasks: Sequence[int], now_ms: int, reason: str
    ) -> None:
        """Give these tasks an overlap: take back the newest leases beyond it, open or close."""

    def read_tasks(self, cursor: CursorWrapper, tasks: Sequence[int]) -> list[TaskRow]:
        """Return task, key, data, own severity, and a proposal that is shown with its source."""
