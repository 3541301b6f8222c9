"""Limit concurrent requests in the application; each starts once its body has arrived.

Granian hands a request to a thread as soon as its head has come, and the thread then waits for the
body. With as many threads as may work at once, a few silent connections would stop everybody. So
there are many threads, which cost next to nothing while they wait, and few slots. A short body is
read before its request takes a slot. A long one has slots of its own and is read by its view, so
that it never lies whole in memory.

A slot has its own connection to the database, whatever the thread: connections are as many as
slots. A body of which nothing came for a minute is given up, with every connection that was silent
for as long.
"""

import os
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Protocol

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from canut.core.outside_text import read_whole

type Environ = dict[str, Any]
type Application = Callable[..., Iterable[bytes]]

SLOTS, LONG_SLOTS = 8, 4
LONG_BYTES = 256 * 1024
SILENT_SECONDS, LOOK_SECONDS = 60.0, 5.0
LAST_SENT, LAST_RECEIVED = 9, 11  # of the words behind the first eight bytes of tcp_info, in ms
OPEN_FILES = Path("/proc/self/fd")


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

    def __call__(self, environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        pool, length = self._slots, environ.get("CONTENT_LENGTH", "0")
        if length != "0":
            body = Body(environ["wsgi.input"], self._waits)
            bytes_sent = read_whole(length)
            if bytes_sent is not None:
                if bytes_sent > LONG_BYTES:
                    pool, environ["wsgi.input"] = self._long_slots, body
                else:
                    environ["wsgi.input"] = BytesIO(body.read(bytes_sent))
        with pool.taken():
            return self._application(environ, start)

    def watch(self, port: int) -> None:
        """Start a thread that drops silent request bodies.

        Args:
            port: where connections come in.
        """
        threading.Thread(
            target=self._watch, args=(port,), name="silent-bodies", daemon=True
        ).start()

    def _watch(self, port: int) -> None:
        while True:
            time.sleep(LOOK_SECONDS)
            since = time.monotonic() - SILENT_SECONDS
            if any(started < since for started in [*self._waits.values()]):
                cut_silent(port, SILENT_SECONDS)


class Stream(Protocol):
    """A request body as the server provides it."""

    def read(self, size: int = ..., /) -> bytes:
        """Read a number of bytes."""
        ...

    def readline(self) -> bytes:
        """Read a line."""
        ...


class Body:
    """A request body that records since when it waits.

    Args:
        stream: the body itself.
        waits: takes the moment each wait began, by thread.
    """

    def __init__(self, stream: Stream, waits: dict[int, float]) -> None:
        self._stream = stream
        self._waits = waits

    def read(self, size: int = -1) -> bytes:
        """Read a number of bytes, or all."""
        with self._waiting():
            return self._stream.read() if size < 0 else self._stream.read(size)

    def readline(self, _size: int = -1) -> bytes:
        """Read a line."""
        with self._waiting():
            return self._stream.readline()

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


def cut_silent(port: int, seconds: float) -> int:
    """Close the connections of a port that are silent both ways; return their number.

    Does nothing where the system does not say when a connection was last used.
    """
    if not hasattr(socket, "TCP_INFO") or not OPEN_FILES.is_dir():
        return 0
    cut = 0
    for file in [*OPEN_FILES.iterdir()]:
        with suppress(OSError), socket.socket(fileno=os.dup(int(file.name))) as connection:
            is_inet = connection.family in {socket.AF_INET, socket.AF_INET6}
            if not is_inet or connection.type != socket.SOCK_STREAM:
                continue
            connection.getpeername()
            if connection.getsockname()[1] == port and _silent_ms(connection) > seconds * 1000:
                connection.shutdown(socket.SHUT_RDWR)
                cut += 1
    return cut


def _silent_ms(connection: socket.socket) -> int:
    """Return for how long a connection has been silent both ways, in milliseconds."""
    raw = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 8 + 4 * (LAST_RECEIVED + 1))
    words = struct.unpack_from(f"={LAST_RECEIVED + 1}I", raw, 8)
    return int(min(words[LAST_SENT], words[LAST_RECEIVED]))
