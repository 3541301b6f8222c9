"""Limit concurrent requests in the application; each starts once its body has arrived.

Granian hands a request to a thread as soon as its head has come, and the thread then waits for the
body. With as many threads as may work at once, a few silent connections would stop everybody. So
there are many threads, which cost next to nothing while they wait, and few slots. A short body is
read before its request takes a slot. A long one has slots of its own and is read by its view, so
that it never lies whole in memory.

A slot has its own connection to the database, whatever the thread: connections are as many as
slots. A body of which too little came for a minute is given up, with every connection that was as
slow: ``slow_connections`` finds them.

Whoever sent too much (429) gets the answer a second later, on a thread that waits outside the
slots: a program that asks again at once would otherwise keep the processor busy with refusals.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from queue import SimpleQueue
from typing import Any, Protocol

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from canut.core.outside_text import read_whole
from canut.web.platform.slow_connections import SlowConnections, limit_unread

type Environ = dict[str, Any]
type Application = Callable[..., Iterable[bytes]]

SLOTS, LONG_SLOTS = 8, 4
LONG_BYTES = 256 * 1024
SLOW_SECONDS, LOOK_SECONDS = 60.0, 5.0
REFUSAL_SECONDS = 1.0
MOST_DELAYED = 256  # a small part of the threads that wait; further refusals leave at once


class Slots:
    """A WSGI application that runs a few requests at a time.

    Args:
        application: what answers.
        count: how many requests it answers at once.
        long_count: how many more, of those whose body is long.
    """

    def __init__(
        self, application: Application, count: int = SLOTS, long_count: int = LONG_SLOTS
    ) -> None:
        self._application = application
        self._slots, self._long_slots = _Pool(count), _Pool(long_count)
        self._waits: dict[int, float] = {}
        self._delays = threading.BoundedSemaphore(MOST_DELAYED)

    def __call__(self, environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        pool, length = self._slots, environ.get("CONTENT_LENGTH", "0")
        bytes_sent = read_whole(length)
        if bytes_sent:
            body = Body(environ["wsgi.input"], bytes_sent, self._waits)
            if bytes_sent > LONG_BYTES:
                pool, environ["wsgi.input"] = self._long_slots, body
            else:
                try:
                    environ["wsgi.input"] = BytesIO(body.read())
                except ConnectionError:  # half a form is not what was meant
                    start("400 Bad Request", [("Content-Type", "text/plain")])
                    return [b"the body ended early\n"]
        is_refused = False

        def begin(status: str, *more: object) -> object:
            nonlocal is_refused
            is_refused = status.startswith("429")
            return start(status, *more)

        with pool.taken():
            answer = self._application(environ, begin)
        if is_refused and self._delays.acquire(blocking=False):
            try:
                time.sleep(REFUSAL_SECONDS)
            finally:
                self._delays.release()
        return answer

    def watch(self, port: int) -> None:
        """Drop clients that never read their answer; start a thread that drops slow bodies.

        Args:
            port: where connections come in.
        """
        limit_unread(port, SLOW_SECONDS)
        threading.Thread(target=self._watch, args=(port,), name="slow-bodies", daemon=True).start()

    def _watch(self, port: int) -> None:
        connections_of_port = SlowConnections(port)
        while True:
            time.sleep(LOOK_SECONDS)
            now = time.monotonic()
            longest = max((now - started for started in [*self._waits.values()]), default=0.0)
            if longest < LOOK_SECONDS:
                connections_of_port.forget()
            else:
                connections_of_port.look(now)
            if longest > SLOW_SECONDS:
                connections_of_port.cut(now - SLOW_SECONDS)


class Stream(Protocol):
    """A request body as the server provides it."""

    def read(self, size: int = ..., /) -> bytes:
        """Read a number of bytes."""
        ...


class Body:
    """A request body that ends where it said it would, and records since when it waits.

    Args:
        stream: the body itself.
        length: how many bytes it has, as its head said.
        waits: takes the moment each wait began, by thread.
    """

    def __init__(self, stream: Stream, length: int, waits: dict[int, float]) -> None:
        self._stream = stream
        self._left = length
        self._waits = waits

    def read(self, size: int = -1) -> bytes:
        """Read a number of bytes, or all.

        Raises:
            ConnectionError: the client went away before the end; what had come was read before.
        """
        wanted = self._left if size < 0 else min(size, self._left)
        with self._waiting():
            data = self._stream.read(wanted) if wanted else b""
        self._left -= len(data)
        if len(data) < wanted and (size < 0 or not data):
            raise ConnectionError(f"the body ended {self._left} bytes early")
        return data

    def readline(self, size: int = -1) -> bytes:
        """Read a line, slowly: Django wants to be able to, and granian's loses the end of lines."""
        line = bytearray()
        while len(line) != size and (byte := self.read(1)):
            line += byte
            if byte == b"\n":
                break
        return bytes(line)

    @contextmanager
    def _waiting(self) -> Iterator[None]:
        self._waits[threading.get_ident()] = time.monotonic()
        try:
            yield
        finally:
            del self._waits[threading.get_ident()]


class _Pool:
    """A fixed number of slots, each with a connection; the last one freed is used first."""

    def __init__(self, count: int) -> None:
        self._free: SimpleQueue[None] = SimpleQueue()
        self._connections: list[BaseDatabaseWrapper] = []
        for _ in range(count):
            connection = connections.create_connection(DEFAULT_DB_ALIAS)
            connection.inc_thread_sharing()
            self._connections.append(connection)
            self._free.put(None)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for a slot and use its connection."""
        self._free.get()
        own = self._connections.pop()
        try:
            connections[DEFAULT_DB_ALIAS] = own
            yield
        finally:
            with suppress(AttributeError):
                del connections[DEFAULT_DB_ALIAS]
            self._connections.append(own)
            self._free.put(None)
