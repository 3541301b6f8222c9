"""A log that cannot go on holds back its own entries; those of all others get their positions."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from canut.actions.ledger import log_keys
from canut.actions.ledger.entries import record_entry, record_fact
from canut.actions.ledger.sequencer import log_of, sequence
from canut.actions.platform import row_faults, system_clock
from canut.core.clock import MINUTE_MS
from canut.core.ledger.log import check_tiles, read_entry
from canut.core.proofs.note import ED25519, Signer, write_key
from canut.core.proofs.tiles import Tile
from canut.store.ledger.logs import edge_of, read_tile
from canut.store.operations.health import read_readiness
from canut.store.tables.ledger import (
    EntryPending,
    Log,
    LogEntry,
    PlatformEntry,
    SequencerPosition,
)
from canut.store.tables.projects import Project
from tests.support.factories import NOW_MS, make_project

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]
LATER_MS = NOW_MS + MINUTE_MS


@pytest.fixture(autouse=True)
def _fresh(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keep the key in a folder of this test's own; report every fault."""
    settings.DATA, settings.LOG_KEY = tmp_path, ""
    monkeypatch.setattr(row_faults, "_reported", {})
    monkeypatch.setattr(system_clock, "time_ns", lambda: NOW_MS * 1_000_000)
    log_keys.forget_keys()
    yield
    log_keys.forget_keys()


def note(project: Project, number: int) -> None:
    with transaction.atomic():
        record_entry(project.pk, "answer", {"n": number}, NOW_MS, number.to_bytes(32))


def faults() -> list[str]:
    return [fault.partition(" (")[0] for fault in read_readiness(NOW_MS).row_faults]


def is_complete(project: Project) -> bool:
    """Return whether the log has every entry of its project once, and right tiles."""
    log = Log.objects.get(project=project)

    def read(tile: Tile) -> bytes:
        return read_tile(log, tile)

    check_tiles(read, edge_of(log))
    bodies = LogEntry.objects.filter(log=log).order_by("place").values_list("body", flat=True)
    logged = [read_entry(bytes(body)).commitment for body in bodies]
    waiting = EntryPending.objects.filter(project=project).values_list("commitment", flat=True)
    return sorted(filter(None, logged)) == sorted(map(bytes, waiting))


def other_key(log: Log) -> Callable[[], object]:
    key = log.key
    other = write_key(Signer(log.origin, ED25519, bytes(32)).key)
    Log.objects.filter(pk=log.pk).update(key=other)
    return lambda: Log.objects.filter(pk=log.pk).update(key=key)


def short_edge(log: Log) -> Callable[[], object]:
    Log.objects.filter(pk=log.pk).update(parts=bytes(log.parts)[:-1])
    return lambda: Log.objects.filter(pk=log.pk).update(parts=bytes(log.parts))


def other_hashes(log: Log) -> Callable[[], object]:
    Log.objects.filter(pk=log.pk).update(parts=bytes(len(log.parts)))
    return lambda: Log.objects.filter(pk=log.pk).update(parts=bytes(log.parts))


DAMAGES = {"key": other_key, "short edge": short_edge, "tile": other_hashes}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_log_waits_alone_and_goes_on_once_mended(damage: str) -> None:
    bad, good = make_project().project, make_project().project
    for project in (bad, good):
        note(project, 1)
    sequence(NOW_MS)
    mend = DAMAGES[damage](Log.objects.get(project=bad))
    for number in (2, 3):
        for project in (bad, good):
            note(project, number)

    assert sequence(NOW_MS) == 2

    assert is_complete(good)
    assert Log.objects.get(project=bad).size == 1
    assert faults() == [f"log-{bad.pk}"]
    for project in (bad, good):
        note(project, 4)
    assert sequence(NOW_MS) == 1
    assert sequence(LATER_MS) == 0  # tried again, and still damaged
    mend()
    assert sequence(LATER_MS) == 0
    assert sequence(LATER_MS + MINUTE_MS) == 3
    assert is_complete(bad)
    assert is_complete(good)
    assert not [row for row in SequencerPosition.objects.get().behind if row[0] < 0]
    assert faults() == []


@pytest.mark.parametrize("kind", ["price.set", "export"])
def test_corrupt_entry_holds_back_its_own_log(kind: str) -> None:
    bad, good = make_project().project, make_project().project
    with transaction.atomic():
        record_fact(bad.pk, kind, {"sha256": "0"}, NOW_MS)
        record_fact(good.pk, kind, {"sha256": "0"}, NOW_MS)
    note(good, 1)
    spoilt = EntryPending.objects.filter(project=bad)
    whole = spoilt.get().payload
    spoilt.update(payload="{")

    assert sequence(NOW_MS) == 2

    assert faults() == [f"log-{bad.pk}"]
    assert not LogEntry.objects.filter(pending__project=bad).exists()
    spoilt.update(payload=whole)
    assert sequence(LATER_MS) == 1
    assert LogEntry.objects.filter(pending__project=bad).count() == 1


def test_corrupt_platform_entry_waits_alone() -> None:
    with transaction.atomic():
        for number in (1, 2):
            record_fact(None, "policy.set", {"new": number}, NOW_MS)
    bad, good = PlatformEntry.objects.order_by("id")
    PlatformEntry.objects.filter(pk=bad.pk).update(payload="{")

    assert sequence(NOW_MS) == 1

    assert PlatformEntry.objects.get(pk=good.pk).place == 0
    assert faults() == [f"platform-entry-{bad.pk}"]
    PlatformEntry.objects.filter(pk=bad.pk).update(payload=bad.payload)
    assert sequence(NOW_MS) == 1
    assert log_of(None).size == 2


def test_held_log_catches_up_a_part_of_a_batch_at_a_time() -> None:
    bad, good = make_project().project, make_project().project
    note(bad, 0)
    sequence(NOW_MS)
    mend = other_key(Log.objects.get(project=bad))
    for number in range(1, 20):
        note(bad, number)
    sequence(NOW_MS)
    mend()
    for number in range(20):
        note(good, number)

    sizes = [sequence(LATER_MS, 24) for _ in range(5)]

    assert sizes == [26, 6, 6, 1, 0]
    assert is_complete(bad)
    assert is_complete(good)


def test_held_log_costs_others_no_statement_of_its_own() -> None:
    bad, good = make_project().project, make_project().project
    for project in (bad, good):
        note(project, 1)
    sequence(NOW_MS)
    note(good, 2)
    with CaptureQueriesContext(connection) as before:
        sequence(NOW_MS)
    other_key(Log.objects.get(project=bad))
    note(bad, 2)
    sequence(NOW_MS)
    for project in (bad, good):
        note(project, 3)

    with CaptureQueriesContext(connection) as held:
        assert sequence(NOW_MS) == 1

    assert len(held) == len(before)
