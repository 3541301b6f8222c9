"""Read the Parquet files of a bundle, strictly: one flat table, gzip or plain pages.

Only what the exporter writes is read, so that every verifier can read it without a library: columns
of texts, 64-bit whole numbers, doubles and booleans, pages of the first version, plain or by a
dictionary. Anything else cannot be read.

Source:
    Apache Parquet format 2.6; Apache Thrift compact protocol.
"""

import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple, cast

from canut.core.errors import BadProof

MAGIC = b"PAR1"
BOOLEAN, INT64, DOUBLE, BYTE_ARRAY = 0, 2, 5, 6
PLAIN, RLE, DICTIONARY = 0, 3, 8
DATA_PAGE, DICTIONARY_PAGE = 0, 2
UNCOMPRESSED, GZIP = 0, 2
UTF8 = 0
FRAME_BYTES = 12
MOST_PAGE_BYTES = 1 << 28
_GZIP_WINDOW = 31  # of zlib: a gzip stream of any window
_DEEPEST = 8
_WIDEST = 32
_MORE = 128  # of a byte of a number: another one follows
_LONGEST_SHIFT = 63
_LONG_LIST = 15
_BYTE_BITS = 8
_DATA_OFFSET, _DICTIONARY_OFFSET = 9, 11  # fields of a column
_BITS = [tuple(byte >> bit & 1 for bit in range(8)) for byte in range(256)]
_DAMAGED = (IndexError, OverflowError, UnicodeDecodeError, struct.error, zlib.error)

type ParquetCell = str | int | float | bool | None
type _Struct = Mapping[int, object]


class ParquetColumn(NamedTuple):
    """A column: its name, its physical type, and whether its cells may be null."""

    name: str
    kind: int
    is_optional: bool


class ParquetTable(NamedTuple):
    """A table: its columns, its number of rows, and its groups of rows."""

    columns: Sequence[ParquetColumn]
    row_count: int
    raw: bytes
    groups: Sequence[_Struct]

    def read_groups(self) -> Iterator[tuple[int, list[list[ParquetCell]]]]:
        """Yield the groups: the number of rows, and the cells column by column.

        Raises:
            BadProof: a page cannot be read.
        """
        for group in self.groups:
            count, chunks = _whole(group, 3), _structs(group, 1)
            if len(chunks) != len(self.columns) or count < 0:
                raise _unread("a group has other columns than the table")
            try:
                cells = [
                    _cells(self.raw, chunk, column, count)
                    for chunk, column in zip(chunks, self.columns, strict=True)
                ]
            except _DAMAGED as problem:
                raise _unread(f"a page is damaged ({problem})") from problem
            yield count, cells


def read_parquet(raw: bytes) -> ParquetTable:
    """Read the columns and groups of a Parquet file.

    Raises:
        BadProof: not a file as the exporter writes it.
    """
    if len(raw) < FRAME_BYTES or raw[:4] != MAGIC or raw[-4:] != MAGIC:
        raise _unread("it does not begin and end as one")
    length = int.from_bytes(raw[-8:-4], "little")
    if length > len(raw) - FRAME_BYTES:
        raise _unread("its footer is longer than the file")
    try:
        footer = _Thrift(raw[-8 - length : -8]).struct()
        root, *leaves = _structs(footer, 2) or [{}]
        columns = [_column(leaf) for leaf in leaves]
    except _DAMAGED as problem:
        raise _unread(f"its footer is damaged ({problem})") from problem
    if root.get(5) != len(leaves) or not leaves:
        raise _unread("its table is not flat")
    groups = _structs(footer, 4)
    row_count = _whole(footer, 3)
    if row_count != sum(_whole(group, 3) for group in groups):
        raise _unread("its groups have other rows than the table")
    return ParquetTable(columns, row_count, raw, groups)


