"""Refusals of the API as problem details (RFC 9457), in the language of ``Accept-Language``."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import get_language
from ninja.errors import HttpError, ValidationError

from canut.core.errors import Refusal
from canut.web.kit.formatting import size
from canut.web.kit.problems import status_of
from canut.web.kit.refusals import RefusalText, words_for, words_of

PROBLEM = "application/problem+json"
STATUSES = {
    "key-needed": 401,
    "key-unknown": 401,
    "key-over": 401,
    "media-type": 415,
    "idempotency-reused": 422,
}
MOST_ERRORS = 20


class ProblemDetail(NamedTuple):
    """The fields of a problem besides its text: cause, figures, locations."""

    detail: str = ""
    facts: Mapping[str, int | str] = MappingProxyType({})
    errors: Sequence[dict[str, str]] = ()


NOTHING = ProblemDetail()


def no(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Return a refusal as a response."""
    status = STATUSES.get(refusal.case, status_of(refusal))
    words = words_of(refusal)
    detail = str(refusal) if get_language() == "en" else words.detail
    answer = problem(refusal.case, status, words, ProblemDetail(detail, refusal.facts))
    if status == STATUSES["key-needed"]:
        answer["WWW-Authenticate"] = 'Bearer realm="canut"'
    return answer


def problem(
    code: str, status: int, words: RefusalText, extra: ProblemDetail = NOTHING
) -> HttpResponse:
    """Build a problem response."""
    body = {
        "type": f"urn:canut:problem:{code}",
        "title": words.title,
        "status": status,
        "code": code,
        "detail": extra.detail or words.detail,
        "next": words.detail,
        "facts": dict(extra.facts),
        "errors": list(extra.errors),
    }
    return JsonResponse(body, status=status, content_type=PROBLEM)


def too_large(request: HttpRequest) -> HttpResponse:
    """Return the response to a body over the limit."""
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    words = words_for("body-too-large", {"limit": size(limit)})
    return problem("body-too-large", 413, words, ProblemDetail(facts={"limit": limit}))


def misread(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Return the response to an invalid body or parameter, naming each field."""
    errors = [
        {
            "where": "/".join(str(name) for name in _without_our_names(item["loc"])),
            "wrong": str(item["msg"]),
        }
        for item in error.errors[:MOST_ERRORS]
    ]
    detail = "; ".join(f"{item['where']}: {item['wrong']}" for item in errors)
    return problem("bad-input", 422, words_for("bad-body"), ProblemDetail(detail, errors=errors))


def of_library(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Return the response to an error of the framework, such as a body that is not JSON."""
    if isinstance(error.__cause__, Refusal):
        return no(request, error.__cause__)
    return problem("bad-json", 422, words_for("bad-json"))


def _without_our_names(places: tuple[str | int, ...]) -> list[str | int]:
    """Remove the internal name of a body from a location."""
    whole = cast("list[str | int]", list(places))
    return [whole[0], *whole[2:]] if whole[0] == "body" and len(whole) > 1 else whole
