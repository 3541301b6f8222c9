"""Checkpoint SQLite's write-ahead log in a thread while the server runs.

SQLite's own autocheckpoint is off (``settings``): it runs within a commit, so that whoever submits
an answer waits for the copy of what an import wrote. What is decided here is when to checkpoint:
after ``FRAMES`` frames or two seconds; and the log is restarted once all of it was copied. While a
bulk writer works, which has to pause for a restart, that is done only from ``LONGEST_FRAMES`` on.
How a checkpoint runs is in ``store.sqlite.wal``.
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
IDLE_SECONDS, QUIET_SECONDS = 0.5, 3.0  # between two looks, once nobody wrote for so long
LONGEST_SECONDS = 2.0  # what came is moved after so long, however little it was
FRAMES = 1_000  # of 4 KiB: so many are moved at once, as SQLite itself would
LONGEST_FRAMES = 16_384  # 64 MiB
_log = logging.getLogger("canut.database")


class Checkpointer:
    """Checkpoint the log whenever enough was written.

    Args:
        clock: returns a time in seconds that never goes back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._version = self._frames = 0
        self._checkpoint_at = clock()

    def poll(self) -> float:
        """Checkpoint after ``FRAMES`` frames or two seconds; restart the log when all is copied.

        SQLite's own autocheckpoint is off, since it would run within a commit while every other
        writer waits for the lock.

        Returns:
            the seconds to wait before the next poll: fewer when more is written.

        Raises:
            django.db.Error: the database cannot be reached or written.
            OSError: the log cannot be read.
        """
        (version,) = pragma("data_version")  # it changes when another connection commits
        if version == self._version:
            is_quiet = self._clock() - self._checkpoint_at > QUIET_SECONDS
            return IDLE_SECONDS if is_quiet else LATE_SECONDS
        frames, seconds = count_frames(), self._clock() - self._checkpoint_at
        new_frames = frames - self._frames if frames >= self._frames else frames
        wait = min(max(FRAMES * seconds / max(new_frames, 1), SOON_SECONDS), LATE_SECONDS)
        if new_frames < FRAMES and seconds < LONGEST_SECONDS:
            return wait
        checkpoint = checkpoint_passive()
        if checkpoint is None:  # another process checkpoints now
            return wait
        self._version, self._frames = version, checkpoint.frames
        self._checkpoint_at = self._clock()
        is_worth_restarting = (
            checkpoint.frames > FRAMES and checkpoint.frames - checkpoint.moved < FRAMES
        )
        if is_worth_restarting and restart_wal(waits=checkpoint.frames > LONGEST_FRAMES):
            self._frames = 0
        return wait


def keep_short() -> None:
    """Start the checkpoint thread of this process; do nothing on PostgreSQL."""
    if connection.vendor == "sqlite":
        threading.Thread(
            target=keep_moving, args=[Checkpointer()], name="keep-wal-short", daemon=True
        ).start()


def keep_moving(checkpointer: Checkpointer) -> None:
    """Poll for ever; log a failure once, and retry on a new connection.

    On a full disk answers are stored as long as the log's file has space, and the log stays as long
    as it became. So it is cut off first after a failure, also where a checkpoint can no longer be
    counted, for nobody writes then.
    """
    wait, last_failure = LATE_SECONDS, ""
    while True:
        time.sleep(wait)
        try:
            if last_failure and empty(READERS_MS):
                last_failure = ""
            wait = checkpointer.poll()
        except (Error, sqlite3.Error, OSError) as problem:  # a full disk: it stays in the log
            if str(problem) != last_failure:
                _log.warning("the write-ahead log could not be moved: %s", problem)
            last_failure, wait = str(problem), LATE_SECONDS
            connection.close()
