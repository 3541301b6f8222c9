"""The driver's own cursor for lease and submit, without Django's layers.

Django's layers and those of our lock, gone through once a statement, cost as much as a short one.
Here the transaction holds the writer lock already, or nothing is written, so neither is asked for
again. Where statements are watched or counted, Django's cursor is given as ever.

On PostgreSQL a statement is a trip to the server. What is written and not read again in the same
step is written later (``execute_later``): with the next statement on the same cursor that returns
something, or when the cursor is closed, before the commit. The last statements of a transaction go
out with its commit (``run_last``).
"""

import sqlite3
from collections.abc import Sequence
from functools import lru_cache
from types import TracebackType
from typing import Any, NamedTuple, Self

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.utils.module_loading import import_string

from canut.store.sqlite.base import LockedConnection, with_question_marks

COMMIT: tuple[str, Sequence[Any]] = ("COMMIT", ())

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


class _Later(NamedTuple):
    """Statements to be run as one, with the values of all, and whether more may join them."""

    statements: tuple[str, ...]
    values: Sequence[Driver]
    independent: bool


def _merged(later: Sequence[_Later]) -> list[tuple[str, Sequence[Driver]]]:
    """Make one statement of independent ones that follow each other."""
    groups: list[_Later] = []
    for each in later:
        if groups and each.independent and groups[-1].independent:
            statements, values, independent = groups.pop()
            joined = (*statements, *each.statements), (*values, *each.values)
            groups.append(_Later(*joined, independent))
        else:
            groups.append(each)
    return [(_as_one(group.statements), group.values) for group in groups]


@lru_cache(maxsize=64)
def _as_one(statements: tuple[str, ...]) -> str:
    """Write statements as one: all but the last are ``WITH`` queries of it."""
    *others, last = statements
    if not others:
        return last
    return f"WITH {', '.join(f'w{n} AS ({sql})' for n, sql in enumerate(others))}{last}"


class _DirectPostgres(CursorWrapper):
    """The same for PostgreSQL, with prepared statements and all rows loaded."""

    def __init__(self, raw: Driver, db: BaseDatabaseWrapper) -> None:
        super().__init__(None, db)
        # It loads the driver's library, of which SQLite has no use.
        self._statements = import_string("canut.store.sql.prepared.statements_of")(raw)
        self._begins = not raw.autocommit
        self._rows: list[Driver] = []
        self._later: list[_Later] = []
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

    def execute_later(self, sql: str, params: Sequence[Driver], *, independent: bool) -> None:
        """Run a statement with the next one, or when this cursor is closed."""
        self._later.append(_Later((sql,), params, independent=independent))

    def run_together(
        self, statements: Sequence[tuple[str, Sequence[Driver]]]
    ) -> list[list[Driver]]:
        """Run statements in one trip, after what was to be written later; return their rows."""
        before, self._later = _merged(self._later), []
        if not (before or statements):
            return []
        try:
            outcomes = self._statements.run_together([*before, *statements], begins=self._begins)
        except self.db.Database.Error:
            with self.db.wrap_database_errors:
                raise
        self.rowcount = outcomes[-1][1]
        return [rows for rows, _count in outcomes[len(before) :]]

    def is_outermost(self) -> bool:
        """Return whether the end of the ``atomic`` block is the end of the transaction."""
        return self._begins and self.db.commit_on_exit and not self.db.savepoint_ids

    def run_last(self, statements: Sequence[tuple[str, Sequence[Driver]]]) -> list[list[Driver]]:
        """Run statements, after what was to be written later, and commit in the same trip."""
        return self.run_together([*statements, COMMIT])[:-1]

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


def execute_later(
    cursor: CursorWrapper, sql: str, params: Sequence[Driver], *, independent: bool = False
) -> None:
    """Run a statement that returns nothing: at once, or on PostgreSQL with the next one.

    The transaction may not end, nor anything else read what it wrote, before the cursor ran another
    statement or was closed.

    Args:
        cursor: of the transaction.
        sql: with ``%s`` for each value.
        params: its values.
        independent: whether it may be one statement with others of the kind: none reads or changes
            a row that another of them writes, and they may be run in any order.
    """
    if isinstance(cursor, _DirectPostgres):
        cursor.execute_later(sql, params, independent=independent)
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


def has_early_commit(cursor: CursorWrapper) -> bool:
    """Return whether ``run_last`` would commit, as it does on PostgreSQL."""
    return isinstance(cursor, _DirectPostgres) and cursor.is_outermost()


def run_last(
    cursor: CursorWrapper, *statements: tuple[str, Sequence[Driver]]
) -> list[list[Driver]]:
    """Run the last statements of a transaction; return the rows of each.

    On PostgreSQL they are one trip with the commit, which Django then finds done. Elsewhere, and
    within another transaction, the commit comes when the ``atomic`` block ends.
    """
    if isinstance(cursor, _DirectPostgres) and cursor.is_outermost():
        return cursor.run_last(statements)
    return run_together(cursor, *statements)


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
