"""Tell browsers and shared caches to keep nothing that was answered to a signed-in person.

Whoever presses "back" after somebody signed out must not see their pages. A view that says
something itself, such as for pictures or public files, is left alone.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

PRIVATE = "private, no-store"


class CacheMiddleware:
    """Mark answers to requests with a session or a key as private."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on and mark its answer.

        The cookie decides, and not the account behind it: no query is made for it, and an answer
        that begins or ends a session is private too.
        """
        response = self.get_response(request)
        session = settings.SESSION_COOKIE_NAME
        is_personal = (
            session in request.COOKIES
            or session in response.cookies
            or "HTTP_AUTHORIZATION" in request.META
        )
        if is_personal:
            response.headers.setdefault("Cache-Control", PRIVATE)
        return response
