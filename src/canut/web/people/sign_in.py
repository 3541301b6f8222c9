"""Sign a person in and record the browser; allauth has the only other way."""

from django.contrib.auth import login
from django.http import HttpRequest

from canut.actions.people.sign_ins import keep_sign_in
from canut.actions.platform import system_clock
from canut.store.models import Person

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def sign_in(request: HttpRequest, person: Person) -> None:
    """Sign a browser in as a person."""
    login(request, person, backend=BACKEND)
    note_sign_in(request)


def note_sign_in(request: HttpRequest) -> None:
    """Record that this browser is signed in, under its session key."""
    if isinstance(request.user, Person):
        now_ms = system_clock.now_ms()
        agent = request.headers.get("User-Agent", "")
        if not request.session.session_key:
            request.session.cycle_key()
        keep_sign_in(request.user, request.session.session_key or "", agent, now_ms)
