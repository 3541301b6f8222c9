"""Entries from before people had keys are sealed little by little; logs and proofs stay."""

import pytest
from django.db import connection

from canut.actions.erasing import erase_entries
from canut.actions.sealing_earlier import seal_earlier
from canut.actions.sequencing import log_of, sequence
from canut.core.ledger.log import opens
from canut.store.models import EntryPending, LogEntry, Person, PersonKey
from tests.actions.test_erasing import files_hold
from tests.factories import NOW_MS, Made, answer_next, make_project, opened

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("loggable")]


def worked_before() -> Made:
    """Let two people answer, and bring their entries to how they were before people had keys."""
    made = make_project(tasks=12, workers=2, overlap=2)
    for worker in made.workers:
        for _ in range(12):
            answer_next(worker)
    for entry in EntryPending.objects.all():
        told = opened(entry)
        EntryPending.objects.filter(pk=entry.pk).update(
            payload=told.payload, nonce=told.nonce, sealed=None, sealed_by=None
        )
    PersonKey.objects.all().delete()
    while sequence(NOW_MS):
        pass
    return made


def test_what_lay_in_the_open_is_sealed_and_opens_as_before() -> None:
    made = worked_before()

    assert seal_earlier() == 24

    for entry in EntryPending.objects.exclude(answer=None):
        told = opened(entry)
        body = bytes(LogEntry.objects.get(log=log_of(made.project.pk), pending=entry).body)
        assert (entry.payload, bytes(entry.nonce)) == ("", b"")
        assert opens(body, told.payload.encode(), told.nonce)
    assert seal_earlier() == 0


def test_it_goes_on_where_it_was_and_leaves_alone_what_was_erased() -> None:
    made = worked_before()

    assert seal_earlier(5) == 5
    erase_entries(Person.objects.get(pk=made.workers[0].person_id or 0), NOW_MS)

    left = seal_earlier()
    first = EntryPending.objects.order_by("id")[:5]
    assert left == 12 - sum(one.sealed is not None for one in first)
    assert EntryPending.objects.exclude(sealed=None).count() == 12
    assert EntryPending.objects.filter(sealed=None, nonce=b"", payload="").count() == 12


@pytest.mark.sqlite
def test_what_lay_in_the_open_is_overwritten() -> None:
    worked_before()
    entry = EntryPending.objects.order_by("id")[3]
    told = opened(entry)
    assert files_hold(told.payload.encode())

    seal_earlier()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    assert not files_hold(told.payload.encode())
    assert not files_hold(told.nonce)
