"""Log who opens a page with another person's time or pay, for that person to read."""

from django.db import transaction

from canut.core.clock import HOUR_MS, Ms
from canut.store.tables.people import Person
from canut.store.tables.time import RecordOpening

ONCE_MS = HOUR_MS


@transaction.atomic
def note_opening(
    person: Person, by: Person, page: str, reason: str, now_ms: Ms
) -> RecordOpening | None:
    """Log that a person opens a page about another; once an hour at most.

    Args:
        person: whose time or pay the page shows.
        by: who looks; one's own record is nobody's business.
        page: the name of its address.
        reason: the reason, in a few words, as the person will read it.
        now_ms: the moment.

    Returns:
        What is kept; None where nothing needs to be.
    """
    if person.id == by.id:
        return None
    same = RecordOpening.objects.filter(
        person=person, opened_by=by, page=page, why=reason, at_ms__gt=now_ms - ONCE_MS
    )
    if same.exists():
        return None
    return RecordOpening.objects.create(
        person=person, opened_by=by, page=page, why=reason, at_ms=now_ms
    )
