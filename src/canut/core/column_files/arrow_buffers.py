"""Measure what an Arrow file takes in memory, from the headers of its buffers.

Buffers may be compressed: each then begins with the size it is inflated to, which a reader
believes. Those sizes are added up here, and nothing is inflated. What is too much is decided by
whoever reads.

Source:
    https://arrow.apache.org/docs/format/Columnar.html#ipc-file-format
"""

import mmap
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

MAGIC = b"ARROW1"
TAIL_BYTES = 10
CONTINUATION = 0xFFFFFFFF
DICTIONARY_BATCH, RECORD_BATCH = 2, 3
BLOCK, BUFFER = struct.Struct("<qi4xq"), struct.Struct("<qq")
_INT, _SIZE, _LONG, _SHORT, _BYTE = (struct.Struct(f"<{code}") for code in "iIqHB")
MOST_BLOCKS = 1_000_000

type Raw = mmap.mmap


class ArrowGrowth(NamedTuple):
    """What it takes to read an Arrow file: rows, and bytes of all buffers, inflated."""

    rows: int
    bytes: int


def measure(path: Path) -> ArrowGrowth:
    """Add up the buffers of every batch of a file.

    Raises:
        ValueError: the footer or a header is damaged.
        OSError: it cannot be read.
    """
    if path.stat().st_size <= TAIL_BYTES + len(MAGIC):
        raise ValueError("the file is too short for Arrow")
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as raw:
        try:
            batches = list(_batches(raw))
        except struct.error as failure:
            raise ValueError(f"a header states what the file has not: {failure}") from None
    return ArrowGrowth(sum(batch.rows for batch in batches), sum(batch.bytes for batch in batches))


def _batches(raw: Raw) -> Iterator[ArrowGrowth]:
    size = len(raw)
    length = _unpack(_INT, raw, size - TAIL_BYTES)
    if raw[-len(MAGIC) :] != MAGIC or not 0 < length < size - TAIL_BYTES:
        raise ValueError("the file has no footer of Arrow")
    begin = size - TAIL_BYTES - length
    footer = _follow(raw, begin)
    for field in (2, 3):
        for at in _vector(raw, footer, field, BLOCK.size):
            offset, header_bytes, _body_bytes = BLOCK.unpack_from(raw, _inside(raw, at))
            yield _measure_batch(raw, offset, header_bytes)


def _measure_batch(raw: Raw, offset: int, header_bytes: int) -> ArrowGrowth:
    """Measure the batch of rows, or of a dictionary, at an offset."""
    begin = offset + (8 if _unpack(_SIZE, raw, offset) == CONTINUATION else 4)
    message = _follow(raw, begin)
    kind_at, header_at = _field(raw, message, 1), _field(raw, message, 2)
    if not kind_at or not header_at:
        raise ValueError("a message has no header")
    kind, batch = _unpack(_BYTE, raw, kind_at), _follow(raw, header_at)
    if kind == DICTIONARY_BATCH:
        data_at = _field(raw, batch, 1)
        if not data_at:
            raise ValueError("a dictionary has no values")
        batch = _follow(raw, data_at)
    elif kind != RECORD_BATCH:
        raise ValueError(f"a message of kind {kind} where a batch was expected")
    rows_at = _field(raw, batch, 0)
    rows = _unpack(_LONG, raw, rows_at) if rows_at else 0
    is_compressed = bool(_field(raw, batch, 3))
    total = 0
    for at in _vector(raw, batch, 2, BUFFER.size):
        buffer_offset, stored = BUFFER.unpack_from(raw, _inside(raw, at))
        body = offset + header_bytes + buffer_offset
        if stored < 0 or body < 0 or body + stored > len(raw):
            raise ValueError("a buffer lies outside the file")
        inflated = _unpack(_LONG, raw, body) if is_compressed and stored else stored
        total += max(inflated, stored)
    return ArrowGrowth(max(0, rows), total)


def _vector(raw: Raw, table: int, number: int, width: int) -> range:
    """Return where the items of a list of structures begin."""
    at = _field(raw, table, number)
    if not at:
        return range(0)
    begin = _follow(raw, at)
    count = _unpack(_SIZE, raw, begin)
    if count > MOST_BLOCKS or begin + 4 + count * width > len(raw):
        raise ValueError(f"a list states {count} items")
    return range(begin + 4, begin + 4 + count * width, width)


def _field(raw: Raw, table: int, number: int) -> int:
    """Return where a field of a table is; 0 if the table has none."""
    positions = table - _unpack(_INT, raw, table)
    slot = 4 + 2 * number
    if slot >= _unpack(_SHORT, raw, positions):
        return 0
    offset = _unpack(_SHORT, raw, positions + slot)
    return table + offset if offset else 0


def _follow(raw: Raw, at: int) -> int:
    """Return where an offset leads."""
    return at + _unpack(_SIZE, raw, at)


def _unpack(form: struct.Struct, raw: Raw, at: int) -> int:
    (value,) = form.unpack_from(raw, _inside(raw, at))
    return int(value)


def _inside(raw: Raw, at: int) -> int:
    if not 0 <= at < len(raw):
        raise ValueError("an offset leads outside the file")
    return at
