"""Refusals to answers: problem details for scripts, pages in words for people."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import render

from canut.core.errors import (
    BadInput,
    Conflict,
    Forbidden,
    Incomplete,
    Missing,
    NotReady,
    Refusal,
    TooLarge,
    TooMany,
)

STATUS: tuple[tuple[type[Refusal], int], ...] = (
    (Missing, 404),
    (Forbidden, 403),
    (Conflict, 409),
    (TooLarge, 413),
    (TooMany, 429),
    (BadInput, 422),
    (Incomplete, 422),
    (NotReady, 503),
)


def status_of(refusal: Refusal) -> int:
    """Return the HTTP status of a refusal; 400 when nothing more exact is known."""
    if refusal.case == "signed-out":
        return 401
    return next((status for kind, status in STATUS if isinstance(refusal, kind)), 400)


class RefusalMiddleware:
    """Turns a refusal raised by a view into an answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        """Answer a refusal; leave every other exception to Django."""
        if not isinstance(exception, Refusal):
            return None
        status = status_of(exception)
        page = getattr(request, "page", None)
        if page and page.json:
            problem = {
                "type": f"/docs/problems#{exception.case}",
                "title": str(exception),
                "status": status,
                "code": exception.case,
                "detail": str(exception),
            }
            return JsonResponse(problem, status=status, content_type="application/problem+json")
        return render(request, "site/refusal.html", {"refusal": exception}, status=status)
