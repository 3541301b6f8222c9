from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from canut.store.sqlite import wal
from canut.store.sqlite.wal import (
    checkpoint_passive,
    count_frames,
    empty,
    moves,
    pragma,
    restart_wal,
)
from canut.store.sqlite.writer_lock import bulk_lock, writer_lock
from tests.support.log_entries import database, length, move_frames, name, reading, write

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def emptied() -> None:
    assert empty()


def test_no_commit_moves_what_was_written_however_much_it_was() -> None:
    before = database()

    write(1_500)

    assert database() == before
    moved = checkpoint_passive()
    assert moved is not None
    assert moved.frames == moved.moved > 1_500
    assert database() != before


def test_what_another_reads_from_before_is_moved_later() -> None:
    write(10)
    with reading():
        write(10)
        first = checkpoint_passive()
        assert first is not None
        assert first.moved < first.frames

    second = checkpoint_passive()

    assert second is not None
    assert second.moved == second.frames


def test_there_is_always_something_to_move_when_a_move_begins() -> None:
    """What SQLite before 3.51.3 needs: a log that is whole in the database may begin anew."""
    write(3)
    with CaptureQueriesContext(connection) as captured:
        done = [checkpoint_passive() for _ in range(3)]

    said = [one["sql"] for one in captured.captured_queries]
    assert [one.frames for one in done[1:] if one] == [1, 1]
    counted = [one for one in said if "user_version=" in one]
    order = [one for one in said if "user_version=" in one or "wal_checkpoint" in one]
    assert len(counted) == 3
    assert order == [one for n in counted for one in (n, "PRAGMA wal_checkpoint(PASSIVE)")]


def test_page_that_is_written_for_it_need_not_reach_the_disk_and_what_follows_does() -> None:
    with CaptureQueriesContext(connection) as said:
        checkpoint_passive()

    texts = [one["sql"] for one in said.captured_queries]
    counted = next(n for n, one in enumerate(texts) if "user_version=" in one)
    assert "PRAGMA synchronous=1" in texts[:counted]
    assert texts[counted + 1] == "PRAGMA synchronous=2"
    assert pragma("synchronous") == (2,)


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
    checkpoint_passive()
    assert held == [False]

    restart_wal(waits=True)
    assert held == [False, False, True]


def test_log_that_somebody_reads_is_begun_anew_another_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waits = list[float]()
    monkeypatch.setattr("canut.store.sqlite.wal.time.sleep", waits.append)
    write(20)
    with reading():
        write(20)
        restart_wal(waits=True)
        kept = move_frames()
    restart_wal(waits=True)
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
    restart_wal(waits=True)

    assert stood == [True]
    assert lock.take_if_free(other)
    lock.give_back(other)


def test_bulk_writer_is_not_waited_for_where_the_log_is_short() -> None:
    lock, other = bulk_lock(name()), object()
    write(200)
    lock.take(other)
    restart_wal(waits=False)
    lock.give_back(other)
    write(1)
    kept = move_frames()

    restart_wal(waits=False)
    write(1)

    assert kept > 200
    assert move_frames() < 10


def test_frames_are_counted_as_sqlite_counts_them_also_after_the_log_began_anew() -> None:
    assert count_frames() == 0
    write(40)
    first, first_moved = count_frames(), move_frames()

    assert restart_wal(waits=True)
    write(2)
    again, again_moved = count_frames(), move_frames()

    assert first == first_moved > 40
    assert again == again_moved < 10
    assert empty()
    assert count_frames() == 0


def test_no_log_has_no_frames(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(connection.settings_dict, "NAME", tmp_path / "nothing")

    assert count_frames() == 0


def test_file_of_a_log_that_grew_for_a_reader_is_given_back() -> None:
    (usual,) = pragma("journal_size_limit")
    pragma("journal_size_limit=400000")
    with reading():
        write(200)
    grown = length()

    restart_wal(waits=True)
    write(1)

    assert usual == settings.MOST_KEPT_BYTES
    assert grown > 800_000
    assert length() == 400_000


def test_moves_are_counted_and_begin_again_at_nought(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wal, "MOST_MOVES", moves() + 2)

    checkpoint_passive()
    counted = moves()
    checkpoint_passive()

    assert counted > 0
    assert moves() == 0
