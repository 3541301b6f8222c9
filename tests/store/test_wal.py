import itertools
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from django.db import Error, connection, connections
from django.test.utils import CaptureQueriesContext

from canut.store.locks import bulk_lock, wal_lock, writer_lock
from canut.store.models import Fact
from canut.store.sqlite import wal
from canut.store.sqlite.wal import Moved, Mover, begin_anew, empty, move, moves, pragma

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]

NUMBERS = itertools.count(1_000)


def name() -> str:
    return str(connection.settings_dict["NAME"])


def database() -> tuple[int, int]:
    """Say when the file was last written, and how long it is."""
    found = Path(name()).stat()
    return found.st_mtime_ns, found.st_size


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
def reading() -> Iterator[None]:
    """Read from now on until the block ends: a snapshot that stays."""
    with closing(sqlite3.connect(name(), isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM store_fact").fetchall()
        yield
        other.execute("COMMIT")


@pytest.fixture(autouse=True)
def emptied() -> None:
    assert empty()


def test_no_commit_moves_what_was_written_however_much_it_was() -> None:
    before = database()

    write(1_500)

    assert database() == before
    moved = move()
    assert moved is not None
    assert moved.frames == moved.moved > 1_500
    assert database() != before


def test_what_another_reads_from_before_is_moved_later() -> None:
    write(10)
    with reading():
        write(10)
        first = move()
        assert first is not None
        assert first.moved < first.frames

    second = move()

    assert second is not None
    assert second.moved == second.frames


def test_there_is_always_something_to_move_when_a_move_begins() -> None:
    """What SQLite before 3.51.3 needs: a log that is whole in the database may begin anew."""
    write(3)
    with CaptureQueriesContext(connection) as captured:
        done = [move() for _ in range(3)]

    said = [one["sql"] for one in captured.captured_queries]
    assert [one.frames for one in done[1:] if one] == [1, 1]
    counted = [one for one in said if "user_version=" in one]
    order = [one for one in said if "user_version=" in one or "wal_checkpoint" in one]
    assert len(counted) == 3
    assert order == [one for n in counted for one in (n, "PRAGMA wal_checkpoint(PASSIVE)")]


def test_page_that_is_written_for_it_need_not_reach_the_disk_and_what_follows_does() -> None:
    with CaptureQueriesContext(connection) as said:
        move()

    texts = [one["sql"] for one in said.captured_queries]
    counted = next(n for n, one in enumerate(texts) if "user_version=" in one)
    assert "PRAGMA synchronous=1" in texts[:counted]
    assert texts[counted + 1] == "PRAGMA synchronous=2"
    assert pragma("synchronous") == (2,)


def test_one_moves_at_a_time() -> None:
    lock, other = wal_lock(name()), object()
    write(3)
    lock.take(other)
    try:
        assert move() is None
        mover = Mover()
        mover.look()
    finally:
        lock.give_back(other)

    assert move() == Moved(move_frames(), move_frames())


def move_frames() -> int:
    """Return how many frames the log holds now."""
    return int(pragma("wal_checkpoint(PASSIVE)")[1])


def test_nobody_waits_for_the_writer_lock_while_it_is_moved(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    held, usual = list[bool](), wal.pragma
    lock, other = writer_lock(name()), object()

    def seen(words: str) -> tuple[int, ...]:
        if "wal_checkpoint" in words:
            held.append(not lock.take_if_free(other))
            lock.give_back(other)
        return usual(words)

    monkeypatch.setattr(wal, "pragma", seen)
    write(3)
    move()
    assert held == [False]

    begin_anew(waits=True)
    assert held == [False, False, True]


def test_log_begins_anew_beside_writers_that_never_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wal, "LONGEST_FRAMES", 300)
    monkeypatch.setattr(wal, "FRAMES", 100)
    mover, begun = Mover(itertools.count(step=10).__next__), database()

    for _ in range(30):
        elsewhere(lambda: write(60))
        mover.look()

    assert Path(f"{name()}-wal").stat().st_size < 600 * 4_120
    assert database() != begun


def test_log_that_somebody_reads_is_begun_anew_another_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waits = list[float]()
    monkeypatch.setattr("canut.store.sqlite.wal.time.sleep", waits.append)
    write(20)
    with reading():
        write(20)
        begin_anew(waits=True)
        kept = move_frames()
    begin_anew(waits=True)
    write(1)

    assert len(waits) == wal.TRIES
    assert kept > 40
    assert move_frames() < 10
    assert pragma("busy_timeout") == (10_000,)


def test_bulk_writers_stand_still_while_a_log_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    lock, other, stood = bulk_lock(name()), object(), list[bool]()
    usual = wal.pragma

    def seen(words: str) -> tuple[int, ...]:
        if "RESTART" in words:
            stood.append(not lock.take_if_free(other))
        return usual(words)

    monkeypatch.setattr(wal, "pragma", seen)
    begin_anew(waits=True)

    assert stood == [True]
    assert lock.take_if_free(other)
    lock.give_back(other)


def test_log_is_begun_anew_for_a_bulk_writer_only_once_it_is_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = list[bool]()

    def noted(*, waits: bool) -> None:
        asked.append(waits)

    monkeypatch.setattr(wal, "begin_anew", noted)
    monkeypatch.setattr(wal, "FRAMES", 100)
    monkeypatch.setattr(wal, "LONGEST_FRAMES", 200)
    mover = Mover(itertools.count(step=10).__next__)

    for _ in range(5):
        elsewhere(lambda: write(60))
        with reading():  # else it would begin anew by itself
            mover.look()

    assert asked == [False, False, True, True]


def test_bulk_writer_is_not_waited_for_where_the_log_is_short() -> None:
    lock, other = bulk_lock(name()), object()
    write(200)
    lock.take(other)
    begin_anew(waits=False)
    lock.give_back(other)
    write(1)
    kept = move_frames()

    begin_anew(waits=False)
    write(1)

    assert kept > 200
    assert move_frames() < 10


def test_mover_looks_sooner_the_more_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    frames = [0]
    monkeypatch.setattr(wal, "move", lambda: Moved(frames[0], 0))
    mover = Mover(itertools.count(step=3).__next__)

    waits = list[float]()
    for came in (1, 15_000, 900_000):
        frames[0] += came
        elsewhere(lambda: write(1))
        waits.append(mover.look())

    assert waits == [0.5, pytest.approx(wal.FRAMES * 3 / 15_000), 0.05]


def test_mover_rests_while_nobody_writes_and_waits_for_enough(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now, done = [100.0], list[Moved | None]()

    def moved() -> Moved | None:
        done.append(move())
        return done[-1]

    monkeypatch.setattr(wal, "move", moved)
    mover = Mover(lambda: now[0])
    mover.look()
    now[0] += wal.LONGEST_SECONDS
    mover.look()
    assert len(done) == 1  # what came before it was there

    now[0] += 60
    mover.look()
    assert len(done) == 1

    elsewhere(lambda: write(3))
    mover.look()
    assert len(done) == 2

    elsewhere(lambda: write(3))
    now[0] += wal.LONGEST_SECONDS - 0.1
    mover.look()
    assert len(done) == 2
    now[0] += 0.1
    mover.look()
    assert len(done) == 3


def test_log_that_cannot_be_moved_is_told_and_tried_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    looks = list[int]()

    class DoneError(Exception):
        pass

    def look(_: Mover) -> None:
        looks.append(1)
        if len(looks) == 3:
            raise DoneError
        raise [Error, OSError][len(looks) - 1]("disk full")

    waits = list[float]()
    monkeypatch.setattr(Mover, "look", look)
    monkeypatch.setattr("canut.store.sqlite.wal.time.sleep", waits.append)

    with pytest.raises(DoneError):
        wal.keep_moving(Mover())

    assert [one.getMessage() for one in caplog.records] == [
        "the write-ahead log could not be moved: disk full"
    ] * 2
    assert waits == [0.5, 5, 5]


def test_moves_are_counted_and_begin_again_at_nought(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wal, "MOST_MOVES", moves() + 2)

    move()
    counted = moves()
    move()

    assert counted > 0
    assert moves() == 0
