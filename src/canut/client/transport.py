"""Ask a server and get an answer, whatever the network does meanwhile.

What may be sent again without doing it twice is sent again: after a lost connection, and when the
server is busy or full (429, 502, 503, 504, 507), ever more rarely and as the server asks. Each
thread keeps a connection of its own.
"""

import http.client
import json
import secrets
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from canut.client.errors import ClientError, ConnectionLostError, RefusedError
from canut.client.schemas import Told

JSON, NDJSON = "application/json", "application/x-ndjson"
BUSY = frozenset({429, 502, 503, 504, 507})
GOOD = range(200, 300)
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 0.1, 30.0
LOST = (OSError, http.client.HTTPException)
type Query = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How long a server is waited for.

    Args:
        timeout_seconds: how long one answer may take to begin.
        retries: how often a request is sent again when the connection breaks or the server is busy.
        rest: waits so many seconds.
    """

    timeout_seconds: float = 60.0
    retries: int = 8
    rest: Callable[[float], None] = time.sleep


@dataclass(frozen=True)
class Request:
    """One request: a body that is no bytes goes as JSON."""

    method: str
    address: str
    body: object = None
    query: Query | None = None
    kind: str = JSON
    name: str = ""

    @property
    def path(self) -> str:
        """Return the address with its query."""
        given = {k: v for k, v in (self.query or {}).items() if v is not None}
        return self.address + (f"?{urlencode(given)}" if given else "")


class Transport:
    """A server, the key that asks it, and how patiently.

    Args:
        url: where the server is, such as ``https://canut.example.org``.
        key: as the server gave it, ``canut_…``.
        patience: how long it is waited for.
        language: of the sentences of refusals.

    Raises:
        ValueError: the address is none of a server.
    """

    def __init__(self, url: str, key: str, patience: RetryPolicy, language: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError(f"{url!r} is no address of a server; write https://…")
        self._host, self._port, self._scheme = parts.hostname, parts.port, parts.scheme
        self._root = f"{parts.path.rstrip('/')}/api/v1/"
        self._headers = {
            "Authorization": f"Bearer {key}",
            "Accept-Language": language,
            "User-Agent": "canut-client",
        }
        self._timeout = patience.timeout_seconds
        self.retries, self.rest = patience.retries, patience.rest
        self._mine = threading.local()
        self._open: set[http.client.HTTPConnection] = set()

    def ask(self, request: Request) -> Told:
        """Send a request until it is answered; return what JSON says, or nothing.

        Raises:
            RefusedError: the server said no.
            LostError: it did not answer.
        """
        said = self._until_answered(request, http.client.HTTPResponse.read)
        return json.loads(said) if said else None

    def opened(self, request: Request) -> http.client.HTTPResponse:
        """Send a request until it is answered; return the answer, to be read to its end."""
        return self._until_answered(request, lambda answer: answer)

    def once(self, request: Request) -> Told:
        """Send a request a single time."""
        try:
            answer = self._send(request)
            said = answer.read()
        except LOST as problem:
            self.drop()
            raise ConnectionLostError(
                f"the connection to {self._host} broke: {problem}"
            ) from problem
        if answer.status not in GOOD:
            raise _refusal(answer.status, said)
        return json.loads(said) if said else None

    def wait(self, attempt: int, asked_seconds: float = 0.0) -> None:
        """Rest after an attempt that failed, the longer the more there were."""
        planned = min(FIRST_WAIT_SECONDS * 2**attempt, LONGEST_WAIT_SECONDS)
        self.rest(max(asked_seconds, planned * (500 + secrets.randbelow(501)) / 1000))

    def drop(self) -> None:
        """Close this thread's connection; the next request opens another."""
        held: http.client.HTTPConnection | None = getattr(self._mine, "connection", None)
        self._mine.connection = None
        if held is not None:
            held.close()
            self._open.discard(held)

    def close(self) -> None:
        """Close every thread's connection, once none of them asks any more."""
        self._mine = threading.local()
        while self._open:
            self._open.pop().close()

    def _until_answered[Got](
        self, request: Request, take: Callable[[http.client.HTTPResponse], Got]
    ) -> Got:
        attempt = 0
        while True:
            asked_seconds = 0.0
            problem: ClientError
            try:
                answer = self._send(request)
                if answer.status in GOOD:
                    return take(answer)
                problem = _refusal(answer.status, answer.read())
                if answer.status not in BUSY:
                    raise problem
                asked_seconds = _seconds(answer.getheader("Retry-After", ""))
            except ssl.SSLCertVerificationError:
                raise  # another try would find the same certificate
            except LOST as lost:
                self.drop()
                problem = ConnectionLostError(f"{self._host} does not answer: {lost}")
            if attempt >= self.retries:
                raise problem
            self.wait(attempt, asked_seconds)
            attempt += 1

    def _send(self, request: Request) -> http.client.HTTPResponse:
        connection = self._connection()
        body = request.body
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body, ensure_ascii=False).encode()
        headers = dict(self._headers)
        if body is not None:
            headers["Content-Type"] = request.kind
        if request.name:
            headers["Idempotency-Key"] = request.name
        connection.request(request.method, self._root + request.path, body, headers)
        return connection.getresponse()

    def _connection(self) -> http.client.HTTPConnection:
        held: http.client.HTTPConnection | None = getattr(self._mine, "connection", None)
        if held is None:
            kind = (
                http.client.HTTPSConnection
                if self._scheme == "https"
                else http.client.HTTPConnection
            )
            held = self._mine.connection = kind(self._host, self._port, timeout=self._timeout)
            self._open.add(held)
        return held


def _refusal(status: int, said: bytes) -> RefusedError:
    try:
        problem = json.loads(said)
    except ValueError:
        problem = {}
    return RefusedError(status, problem if isinstance(problem, dict) else {})


def _seconds(text: str) -> float:
    return float(text) if text.isascii() and text.isdigit() else 0.0
