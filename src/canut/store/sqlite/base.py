"""Django's SQLite backend, with connections that take a writer lock.

The rule: take the lock before a statement that may write, give it back when no transaction is open
any more. It knows nothing of ``atomic``, so nested blocks, autocommit, sessions and raw statements
all pass through it. What the lock is, is decided in ``store.sqlite.writer_lock``.
"""

import re
import sqlite3
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from os import fspath
from types import TracebackType
from typing import Any, Literal, Self, cast

from django.db.backends.sqlite3 import base

from canut.store.sqlite.writer_lock import WriterLock, writer_lock

type Row = tuple[Any, ...]

LONGEST_KEPT = 4096
_FIRST_WORDS = re.compile(r"\s*(\w+)(?:\s+(\w+))?")
_WRITES_IN_WITH = re.compile(r"\b(?:INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)
_NEVER_WRITES = frozenset(
    {
        "SELECT",
        "EXPLAIN",
        "VALUES",
        "SAVEPOINT",
        "RELEASE",
        "COMMIT",
        "END",
        "ROLLBACK",
    }
)


def may_write(sql: str) -> bool:
    """Return whether a statement may write, by its first words; True when unsure.

    >>> may_write("SELECT 1"), may_write("BEGIN"), may_write("BEGIN IMMEDIATE")
    (False, False, True)
    """
    words = _FIRST_WORDS.match(sql)
    if words is None:
        return True
    first = words[1].upper()
    if first in _NEVER_WRITES:
        return False
    if first == "BEGIN":
        return (words[2] or "").upper() in {"IMMEDIATE", "EXCLUSIVE"}
    if first == "PRAGMA":
        return (words[2] or "").upper() == "USER_VERSION" and "=" in sql
    if first == "WITH":
        return _WRITES_IN_WITH.search(sql) is not None
    return True


class LockedCursor(sqlite3.Cursor):
    """A cursor that takes the writer lock before it writes."""

    _kept: deque[Row] | None = None

    def execute(self, sql: str, parameters: object = (), /) -> Self:
        """Run one statement."""
        self._kept = None
        if not may_write(sql):
            try:
                super().execute(sql, cast("Sequence[Any]", parameters))
            finally:
                self._connection().give_back_when_idle()
            return self
        with self._connection().writing():
            super().execute(sql, cast("Sequence[Any]", parameters))
            self._keep_rows()
        return self

    def executemany(self, sql: str, parameters: Iterable[object], /) -> Self:
        """Run one statement for each set of parameters."""
        self._kept = None
        with self._connection().writing():
            super().executemany(sql, cast("Iterable[Sequence[Any]]", parameters))
            self._keep_rows()
        return self

    def executescript(self, sql: str, /) -> Self:
        """Run several statements."""
        self._kept = None
        with self._connection().writing():
            super().executescript(sql)
        return self

    def fetchone(self) -> Row | None:
        """Return the next row, or None."""
        if self._kept is None:
            row: Row | None = super().fetchone()
            return row
        return self._kept.popleft() if self._kept else None

    def fetchmany(self, size: int | None = 1) -> list[Row]:
        """Return the next rows, at most ``size``."""
        count = self.arraysize if size is None else size
        if self._kept is None:
            return super().fetchmany(count)
        return [self._kept.popleft() for _ in range(min(count, len(self._kept)))]

    def fetchall(self) -> list[Row]:
        """Return all remaining rows."""
        if self._kept is None:
            return super().fetchall()
        rows = list(self._kept)
        self._kept.clear()
        return rows

    def __next__(self) -> Row:
        """Return the next row, or stop."""
        if self._kept is None:
            row: Row = super().__next__()
            return row
        if not self._kept:
            raise StopIteration
        return self._kept.popleft()

    def _connection(self) -> "LockedConnection":
        """Return the connection, which is always a ``LockedConnection``."""
        connection = self.connection
        if not isinstance(connection, LockedConnection):
            raise sqlite3.ProgrammingError("a LockedCursor belongs to a LockedConnection")
        return connection

    def _keep_rows(self) -> None:
        """Fetch the rows of RETURNING under the lock: only then does it commit."""
        if self.description is not None:
            self._kept = deque(super().fetchall())


@lru_cache(maxsize=1024)
def with_question_marks(sql: str) -> str:
    """Translate Django's placeholders to SQLite's."""
    return base.FORMAT_QMARK_REGEX.sub("?", sql).replace("%%", "%")


class DjangoCursor(base.SQLiteCursorWrapper, LockedCursor):  # type: ignore[misc]  # Django's stubs leave out the self they return
    """Django's cursor, with our lock."""

    def convert_query(self, query: str, *, param_names: list[str] | None = None) -> str:
        """Translate placeholders as Django does, once per text, cached."""
        if param_names is None and len(query) < LONGEST_KEPT:
            return with_question_marks(query)
        rewritten: str = super().convert_query(query, param_names=param_names)
        return rewritten


class _Writing:
    """A context manager that holds the lock for a statement or a transaction."""

    def __init__(self, connection: "LockedConnection") -> None:
        self._connection = connection

    def __enter__(self) -> None:
        self._connection.take()

    def __exit__(self, *_: object) -> None:
        self._connection.give_back_when_idle()


class LockedConnection(sqlite3.Connection):
    """A connection that holds the lock from its first write until the transaction ends."""

    _lock: WriterLock | None = None

    def obey(self, lock: WriterLock) -> None:
        """Take this lock before each write from now on."""
        self._lock = lock
        self._token = object()

    def writing(self) -> _Writing:
        """Return the context manager in which a statement may write."""
        return _Writing(self)

    @property
    def holds_lock(self) -> bool:
        """Return whether this connection holds the lock."""
        return self._lock is not None and self._lock.is_held_by(self._token)

    def take(self) -> None:
        """Take the lock unless this connection holds it."""
        if self._lock is None:
            raise sqlite3.ProgrammingError(
                "tell the connection which lock to obey before it writes"
            )
        if not self._lock.is_held_by(self._token):
            self._lock.take(self._token)

    def give_back_when_idle(self) -> None:
        """Release the lock unless a transaction is open."""
        if not self.in_transaction:
            self.give_back()

    def give_back(self) -> None:
        """Release the lock if this connection holds it."""
        if self._lock is not None:
            self._lock.give_back(self._token)

    def cursor(self, factory: type[LockedCursor] = LockedCursor) -> LockedCursor:  # type: ignore[override]  # no other kind would take the lock
        """Return a ``LockedCursor``."""
        return super().cursor(factory)

    def execute(self, sql: str, parameters: object = (), /) -> LockedCursor:
        """Run one statement through a ``LockedCursor``."""
        return self.cursor().execute(sql, parameters)

    def executemany(self, sql: str, parameters: Iterable[object], /) -> LockedCursor:
        """Run one statement for each set of parameters."""
        return self.cursor().executemany(sql, parameters)

    def executescript(self, sql: str, /) -> LockedCursor:
        """Run several statements."""
        return self.cursor().executescript(sql)

    def commit(self) -> None:
        """Commit, then release the lock."""
        try:
            super().commit()
        finally:
            self.give_back_when_idle()

    def rollback(self) -> None:
        """Roll back, then release the lock."""
        try:
            super().rollback()
        finally:
            self.give_back_when_idle()

    def close(self) -> None:
        """Close; an open transaction is rolled back."""
        try:
            super().close()
        finally:
            self.give_back()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
        /,
    ) -> Literal[False]:
        """Commit or roll back, as sqlite3 does."""
        try:
            return super().__exit__(kind, error, trace)
        finally:
            self.give_back_when_idle()

    def __del__(self) -> None:
        """Release the lock if a thread ended within a transaction."""
        self.give_back()


