"""Browsers that are signed in, each under the person who did it, so that they can be ended."""

from typing import NamedTuple

from django.contrib.sessions.models import Session
from django.db import models
from django.utils import timezone

from canut.store.tables.people import Person


class SignIn(models.Model):
    """One browser that signed in; gone with its session. ``device`` is two words, no address."""

    session_key = models.CharField(max_length=40, unique=True)
    person = models.ForeignKey(Person, models.CASCADE)
    device = models.CharField(max_length=40, blank=True)
    at_ms = models.BigIntegerField()


class Remembered(models.Model):
    """What servers remember together for minutes, such as how often somebody failed to sign in.

    Written and read by Django's cache in the database: in the memory of one server, each further
    server would allow as many guesses again.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)


class Here(NamedTuple):
    """A browser that is signed in, as its page shows it."""

    number: int
    device: str
    at_ms: int
    is_this: bool


def signed_in(person: Person, this_key: str) -> list[Here]:
    """List where a person is signed in, the newest first."""
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