class _Thrift:
    """A reader of the compact protocol: structs as mappings from field numbers to values."""

    def __init__(self, raw: bytes, offset: int = 0) -> None:
        self._raw = raw
        self.offset = offset

    def struct(self, depth: int = 0) -> _Struct:
        """Read a struct up to its end."""
        if depth > _DEEPEST:
            raise _unread("it is nested too deep")
        fields: dict[int, object] = {}
        number = 0
        while head := self._byte():
            number = number + (head >> 4) if head >> 4 else self._whole()
            fields[number] = self._value(head & 15, depth)
        return fields

    def _byte(self) -> int:
        self.offset += 1
        return self._raw[self.offset - 1]

    def varint(self) -> int:
        """Read a number of seven bits a byte."""
        number = shift = 0
        while True:
            byte = self._byte()
            number |= (byte & 127) << shift
            shift += 7
            if byte < _MORE:
                return number
            if shift > _LONGEST_SHIFT:
                raise _unread("a number in it is too long")

    def _whole(self) -> int:
        number = self.varint()
        return number >> 1 ^ -(number & 1)

    def _binary(self) -> bytes:
        length = self.varint()
        begin, self.offset = self.offset, self.offset + length
        if self.offset > len(self._raw):
            raise _unread("a text in it ends early")
        return self._raw[begin : self.offset]

    def _list(self, depth: int) -> list[object]:
        head = self._byte()
        count = head >> 4 if head >> 4 < _LONG_LIST else self.varint()
        if count > len(self._raw):
            raise _unread("a list in it is too long")
        kind = head & 15
        if kind in {1, 2}:
            return [self._byte() == 1 for _ in range(count)]
        return [self._value(kind, depth) for _ in range(count)]

    def _value(self, kind: int, depth: int) -> object:
        match kind:
            case 1 | 2:
                return kind == 1
            case 3:
                return self._byte()
            case 4 | 5 | 6:
                return self._whole()
            case 8:
                return self._binary()
            case 9 | 10:
                return self._list(depth + 1)
            case 12:
                return self.struct(depth + 1)
            case _:
                raise _unread("a field in it is of no kind that is read")


def _column(leaf: _Struct) -> ParquetColumn:
    kind, name = _whole(leaf, 1), leaf.get(4)
    if not isinstance(name, bytes) or kind not in {BOOLEAN, INT64, DOUBLE, BYTE_ARRAY}:
        raise _unread("a column is of a type that is not read")
    if leaf.get(6) != (UTF8 if kind == BYTE_ARRAY else None) or _whole(leaf, 3) not in {0, 1}:
        raise _unread("a column is of a type that is not read")
    return ParquetColumn(name.decode(), kind, leaf[3] == 1)


def _cells(raw: bytes, chunk: _Struct, column: ParquetColumn, count: int) -> list[ParquetCell]:
    """Read the cells of one column in one group, page by page."""
    about = chunk.get(3)
    if not isinstance(about, Mapping) or 1 in chunk:
        raise _unread("a column stands in another file")
    facts = cast("_Struct", about)
    if _whole(facts, 1) != column.kind or facts.get(3) != [column.name.encode()]:
        raise _unread("a column is not the one of the table")
    if _whole(facts, 5) != count:
        raise _unread("a column has other rows than its group")
    codec = _whole(facts, 4)
    is_indexed = _DICTIONARY_OFFSET in facts
    offset = _whole(facts, _DICTIONARY_OFFSET if is_indexed else _DATA_OFFSET)
    dictionary: Sequence[ParquetCell] | None = None
    cells: list[ParquetCell] = []
    while len(cells) < count:
        if offset < len(MAGIC):
            raise _unread("a page begins before the file")
        thrift = _Thrift(raw, offset)
        page = thrift.struct()
        end = thrift.offset + _whole(page, 3)
        body = _plain_bytes(raw[thrift.offset : end], codec, _whole(page, 2))
        offset = end
        kind = _whole(page, 1)
        if kind == DICTIONARY_PAGE and dictionary is None and not cells:
            head = _struct(page, 7)
            if _whole(head, 2) not in {PLAIN, 2}:
                raise _unread("a dictionary is written in a way that is not read")
            dictionary = _plain(body, column.kind, _whole(head, 1))
        elif kind == DATA_PAGE:
            cells += _page(body, _struct(page, 5), column, dictionary, count - len(cells))
        else:
            raise _unread("a page is of a kind that is not read")
    return cells


def _page(
    body: bytes,
    head: _Struct,
    column: ParquetColumn,
    dictionary: Sequence[ParquetCell] | None,
    most: int,
) -> list[ParquetCell]:
    """Read a data page: which cells are null, and the values of the others."""
    count, encoding = _whole(head, 1), _whole(head, 2)
    if not 0 < count <= most:
        raise _unread("a page has more rows than its column")
    levels: list[int] = []
    if column.is_optional:
        if _whole(head, 3) != RLE:
            raise _unread("nulls are written in a way that is not read")
        length = int.from_bytes(body[:4], "little")
        levels = _hybrid(body[4 : 4 + length], 1, count)
        body = body[4 + length :]
    present = sum(levels) if column.is_optional else count
    if encoding == PLAIN:
        values = _plain(body, column.kind, present)
    elif encoding in {2, DICTIONARY} and dictionary is not None:
        indexes = _hybrid(body[1:], body[0], present) if present else []
        values = [dictionary[index] for index in indexes]
    else:
        raise _unread("values are written in a way that is not read")
    if present == count:
        return values
    remaining = iter(values)
    return [next(remaining) if level else None for level in levels]


