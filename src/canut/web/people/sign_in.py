"""Sign somebody in, and note which browser it was; the one way in besides the library's own."""

from django.contrib.auth import login
from django.http import HttpRequest

from canut.actions.people.sign_ins import keep_sign_in
from canut.actions.platform import system_clock
from canut.store.models import Person

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def sign_in(request: HttpRequest, person: Person) -> None:
    """Let a browser act for a person from now on."""
    login(request, person, backend=BACKEND)
    note_sign_in(request)


def note_sign_in(request: HttpRequest) -> None:
    """Note that this browser is signed in, under the key its session has now."""
    if isinstance(request.user, Person):
        now_ms = system_clock.now_ms()
        agent = request.headers.get("User-Agent", "")
        if not request.session.session_key:
            request.session.cycle_key()
        keep_sign_in(request.user, request.session.session_key or "", agent, now_ms)
