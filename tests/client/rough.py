"""A rough road to a server: requests pass, but for those that meet what was laid in their way."""

import http.client
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

BUSY: dict[int, dict[str, str]] = {429: {"Retry-After": "7"}, 503: {}}
KEPT = {"content-type", "retry-after"}


@dataclass
class Road:
    """What happens to requests of a method, one after the other; then they pass.

    A number is answered as a status; ``lost`` never arrives; ``unheard`` arrives and its answer is
    lost; ``cut`` arrives in half.
    """

    url: str = ""
    ahead: dict[str, list[int | str]] = field(default_factory=dict)
    passed: list[str] = field(default_factory=list)
    names: list[str | None] = field(default_factory=list)

    def next_for(self, method: str) -> int | str:
        """Return what lies in the way of the next request."""
        waiting = self.ahead.get(method, [])
        return waiting.pop(0) if waiting else ""


class Passing(BaseHTTPRequestHandler):
    """Passes requests on, unless something lies in their way."""

    protocol_version = "HTTP/1.1"
    road: Road
    there: tuple[str, int]

    def __getattr__(self, name: str) -> Callable[[], None]:
        """Take every method alike."""
        if not name.startswith("do_"):
            raise AttributeError(name)
        return self.pass_on

    def pass_on(self) -> None:
        """Let the request meet what lies in its way."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        fate = self.road.next_for(self.command)
        if isinstance(fate, int):
            self.answer(fate, dict(BUSY[fate]), b'{"code": "busy", "title": "Busy"}')
            return
        self.close_connection = fate != ""
        if fate == "lost":
            return
        self.road.passed.append(f"{self.command} {self.path.partition('?')[0]}")
        self.road.names.append(self.headers.get("Idempotency-Key"))
        if fate == "cut":
            self.send_half(body)
            return
        connection = http.client.HTTPConnection(*self.there, timeout=30)
        connection.request(self.command, self.path, body, dict(self.headers.items()))
        answer = connection.getresponse()
        said = answer.read()
        connection.close()
        if fate != "unheard":
            kept = {name: value for name, value in answer.headers.items() if name.lower() in KEPT}
            self.answer(answer.status, kept, said)

    def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        """Answer with a body of known length."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def send_half(self, body: bytes) -> None:
        """Send half of a request, then hang up."""
        with socket.create_connection(self.there) as line:
            head = [f"{self.command} {self.path} HTTP/1.1"]
            head += [f"{name}: {value}" for name, value in self.headers.items()]
            line.sendall("\r\n".join([*head, "", ""]).encode() + body[: len(body) // 2])
            line.shutdown(socket.SHUT_WR)
            line.settimeout(5)
            while line.recv(4096):
                pass

    def log_request(self, *_args: object) -> None:
        """Say nothing."""


@contextmanager
def rough_road(server: str) -> Iterator[Road]:
    """Lay a road to a server while the block runs."""
    road, there = Road(), urlsplit(server)

    class Handler(Passing):
        """Knows which road it is on."""

    Handler.road, Handler.there = road, (there.hostname or "", there.port or 80)
    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.daemon_threads = True
    road.url = f"http://127.0.0.1:{listening.server_address[1]}"
    thread = threading.Thread(target=listening.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield road
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join()
