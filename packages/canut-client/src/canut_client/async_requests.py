"""The requests every part of ``AsyncClient`` is made of: idempotent posts, pages, jobs, downloads.

Lists fetch the next page when it is needed. A request that must not be done twice has an
``Idempotency-Key``, so that a retry does it once.
"""

import asyncio
import uuid
from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, TypeVar

from canut_client import schemas
from canut_client.async_transport import AsyncRetryPolicy, AsyncTransport
from canut_client.downloads import Download
from canut_client.errors import ConnectionLostError, RefusedError
from canut_client.progress import OnProgress, show_bar
from canut_client.protocol import JsonObject, JsonValue, Request, project_path
from canut_client.schemas import Schema, parse

if TYPE_CHECKING:
    from typing_extensions import Self

PAGE_ROWS = 1_000
FIRST_POLL_SECONDS, LONGEST_POLL_SECONDS = 0.1, 2.0
UNFINISHED = frozenset({"reading", "publishing", "waiting"})
DEFAULT_RETRY = AsyncRetryPolicy()
Job = TypeVar("Job", schemas.Import, schemas.Export, schemas.Estimate)


class AsyncRequests:
    """A connection to a server under an API key; ``AsyncClient`` adds what can be done by it."""

    def __init__(
        self,
        url: str,
        key: str,
        *,
        progress: OnProgress = show_bar,
        retry: AsyncRetryPolicy = DEFAULT_RETRY,
        language: str = "en",
    ) -> None:
        self._url = url
        self._transport = AsyncTransport(url, key, retry, language)
        self._progress = progress

    async def __aenter__(self) -> "Self":
        """Return the client itself."""
        return self

    async def __aexit__(self, *_error: object) -> None:
        """Close the connections."""
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.close()

    def __repr__(self) -> str:
        """Name the server; the key stays unsaid."""
        return f"{type(self).__name__}({self._url!r})"

    async def _get(self, path: str, query: Mapping[str, object] | None = None) -> JsonValue:
        return await self._transport.request(Request("GET", path, query=query))

    async def _post(self, project: str, part: str, body: JsonObject) -> JsonValue:
        """Send a POST that the server may do twice without harm."""
        return await self._transport.request(
            Request("POST", f"{project_path(project)}/{part}", body)
        )

    async def _post_idempotent(self, path: str, body: JsonObject | None) -> JsonValue:
        """Send a POST under a new idempotency key, which its retries share."""
        key = uuid.uuid4().hex
        return await self._transport.request(Request("POST", path, body, idempotency_key=key))

    async def _delete(self, path: str) -> None:
        await self._transport.request(Request("DELETE", path))

    async def _put(self, project: str, part: str, body: JsonObject) -> schemas.Project:
        request = Request("PUT", f"{project_path(project)}/{part}", body)
        return parse(schemas.Project, await self._transport.request(request))

    async def _change_state(self, project: str, action: str, reason: str) -> schemas.Project:
        return parse(schemas.Project, await self._post(project, action, {"reason": reason}))

    async def _pages(
        self, schema: type[Schema], path: str, query: Mapping[str, object] | None = None
    ) -> AsyncIterator[Schema]:
        cursor: str | None = None
        while True:
            page = await self._get(path, {"limit": PAGE_ROWS, "cursor": cursor, **(query or {})})
            for item in page["items"]:
                yield parse(schema, item)
            cursor = page["next"]
            if cursor is None:
                return

    async def _wait_for(
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
            await self._transport.retry.sleep(seconds)
            seconds = min(2 * seconds, LONGEST_POLL_SECONDS)
            job = parse(schema, await self._get(path))
        return job

    async def _download(self, path: str, download: Download) -> None:
        """Download a file, from its beginning after every break."""
        with download:
            attempt = 0
            while True:
                try:
                    return await self._download_once(path, download)
                except (RefusedError, ConnectionLostError) as error:
                    await self._transport.wait_to_retry(error, attempt)
                attempt += 1

    async def _download_once(self, path: str, download: Download) -> None:
        async with self._transport.stream(Request("GET", path)) as chunks:
            download.restart()
            async for chunk in chunks:
                await asyncio.to_thread(download.write, chunk)
        download.finish()


def _will_be_published(job: object) -> bool:
    """Return whether rows of an import are still to become tasks."""
    return isinstance(job, schemas.Import) and job.state == "ready" and job.tasks > 0
