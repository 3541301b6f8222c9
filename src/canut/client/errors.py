"""What a program that asks a server may be told instead of an answer."""

from collections.abc import Mapping
from typing import Any


class ClientError(Exception):
    """The server did not do what was asked."""


class RefusedError(ClientError):
    """The server refused; act on ``code``, which is stable.

    Args:
        status: of HTTP.
        problem: the body of the answer (RFC 9457).
    """

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.code = str(problem.get("code", ""))
        self.title = str(problem.get("title", ""))
        self.detail = str(problem.get("detail", ""))
        self.next = str(problem.get("next", ""))
        self.facts: dict[str, Any] = dict(problem.get("facts") or {})
        self.errors: list[dict[str, str]] = list(problem.get("errors") or [])
        told = " ".join(part for part in (self.title, self.detail) if part)
        super().__init__(f"{status} {self.code}: {told}")


class ConnectionLostError(ClientError):
    """No answer came, however often it was tried."""


class UploadError(ClientError):
    """An upload was cut off for good; ``add_tasks(..., upload=error.upload)`` goes on with it.

    Args:
        upload: its name.
        kept: how many bytes the server keeps of it.
    """

    def __init__(self, upload: str, kept: int) -> None:
        self.upload, self.kept = upload, kept
        super().__init__(f"upload {upload} was cut off; {kept} bytes are kept")
