"""The requests every part of ``Client`` is made of: idempotent posts, pages, jobs, downloads.

Lists fetch the next page when it is needed. A request that must not be done twice has an
``Idempotency-Key``, so that a retry does it once.

Generated from ``async_requests`` by ``tools/sync_client.py``.
"""

import uuid
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, TypeVar

from canut_client import schemas
from canut_client.downloads import Download
from canut_client.errors import ConnectionLostError, RefusedError
from canut_client.progress import OnProgress, show_bar
from canut_client.protocol import JsonObject, JsonValue, Request, project_path
from canut_client.schemas import Schema, parse
from canut_client.transport import RetryPolicy, Transport

if TYPE_CHECKING:
    from typing_extensions import Self

PAGE_ROWS = 1_000
FIRST_POLL_SECONDS, LONGEST_POLL_SECONDS = 0.1, 2.0
UNFINISHED = frozenset({"reading", "publishing", "waiting"})
DEFAULT_RETRY = RetryPolicy()
Job = TypeVar("Job", schemas.Import, schemas.Export, schemas.Estimate)


class Requests:
    """A connection to a server under an API key; ``Client`` adds what can be done by it."""

    def __init__(
        self,
        url: str,
        key: str,
        *,
        progress: OnProgress = show_bar,
        retry: RetryPolicy = DEFAULT_RETRY,
        language: str = "en",
    ) -> None:
        self._url = url
        self._transport = Transport(url, key, retry, language)
        self._progress = progress

    def __enter__(self) -> "Self":
        """Return the client itself."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Close the connections."""
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def __repr__(self) -> str:
        """Name the server; the key stays unsaid."""
        return f"{type(self).__name__}({self._url!r})"

    def _get(self, path: str, query: Mapping[str, object] | None = None) -> JsonValue:
        return self._transport.request(Request("GET", path, query=query))

    def _post(self, project: str, part: str, body: JsonObject) -> JsonValue:
        """Send a POST that the server may do twice without harm."""
        return self._transport.request(Request("POST", f"{project_path(project)}/{part}", body))

    def _post_idempotent(self, path: str, body: JsonObject | None) -> JsonValue:
        """Send a POST under a new idempotency key, which its retries share."""
        key = uuid.uuid4().hex
        return self._transport.request(Request("POST", path, body, idempotency_key=key))

    def _delete(self, path: str) -> None:
        self._transport.request(Request("DELETE", path))

    def _put(self, project: str, part: str, body: JsonObject) -> schemas.Project:
        request = Request("PUT", f"{project_path(project)}/{part}", body)
        return parse(schemas.Project, self._transport.request(request))

    def _change_state(self, project: str, action: str, reason: str) -> schemas.Project:
        return parse(schemas.Project, self._post(project, action, {"reason": reason}))

    def _pages(
        self, schema: type[Schema], path: str, query: Mapping[str, object] | None = None
    ) -> Iterator[Schema]:
        cursor: str | None = None
        while True:
            page = self._get(path, {"limit": PAGE_ROWS, "cursor": cursor, **(query or {})})
            for item in page["items"]:
                yield parse(schema, item)
            cursor = page["next"]
            if cursor is None:
                return

    def _wait_for(
        self, schema: type[Job], started: JsonValue, path: str, *, is_published: bool = True
    ) -> Job:
        """Poll a job until it has ended; ``canut work`` runs it on the server.

        Args:
            schema: of the job.
            started: the job as the server began it.
            path: where it is read again.
            is_published: whether good rows of an import become tasks by themselves.
        """
        job, seconds = parse(schema, started), FIRST_POLL_SECONDS
        while job.state in UNFINISHED or (is_published and _will_be_published(job)):
            self._transport.retry.sleep(seconds)
            seconds = min(2 * seconds, LONGEST_POLL_SECONDS)
            job = parse(schema, self._get(path))
        return job

    def _download(self, path: str, download: Download) -> None:
        """Download a file, from its beginning after every break."""
        with download:
            attempt = 0
            while True:
                try:
                    return self._download_once(path, download)
                except (RefusedError, ConnectionLostError) as error:
                    self._transport.wait_to_retry(error, attempt)
                attempt += 1

    def _download_once(self, path: str, download: Download) -> None:
        with self._transport.stream(Request("GET", path)) as chunks:
            download.restart()
            for chunk in chunks:
                download.write(chunk)
        download.finish()


def _will_be_published(job: object) -> bool:
    """Return whether rows of an import are still to become tasks."""
    return isinstance(job, schemas.Import) and job.state == "ready" and job.tasks > 0
