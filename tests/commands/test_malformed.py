"""Malformed requests are refused or closed by a process that lives, and answers whoever is next."""

import re
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from shutil import copytree

import pytest

from tests.commands.serving import is_serving, receive_all, seconds_for, served

pytestmark = [pytest.mark.process, pytest.mark.slow]
HOST = b"Host: localhost\r\n"
GET = b"GET /healthz HTTP/1.1\r\n" + HOST
POST = b"POST /accounts/login/ HTTP/1.1\r\n" + HOST
END = b"Connection: close\r\n\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
COOKIE = b"Cookie: csrftoken=" + b"a" * 32 + b"\r\n"
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
HIDDEN = b"GET /readyz HTTP/1.1\r\n" + HOST + b"\r\n"
CLOSED = 0
REFUSED = {CLOSED, 400}

REQUESTS: dict[str, tuple[bytes, set[int]]] = {
    "words": (b"not http at all\r\n\r\n", REFUSED),
    "no version": (b"GET /healthz\r\n\r\n", REFUSED),
    "version 0.9": (b"GET /healthz HTTP/0.9\r\n\r\n", REFUSED),
    "version 2.0 in words": (b"GET /healthz HTTP/2.0\r\n" + HOST + b"\r\n", REFUSED | {505}),
    "version 1.0": (b"GET /healthz HTTP/1.0\r\n" + HOST + b"\r\n", {200}),
    "version 9.9": (b"GET /healthz HTTP/9.9\r\n" + HOST + b"\r\n", REFUSED | {505}),
    "three spaces": (b"GET   /healthz   HTTP/1.1\r\n" + HOST + b"\r\n", REFUSED),
    "tab in the line": (b"GET\t/healthz\tHTTP/1.1\r\n" + HOST + b"\r\n", REFUSED),
    "empty lines first": (b"\r\n\r\n" + GET + END, {200}),
    "bare line feeds": (GET.replace(b"\r\n", b"\n") + b"Connection: close\n\n", {200, 400}),
    "no host": (b"GET /accounts/login/ HTTP/1.1\r\n" + END, {400}),
    "two hosts": (b"GET /accounts/login/ HTTP/1.1\r\n" + HOST + b"Host: evil\r\n" + END, {400}),
    "host of another": (b"GET /accounts/login/ HTTP/1.1\r\nHost: evil\r\n" + END, {400}),
    "NUL in the path": (b"GET /health\x00z HTTP/1.1\r\n" + HOST + END, REFUSED),
    "NUL in the path, escaped": (b"GET /health%00z HTTP/1.1\r\n" + HOST + END, {400, 404}),
    "bytes in the path": (b"GET /\xff\xfe HTTP/1.1\r\n" + HOST + END, REFUSED | {404}),
    "path of no UTF-8": (b"GET /%ff%fe HTTP/1.1\r\n" + HOST + END, {400, 404}),
    "path of 70 kB": (
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n" + HOST + END,
        REFUSED | {404, 414},
    ),
    "absolute form": (b"GET http://localhost/healthz HTTP/1.1\r\n" + HOST + END, {200}),
    "absolute form of another": (
        b"GET http://evil/accounts/login/ HTTP/1.1\r\nHost: evil\r\n" + END,
        {400},
    ),
    "authority form": (
        b"CONNECT localhost:443 HTTP/1.1\r\n" + HOST + END,
        REFUSED | {403, 404, 405},
    ),
    "authority form of a GET": (b"GET localhost:443 HTTP/1.1\r\n" + HOST + END, REFUSED | {200}),
    "asterisk": (b"OPTIONS * HTTP/1.1\r\n" + HOST + END, REFUSED | {200, 404, 405}),
    "asterisk of a GET": (b"GET * HTTP/1.1\r\n" + HOST + END, REFUSED | {404}),
    "unknown method": (b"BREW /accounts/login/ HTTP/1.1\r\n" + HOST + END, REFUSED | {403, 405}),
    "method of 1 kB": (
        b"A" * 1000 + b" /healthz HTTP/1.1\r\n" + HOST + END,
        REFUSED | {200, 403, 405},
    ),
    "method with a bracket": (b"GE(T /healthz HTTP/1.1\r\n" + HOST + END, REFUSED),
    "NUL in a header": (GET + b"X-A: a\x00b\r\n" + END, REFUSED),
    "NUL in a header's name": (GET + b"X\x00A: a\r\n" + END, REFUSED),
    "return in a header": (GET + b"X-A: a\rb\r\n" + END, REFUSED),
    "space before the colon": (GET + b"X-A : b\r\n" + END, REFUSED),
    "header without a colon": (GET + b"X-A\r\n" + END, REFUSED),
    "header without a name": (GET + b": b\r\n" + END, REFUSED),
    "folded header": (GET + b"X-A: a\r\n b\r\n" + END, REFUSED),
    "header of no UTF-8": (GET + b"X-Request-ID: \xff\xfe\r\nCookie: \xff\r\n" + END, {200}),
    "100 kB in a header": (GET + b"X-A: " + b"a" * 100_000 + b"\r\n" + END, {200, 400, 431}),
    "100 kB of cookies": (GET + b"Cookie: a=" + b"a" * 100_000 + b"\r\n" + END, {200, 400, 431}),
    "600 kB of headers": (GET + (b"X-A: " + b"a" * 6000 + b"\r\n") * 100 + END, REFUSED | {431}),
    "10,000 headers": (
        GET + b"".join(b"X-%d: a\r\n" % n for n in range(10_000)) + END,
        REFUSED | {431},
    ),
    "no number as a length": (POST + b"Content-Length: ten\r\n" + END, REFUSED),
    "negative length": (POST + b"Content-Length: -1\r\n" + END, REFUSED),
    "signed length": (POST + b"Content-Length: +3\r\n" + END + b"a=b", REFUSED),
    "length in hexadecimal": (POST + b"Content-Length: 0x3\r\n" + END + b"a=b", REFUSED),
    "length over 2^64": (POST + b"Content-Length: 18446744073709551617\r\n" + END, REFUSED),
    "length of 2^63": (
        POST + FORM + COOKIE + b"Content-Length: 9223372036854775808\r\n" + END + b"a",
        {CLOSED, 400, 403, 413},
    ),
    "length of 1 TB": (
        POST + FORM + COOKIE + b"Content-Length: 1000000000000\r\n" + END + b"a",
        {400, 403, 413},
    ),
    "two lengths": (POST + b"Content-Length: 3\r\nContent-Length: 4\r\n" + END + b"abcd", REFUSED),
    "list of lengths": (POST + b"Content-Length: 3, 4\r\n" + END + b"abcd", REFUSED),
    "unknown coding": (POST + b"Transfer-Encoding: nothing\r\n" + END + b"abc", REFUSED | {501}),
    "chunked and more": (
        POST + b"Transfer-Encoding: chunked, gzip\r\n" + END + b"abc",
        REFUSED | {501},
    ),
    "chunk size of no number": (
        POST + b"Transfer-Encoding: chunked\r\n" + END + b"zz\r\nabc\r\n",
        REFUSED | {403},
    ),
    "chunk size that overflows": (
        POST + b"Transfer-Encoding: chunked\r\n" + END + b"f" * 20 + b"\r\nabc\r\n",
        REFUSED | {403},
    ),
    "chunk extension of 100 kB": (
        POST
        + b"Transfer-Encoding: chunked\r\n"
        + END
        + b"1;"
        + b"a" * 100_000
        + b"\r\na\r\n0\r\n\r\n",
        REFUSED | {403},
    ),
    "10,000 trailers": (
        POST + b"Transfer-Encoding: chunked\r\n" + END + b"0\r\n" + b"x: y\r\n" * 10_000 + b"\r\n",
        REFUSED | {403},
    ),
    "expects something else": (
        POST + b"Expect: 200-maybe\r\nContent-Length: 3\r\n" + END + b"a=b",
        {400, 403, 417},
    ),
    "upgrade to HTTP/2": (
        GET
        + b"Upgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"
        + b"Connection: Upgrade, HTTP2-Settings, close\r\n\r\n",
        {200},
    ),
    "upgrade to a websocket": (
        GET
        + b"Upgrade: websocket\r\nConnection: Upgrade, close\r\nSec-WebSocket-Version: 13\r\n"
        + b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
        {200},
    ),
    "preface of HTTP/2": (PREFACE, REFUSED | {505}),
    "preface and frames": (
        PREFACE + b"\x00\x00\x00\x04\x00\x00\x00\x00\x00" + b"\xff" * 200,
        REFUSED | {505},
    ),
    "frames alone": (b"\x00\x00\x06\x04\x00\x00\x00\x00\x00" + b"\x00" * 6, REFUSED),
    "greeting of TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 100, REFUSED),
    "noise": (bytes(range(256)) * 40, REFUSED),
}
"""By name: what is sent, and the statuses that are right; 0 where it is closed without one."""

