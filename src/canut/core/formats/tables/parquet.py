"""Read Parquet in batches, each cell as text, nested values as JSON.

Binary columns cannot be shown: they are skipped, with a warning. A null is omitted from the row.
``line`` is the number of the row, from 1.
"""

import datetime as dt
import decimal
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from canut.core.errors import BadFile
from canut.core.formats.tables.csv import check_header
from canut.core.formats.tables.rows import BATCH_ROWS, Problem, ReadOptions, Row, RowBatch, fault_of

type Arrow = Any  # pyarrow has no types


def describe(path: Path) -> tuple[tuple[str, ...], tuple[Problem, ...]]:
    """Return the columns that can be read, and a warning for each that cannot.

    Raises:
        BadFile: not a readable Parquet file, or it has duplicate columns.
    """
    schema = _opened(path).schema_arrow
    readable = [field.name for field in schema if not _holds_bytes(field.type)]
    warnings = tuple(
        Problem(0, field.name, "column-skipped", {"type": str(field.type)[:200]})
        for field in schema
        if _holds_bytes(field.type)
    )
    return check_header(readable), warnings


def read(path: Path, reading: ReadOptions) -> Iterator[RowBatch]:
    """Yield the rows of a file in batches.

    Raises:
        BadFile: a page of the file is damaged, or its columns have changed.
    """
    file = _opened(path)
    missing = [name for name in reading.columns if name not in file.schema_arrow.names]
    if missing:
        raise BadFile(
            f"the column {missing[0]!r} is no longer in the file; import it again",
            code="file-changed",
        )
    total, done = max(file.metadata.num_rows, 1), 0
    try:
        for batch in file.iter_batches(BATCH_ROWS, columns=list(reading.columns)):
            yield _rows_of(batch, done + 1, reading.bytes_total * (done + batch.num_rows) // total)
            done += batch.num_rows
    except (pa.ArrowException, OSError) as error:
        raise BadFile(
            f"the file is damaged after row {done} ({error}); write it again",
            code="parquet-damaged",
            row=done,
        ) from error


def _opened(path: Path) -> Arrow:
    try:
        return pq.ParquetFile(path, pre_buffer=False, buffer_size=2**16)
    except (pa.ArrowException, OSError) as error:
        raise BadFile(
            f"the file begins like Parquet but cannot be read ({error}); write it again",
            code="parquet-damaged",
            row=0,
        ) from error


def _rows_of(batch: Arrow, first: int, bytes_read: int) -> RowBatch:
    names: list[str] = batch.schema.names
    cells = [_texts_of(column) for column in batch.columns]
    row_batch = RowBatch([], [], [], bytes_read)
    for number, values in enumerate(zip(*cells, strict=True), first):
        row: Row = {
            name: value for name, value in zip(names, values, strict=True) if value is not None
        }
        fault = fault_of(number, row.items()) or (
            None if any(row.values()) else Problem(number, "", "row-empty")
        )
        if fault:
            row_batch.problems.append(fault)
        else:
            row_batch.lines.append(number)
            row_batch.rows.append(row)
    return row_batch


def _texts_of(column: Arrow) -> list[str | None]:
    """Return a column as text: exact for integers and decimals, shortest for floats."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_nested(column.type):
        return [
            None if value is None else json.dumps(value, ensure_ascii=False, default=_plain)
            for value in column.to_pylist()
        ]
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        column = pc.cast(column, pa.string())
    texts: list[str | None] = column.to_pylist()
    return texts


def _plain(value: object) -> str:
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return format(value, "f")
    return str(value)


def _holds_bytes(kind: Arrow) -> bool:
    if pa.types.is_nested(kind):
        return any(_holds_bytes(kind.field(number).type) for number in range(kind.num_fields))
    if pa.types.is_dictionary(kind):
        return _holds_bytes(kind.value_type)
    return bool(
        pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
        or pa.types.is_fixed_size_binary(kind)
        or pa.types.is_null(kind)
    )
