"""Erase a person's data in ledger entries: key, payloads and salts; the log stays.

An entry in the log is a commitment; without its nonce it reveals nothing, and no proof or card
needs it. Payload and nonce are encrypted under the person's key, which is destroyed, so that
backups, replicas and archives cannot be read either. Entries from before people had keys are
overwritten. On SQLite freed bytes are overwritten and the write-ahead log is emptied; on PostgreSQL
the tables with open content, and that of the keys, are rewritten and the old files deleted. Records
that pay law requires are encrypted under a separate key until they may be erased too. The erasure
itself is recorded under a mark (``erasure_register``) for restored backups.
"""

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import F, Model, Q, QuerySet

from canut.actions.ledger.entries import record_fact
from canut.actions.people.bank_accounts import forget_account
from canut.actions.people.erasure_register import (
    ErasureRecord,
    PendingErasure,
    keep_line,
    line_of,
    people_to_erase,
    write_lists,
)
from canut.actions.platform.bulk_pacing import in_chunks
from canut.actions.platform.person_keys import destroy_keys
from canut.actions.platform.row_faults import attempt_each
from canut.core.datasets.signed_work import KIND
from canut.core.errors import Conflict
from canut.store.models import Answer, Decision, Person, PersonKey, Statement, Worker
from canut.store.people.erasure import erasures_due
from canut.store.sqlite.wal import empty, pragma
from canut.store.tables.commissions import Reader, Reading
from canut.store.tables.comparisons import ComparedPerson, Comparison
from canut.store.tables.datasets import Credit
from canut.store.tables.ethics import EthicsAssisted, EthicsNominee
from canut.store.tables.ledger import EntryPending, PlatformEntry
from canut.store.tables.lessons import (
    LessonAnswer,
    LessonAttempt,
    LessonLab,
    LessonRecall,
    LessonScript,
)
from canut.store.tables.passport import (
    BroughtCredential,
    PassportCredential,
    PassportLink,
    RecognitionDraft,
)
from canut.store.tables.pathways import Departure, Destination, FollowedPathway
from canut.store.tables.pay import Confirmation
from canut.store.tables.people import Erasure
from canut.store.tables.portrait import WorkerWords
from canut.store.tables.recruiting.crowd import PoolMember
from canut.store.tables.recruiting.studies import Participation, PrescreenAnswer
from canut.store.tables.turk.people import TurkProposal, WorkerAlias
from canut.store.tables.work import (
    Begun,
    PageSeat,
    QualificationAttempt,
    QualificationGrant,
    QualificationRequest,
)

SMALL = (
    "store_personkey, store_confirmation, store_credit, store_bankdetails,"
    " store_passportcredential, store_passportlink, store_workerwords, store_broughtcredential,"
    " store_recognitiondraft,"
    " store_lessonscript, store_lessonmark, store_lessonanswer, store_lessonlab,"
    " store_lessonrecall, store_departure, store_destination, store_followedpathway,"
    " store_ethicsassisted, store_ethicsnominee,"
    " store_reader, store_reading,"
    " store_comparedperson, store_comparison,"
    " store_poolmember, store_poolcall, store_poolgroup_members, store_qualificationgrant,"
    " store_qualificationattempt, store_qualificationrequest,"
    " store_prescreenanswer, store_participation,"
    " store_workeralias, store_turkproposal"
)
LARGE = "store_entrypending, store_platformentry"  # blocks writers: some seconds per million rows


FORGOTTEN = (Departure, Destination, FollowedPathway, EthicsNominee)
OF_RECRUITING = (
    PoolMember,
    QualificationGrant,
    QualificationAttempt,
    QualificationRequest,
    PrescreenAnswer,
)
OF_PROGRAMS = (WorkerAlias, TurkProposal)


class ErasureResult(NamedTuple):
    """The number of erased entries, and whether old bytes may remain in files.

    Args:
        entries: how many.
        is_gone: False where somebody was reading, so that the write-ahead log was not emptied.
    """

    entries: int
    is_gone: bool


def erase_entries(
    person: Person, now_ms: int, *, with_pay: bool = False, noted: ErasureRecord | None = None
) -> ErasureResult:
    """Destroy a person's key, payloads and salts; only the number is logged.

    Args:
        person: whose.
        now_ms: the moment, in milliseconds since 1970 UTC.
        with_pay: also entries of statements and payments and where they are paid, once no law asks
            to keep them.
        noted: what a list says of it, where it is done again; else that it is done now.

    Raises:
        Conflict: called within a transaction: the files could not be emptied behind it.
    """
    if connection.in_atomic_block:
        raise Conflict("erase outside any transaction; the files are emptied after it")
    is_sqlite = connection.vendor == "sqlite"
    if is_sqlite:
        pragma("secure_delete=ON")
    uses = list(PersonKey.Use) if with_pay else [PersonKey.Use.WORK]
    keys = PersonKey.objects.filter(person=person.pk, use__in=uses)
    numbers = list(keys.values_list("pk", flat=True))
    about = [*_about(person, numbers), _of_no_project(person, numbers, with_pay=with_pay)]
    is_open = any(rows.exclude(nonce=b"").exists() for rows in about)
    erased = sum(_erase(rows) for rows in about)  # in chunks: others write in between
    with transaction.atomic():
        destroy_keys(person.pk, uses)
        if with_pay:
            forget_account(person)
        keep_line(noted or line_of(person, now_ms, with_pay=with_pay))
        Confirmation.objects.filter(worker__person=person).delete()
        Credit.objects.filter(worker__person=person).delete()
        PassportLink.objects.filter(person=person).delete()
        PassportCredential.objects.filter(person=person).delete()
        BroughtCredential.objects.filter(person=person).delete()
        RecognitionDraft.objects.filter(person=person).delete()
        WorkerWords.objects.filter(person=person).delete()
        _forget_lessons(person, now_ms)
        PageSeat.objects.filter(lease__worker__person=person).update(received="")
        Begun.objects.filter(worker__person=person).delete()
        for table in (*FORGOTTEN, *OF_RECRUITING, *OF_PROGRAMS):
            table.objects.filter(person=person).delete()
        EthicsAssisted.objects.filter(by=person).delete()
        Participation.objects.filter(worker__person=person).update(code="")
        _forget_readings(person)
        own_places = ComparedPerson.objects.filter(worker__person=person)
        own_places.update(strain=None, uses_aid=None)
        Comparison.objects.filter(held_by=person).update(harm_words="")
        if erased:
            record_fact(None, "erasure", {"entries": erased}, now_ms)
    write_lists()
    if is_sqlite:
        return ErasureResult(erased, empty())
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM (FULL) {SMALL}" + (f", {LARGE}" if is_open else ""))
    return ErasureResult(erased, is_gone=True)


