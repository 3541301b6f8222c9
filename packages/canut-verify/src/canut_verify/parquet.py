"""The Parquet files of a bundle: one flat table, pages plain or packed with gzip, nothing else."""

import struct
import zlib
from collections.abc import Iterator
from itertools import repeat
from typing import Any

from canut_verify import UnreadableError

BOOLEAN, WHOLE, DOUBLE, TEXT = 0, 2, 5, 6
PACKED = {0: False, 2: True}  # no codec, and gzip
PLAIN, OLD_INDEXED, RLE, INDEXED = 0, 2, 3, 8
ENDS = b"PAR1"
MOST, DEEPEST, WIDEST, FRAME, SHIFT = 1 << 28, 8, 32, 12, 63
BYTE, BINARY, STRUCT, LONG = 3, 8, 12, 15  # kinds of Thrift, and a list whose length follows
WORDS = 2  # a page of a dictionary; its place is told in field 11
PLACE = 11
DAMAGED = (IndexError, KeyError, OverflowError, TypeError, ValueError, struct.error, zlib.error)

type Json = dict[int, Any]
type Column = tuple[str, int, bool]  # name, type, and whether it may be null


def open_table(raw: bytes) -> tuple[list[Column], int, list[Json]]:
    """Return the columns, how many rows there are, and what the file says of its groups."""
    size = int.from_bytes(raw[-8:-4], "little")
    if len(raw) < FRAME or raw[:4] != ENDS or raw[-4:] != ENDS or size > len(raw) - FRAME:
        raise _odd("it does not begin and end as one")
    try:
        foot = _Reader(raw[len(raw) - 8 - size : -8]).fields()
        columns = [_column(leaf) for leaf in _all(foot[2])[1:]]
        groups = _all(foot[4])
        rows = [_int(group[3]) for group in groups]
        is_flat = foot[2][0].get(5) == len(columns) > 0
    except DAMAGED as why:
        raise _odd("its foot is damaged") from why
    if not is_flat or _int(foot.get(3)) != sum(rows) or any(one < 0 for one in rows):
        raise _odd("it is no flat table, or has other rows than it says")
    return columns, sum(rows), groups


def cells_of(raw: bytes, columns: list[Column], groups: list[Json]) -> Iterator[list[list[object]]]:
    """Yield the cells of each group, column by column."""
    for group in groups:
        try:
            chunks = _all(group[1])
            if len(chunks) != len(columns):
                raise _odd("a group has other columns")
            yield [
                _read_column(raw, chunk, column, group[3])
                for chunk, column in zip(chunks, columns, strict=True)
            ]
        except DAMAGED as why:
            raise _odd("a page is damaged") from why


class _Reader:
    """Numbers, texts and structs as Thrift writes them compactly."""

    def __init__(self, raw: bytes, at: int = 0) -> None:
        self.raw, self.at = raw, at

    def byte(self) -> int:
        self.at += 1
        return self.raw[self.at - 1]

    def number(self) -> int:
        seen, shift = 0, 0
        while True:
            byte = self.byte()
            seen |= (byte & 0x7F) << shift
            if not byte & 0x80:
                return seen
            shift += 7
            if shift > SHIFT:
                raise _odd("a number is too long")

    def signed(self) -> int:
        seen = self.number()
        return -(seen + 1 >> 1) if seen & 1 else seen >> 1

    def fields(self, depth: int = 0) -> Json:
        if depth > DEEPEST:
            raise _odd("it is nested too deep")
        found: Json = {}
        last = 0
        while kind := self.byte():
            last = last + (kind >> 4) if kind >> 4 else self.signed()
            found[last] = self.value(kind & 0xF, depth)
        return found

    def text(self) -> bytes:
        size = self.number()
        self.at += size
        if self.at > len(self.raw):
            raise _odd("a text ends early")
        return self.raw[self.at - size : self.at]

    def several(self, depth: int) -> list[object]:
        head = self.byte()
        count = self.number() if head >> 4 == LONG else head >> 4
        if count > len(self.raw):
            raise _odd("a list is too long")
        if head & LONG in {1, 2}:
            return [self.byte() == 1 for _ in range(count)]
        return [self.value(head & LONG, depth + 1) for _ in range(count)]

    def value(self, kind: int, depth: int) -> object:
        if kind in {1, 2}:
            return kind == 1
        if kind in {4, 5, 6}:
            return self.signed()
        if kind in {9, 10}:
            return self.several(depth)
        if kind == STRUCT:
            return self.fields(depth + 1)
        if kind not in {BYTE, BINARY}:
            raise _odd("a field of a kind that is not read")
        return self.byte() if kind == BYTE else self.text()


def _column(leaf: Json) -> Column:
    kind, name = _int(leaf.get(1)), leaf.get(4)
    if kind not in {BOOLEAN, WHOLE, DOUBLE, TEXT} or not isinstance(name, bytes):
        raise _odd("a column of a type that is not read")
    if leaf.get(6) != (0 if kind == TEXT else None) or _int(leaf.get(3)) not in {0, 1}:
        raise _odd("a column of a type that is not read")
    return name.decode(), kind, leaf[3] == 1


