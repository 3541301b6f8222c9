"""Upload rows in chunks, so that a broken connection costs at most one chunk.

The server knows how many bytes it has stored; an interrupted upload is resumed from there.

Generated from ``async_uploads`` by ``tools/sync_client.py``.
"""

from canut_client.errors import ClientError, ConnectionLostError, RefusedError, UploadError
from canut_client.progress import OnProgress, Progress
from canut_client.protocol import NDJSON, Request
from canut_client.rows import RowUpload, row_chunks
from canut_client.transport import Transport

WRONG_OFFSET = "upload-offset"


def send_rows(
    transport: Transport,
    project_path: str,
    source: RowUpload,
    upload: str | None,
    on_progress: OnProgress,
) -> str:
    """Send rows, from the first one or from where an upload was interrupted; return its name.

    Args:
        transport: to the server.
        project_path: path of the project.
        source: the rows, each a mapping of names to values.
        upload: name of the upload to resume; None to begin one.
        on_progress: called with the number of rows the server has.

    Raises:
        UploadError: the connection stayed broken; the upload can be resumed.
        RefusedError: the server does not accept these rows.
    """
    if upload is None:
        upload = str((transport.request(Request("POST", f"{project_path}/uploads")))["upload"])
    path = f"{project_path}/uploads/{upload}"
    stored = int((transport.request(Request("GET", path)))["offset"])
    chunk_start = rows_sent = 0
    chunks = row_chunks(source.rows)
    while chunk := next(chunks, b""):
        chunk_end = chunk_start + len(chunk)
        while stored < chunk_end:
            stored = _send_chunk(transport, path, chunk[max(0, stored - chunk_start) :], stored)
        chunk_start = chunk_end
        rows_sent += chunk.count(b"\n")
        on_progress(Progress("upload", rows_sent, source.total))
    on_progress(Progress("upload", rows_sent, rows_sent, is_over=True))
    return upload


def _send_chunk(transport: Transport, path: str, chunk: bytes, stored: int) -> int:
    """Send a chunk until more of it is stored; return the number of bytes stored."""
    for attempt in range(transport.retry.retries + 1):
        try:
            receipt = transport.send_once(Request("PATCH", path, chunk, {"offset": stored}, NDJSON))
            return int(receipt["offset"])
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
        stored_now = _stored_bytes(transport, path, stored)
        if stored_now != stored:
            return stored_now
    raise UploadError(path.rpartition("/")[2], stored)


def _stored_bytes(transport: Transport, path: str, before: int) -> int:
    """Fetch how many bytes are stored; as many as before where no response comes."""
    try:
        return int((transport.send_once(Request("GET", path)))["offset"])
    except ClientError:
        return before
