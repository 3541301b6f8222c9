"""Keep SQLite's write-ahead log short while the server runs, in a thread of its own.

When to move what came is decided here: after some thousand frames or two seconds, and anew from
the log's beginning whenever all of it was moved. Beside bulk writers, who have to stand still for
that, only from ``LONGEST_FRAMES`` on.
"""

import logging
import sqlite3
import threading
import time
from collections.abc import Callable

from django.db import Error, connection

from canut.store.sqlite.wal import (
    READERS_MS,
    checkpoint_passive,
    count_frames,
    empty,
    pragma,
    restart_wal,
)

SOON_SECONDS, LATE_SECONDS = 0.05, 0.2
LONGEST_SECONDS = 2.0  # what came is moved after so long, however little it was
FRAMES = 1_000  # of 4 KiB: so many are moved at once, as SQLite itself would
LONGEST_FRAMES = 16_384  # 64 MiB
_log = logging.getLogger("canut.database")


class Checkpointer:
    """Looks at the log now and then, and moves what came when it is due.

    Args:
        clock: what tells the time, in seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._version = self._frames = 0
        self._moved_at = clock()

    def look(self) -> float:
        """Move when ``FRAMES`` came, or after two seconds.

        Returns:
            when to look again, in seconds: the sooner the more is written.

        Raises:
            django.db.Error: the database cannot be reached or written.
            OSError: the log cannot be read.
        """
        (version,) = pragma("data_version")  # it changes when another connection commits
        if version == self._version:
            return LATE_SECONDS
        frames, passed = count_frames(), self._clock() - self._moved_at
        came = frames - self._frames if frames >= self._frames else frames
        is_due = came >= FRAMES or passed >= LONGEST_SECONDS
        if is_due and (done := checkpoint_passive()) is not None:
            self._version, self._frames, self._moved_at = version, done.frames, self._clock()
            is_worth_it = done.frames > FRAMES and done.frames - done.moved < FRAMES
            if is_worth_it and restart_wal(waits=done.frames > LONGEST_FRAMES):
                self._frames = 0
        return min(max(FRAMES * passed / max(came, 1), SOON_SECONDS), LATE_SECONDS)


def keep_short() -> None:
    """Move what comes from now on, in a thread of this process; on PostgreSQL there is no need."""
    if connection.vendor == "sqlite":
        threading.Thread(
            target=keep_moving, args=[Checkpointer()], name="keep-wal-short", daemon=True
        ).start()


def keep_moving(mover: Checkpointer) -> None:
    """Let it look, for ever; what fails is told once, and tried again on a new connection.

    On a full disk answers go on for as long as the log's file has room, and it stays as long as it
    became by then. So it is cut off next, before anything else: also where a move can no longer be
    counted, for nobody writes meanwhile.
    """
    wait, told = LATE_SECONDS, ""
    while True:
        time.sleep(wait)
        try:
            if told and empty(READERS_MS):
                told = ""
            wait = mover.look()
        except (Error, sqlite3.Error, OSError) as problem:  # a full disk: it stays in the log
            if str(problem) != told:
                _log.warning("the write-ahead log could not be moved: %s", problem)
            told, wait = str(problem), LATE_SECONDS
            connection.close()
