"""On PostgreSQL bulk writers pause while a serving process asks anything, and not otherwise."""

from pathlib import Path

import psycopg
import pytest
from django.db import connection
from pytest_django import Settings

from canut.actions.platform.bulk_pacing import MOST_ROWS, PAUSE_RATIO, SERVED_MS, BulkPacer
from canut.store.operations.jobs import WEB
from canut.store.sqlite.writer_lock import bulk_lock

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql, pytest.mark.dialect]


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    waits: list[float] = []
    monkeypatch.setattr("canut.actions.platform.bulk_pacing.time.sleep", waits.append)
    return waits


@pytest.fixture
def lately(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what was asked within a minute count as asked now, however slow this machine is."""
    monkeypatch.setattr("canut.actions.platform.bulk_pacing.SERVED_MS", 60_000)


def hold(clock: list[float], seconds: float) -> None:
    clock[0] += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let time pass only when it is told to."""
    now = [0.0]
    monkeypatch.setattr("canut.actions.platform.bulk_pacing.time.perf_counter", lambda: now[0])
    return now


def served(name: str) -> "psycopg.Connection[tuple[object, ...]]":
    """Ask something as a process of that name does."""
    there = connection.get_connection_params()
    known = {key: there[key] for key in ("host", "port", "user", "dbname") if key in there}
    asking = psycopg.connect(**known, application_name=name, autocommit=True)
    asking.execute("SELECT 1")
    return asking


@pytest.mark.usefixtures("lately")
def test_while_people_are_served_the_pause_is_three_times_the_chunk(
    slept: list[float], clock: list[float]
) -> None:
    with served(WEB), BulkPacer() as pace:
        with pace.chunk(1_000):
            hold(clock, 0.02)

        assert slept == [pytest.approx(0.02 * PAUSE_RATIO)]
        assert pace.rows == 500


def test_page_that_asks_now_and_then_holds_nothing_up(
    slept: list[float], clock: list[float]
) -> None:
    with served(WEB), BulkPacer() as pace:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(%s)", (2 * SERVED_MS / 1_000,))
        with pace.chunk(pace.rows):
            hold(clock, 0.1)

    assert slept == []


@pytest.mark.usefixtures("lately")
def test_of_several_bulk_writers_on_one_machine_one_is_at_it_while_people_are_served(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path
) -> None:
    settings.DATA = tmp_path
    turn, held = bulk_lock(str(tmp_path / "postgresql")), list[bool]()

    def sleep(_seconds: float) -> None:
        held.append(turn.is_held_by(pace))

    monkeypatch.setattr("canut.actions.platform.bulk_pacing.time.sleep", sleep)
    with served(WEB), BulkPacer() as pace:
        for _ in range(2):  # the first finds out that people are served
            with pace.chunk(1_000):
                held.append(turn.is_held_by(pace))

    assert held == [False, False, True, True]


@pytest.mark.usefixtures("lately")
@pytest.mark.parametrize("name", ["", "psql"])
def test_others_are_not_waited_for(name: str, slept: list[float], clock: list[float]) -> None:
    with served(name), BulkPacer() as pace:
        for _ in range(3):
            with pace.chunk(pace.rows):
                hold(clock, 0.1)

        assert (slept, pace.rows) == ([], MOST_ROWS)


@pytest.mark.usefixtures("lately")
def test_impolite_writer_does_not_wait(slept: list[float], clock: list[float]) -> None:
    with served(WEB), BulkPacer(polite=False) as pace, pace.chunk(1_000):
        hold(clock, 0.02)

    assert slept == []
