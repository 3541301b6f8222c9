"""What passes by itself is told apart from a fault of ours, on either database."""

import errno
import sqlite3
from pathlib import Path

import pytest
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction

from canut.core.errors import NoRoom, NotReady
from canut.settings import postgres_of
from canut.store.models import Person
from canut.store.platform.transient_errors import as_transient
from tests.support.factories import make_person

SILENT = 6.0


def raised_by(sql: str) -> Exception:
    """Run a statement that fails, and return how."""
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        connection.cursor().execute(sql)
    return caught.value


def of_sqlite(code: int) -> OperationalError:
    """Make what Django raises for an error of SQLite with this code."""
    inner = sqlite3.OperationalError("as SQLite says it")
    inner.sqlite_errorcode = code
    failure = OperationalError(*inner.args)
    failure.__cause__ = inner
    return failure


@pytest.mark.django_db
def test_statement_that_is_wrong_is_a_fault_of_ours() -> None:
    assert as_transient(raised_by("SELECT * FROM no_such_table")) is None
    assert as_transient(raised_by("SELECT nothing here")) is None
    assert as_transient(ValueError("anything else")) is None
    assert as_transient(None) is None


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_file_that_finds_no_room_says_so(code: int) -> None:
    refusal = as_transient(OSError(code, "no room"))

    assert isinstance(refusal, NoRoom)
    assert as_transient(OSError(errno.EACCES, "not allowed")) is None


def test_file_system_that_became_read_only_is_away() -> None:
    refusal = as_transient(OSError(errno.EROFS, "Read-only file system"))

    assert refusal is not None
    assert refusal.case == "database-away"


@pytest.mark.parametrize(
    ("code", "case"),
    [
        (sqlite3.SQLITE_FULL, "no-room"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, "database-away"),
        (sqlite3.SQLITE_IOERR_WRITE, "database-away"),
        (sqlite3.SQLITE_CANTOPEN, "database-away"),
        (sqlite3.SQLITE_ERROR, None),
        (sqlite3.SQLITE_CONSTRAINT, None),
        (sqlite3.SQLITE_CORRUPT, None),
    ],
)
def test_what_sqlite_says_is_understood(code: int, case: str | None) -> None:
    refusal = as_transient(of_sqlite(code))

    assert (refusal and refusal.case) == case


@pytest.mark.sqlite
def test_sqlite_file_that_grew_to_its_limit_has_no_room(tmp_path: Path) -> None:
    full = sqlite3.connect(tmp_path / "full.sqlite3")
    full.execute("PRAGMA max_page_count = 2")
    full.execute("CREATE TABLE one (text TEXT)")

    with pytest.raises(sqlite3.OperationalError) as caught:
        full.execute("INSERT INTO one VALUES (?)", ("x" * 100_000,))

    assert isinstance(as_transient(caught.value), NoRoom)
    full.close()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("state", "case"),
    [
        ("53100", "no-room"),
        ("53300", "database-away"),
        ("57P01", "database-away"),
        ("40P01", "database-away"),
        ("25006", "database-away"),
        ("22012", None),
        ("XX001", None),
    ],
)
def test_what_postgresql_says_is_understood(state: str, case: str | None) -> None:
    refusal = as_transient(raised_by(f"DO $$ BEGIN RAISE SQLSTATE '{state}'; END $$"))

    assert (refusal and refusal.case) == case


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_connection_that_was_cut_passes_and_the_next_one_works() -> None:
    made = make_person()
    with pytest.raises(DatabaseError) as cut:
        connection.cursor().execute("SELECT pg_terminate_backend(pg_backend_pid())")
    with pytest.raises((OperationalError, InterfaceError)) as again:
        Person.objects.count()

    assert isinstance(as_transient(cut.value), NotReady)
    assert isinstance(as_transient(again.value), NotReady)
    connection.close_if_unusable_or_obsolete()
    assert Person.objects.get(pk=made.pk) == made


def test_machine_that_says_nothing_is_not_waited_for_long() -> None:
    options = postgres_of("postgresql://canut@db.example/canut")["OPTIONS"]
    heard_s = options["keepalives_idle"] + options["keepalives_interval"] * 3

    assert options["connect_timeout"] < SILENT
    assert heard_s <= options["tcp_user_timeout"] / 1000 + SILENT
