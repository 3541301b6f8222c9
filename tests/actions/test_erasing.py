"""What entries about a person hold can be erased; the log, its proofs and checks stay."""

from pathlib import Path

import pytest
from django.db import connection, transaction

from canut.actions.erasing import erase_entries
from canut.actions.record import fresh_nonce, record_entry
from canut.actions.sequencing import log_of, sequence
from canut.core.errors import Conflict
from canut.core.ledger.log import check_tiles, edge_root
from canut.core.proofs.checkpoint import open_checkpoint
from canut.core.proofs.note import read_key
from canut.core.proofs.policy import Policy
from canut.core.proofs.tiles import Tile
from canut.core.proofs.tlog_proof import read_proof, verify_proof
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


@pytest.mark.sqlite
def test_erasing_inside_a_transaction_is_refused() -> None:
    person = make_person()

    with pytest.raises(Conflict), transaction.atomic():
        erase_entries(person, NOW_MS)
