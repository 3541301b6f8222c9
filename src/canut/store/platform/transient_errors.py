"""Classify transient errors: the database is unavailable, or the disk is full.

A client may retry such a request: it was stored completely or not at all, and its idempotency key
tells which. Any other failure is a bug or an error: a missing table is no reason to retry.
"""

import errno
import sqlite3
from collections.abc import Iterator

from django.db import Error, InterfaceError, OperationalError

from canut.core.errors import NoRoom, NotReady

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
NO_ROOM_STATE = "53100"  # disk_full
SQLITE_AWAY = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_NOMEM,
    }
)
# Classes of SQLSTATE: connection, transaction undone, resources, intervention, system.
POSTGRES_AWAY = frozenset({"08", "40", "53", "57", "58"})
POSTGRES_READ_ONLY = "25006"  # what was the primary is a standby now
PRIMARY = 0xFF  # the low byte of SQLite's extended codes


def as_transient(failure: BaseException | None) -> NotReady | None:
    """Return a transient error as a refusal; None for any other failure.

    Args:
        failure: what was raised, by Django, a driver or the system.
    """
    for cause in _with_causes(failure):
        if isinstance(cause, OSError) and cause.errno in NO_ROOM:
            return _no_room(cause)
        if isinstance(cause, OSError) and cause.errno == errno.EROFS:  # mounted so after a fault
            return _away(cause)
        if isinstance(cause, sqlite3.Error):
            return _of_sqlite(cause)
        if isinstance(failure, Error) and hasattr(cause, "sqlstate"):  # only PostgreSQL's have one
            return _of_postgres(cause, failure)
    if isinstance(failure, InterfaceError):  # Django's own: the connection is closed
        return _away(failure)
    return None


def _with_causes(failure: BaseException | None) -> Iterator[BaseException]:
    """Yield a failure and its causes: Django wraps the driver's exceptions."""
    while failure is not None:
        yield failure
        failure = failure.__cause__


def _of_sqlite(failure: sqlite3.Error) -> NotReady | None:
    code = getattr(failure, "sqlite_errorcode", None)
    if code is None:  # from the module itself, or our lock: nobody else let go of it
        waited = isinstance(failure, sqlite3.OperationalError) and "locked" in str(failure)
        return _away(failure) if waited else None
    if code & PRIMARY == sqlite3.SQLITE_FULL:
        return _no_room(failure)
    return _away(failure) if code & PRIMARY in SQLITE_AWAY else None


def _of_postgres(cause: BaseException, failure: Error) -> NotReady | None:
    state: str | None = getattr(cause, "sqlstate", None)
    if state == NO_ROOM_STATE:
        return _no_room(cause)
    if state is None:  # no word from the server: it could not be reached, or went away
        is_lost = isinstance(failure, OperationalError | InterfaceError)
        return _away(cause) if is_lost else None
    is_away = state[:2] in POSTGRES_AWAY or state == POSTGRES_READ_ONLY
    return _away(cause) if is_away else None


def _no_room(failure: BaseException) -> NotReady:
    return NoRoom(f"the disk is full: {failure}; free some space, then send it again")


def _away(failure: BaseException) -> NotReady:
    message = str(failure).partition("\n")[0]
    return NotReady(
        f"the database does not answer now ({message}); send it again in a moment",
        code="database-away",
    )
