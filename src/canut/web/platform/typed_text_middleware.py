"""Tell a page whether the text that was sent from it has arrived, so that none has to be retyped.

A script names the address to which long texts are sent in a cookie, and keeps them in its tab
(``frontend/src/pages/unsent/typed_text.ts``). The cookie goes once a person's form was accepted
there: where it is still found, the network failed, the session had ended or the form was refused.
"""

from collections.abc import Callable

from django.contrib.messages import constants, get_messages
from django.http import HttpRequest, HttpResponseBase

COOKIE = "canut_typed"
REFUSED_FROM, SENT_ON_FROM = 400, 300


class TypedTextMiddleware:
    """Delete the cookie that names an address once a form was accepted there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and forget the address if what was sent to it is accepted."""
        response = self.get_response(request)
        is_named = request.method == "POST" and request.COOKIES.get(COOKIE) == request.path
        if is_named and _is_accepted(request, response):
            response.delete_cookie(COOKIE)
        return response


def _is_accepted(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Return whether a form was accepted: no refusal, no error message, no way to sign in."""
    if response.status_code >= REFUSED_FROM:
        return False
    if response.status_code >= SENT_ON_FROM and not request.user.is_authenticated:
        return False
    queued = getattr(get_messages(request), "_queued_messages", ())
    return not any(message.level >= constants.ERROR for message in queued)
