"""The three forms of one table hold the same rows (9): JSON lines, CSV, and flat Parquet.

The Parquet reader knows what section 9.3 names, and refuses to read anything else.
"""

import csv
import io
import json
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.core.verifier.fourth.shapes import RefusedError, UnreadableError

TABLES = ("data/answers", "data/labels")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
BOOLEAN, WHOLE, DOUBLE, TEXT = 0, 2, 5, 6
DATA, DICTIONARY = 0, 2
GZIP = 2

type Struct = dict[int, Any]


class Number(str):
    """The digits of a number, as JSON writes them."""

    __slots__ = ()


def check_tables(folder: Mapping[str, bytes]) -> None:
    """Hold the forms of both tables against each other: columns, number of rows, rows (9)."""
    for table in TABLES:
        try:
            lines, separated, parquet = (
                folder[f"{table}.{form}"] for form in ("jsonl", "csv", "parquet")
            )
        except KeyError as why:
            raise UnreadableError(f"no {why}") from why
        foot, leaves = open_parquet(parquet)
        names, records = [leaf[4].decode() for leaf in leaves], read_csv(separated)
        if not _are_same_cells(next(records, []), names):
            raise RefusedError(f"the forms of {table} have other columns")
        if foot[3] != lines.count(b"\n"):
            raise RefusedError(f"the forms of {table} have other numbers of rows")
        columns, rows = read_columns(parquet, foot, leaves), read_lines(lines)
        texts = list(records)
        if len(texts) != len(rows):
            raise RefusedError(f"the forms of {table} have other numbers of rows")
        for at, (row, record) in enumerate(zip(rows, texts, strict=True)):
            pairs = zip(row, [column[at] for column in columns], leaves, strict=False)
            if [name for name, _cell in row] != names or not _are_same_cells(
                record, [_text(cell) for _name, cell in row]
            ):
                raise RefusedError(f"row {at + 1} of {table} differs")
            if not all(_is_cell(cell, other, leaf[1]) for (_name, cell), other, leaf in pairs):
                raise RefusedError(f"row {at + 1} of {table} differs")


def read_lines(raw: bytes) -> list[list[tuple[str, object]]]:
    """Read JSON lines: names in order, digits as they stand (9.1)."""

    def never(text: str) -> None:
        raise UnreadableError(f"{text} is no JSON")

    rows: list[list[tuple[str, object]]] = []
    try:
        for line in raw.decode().split("\n")[:-1] if raw else []:
            row = json.loads(
                line,
                object_pairs_hook=_Pairs,
                parse_int=Number,
                parse_float=Number,
                parse_constant=never,
            )
            if not isinstance(row, _Pairs) or any(isinstance(cell, list) for _name, cell in row):
                raise UnreadableError("a line that is no flat object")
            rows.append(list(row))
    except (ValueError, RecursionError) as why:
        raise UnreadableError(f"not JSON lines: {why}") from why
    return rows


class _Pairs(list[tuple[str, object]]):
    """The pairs of one object."""


def read_csv(raw: bytes) -> Iterator[list[str]]:
    """Read RFC 4180 (9.2)."""
    try:
        yield from csv.reader(io.StringIO(raw.decode(), newline=""), strict=True)
    except (csv.Error, UnicodeDecodeError) as why:
        raise UnreadableError(f"not CSV: {why}") from why


def _are_same_cells(record: Sequence[str], texts: Sequence[str]) -> bool:
    """Return whether CSV cells are texts; an apostrophe may stand before a formula."""
    return len(record) == len(texts) and all(
        cell == text or (cell == f"'{text}" and text.startswith(FORMULA))
        for cell, text in zip(record, texts, strict=True)
    )


def _text(cell: object) -> str:
    if cell is None:
        return ""
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


def _is_cell(said: object, cell: object, kind: int) -> bool:
    if said is None or cell is None:
        return said is cell
    if kind in {WHOLE, DOUBLE}:
        if not isinstance(said, Number):
            return False
        if kind == DOUBLE:
            return float(said) == cell
        return said.removeprefix("-").isdecimal() and len(said) < 21 and int(said) == cell
    return type(said) is (str if kind == TEXT else bool) and said == cell


# 9.3 Parquet


class _Thrift:
    """Thrift's compact protocol: structs as fields by number."""

    def __init__(self, raw: bytes, at: int = 0) -> None:
        self.raw, self.at = raw, at

    def byte(self) -> int:
        self.at += 1
        return self.raw[self.at - 1]

    def varint(self) -> int:
        number, shift = 0, 0
        while shift < 70:
            byte = self.byte()
            number |= (byte & 127) << shift
            if byte < 128:
                return number
            shift += 7
        raise UnreadableError("a number that is too long")

    def zigzag(self) -> int:
        number = self.varint()
        return (number >> 1) ^ -(number & 1)

    def bytes(self) -> bytes:
        size = self.varint()
        self.at += size
        if self.at > len(self.raw):
            raise UnreadableError("a text that ends early")
        return self.raw[self.at - size : self.at]

    def struct(self, depth: int = 0) -> Struct:
        if depth > 8:
            raise UnreadableError("nested too deep")
        fields: Struct = {}
        number = 0
        while head := self.byte():
            number = number + (head >> 4) if head >> 4 else self.zigzag()
            fields[number] = self.item(head & 15, depth)
        return fields

    def item(self, kind: int, depth: int) -> object:
        simple = {3: self.byte, 4: self.zigzag, 5: self.zigzag, 6: self.zigzag, 8: self.bytes}
        if kind in simple:
            return simple[kind]()
        if kind in {1, 2}:
            return kind == 1
        if kind in {9, 10}:
            return self.items(depth)
        if kind != 12:
            raise UnreadableError("a kind of field that is not read")
        return self.struct(depth + 1)

    def items(self, depth: int) -> list[object]:
        head = self.byte()
        count = self.varint() if head >> 4 == 15 else head >> 4
        if count > len(self.raw):
            raise UnreadableError("a list that is too long")
        if head & 15 in {1, 2}:
            return [self.byte() == 1 for _ in range(count)]
        return [self.item(head & 15, depth + 1) for _ in range(count)]