PAIRS: dict[str, bytes] = {
    "both, length first": POST
    + b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n" % (5 + len(HIDDEN))
    + b"0\r\n\r\n"
    + HIDDEN,
    "both, coding first": POST
    + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n"
    + b"0\r\n\r\n"
    + HIDDEN,
    "coding with a space": POST
    + b"Transfer-Encoding : chunked\r\nContent-Length: %d\r\n\r\n" % (5 + len(HIDDEN))
    + b"0\r\n\r\n"
    + HIDDEN,
    "coding with a tab": POST
    + b"Transfer-Encoding:\x0bchunked\r\nContent-Length: %d\r\n\r\n" % (5 + len(HIDDEN))
    + b"0\r\n\r\n"
    + HIDDEN,
    "coding in quotes": POST
    + b"Transfer-Encoding: xchunked\r\nContent-Length: %d\r\n\r\n" % (5 + len(HIDDEN))
    + b"0\r\n\r\n"
    + HIDDEN,
    "underscored coding": POST
    + b"Transfer_Encoding: chunked\r\nContent-Length: %d\r\n\r\n" % (5 + len(HIDDEN))
    + b"0\r\n\r\n"
    + HIDDEN,
    "underscored length": POST
    + b"Content_Length: 0\r\nContent-Length: %d\r\n\r\n" % len(HIDDEN)
    + HIDDEN,
    "two codings": POST
    + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"
    + b"Content-Length: %d\r\n\r\n" % (5 + len(HIDDEN))
    + b"0\r\n\r\n"
    + HIDDEN,
    "length of a GET": GET + b"Content-Length: %d\r\n\r\n" % len(HIDDEN) + HIDDEN,
}
"""Requests in whose body another one hides, in case two readers disagree on where it ends."""


