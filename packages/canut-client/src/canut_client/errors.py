"""Errors raised by the client; all of them are a ``ClientError``."""

from collections.abc import Mapping
from typing import Any

BUSY_STATUSES = frozenset({429, 502, 503, 504, 507})


class ClientError(Exception):
    """The server did not do what the program asked.

    Attributes:
        is_transient: whether the same request may succeed later.
        retry_after: seconds the server asks to wait before a retry; 0 where it asks nothing.
    """

    is_transient: bool = False
    retry_after: float = 0.0


class RefusedError(ClientError):
    """The server refused; act on ``code``, which is stable.

    Args:
        status: the HTTP status.
        problem: the JSON body of the response (RFC 9457).
        retry_after: seconds from the header ``Retry-After``.
    """

    def __init__(self, status: int, problem: Mapping[str, Any], retry_after: float = 0.0) -> None:
        self.status = status
        self.is_transient = status in BUSY_STATUSES
        self.retry_after = retry_after
        self.code = str(problem.get("code", ""))
        self.title = str(problem.get("title", ""))
        self.detail = str(problem.get("detail", ""))
        self.next = str(problem.get("next", ""))
        self.facts: dict[str, Any] = dict(problem.get("facts") or {})
        self.errors: list[dict[str, str]] = list(problem.get("errors") or [])
        sentence = " ".join(part for part in (self.title, self.detail) if part)
        super().__init__(f"{status} {self.code}: {sentence}")


class ConnectionLostError(ClientError):
    """No complete response came, after every retry of the policy.

    Args:
        message: the host and what broke.
        is_transient: whether a retry may help; it does not where a certificate is not trusted.
    """

    def __init__(self, message: str, *, is_transient: bool = True) -> None:
        self.is_transient = is_transient
        super().__init__(message)


class UploadError(ClientError):
    """An upload was interrupted; ``add_tasks(..., upload=error.upload)`` resumes it.

    Args:
        upload: name of the upload.
        stored_bytes: number of bytes the server has of it.
    """

    def __init__(self, upload: str, stored_bytes: int) -> None:
        self.upload, self.stored_bytes = upload, stored_bytes
        super().__init__(f"upload {upload} was interrupted; the server has {stored_bytes} bytes")