def _plain(body: bytes, kind: int, count: int) -> list[ParquetCell]:
    """Read values that stand one after the other."""
    if count < 0 or count > len(body) * 8:
        raise _unread("a page has more values than bytes")
    if kind == INT64:
        return list(struct.unpack_from(f"<{count}q", body))
    if kind == DOUBLE:
        return list(struct.unpack_from(f"<{count}d", body))
    if kind == BOOLEAN:
        bits = list(chain.from_iterable(_BITS[byte] for byte in body[: -(-count // 8)]))
        return [bits[index] == 1 for index in range(count)]
    texts: list[ParquetCell] = []
    offset = 0
    for _ in range(count):
        begin = offset + 4
        offset = begin + int.from_bytes(body[offset:begin], "little")
        if offset > len(body):
            raise _unread("a text ends early")
        texts.append(body[begin:offset].decode())
    return texts


def _hybrid(raw: bytes, width: int, count: int) -> list[int]:
    """Read numbers of some bits in runs: one repeated, or groups of eight side by side."""
    if width > _WIDEST:
        raise _unread("an index is too wide")
    numbers: list[int] = []
    thrift = _Thrift(raw)
    while len(numbers) < count:
        head = thrift.varint()
        begin = thrift.offset
        if head & 1:
            thrift.offset = begin + (head >> 1) * width
            packed = raw[begin : thrift.offset]
            if len(packed) < (head >> 1) * width or not head >> 1:
                raise _unread("a run ends early")
            numbers += _unpacked(packed, width, min(head >> 1, count - len(numbers)))
        else:
            thrift.offset = begin + (width + 7) // 8
            if thrift.offset > len(raw) or not head >> 1:
                raise _unread("a run ends early")
            number = int.from_bytes(raw[begin : thrift.offset], "little")
            numbers += [number] * min(head >> 1, count - len(numbers))
    return numbers[:count]


def _unpacked(packed: bytes, width: int, groups: int) -> list[int]:
    """Read groups of eight numbers of some bits each."""
    if width == 0:
        return [0] * (8 * groups)
    if width == 1:
        return list(chain.from_iterable(_BITS[byte] for byte in packed[:groups]))
    if width == _BYTE_BITS:
        return list(packed[: 8 * groups])
    mask = (1 << width) - 1
    numbers: list[int] = []
    for begin in range(0, groups * width, width):
        eight = int.from_bytes(packed[begin : begin + width], "little")
        numbers += [eight >> shift & mask for shift in range(0, 8 * width, width)]
    return numbers


def _plain_bytes(raw: bytes, codec: int, size: int) -> bytes:
    """Return the bytes of a page, unpacked; they must be as many as its head says."""
    if not 0 <= size <= MOST_PAGE_BYTES:
        raise _unread("a page is too long")
    if codec == GZIP:
        unpacking = zlib.decompressobj(_GZIP_WINDOW)
        body = unpacking.decompress(raw, size + 1)
        if not unpacking.eof or unpacking.unused_data:
            raise _unread("a page is not one gzip stream of its length")
    elif codec == UNCOMPRESSED:
        body = raw
    else:
        raise _unread("its pages are packed in a way that is not read; expected gzip")
    if len(body) != size:
        raise _unread("a page has another length than it says")
    return body


def _unread(reason: str) -> BadProof:
    return BadProof(f"this is no Parquet file as bundles hold it: {reason}")


def _whole(fields: _Struct, number: int) -> int:
    value = fields.get(number)
    if not isinstance(value, int) or isinstance(value, bool):
        raise _unread(f"field {number} is missing")
    return value


def _struct(fields: _Struct, number: int) -> _Struct:
    value = fields.get(number)
    if not isinstance(value, Mapping):
        raise _unread(f"field {number} is missing")
    return cast("_Struct", value)


def _structs(fields: _Struct, number: int) -> list[_Struct]:
    value = fields.get(number)
    if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
        raise _unread(f"field {number} is missing")
    return cast("list[_Struct]", value)
