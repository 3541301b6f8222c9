"""A receiver of webhooks on this machine: it says what it is told to say, and keeps what it got."""

import base64
import hashlib
import hmac
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Receiver:
    """What came, and what is answered: each status once, then 200; 0 says nothing at all."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    text: str = "thanks"
    got: list[tuple[Message, bytes]] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    def wait_for(self, count: int, seconds: float = 40) -> None:
        """Wait until so many messages came."""
        end = time.monotonic() + seconds
        while len(self.got) < count:
            assert time.monotonic() < end, f"{len(self.got)} messages of {count} came"
            time.sleep(0.05)

    @property
    def messages(self) -> list[str]:
        """Return the identifiers of what came, in order."""
        return [headers["webhook-id"] for headers, _body in self.got]


@contextmanager
def receiver() -> Iterator[Receiver]:
    """Listen on a free port of loopback while the block runs."""
    kept = Receiver()

    class Handler(BaseHTTPRequestHandler):
        """Answers as the receiver was told."""

        def do_POST(self) -> None:  # the name http.server calls
            """Keep the message, then answer."""
            length = int(self.headers["Content-Length"])
            kept.got.append((self.headers, self.rfile.read(length)))
            status = kept.answers.pop(0) if kept.answers else 200
            if not status:
                kept.released.wait(20)
                return
            self.send_response(status)
            for name, value in kept.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(kept.text.encode())

        def log_request(self, *_args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    kept.url = f"http://127.0.0.1:{server.server_address[1]}/hook?from=canut"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield kept
    finally:
        kept.released.set()
        server.shutdown()
        server.server_close()
        thread.join()


def is_genuine(headers: Message, body: bytes, secret: str) -> bool:
    """Check a signature as a receiver would, with nothing of Canut's."""
    key = base64.b64decode(secret.split("_", 1)[1])
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    right = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    given = [one.split(",", 1) for one in headers["webhook-signature"].split(" ")]
    return any(version == "v1" and hmac.compare_digest(value, right) for version, value in given)
