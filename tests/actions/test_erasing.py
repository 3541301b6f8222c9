"""What entries about a person hold can be erased; the log, its proofs and checks stay."""

from pathlib import Path

import pytest
from django.db import connection, transaction

from canut.actions.crediting import set_credit
from canut.actions.erasing import ask_erasure, erase_due, erase_entries
from canut.actions.record import fresh_nonce, record_entry
from canut.actions.sequencing import log_of, sequence
from canut.core.errors import Conflict
from canut.core.ledger.log import check_tiles, edge_root
from canut.core.proofs.checkpoint import open_checkpoint
from canut.core.proofs.note import read_key
from canut.core.proofs.policy import Policy
from canut.core.proofs.tiles import Tile
from canut.core.proofs.tlog_proof import read_proof, verify_proof
from canut.store.credits import Credit, Erasure, last_erasure
from canut.store.logs import edge_of, entry_at, proof_of, read_tile
from canut.store.models import EntryPending, Person, PlatformEntry
from tests.factories import NOW_MS, Made, answer_next, make_person, make_project

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("loggable")]
ANSWERS = 60


def worked() -> tuple[Made, Person, Person]:
    """Let two people answer in turn; return the project, and both."""
    made = make_project(tasks=ANSWERS, workers=2, overlap=2)
    people = []
    for worker in made.workers:
        worker.person = make_person()
        worker.save()
        people.append(worker.person)
    for _ in range(ANSWERS):
        for worker in made.workers:
            answer_next(worker)
    return made, people[0], people[1]


def files_hold(found: bytes) -> bool:
    """Say whether bytes are anywhere in the database's files."""
    path = Path(str(connection.settings_dict["NAME"]))
    return any(
        found in one.read_bytes() for one in path.parent.glob(f"{path.name}*") if one.is_file()
    )


def check(made: Made) -> None:
    """Check all of the log that an auditor checks, and a proof of its first entry."""
    log = log_of(made.project.pk)

    def read(tile: Tile) -> bytes:
        return read_tile(log, tile)

    check_tiles(read, edge_of(log))
    at_end, _ = open_checkpoint(log.checkpoint.encode(), [read_key(log.key)])
    assert at_end.root == edge_root(edge_of(log))
    proof = read_proof(proof_of(log, entry_at(log, 0), log.checkpoint))
    verify_proof(proof, proof.extra or b"", Policy((read_key(log.key),), {}, {}, "none"))


@pytest.mark.sqlite
def test_no_byte_of_an_erased_payload_is_left_in_the_files() -> None:
    made, person, _ = worked()
    sequence(NOW_MS)
    worker = made.workers[0]
    rows = EntryPending.objects.filter(payload__contains=worker.public_id)
    payloads = [(one.payload.encode(), bytes(one.nonce)) for one in rows]
    assert len(payloads) == ANSWERS
    assert files_hold(payloads[0][0])

    erased = erase_entries(person, NOW_MS)

    assert erased == (ANSWERS, True)
    for payload, nonce in payloads:
        assert not files_hold(payload)
        assert not files_hold(nonce)
        assert not files_hold(payload[20:120])
    check(made)


def heap_holds(found: bytes) -> bool:
    """Say whether bytes are in any file of PostgreSQL's tables of entries, their TOAST included."""
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute(
            "SELECT current_setting('data_directory'), pg_relation_filepath(r) FROM pg_class c,"
            " LATERAL (VALUES (c.oid), (c.reltoastrelid)) AS v(r)"
            " WHERE c.relname IN ('store_entrypending', 'store_platformentry') AND r <> 0"
        )
        paths = [Path(root) / path for root, path in cursor.fetchall()]
    assert len(paths) == 4
    whole = [one for path in paths for one in path.parent.glob(f"{path.name}*")]
    return any(found in one.read_bytes() for one in whole)


@pytest.mark.postgresql
def test_no_byte_of_an_erased_payload_is_left_in_the_tables_of_postgresql() -> None:
    made, person, _ = worked()
    sequence(NOW_MS)
    rows = EntryPending.objects.filter(payload__contains=made.workers[0].public_id)
    payloads = [(one.payload.encode(), bytes(one.nonce)) for one in rows]
    assert len(payloads) == ANSWERS
    assert heap_holds(payloads[0][0])
    kept = EntryPending.objects.exclude(payload__contains=made.workers[0].public_id).first()
    assert kept is not None

    erased = erase_entries(person, NOW_MS)

    assert erased == (ANSWERS, True)
    for payload, nonce in payloads:
        assert not heap_holds(payload)
        assert not heap_holds(nonce)
        assert not heap_holds(payload[20:120])
    assert heap_holds(kept.payload.encode())
    check(made)


def test_wish_to_be_erased_is_done_by_the_next_look_around() -> None:
    made, person, other = worked()
    set_credit(made.workers[0], "Ada Lovelace", NOW_MS)
    sequence(NOW_MS)
    assert ask_erasure(person, NOW_MS) == ask_erasure(person, NOW_MS + 1)

    assert erase_due(NOW_MS + 5) == 1
    assert erase_due(NOW_MS + 6) == 0

    wish = Erasure.objects.get()
    assert (wish.entries, wish.done_ms) == (ANSWERS, NOW_MS + 5)
    assert EntryPending.objects.filter(payload="", nonce=b"").count() == ANSWERS
    assert not Credit.objects.exists()
    assert last_erasure(other.pk) is None
    check(made)


def test_log_and_its_proofs_stand_and_the_others_entries_stay() -> None:
    made, person, other = worked()
    sequence(NOW_MS)
    before = log_of(made.project.pk).checkpoint

    erase_entries(person, NOW_MS)

    assert log_of(made.project.pk).checkpoint == before
    check(made)
    assert EntryPending.objects.filter(payload="", nonce=b"").count() == ANSWERS
    assert EntryPending.objects.exclude(payload="").count() == ANSWERS
    (told,) = PlatformEntry.objects.filter(type="erasure")
    assert told.payload == f'{{"entries":{ANSWERS}}}'
    assert erase_entries(person, NOW_MS).entries == 0
    assert erase_entries(other, NOW_MS).entries == ANSWERS


def test_what_waits_is_erased_too_and_still_gets_its_place() -> None:
    made, person, _ = worked()

    erase_entries(person, NOW_MS)

    while sequence(NOW_MS):
        pass
    assert log_of(made.project.pk).size == 2 * ANSWERS
    check(made)


def test_entries_of_pay_stay_until_it_is_said() -> None:
    made, person, _ = worked()
    assert made
    with transaction.atomic():
        record_entry(None, "statement", {"net": 1}, NOW_MS, fresh_nonce())

    erase_entries(person, NOW_MS)

    assert PlatformEntry.objects.get(type="statement").payload == '{"net":1}'


def test_erasing_inside_a_transaction_is_refused() -> None:
    person = make_person()

    with pytest.raises(Conflict), transaction.atomic():
        erase_entries(person, NOW_MS)
