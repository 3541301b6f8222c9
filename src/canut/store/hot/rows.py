"""What the statements of lease and submit return, and what each dialect must offer."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from django.db.backends.utils import CursorWrapper

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
    is_due: bool
    held: list[HeldLease]


class Standing(NamedTuple):
    """Whose answer it is and to what: the worker, their project, the state of the task."""

    project: int
    slug: str
    is_own_staff: bool
    kind: str
    public_id: str
    practised_ms: int | None
    task: int
    task_state: str
    overlap: int
    counted: int
    live: int
    exported_ms: int | None
    question_version: int | None
    rate: int | None


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

    def find_open(self, cursor: CursorWrapper, worker: WorkerNow) -> tuple[int, int] | None:
        """Return priority and task of the first task that this worker could have; lock nothing.

        It finds what ``lend`` passes by: tasks that another was being lent just then, and tasks far
        from the worker's place in the queue.
        """

    def read_standing(
        self, cursor: CursorWrapper, worker_id: int, lease_id: int
    ) -> Standing | None:
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

    def read_overlap(self, cursor: CursorWrapper, project_id: int) -> int:
        """Return the overlap now asked for, and keep it from changing meanwhile."""

    def lock_tasks_between(
        self,
        cursor: CursorWrapper,
        project_id: int,
        between: tuple[int, int],
        overlap: int,
        limit: int,
    ) -> list[int]:
        """Lock the first tasks after one and up to another with another overlap, ascending."""

    def write_overlap(
        self, cursor: CursorWrapper, overlap: int, tasks: Sequence[int], now_ms: int, reason: str
    ) -> None:
        """Give these tasks an overlap: take back the newest leases beyond it, open or close."""

    def read_tasks(self, cursor: CursorWrapper, tasks: Sequence[int]) -> list[tuple[int, str, str]]:
        """Return task, key and data of each."""
