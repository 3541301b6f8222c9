"""The limit of the database itself: the statements of lease and submit, 8 threads, the same lock.

No Django, no checks, no hashing, no HTTP: what a pair would cost if the rest cost nothing. The
other rows are read as shares of this one, in the same run.
"""

import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any, cast

from bench.loop import Pair, closed_loop, make_workers, now_ms
from bench.machine.instance import Folder, make_project, set_up, sizes

if TYPE_CHECKING:
    from canut.store.sql.dialect import SubmitContext

type Transaction = Callable[[], AbstractContextManager[Any]]


def run(*, quick: bool, postgres: str | None = None) -> list[dict[str, Any]]:
    """Measure at 1 k, 100 k and a million tasks.

    Returns:
        One row a size.
    """
    folder = Folder()
    rows: list[dict[str, Any]] = []
    try:
        set_up(folder.path, postgres=postgres)
        for tasks in sizes(quick=quick):
            project = make_project(tasks, overlap=3 if tasks > 1_000 else 200)
            figures = closed_loop(make_workers(project), 1 if quick else 4, _make_pair)
            rows.append({"load": "statements alone, 8", "tasks": tasks, **figures})
    finally:
        folder.remove()
    return rows


class _Cursor:
    """sqlite3's own cursor, reading our placeholders."""

    def __init__(self, connection: sqlite3.Connection, texts: dict[str, str]) -> None:
        self._cursor = connection.cursor()
        self._texts = texts
        self.fetchone, self.fetchall = self._cursor.fetchone, self._cursor.fetchall

    def execute(self, sql: str, values: Sequence[Any]) -> None:
        """Run one statement."""
        text = self._texts.get(sql) or self._texts.setdefault(sql, sql.replace("%s", "?"))
        self._cursor.execute(text, values)


class _ReadyCursor:
    """Statements kept ready, as lease and submit have them; all rows are there at once."""

    def __init__(self, connection: Any) -> None:
        from canut.store.sql.prepared import statements_of

        self._statements = statements_of(connection)
        self._rows: list[Any] = []

    def execute(self, sql: str, values: Sequence[Any]) -> None:
        """Run one statement."""
        self._rows, _ = self._statements.run(sql, values, begins=False)

    def fetchone(self) -> Any:
        """Return the first row, or None."""
        return self._rows[0] if self._rows else None

    def fetchall(self) -> list[Any]:
        """Return every row."""
        return self._rows


def _sqlite(path: str) -> Transaction:
    """Open SQLite as settings do, and return what opens a transaction under the writer lock."""
    from canut.store.sqlite.writer_lock import writer_lock

    lock, holder = writer_lock(path), object()
    texts: dict[str, str] = {}
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "cache_size=-32000"):
        connection.execute(f"PRAGMA {pragma}")

    @contextmanager
    def transaction() -> Iterator[_Cursor]:
        lock.take(holder)
        connection.execute("BEGIN IMMEDIATE")
        yield _Cursor(connection, texts)
        connection.execute("COMMIT")
        lock.give_back(holder)

    return transaction


def _postgres(settings: dict[str, Any]) -> Transaction:
    """Connect, and return what opens a transaction."""
    import psycopg

    connection = psycopg.connect(
        host=settings["HOST"],
        user=settings["USER"],
        dbname=settings["NAME"],
        autocommit=True,
        prepare_threshold=None,
        options=settings["OPTIONS"]["options"],
    )

    cursor = _ReadyCursor(connection)

    @contextmanager
    def transaction() -> Iterator[Any]:
        with connection.transaction():
            yield cursor

    return transaction


def _make_pair(worker: int) -> Pair:
    from django.db import connection

    from canut.store.sql import common, dialect
    from canut.store.sql.dialect import WorkerNow

    settings = connection.settings_dict
    is_sqlite = connection.vendor == "sqlite"
    transaction = _sqlite(str(settings["NAME"])) if is_sqlite else _postgres(settings)
    speak = dialect()

    def pair() -> tuple[float, float]:
        began, now = time.perf_counter(), now_ms()
        with transaction() as cursor:
            stored = cast("WorkerNow", speak.read_worker(cursor, worker, now))
            (lease,) = speak.lend(cursor, stored, 1, now)
            speak.read_tasks(cursor, worker, [lease.task])
        leased, key = time.perf_counter(), secrets.token_hex(16)
        with transaction() as cursor:
            standing = cast("SubmitContext", speak.read_standing(cursor, worker, lease.lease))
            common.read_lease(cursor, lease.lease, key)
            task, project = standing.task, standing.project
            row = (task, worker, project, 1, lease.lease, '{"q":"oui"}', "human", key, True, False)
            cursor.execute(common.KEEP_ANSWER, (*row, None, 5, now))
            (answer,) = cursor.fetchone()
            pay = (answer, worker, project, standing.rate, 40_000, "CAD", 5, now)
            cursor.execute(common.KEEP_PAY_LINE, pay)
            entry = (project, "answer", "", b"", b"c" * 32, now, answer)
            cursor.execute(common.KEEP_ENTRY, (*entry, standing.key or 1, b"s" * 330))
            cursor.execute(common.READ_VOTES, (task,))
            counted = len(cursor.fetchall())
            state = "closed" if counted >= standing.overlap else "open"
            after = (counted, standing.live - 1, standing.overlap, state, "oui", 0.9, task)
            cursor.execute(common.WRITE_TASK_STATE, after)
            cursor.execute(common.SET_LEASE, (1, now, "", None, lease.lease))
        return leased - began, time.perf_counter() - leased

    return pair
