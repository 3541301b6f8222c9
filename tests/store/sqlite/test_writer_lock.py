import os
import resource
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from canut.store.sqlite import writer_lock as locks
from canut.store.sqlite.base import LockedConnection, may_write
from canut.store.sqlite.writer_lock import WriterLock, writer_lock


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[LockedConnection]:
    made = connect(tmp_path / "a.sqlite3")
    made.execute("CREATE TABLE word (id INTEGER PRIMARY KEY, text TEXT)")
    yield made
    made.close()


def connect(path: Path) -> LockedConnection:
    made = sqlite3.connect(
        path, factory=LockedConnection, isolation_level=None, check_same_thread=False
    )
    made.obey(writer_lock(str(path)))
    return made


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO a VALUES (1)",
        " update a set b = 1",
        "BEGIN IMMEDIATE",
        "begin exclusive",
        "CREATE TABLE a (b)",
        "VACUUM",
        "PRAGMA user_version = 4",
        "ANALYZE",
        "WITH c AS (SELECT 1) DELETE FROM a",
        "/* why */ INSERT INTO a VALUES (1)",
        "",
    ],
)
def test_statement_that_may_write_takes_the_lock(sql: str) -> None:
    assert may_write(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1",
        "select 'INSERT'",
        "PRAGMA journal_mode",
        "PRAGMA user_version",
        "EXPLAIN QUERY PLAN DELETE FROM a",
        "BEGIN",
        "BEGIN DEFERRED",
        "SAVEPOINT s",
        "RELEASE s",
        "COMMIT",
        "ROLLBACK TO s",
        "WITH c AS (SELECT 1) SELECT * FROM c",
    ],
)
def test_statement_that_cannot_write_takes_no_lock(sql: str) -> None:
    assert not may_write(sql)


def test_lock_is_given_back_after_a_statement_alone(connection: LockedConnection) -> None:
    connection.execute("INSERT INTO word (text) VALUES ('a')")

    assert not connection.holds_lock


def test_lock_is_held_until_the_transaction_ends(connection: LockedConnection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO word (text) VALUES ('a')")
    connection.execute("SELECT * FROM word").fetchall()
    held = connection.holds_lock

    connection.execute("COMMIT")

    assert held
    assert not connection.holds_lock


def test_lock_is_given_back_when_a_statement_fails(connection: LockedConnection) -> None:
    with pytest.raises(sqlite3.OperationalError):
        connection.execute("INSERT INTO nowhere VALUES (1)")

    assert not connection.holds_lock


def test_lock_is_given_back_by_commit_rollback_and_the_with_block(
    connection: LockedConnection,
) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.commit()
    committed = connection.holds_lock
    connection.execute("BEGIN IMMEDIATE")
    connection.rollback()
    undone = connection.holds_lock
    with connection:
        connection.execute("BEGIN IMMEDIATE")
    left = connection.holds_lock

    assert (committed, undone, left) == (False, False, False)


def test_lock_is_given_back_when_the_connection_closes_in_a_transaction(tmp_path: Path) -> None:
    one, other = connect(tmp_path / "a.sqlite3"), connect(tmp_path / "a.sqlite3")
    one.execute("BEGIN IMMEDIATE")

    one.close()

    other.execute("CREATE TABLE a (b)")
    other.close()


def test_returning_is_read_while_the_lock_is_held_and_commits_at_once(
    connection: LockedConnection, tmp_path: Path
) -> None:
    cursor = connection.execute("INSERT INTO word (text) VALUES ('a'), ('b'), ('c') RETURNING id")
    other = connect(tmp_path / "a.sqlite3")

    seen = other.execute("SELECT count(*) FROM word").fetchone()
    other.close()

    assert seen == (3,)
    assert not connection.holds_lock
    assert cursor.fetchone() == (1,)
    assert next(cursor) == (2,)
    assert cursor.fetchmany(5) == [(3,)]
    assert cursor.fetchall() == []
    assert cursor.fetchone() is None
    assert list(cursor) == []


def test_plain_reads_stream_as_ever(connection: LockedConnection) -> None:
    connection.executemany("INSERT INTO word (text) VALUES (?)", [("a",), ("b",), ("c",), ("d",)])
    cursor = connection.execute("SELECT text FROM word ORDER BY id")

    read = [cursor.fetchone(), cursor.fetchmany(1), next(cursor), cursor.fetchmany(None)]

    assert read == [("a",), [("b",)], ("c",), [("d",)]]
    assert cursor.fetchall() == []


def test_script_takes_the_lock(connection: LockedConnection) -> None:
    connection.executescript("INSERT INTO word (text) VALUES ('a'); DELETE FROM word;")

    assert not connection.holds_lock


def test_connection_that_knows_no_lock_cannot_write(tmp_path: Path) -> None:
    made = sqlite3.connect(tmp_path / "b.sqlite3", factory=LockedConnection)

    with pytest.raises(sqlite3.ProgrammingError, match="which lock"):
        made.execute("CREATE TABLE a (b)")

    made.close()


def test_write_around_the_lock_is_refused_in_this_suite(connection: LockedConnection) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        sqlite3.Cursor(connection).execute("INSERT INTO word (text) VALUES ('a')")


def test_threads_write_one_at_a_time(tmp_path: Path) -> None:
    lock = WriterLock(tmp_path / "lock")
    inside: list[int] = []
    seen: list[int] = []

    def write() -> None:
        for _ in range(20):
            holder = object()
            lock.take(holder)
            inside.append(1)
            seen.append(len(inside))
            inside.pop()
            lock.give_back(holder)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert seen == [1] * 80


def test_thread_gives_up_when_another_never_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "THREAD_WAIT_SECONDS", 0.05)
    lock = WriterLock(tmp_path / "lock")
    lock.take("first")

    with pytest.raises(sqlite3.OperationalError, match="database is locked"):
        lock.take("second")

    assert lock.is_held_by("first")