def _forget_lessons(person: Person, now_ms: int) -> None:
    """Delete what a person wrote and reached in lessons; that they followed them stays, as paid."""
    for model in (LessonScript, LessonAnswer, LessonLab, LessonRecall):
        model.objects.filter(attempt__person=person).delete()
    attempts = LessonAttempt.objects.filter(person=person)
    attempts.filter(ended_ms=None).update(state=LessonAttempt.State.ENDED, ended_ms=now_ms)
    attempts.update(
        state=LessonAttempt.State.ENDED,
        auto_thousandths=None,
        case_halves=None,
        has_passed=False,
        decision=None,
        result_ms=None,
    )


def _forget_readings(person: Person) -> None:
    """Delete what a person answered about texts; whether it was right stays, without them.

    What is not marked yet goes whole, so that somebody else is asked.
    """
    Reader.objects.filter(person=person).delete()
    readings = Reading.objects.filter(person=person)
    readings.filter(test__closed_ms=None).delete()
    readings.update(person=None, answers=[])


def ask_erasure(person: Person, now_ms: int) -> Erasure:
    """Enqueue the erasure of a person's entries; repeating the request changes nothing."""
    wish, _ = Erasure.objects.get_or_create(
        person=person, done_ms=None, defaults={"asked_ms": now_ms}
    )
    return wish


def erase_now(person: Person, now_ms: int, *, with_pay: bool = False) -> ErasureResult:
    """Erase a person's entries by command, and settle their request if there is one.

    Args:
        person: whose.
        now_ms: the moment, in milliseconds since 1970 UTC.
        with_pay: as ``erase_entries``.
    """
    erased = erase_entries(person, now_ms, with_pay=with_pay)
    if erased.is_gone:
        wishes = Erasure.objects.filter(person=person, done_ms=None)
        wishes.update(done_ms=now_ms, entries=F("entries") + erased.entries)
    return erased


def erase_due(now_ms: int) -> int:
    """Run the requested erasures; return how many people.

    Where somebody is reading the files just then, the wish stays and is tried again.
    """
    pending = {erasure.person.pk: erasure for erasure in people_to_erase()}
    done = attempt_each("erased-person", pending, lambda person: _repeat(pending[person], now_ms))
    write_lists()
    wishes = {wish.pk: wish for wish in erasures_due()}
    return done + attempt_each("erasure", wishes, lambda number: _grant(wishes[number], now_ms))


def _grant(wish: Erasure, now_ms: int) -> bool:
    """Erase what one person asked for; return whether everything is gone."""
    erased = erase_entries(wish.person, now_ms)
    wish.entries += erased.entries
    wish.done_ms = now_ms if erased.is_gone else None
    wish.save()
    return erased.is_gone


def replay_erasures(now_ms: int) -> int:
    """Repeat erasures listed in the data folder that this database lacks.

    Returns:
        How many people.
    """
    pending = people_to_erase()
    for erasure in pending:
        _repeat(erasure, now_ms)
    write_lists()
    return len(pending)


def _repeat(erasure: PendingErasure, now_ms: int) -> bool:
    erase_entries(erasure.person, now_ms, with_pay=erasure.with_pay, noted=erasure.line)
    return True


def _about(person: Person, keys: Sequence[int]) -> Sequence[QuerySet[EntryPending]]:
    """Find project entries about a person: their answers, their keys, their ids."""
    querysets = []
    for worker in Worker.objects.filter(person=person):
        answers = Answer.objects.filter(worker=worker).values("id")
        named = Q(project=worker.project_id, payload__contains=f'"w":"{worker.public_id}"')
        for tag in Confirmation.objects.filter(worker=worker).values_list("tag", flat=True):
            named |= Q(project=worker.project_id, type=KIND, payload__contains=tag)
        named |= Q(project=worker.project_id, sealed_by__in=keys)
        querysets.append(EntryPending.objects.filter(Q(answer__in=answers) | named))
    return querysets


def _of_no_project(
    person: Person, keys: Sequence[int], *, with_pay: bool
) -> QuerySet[PlatformEntry]:
    decisions = Decision.objects.filter(person=person, project=None).values_list("id", flat=True)
    named = [Q(payload__contains=f'"decision":{number},') for number in decisions]
    condition = reduce(or_, named, Q(sealed_by__in=keys))
    if with_pay:
        condition |= Q(statement__in=Statement.objects.filter(person=person).values("id"))
    return PlatformEntry.objects.filter(condition)


def _erase[Row: Model](rows: QuerySet[Row]) -> int:
    unerased = rows.exclude(commitment=b"").exclude(nonce=b"", sealed=None)
    return in_chunks(
        unerased, lambda some: some.update(payload="", nonce=b"", sealed_by=None, sealed=None)
    )
