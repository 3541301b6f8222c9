"""One HTTP connection of one person, to either platform: what the clients speak through.

It is as lean as the loads allow, for client and server share the machine. Nothing is sent twice: a
request whose answer did not come is a fault that the load counts.
"""

import json
import select
import socket
from dataclasses import dataclass, field
from typing import Any

GIVE_UP_SECONDS = 900.0  # a whole import is one request, and the machine may be busy


class RefusedError(RuntimeError):
    """The server answered, but not with what was asked for."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"{status}: {text}")
        self.status = status


@dataclass
class Wire:
    """A way to one server as one person.

    Args:
        port: where it listens, on this machine.
        cookies: who the person is, and their CSRF token.
        headers: sent with each request.
        stays: the server leaves a connection open between requests.
    """

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    stays: bool = True
    sock: socket.socket | None = None
    rest: bytes = b""

    def ask(
        self, method: str, path: str, body: bytes = b"", kind: str = "application/json"
    ) -> bytes:
        """Send a request and return the body of the answer.

        Raises:
            RefusedError: the status is 400 or more.
            OSError: the server went away, or said nothing for a quarter of an hour.
        """
        try:
            if self.sock is not None and select.select([self.sock], [], [], 0)[0]:
                self.close()  # nothing is owed on it: the server has left it since, as idle
            if self.sock is None:
                self.sock = socket.create_connection(("127.0.0.1", self.port), GIVE_UP_SECONDS)
                self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.sock.sendall(self._head(method, path, len(body), kind) + body)
            status, reply = self._answer()
        except OSError:
            self.close()
            raise
        if status >= 400:
            raise RefusedError(status, f"{method} {path}: {reply[:300]!r}")
        return reply

    def get(self, path: str) -> Any:
        """Get a path and read its JSON."""
        return json.loads(self.ask("GET", path))

    def post(self, path: str, body: object) -> Any:
        """Post JSON and read the JSON of the answer."""
        return json.loads(self.ask("POST", path, json.dumps(body).encode()) or b"null")

    def close(self) -> None:
        """Leave the connection; the next request opens another."""
        if self.sock is not None:
            self.sock.close()
        self.sock, self.rest = None, b""

    def _head(self, method: str, path: str, length: int, kind: str) -> bytes:
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}"]
        if self.cookies:
            pairs = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            lines.append(f"Cookie: {pairs}")
        if "csrftoken" in self.cookies:
            lines.append(f"X-CSRFToken: {self.cookies['csrftoken']}")
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        if method != "GET":
            lines += [f"Content-Type: {kind}", f"Content-Length: {length}"]
        if not self.stays:
            lines.append("Connection: close")
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    def _answer(self) -> tuple[int, bytes]:
        while b"\r\n\r\n" not in self.rest:
            self.rest += self._more()
        head, _, self.rest = self.rest.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        pairs = [line.partition(":") for line in lines]
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        for name, _, value in pairs:
            if name.strip().lower() == "set-cookie":
                key, _, cookie = value.strip().partition(";")[0].partition("=")
                self.cookies[key] = cookie
        if headers.get("transfer-encoding", "").lower() == "chunked":
            body = self._chunks()
        elif "content-length" in headers:
            body = self._exactly(int(headers["content-length"]))
        else:
            body = self._all()
        if not self.stays or headers.get("connection", "").lower() == "close":
            self.close()
        return int(first.split(" ", 2)[1]), body

    def _exactly(self, length: int) -> bytes:
        parts, have = [self.rest], len(self.rest)
        while have < length:
            parts.append(self._more())
            have += len(parts[-1])
        whole = b"".join(parts)
        self.rest = whole[length:]
        return whole[:length]

    def _chunks(self) -> bytes:
        parts = []
        while True:
            while b"\r\n" not in self.rest:
                self.rest += self._more()
            size, _, self.rest = self.rest.partition(b"\r\n")
            length = int(size.partition(b";")[0], 16)
            parts.append(self._exactly(length))
            self._exactly(2)
            if not length:
                return b"".join(parts)

    def _all(self) -> bytes:
        parts = [self.rest]
        try:
            while True:
                parts.append(self._more())
        except ConnectionError:
            self.close()
            return b"".join(parts)

    def _more(self) -> bytes:
        assert self.sock
        chunk = self.sock.recv(1 << 18)
        if not chunk:
            raise ConnectionError("the server closed the connection")
        return chunk
