"""Find and close the connections through which next to nothing comes, as the system counts bytes.

Granian does not say which connection a request came by, so all of a port are looked at, and only
while a body is waited for. What answers is left alone: bytes that go out count too.
"""

import os
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

LEAST_BYTES = 32 * 1024  # of a body in a minute: half a kilobyte a second
BYTES_ACKED, BYTES_RECEIVED = 120, 128  # where tcp_info has them, from Linux 4.1 on
INFO_BYTES = 136
OPEN_FILES = Path("/proc/self/fd")


class Traffic(NamedTuple):
    """What passed through a connection until a moment, in bytes."""

    at: float
    sent: int
    received: int


class SlowConnections:
    """The connections of a port, and what had passed through each when it was marked.

    Finds none where the system does not count the bytes of a connection.

    Args:
        port: where connections come in.
        least_bytes: what has to come between two marks.
    """

    def __init__(self, port: int, least_bytes: int = LEAST_BYTES) -> None:
        self._port, self._least_bytes = port, least_bytes
        self._marks: dict[object, Traffic] = {}

    def forget(self) -> None:
        """Drop all marks: nobody waits for anything."""
        self._marks.clear()

    def look(self, now: float) -> None:
        """Mark new connections, and those through which enough came since their mark."""
        marks: dict[object, Traffic] = {}
        for peer, _, traffic in self._connections(now):
            mark = self._marks.get(peer)
            marks[peer] = traffic if mark is None or not self._is_slow(mark, traffic) else mark
        self._marks = marks

    def cut(self, since: float) -> int:
        """Close the connections that have been slow from a moment on; return their number."""
        slow = {peer for peer, mark in self._marks.items() if mark.at <= since}
        count = 0
        for peer, connection, _ in self._connections(since) if slow else ():
            if peer in slow:
                connection.shutdown(socket.SHUT_RDWR)
                count += 1
        return count

    def _is_slow(self, mark: Traffic, traffic: Traffic) -> bool:
        has_received = traffic.received - mark.received >= self._least_bytes
        return traffic.sent == mark.sent and not has_received

    def _connections(self, now: float) -> Iterator[tuple[object, socket.socket, Traffic]]:
        if not hasattr(socket, "TCP_INFO"):
            return
        for connection in _sockets_on(self._port):
            with suppress(OSError, struct.error):
                raw = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, INFO_BYTES)
                [sent] = struct.unpack_from("=Q", raw, BYTES_ACKED)
                [received] = struct.unpack_from("=Q", raw, BYTES_RECEIVED)
                yield connection.getpeername(), connection, Traffic(now, sent, received)


def limit_unread(port: int, seconds: float) -> None:
    """Let the system close connections of a port whose client leaves its answer unread so long.

    Connections take it over from the listening socket. Does nothing where the system cannot.
    """
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        for listening in _sockets_on(port):
            with suppress(OSError):
                if listening.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                    option = (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
                    listening.setsockopt(*option, int(seconds * 1000))


def _sockets_on(port: int) -> Iterator[socket.socket]:
    """Yield the open sockets of this process on a port, each closed again by us alone."""
    for file in [*OPEN_FILES.iterdir()] if OPEN_FILES.is_dir() else []:
        with suppress(OSError), _opened(int(file.name)) as opened:
            is_inet = opened.family in {socket.AF_INET, socket.AF_INET6}
            if is_inet and opened.type == socket.SOCK_STREAM and opened.getsockname()[1] == port:
                yield opened


@contextmanager
def _opened(file: int) -> Iterator[socket.socket]:
    """Open a socket beside the one that is in use; raises ``OSError`` for another file."""
    copy = os.dup(file)
    try:
        opened = socket.socket(fileno=copy)
    except OSError:
        os.close(copy)
        raise
    with opened:
        yield opened
