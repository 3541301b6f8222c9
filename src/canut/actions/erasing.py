"""Erase what the entries about a person hold: payload and salt go, the log stays as it is.

An entry in the log is a commitment; without its salt it tells nothing, and no proof or card ever
needs it. On SQLite freed bytes are overwritten and the write-ahead log is emptied; on PostgreSQL
the tables are written anew and the old files go: nothing is left in the database's files. What pay
law asks to keep stays until it may go: entries of statements and payments are erased when that is
said.
Copies made before are beyond reach here: they end with the time they are kept.
"""

from collections.abc import Sequence
from functools import reduce
from itertools import batched
from operator import or_
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Model, Q, QuerySet

from canut.actions.record import record_fact
from canut.core.errors import Conflict
from canut.core.ledger.confirmed import KIND
from canut.store.confirming import Confirmation
from canut.store.credits import Credit, Erasure, erasures_due
from canut.store.ledger import EntryPending, PlatformEntry
from canut.store.models import Answer, Decision, Person, Statement, Worker

AT_ONCE = 500
REWRITE = (  # waits for whoever writes to them, who then wait in turn: some seconds a million rows
    "VACUUM (FULL) store_entrypending, store_platformentry, store_confirmation, store_credit"
)


class Erased(NamedTuple):
    """How many entries were erased, and whether any old bytes may still lie in the files."""

    entries: int
    is_gone: bool


def erase_entries(person: Person, now_ms: int, *, with_pay: bool = False) -> Erased:
    """Erase payload and salt of every entry about a person; how many is written, not whose.

    Args:
        person: whose.
        now_ms: the moment, in milliseconds since 1970 UTC.
        with_pay: also entries of statements and payments, once no law asks to keep them.

    Raises:
        Conflict: called within a transaction: the files could not be emptied behind it.
    """
    if connection.in_atomic_block:
        raise Conflict("erase outside any transaction; the files are emptied after it")
    is_sqlite = connection.vendor == "sqlite"
    if is_sqlite:
        _pragma("secure_delete=ON")
    with transaction.atomic():
        erased = sum(_erase(rows) for rows in _about(person))
        erased += _erase(_of_no_project(person, with_pay=with_pay))
        Confirmation.objects.filter(worker__person=person).delete()
        Credit.objects.filter(worker__person=person).delete()
        if erased:
            record_fact(None, "erasure", {"entries": erased}, now_ms)
    if is_sqlite:
        return Erased(erased, not _pragma("wal_checkpoint(TRUNCATE)"))
    with connection.cursor() as cursor:
        cursor.execute(REWRITE)
    return Erased(erased, is_gone=True)


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
    done = 0
    for wish in erasures_due():
        erased = erase_entries(wish.person, now_ms)
        wish.entries += erased.entries
        wish.done_ms = now_ms if erased.is_gone else None
        wish.save()
        done += erased.is_gone
    return done


def _about(person: Person) -> Sequence[QuerySet[EntryPending]]:
    """Find entries of projects: a person's answers, and whatever names them there."""
    found = []
    for worker in Worker.objects.filter(person=person):
        answers = Answer.objects.filter(worker=worker).values("id")
        named = Q(project=worker.project_id, payload__contains=f'"w":"{worker.public_id}"')
        for tag in Confirmation.objects.filter(worker=worker).values_list("tag", flat=True):
            named |= Q(project=worker.project_id, type=KIND, payload__contains=tag)
        found.append(EntryPending.objects.filter(Q(answer__in=answers) | named))
    return found


def _of_no_project(person: Person, *, with_pay: bool) -> QuerySet[PlatformEntry]:
    decisions = Decision.objects.filter(person=person, project=None).values_list("id", flat=True)
    named = [Q(payload__contains=f'"decision":{number},') for number in decisions]
    wanted = reduce(or_, named, Q(pk=None))
    if with_pay:
        wanted |= Q(statement__in=Statement.objects.filter(person=person).values("id"))
    return PlatformEntry.objects.filter(wanted)


def _erase[Row: Model](rows: QuerySet[Row]) -> int:
    sealed = rows.exclude(commitment=b"").exclude(nonce=b"")
    numbers = list(sealed.order_by("pk").values_list("pk", flat=True))
    for some in batched(numbers, AT_ONCE, strict=False):
        rows.filter(pk__in=some).update(payload="", nonce=b"")
    return len(numbers)


def _pragma(words: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {words}")
        row = cursor.fetchone()
    return int(row[0]) if row else 0
