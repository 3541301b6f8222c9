"""The HTTP protocol of the API, without a connection: requests built, responses read.

Both transports use it: ``async_transport`` and, generated from it, ``transport``.
"""

import json
import secrets
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from canut_client.errors import ConnectionLostError, RefusedError

JSON, NDJSON = "application/json", "application/x-ndjson"
BYTES = "application/octet-stream"
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 0.1, 30.0
JsonValue = Any  # a value read from JSON
JsonObject = Mapping[str, object]


@dataclass(frozen=True)
class Request:
    """One request to the API.

    Args:
        method: HTTP method.
        path: relative to the root of the API, such as ``projects/reviews``.
        body: bytes as they are, anything else as JSON, None for no body.
        query: parameters; those that are None are left out.
        content_type: of the body.
        idempotency_key: the server does requests of the same key once.
    """

    method: str
    path: str
    body: object = None
    query: Mapping[str, object] | None = None
    content_type: str = JSON
    idempotency_key: str = ""

    @property
    def url(self) -> str:
        """The path with its query."""
        query = {key: value for key, value in (self.query or {}).items() if value is not None}
        return self.path + (f"?{urlencode(query)}" if query else "")

    @property
    def content(self) -> bytes | None:
        """The body as bytes."""
        if self.body is None or isinstance(self.body, bytes):
            return self.body
        return json.dumps(self.body, ensure_ascii=False).encode()

    @property
    def headers(self) -> dict[str, str]:
        """The headers of this request alone."""
        headers = {}
        if self.body is not None:
            headers["Content-Type"] = self.content_type
        if self.idempotency_key:
            headers["Idempotency-Key"] = self.idempotency_key
        return headers


def api_root(url: str) -> str:
    """Return the root of the API of a server.

    Raises:
        ValueError: the URL has no scheme ``http`` or ``https``, or no host.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(
            f"url is {url!r}; it must be the address of a server, such as https://canut.example.org"
        )
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}/api/v1/"


def common_headers(key: str, language: str) -> dict[str, str]:
    """Return the headers of every request."""
    return {
        "Authorization": f"Bearer {key}",
        "Accept-Encoding": "identity",
        "Accept-Language": language,
        "User-Agent": "canut-client",
    }


def project_path(project: str) -> str:
    """Return the path of a project."""
    return f"projects/{quote(project, safe='')}"


def parse_json(content: bytes) -> JsonValue:
    """Parse the body of a response; an empty one is None."""
    return json.loads(content) if content else None


def parse_refusal(status: int, content: bytes, retry_after: str | None) -> RefusedError:
    """Build the error of a response that is no success; its body may be anything."""
    try:
        problem = json.loads(content)
    except ValueError:
        problem = {}
    header = retry_after or ""
    seconds = float(header) if header.isascii() and header.isdigit() else 0.0
    return RefusedError(status, problem if isinstance(problem, dict) else {}, seconds)


def parse_disconnection(host: str, error: Exception) -> ConnectionLostError:
    """Build the error of a connection that broke; an untrusted certificate is not transient."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLCertVerificationError):
        cause = cause.__cause__ or cause.__context__
    message = f"the connection to {host} broke: {error or type(error).__name__}"
    return ConnectionLostError(message, is_transient=cause is None)


def retry_delay(attempt: int, retry_after: float = 0.0) -> float:
    """Compute the seconds to wait after a failed attempt: exponential, with jitter.

    Args:
        attempt: 0 after the first one.
        retry_after: seconds the server asks for; never less than these.
    """
    longest = min(FIRST_WAIT_SECONDS * 2.0**attempt, LONGEST_WAIT_SECONDS)
    return max(retry_after, longest * (500 + secrets.randbelow(501)) / 1000)
