"""What entries about a person hold can be erased; the log, its proofs and checks stay."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from django.db import connection, transaction

from canut.actions.datasets.credits import set_credit
from canut.actions.ledger.entries import EntrySubject, fresh_nonce, record_entry
from canut.actions.ledger.sequencer import log_of, sequence
from canut.actions.own_pages.seats import open_seat, receive_fields
from canut.actions.people.erasure import ask_erasure, erase_due, erase_entries, erase_now
from canut.actions.platform.person_keys import key_for, keys_for
from canut.actions.work.draft_answers import keep_begun
from canut.actions.work.leases import lease_tasks
from canut.core.errors import BadProof, Conflict
from canut.core.kinds import check_schema
from canut.core.ledger.log import check_tiles, edge_root
from canut.core.proofs.checkpoint import open_checkpoint
from canut.core.proofs.note import read_key
from canut.core.proofs.policy import TrustPolicy
from canut.core.proofs.sealed import unseal
from canut.core.proofs.tiles import Tile
from canut.core.proofs.tlog_proof import read_proof, verify_proof
from canut.store.ledger.logs import edge_of, entry_at, proof_of, read_tile
from canut.store.models import Answer, EntryPending, Person, PersonKey, PlatformEntry
from canut.store.people.erasure import last_erasure
from canut.store.platform.person_keys import open_entries, open_key
from canut.store.tables.commissions import Reader, Reading
from canut.store.tables.datasets import Credit
from canut.store.tables.people import Erasure
from canut.store.work.work_record import record_of
from tests.support.commissions import make_reader_test, make_readers, read_as
from tests.support.factories import NOW_MS, Made, answer_next, make_person, make_project, opened

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
    verify_proof(proof, proof.extra or b"", TrustPolicy((read_key(log.key),), {}, {}, "none"))


@pytest.mark.sqlite
def test_no_byte_of_an_erased_payload_is_left_in_the_files() -> None:
    made, person, _ = worked()
    sequence(NOW_MS)
    worker = made.workers[0]
    rows = list(EntryPending.objects.filter(answer__in=Answer.objects.filter(worker=worker)))
    payloads = [(one.payload.encode(), one.nonce) for one in open_entries(rows).values()]
    sealed = [bytes(one.sealed or b"") for one in rows]
    key = PersonKey.objects.get(person=person.pk)
    assert len(payloads) == ANSWERS
    assert files_hold(sealed[0])
    assert files_hold(bytes(key.wrapped)[1:])

    erased = erase_entries(person, NOW_MS)

    assert erased == (ANSWERS, True)
    assert not files_hold(bytes(key.wrapped)[1:])
    assert not files_hold(unwrapped(key))
    for payload, nonce in payloads:
        assert not files_hold(payload)
        assert not files_hold(nonce)
        assert not files_hold(payload[20:120])
    for text in sealed:
        assert not files_hold(text[1:60])
    check(made)


def unwrapped(key: PersonKey) -> bytes:
    return open_key(key.pk, key.person, key.use, bytes(key.wrapped)).key


@pytest.mark.sqlite
def test_entries_from_before_people_had_keys_are_overwritten() -> None:
    made, person, _ = worked()
    sequence(NOW_MS)
    plain = []
    for entry in EntryPending.objects.filter(
        answer__in=Answer.objects.filter(worker__person=person)
    ):
        told = opened(entry)
        plain.append(told)
        EntryPending.objects.filter(pk=entry.pk).update(
            payload=told.payload, nonce=told.nonce, sealed=None, sealed_by=None
        )
    PersonKey.objects.all().delete()
    assert files_hold(plain[0].payload.encode())

    erased = erase_entries(person, NOW_MS)

    assert erased == (ANSWERS, True)
    for told in plain:
        assert not files_hold(told.payload.encode())
        assert not files_hold(told.nonce)
    check(made)


@pytest.mark.sqlite
def test_no_byte_of_a_key_is_left_where_rows_moved_between_pages() -> None:
    people = list(range(10**6, 10**6 + 3000))
    with transaction.atomic():
        keys_for(people, PersonKey.Use.WORK)
    doomed = make_person()
    wrapped = []
    for _ in range(3):  # made, destroyed and made again among all the others
        key_for(doomed.pk)
        wrapped.append(bytes(PersonKey.objects.get(person=doomed.pk).wrapped)[1:])
        with transaction.atomic():
            keys_for(range(people[-1] + 1, people[-1] + 501), PersonKey.Use.WORK)
        people.extend(range(people[-1] + 1, people[-1] + 501))
        erase_entries(doomed, NOW_MS)

    assert PersonKey.objects.count() == len(people)
    for one in wrapped:
        assert not files_hold(one)
    assert len(keys_for(people, PersonKey.Use.WORK)) == len(people)


@pytest.mark.sqlite
def test_what_a_copy_still_holds_does_not_open_once_the_key_is_gone() -> None:
    _, person, _ = worked()
    entry = EntryPending.objects.exclude(sealed=None).order_by("id").first()
    assert entry is not None

    erase_entries(person, NOW_MS)

    assert open_entries([entry]) == {}
    assert entry.sealed is not None
    for other in PersonKey.objects.all():
        with pytest.raises(BadProof):
            unseal(unwrapped(other), bytes(entry.sealed), bytes(entry.commitment))


ENTRIES = ("store_entrypending", "store_platformentry")


def heap_holds(found: bytes, tables: Sequence[str] = ENTRIES) -> bool:
    """Say whether bytes are in any file of PostgreSQL's tables, their TOAST included."""
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute(
            "SELECT current_setting('data_directory'), pg_relation_filepath(r) FROM pg_class c,"
            " LATERAL (VALUES (c.oid), (c.reltoastrelid)) AS v(r)"
            " WHERE c.relname = ANY(%s) AND r <> 0",
            [list(tables)],
        )
        paths = [Path(root) / path for root, path in cursor.fetchall()]
    assert len(paths) == 2 * len(tables)
    whole = [one for path in paths for one in path.parent.glob(f"{path.name}*")]
    return any(found in one.read_bytes() for one in whole)


