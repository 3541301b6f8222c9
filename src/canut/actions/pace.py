"""Keep bulk writing out of the way of people's answers.

SQLite has one writer at a time: a bulk writer holds the lock for about five milliseconds, then,
while anybody else writes, leaves the door open three times as long. Whether somebody does is what
``PRAGMA data_version`` tells: it changes when another connection commits. PostgreSQL needs no such
manners; chunks there are only bounded.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

HOLD_SECONDS = 0.004
PAUSE_RATIO = 3
BUSY_SECONDS = 1.0
FEWEST_ROWS = 25
MOST_ROWS = {"sqlite": 4_000, "postgresql": 5_000}


class Pace:
    """How many rows the next chunk may write, and when to wait before it.

    Args:
        polite: whether to pause while others write.
    """

    def __init__(self, *, polite: bool = True) -> None:
        self.is_sqlite = connection.vendor == "sqlite"
        self.most = MOST_ROWS.get(connection.vendor, 1_000)
        self.rows = 200 if self.is_sqlite else self.most
        self.polite = polite and self.is_sqlite
        self.held_seconds = 0.0
        self.chunks = 0
        self._version = self._data_version()
        self._busy_until = 0.0

    @contextmanager
    def chunk(self, rows: int) -> Iterator[None]:
        """Hold the lock for one chunk of about ``rows`` rows: one transaction, then the pause."""
        with transaction.atomic():
            start = time.perf_counter()
            yield
        held = time.perf_counter() - start
        self.held_seconds += held
        self.chunks += 1
        if not self.is_sqlite:
            return
        if rows >= self.rows // 2:
            change = min(max(HOLD_SECONDS / max(held, 1e-6), 0.5), 1.5)
            self.rows = min(max(int(self.rows * change), FEWEST_ROWS), self.most)
        if self.polite and self._others_write():
            time.sleep(held * PAUSE_RATIO)

    def _others_write(self) -> bool:
        version, now = self._data_version(), time.perf_counter()
        if version != self._version:
            self._version, self._busy_until = version, now + BUSY_SECONDS
        return now < self._busy_until

    def _data_version(self) -> int:
        if not self.is_sqlite:
            return 0
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA data_version")
            return int(cursor.fetchone()[0])
