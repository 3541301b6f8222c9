"""Hostile requests byte by byte to a server that runs, and what it answers."""

import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from tests.hostile.asking import TOKEN, Request

SECONDS = 60.0
DROPPED = 0
"""In the place of a status: the connection ended without an answer."""


@dataclass(frozen=True)
class Answered:
    """What a server answered to some bytes: the status, and the whole of it."""

    status: int
    raw: bytes
    seconds: float


def bytes_of(request: Request, port: int) -> bytes:
    """Write a request as a browser does, whatever is in it."""
    named = {"Host": f"127.0.0.1:{port}", "X-CSRFToken": TOKEN, "Connection": "close"}
    named |= dict(request.headers)
    if request.cookies:
        named.setdefault("Cookie", request.cookie_header)
    if request.kind:
        named.setdefault("Content-Type", request.kind)
    if request.body or request.method not in {"GET", "HEAD"}:
        named.setdefault("Content-Length", str(len(request.body)))
    head = [f"{request.method} {request.target} HTTP/1.1"]
    head += [f"{name}: {text}" for name, text in named.items()]
    first, *others = head
    lines = [first.encode("utf-8", "surrogatepass")]
    lines += [line.encode("latin-1", "replace") for line in others]
    return b"\r\n".join([*lines, b"", b""]) + request.body


def exchange(port: int, raw: bytes) -> Answered:
    """Send bytes over a connection of their own and read the answer to its end."""
    began = time.monotonic()
    pieces: list[bytes] = []
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as line:
        with suppress(OSError):  # it has answered already, and reads no further
            line.sendall(raw)
        with suppress(ConnectionError):
            while piece := line.recv(65_536):
                pieces.append(piece)
    whole = b"".join(pieces)
    status = int(whole[9:12]) if whole.startswith(b"HTTP/1.") and whole[9:12].isdigit() else DROPPED
    return Answered(status, whole, time.monotonic() - began)


def malformed(port: int, path: str) -> Iterator[tuple[str, bytes]]:
    """List what is hardly HTTP any more, by its name."""
    host = f"Host: 127.0.0.1:{port}\r\nConnection: close\r\n".encode()
    line = f"GET {path} HTTP/1.1\r\n".encode()
    post = f"POST {path} HTTP/1.1\r\n".encode() + host
    yield "nothing", b"\r\n\r\n"
    yield "bytes", bytes(range(256)) + b"\r\n\r\n"
    yield "tls", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 64
    yield "no host", line + b"Connection: close\r\n\r\n"
    yield "two hosts", line + host + b"Host: evil.example\r\n\r\n"
    yield "old", f"GET {path}\r\n\r\n".encode()
    yield "version", f"GET {path} HTTP/9.9\r\n".encode() + host + b"\r\n"
    yield "absolute", f"GET http://evil.example{path} HTTP/1.1\r\n".encode() + host + b"\r\n"
    yield "star", b"OPTIONS * HTTP/1.1\r\n" + host + b"\r\n"
    yield "connect", b"CONNECT evil.example:443 HTTP/1.1\r\n" + host + b"\r\n"
    yield "nul in the path", b"GET /a\0b HTTP/1.1\r\n" + host + b"\r\n"
    yield "bytes in the path", b"GET /\xff\xfe HTTP/1.1\r\n" + host + b"\r\n"
    yield "spaces in the path", b"GET /a b c HTTP/1.1\r\n" + host + b"\r\n"
    yield "long path", b"GET /" + b"a" * 60_000 + b" HTTP/1.1\r\n" + host + b"\r\n"
    yield "long query", line.replace(b" HTTP", b"?" + b"a=1&" * 20_000 + b" HTTP") + host + b"\r\n"
    yield "line end in a header", line + host + b"X-A: a\r\n b\rX-B: c\n\r\n"
    yield "nul in a header", line + host + b"X-A: a\0b\r\n\r\n"
    yield "bytes in a header", line + host + b"Accept-Language: \xff\xfe\x80\r\n\r\n"
    yield "bytes in a cookie", line + host + b"Cookie: sessionid=\xff\xfe; a=\x80\r\n\r\n"
    yield "bytes in a key", line + host + b"Authorization: Bearer \xff\xfe\r\n\r\n"
    yield "long header", line + host + b"X-A: " + b"a" * 200_000 + b"\r\n\r\n"
    yield "many headers", line + host + b"X-A: b\r\n" * 3_000 + b"\r\n"
    yield "name of a header", line + host + b"X A: b\r\nX(: c\r\n: d\r\n\r\n"
    yield "underscores", line + host + b"X_Forwarded_For: 10.0.0.1\r\nREMOTE_ADDR: 1\r\n\r\n"
    yield "length below zero", post + b"Content-Length: -1\r\n\r\n"
    yield "length of letters", post + b"Content-Length: \xc2\xb2\r\n\r\n"
    yield "two lengths", post + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"
    both = b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    yield "length and pieces", post + both
    yield "piece of letters", post + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n0\r\n\r\n"
    yield "piece beyond", post + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 30 + b"\r\nab\r\n"
    yield "unknown encoding", post + b"Transfer-Encoding: gzip\r\n\r\nab"
    yield "another protocol", line + host + b"Upgrade: h2c\r\nHTTP2-Settings: AAAA\r\n\r\n"
    upgrade = b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: a\r\n\r\n"
    yield "socket", line + host + upgrade
    yield "preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0" * 9
    yield "two at once", line + b"Host: 127.0.0.1\r\n\r\n" + line + host + b"\r\n"
