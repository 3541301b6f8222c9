"""Give every request a name, count it, and write one line about it where that is wanted.

The name comes in ``X-Request-ID`` from whoever stands in front, else it is made here; it goes back
with the answer and stands in every line that is logged meanwhile. A line holds the pattern of the
address, never the address itself, which may carry a token, and nothing about who asked.
"""

import logging
import re
import secrets
import time
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponseBase

from canut.web.platform import metrics

GIVEN = re.compile(r"[A-Za-z0-9._-]{1,64}")
PROBES = {"/healthz", "/readyz", "/metrics"}
log = logging.getLogger("canut.request")
_name: ContextVar[str] = ContextVar("request", default="")


class ElsewhereError(Exception):
    """This request is answered on another way, and named and counted there."""


def request_name() -> str:
    """Return the name of the request this thread answers; empty outside one."""
    return _name.get()


def route_of(request: HttpRequest) -> str:
    """Return the pattern of the address asked for, which carries no token and no name."""
    match = request.resolver_match
    return f"/{match.route}" if match else "-"


class RequestMiddleware:
    """Names, counts and logs; stands before everything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on under its name.

        A balancer asks for our health by the machine's own address, which is none of ours.
        """
        if request.path_info in PROBES:
            request.META["HTTP_HOST"] = "localhost"
        given = request.headers.get("X-Request-ID", "")
        name = given if GIVEN.fullmatch(given) else secrets.token_hex(8)
        kept = _name.set(name)
        begun = time.perf_counter()
        metrics.begin()
        status: int | None = 500
        try:
            response = self.get_response(request)
            status = response.status_code
        except ElsewhereError:
            status = None
            raise
        finally:
            seconds = time.perf_counter() - begun
            metrics.end(request.method or "", status, seconds)
            if status is not None and log.isEnabledFor(logging.INFO):
                facts = {
                    "method": request.method,
                    "route": route_of(request),
                    "status": status,
                    "ms": round(seconds * 1000, 1),
                }
                log.info("answered", extra={"facts": facts})
            _name.reset(kept)
        response["X-Request-ID"] = name
        return response
