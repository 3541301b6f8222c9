"""The three forms of one table: JSON lines, CSV and Parquet hold the same rows, in one order."""

import csv
import io
import json
from collections.abc import Iterator
from itertools import islice

from canut_verify import RefusedError, UnreadableError
from canut_verify.parquet import BOOLEAN, DOUBLE, TEXT, WHOLE, cells_of, open_table

RISKY = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
LONGEST, DIGITS = 1 << 27, 20


class Digits(str):
    """A number as JSON writes it."""

    __slots__ = ()


class Pairs(list[tuple[str, object]]):
    """An object, its names in order."""


def check_table(name: str, lines: bytes, separated: bytes, parquet: bytes) -> None:
    """Hold the forms of a table against each other; row 0 is the head."""
    longest = csv.field_size_limit(LONGEST)
    try:
        _check_table(name, lines, separated, parquet)
    finally:
        csv.field_size_limit(longest)


def _check_table(name: str, lines: bytes, separated: bytes, parquet: bytes) -> None:
    columns, count, groups = open_table(parquet)
    names = [column[0] for column in columns]
    records, rows = _records(name, separated), _rows(name, lines)
    head = next(records, [])
    if len(head) != len(names) or not all(map(_is_same, head, names)):
        raise _other(name, "csv", 0)
    if count != lines.count(b"\n"):
        raise _other(name, "parquet", min(count, lines.count(b"\n")) + 1)
    at = 1
    for cells in cells_of(parquet, columns, groups):
        size = len(cells[0])
        objects, lists = list(islice(rows, size)), list(islice(records, size))
        _check_shape(name, names, at, objects, lists)
        for place, column in enumerate(columns):
            said = [one[place][1] for one in objects]
            for number, value in enumerate(said):
                if not _is_cell(value, cells[place][number], column[1]):
                    raise _other(name, "parquet", at + number)
            for number, value in enumerate(said):
                if not _is_same(lists[number][place], _text(value)):
                    raise _other(name, "csv", at + number)
        at += size
    if next(records, None) is not None:
        raise _other(name, "csv", at)


def _check_shape(
    name: str, names: list[str], at: int, objects: list[Pairs], lists: list[list[str]]
) -> None:
    for number, one in enumerate(objects, at):
        if [key for key, _value in one] != names:
            raise _other(name, "parquet", number)
    for number, record in enumerate(lists, at):
        if len(record) != len(names):
            raise _other(name, "csv", number)
    if len(lists) < len(objects):
        raise _other(name, "csv", at + len(lists))


def _other(name: str, form: str, row: int) -> RefusedError:
    one, other = f"{name}.{form}", f"{name}.jsonl"
    return RefusedError(f"{one!a} and {other!a} are not the same table: row {row} differs")


def _rows(name: str, raw: bytes) -> Iterator[Pairs]:
    def never(text: str) -> object:
        raise ValueError(text)

    decoder = json.JSONDecoder(
        object_pairs_hook=Pairs, parse_float=Digits, parse_int=Digits, parse_constant=never
    )
    for number, line in enumerate(io.BytesIO(raw), 1):
        try:
            row = decoder.decode(line.decode())
        except (ValueError, RecursionError) as why:
            raise UnreadableError(f"{name}.jsonl, row {number}: {why}") from why
        if not isinstance(row, Pairs) or any(isinstance(value, list) for _key, value in row):
            raise UnreadableError(f"{name}.jsonl, row {number}: not a flat object")
        yield row


def _records(name: str, raw: bytes) -> Iterator[list[str]]:
    try:
        yield from csv.reader(io.StringIO(raw.decode(), newline=""), strict=True)
    except (csv.Error, UnicodeDecodeError) as why:
        raise UnreadableError(f"{name}.csv: {why}") from why


def _is_cell(value: object, cell: object, kind: int) -> bool:
    if value is None or cell is None:
        return value is cell
    if kind == DOUBLE:
        return isinstance(value, Digits) and float(value) == cell
    if kind == WHOLE:
        is_whole = isinstance(value, Digits) and value.removeprefix("-").isdecimal()
        return is_whole and len(str(value)) <= DIGITS and int(str(value)) == cell
    return type(value) is {TEXT: str, BOOLEAN: bool}[kind] and value == cell


def _text(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _is_same(cell: str, text: str) -> bool:
    return cell == text or (cell == "'" + text and text.startswith(RISKY))
