"""A WSGI short cut for the two busiest addresses of the workbench: lease and answers.

Django's seventeen middleware layers cost more than leasing a task. This module calls the code of
those layers directly: host, body limit, CSRF, session, headers, caching, language, counting,
logging. Only simple requests that succeed take this path. Anything refused or unusual is passed
whole to Django, which answers with the full error; running it twice changes nothing, since a
refused action stores nothing and an answer has its idempotency key. A test checks that both paths
give the same response and that the list of middleware is the one this path was written for.

The connection is not checked first, which saves a round trip on PostgreSQL: if it was lost, the
statement fails, and Django's path reconnects.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from io import BytesIO
from typing import Any, Never

from django.core.exceptions import SuspiciousOperation
from django.core.handlers.wsgi import WSGIRequest
from django.db import close_old_connections, connections
from django.http import HttpRequest, HttpResponse
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.csp import ContentSecurityPolicyMiddleware
from django.middleware.csrf import CsrfViewMiddleware
from django.middleware.security import SecurityMiddleware
from django.urls import ResolverMatch, resolve, set_script_prefix
from django.utils import translation

from canut.web.kit.access import at_seat, page_of
from canut.web.platform.cache_middleware import PRIVATE
from canut.web.platform.request_middleware import ElsewhereError, RequestMiddleware

type Environ = dict[str, Any]
type Whole = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
ADDRESS = re.compile(r"/work/([-a-zA-Z0-9_]+)/(lease|answers)")
JSON = "application/json"
_on_every_answer: dict[bool, list[tuple[str, str]]] = {}  # by whether it goes out encrypted


class _Csrf(CsrfViewMiddleware):
    """Django's CSRF check; failures are left to Django's own path."""

    def _reject(self, request: HttpRequest, reason: str) -> Never:
        raise ElsewhereError(reason)


class FastPath:
    """A WSGI application: the short cut if it applies, else the full application."""

    def __init__(self, whole: Whole) -> None:
        self._whole = whole
        self._named = RequestMiddleware(_answer)
        self._csrf = _Csrf(_answer)

    def __call__(self, environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        if (
            environ["REQUEST_METHOD"] == "POST"
            and environ.get("CONTENT_TYPE") == JSON
            and not environ.get("SCRIPT_NAME")
            and (match := ADDRESS.fullmatch(environ["PATH_INFO"]))
        ):
            answer = self._try(environ, *match.groups())
            if answer is not None:
                start(f"{answer.status_code} {answer.reason_phrase}", list(answer.items()))
                return [answer.content]
        return self._whole(environ, start)

    def _try(self, environ: Environ, slug: str, name: str) -> HttpResponse | None:
        """Answer a simple request; else return None with the body readable again."""
        set_script_prefix("/")
        close_old_connections()
        for connection in connections.all(initialized_only=True):
            vars(connection)["health_check_done"] = True
        request = WSGIRequest(environ)
        request.resolver_match = _match(slug, name)
        body = None
        try:
            request.get_host()  # refuses a name that is not ours
            self._csrf.process_request(request)
            self._csrf.process_view(request, request.resolver_match.func, (), {})
            body = request.body
            answer = self._named(request)
        except (ElsewhereError, SuspiciousOperation, OSError):  # told in words on Django's way
            if body is not None:
                environ["wsgi.input"] = BytesIO(body)
            return None
        return answer if isinstance(answer, HttpResponse) else None


def _answer(request: HttpRequest) -> HttpResponse:
    """Run the view for the worker in their language; add the common headers."""
    translation.activate(translation.get_language_from_request(request))
    page, match = page_of(request), request.resolver_match
    try:
        answer = at_seat(page, request, **match.kwargs) if page and match else None
    except Exception as refused:
        raise ElsewhereError from refused
    if not isinstance(answer, HttpResponse) or answer.cookies:
        raise ElsewhereError
    answer.headers["Content-Length"] = str(len(answer.content))
    answer.headers.setdefault("Cache-Control", PRIVATE)
    answer.headers["Content-Language"] = translation.get_language() or ""
    is_secure = request.is_secure()
    if is_secure not in _on_every_answer:
        _on_every_answer[is_secure] = _headers_of_layers(request)
    for name, value in _on_every_answer[is_secure]:
        answer.headers[name] = value
    return answer


def _headers_of_layers(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the headers that the middleware adds to an empty response."""
    answer = HttpResponse()
    del answer.headers["Content-Type"]
    for layer in (XFrameOptionsMiddleware, ContentSecurityPolicyMiddleware, SecurityMiddleware):
        layer(_answer).process_response(request, answer)
    return [*answer.items(), ("Vary", "Accept-Language")]


@lru_cache(maxsize=2048)
def _match(slug: str, name: str) -> ResolverMatch:
    """Return the route of an address."""
    return resolve(f"/work/{slug}/{name}")
