"""Upload rows or a file in chunks, so that a broken connection costs at most one chunk.

The server knows how many bytes it has stored; an interrupted upload is resumed from there.

Generated from ``async_uploads`` by ``tools/sync_client.py``.
"""

from canut_client.errors import ClientError, ConnectionLostError, RefusedError, UploadError
from canut_client.progress import OnProgress, Progress
from canut_client.protocol import BYTES, NDJSON, Request
from canut_client.rows import FileUpload, RowUpload
from canut_client.transport import Transport

WRONG_OFFSET = "upload-offset"


def send(
    transport: Transport,
    project_path: str,
    source: RowUpload | FileUpload,
    upload: str | None,
    on_progress: OnProgress,
) -> str:
    """Send rows or a file, also from where an upload was interrupted; return the upload's name.

    Args:
        transport: to the server.
        project_path: path of the project.
        source: the rows, each a mapping of names to values; or the file.
        upload: name of the upload to resume; None to begin one.
        on_progress: called with the number of rows, or of bytes of a file, the server has.

    Raises:
        UploadError: the connection stayed broken; the upload can be resumed.
        RefusedError: the server does not accept these rows.
    """
    if upload is None:
        begin = Request("POST", f"{project_path}/uploads", query={"name": source.name})
        upload = str((transport.request(begin))["upload"])
    path = f"{project_path}/uploads/{upload}"
    stored = int((transport.request(Request("GET", path)))["offset"])
    chunk_start = sent = 0
    chunks = source.chunks()
    content_type = NDJSON if source.name is None else BYTES
    while chunk := next(chunks, b""):
        chunk_end = chunk_start + len(chunk)
        while stored < chunk_end:
            request = Request(
                "PATCH",
                path,
                chunk[max(0, stored - chunk_start) :],
                {"offset": stored},
                content_type,
            )
            stored = _send_chunk(transport, request, stored)
        chunk_start = chunk_end
        sent += source.size(chunk)
        on_progress(Progress(source.unit, sent, source.total))
    on_progress(Progress(source.unit, sent, sent, is_over=True))
    return upload


def _send_chunk(transport: Transport, request: Request, stored: int) -> int:
    """Send a chunk until more of it is stored; return the number of bytes stored."""
    for attempt in range(transport.retry.retries + 1):
        try:
            return int((transport.send_once(request))["offset"])
        except RefusedError as refusal:
            if refusal.code != WRONG_OFFSET and not refusal.is_transient:
                raise
            seconds = max(refusal.retry_after, float(refusal.facts.get("seconds", 0)))
        except ConnectionLostError as lost:
            if not lost.is_transient:
                raise
            seconds = 0.0
        if attempt < transport.retry.retries:
            transport.wait(attempt, seconds)
        stored_now = _stored_bytes(transport, request.path, stored)
        if stored_now != stored:
            return stored_now
    raise UploadError(request.path.rpartition("/")[2], stored)


def _stored_bytes(transport: Transport, path: str, before: int) -> int:
    """Fetch how many bytes are stored; as many as before where no response comes."""
    try:
        return int((transport.send_once(Request("GET", path)))["offset"])
    except ClientError:
        return before
