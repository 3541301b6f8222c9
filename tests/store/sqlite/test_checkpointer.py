import itertools
from pathlib import Path

import pytest
from django.db import Error

from canut.store.sqlite import checkpointer
from canut.store.sqlite.checkpointer import Checkpointer, keep_moving
from canut.store.sqlite.wal import Moved, checkpoint_passive, count_frames, empty
from canut.store.sqlite.writer_lock import wal_lock
from tests.support.log_entries import database, elsewhere, length, move_frames, name, reading, write

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def emptied() -> None:
    assert empty()


def test_one_moves_at_a_time() -> None:
    lock, other = wal_lock(name()), object()
    write(3)
    lock.take(other)
    try:
        assert checkpoint_passive() is None
        at_it = Checkpointer()
        at_it.poll()
    finally:
        lock.give_back(other)

    assert checkpoint_passive() == Moved(move_frames(), move_frames())


@pytest.mark.slow
def test_log_begins_anew_beside_writers_that_never_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpointer, "LONGEST_FRAMES", 300)
    monkeypatch.setattr(checkpointer, "FRAMES", 100)
    at_it, begun = Checkpointer(itertools.count(step=10).__next__), database()

    for _ in range(30):
        elsewhere(lambda: write(60))
        at_it.poll()

    assert Path(f"{name()}-wal").stat().st_size < 600 * 4_120
    assert database() != begun


def test_log_is_begun_anew_for_a_bulk_writer_only_once_it_is_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = list[bool]()

    def noted(*, waits: bool) -> None:
        asked.append(waits)

    monkeypatch.setattr(checkpointer, "restart_wal", noted)
    monkeypatch.setattr(checkpointer, "FRAMES", 100)
    monkeypatch.setattr(checkpointer, "LONGEST_FRAMES", 200)
    at_it = Checkpointer(itertools.count(step=10).__next__)

    for _ in range(5):
        elsewhere(lambda: write(60))
        with reading():  # else it would begin anew by itself
            at_it.poll()

    assert asked == [False, False, True, True]


def test_mover_looks_sooner_the_more_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    frames = [0]
    monkeypatch.setattr(checkpointer, "count_frames", lambda: frames[0])
    monkeypatch.setattr(checkpointer, "checkpoint_passive", lambda: None)  # somebody else is at it
    at_it = Checkpointer(itertools.count().__next__)

    waits = list[float]()
    for came in (1, 10_000, 900_000):
        frames[0] += came
        elsewhere(lambda: write(1))
        waits.append(at_it.poll())

    assert waits == [0.2, pytest.approx(0.2, rel=1e-3), 0.05]


def test_mover_looks_more_rarely_where_nobody_writes() -> None:
    now = [0.0]
    at_it = Checkpointer(lambda: now[0])
    now[0] += checkpointer.LONGEST_SECONDS
    at_it.poll()
    soon = at_it.poll()
    now[0] += checkpointer.QUIET_SECONDS + 1

    late = at_it.poll()

    assert (soon, late) == (checkpointer.LATE_SECONDS, checkpointer.IDLE_SECONDS)


def test_mover_moves_as_soon_as_enough_came_however_long_it_rested(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(checkpointer, "FRAMES", 200)
    at_it = Checkpointer(lambda: 0.0)
    for _ in range(3):
        elsewhere(lambda: write(220))
        assert count_frames() > 200
        at_it.poll()
        write(1)
        assert count_frames() < 20


def test_mover_rests_while_nobody_writes_and_waits_for_enough(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now, done = [100.0], list[Moved | None]()

    def moved() -> Moved | None:
        done.append(checkpoint_passive())
        return done[-1]

    monkeypatch.setattr(checkpointer, "checkpoint_passive", moved)
    at_it = Checkpointer(lambda: now[0])
    at_it.poll()
    now[0] += checkpointer.LONGEST_SECONDS
    at_it.poll()
    assert len(done) == 1  # what came before it was there

    now[0] += 60
    at_it.poll()
    assert len(done) == 1

    elsewhere(lambda: write(3))
    at_it.poll()
    assert len(done) == 2

    elsewhere(lambda: write(3))
    now[0] += checkpointer.LONGEST_SECONDS - 0.1
    at_it.poll()
    assert len(done) == 2
    now[0] += 0.1
    at_it.poll()
    assert len(done) == 3


class DoneError(Exception):
    """Ends what goes on for ever."""


def test_log_that_cannot_be_moved_is_told_once_and_cut_off_as_soon_as_it_can(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tries = iter(["disk full", "disk full", "no disk", "", "", "", "disk full", "", ""])
    waits, lengths = list[float](), list[int]()

    def fail_if_full() -> None:
        problem = next(tries, None)
        if problem is None:
            raise DoneError
        if problem:
            raise [Error, OSError][problem == "no disk"](problem)

    def poll(_: Checkpointer) -> float:
        lengths.append(length())
        write(1)
        fail_if_full()
        return 0.7

    def cut(wait_ms: int) -> bool:
        fail_if_full()
        return empty(wait_ms)

    monkeypatch.setattr(Checkpointer, "poll", poll)
    monkeypatch.setattr(checkpointer, "empty", cut)
    monkeypatch.setattr("canut.store.sqlite.checkpointer.time.sleep", waits.append)

    with pytest.raises(DoneError):
        keep_moving(Checkpointer())

    assert [one.getMessage().rpartition(": ")[2] for one in caplog.records] == [
        "disk full",
        "no disk",
        "disk full",
    ]
    assert waits == [0.2, 0.2, 0.2, 0.2, 0.7, 0.7, 0.2, 0.7]
    assert [one > 0 for one in lengths] == [False, False, True, True, False, True]


def test_log_that_cannot_be_cut_off_for_a_reader_is_moved_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looks, lengths = list[int](), list[int]()

    def poll(_: Checkpointer) -> float:
        looks.append(length())
        if len(looks) == 1:
            raise Error("disk full")
        if len(looks) == 4:
            raise DoneError
        return 0.2

    def sleep(_: float) -> None:
        lengths.append(length())
        if len(lengths) == 4:
            other.execute("COMMIT")

    monkeypatch.setattr(Checkpointer, "poll", poll)
    monkeypatch.setattr("canut.store.sqlite.checkpointer.time.sleep", sleep)
    write(5)

    with reading() as other, pytest.raises(DoneError):
        keep_moving(Checkpointer())

    assert looks[1] == looks[2] > 0
    assert looks[3] == 0
