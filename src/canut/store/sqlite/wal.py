"""Checkpoints of SQLite's write-ahead log (WAL).

SQLite would do it within a commit, while everybody waits for the right to write: who keeps an
answer would wait for what an import wrote. Here no commit does it (the settings put the bound of
``wal_autocheckpoint`` where nobody comes): bulk writers do between chunks, a thread of the serving
process does as the log grows, and neither holds the writer lock meanwhile.

A log is written from its start again once all of it was moved, and must be: a commit into a file
that grows waits for the file system's own log too, many times as long. With writers that never rest
that moment does not come by itself; the last few pages are moved with the lock in hand. When to do
what is for ``store.sqlite.checkpointer``.

One mover at a time, and always of a log that has something to move: each first counts its move in
the file (``user_version``). Otherwise SQLite before 3.51.3 may take a log that a writer begins anew
in just that moment for the one before, and lose what is in it
(https://sqlite.org/wal.html#walresetbug).
"""

import os
import time
from bisect import bisect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from os import fspath
from typing import NamedTuple

from django.db import connection

from canut.store.sqlite.writer_lock import WriterLock, bulk_lock, wal_lock

MOST_MOVES = 2**31
READERS_MS, TRY_SECONDS, TRIES = 2, 0.01, 20
HEADER_BYTES, FRAME_BYTES = 32, 24
EMPTY_MS = 1_000  # answers wait meanwhile, so not for whoever asks again and again


class Moved(NamedTuple):
    """Frames in the log when a checkpoint began, and how many were copied.

    Fewer are where somebody still reads from before the others came.
    """

    frames: int
    moved: int


def checkpoint_passive() -> Moved | None:
    """Run a passive checkpoint; None if another one is running.

    Raises:
        django.db.Error: the database cannot be reached or written.
    """
    with _held(wal_lock, waits=False) as is_mine:
        return _move() if is_mine else None


def restart_wal(*, waits: bool) -> bool:
    """Checkpoint all frames under the writer lock, so that the next writer restarts the log.

    Bulk writers stand still meanwhile: they read much between their chunks, and a log that is read
    cannot begin anew. Answers wait for what came in the last few milliseconds. Where somebody else
    reads for longer, it is for another time.

    Args:
        waits: whether for bulk writers; otherwise it is for another time while one is at it.

    Returns:
        whether the next writer does so.

    Raises:
        django.db.Error: the database cannot be reached or written.
    """
    with _held(bulk_lock, waits=waits) as is_quiet, _held(wal_lock):
        for _ in range(TRIES if waits else int(is_quiet)):
            _move()
            with _set("busy_timeout", READERS_MS), connection.connection.writing():
                is_read, *_ = pragma("wal_checkpoint(RESTART)")
            if not is_read:
                return True
            time.sleep(TRY_SECONDS)
    return False


def empty(wait_ms: int = EMPTY_MS) -> bool:
    """Checkpoint all frames and truncate the log; False if readers block it too long.

    Raises:
        django.db.Error: the database cannot be reached or written.
    """
    connection.ensure_connection()
    with _held(wal_lock), _set("busy_timeout", wait_ms), connection.connection.writing():
        return not pragma("wal_checkpoint(TRUNCATE)")[0]


def count_frames() -> int:
    """Count the frames of the log from its file; no statement returns this.

    A log that began anew is written over the one before: frames of now are those at the beginning
    that bear the two numbers of its header (https://sqlite.org/walformat2.html).

    Raises:
        OSError: it cannot be read.
    """
    try:
        log = os.open(f"{connection.settings_dict['NAME']}-wal", os.O_RDONLY)
    except FileNotFoundError:
        return 0
    try:
        header = os.pread(log, HEADER_BYTES, 0)
        page, salts = int.from_bytes(header[8:12]), header[16:24]
        frame = FRAME_BYTES + page
        of_now = bisect(
            range(os.fstat(log).st_size // frame),
            0,
            key=lambda at: os.pread(log, len(salts), HEADER_BYTES + at * frame + 8) != salts,
        )
    finally:
        os.close(log)
    return of_now


def moves() -> int:
    """Count the checkpoints so far, to tell our commits from those of others."""
    return pragma("user_version")[0]


def pragma(words: str) -> tuple[int, ...]:
    """Run a pragma; return its row, empty if it has none."""
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {words}")
        return tuple(cursor.fetchone() or ())


@contextmanager
def _held(which: Callable[[str], WriterLock], *, waits: bool = True) -> Iterator[bool]:
    """Try to hold a database lock without waiting; yield success."""
    lock, holder = which(fspath(connection.settings_dict["NAME"])), object()
    if waits:
        lock.take(holder)
    elif not lock.take_if_free(holder):
        yield False
        return
    try:
        yield True
    finally:
        lock.give_back(holder)


def _move() -> Moved:
    """Write the checkpoint counter, so that there is a frame, then checkpoint."""
    with _set("synchronous", 1):  # that page need not reach the disk
        pragma(f"user_version={(moves() + 1) % MOST_MOVES}")
    _, frames, moved = pragma("wal_checkpoint(PASSIVE)")
    return Moved(frames, moved)


@contextmanager
def _set(name: str, value: int) -> Iterator[None]:
    """Change a setting of this connection for a while."""
    (usual,) = pragma(name)
    pragma(f"{name}={value}")
    try:
        yield
    finally:
        pragma(f"{name}={usual}")
