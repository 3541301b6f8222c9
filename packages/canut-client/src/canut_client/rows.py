"""Rows of an upload as newline-delimited JSON, in chunks that the rows alone determine.

Equal rows give equal chunks, so that another process can resume an upload from the same rows.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

CHUNK_BYTES = 2**20


class RowUpload(NamedTuple):
    """Rows to send, and their number where it is known."""

    rows: Iterable[Mapping[str, object]]
    total: int | None


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
