"""Turn refusals into responses: problem details for scripts, pages for people."""

import logging
import secrets
import sys
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    JsonResponse,
    RawPostDataException,
    UnreadablePostError,
)
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from canut.core.errors import (
    BadInput,
    Conflict,
    Forbidden,
    Incomplete,
    Missing,
    NoRoom,
    NotProven,
    NotReady,
    Refusal,
    TooLarge,
    TooMany,
    Unfunded,
)
from canut.store.platform.database_damage import as_damage
from canut.store.platform.transient_errors import as_transient
from canut.web.kit.access import is_read_by_people, page_of
from canut.web.kit.formatting import size
from canut.web.kit.refusals import RefusalText, words_for, words_of

STATUS: tuple[tuple[type[Refusal], int], ...] = (
    (Missing, 404),
    (Forbidden, 403),
    (Unfunded, 402),
    (Conflict, 409),
    (TooLarge, 413),
    (TooMany, 429),
    (BadInput, 422),
    (Incomplete, 422),
    (NotProven, 422),
    (NoRoom, 507),
    (NotReady, 503),
)
RETRY_SECONDS = {503: 2, 507: 10}
ABOUT_DECISIONS = {"decision-missing", "worker-suspended"}
"""Cases whose next step is the page of decisions about a person."""
log = logging.getLogger(__name__)


def status_of(refusal: Refusal) -> int:
    """Return the HTTP status of a refusal; 400 by default."""
    if refusal.case == "signed-out":
        return 401
    return next((status for kind, status in STATUS if isinstance(refusal, kind)), 400)


def title_of(refusal: Refusal) -> str:
    """Return the title of a refusal in the page's language."""
    return words_of(refusal).title


class RefusalMiddleware:
    """Turn a refusal raised by a view into a response."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on; explain a wrong method to programs and scripts."""
        answer = self.get_response(request)
        if _is_of_program(request) and isinstance(answer, HttpResponseNotAllowed):
            problem_answer = _answer(request, "wrong-method", words_for("api-method"), 405)
            problem_answer["Allow"] = answer["Allow"]
            return problem_answer
        return answer

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        """Answer refusals and transient errors; leave others to Django."""
        if isinstance(exception, RawPostDataException):  # a form where JSON is read
            words = words_for("media-type", {"wanted": "application/json"})
            return _answer(request, "media-type", words, 415)
        if isinstance(exception, Refusal):
            return answer_refusal(request, exception)
        if isinstance(exception, UnreadablePostError):  # the client went away in the middle
            return bad_request(request, exception)
        refusal = as_transient(exception) or as_damage(exception)
        return None if refusal is None else passed(request, refusal)


def answer_refusal(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Return a refusal as a page, or as problem details for a script."""
    answer = _answer(request, refusal.case, words_of(refusal), status_of(refusal))
    if isinstance(refusal, TooMany) and "seconds" in refusal.facts:
        answer["Retry-After"] = str(refusal.facts["seconds"])
    return answer


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what Django itself refused: too many fields, a broken or too large upload."""
    if isinstance(exception, RequestDataTooBig):
        limit = size(settings.UPLOAD_LIMIT_BYTES)
        return _answer(request, "too-large", words_for("too-large", {"limit": limit}), 413)
    return _answer(request, "bad-input", words_for("bad-input"), 400)


def denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a permission error."""
    return _answer(request, "forbidden", words_for("forbidden"), 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an unknown address."""
    return _answer(request, "missing", words_for("missing"), 404)


def too_many(request: HttpRequest) -> HttpResponse:
    """Answer too many attempts."""
    return _answer(request, "too-many", words_for("too-many"), 429)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that failed the CSRF check."""
    return _answer(request, "csrf", words_for("csrf"), 403)


def fault(request: HttpRequest) -> HttpResponse:
    """Answer a server error or a transient error; Django has already logged it."""
    refusal = as_transient(sys.exception()) or as_damage(sys.exception())
    if refusal is not None:
        return passed(request, refusal)
    return _answer(request, "fault", words_for("fault"), 500)


def passed(request: HttpRequest, refusal: NotReady) -> HttpResponse:
    """Answer a transient error with a page that makes no query."""
    log.warning("%s %s: %s", request.method, refusal.case, refusal)
    status, words = status_of(refusal), words_of(refusal)
    if _is_for_program(request):
        answer: HttpResponse = _problem(refusal.case, words, status)
    else:
        again = request.get_full_path() if request.method == "GET" else ""
        context = {"words": words, "status": status, "again": again}
        answer = HttpResponse(render_to_string("kit/database_away.html", context), status=status)
    answer["Retry-After"] = str(RETRY_SECONDS[status])
    answer["Cache-Control"] = "no-store"
    return answer


def is_api(request: HttpRequest) -> bool:
    """Return whether the address belongs to the API."""
    return request.path.startswith("/api/")


def _is_of_program(request: HttpRequest) -> bool:
    """Return whether only programs and scripts call the address."""
    page = page_of(request)
    return is_api(request) or bool(page and page.json)


def _is_for_program(request: HttpRequest) -> bool:
    return is_api(request) or not is_read_by_people(request)


def _problem(code: str, words: RefusalText, status: int) -> JsonResponse:
    problem = {
        "type": f"urn:canut:problem:{code}",
        "title": words.title,
        "status": status,
        "code": code,
        "detail": words.detail,
        "next": words.detail,
        "facts": {},
        "errors": [],
    }
    return JsonResponse(problem, status=status, content_type="application/problem+json")


def _answer(request: HttpRequest, code: str, words: RefusalText, status: int) -> HttpResponse:
    if _is_for_program(request):
        return _problem(code, words, status)
    reference = secrets.token_hex(3).upper()
    log.info("refusal %s: %s %s, %s", reference, request.method, code, status)
    context = {
        "words": words,
        "status": status,
        "reference": reference,
        "now": timezone.now(),
        "decisions_page": reverse("decisions") if code in ABOUT_DECISIONS else "",
        "money_page": _money_page(request) if status == HTTPStatus.PAYMENT_REQUIRED else "",
    }
    return render(request, "kit/refusal.html", context, status=status)


def _money_page(request: HttpRequest) -> str:
    """Return the page of a project's money, where the address is of one; empty elsewhere."""
    match = request.resolver_match
    slug = match.kwargs.get("project") if match else None
    return reverse("project_bill", args=[slug]) if slug else ""
