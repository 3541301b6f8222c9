"""What the log costs, in statements: no machine's noise makes these figures other than they are."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from canut.actions.ledger import log_keys
from canut.actions.ledger.sequencer import log_of, sequence
from canut.core.ledger.log import committed_entry
from canut.store.ledger.append import AT_ONCE, at_once
from canut.store.ledger.logs import entry_at, proof_of
from canut.store.tables.ledger import EntryPending
from tests.support.factories import NOW, make_project

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]
NOW_MS = int(NOW.timestamp() * 1000)


@pytest.fixture(autouse=True)
def _key(settings: Settings, tmp_path: Path) -> Iterator[None]:
    """Keep the key in a folder of this test's own."""
    settings.DATA, settings.LOG_KEY = tmp_path, ""
    log_keys.forget_keys()
    yield
    log_keys.forget_keys()


def waiting(project: int, count: int) -> None:
    """Let so many answers wait for their places."""
    EntryPending.objects.bulk_create(
        EntryPending(
            project_id=project,
            type="answer",
            payload="{}",
            nonce=bytes(32),
            commitment=number.to_bytes(32),
            created_ms=NOW_MS,
        )
        for number in range(count)
    )


def statements(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as asked:
        act()
    return len(asked)


def test_statements_of_a_batch_follow_hundreds_of_entries_and_not_entries() -> None:
    project = make_project().project.pk
    waiting(project, 10)
    sequence(NOW_MS)
    waiting(project, 20)
    few = statements(lambda: sequence(NOW_MS))
    waiting(project, 900)

    many = statements(lambda: sequence(NOW_MS))

    assert log_of(project).size == 930
    assert many <= few + 2
    assert few <= 24


def test_statements_of_a_batch_do_not_follow_its_projects() -> None:
    projects = [make_project().project.pk for _ in range(30)]
    for project in projects:
        waiting(project, 2)
    sequence(NOW_MS)  # begins their logs
    waiting(projects[0], 2)
    one = statements(lambda: sequence(NOW_MS))
    for project in projects:
        waiting(project, 2)

    many = statements(lambda: sequence(NOW_MS))

    assert all(log_of(project).size == 4 for project in projects[1:])
    assert many <= one + 1


def test_a_database_takes_as_many_at_once_as_it_says() -> None:
    project = make_project().project.pk
    waiting(project, at_once() + 3)

    assert [sequence(NOW_MS), sequence(NOW_MS), sequence(NOW_MS)] == [at_once(), 3, 0]
    assert AT_ONCE["sqlite"] == 4_000


def test_proof_reads_each_tile_once_and_each_by_one_statement() -> None:
    project = make_project().project.pk
    waiting(project, 900)
    while sequence(NOW_MS):
        pass
    log = log_of(project)

    for place in (0, 255, 256, 600, 899):
        one = entry_at(log, place)
        asked = statements(partial(proof_of, log, one, log.checkpoint))
        assert asked <= 3, place
    assert statements(lambda: entry_at(log, 5)) == 1


def test_entry_of_an_answer_is_written_as_it_always_was() -> None:
    raw = committed_entry("answer", "7", bytes(range(32)))

    assert raw == b'{"c":"%s","p":"7","t":"answer","v":1}' % bytes(range(32)).hex().encode()
