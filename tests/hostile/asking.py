"""Requests as values, how they are sent through the whole application, and what came of them."""

import io
import json
import logging
import re
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Self

from django.core.signals import got_request_exception
from django.utils.module_loading import import_string

TOKEN = "t" * 32
PART = re.compile(r"<(?:\w+:)?(\w+)>")
LOCAL = ("localhost", "8000")
REFUSED_BEFORE_VIEW = "django.security"
log = logging.getLogger(__name__)
type Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Request:
    """One request, with each part still replaceable.

    Args:
        method: of HTTP.
        template: the address with ``<name>`` in the place of its parts.
        parts: the parts of the address, percent-encoded.
        query: names and values after the question mark, percent-encoded.
        headers: by their names.
        cookies: by their names.
        body: the bytes.
        kind: the type of the body.
    """

    method: str
    template: str
    parts: Mapping[str, str] = field(default_factory=dict)
    query: Pairs = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    kind: str = ""

    @property
    def path(self) -> str:
        """Return the address without its query, percent-encoded."""
        return PART.sub(lambda match: self.parts[match[1]], self.template)

    @property
    def query_string(self) -> str:
        """Return what stands after the question mark."""
        return "&".join(f"{name}={value}" for name, value in self.query)

    @property
    def target(self) -> str:
        """Return the address as it stands in the first line of a request."""
        return self.path + (f"?{self.query_string}" if self.query else "")

    def with_part(self, name: str, value: str) -> Self:
        """Replace one part of the address."""
        return replace(self, parts={**self.parts, name: value})

    def with_query(self, name: str, *values: str) -> Self:
        """Replace one parameter, by none, one or several."""
        others = tuple(pair for pair in self.query if pair[0] != name)
        return replace(self, query=(*others, *((name, value) for value in values)))

    def with_header(self, name: str, value: str) -> Self:
        """Replace one header."""
        return replace(self, headers={**self.headers, name: value})

    def with_cookie(self, name: str, value: str) -> Self:
        """Replace one cookie."""
        return replace(self, cookies={**self.cookies, name: value})

    def with_body(self, body: bytes, kind: str) -> Self:
        """Replace the body and its type."""
        return replace(self, body=body, kind=kind)

    @property
    def cookie_header(self) -> str:
        """Return the header of all cookies."""
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())


@dataclass(frozen=True)
class Reply:
    """What came back, and the last line of each fault that was logged meanwhile."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    faults: tuple[str, ...]

    @property
    def code(self) -> str | None:
        """Return the code of a problem; None where the answer is none."""
        if not self.headers.get("content-type", "").startswith("application/problem+json"):
            return None
        read = json.loads(self.body)
        return str(read["code"]) if isinstance(read, dict) and read.get("code") else None

    @property
    def is_sign_in(self) -> bool:
        """Return whether it leads to where one signs in."""
        return self.status == 302 and self.headers["location"].startswith("/accounts/login/")

    @property
    def is_shut(self) -> bool:
        """Return whether the person asking was kept out."""
        return self.status in {401, 403, 404} or self.is_sign_in


class Faults(logging.Handler):
    """Keep the last line of every exception that was raised or logged as a fault."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record, unless it says that what was needed is away, or refuses a host."""
        if getattr(record, "status_code", 0) == 503 or record.name.startswith(REFUSED_BEFORE_VIEW):
            return
        if record.exc_info and record.exc_info[1] is not None:
            self.lines.append(last_line(record.exc_info[1]))
        else:
            self.lines.append(f"{record.name}: {record.getMessage()[:200]}")

    def hear(self, **_sent: object) -> None:
        """Keep what Django signals, even where nobody logs it."""


def last_line(failure: BaseException) -> str:
    """Say what was raised and where in our own code."""
    frames = traceback.extract_tb(failure.__traceback__)
    own = [frame for frame in frames if "/canut/" in frame.filename] or list(frames)
    where = f"{own[-1].filename.rpartition('/canut/')[2]}:{own[-1].lineno}" if own else "?"
    return f"{type(failure).__name__}: {str(failure)[:160]} ({where})"


@contextmanager
def faults_kept() -> Iterator[Faults]:
    """Keep faults while the block runs."""
    faults = Faults()
    root = logging.getLogger()
    root.addHandler(faults)
    got_request_exception.connect(faults.hear)
    try:
        yield faults
    finally:
        root.removeHandler(faults)
        got_request_exception.disconnect(faults.hear)


class Application:
    """The whole application as a server calls it, in this process."""

    def __init__(self, faults: Faults) -> None:
        self._call = import_string("canut.web.wsgi.application")
        self._faults = faults

    def send(self, request: Request) -> Reply:
        """Send a request; an exception that no layer caught is a fault as well."""
        begin = len(self._faults.lines)
        start: list[Any] = []
        try:
            answer = self._call(environ_of(request), lambda *words: start.extend(words))
            body = b"".join(answer)
            getattr(answer, "close", lambda: None)()
        except Exception:  # no layer caught it: a server would drop the connection
            log.exception("escaped")
            return Reply(0, {}, b"", tuple(self._faults.lines[begin:]))
        headers = {name.lower(): value for name, value in start[1]}
        status = int(start[0].split(" ", 1)[0])
        return Reply(status, headers, body, tuple(self._faults.lines[begin:]))


def environ_of(request: Request) -> dict[str, Any]:
    """Return the environment of a WSGI application, as granian makes it."""
    named = {"Host": f"{LOCAL[0]}:{LOCAL[1]}", "X-CSRFToken": TOKEN, **request.headers}
    if request.cookies and "Cookie" not in named:
        named["Cookie"] = request.cookie_header
    kind = named.pop("Content-Type", request.kind)
    length = named.pop("Content-Length", str(len(request.body)))
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": _decoded(request.path),
        "QUERY_STRING": request.query_string.encode("utf-8", "surrogatepass").decode("latin-1"),
        "SERVER_NAME": LOCAL[0],
        "SERVER_PORT": LOCAL[1],
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "CONTENT_TYPE": kind,
        "CONTENT_LENGTH": length,
    }
    return environ | {f"HTTP_{name.upper().replace('-', '_')}": v for name, v in named.items()}


def _decoded(path: str) -> str:
    """Decode percent signs, as a server does; each byte is one character."""
    raw = path.encode("utf-8", "surrogatepass")
    return re.sub(rb"%([0-9a-fA-F]{2})", lambda match: bytes([int(match[1], 16)]), raw).decode(
        "latin-1"
    )