class DatabaseWrapper(base.DatabaseWrapper):
    """The backend that Django loads as ``canut.store.sqlite``."""

    def get_connection_params(self) -> dict[str, Any]:
        """Make sqlite3 use ``LockedConnection``."""
        params: dict[str, Any] = super().get_connection_params()
        return {**params, "factory": LockedConnection}

    def get_new_connection(self, conn_params: Mapping[str, Any]) -> LockedConnection:
        """Connect, and enable WAL the first time.

        The switch ignores SQLite's own waiting, so it is made under the lock, and only when needed:
        else every new connection would wait for the writers.
        """
        connection: LockedConnection = super().get_new_connection(dict(conn_params))
        connection.obey(writer_lock(fspath(conn_params["database"])))
        mode = connection.execute("PRAGMA journal_mode").fetchall()[0][0]
        if mode not in {"wal", "memory"}:
            with connection.writing():
                connection.execute("PRAGMA journal_mode=WAL").fetchall()
        return connection

    def _start_transaction_under_autocommit(self) -> None:
        """Begin directly, unless statements are logged.

        Immediately, as the settings have it: who only read so far could not go on to write.
        """
        if self.queries_logged or self.execute_wrappers:
            self.cursor().execute("BEGIN IMMEDIATE")
            return
        with self.wrap_database_errors, self.connection.writing():
            sqlite3.Cursor(self.connection).execute("BEGIN IMMEDIATE")

    def create_cursor(self, name: str | None = None) -> DjangoCursor:  # noqa: ARG002 - Django's
        """Return Django's cursor over a ``LockedCursor``."""
        cursor: DjangoCursor = self.connection.cursor(factory=DjangoCursor)
        return cursor
