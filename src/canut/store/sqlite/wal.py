"""Move what was written from SQLite's write-ahead log to the database file, beside who writes.

SQLite would do it within a commit, while everybody waits for the right to write: who keeps an
answer would wait for what an import wrote. Here no commit does it (the settings put the bound of
``wal_autocheckpoint`` where nobody comes): bulk writers do between chunks, a thread of the serving
process does as the log grows, and neither holds the writer lock meanwhile.

A log is written from its start again once all of it was moved, and must be: a commit into a file
that grows waits for the file system's own log too, many times as long. With writers that never rest
that moment does not come by itself; the last few pages are moved with the lock in hand. Beside bulk
writers, who have to stand still for it, only from ``LONGEST_FRAMES`` on.

One mover at a time, and always of a log that has something to move: each first counts its move in
the file (``user_version``). Otherwise SQLite before 3.51.3 may take a log that a writer begins anew
in just that moment for the one before, and lose what is in it
(https://sqlite.org/wal.html#walresetbug).
"""

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from os import fspath
from typing import NamedTuple

from django.db import Error, connection

from canut.store.locks import WriterLock, bulk_lock, wal_lock

SOON_SECONDS, LATE_SECONDS, AGAIN_SECONDS = 0.05, 0.5, 5.0
LONGEST_SECONDS = 2.0  # what came is moved after so long, however little it was
FRAMES = 1_000  # of 4 KiB: so many are moved at once, as SQLite itself would
LONGEST_FRAMES = 16_384  # 64 MiB
MOST_MOVES = 2**31
READERS_MS, TRY_SECONDS, TRIES = 2, 0.01, 20
EMPTY_MS = 1_000  # answers wait meanwhile
_log = logging.getLogger("canut.database")


class Moved(NamedTuple):
    """Frames the log held when a move began, and how many of these are in the database file now.

    Fewer are where somebody still reads from before the others came.
    """

    frames: int
    moved: int


def move() -> Moved | None:
    """Move what the log holds; None when somebody else is at it.

    Raises:
        django.db.Error: the database cannot be reached or written.
    """
    with _held(wal_lock, waits=False) as is_mine:
        return _move() if is_mine else None


def begin_anew(*, waits: bool) -> None:
    """Move all that is left while nobody may write: the next writer starts at the log's beginning.

    Bulk writers stand still meanwhile: they read much between their chunks, and a log that is read
    cannot begin anew. Answers wait for what came in the last few milliseconds. Where somebody else
    reads for longer, it is for another time.

    Args:
        waits: whether for bulk writers; otherwise it is for another time while one is at it.

    Raises:
        django.db.Error: the database cannot be reached or written.
    """
    with _held(bulk_lock, waits=waits) as is_quiet, _held(wal_lock):
        for _ in range(TRIES if waits else int(is_quiet)):
            _move()
            with _set("busy_timeout", READERS_MS), connection.connection.writing():
                is_read, *_ = pragma("wal_checkpoint(RESTART)")
            if not is_read:
                return
            time.sleep(TRY_SECONDS)


def empty() -> bool:
    """Move all and cut the log off; false while somebody reads from before.

    Raises:
        django.db.Error: the database cannot be reached or written.
    """
    connection.ensure_connection()
    with _held(wal_lock), _set("busy_timeout", EMPTY_MS), connection.connection.writing():
        return not pragma("wal_checkpoint(TRUNCATE)")[0]


def moves() -> int:
    """Count the moves so far: what tells a mover's commit from somebody else's."""
    return pragma("user_version")[0]


def pragma(words: str) -> tuple[int, ...]:
    """Say or ask something of SQLite; returns the row it answers with, empty when it has none."""
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {words}")
        return tuple(cursor.fetchone() or ())


@contextmanager
def _held(which: Callable[[str], WriterLock], *, waits: bool = True) -> Iterator[bool]:
    """Hold a lock of the database for a while; says whether it could be had, with no waiting."""
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
    """Count the move, so that there is something to move, then move."""
    with _set("synchronous", 1):  # that page need not reach the disk
        pragma(f"user_version={(moves() + 1) % MOST_MOVES}")
    _, frames, moved = pragma("wal_checkpoint(PASSIVE)")
    return Moved(frames, moved)


@contextmanager
def _set(name: str, value: int) -> Iterator[None]:
    """Have this connection work otherwise for a while."""
    (usual,) = pragma(name)
    pragma(f"{name}={value}")
    try:
        yield
    finally:
        pragma(f"{name}={usual}")


class Mover:
    """Looks at the log now and then, and moves what came when it is due.

    Args:
        clock: what tells the time, in seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._version = self._frames = 0
        self._moved_at = clock()
        self._frames_a_second = 0.0

    def look(self) -> float:
        """Move when about ``FRAMES`` came, by the pace of the last time, or after two seconds.

        Returns:
            when to look again, in seconds.

        Raises:
            django.db.Error: the database cannot be reached or written.
        """
        (version,) = pragma("data_version")  # it changes when another connection commits
        passed = self._clock() - self._moved_at
        is_due = passed >= LONGEST_SECONDS or passed * self._frames_a_second >= FRAMES
        if version != self._version and is_due and (done := move()) is not None:
            came = done.frames - self._frames if done.frames >= self._frames else done.frames
            self._version, self._frames, self._moved_at = version, done.frames, self._clock()
            self._frames_a_second = came / max(passed, SOON_SECONDS)
            if done.frames > FRAMES and done.frames - done.moved < FRAMES:
                begin_anew(waits=done.frames > LONGEST_FRAMES)
        return min(max(FRAMES / max(self._frames_a_second, 1), SOON_SECONDS), LATE_SECONDS)


def keep_short() -> None:
    """Move what comes from now on, in a thread of this process; on PostgreSQL there is no need."""
    if connection.vendor == "sqlite":
        threading.Thread(
            target=keep_moving, args=[Mover()], name="keep-wal-short", daemon=True
        ).start()


def keep_moving(mover: Mover) -> None:
    """Let it look, for ever; what fails is told, and tried again on a new connection."""
    wait = LATE_SECONDS
    while True:
        time.sleep(wait)
        try:
            wait = mover.look()
        except (Error, sqlite3.Error, OSError) as problem:  # a full disk: it stays in the log
            _log.warning("the write-ahead log could not be moved: %s", problem)
            connection.close()
            wait = AGAIN_SECONDS
