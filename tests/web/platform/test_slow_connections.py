"""Connections through which next to nothing comes are found by what the system counted."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import NamedTuple

import pytest

from canut.web.platform.slow_connections import OPEN_FILES, SlowConnections, limit_unread

pytestmark = pytest.mark.skipif(not hasattr(socket, "TCP_INFO"), reason="needs Linux")
LEAST = 1000


class Pair(NamedTuple):
    """Both ends of a connection."""

    client: socket.socket
    server: socket.socket

    def send(self, count: int) -> None:
        """Send so many bytes to the server."""
        self.client.sendall(b"x" * count)
        received = 0
        while received < count:
            received += len(self.server.recv(65536))


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def listening(opened: ExitStack) -> socket.socket:
    return opened.enter_context(socket.create_server(("127.0.0.1", 0)))


def connect(opened: ExitStack, listening: socket.socket) -> Pair:
    client = opened.enter_context(socket.create_connection(listening.getsockname(), timeout=5))
    return Pair(client, opened.enter_context(listening.accept()[0]))


def is_closed(pair: Pair) -> bool:
    """Return whether the server closed a connection."""
    pair.client.settimeout(0.2)
    try:
        return pair.client.recv(1) == b""
    except TimeoutError:
        return False


def test_silent_and_dripping_connections_are_cut_and_the_others_left(
    opened: ExitStack, listening: socket.socket
) -> None:
    port = listening.getsockname()[1]
    silent, dripping, sending, late = (connect(opened, listening) for _ in range(4))
    slow = SlowConnections(port, LEAST)
    elsewhere = SlowConnections(port + 1, LEAST)
    for watch in (slow, elsewhere):
        watch.look(10)
    dripping.send(LEAST - 1)
    sending.send(LEAST)
    slow.look(60)
    late.send(2 * LEAST)
    slow.look(69)

    assert slow.cut(9) == elsewhere.cut(10) == 0
    assert slow.cut(10) == 2

    assert [is_closed(pair) for pair in (silent, dripping, sending, late)] == [
        True,
        True,
        False,
        False,
    ]


def test_connection_that_is_answered_is_left(opened: ExitStack, listening: socket.socket) -> None:
    slow = SlowConnections(listening.getsockname()[1], LEAST)
    answered = connect(opened, listening)
    slow.look(10)
    answered.server.sendall(b"y")
    assert answered.client.recv(1) == b"y"
    time.sleep(0.1)
    slow.look(70)

    assert slow.cut(10) == 0
    assert slow.cut(70) == 1


def test_marks_are_forgotten_when_nobody_waits(opened: ExitStack, listening: socket.socket) -> None:
    slow = SlowConnections(listening.getsockname()[1], LEAST)
    connect(opened, listening)
    slow.look(10)
    slow.forget()
    slow.look(20)

    assert slow.cut(19) == 0


def test_looking_keeps_no_file_open(opened: ExitStack, listening: socket.socket) -> None:
    slow = SlowConnections(listening.getsockname()[1], LEAST)
    connect(opened, listening)
    before = len([*OPEN_FILES.iterdir()])
    for now in range(5):
        slow.look(now)
        slow.cut(0)

    assert len([*OPEN_FILES.iterdir()]) == before


def test_limit_on_unread_answers_is_taken_over_by_connections(
    opened: ExitStack, listening: socket.socket
) -> None:
    before = connect(opened, listening)
    limit_unread(listening.getsockname()[1], 7.5)
    after = connect(opened, listening)

    limits = [
        pair.server.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
        for pair in (before, after)
    ]
    assert limits == [0, 7500]
