"""Parquet files written by hand, byte for byte, with headers that say what a test wants."""

import io
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

I32, I64, BINARY, LIST, STRUCT = 5, 6, 8, 9, 12
MIB = 2**20
PLAIN, DELTA_BYTE_ARRAY, RLE_DICTIONARY = 0, 7, 8
UNCOMPRESSED, ZSTD = 0, 6
REQUIRED, REPEATED = 0, 2

type Field = tuple[int, int, object]


def varint(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def zigzag(value: int) -> bytes:
    return varint(value << 1 if value >= 0 else (-value << 1) - 1)


def structure(*fields: Field) -> bytes:
    """Write fields, each with its number, its type and its value, in order."""
    out, last = bytearray(), 0
    for number, kind, value in fields:
        out += bytes([(number - last) << 4 | kind]) + written(kind, value)
        last = number
    return bytes([*out, 0])


def written(kind: int, value: object) -> bytes:
    if kind in {I32, I64}:
        assert isinstance(value, int)
        return zigzag(value)
    if kind == STRUCT:
        assert isinstance(value, bytes)
        return value
    if kind == BINARY:
        assert isinstance(value, bytes)
        return varint(len(value)) + value
    assert isinstance(value, list)
    return bytes([0xF0 | STRUCT]) + varint(len(value)) + b"".join(value)


@dataclass
class Page:
    """A page: its bytes as stored, and what its header says of them."""

    stored: bytes
    inflated: int
    values: int = 1
    encoding: int = PLAIN
    is_dictionary: bool = False
    stated: int | None = None

    def written(self) -> bytes:
        """Write header and bytes."""
        levels: list[Field] = [] if self.is_dictionary else [(3, I32, 3), (4, I32, 3)]
        about = structure((1, I32, self.values), (2, I32, self.encoding), *levels)
        head = structure(
            (1, I32, 2 if self.is_dictionary else 0),
            (2, I32, self.inflated),
            (3, I32, len(self.stored) if self.stated is None else self.stated),
            (7 if self.is_dictionary else 5, STRUCT, about),
        )
        return head + self.stored


def parquet_of(
    pages: Sequence[Page],
    *,
    rows: int = 1,
    stated: int = 100,
    codec: int = ZSTD,
    repetition: int = REQUIRED,
) -> bytes:
    """Write a file with one column ``a`` of texts, whose footer states so many bytes."""
    content = b"PAR1" + b"".join(page.written() for page in pages)
    values = sum(page.values for page in pages if not page.is_dictionary)
    first = next(n for n, page in enumerate(pages) if not page.is_dictionary)
    data_at = 4 + sum(len(page.written()) for page in pages[:first])
    fields: list[Field] = [
        (1, I32, 6),
        (4, I32, codec),
        (5, I64, values),
        (6, I64, stated),
        (7, I64, len(content) - 4),
        (9, I64, data_at),
    ]
    if first:
        fields.append((11, I64, 4))
    chunk = structure((2, I64, 4), (3, STRUCT, column(fields)))
    footer = structure(
        (1, I32, 1),
        (2, LIST, [structure((4, BINARY, b"r"), (5, I32, 1)), leaf(repetition)]),
        (3, I64, rows),
        (4, LIST, [structure((1, LIST, [chunk]), (2, I64, stated), (3, I64, rows))]),
    )
    return content + footer + struct.pack("<I", len(footer)) + b"PAR1"


def leaf(repetition: int) -> bytes:
    return structure((1, I32, 6), (3, I32, repetition), (4, BINARY, b"a"), (6, I32, 0))


def column(fields: Sequence[Field]) -> bytes:
    """Write the metadata of a column: encodings and path are lists of other types."""
    out, last = bytearray(), 0
    for number, kind, value in fields:
        if number > 1 and last == 1:  # encodings: a list of whole numbers, path: one of texts
            out += bytes([1 << 4 | LIST, 1 << 4 | I32]) + zigzag(PLAIN)
            out += bytes([1 << 4 | LIST, 1 << 4 | BINARY]) + b"\x01a"
            last = 3
        out += bytes([(number - last) << 4 | kind]) + written(kind, value)
        last = number
    return bytes([*out, 0])


def zstd(blocks: Iterator[bytes]) -> bytes:
    """Compress blocks without holding them all."""
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as out:
        for block in blocks:
            out.write(block)
    return bytes(sink.getvalue())


def long_text(size: int) -> Iterator[bytes]:
    """Yield a text of so many bytes, as a page holds it."""
    yield struct.pack("<I", size)
    for begin in range(0, size, MIB):
        yield b"x" * min(MIB, size - begin)


def arrow_of(table: pa.Table, **options: object) -> bytes:
    out = io.BytesIO()
    with pa.ipc.new_file(out, table.schema, options=pa.ipc.IpcWriteOptions(**options)) as writer:
        writer.write_table(table)
    return out.getvalue()
