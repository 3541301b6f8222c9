"""People who have been here for long, and so can claim time."""

import secrets

from canut.core.clock import DAY_MS, Ms, from_ms
from canut.store.models import OpenPage, Person, Worker

FOR_LONG_MS = 60 * DAY_MS


def have_been_here(
    person: Person, project: int | None, at_ms: Ms, *, for_ms: Ms = FOR_LONG_MS
) -> None:
    """Let somebody have had their account and their projects for long, and open a page of one.

    Args:
        person: who.
        project: whose page they open; None for a page of Canut's own.
        at_ms: when they open it.
        for_ms: how long before that they came.
    """
    since = from_ms(at_ms - for_ms)
    Person.objects.filter(pk=person.pk).update(created_at=since)
    Worker.objects.filter(person=person, created_at__gt=since).update(created_at=since)
    OpenPage.objects.create(
        session=secrets.token_hex(18), person=person, project_id=project, opened_ms=at_ms
    )
