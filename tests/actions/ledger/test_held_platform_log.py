"""A damaged platform log holds back itself: the others go on, nothing is lost or signed falsely."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import Client
from pytest_django import Settings

from canut.actions.ledger import inclusion_promises, log_keys
from canut.actions.ledger.entries import record_entry, record_fact
from canut.actions.ledger.inclusion_promises import sign_promise
from canut.actions.ledger.rollback_detection import forget_ends
from canut.actions.ledger.sequencer import sequence
from canut.actions.platform import row_faults, system_clock
from canut.core.clock import MINUTE_MS
from canut.core.ledger.log import Entry, check_tiles, read_entry
from canut.core.operations.findings import Level, examine
from canut.core.proofs.checkpoint import Checkpoint, open_checkpoint
from canut.core.proofs.merkle import tree_root
from canut.core.proofs.note import ED25519, Signer, read_key, write_key
from canut.core.proofs.tiles import Tile, node_reader
from canut.store.ledger.held_logs import held_platform
from canut.store.ledger.logs import edge_of, read_tile
from canut.store.operations.health import read_readiness
from canut.store.tables.ledger import (
    EntryPending,
    Log,
    LogEntry,
    LogTile,
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
    forget = (log_keys.forget_keys, forget_ends, inclusion_promises.forget_promisers)
    for each in forget:
        each()
    yield
    for each in forget:
        each()


def note(project: Project, number: int) -> None:
    with transaction.atomic():
        record_entry(project.pk, "answer", {"n": number}, NOW_MS, number.to_bytes(32))


def release(project: Project, digest: str) -> None:
    with transaction.atomic():
        record_fact(project.pk, "export", {"sha256": digest}, NOW_MS)


def set_policy(number: int) -> None:
    with transaction.atomic():
        record_fact(None, "policy.set", {"new": number}, NOW_MS)


def platform() -> Log:
    return Log.objects.get(project=None)


def end_of(log: Log) -> Checkpoint:
    return open_checkpoint(log.checkpoint.encode(), (read_key(log.key),))[0]


def platform_entries() -> list[Entry]:
    rows = LogEntry.objects.filter(log=platform()).order_by("place")
    return [read_entry(bytes(row.body)) for row in rows]


def is_whole(before: Checkpoint) -> bool:
    """Return whether the platform log grew from this end, and holds all there is once."""
    log = platform()

    def read(tile: Tile) -> bytes:
        return read_tile(log, tile)

    check_tiles(read, edge_of(log))
    facts = [entry.facts for entry in platform_entries()]
    ends = [end_of(each) for each in Log.objects.exclude(project=None)]
    released = EntryPending.objects.filter(type="export")
    return (
        tree_root(node_reader(read, log.size), before.size) == before.root
        and all({"o": e.origin, "n": e.size, "r": e.root.hex()} in facts for e in ends)
        and all(LogEntry.objects.filter(pending=entry).count() == 1 for entry in released)
        and not PlatformEntry.objects.filter(place=None).exists()
        and sum("new" in each for each in facts) == PlatformEntry.objects.count()
    )


def change(column: str, value: object) -> Callable[[], object]:
    """Write a column of the platform log; return what writes back what was there."""
    rows = Log.objects.filter(project=None)
    before = rows.values_list(column, flat=True).get()
    rows.update(**{column: value})
    return partial(rows.update, **{column: before})


def other_key() -> Callable[[], object]:
    return change("key", write_key(Signer(platform().origin, ED25519, bytes(32)).key))


def short_edge() -> Callable[[], object]:
    return change("parts", bytes(platform().parts)[:-1])


def other_hashes() -> Callable[[], object]:
    return change("parts", bytes(len(platform().parts)))


def other_checkpoint() -> Callable[[], object]:
    return change("checkpoint", platform().checkpoint.replace("\n", "\n9", 1))


def other_tile() -> Callable[[], object]:
    """Change a tile, which the database refuses while it guards them."""
    tile = LogTile.objects.get(log=platform(), level=0, place=0)
    whole = bytes(tile.body)

    def write(body: bytes) -> None:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET session_replication_role = replica")
                LogTile.objects.filter(pk=tile.pk).update(body=body)
                cursor.execute("SET session_replication_role = origin")
                return
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s",
                ["store_logtile"],
            )
            guards = cursor.fetchall()
            for name, _sql in guards:
                cursor.execute(f'DROP TRIGGER "{name}"')
            LogTile.objects.filter(pk=tile.pk).update(body=body)
            for _name, sql in guards:
                cursor.execute(sql)

    write(bytes(len(whole)))
    return lambda: write(whole)


DAMAGES = {
    "key": other_key,
    "short edge": short_edge,
    "other hashes": other_hashes,
    "checkpoint": other_checkpoint,
    "tile": other_tile,
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("is_restarted", [False, True], ids=["running", "restarted"])
def test_projects_go_on_and_all_that_waited_is_taken_once_it_is_mended(
    damage: str, *, is_restarted: bool
) -> None:
    first, second = make_project().project, make_project().project
    for project in (first, second):
        note(project, 1)
    set_policy(1)
    sequence(NOW_MS)
    before = end_of(platform())
    mend = DAMAGES[damage]()
    if is_restarted:
        forget_ends()
    for number in (2, 3):
        note(first, number)
        release(first, f"{number}")
        set_policy(number)

    assert sequence(NOW_MS) == 2  # the answers; what is for all to read waits
    note(second, 2)
    release(second, "4")
    assert sequence(NOW_MS + 1) == 1
    assert sequence(LATER_MS) == 0  # tried again, and still damaged

    assert [Log.objects.get(project=each).size for each in (first, second)] == [3, 2]
    assert len(platform_entries()) == before.size
    assert held_platform(SequencerPosition.objects.get().behind) is not None
    seen = read_readiness(NOW_MS)
    found = {finding.code: finding.level for finding in examine(seen)}
    assert found["platform-log-held"] == Level.BROKEN
    assert seen.row_faults == ()
    mend()
    assert sequence(LATER_MS) == 0
    assert sequence(LATER_MS + MINUTE_MS) == 5  # three exports and two policies
    assert is_whole(before)
    assert sequence(LATER_MS + MINUTE_MS) == 0
    assert not [row for row in SequencerPosition.objects.get().behind if row[0] < 0]
    assert read_readiness(NOW_MS).platform_log_problem == ""
    assert not [entry for entry in platform_entries() if "shown" in entry.facts]


def test_what_waited_is_taken_a_batch_at_a_time() -> None:
    project = make_project().project
    note(project, 0)
    set_policy(0)
    sequence(NOW_MS)
    before = end_of(platform())
    mend = short_edge()
    for number in range(20):
        release(project, f"{number}")
        note(project, number)
    while sequence(NOW_MS, 7):
        pass
    for number in range(20, 25):
        release(project, f"{number}")
    mend()

    while sequence(LATER_MS, 7):
        pass

    assert is_whole(before)
    assert not [row for row in SequencerPosition.objects.get().behind if row[0] < 0]


def test_public_entry_that_cannot_be_read_holds_back_its_project_alone() -> None:
    bad, good = make_project().project, make_project().project
    for project in (bad, good):
        note(project, 1)
    sequence(NOW_MS)
    before = end_of(platform())
    mend = short_edge()
    for project in (bad, good):
        release(project, "1")
    sequence(NOW_MS)
    spoilt = EntryPending.objects.filter(project=bad, type="export")
    whole = spoilt.get().payload
    spoilt.update(payload="{")
    mend()

    assert sequence(LATER_MS) == 1

    assert LogEntry.objects.filter(pending__project=good, pending__type="export").count() == 1
    faults = read_readiness(NOW_MS).row_faults
    assert [fault.partition(" (")[0] for fault in faults] == [f"log-{bad.pk}"]
    spoilt.update(payload=whole)
    assert sequence(LATER_MS + MINUTE_MS) == 1
    assert is_whole(before)


def test_clock_that_was_set_back_meanwhile_leaves_no_end_out() -> None:
    first, second = make_project().project, make_project().project
    for project in (first, second):
        note(project, 1)
    sequence(NOW_MS)
    before = end_of(platform())
    mend = short_edge()
    note(first, 2)
    sequence(NOW_MS)
    note(second, 2)
    sequence(NOW_MS - 9 * MINUTE_MS)
    mend()

    sequence(LATER_MS)

    assert is_whole(before)


def test_project_log_whose_upper_hashes_are_damaged_signs_nothing() -> None:
    project = make_project().project
    for number in range(257):
        note(project, number)
    while sequence(NOW_MS):
        pass
    log = Log.objects.get(project=project)
    parts = bytes(log.parts)
    Log.objects.filter(pk=log.pk).update(parts=parts[:32] + bytes(32))
    note(project, 300)

    assert sequence(NOW_MS) == 0

    assert Log.objects.get(pk=log.pk).checkpoint == log.checkpoint
    Log.objects.filter(pk=log.pk).update(parts=parts)
    assert sequence(LATER_MS) == 1


@pytest.mark.parametrize("damage", DAMAGES)
def test_pages_and_receipts_go_on(damage: str, client: Client) -> None:
    project = make_project().project
    note(project, 1)
    sequence(NOW_MS)
    DAMAGES[damage]()
    note(project, 2)
    sequence(NOW_MS)

    for page in ("/", "/ledger/", "/ledger/0", f"/ledger/{project.pk}/0", "/healthz"):
        assert client.get(page).status_code < 500, page
    assert sign_promise(project.pk, bytes(32), NOW_MS) is not None
