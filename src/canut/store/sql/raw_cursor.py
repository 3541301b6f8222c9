"""The driver's own cursor for lease and submit, without Django's layers.

Django's layers and those of our lock, gone through once a statement, cost as much as a short one.
Here the transaction holds the writer lock already, or nothing is written, so neither is asked for
again. Where statements are watched or counted, Django's cursor is given as ever.
"""

import sqlite3
from types import TracebackType
from typing import Any, Self

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.utils.module_loading import import_string

from canut.store.sqlite.base import LockedConnection, with_question_marks

type Driver = Any  # what passes between Django and sqlite3 or psycopg, which share no types


class _Direct(CursorWrapper):
    """A driver cursor that raises Django's exceptions."""

    def __init__(self, cursor: Driver, db: BaseDatabaseWrapper) -> None:
        super().__init__(cursor, db)
        self.fetchone, self.fetchall = cursor.fetchone, cursor.fetchall

    def execute(self, sql: Driver, params: Driver = ()) -> Driver:
        """Run one statement."""
        try:
            return self.cursor.execute(sql, params)
        except self.db.Database.Error:
            with self.db.wrap_database_errors:
                raise


class _DirectSqlite(_Direct):
    """The same for SQLite, with Django's placeholders translated."""

    def execute(self, sql: Driver, params: Driver = ()) -> Driver:
        """Run one statement."""
        return super().execute(with_question_marks(sql), params)


class _DirectPostgres(CursorWrapper):
    """The same for PostgreSQL, with prepared statements and all rows loaded."""

    def __init__(self, raw: Driver, db: BaseDatabaseWrapper) -> None:
        super().__init__(None, db)
        # It loads the driver's library, of which SQLite has no use.
        self._statements = import_string("canut.store.sql.prepared.statements_of")(raw)
        self._begins = not raw.autocommit
        self._rows: list[Driver] = []
        self.rowcount = 0

    def execute(self, sql: Driver, params: Driver = ()) -> Driver:
        """Run one statement."""
        try:
            self._rows, self.rowcount = self._statements.run(sql, params, begins=self._begins)
        except self.db.Database.Error:
            with self.db.wrap_database_errors:
                raise

    def fetchone(self) -> Driver:
        """Return the next row, or None."""
        return self._rows.pop(0) if self._rows else None

    def fetchall(self) -> list[Driver]:
        """Return the remaining rows."""
        rows, self._rows = self._rows, []
        return rows

    def __enter__(self) -> Self:
        """Return itself; there is nothing to close."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Do nothing."""
        self._rows = []


def open_cursor() -> CursorWrapper:
    """Open a cursor for statements of the current transaction."""
    db = connections[DEFAULT_DB_ALIAS]
    raw = db.connection
    if isinstance(raw, LockedConnection) and not raw.holds_lock:
        return db.cursor()
    return _direct(db, raw) if db.in_atomic_block and not db.needs_rollback else db.cursor()


def open_reader() -> CursorWrapper:
    """Open a cursor for read-only statements, in a transaction or not."""
    db = connections[DEFAULT_DB_ALIAS]
    return _direct(db, db.connection)


def _direct(db: BaseDatabaseWrapper, raw: Driver) -> CursorWrapper:
    """Open the driver's own cursor, or Django's if required."""
    if raw is None or db.queries_logged or db.execute_wrappers:
        return db.cursor()
    if isinstance(raw, LockedConnection):
        return _DirectSqlite(sqlite3.Connection.cursor(raw), db)
    return _DirectPostgres(raw, db)