DAMAGE = (
    AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError, struct.error,
    zlib.error,
)  # fmt: skip


def open_parquet(raw: bytes) -> tuple[Struct, list[Struct]]:
    """Return the foot of a file, and the columns of its one flat table."""
    try:
        size = int.from_bytes(raw[-8:-4], "little")
        if len(raw) < size + 12 or raw[:4] != b"PAR1" or raw[-4:] != b"PAR1":
            raise UnreadableError("not Parquet")
        foot = _Thrift(raw[-8 - size : -8]).struct()
        head, *leaves = foot[2]
        if head.get(5) != len(leaves) or not leaves:
            raise UnreadableError("not one flat table")
        for leaf in leaves:
            is_known = leaf[1] in {BOOLEAN, WHOLE, DOUBLE, TEXT} and leaf[3] in {0, 1}
            leaf[4].decode()
            if not is_known or leaf.get(6) != (0 if leaf[1] == TEXT else None):
                raise UnreadableError("a type of column that is not read")
        if foot[3] != sum(group[3] for group in foot[4]):
            raise UnreadableError("another number of rows than it says")
    except DAMAGE as why:
        raise UnreadableError(f"a damaged Parquet file: {why}") from why
    return foot, leaves


def read_columns(raw: bytes, foot: Struct, leaves: Sequence[Struct]) -> list[list[object]]:
    """Return the cells of each column."""
    columns: list[list[object]] = [[] for _leaf in leaves]
    try:
        for group in foot[4]:
            for column, leaf, chunk in zip(columns, leaves, group[1], strict=True):
                column.extend(_chunk(raw, chunk[3], leaf, group[3]))
    except DAMAGE as why:
        raise UnreadableError(f"a damaged Parquet file: {why}") from why
    return columns


def _chunk(raw: bytes, facts: Struct, leaf: Struct, rows: int) -> list[object]:
    """Read the pages of one column of one group."""
    if facts[3] != [leaf[4]] or facts[1] != leaf[1] or facts[5] != rows:
        raise UnreadableError("a column that is another")
    if facts[4] not in {0, GZIP}:
        raise UnreadableError("a packing that is not read")
    at: int = facts[11] if 11 in facts else facts[9]
    words: list[object] = []
    cells: list[object] = []
    while len(cells) < rows:
        reader = _Thrift(raw, at)
        page = reader.struct()
        at = reader.at + page[3]
        body = raw[reader.at : at]
        if facts[4] == GZIP:
            body = zlib.decompress(body, 31)
        if len(body) != page[2] or page[1] not in {DATA, DICTIONARY}:
            raise UnreadableError("a page that is not read")
        if page[1] == DICTIONARY:
            words = _plain(body, leaf[1], page[7][1])
            continue
        cells += _page(body, page[5], leaf, words)
    if len(cells) > rows:
        raise UnreadableError("more cells than rows")
    return cells


def _page(body: bytes, facts: Struct, leaf: Struct, words: Sequence[object]) -> list[object]:
    count, encoding = facts[1], facts[2]
    levels = [1] * count
    if leaf[3] == 1:
        size = int.from_bytes(body[:4], "little")
        levels, body = _hybrid(body[4 : 4 + size], 1, count), body[4 + size :]
    there = sum(levels)
    if count < 1 or encoding not in {0, 2, 8}:
        raise UnreadableError("an encoding that is not read")
    if encoding == 0:
        plain = _plain(body, leaf[1], there)
    else:
        plain = [words[at] for at in (_hybrid(body[1:], body[0], there) if there else [])]
    each = iter(plain)
    return [next(each) if level else None for level in levels]


def _plain(body: bytes, kind: int, count: int) -> list[object]:
    if kind == BOOLEAN:
        return [bool(body[at // 8] >> at % 8 & 1) for at in range(count)]
    if kind in {WHOLE, DOUBLE}:
        return list(struct.unpack_from(f"<{count}{'q' if kind == WHOLE else 'd'}", body))
    texts: list[object] = []
    at = 0
    for _ in range(count):
        size = int.from_bytes(body[at : at + 4], "little")
        at += 4 + size
        if at > len(body):
            raise UnreadableError("a text that ends early")
        texts.append(body[at - size : at].decode())
    return texts


def _hybrid(raw: bytes, width: int, count: int) -> list[int]:
    """Read runs: one number repeated, or groups of eight packed from the lowest bit."""
    if width > 32:
        raise UnreadableError("numbers that are too wide")
    reader, numbers = _Thrift(raw), list[int]()
    while len(numbers) < count:
        head = reader.varint()
        size = (head >> 1) * width if head & 1 else (width + 7) // 8
        packed = raw[reader.at : reader.at + size]
        reader.at += size
        if len(packed) < size or not head >> 1:
            raise UnreadableError("a run that ends early")
        bits = int.from_bytes(packed, "little")
        if head & 1:
            shown = min(8 * (head >> 1), count - len(numbers))
            numbers += [bits >> at * width & (1 << width) - 1 for at in range(shown)]
        else:
            numbers += [bits] * min(head >> 1, count - len(numbers))
    return numbers
