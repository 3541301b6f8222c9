"""Build the API from its list of addresses."""

import json
from collections.abc import Callable
from typing import ClassVar

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver
from ninja import NinjaAPI
from ninja.decorators import decorate_view
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser
from ninja.types import DictStrAny

from canut import __version__
from canut.core.errors import Refusal
from canut.web.api.addresses import ENDPOINTS, Endpoint
from canut.web.api.openapi import Documented
from canut.web.kit.api.gate import Run, caller_of, gate
from canut.web.kit.api.problems import misread, no, of_library
from canut.web.kit.json_body import read_json

ABOUT = """Everything a page of Canut does for a project, for programs.

Sign in with `Authorization: Bearer KEY`; a key is made on the page *Keys* or by `canut key create`.
A refusal is a problem (RFC 9457): act on its `code`, which is stable. Lists go on where `next` says
(`cursor`). A POST with an `Idempotency-Key` may be sent again. Sentences are in the language of
`Accept-Language`, `en` or `fr`; in English without it.
"""
TAGS = {
    "members": "The key itself; who has a role in a project, and the links by which others come.",
    "projects": "What is asked, what it pays, what it is for, and whether it is open.",
    "tasks": "The items to judge: added in bulk, whole or piece by piece.",
    "prelabels": "What models said of tasks, apart from what people answered.",
    "media": "Pictures and sounds of tasks.",
    "leases": "Tasks lent to be answered.",
    "answers": "What was answered.",
    "results": "The label of each task and how sure it is; known answers to measure by.",
    "reviews": "What is unsure or flagged, and what people decided.",
    "exports": "Files to take away.",
    "webhooks": "Addresses of yours that are told what happens.",
}


class Bearer:
    """The key as OpenAPI describes it; ``gate`` has already authenticated it."""

    openapi_security_schema: ClassVar[dict[str, str]] = {
        "type": "http",
        "scheme": "bearer",
        "description": "A key of this instance: `canut_…`.",
    }

    def __call__(self, request: HttpRequest) -> object:
        """Return the caller."""
        return caller_of(request)


class Strict(Parser):
    """Parse standard JSON only: no NaN, no lone surrogates, nothing the database cannot store."""

    def parse_body(self, request: HttpRequest) -> DictStrAny:
        """Parse a request body.

        Raises:
            BadInput: it is not JSON, nested too deep, or holds what cannot be stored.
        """
        read: DictStrAny = read_json(request.body, code="bad-json")
        return read


def make_api() -> NinjaAPI:
    """Build the API."""
    api = Documented(
        title="Canut",
        version=__version__,
        description=ABOUT,
        docs_url=None,
        openapi_url="/openapi.json",
        urls_namespace="api",
        parser=Strict(),
        openapi_extra={"tags": [{"name": n, "description": text} for n, text in TAGS.items()]},
    )
    api.add_exception_handler(Refusal, _no)
    api.add_exception_handler(ValidationError, _misread)
    api.add_exception_handler(HttpError, _of_library)
    for endpoint in ENDPOINTS:
        api.api_operation(
            [endpoint.method],
            f"/{endpoint.address}",
            auth=Bearer(),
            response=endpoint.answers or {200: None},
            by_alias=True,
            operation_id=f"{endpoint.tag}_{endpoint.view.__name__}",
            tags=[endpoint.tag],
            url_name=f"{endpoint.tag}_{endpoint.view.__name__}",
        )(decorate_view(_gate(endpoint))(endpoint.view))
    return api


def _gate(endpoint: Endpoint) -> Callable[[Run], Run]:
    return gate(
        endpoint.audience,
        endpoint.takes,
        repeats=endpoint.repeats,
        may_be_bare=endpoint.may_be_bare,
    )


def _no(request: HttpRequest, refusal: Refusal | type[Refusal]) -> HttpResponse:
    return no(request, refusal if isinstance(refusal, Refusal) else refusal(""))


def _misread(request: HttpRequest, error: ValidationError | type[ValidationError]) -> HttpResponse:
    return misread(request, error if isinstance(error, ValidationError) else error([]))


def _of_library(request: HttpRequest, error: HttpError | type[HttpError]) -> HttpResponse:
    return of_library(request, error if isinstance(error, HttpError) else error(400, ""))


def openapi_text() -> str:
    """Return the OpenAPI file, as committed in the docs."""
    document = make_api().get_openapi_schema()
    return json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def addresses() -> list[URLResolver | URLPattern]:
    """Return the addresses of the API for ``urls``."""
    return list(make_api().urls[0])
