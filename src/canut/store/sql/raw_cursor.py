"""The driver's own cursor for lease and submit, without Django's layers.

Django's layers and those of our lock, gone through once a statement, cost as much as a short one.
Here the transaction holds the writer lock already, or nothing is written, so neither is asked for
again. Where statements are watched or counted, Django's cursor is given as ever.

On PostgreSQL a statement is a trip to the server. What is written and not read again in the same
step is written later (``execute_later``): with the next statement on the same cursor that returns
something, or when the cursor is closed, before the commit.
"""

import sqlite3
from collections.abc import Sequence
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
        self._later: list[tuple[str, Sequence[Driver]]] = []
        self.rowcount = 0

    def execute(self, sql: Driver, params: Driver = ()) -> Driver:
        """Run one statement, and before it what was to be written later."""
        if self._later:
            self._rows = self.run_together([(sql, params)])[0]
            return
        try:
            self._rows, self.rowcount = self._statements.run(sql, params, begins=self._begins)
        except self.db.Database.Error:
            with self.db.wrap_database_errors:
                raise

    def execute_later(self, sql: str, params: Sequence[Driver]) -> None:
        """Run a statement with the next one, or when this cursor is closed."""
        self._later.append((sql, params))

    def run_together(
        self, statements: Sequence[tuple[str, Sequence[Driver]]]
    ) -> list[list[Driver]]:
        """Run statements in one trip, after what was to be written later; return their rows."""
        before, self._later = self._later, []
        try:
            outcomes = self._statements.run_together([*before, *statements], begins=self._begins)
        except self.db.Database.Error:
            with self.db.wrap_database_errors:
                raise
        self.rowcount = outcomes[-1][1]
        return [rows for rows, _count in outcomes[len(before) :]]

    def fetchone(self) -> Driver:
        """Return the next row, or None."""
        return self._rows.pop(0) if self._rows else None

    def fetchall(self) -> list[Driver]:
        """Return the remaining rows."""
        rows, self._rows = self._rows, []
        return rows

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Run what was to be written later, unless the transaction failed."""
        self._rows = []
        if self._later and kind is None:
            self.run_together([])
        self._later = []


def open_cursor() -> CursorWrapper:
    """Open a cursor for statements of the current transaction."""
    db = connections[DEFAULT_DB_ALIAS]
    raw = db.connection
    if isinstance(raw, LockedConnection) and not raw.holds_lock:
        return db.cursor()
    return _direct(db, raw) if db.in_atomic_block and not db.needs_rollback else db.cursor()


def execute_later(cursor: CursorWrapper, sql: str, params: Sequence[Driver]) -> None:
    """Run a statement that returns nothing: at once, or on PostgreSQL with the next one.

    The transaction may not end, nor anything else read what it wrote, before the cursor ran another
    statement or was closed.
    """
    if isinstance(cursor, _DirectPostgres):
        cursor.execute_later(sql, params)
    else:
        cursor.execute(sql, params)


def run_together(
    cursor: CursorWrapper, *statements: tuple[str, Sequence[Driver]]
) -> list[list[Driver]]:
    """Run statements that return rows, on PostgreSQL in one trip; return the rows of each."""
    if isinstance(cursor, _DirectPostgres):
        return cursor.run_together(statements)
    rows: list[list[Driver]] = []
    for sql, params in statements:
        cursor.execute(sql, params)
        rows.append(cursor.fetchall())
    return rows


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
