"""Clients that fall silent, or send a byte now and then, stop nobody and are closed in the end."""

import json
import resource
import select
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from tests.commands.serving import is_serving, prepare, seconds_for, served
from tests.commands.test_hostile import PREPARE

pytestmark = [pytest.mark.process, pytest.mark.slow]
MANY, SOME = 1000, 20
HEAD_SECONDS, BODY_SECONDS = 20, 90  # ten and sixty to seventy, on a machine that does other things
HALF_HEAD = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
BODY = (
    b"POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\n%s"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\nx"
)
COOKIE = b"Cookie: csrftoken=" + b"a" * 32 + b"\r\n"
SILENT = {
    "no byte": b"",
    "half a head": HALF_HEAD,
    "head byte by byte": HALF_HEAD,
    "answered once": HALF_HEAD + b"\r\n",
    "half a body": BODY % (COOKIE, 1000),
    "half a body without a cookie": BODY % (b"", 1000),
    "body byte by byte": BODY % (COOKIE, 1000),
    "half a long body": BODY % (COOKIE, 1_000_000),
    "chunks that never end": (BODY % (COOKIE, 9)).replace(
        b"Content-Length: 9\r\n\r\nx", b"Transfer-Encoding: chunked\r\n\r\n9\r\nx"
    ),
}
DRIPPING = {"head byte by byte", "body byte by byte"}
BODIES = {kind for kind in SILENT if "body" in kind or "chunks" in kind}


@pytest.fixture
def many_files() -> Iterator[None]:
    """Allow a few thousand connections."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 4096 if hard == resource.RLIM_INFINITY else min(4096, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@contextmanager
def opened(port: int, kind: str, count: int) -> Iterator[list[socket.socket]]:
    """Open connections that send the beginning of a request."""
    stop = threading.Event()
    with ExitStack() as stack:
        connections = []
        for _ in range(count):
            connection = socket.create_connection(("127.0.0.1", port), timeout=20)
            stack.enter_context(connection)
            connection.sendall(SILENT[kind])
            connections.append(connection)

        def drip() -> None:
            while not stop.wait(1):
                for connection in connections:
                    with suppress(OSError):
                        connection.send(b"a")

        if kind in DRIPPING:
            thread = threading.Thread(target=drip)
            thread.start()
            stack.callback(thread.join)
        stack.callback(stop.set)
        yield connections


@pytest.fixture
def work(instance: Path) -> tuple[str, str]:
    """Return the address of a workbench and the cookie of who works there."""
    slug, sessions, _keys = json.loads(prepare(instance, PREPARE))
    return f"/work/{slug}/", f"sessionid={sessions['worker']}"


@pytest.mark.usefixtures("many_files")
def test_a_thousand_silent_clients_stop_nobody(instance: Path, work: tuple[str, str]) -> None:
    page, cookie = work
    with served(instance) as (port, pid):
        seconds_for(port, page, cookie=cookie)
        slowest = {}
        for kind in [kind for kind in SILENT if kind != "chunks that never end"]:  # read at once
            with opened(port, kind, MANY):
                time.sleep(0.5)
                slowest[kind] = max(
                    min(seconds_for(port, path, cookie=cookie) for _ in range(3))
                    for path in ("/healthz", page)
                )

        assert {kind: seconds for kind, seconds in slowest.items() if seconds >= 1} == {}
        assert is_serving(pid)


def test_silent_and_slow_clients_are_closed(instance: Path) -> None:
    with served(instance) as (port, pid), ExitStack() as stack:
        began = time.monotonic()
        waiting = {
            connection: kind
            for kind in SILENT
            for connection in stack.enter_context(opened(port, kind, SOME))
        }
        closed: dict[str, float] = {}
        while waiting and time.monotonic() - began < BODY_SECONDS:
            readable, _, _ = select.select(list(waiting), [], [], 1)
            for connection in readable:
                with suppress(ConnectionError):
                    if connection.recv(65536):
                        continue
                closed[waiting.pop(connection)] = time.monotonic() - began

        assert sorted({*waiting.values()}) == []
        late = {k: s for k, s in closed.items() if s > HEAD_SECONDS and k not in BODIES}
        assert late == {}
        assert is_serving(pid)
