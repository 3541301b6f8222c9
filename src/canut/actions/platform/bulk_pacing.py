"""Pace bulk writes so that people's answers do not wait.

SQLite has one writer at a time. While other connections write, a bulk writer holds the lock for
less than five milliseconds, then pauses three times as long; alone, it holds it a little longer, so
that the disk is not the bottleneck. ``PRAGMA data_version`` shows whether others write: it changes
when another connection commits. Checkpoints of the write-ahead log commit too, but are counted and
excluded. Bulk writers take turns, from a chunk to the end of its pause, so that the pause does not
shrink with their number. Waiting for the lock counts as writing, which lengthens the pause when
people queue for it.

No chunk waits for an fsync: a power cut may lose the last chunks, never one in the middle, and the
following change of the import's state waits for them all.

PostgreSQL lets many write at once, but its processes share the processors, and our low priority
does not reach them. While server processes query it continuously, chunks are short there too, the
pauses are as on SQLite, and bulk writers of one machine take turns; a page that polls an import's
progress now and then causes no pause.
"""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from os import fspath
from types import TracebackType
from typing import Self

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model, QuerySet

from canut.store.operations.jobs import WEB
from canut.store.sqlite.wal import checkpoint_passive, moves, pragma
from canut.store.sqlite.writer_lock import bulk_lock

HOLD_SECONDS = {"sqlite": (0.004, 0.020), "postgresql": (0.010, 0.250)}  # others busy, and quiet
PAUSE_RATIO = 3
BUSY_SECONDS = 1.0
FEWEST_ROWS = 25
FIRST_ROWS = 200
MOST_ROWS = 10_000
ROWS_A_CHUNK = 1_000
ROWS_A_CHECKPOINT = {
    True: 10_000,
    False: 20_000,
}  # others busy, and quiet: each waits twice for the disk
SERVED_MS = 50  # twenty requests a second are one in any such while
SERVED_NOW = """
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
AND application_name = %s AND state_change > clock_timestamp() - %s * interval '1 millisecond'
"""


@contextmanager
def spared() -> Iterator[None]:
    """Exclude existing objects from garbage collection during a bulk write."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


class BulkPacer:
    """Decide how many rows a bulk writer may write at once, and how long it waits between.

    Args:
        polite: whether to pause while others write; chunks are smaller then in any case.
    """

    def __init__(self, *, polite: bool = True) -> None:
        self.is_sqlite = connection.vendor == "sqlite"
        self.rows = FIRST_ROWS if self.is_sqlite else MOST_ROWS // 2
        self.polite = polite
        self._since_checkpoint = 0
        self._synchronous = 0
        self._version = self._moves = 0
        self._busy_until = 0.0
        self._was_busy = False

    def __enter__(self) -> Self:
        """Begin to watch others."""
        if self.is_sqlite:
            (self._version,), self._moves = pragma("data_version"), moves()
            if not connection.in_atomic_block:
                (self._synchronous,) = pragma("synchronous")
                pragma("synchronous=NORMAL")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the connection as it was."""
        if self._synchronous:
            pragma(f"synchronous={self._synchronous}")

    @contextmanager
    def chunk(self, rows: int | None) -> Iterator[None]:
        """Write one chunk of about ``rows`` rows in one transaction, then make room for others.

        None: something of a size of its own, which says nothing about the next chunk.
        """
        with self.wait() if self._must_wait() else nullcontext():
            yield from self._write(rows)

    def _must_wait(self) -> bool:
        """Return whether to wait for other bulk writers: never while holding the writer lock."""
        is_shared = self.is_sqlite or self._was_busy
        return is_shared and self.polite and not connection.in_atomic_block

    @contextmanager
    def wait(self) -> Iterator[None]:
        """Wait until no other bulk writer of this machine writes or pauses, and hold them off."""
        name = connection.settings_dict["NAME"] if self.is_sqlite else settings.DATA / "postgresql"
        lock = bulk_lock(fspath(name))
        lock.take(self)
        try:
            yield
        finally:
            lock.give_back(self)

    def _write(self, rows: int | None) -> Iterator[None]:
        asked = time.perf_counter()
        with transaction.atomic():
            if not self.is_sqlite:
                _run("SET LOCAL synchronous_commit TO off")
            start = time.perf_counter()
            yield
        held = time.perf_counter() - start
        is_busy = self._was_busy = self._are_others_busy()
        if rows is not None:
            self._adapt(rows, held, HOLD_SECONDS[connection.vendor][0 if is_busy else 1])
        if self.is_sqlite:
            self._since_checkpoint += rows or FEWEST_ROWS
            is_due = self._since_checkpoint >= ROWS_A_CHECKPOINT[is_busy]
            if is_due and not connection.in_atomic_block:
                self._since_checkpoint = 0
                checkpoint_passive()
                self._moves = moves()
        if is_busy and self.polite:
            time.sleep((held + (start - asked)) * PAUSE_RATIO)

    def _adapt(self, rows: int, held: float, wanted: float) -> None:
        """Choose the size of the next chunk: quickly smaller, slowly larger."""
        fitting = rows * wanted / max(held, 1e-6)
        if fitting < self.rows or rows >= self.rows // 2:
            self.rows = int(min(max(fitting, FEWEST_ROWS), self.rows * 1.5, MOST_ROWS))

    def _are_others_busy(self) -> bool:
        if not self.is_sqlite:
            with connection.cursor() as cursor:
                cursor.execute(SERVED_NOW, (WEB, SERVED_MS))
                return bool(cursor.fetchone()[0])
        (version,), now = pragma("data_version"), time.perf_counter()
        if version != self._version:
            moved = moves()
            if moved == self._moves:
                self._busy_until = now + BUSY_SECONDS
            self._version, self._moves = version, moved
        return now < self._busy_until


def in_chunks[M: Model](rows: QuerySet[M], act: Callable[[QuerySet[M]], object]) -> int:
    """Delete or update many rows, a paced chunk in each transaction; return how many.

    Args:
        rows: the rows, in any order.
        act: what to do with each chunk, such as ``delete``.
    """
    count, last = 0, None
    with BulkPacer() as pace:
        while True:
            rest = rows if last is None else rows.filter(pk__gt=last)
            size = min(pace.rows, ROWS_A_CHUNK)
            numbers = list(rest.order_by("pk").values_list("pk", flat=True)[:size])
            if not numbers:
                return count
            with pace.chunk(len(numbers)):
                act(rows.filter(pk__in=numbers).order_by())
            count, last = count + len(numbers), numbers[-1]


def _run(order: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(order)