@pytest.fixture(scope="module")
def server(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, int]]:
    """Serve one instance for all of these."""
    with served(Path(copytree(migrated, tmp_path_factory.mktemp("served") / "data"))) as both:
        yield both


def ask(port: int, sent: bytes, patience: float = 2) -> bytes:
    """Send bytes as they are; return all that comes until it is closed, or nothing more comes."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        with suppress(ConnectionError):
            connection.sendall(sent)
        connection.settimeout(patience)
        return receive_all(connection)


def statuses(answer: bytes) -> list[int]:
    """Return the statuses of the answers in what came."""
    return [int(status) for status in re.findall(rb"HTTP/1\.[01] (\d{3})", answer)]


@pytest.mark.parametrize("name", REQUESTS)
def test_malformed_request_is_refused_and_the_next_one_answered(
    server: tuple[int, int], name: str
) -> None:
    port, process = server
    sent, right = REQUESTS[name]

    got = statuses(ask(port, sent)) or [CLOSED]

    assert set(got) <= right
    assert len(got) == 1
    assert is_serving(process)
    assert seconds_for(port, "/healthz") < 5


def test_bad_request_after_a_good_one_takes_nothing_back(server: tuple[int, int]) -> None:
    port, process = server

    answer = ask(port, GET + b"\r\n" + b"GET /health\x00z HTTP/1.1\r\n\r\n" + GET + END)

    assert statuses(answer) in ([200], [200, 400])
    assert is_serving(process)


def test_client_that_goes_away_early_leaves_the_server_as_it_was(server: tuple[int, int]) -> None:
    port, process = server
    body = POST + COOKIE + FORM + b"Content-Length: 100\r\n\r\nlogin=a"
    for sent in (b"", GET, GET + END, body, body.replace(b": 100", b": 1000000")):
        for is_abrupt in (False, True):
            connection = socket.create_connection(("127.0.0.1", port), timeout=5)
            connection.sendall(sent)
            if is_abrupt:
                linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"  # reset, without a farewell
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            connection.close()
    time.sleep(0.2)

    assert is_serving(process)
    assert seconds_for(port, "/healthz") < 5


@pytest.mark.parametrize("name", PAIRS)
def test_request_hidden_in_a_body_is_not_answered(server: tuple[int, int], name: str) -> None:
    port, process = server

    answer = ask(port, PAIRS[name])

    assert b'"ready"' not in answer
    assert not [status for status in statuses(answer) if status >= 500]
    assert is_serving(process)
