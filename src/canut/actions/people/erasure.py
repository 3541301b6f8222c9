"""Erase what the entries about a person hold: their key, payloads and salts go, the log stays.

An entry in the log is a commitment; without its salt it tells nothing, and no proof or card ever
needs it. Both are sealed under the person's key, which is destroyed: what a copy, a replica or an
archive still holds does not open without it. Entries from before people had keys are overwritten.
On SQLite freed bytes are overwritten and the write-ahead log is emptied; on PostgreSQL the tables
that held anything in the open, and that of the keys, are written anew and the old files go. What
pay law asks to keep is sealed under a key of its own and stays until it is said that it may go.
That somebody was erased is kept under a mark (``actions.people.erasure_register``) for copies that
come back.
"""

from collections.abc import Sequence
from functools import reduce
from itertools import batched
from operator import or_
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Model, Q, QuerySet

from canut.actions.ledger.entries import record_fact
from canut.actions.people.bank_accounts import forget_account
from canut.actions.people.erasure_register import (
    ErasureRecord,
    keep_line,
    line_of,
    people_to_erase,
    write_lists,
)
from canut.actions.platform.person_keys import destroy_keys
from canut.core.datasets.signed_work import KIND
from canut.core.errors import Conflict
from canut.store.models import Answer, Decision, Person, PersonKey, Statement, Worker
from canut.store.people.erasure import erasures_due
from canut.store.sqlite.wal import empty, pragma
from canut.store.tables.datasets import Credit
from canut.store.tables.ledger import EntryPending, PlatformEntry
from canut.store.tables.pay import Confirmation
from canut.store.tables.people import Erasure

AT_ONCE = 500
SMALL = "store_personkey, store_confirmation, store_credit, store_bankdetails"
LARGE = "store_entrypending, store_platformentry"  # whoever writes waits: seconds a million rows


class ErasureResult(NamedTuple):
    """How many entries were erased, and whether any old bytes may still lie in the files.

    Args:
        entries: how many.
        is_gone: False where somebody was reading, so that the write-ahead log was not emptied.
    """

    entries: int
    is_gone: bool


def erase_entries(
    person: Person, now_ms: int, *, with_pay: bool = False, noted: ErasureRecord | None = None
) -> ErasureResult:
    """Destroy a person's key, payload and salt of every entry; how many is written, not whose.

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
    with transaction.atomic():
        keys = PersonKey.objects.filter(person=person.pk, use__in=uses)
        numbers = list(keys.values_list("pk", flat=True))
        about = [*_about(person, numbers), _of_no_project(person, numbers, with_pay=with_pay)]
        is_open = any(rows.exclude(nonce=b"").exists() for rows in about)
        erased = sum(_erase(rows) for rows in about)
        destroy_keys(person.pk, uses)
        if with_pay:
            forget_account(person)
        keep_line(noted or line_of(person, now_ms, with_pay=with_pay))
        Confirmation.objects.filter(worker__person=person).delete()
        Credit.objects.filter(worker__person=person).delete()
        if erased:
            record_fact(None, "erasure", {"entries": erased}, now_ms)
    write_lists()
    if is_sqlite:
        return ErasureResult(erased, empty())
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM (FULL) {SMALL}" + (f", {LARGE}" if is_open else ""))
    return ErasureResult(erased, is_gone=True)


def ask_erasure(person: Person, now_ms: int) -> Erasure:
    """Have what the entries about a person hold erased, within the hour; asking twice is once."""
    wish, _ = Erasure.objects.get_or_create(
        person=person, done_ms=None, defaults={"asked_ms": now_ms}
    )
    return wish


def erase_due(now_ms: int) -> int:
    """Erase whom it was asked for; returns how many people.

    Where somebody is reading the files just then, the wish stays and is tried again.
    """
    done = replay_erasures(now_ms)
    for wish in erasures_due():
        erased = erase_entries(wish.person, now_ms)
        wish.entries += erased.entries
        wish.done_ms = now_ms if erased.is_gone else None
        wish.save()
        done += erased.is_gone
    return done


def replay_erasures(now_ms: int) -> int:
    """Erase again whom the list in the data folder names and this database has not erased since.

    Returns:
        How many people.
    """
    found = people_to_erase()
    for person, line, with_pay in found:
        erase_entries(person, now_ms, with_pay=with_pay, noted=line)
    write_lists()
    return len(found)


def _about(person: Person, keys: Sequence[int]) -> Sequence[QuerySet[EntryPending]]:
    """Find entries of projects: a person's answers, what their keys seal, what names them there."""
    found = []
    for worker in Worker.objects.filter(person=person):
        answers = Answer.objects.filter(worker=worker).values("id")
        named = Q(project=worker.project_id, payload__contains=f'"w":"{worker.public_id}"')
        for tag in Confirmation.objects.filter(worker=worker).values_list("tag", flat=True):
            named |= Q(project=worker.project_id, type=KIND, payload__contains=tag)
        named |= Q(project=worker.project_id, sealed_by__in=keys)
        found.append(EntryPending.objects.filter(Q(answer__in=answers) | named))
    return found


def _of_no_project(
    person: Person, keys: Sequence[int], *, with_pay: bool
) -> QuerySet[PlatformEntry]:
    decisions = Decision.objects.filter(person=person, project=None).values_list("id", flat=True)
    named = [Q(payload__contains=f'"decision":{number},') for number in decisions]
    wanted = reduce(or_, named, Q(sealed_by__in=keys))
    if with_pay:
        wanted |= Q(statement__in=Statement.objects.filter(person=person).values("id"))
    return PlatformEntry.objects.filter(wanted)


def _erase[Row: Model](rows: QuerySet[Row]) -> int:
    held = rows.exclude(commitment=b"").exclude(nonce=b"", sealed=None)
    numbers = list(held.order_by("pk").values_list("pk", flat=True))
    for some in batched(numbers, AT_ONCE, strict=False):
        rows.filter(pk__in=some).update(payload="", nonce=b"", sealed_by=None, sealed=None)
    return len(numbers)
