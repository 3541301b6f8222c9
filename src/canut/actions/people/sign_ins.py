"""Record signed-in browsers, renew those in use, and sign out those a person no longer wants."""

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import transaction

from canut.core.clock import DAY_MS
from canut.core.errors import Missing
from canut.core.operations.email_texts import device_of
from canut.store.tables.people import Person, SignIn

RENEWED = "renewed_ms"


@transaction.atomic
def keep_sign_in(person: Person, session_key: str, user_agent: str, now_ms: int) -> None:
    """Record that a browser signed in; two words of its user agent are stored."""
    SignIn.objects.update_or_create(
        session_key=session_key,
        defaults={"person": person, "device": device_of(user_agent), "at_ms": now_ms},
    )


def renew_session(session: SessionBase, now_ms: int) -> None:
    """Let the life of a signed-in session begin again, once a day at most.

    Raises:
        UpdateError: it was ended in the meantime.
    """
    if SESSION_KEY in session and now_ms - session.get(RENEWED, 0) >= DAY_MS:
        session[RENEWED] = now_ms
        session.save()


@transaction.atomic
def end_sign_in(person: Person, number: int) -> None:
    """Sign out one of a person's own browsers.

    Raises:
        Missing: it is not signed in, or is somebody else's.
    """
    row = SignIn.objects.filter(person=person, id=number).first()
    if row is None:
        raise Missing("no such browser is signed in")
    Session.objects.filter(session_key=row.session_key).delete()
    row.delete()


@transaction.atomic
def end_others(person: Person, this_key: str) -> int:
    """Sign out every browser of a person but this one; return how many."""
    rows = SignIn.objects.filter(person=person).exclude(session_key=this_key)
    keys = list(rows.values_list("session_key", flat=True))
    ended, _ = Session.objects.filter(session_key__in=keys).delete()
    rows.delete()
    return ended
