"""Recognise a damaged SQLite database, so that the way out is named and nothing is made worse.

Damage is no transient error: sending a request again does not help, a backup does. PostgreSQL
reports its own damage in its log; nothing of it is looked for here.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.db import connection

from canut.core.errors import NotReady

DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
PRIMARY = 0xFF  # the low byte of SQLite's extended codes
LOOKED_THROUGH_BYTES = 2**28  # a larger database takes too long for a look
WRITTEN_BY_WORK = "log.key", "media"  # what a folder holds once its database was in use


def as_damage(failure: BaseException | None) -> NotReady | None:
    """Return the refusal of a damaged database; None for any other failure."""
    while failure is not None:
        code = getattr(failure, "sqlite_errorcode", None)
        if isinstance(failure, sqlite3.Error) and code is not None and code & PRIMARY in DAMAGED:
            return damage(str(failure))
        failure = failure.__cause__
    return None


def damage(reason: str) -> NotReady:
    """Return the refusal of a damaged database, with the way out."""
    path = connection.settings_dict["NAME"]
    return NotReady(
        f"the database {path} is damaged ({reason}); stop Canut, keep that file and those beside"
        " it, and bring a backup back into an empty folder: canut restore FILE --data FOLDER",
        code="database-damaged",
    )


def check_file() -> None:
    """Raise if the file of the database is empty beside what only work leaves behind.

    Raises:
        NotReady: ``database-damaged``.
    """
    path = Path(str(connection.settings_dict["NAME"]))
    if connection.vendor != "sqlite" or not path.is_file() or path.stat().st_size:
        return
    wal = path.with_name(f"{path.name}-wal")
    folder: Path = settings.DATA
    if (wal.is_file() and wal.stat().st_size) or any(
        (folder / name).exists() for name in WRITTEN_BY_WORK
    ):
        raise damage("its file is empty")


def missing_tables() -> list[str]:
    """Return the tables of this program that the database lacks."""
    present = connection.introspection.table_names()
    expected = connection.introspection.django_table_names(only_existing=False, include_views=False)
    return sorted(set(expected) - set(present))


def check_content(path: Path) -> None:
    """Look through all pages of a SQLite file.

    Raises:
        NotReady: ``database-damaged``, with the first thing that is wrong.
    """
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        try:
            reason = next(_faults(database), "")
        except sqlite3.DatabaseError as failure:
            raise as_damage(failure) or failure from failure
    if reason:
        raise damage(reason)


def check_small_database() -> None:
    """Look through the database in use, unless it is large.

    Raises:
        NotReady: ``database-damaged``.
    """
    path = Path(str(connection.settings_dict["NAME"]))
    is_file = connection.vendor == "sqlite" and path.is_file()
    if is_file and path.stat().st_size <= LOOKED_THROUGH_BYTES:
        check_content(path)


def _faults(database: sqlite3.Connection) -> Iterator[str]:
    for (line,) in database.execute("PRAGMA quick_check(1)"):
        if line != "ok":
            yield " ".join(str(line).split())[:200]
