"""Signed-in browsers of each person, so that they can be signed out."""

from typing import NamedTuple

from django.contrib.sessions.models import Session
from django.utils import timezone

from canut.store.tables.people import Person, SignIn


class Here(NamedTuple):
    """A signed-in browser, as its page shows it."""

    number: int
    device: str
    at_ms: int
    is_this: bool


def signed_in(person: Person, this_key: str) -> list[Here]:
    """List a person's signed-in browsers, newest first."""
    rows = SignIn.objects.filter(person=person).order_by("-at_ms")
    keys = Session.objects.filter(
        session_key__in=rows.values("session_key"), expire_date__gt=timezone.now()
    ).values_list("session_key", flat=True)
    alive = set(keys)
    return [
        Here(row.pk, row.device, row.at_ms, row.session_key == this_key)
        for row in rows
        if row.session_key in alive
    ]