@pytest.mark.postgresql
def test_no_byte_of_an_erased_payload_is_left_in_the_tables_of_postgresql() -> None:
    made, person, _ = worked()
    sequence(NOW_MS)
    payloads = []
    for entry in EntryPending.objects.filter(
        answer__in=Answer.objects.filter(worker__person=person)
    ):
        payloads.append(told := opened(entry))
        EntryPending.objects.filter(pk=entry.pk).update(  # as from before people had keys
            payload=told.payload, nonce=told.nonce, sealed=None, sealed_by=None
        )
    assert len(payloads) == ANSWERS
    assert heap_holds(payloads[0].payload.encode())
    kept = EntryPending.objects.exclude(sealed=None).first()
    assert kept is not None
    wrapped = bytes(PersonKey.objects.get(person=person.pk).wrapped)
    assert heap_holds(wrapped, ["store_personkey"])

    erased = erase_entries(person, NOW_MS)

    assert erased == (ANSWERS, True)
    assert not heap_holds(wrapped, ["store_personkey"])
    for told in payloads:
        assert not heap_holds(told.payload.encode())
        assert not heap_holds(told.nonce)
        assert not heap_holds(told.payload.encode()[20:120])
    assert heap_holds(bytes(kept.sealed or b""))
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
    assert EntryPending.objects.filter(sealed=None).count() == ANSWERS
    assert not Credit.objects.exists()
    assert last_erasure(other.pk) is None
    check(made)


def test_wish_that_is_carried_out_by_command_is_settled() -> None:
    _made, person, _other = worked()
    sequence(NOW_MS)
    ask_erasure(person, NOW_MS)

    erase_now(person, NOW_MS + 5)

    wish = Erasure.objects.get()
    assert (wish.entries, wish.done_ms) == (ANSWERS, NOW_MS + 5)
    assert erase_due(NOW_MS + 6) == 0


def test_log_and_its_proofs_stand_and_the_others_entries_stay() -> None:
    made, person, other = worked()
    sequence(NOW_MS)
    before = log_of(made.project.pk).checkpoint

    erase_entries(person, NOW_MS)

    assert log_of(made.project.pk).checkpoint == before
    check(made)
    assert EntryPending.objects.filter(payload="", nonce=b"", sealed=None).count() == ANSWERS
    assert EntryPending.objects.exclude(sealed=None).count() == ANSWERS
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
        of = EntrySubject(None, sealer=key_for(person.pk, PersonKey.Use.PAY))
        record_entry(of, "statement", {"net": 1}, NOW_MS, fresh_nonce())

    erase_entries(person, NOW_MS)

    entry = PlatformEntry.objects.get(type="statement")
    assert opened(entry).payload == '{"net":1}'
    assert erase_entries(person, NOW_MS, with_pay=True).entries == 1
    assert not PersonKey.objects.filter(person=person.pk).exists()
    assert open_entries([entry]) == {}


def test_erasing_inside_a_transaction_is_refused() -> None:
    person = make_person()

    with pytest.raises(Conflict), transaction.atomic():
        erase_entries(person, NOW_MS)


def test_answers_about_texts_go_and_the_count_of_a_finished_test_stays() -> None:
    done, begun = (make_reader_test(make_project(tasks=1).project) for _ in range(2))
    people = make_readers(5)
    for person in people:
        read_as(person, done)
    read_as(people[0], begun)

    erase_entries(people[0], NOW_MS)

    done.refresh_from_db()
    assert done.understood == 5
    assert list(Reading.objects.filter(person=None).values_list("test", "answers")) == [
        (done.pk, [])
    ]
    assert not Reading.objects.filter(test=begun).exists()
    assert Reader.objects.count() == 4


def test_what_was_not_handed_in_is_in_the_record_and_goes_with_the_person() -> None:
    asked = {"id": "p", "kind": "page", "ask": "Fill in."}
    made = make_project(schema=check_schema({"questions": [asked], "show": []}), tasks=2)
    worker, person = made.worker, make_person()
    worker.person = person
    worker.save()
    begun, sent = lease_tasks(worker.pk, 2, NOW_MS).tasks
    keep_begun(worker.pk, begun.task, 1, {"p": {"form": [["age", "4"]]}}, (NOW_MS, NOW_MS))
    seat = open_seat(worker.pk, sent.lease, NOW_MS)
    receive_fields(seat.secret, seat.public_id, [("age", "3")], NOW_MS)

    drafts = record_of(person, "here", NOW_MS).rows("drafts")
    erase_entries(person, NOW_MS)

    assert [(row["task"], row["from"], row["text"]) for row in drafts] == [
        (begun.task, "work_page", '{"p":{"form":[["age","4"]]}}'),
        (sent.task, "own_page", '{"age":["3"]}'),
    ]
    assert record_of(person, "here", NOW_MS).rows("drafts") == []
