"""Renew a sign-in while it is used, so that nobody who works here is signed out meanwhile.

Without it a session ends two months after the sign-in, also of a person who came by a link, works
every day and has no password to sign in with again.
"""

from collections.abc import Callable

from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.db import Error as DatabaseFault
from django.http import HttpRequest, HttpResponseBase

from canut.actions.people.sign_ins import renew_session
from canut.actions.platform import system_clock


class SessionRenewalMiddleware:
    """Let the two months of a session begin again when a page is opened, once a day at most."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Renew the session of whoever is signed in and opens a page, then answer."""
        if request.method == "GET" and settings.SESSION_COOKIE_NAME in request.COOKIES:
            _renew(request)
        return self.get_response(request)


def _renew(request: HttpRequest) -> None:
    try:
        renew_session(request.session, system_clock.now_ms())
    except (DatabaseFault, OSError, UpdateError):  # the page that is opened says what is wrong
        request.session.modified = False
