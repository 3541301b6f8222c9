"""What an upload sends, in chunks that its rows or its file alone determine.

Equal rows give equal chunks, so that another process can resume an upload from the same rows. A
file goes as it is; rows go as newline-delimited JSON.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

CHUNK_BYTES = 2**20


class RowUpload(NamedTuple):
    """Rows to send, and their number where it is known."""

    rows: Iterable[Mapping[str, object]]
    total: int | None
    name: str | None = None
    unit: str = "upload"

    def chunks(self) -> Iterator[bytes]:
        """Yield the rows as lines of JSON."""
        return row_chunks(self.rows)

    def size(self, chunk: bytes) -> int:
        """Return how many rows a chunk ends."""
        return chunk.count(b"\n")


class FileUpload(NamedTuple):
    """A file to send, its size in bytes, and the name the server knows it by."""

    path: Path
    total: int
    name: str
    unit: str = "file"

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes of the file."""
        with self.path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                yield chunk

    def size(self, chunk: bytes) -> int:
        """Return how many bytes a chunk has."""
        return len(chunk)


def file_upload(path: Path) -> FileUpload:
    """Describe a file that will be sent.

    Raises:
        OSError: it is not there.
    """
    return FileUpload(path, path.stat().st_size, path.name)


def row_chunks(rows: Iterable[Mapping[str, object]]) -> Iterator[bytes]:
    """Write rows as one JSON object a line; yield about a mebibyte at a time."""
    chunk = bytearray()
    for row in rows:
        chunk += json.dumps(row, ensure_ascii=False, allow_nan=False, default=str).encode() + b"\n"
        if len(chunk) >= CHUNK_BYTES:
            yield bytes(chunk)
            chunk.clear()
    if chunk:
        yield bytes(chunk)
