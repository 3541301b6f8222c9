"""Check that the three forms of one table hold the same rows: JSON lines, CSV and Parquet.

Columns and rows are compared in order, cell by cell. In CSV a null is an empty cell, a number has
the digits it has in JSON, and an apostrophe may stand before a text that a spreadsheet would run.
"""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import cast

from canut.core.datasets.parquet_table import (
    BOOLEAN,
    BYTE_ARRAY,
    DOUBLE,
    INT64,
    ParquetCell,
    ParquetColumn,
    read_parquet,
)
from canut.core.errors import BadProof, NotProven
from canut.core.formula_cells import FORMULA_STARTS
from canut.core.outside_text import read_whole

LONGEST_CELL = 1 << 27
LARGEST = 2**63 - 1
TABLES = ("data/answers", "data/labels")


class _Number(str):
    """A number of JSON, as its digits."""

    __slots__ = ()


class _Pairs(list[tuple[str, object]]):
    """An object of JSON, as pairs in order."""


type _JsonCell = str | _Number | bool | None


def check_forms(table: str, jsonl: bytes, comma_separated: bytes, parquet: bytes) -> None:
    """Check that three files are one table.

    Args:
        table: path of the files, without a suffix.
        jsonl: JSON lines, one flat object a row.
        comma_separated: CSV, its header first.
        parquet: as ``parquet_table`` reads it.

    Raises:
        BadProof: a file cannot be read.
        NotProven: a column or a row differs; row 0 is the header.
    """
    longest = csv.field_size_limit(LONGEST_CELL)
    try:
        _check_forms(table, jsonl, comma_separated, parquet)
    finally:
        csv.field_size_limit(longest)


def _check_forms(table: str, jsonl: bytes, comma_separated: bytes, parquet: bytes) -> None:
    columns, row_count, *_ = read = read_parquet(parquet)
    records = _csv_rows(table, comma_separated)
    lines = _json_rows(table, jsonl)
    names = [column.name for column in columns]
    header = next(records, [])
    if len(header) != len(names) or not all(map(_is_cell, header, names)):
        raise _differs(table, "csv", 0)
    if row_count != jsonl.count(b"\n"):
        raise _differs(table, "parquet", min(row_count, jsonl.count(b"\n")) + 1)
    first = 1
    for count, cells in read.read_groups():
        rows, csv_rows = list(islice(lines, count)), list(islice(records, count))
        _check_shape(table, names, first, rows, csv_rows)
        for at, column in enumerate(columns):
            json_cells = cast("list[_JsonCell]", [pairs[at][1] for pairs in rows])
            if (other := _first_other(column, json_cells, cells[at])) is not None:
                raise _differs(table, "parquet", first + other)
            csv_cells = [record[at] for record in csv_rows]
            if (other := _first_csv_other(json_cells, csv_cells)) is not None:
                raise _differs(table, "csv", first + other)
        first += count
    if next(records, None) is not None:
        raise _differs(table, "csv", first)


def _check_shape(
    table: str,
    names: Sequence[str],
    first: int,
    rows: Sequence[_Pairs],
    csv_rows: Sequence[Sequence[str]],
) -> None:
    """Check that each row of a group has these columns; ``first`` is the number of its first."""
    for row, pairs in enumerate(rows, first):
        if [name for name, _ in pairs] != names:
            raise _differs(table, "parquet", row)
    for row, record in enumerate(csv_rows, first):
        if len(record) != len(names):
            raise _differs(table, "csv", row)
    if len(csv_rows) < len(rows):
        raise _differs(table, "csv", first + len(csv_rows))


def _differs(table: str, form: str, row: int) -> NotProven:
    one, other = f"{table}.{form}", f"{table}.jsonl"
    return NotProven(f"{one!a} and {other!a} are not the same table: row {row} differs")


def _json_rows(table: str, raw: bytes) -> Iterator[_Pairs]:
    decode = json.JSONDecoder(
        object_pairs_hook=_Pairs,
        parse_float=_Number,
        parse_int=_Number,
        parse_constant=_refuse_constant,
    ).decode
    for number, line in enumerate(io.BytesIO(raw), 1):
        try:
            row: object = decode(line.decode())
        except (ValueError, RecursionError) as problem:
            raise BadProof(f"{table}.jsonl, row {number} is not JSON: {problem}") from problem
        if not isinstance(row, _Pairs) or any(isinstance(cell, list) for _, cell in row):
            raise BadProof(f"{table}.jsonl, row {number} is no flat object")
        yield row


def _refuse_constant(text: str) -> object:
    raise ValueError(f"{text} is no number")


def _csv_rows(table: str, raw: bytes) -> Iterator[list[str]]:
    try:
        yield from csv.reader(io.StringIO(raw.decode(), newline=""), strict=True)
    except (csv.Error, UnicodeDecodeError) as problem:
        raise BadProof(f"{table}.csv cannot be read: {problem}") from problem


def _first_other(
    column: ParquetColumn, json_cells: Sequence[_JsonCell], cells: Sequence[ParquetCell]
) -> int | None:
    """Return the index of the first cell that is another in Parquet than in JSON."""
    kinds = set(map(type, json_cells)) - {type(None)}
    as_cells: Sequence[object] = json_cells
    if kinds == {_Number} and column.kind in {INT64, DOUBLE}:
        as_cells = [None if cell is None else _number(cell, column.kind) for cell in json_cells]
        kinds = set()
    if kinds <= {{BYTE_ARRAY: str, BOOLEAN: bool}.get(column.kind)} and as_cells == cells:
        return None
    pairs = enumerate(zip(as_cells, cells, strict=True))
    return next(
        (at for at, (one, other) in pairs if type(one) is not type(other) or one != other), 0
    )


def _number(digits: _JsonCell, kind: int) -> int | float | None:
    """Return the number of a cell; None where no column of this kind can hold it."""
    text = str(digits)
    if kind == DOUBLE:
        return float(text)
    return read_whole(text, LARGEST, least=-LARGEST - 1)


def _first_csv_other(json_cells: Sequence[_JsonCell], csv_cells: Sequence[str]) -> int | None:
    """Return the index of the first cell that is another in CSV than in JSON."""
    texts = [
        "" if cell is None else str(cell).lower() if isinstance(cell, bool) else cell
        for cell in json_cells
    ]
    if texts == csv_cells:
        return None
    pairs = enumerate(zip(csv_cells, texts, strict=True))
    return next((at for at, (cell, text) in pairs if not _is_cell(cell, text)), None)


def _is_cell(cell: str, text: str) -> bool:
    """Return whether a cell of a CSV stands for a text."""
    return cell == text or (cell == f"'{text}" and text.startswith(FORMULA_STARTS))
