"""A trace that a caller began goes on here, and its spans reach a collector."""

import json
import logging
import queue
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from canut.actions.platform.trace_context import trace_context
from canut.web.platform import otlp
from canut.web.platform.log_format import JsonLines

pytestmark = pytest.mark.django_db
TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
CAME = f"00-{TRACE}-{PARENT}-01"
HEADER = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-(0[01])")


def test_trace_goes_on_in_the_response_and_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.handler.setFormatter(JsonLines())

    with caplog.at_level(logging.INFO, "canut.request"):
        answer = Client().get("/healthz", headers={"traceparent": CAME})

    match = HEADER.fullmatch(answer["traceparent"])
    line = json.loads(caplog.text.splitlines()[-1])
    assert match is not None
    assert (match[1], match[3]) == (TRACE, "01")
    assert match[2] != PARENT
    assert (line["trace"], line["span"]) == (TRACE, match[2])


@pytest.mark.parametrize(
    "header",
    [
        "",
        "x",
        f"ff-{TRACE}-{PARENT}-01",
        f"00-{'0' * 32}-{PARENT}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE.upper()}-{PARENT}-01",
        f"{CAME}-more",
    ],
)
def test_malformed_header_begins_a_trace_of_its_own(header: str) -> None:
    made = trace_context(header)

    assert HEADER.fullmatch(made.header)
    assert made.trace != TRACE
    assert (made.parent, made.is_sampled) == ("", False)


def test_later_version_may_have_more_parts() -> None:
    assert trace_context(f"01-{TRACE}-{PARENT}-01-more").trace == TRACE


@pytest.fixture
def collector(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[queue.Queue[Any]]:
    """Serve a collector of traces on a free port; yield what it is sent."""
    got: queue.Queue[Any] = queue.Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.put((self.path, json.loads(body)))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.OTLP = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setattr(otlp, "BATCH_SECONDS", 0.05)
    monkeypatch.setattr(otlp, "_senders", {})
    yield got
    server.shutdown()
    server.server_close()


def test_span_of_a_request_reaches_the_collector_without_its_address(
    collector: queue.Queue[Any],
) -> None:
    answer = Client().get("/enter/tres-secret-123", headers={"traceparent": CAME})

    path, body = collector.get(timeout=20)
    (resource,) = body["resourceSpans"]
    (span,) = resource["scopeSpans"][0]["spans"]
    values = {item["key"]: next(iter(item["value"].values())) for item in span["attributes"]}
    assert path == "/v1/traces"
    assert (span["traceId"], span["parentSpanId"]) == (TRACE, PARENT)
    assert span["spanId"] in answer["traceparent"]
    assert values == {
        "http.request.method": "GET",
        "http.route": "/enter/<str:token>",
        "http.response.status_code": "404",
    }
    assert int(span["startTimeUnixNano"]) <= int(span["endTimeUnixNano"])
    assert "tres-secret" not in json.dumps(body)


def test_collector_that_is_away_costs_a_request_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.OTLP = "http://127.0.0.1:9"
    monkeypatch.setattr(otlp, "_senders", {})
    monkeypatch.setattr(otlp, "MOST_WAITING", 2)

    codes = [Client().get("/healthz").status_code for _ in range(6)]

    assert codes == [200] * 6
