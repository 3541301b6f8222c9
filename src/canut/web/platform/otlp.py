"""Send a span of each request to a collector of traces, where ``CANUT_OTLP`` names one.

Spans go as OTLP over HTTP with JSON, in batches, by a thread of this process; a collector that is
away or slow costs requests nothing, and what does not fit in the queue is dropped. A span holds
method, URL pattern, status and duration: never an address, and nothing about the person. Nothing
is installed for it.

Source:
    OpenTelemetry Protocol 1, the JSON encoding of ``ExportTraceServiceRequest``.
"""

import contextlib
import json
import logging
import os
import queue
import threading
import time
from typing import Any

from django.conf import settings

from canut import __version__
from canut.actions.integrations.http_client import post
from canut.actions.platform.trace_context import TraceContext

MOST_WAITING, MOST_AT_ONCE = 2_048, 256
BATCH_SECONDS = 2.0
SERVER, FAILED = 2, 2  # kind of a span; status of one
FAULTS = 500  # and above: ours
NAME = "canut"
log = logging.getLogger("canut.otlp")
type Span = dict[str, Any]


class SpanSender:
    """Sends spans in the background; one of each process."""

    def __init__(self, url: str) -> None:
        self._url = f"{url.rstrip('/')}/v1/traces"
        self._waiting: queue.Queue[Span] = queue.Queue(MOST_WAITING)
        threading.Thread(target=self._run, name="otlp", daemon=True).start()

    def add(self, span: Span) -> None:
        """Queue a span, or drop it where too many wait."""
        with contextlib.suppress(queue.Full):
            self._waiting.put_nowait(span)

    def _run(self) -> None:
        while True:
            batch = [self._waiting.get()]
            until = time.monotonic() + BATCH_SECONDS
            while len(batch) < MOST_AT_ONCE and (left := until - time.monotonic()) > 0:
                with contextlib.suppress(queue.Empty):
                    batch.append(self._waiting.get(timeout=left))
            self._send(batch)

    def _send(self, batch: list[Span]) -> None:
        body = json.dumps(document(batch)).encode()
        result = post(self._url, body, {"Content-Type": "application/json"}, inside=True)
        if result.error:
            log.info("%d spans were not sent: %s", len(batch), result.error)


_senders: dict[int, SpanSender] = {}  # by process: one that was forked has no thread of it
_lock = threading.Lock()


def is_on() -> bool:
    """Return whether a collector is set."""
    return bool(settings.OTLP)


def record(trace: TraceContext, method: str, route: str, status: int, started_ns: int) -> None:
    """Queue the span of a request that ends now.

    Args:
        trace: where it stands.
        method: of HTTP.
        route: its URL pattern.
        status: of the response.
        started_ns: when it began, in nanoseconds since 1970 UTC.
    """
    _own_sender().add(span_of(trace, method, route, status, (started_ns, time.time_ns())))


def span_of(
    trace: TraceContext, method: str, route: str, status: int, times_ns: tuple[int, int]
) -> Span:
    """Return one span in OTLP's JSON; ``times_ns``: begin and end."""
    began, ended = times_ns
    attributes: list[Span] = [
        _text("http.request.method", method),
        _text("http.route", route),
        {"key": "http.response.status_code", "value": {"intValue": str(status)}},
    ]
    return {
        "traceId": trace.trace,
        "spanId": trace.span,
        **({"parentSpanId": trace.parent} if trace.parent else {}),
        "name": f"{method} {route}",
        "kind": SERVER,
        "startTimeUnixNano": str(began),
        "endTimeUnixNano": str(ended),
        "attributes": attributes,
        "status": {"code": FAILED} if status >= FAULTS else {},
    }


def document(batch: list[Span]) -> Span:
    """Return the body of a request to a collector."""
    resource = [_text("service.name", NAME), _text("service.version", __version__)]
    scope = {"name": NAME, "version": __version__}
    return {
        "resourceSpans": [
            {
                "resource": {"attributes": resource},
                "scopeSpans": [{"scope": scope, "spans": batch}],
            }
        ]
    }


def _text(key: str, value: str) -> Span:
    return {"key": key, "value": {"stringValue": value}}


def _own_sender() -> SpanSender:
    with _lock:
        sender = _senders.get(os.getpid())
        if sender is None:
            sender = _senders[os.getpid()] = SpanSender(settings.OTLP)
        return sender