def test_lock_is_free_again_when_its_file_cannot_be_made(tmp_path: Path) -> None:
    lock = WriterLock(tmp_path / "absent" / "lock")

    for _ in range(2):
        with pytest.raises(FileNotFoundError):
            lock.take("someone")


def test_only_the_holder_gives_back(tmp_path: Path) -> None:
    lock = WriterLock(tmp_path / "lock")
    lock.take("first")

    lock.give_back("second")

    assert lock.is_held_by("first")


def test_database_has_one_lock_however_it_is_named(tmp_path: Path) -> None:
    there = tmp_path / "x" / ".." / "a.sqlite3"

    assert writer_lock(str(there)) is writer_lock(str(tmp_path / "a.sqlite3"))
    assert writer_lock(":memory:") is not writer_lock("file:other?mode=memory&cache=shared")


def test_database_in_memory_makes_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    lock = writer_lock(":memory:")

    lock.take("someone")
    lock.give_back("someone")

    assert list(tmp_path.iterdir()) == []


HOLDER = """
import sys, time
from pathlib import Path
from canut.store.sqlite.writer_lock import WriterLock
lock = WriterLock(Path(sys.argv[1]))
lock.take("other")
print("held", flush=True)
time.sleep(60)
"""


def test_process_that_is_killed_frees_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    child = subprocess.Popen([sys.executable, "-c", HOLDER, path], stdout=subprocess.PIPE)
    assert child.stdout is not None
    child.stdout.readline()
    taken: list[float] = []
    lock = WriterLock(path)

    def take() -> None:
        lock.take("us")
        taken.append(time.monotonic())

    waiting = threading.Thread(target=take)
    waiting.start()
    time.sleep(0.1)
    waited = not taken
    child.kill()
    waiting.join(timeout=5)
    child.wait()
    child.stdout.close()

    assert waited
    assert len(taken) == 1
    lock.give_back("us")


def test_forked_child_starts_without_the_parents_lock(tmp_path: Path) -> None:
    lock = WriterLock(tmp_path / "lock")
    lock.take("parent")

    lock.forget()  # what the child does
    lock.give_back("parent")

    assert not lock.is_held_by("parent")


def test_forget_is_called_in_a_forked_child(tmp_path: Path) -> None:
    script = (
        "import os, sys\n"
        "from canut.store.sqlite.writer_lock import writer_lock\n"
        "lock = writer_lock(sys.argv[1])\n"
        "lock.take('parent')\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    os._exit(0 if not lock.is_held_by('parent') and lock._descriptor is None else 1)\n"
        "status = os.waitpid(child, 0)[1]\n"
        "sys.exit(status or not lock.is_held_by('parent'))\n"
    )

    ended = subprocess.run(
        [sys.executable, "-c", script, tmp_path / "a.sqlite3"], check=False, env={**os.environ}
    )

    assert ended.returncode == 0


STANDS_BACK = """
import os, sys
from pathlib import Path
from canut.store.sqlite.writer_lock import WriterLock, own_priority

own_priority.stand_back(15)
own_priority.stand_back(15)
lock, nice = WriterLock(Path(sys.argv[1]), hurries=True), lambda: os.getpriority(os.PRIO_PROCESS, 0)
seen = [nice()]
lock.take(lock)
seen.append(nice())
lock.give_back(lock)
print(*seen, nice())
"""


def test_process_that_stands_back_has_its_usual_priority_while_others_wait_for_it(
    tmp_path: Path,
) -> None:
    usual = os.getpriority(os.PRIO_PROCESS, 0)
    command = [sys.executable, "-c", STANDS_BACK, str(tmp_path / "a.lock")]

    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()

    held = usual if resource.getrlimit(resource.RLIMIT_NICE)[0] or not os.geteuid() else 15
    assert [int(word) for word in said] == [15, held, 15]
