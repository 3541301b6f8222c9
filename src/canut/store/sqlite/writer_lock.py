"""A lock for one writer per SQLite file: first between threads, then between processes.

SQLite's own waiting is polling: under load some writers starve for seconds. Here the threads of a
process queue on a lock, and the one in front takes ``flock`` on a file beside the database, so at
most one thread of each process waits there. A process of low priority has its usual one while it
holds the lock, or all others would wait with it for a processor. Which statements need the lock,
and when it is given back, is decided by the connection in ``sqlite.base``.
"""

import fcntl
import os
import sqlite3
import threading
from contextlib import suppress
from pathlib import Path

THREAD_WAIT_SECONDS = 30.0


class Priority:
    """CPU priority of this process: low, except while others wait for its lock."""

    def __init__(self) -> None:
        self._usual = self._low = 0

    def stand_back(self, steps: int) -> None:
        """Lower the priority, except in a thread that holds a writer lock.

        If the system does not allow raising the priority again (``RLIMIT_NICE``), it stays low; if
        it does not allow changing it, it stays as it is.

        Args:
            steps: the increment of ``nice``; repeated calls have no further effect.
        """
        usual = os.getpriority(os.PRIO_PROCESS, 0)
        if usual >= steps:
            return
        with suppress(PermissionError):
            _have(steps)
            _have(usual)
            _have(steps)
            self._usual, self._low = usual, steps

    def step_forward(self) -> None:
        """Use normal priority in this thread."""
        if self._low:
            _have(self._usual)

    def step_back(self) -> None:
        """Use low priority in this thread."""
        if self._low:
            _have(self._low)


def _have(nice: int) -> None:
    os.setpriority(os.PRIO_PROCESS, 0, nice)  # on Linux a thread has a priority of its own


own_priority = Priority()


class WriterLock:
    """The right to write to an SQLite file, held by one connection of one process.

    Not reentrant: one thread must not write through two connections to the same file.

    Args:
        path: the file that processes lock, made when missing; None for a database in memory,
            which no other process can reach.
        hurries: whether its holder runs at normal priority, because others wait for it.
    """

    def __init__(self, path: Path | None, *, hurries: bool = False) -> None:
        self._path = path
        self._hurries = hurries
        self._descriptor: int | None = None
        self._threads = threading.Lock()
        self._holder: object | None = None

    def take(self, holder: object) -> None:
        """Wait for the lock, then hold it.

        Raises:
            sqlite3.OperationalError: another thread kept the lock longer than 30 seconds.
        """
        if not self._threads.acquire(timeout=THREAD_WAIT_SECONDS):
            raise sqlite3.OperationalError(
                f"database is locked: another thread has been writing for {THREAD_WAIT_SECONDS:.0f}"
                " seconds; look for a transaction that waits for something else"
            )
        self._have(holder, fcntl.LOCK_EX)

    def take_if_free(self, holder: object) -> bool:
        """Take the lock without waiting; return success."""
        if not self._threads.acquire(blocking=False):
            return False
        try:
            self._have(holder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _have(self, holder: object, operation: int) -> None:
        """Acquire the file lock after the thread lock; release both on failure."""
        try:
            if self._path is not None:
                if self._descriptor is None:
                    self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
                fcntl.flock(self._descriptor, operation)
        except BaseException:
            self._threads.release()
            raise
        self._holder = holder
        if self._hurries:
            own_priority.step_forward()

    def give_back(self, holder: object) -> None:
        """Release the lock if this holder has it."""
        if self._holder is not holder:
            return
        self._holder = None
        if self._descriptor is not None:
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)
        self._threads.release()
        if self._hurries:
            own_priority.step_back()

    def is_held_by(self, holder: object) -> bool:
        """Return whether this holder has the lock."""
        return self._holder is holder

    def forget(self) -> None:
        """Reset the lock in a forked child: the parent holds it.

        ``flock`` belongs to the open file, which a fork shares: the child closes its copy and
        never unlocks it.
        """
        self._holder = None
        self._threads = threading.Lock()
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


_locks: dict[str, WriterLock] = {}
_locks_door = threading.Lock()


def writer_lock(database: str) -> WriterLock:
    """Return this process's lock for a database, by its name as given to SQLite."""
    return _lock(database, "lock")


def bulk_lock(database: str) -> WriterLock:
    """Return the lock of bulk writers, which pace their writes for others.

    One of them at a time, so that the door is open as long as ``actions.platform.bulk_pacing`` says
    however many there are. Whoever wants both takes this one first.
    """
    return _lock(database, "bulk")


def wal_lock(database: str) -> WriterLock:
    """Return the checkpoint lock; take it before the writer lock."""
    return _lock(database, "wal-mover")


def _lock(database: str, kind: str) -> WriterLock:
    in_memory = database == ":memory:" or database.startswith("file:")
    name = f"{database if in_memory else os.path.realpath(database)}.{kind}"
    with _locks_door:
        if name not in _locks:
            path = None if in_memory else Path(name)
            _locks[name] = WriterLock(path, hurries=kind == "lock")
        return _locks[name]


def _forget_all() -> None:
    """Reset all locks in a forked child."""
    global _locks_door  # noqa: PLW0603 - the parent may have forked while holding it
    _locks_door = threading.Lock()
    for lock in _locks.values():
        lock.forget()


os.register_at_fork(after_in_child=_forget_all)
