"""Write to a database of SQLite, and look at its write-ahead log."""

import itertools
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.db import connection, connections

from canut.store.models import Fact
from canut.store.sqlite.wal import pragma

NUMBERS = itertools.count(1_000)


def name() -> str:
    return str(connection.settings_dict["NAME"])


def database() -> tuple[int, int]:
    """Say when the file was last written, and how long it is."""
    found = Path(name()).stat()
    return found.st_mtime_ns, found.st_size


def length() -> int:
    """Say how long the log's file is."""
    return Path(f"{name()}-wal").stat().st_size


def write(pages: int) -> None:
    """Write so many pages of a database, each in a commit of its own."""
    for _ in range(pages):
        Fact.objects.update_or_create(name="a", defaults={"value": f"{next(NUMBERS)}" * 1_000})


def elsewhere(act: Callable[[], object]) -> None:
    """Do something in another thread, on a connection of its own."""

    def run() -> None:
        act()
        connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


@contextmanager
def reading() -> Iterator[sqlite3.Connection]:
    """Read from now on until the block ends: a snapshot that stays."""
    with closing(sqlite3.connect(name(), isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM store_fact").fetchall()
        yield other
        if other.in_transaction:
            other.execute("COMMIT")


def move_frames() -> int:
    """Return how many frames the log holds now."""
    return int(pragma("wal_checkpoint(PASSIVE)")[1])
