import datetime as dt
import threading
import time
from pathlib import Path

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from canut.actions.imports.lifecycle import (
    ImportOptions,
    discard_import,
    publish_import,
    read_import,
)
from canut.actions.imports.lifecycle import start_import as start
from canut.actions.platform.bulk_pacing import FEWEST_ROWS, FIRST_ROWS, MOST_ROWS, BulkPacer
from canut.core.clock import to_ms
from canut.core.formats import sniff
from canut.store.models import Import, Person, Task, TaskState
from canut.store.sqlite.wal import checkpoint_passive
from canut.store.sqlite.writer_lock import bulk_lock, writer_lock
from tests.support.factories import NOW_MS, make_project
from tests.support.log_entries import elsewhere

NOW = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sqlite, pytest.mark.dialect]


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    waits: list[float] = []
    monkeypatch.setattr("canut.actions.platform.bulk_pacing.time.sleep", waits.append)
    return waits


def write_from_elsewhere() -> None:
    def write() -> None:
        Person.objects.create(username=f"p{time.perf_counter_ns()}")
        connections.close_all()

    thread = threading.Thread(target=write)
    thread.start()
    thread.join()


def hold(seconds: float) -> None:
    begun = time.perf_counter()
    while time.perf_counter() - begun < seconds:
        pass


def pragma(name: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {name}")
        return int(cursor.fetchone()[0])


def test_nobody_is_waited_for_when_nobody_writes(slept: list[float]) -> None:
    with BulkPacer() as pace:
        for _ in range(3):
            with pace.chunk(10):
                Person.objects.create(username=f"p{time.perf_counter_ns()}")

    assert slept == []


def test_the_door_stays_open_three_times_as_long_while_others_write(slept: list[float]) -> None:
    with BulkPacer() as pace:
        write_from_elsewhere()
        with pace.chunk(10):
            hold(0.01)

    assert len(slept) == 1
    assert 0.03 <= slept[0] < 0.3


def test_of_several_bulk_writers_one_is_at_it_from_its_chunk_to_the_end_of_its_pause(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    turn = bulk_lock(str(connection.settings_dict["NAME"]))
    held: list[bool] = []

    def sleep(_seconds: float) -> None:
        held.append(turn.is_held_by(pace))

    monkeypatch.setattr("canut.actions.platform.bulk_pacing.time.sleep", sleep)
    with BulkPacer() as pace:
        write_from_elsewhere()
        with pace.chunk(10):
            held.append(turn.is_held_by(pace))

        assert not turn.is_held_by(pace)

    assert held == [True, True]


def test_bulk_writer_inside_a_transaction_waits_for_no_other() -> None:
    turn, other = bulk_lock(str(connection.settings_dict["NAME"])), object()
    turn.take(other)

    try:
        with transaction.atomic(), BulkPacer() as pace, pace.chunk(10):
            Person.objects.create(username="p")
    finally:
        turn.give_back(other)

    assert Person.objects.filter(username="p").exists()


def test_who_moves_the_log_is_not_waited_for(slept: list[float]) -> None:
    with BulkPacer() as pace:
        for _ in range(3):
            elsewhere(checkpoint_passive)
            with pace.chunk(10):
                Person.objects.create(username=f"p{time.perf_counter_ns()}")
        assert slept == []

        write_from_elsewhere()
        with pace.chunk(10):
            pass

    assert len(slept) == 1


def test_who_waited_long_to_be_let_in_leaves_the_door_open_longer(slept: list[float]) -> None:
    lock, other = writer_lock(str(connection.settings_dict["NAME"])), object()
    with BulkPacer() as pace:
        write_from_elsewhere()
        lock.take(other)
        threading.Timer(0.1, lock.give_back, [other]).start()
        with pace.chunk(10):
            pass

    assert slept[0] >= 0.2


def test_an_impolite_writer_does_not_wait(slept: list[float]) -> None:
    with BulkPacer(polite=False) as pace:
        write_from_elsewhere()
        with pace.chunk(10):
            pass

    assert slept == []


def test_chunks_shrink_at_once_and_grow_slowly() -> None:
    with BulkPacer() as pace:
        with pace.chunk(pace.rows):
            pass
        grown = pace.rows
        with pace.chunk(pace.rows):
            hold(0.2)

        assert grown == FIRST_ROWS * 1.5
        assert FEWEST_ROWS <= pace.rows < grown / 4
        for _ in range(30):
            with pace.chunk(pace.rows):
                pass
        assert FIRST_ROWS < pace.rows <= MOST_ROWS


def test_the_connection_is_left_as_it_was() -> None:
    with pytest.raises(ValueError, match="stop"), BulkPacer():
        assert pragma("synchronous") == 1
        raise ValueError("stop")

    assert pragma("synchronous") == 2


@pytest.mark.parametrize("is_busy", [True, False])
@pytest.mark.usefixtures("slept")
def test_the_log_is_emptied_half_as_often_while_nobody_else_waits_for_the_disk(
    *, is_busy: bool
) -> None:
    with BulkPacer() as pace, CaptureQueriesContext(connection) as said:
        for _ in range(4):
            if is_busy:
                write_from_elsewhere()
            with pace.chunk(10_000):
                Person.objects.create(username=f"p{time.perf_counter_ns()}")

    emptied = [one for one in said.captured_queries if "wal_checkpoint" in one["sql"]]
    assert len(emptied) == (4 if is_busy else 2)


def test_thousands_of_rows_come_in_and_go_in_many_chunks(
    tmp_path: Path, settings: Settings
) -> None:
    settings.DATA = tmp_path
    project = make_project().project
    path = tmp_path / "a.csv"
    path.write_text("text\n" + "".join(f"phrase {number}\n" for number in range(25_000)))
    options = ImportOptions()
    first, second = (
        start(project.id, path, "a.csv", sniff(path), options, by=project.created_by, now_ms=NOW_MS)
        for _ in range(2)
    )

    read_import(first.id, to_ms(NOW))
    read_import(second.id, to_ms(NOW))
    publish_import(first.id, to_ms(NOW))
    discard_import(second.id, to_ms(NOW))

    assert Import.objects.get(id=first.id).rows_good == 25_000
    assert TaskState.objects.filter(task__source=first, state="open").count() == 25_000
    assert not Task.objects.filter(source=second).exists()


def test_chunks_do_not_wait_for_the_disk_and_what_follows_does() -> None:
    with BulkPacer() as pace, pace.chunk(10):
        inside = pragma("synchronous")

    assert (inside, pragma("synchronous")) == (1, 2)