def _read_column(raw: bytes, chunk: Json, column: Column, rows: int) -> list[object]:
    facts = chunk.get(3)
    if not isinstance(facts, dict) or 1 in chunk:
        raise _odd("a column that is elsewhere")
    if facts.get(3) != [column[0].encode()] or _int(facts.get(1)) != column[1]:
        raise _odd("a column that is another")
    if _int(facts.get(5)) != rows or _int(facts.get(4)) not in PACKED:
        raise _odd("a column of other rows, or packed otherwise")
    at = _int(facts[PLACE] if PLACE in facts else facts.get(9))
    words: list[object] | None = None
    cells: list[object] = []
    while len(cells) < rows:
        if at < len(ENDS):
            raise _odd("a page before the file")
        reader = _Reader(raw, at)
        page = reader.fields()
        at = reader.at + _int(page.get(3))
        body = _unpack(raw[reader.at : at], _int(page.get(2)), is_packed=PACKED[facts[4]])
        kind, about = _int(page.get(1)), page.get(7) if page.get(1) == WORDS else page.get(5)
        if kind not in {0, WORDS} or not isinstance(about, dict):
            raise _odd("a page of a kind that is not read")
        if kind == 0:
            cells += _page(body, about, column, words, rows - len(cells))
        elif words is None and not cells and _int(about.get(2)) in {PLAIN, OLD_INDEXED}:
            words = _plain(body, column[1], _int(about.get(1)))
        else:
            raise _odd("a second list of words")
    return cells


def _page(
    body: bytes, about: Json, column: Column, words: list[object] | None, most: int
) -> list[object]:
    count, written = _int(about.get(1)), _int(about.get(2))
    if not 0 < count <= most:
        raise _odd("a page of more rows than its column")
    held = [1] * count
    if column[2]:
        if _int(about.get(3)) != RLE:
            raise _odd("nulls written otherwise")
        end = 4 + int.from_bytes(body[:4], "little")
        held, body = _runs(body[4:end], 1, count), body[end:]
    there = sum(held)
    if written == PLAIN:
        values = _plain(body, column[1], there)
    elif written in {OLD_INDEXED, INDEXED} and words is not None:
        values = [words[n] for n in (_runs(body[1:], body[0], there) if there else [])]
    else:
        raise _odd("values written otherwise")
    each = iter(values)
    return [next(each) if one else None for one in held] if there < count else values


def _plain(body: bytes, kind: int, count: int) -> list[object]:
    if count < 0 or count > 8 * len(body):
        raise _odd("more values than bytes")
    if kind in {WHOLE, DOUBLE}:
        return list(struct.unpack_from(f"<{count}{'q' if kind == WHOLE else 'd'}", body))
    if kind == BOOLEAN:
        return [bool(body[n >> 3] >> (n & 7) & 1) for n in range(count)]
    texts: list[object] = []
    at = 0
    for _ in range(count):
        begin = at + 4
        at = begin + int.from_bytes(body[at:begin], "little")
        if at > len(body):
            raise _odd("a text ends early")
        texts.append(body[begin:at].decode())
    return texts


def _runs(raw: bytes, width: int, count: int) -> list[int]:
    """Read numbers of so many bits: repeated, or eight by eight."""
    if width > WIDEST:
        raise _odd("too wide an index")
    found: list[int] = []
    reader = _Reader(raw)
    mask, shifts = (1 << width) - 1, range(0, 8 * width, width) if width else [0] * 8
    while len(found) < count:
        head = reader.number()
        size = (head >> 1) * width if head & 1 else (width + 7) // 8
        begin, reader.at = reader.at, reader.at + size
        if not head >> 1 or reader.at > len(raw):
            raise _odd("a run ends early")
        if not head & 1:
            number = int.from_bytes(raw[begin : reader.at], "little")
            found += repeat(number, min(head >> 1, count - len(found)))
            continue
        for group in range(min(head >> 1, count - len(found))):
            start = begin + group * width
            eight = int.from_bytes(raw[start : start + width], "little")
            found += [eight >> shift & mask for shift in shifts]
    return found[:count]


def _unpack(raw: bytes, size: int, *, is_packed: bool) -> bytes:
    if not 0 <= size <= MOST:
        raise _odd("too long a page")
    if is_packed:
        opened = zlib.decompressobj(31)
        body = opened.decompress(raw, size + 1)
        if not opened.eof or opened.unused_data:
            raise _odd("a page that is not one gzip stream")
    else:
        body = raw
    if len(body) != size:
        raise _odd("a page of another length")
    return body


def _all(value: object) -> list[Json]:
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise _odd("a list is missing")
    return value


def _int(value: object) -> int:
    if type(value) is not int:
        raise _odd("a number is missing")
    return value


def _odd(why: str) -> UnreadableError:
    return UnreadableError(f"not a Parquet file as bundles hold it: {why}")
