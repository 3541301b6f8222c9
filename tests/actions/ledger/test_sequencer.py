import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from pytest_django import DjangoAssertNumQueries, Settings

from canut.actions.ledger import log_keys, sequencer
from canut.actions.ledger.entries import record_entry
from canut.actions.ledger.sequencer import log_of, sequence
from canut.core.clock import MINUTE_MS
from canut.core.errors import Missing, NotReady
from canut.core.ledger.log import append, check_tiles, edge_root, opens, read_entry
from canut.core.proofs.checkpoint import open_checkpoint
from canut.core.proofs.merkle import inclusion_proof, leaf_hash, verify_inclusion
from canut.core.proofs.note import ED25519, Signer, read_key, write_signer
from canut.core.proofs.tiles import Bundle, Tile, node_reader, read_bundle
from canut.store.ledger.logs import GRACE_MS, PendingEntries, edge_of, read_tile, read_waiting
from canut.store.ledger.logs import read_bundle as bundle_of
from canut.store.models import EntryPending, Log, LogEntry, LogTile, Project, SequencerPosition
from tests.support.factories import NOW_MS, answer_next, make_project, opened

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]


@pytest.fixture(autouse=True)
def kept(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    """Keep the key in a folder of this test's own."""
    settings.DATA, settings.LOG_KEY = tmp_path, ""
    log_keys.forget_keys()
    yield tmp_path
    log_keys.forget_keys()


def note(project: Project, number: int) -> int:
    """Let one entry wait; returns its number."""
    with transaction.atomic():
        record_entry(project.pk, "answer", {"n": number}, NOW_MS, number.to_bytes(32))
    return EntryPending.objects.latest("id").pk


def commitments(log: Log) -> list[bytes | None]:
    kept = LogEntry.objects.filter(log=log).order_by("place")
    return [read_entry(bytes(one.body)).commitment for one in kept]


def waiting_of(project: Project) -> list[bytes]:
    kept = EntryPending.objects.filter(project=project).order_by("id")
    return [bytes(one.commitment) for one in kept]


def reader_of(log: Log) -> Callable[[Tile], bytes]:
    return lambda tile: read_tile(log, tile)


# one batch


def test_answer_comes_into_its_projects_log_and_that_into_the_one_of_all() -> None:
    made = make_project()
    answer_next(made.worker)
    count = EntryPending.objects.count()

    taken = sequence(NOW_MS)

    log, whole = log_of(made.project.pk), log_of(None)
    assert taken == log.size == count > 0
    assert commitments(log) == waiting_of(made.project)
    at_end, _ = open_checkpoint(log.checkpoint.encode(), [read_key(log.key)])
    shown = read_entry(bytes(LogEntry.objects.get(log=whole, place=0).body))
    assert shown.facts == {"o": log.origin, "n": count, "r": at_end.root.hex()}
    assert open_checkpoint(whole.checkpoint.encode(), [read_key(whole.key)])[0].size == 1


def test_entry_in_the_log_opens_with_the_payload_and_salt_that_were_kept() -> None:
    made = make_project()
    answer_next(made.worker)
    sequence(NOW_MS)

    entry = LogEntry.objects.filter(pending__type="answer").latest("id")

    assert entry.pending is not None
    told = opened(entry.pending)
    payload = told.payload.encode()
    assert opens(bytes(entry.body), payload, told.nonce)
    assert not opens(bytes(entry.body), payload + b" ", told.nonce)


def test_nothing_that_waits_leaves_no_trace() -> None:
    assert sequence(NOW_MS) == 0
    assert not Log.objects.exists()


def test_tiles_of_many_batches_are_those_of_the_log_written_at_once() -> None:
    made = make_project()
    for number in range(700):
        note(made.project, number)

    for most in (1, 2, 253, 44, 400):
        sequence(NOW_MS, most)

    log = log_of(made.project.pk)
    bodies = LogEntry.objects.filter(log=log).order_by("place").values_list("body", flat=True)
    once = append(edge_of(Log()), [bytes(body) for body in bodies])
    assert edge_of(log) == once.edge
    assert {tile: read_tile(log, tile) for tile in once.tiles} == once.tiles
    check_tiles(reader_of(log), edge_of(log))


def test_every_entry_is_shown_to_be_in_the_log_by_its_tiles() -> None:
    made = make_project()
    for number in range(300):
        note(made.project, number)
    sequence(NOW_MS)
    log = log_of(made.project.pk)

    for place in (0, 255, 256, 299):
        body = bytes(LogEntry.objects.get(log=log, place=place).body)
        proof = inclusion_proof(node_reader(reader_of(log), log.size), place, log.size)
        verify_inclusion(leaf_hash(body), place, log.size, proof, edge_root(edge_of(log)))


def test_bundles_and_narrow_tiles_are_the_beginning_of_what_is_kept() -> None:
    made = make_project()
    for number in range(260):
        note(made.project, number)
    sequence(NOW_MS)
    log = log_of(made.project.pk)

    first = read_bundle(bundle_of(log, Bundle(0, 256)), 256)

    assert [read_entry(one).commitment for one in first] == waiting_of(made.project)[:256]
    assert read_tile(log, Tile(0, 1, 3)) == read_tile(log, Tile(0, 1, 4))[:96]
    for beyond in (Tile(0, 1, 5), Tile(0, 2), Tile(1, 0, 2)):
        with pytest.raises(Missing):
            read_tile(log, beyond)
    with pytest.raises(Missing):
        bundle_of(log, Bundle(1, 5))


def test_statements_of_a_batch_do_not_grow_with_it(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    made = make_project()
    for number in range(400):
        note(made.project, number)
    sequence(NOW_MS, 10)

    with django_assert_max_num_queries(20):
        assert sequence(NOW_MS, 380) == 380


# what goes wrong


def test_killed_between_writes_the_same_entries_wait_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = make_project()
    for number in range(5):
        note(made.project, number)
    sequence(NOW_MS, 2)

    def killed(*_given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(sequencer, "keep_batch", killed)
        sequence(NOW_MS)

    log = log_of(made.project.pk)
    assert (log.size, SequencerPosition.objects.get().until) == (
        2,
        EntryPending.objects.order_by("id")[1].pk,
    )
    assert sequence(NOW_MS) == 3
    assert commitments(log) == waiting_of(made.project)
    check_tiles(reader_of(log), edge_of(log_of(made.project.pk)))


def test_two_at_once_give_each_entry_one_place(monkeypatch: pytest.MonkeyPatch) -> None:
    made = make_project()
    for number in range(5):
        note(made.project, number)
    done: list[int] = []

    def read_then_another_comes(taken: SequencerPosition, most: int, now_ms: int) -> PendingEntries:
        found = read_waiting(taken, most, now_ms)
        if not done:
            done.append(0)
            done.append(sequence(NOW_MS))
        return found

    monkeypatch.setattr(sequencer, "read_waiting", read_then_another_comes)

    assert sequence(NOW_MS) == 0
    assert done[1] == 5
    assert commitments(log_of(made.project.pk)) == waiting_of(made.project)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE store_logentry SET body = body",
        "UPDATE store_logentry SET place = place + 1",
        "DELETE FROM store_logentry",
        "DELETE FROM store_logtile",
        "UPDATE store_logtile SET place = place + 1",
        "UPDATE store_log SET size = size - 1",
        "UPDATE store_log SET origin = 'other'",
        "DELETE FROM store_log",
    ],
)
def test_database_refuses_to_change_what_has_its_place(change: str) -> None:
    note(make_project().project, 1)
    sequence(NOW_MS)

    with (
        pytest.raises(DatabaseError, match=r"of the log|a log keeps"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)


def test_database_refuses_a_tile_with_another_hash_and_lets_it_grow() -> None:
    note(make_project().project, 1)
    sequence(NOW_MS)
    tile = LogTile.objects.order_by("id").first()
    assert tile is not None

    with pytest.raises(DatabaseError, match="keeps the hashes"), transaction.atomic():
        LogTile.objects.filter(pk=tile.pk).update(body=bytes(32))
    LogTile.objects.filter(pk=tile.pk).update(body=bytes(tile.body) + bytes(32))


def test_entry_has_one_place_even_when_it_is_taken_in_twice() -> None:
    made = make_project()
    note(made.project, 1)
    sequence(NOW_MS)

    SequencerPosition.objects.update(until=0)
    assert sequence(NOW_MS) == 0
    assert sequence(NOW_MS + MINUTE_MS) == 0
    assert not [row for row in SequencerPosition.objects.get().behind if row[0] < 0]
    assert LogEntry.objects.filter(log=log_of(made.project.pk)).count() == 1


# the key


def test_key_is_made_once_private_and_stays(kept: Path) -> None:
    note(make_project().project, 1)
    sequence(NOW_MS)
    file = kept / "log.key"

    assert file.stat().st_mode & 0o777 == 0o600
    assert sorted(one.name for one in kept.iterdir()) == ["log.end", "log.key"]
    log_keys.forget_keys()
    note(make_project().project, 2)
    assert sequence(NOW_MS) == 1


def test_log_never_goes_on_under_another_key(settings: Settings) -> None:
    made = make_project()
    note(made.project, 1)
    sequence(NOW_MS)
    note(made.project, 2)

    settings.LOG_KEY = write_signer(Signer("canut", ED25519, bytes(32)))
    with pytest.raises(NotReady, match="another key"):
        sequence(NOW_MS)
    settings.LOG_KEY = "not a key"
    with pytest.raises(NotReady, match="CANUT_LOG_KEY holds no key"):
        sequence(NOW_MS)
    assert Log.objects.get(project=made.project).size == 1


def test_key_that_is_gone_is_never_made_anew(kept: Path) -> None:
    note(make_project().project, 1)
    sequence(NOW_MS)
    (kept / "log.key").unlink()
    log_keys.forget_keys()
    note(make_project().project, 2)

    with pytest.raises(NotReady, match="bring it back from a copy"):
        sequence(NOW_MS)
    assert not (kept / "log.key").exists()


# numbers drawn before others and written after


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_number_drawn_before_others_and_written_after_is_not_forgotten() -> None:
    made = make_project()
    first = note(made.project, 0)
    sequence(NOW_MS)
    drawn, end = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            record_entry(made.project.pk, "answer", {"n": 1}, NOW_MS, bytes(32))
            drawn.set()
            end.wait(20)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    try:
        assert drawn.wait(20)
        fast = note(made.project, 2)
        assert sequence(NOW_MS + 1) == 1
        passed_over = [one[:2] for one in SequencerPosition.objects.get().behind]
        assert sequence(NOW_MS + 2 * GRACE_MS) == 0  # long after, yet its transaction is not over
    finally:
        end.set()
        thread.join()

    assert fast == first + 2
    assert [first + 1, first + 1] in passed_over
    assert sequence(NOW_MS + 3 * GRACE_MS) == 1
    assert SequencerPosition.objects.get().behind == []
    places = LogEntry.objects.filter(log=log_of(made.project.pk)).order_by("place")
    assert [one.pending_id for one in places] == [first, fast, first + 1]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_number_of_a_transaction_that_failed_is_given_up_after_a_moment() -> None:
    made = make_project()
    with pytest.raises(RuntimeError), transaction.atomic():
        record_entry(made.project.pk, "answer", {"n": 1}, NOW_MS, bytes(32))
        raise RuntimeError
    note(made.project, 2)

    sequence(NOW_MS)
    sequence(NOW_MS + GRACE_MS - 1)
    assert SequencerPosition.objects.get().behind
    sequence(NOW_MS + GRACE_MS)

    assert SequencerPosition.objects.get().behind == []
