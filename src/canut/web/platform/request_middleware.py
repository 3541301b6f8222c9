"""Name all requests, count them, and log one line for each if enabled.

A trace that a caller began goes on (``traceparent``): the response and each log line of the request
say which, and spans go to a collector where one is set (``otlp``). The name comes in
``X-Request-ID`` from a reverse proxy, or is generated here; it is returned with the response and
written in each log line of the request. A line holds the URL pattern, never the URL itself, which
may carry a token, and nothing about the person.
"""

import logging
import re
import secrets
import time
from collections.abc import Callable
from contextvars import ContextVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from canut.actions.platform.trace_context import TraceContext, trace_context
from canut.web.platform import metrics, otlp

GIVEN = re.compile(r"[A-Za-z0-9._-]{1,64}")
API = "/api/"
STATIC, OWN_PAGES = "/static/", "/s/"
PROBES = {"/healthz", "/readyz", "/metrics"}
log = logging.getLogger("canut.request")
_name: ContextVar[str] = ContextVar("request", default="")
_trace: ContextVar[TraceContext | None] = ContextVar("trace", default=None)


class ElsewhereError(Exception):
    """This request is answered by the full application, and counted there."""


def request_name() -> str:
    """Return the name of this thread's request; empty outside a request."""
    return _name.get()


def request_trace() -> TraceContext | None:
    """Return where this thread's request stands in a trace; None outside a request."""
    return _trace.get()


def route_of(request: HttpRequest) -> str:
    """Return the URL pattern of the request, which holds no token and no name."""
    match = request.resolver_match
    return f"/{match.route}" if match else "-"


def is_for_other_host(request: HttpRequest) -> bool:
    """Return whether a request is for the other of our two hosts: own pages have one of their own.

    Example:
        >>> from django.test import RequestFactory
        >>> is_for_other_host(RequestFactory().get("/s/x/page"))  # own pages are on our own host
        False
    """
    address: str = settings.PAGES_URL
    pages = address.partition("//")[2]
    if not pages or request.path_info in PROBES or request.path_info.startswith(STATIC):
        return False
    is_there = str(request.META.get("HTTP_HOST", "")).lower() == pages
    return is_there != request.path_info.startswith(OWN_PAGES)


def _wrong_host() -> HttpResponse:
    return HttpResponse("Not here.\n", status=404, content_type="text/plain; charset=utf-8")


class RequestMiddleware:
    """Name, count and log requests; the outermost middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on under its name.

        A balancer asks for our health by the machine's own address, which is none of ours.
        """
        if request.path_info in PROBES:
            request.META["HTTP_HOST"] = "localhost"
        if request.path_info.startswith(API):
            request.META.setdefault("HTTP_ACCEPT_LANGUAGE", "en")  # a program says what it wants
        header = request.headers.get("X-Request-ID", "")
        name = header if GIVEN.fullmatch(header) else secrets.token_hex(8)
        trace = trace_context(request.headers.get("traceparent", ""))
        reset_token, reset_trace = _name.set(name), _trace.set(trace)
        started, started_ns = time.perf_counter(), time.time_ns()
        metrics.begin()
        status: int | None = 500
        try:
            response = _wrong_host() if is_for_other_host(request) else self.get_response(request)
            status = response.status_code
        except ElsewhereError:
            status = None
            raise
        finally:
            seconds = time.perf_counter() - started
            metrics.end(request.method or "", status, seconds)
            if status is not None and otlp.is_on():
                otlp.record(trace, request.method or "", route_of(request), status, started_ns)
            if status is not None and log.isEnabledFor(logging.INFO):
                facts = {
                    "method": request.method,
                    "route": route_of(request),
                    "status": status,
                    "ms": round(seconds * 1000, 1),
                }
                log.info("answered", extra={"facts": facts})
            _name.reset(reset_token)
            _trace.reset(reset_trace)
        response["X-Request-ID"] = name
        response["traceparent"] = trace.header
        return response
