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

from canut.core.errors import BadFile, TooLarge
from canut.core.formats.tables.csv import check_header
from canut.core.formats.tables.rows import (
    BATCH_ROWS,
    ROW_LIMIT_BYTES,
    Problem,
    ReadOptions,
    Row,
    RowBatch,
    fault_of,
)

type Arrow = Any  # pyarrow has no types

GROWS_AT_MOST = 100  # times the size of the file, when it is uncompressed
SMALL_BYTES = 64 * 2**20  # what a file may grow to, however small it is
SMALL_ROWS = 1_000_000  # rows a file may have, however small; a larger one has as many as bytes
SLICE_BYTES = 16 * 2**20  # text of the rows that are converted at once
FOOTER_LISTS, FOOTER_TEXT_BYTES = 100_000, 2**24
DAMAGED = (pa.ArrowException, OSError, ValueError, OverflowError, LookupError, TypeError)


def describe(path: Path) -> tuple[tuple[str, ...], tuple[Problem, ...]]:
    """Return the columns that can be read, and a warning for each that cannot.

    Raises:
        BadFile: not a readable Parquet file, or it has duplicate columns.
        TooLarge: ``parquet-grows``.
    """
    schema = open_file(path).schema_arrow
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
        TooLarge: ``parquet-grows``.
    """
    file = open_file(path)
    missing = [name for name in reading.columns if name not in file.schema_arrow.names]
    if missing:
        raise BadFile(
            f"the column {missing[0]!r} is no longer in the file; import it again",
            code="file-changed",
        )
    total, done = max(file.metadata.num_rows, 1), 0
    try:
        for batch in file.iter_batches(BATCH_ROWS, columns=list(reading.columns)):
            for rows in _slices(batch):
                yield _rows_of(
                    rows, done + 1, reading.bytes_total * (done + rows.num_rows) // total
                )
                done += rows.num_rows
    except DAMAGED as error:
        raise BadFile(
            f"the file is damaged after row {done} ({error}); write it again",
            code="parquet-damaged",
            row=done,
        ) from error


def open_file(path: Path, *, as_dictionaries: bool = True) -> Arrow:
    """Open a file from outside, whose texts that repeat are read as dictionaries or whole.

    Raises:
        BadFile: ``parquet-damaged``.
        TooLarge: ``parquet-grows``: a few bytes state a great many rows or much more text.
    """
    limits: dict[str, Any] = {
        "pre_buffer": False,
        "buffer_size": 2**16,
        "thrift_container_size_limit": FOOTER_LISTS,
        "thrift_string_size_limit": FOOTER_TEXT_BYTES,
    }
    try:
        metadata = pq.ParquetFile(path, **limits).metadata
        columns = _refuse_growth(metadata, path.stat().st_size)
        return pq.ParquetFile(
            path, metadata=metadata, read_dictionary=columns if as_dictionaries else None, **limits
        )
    except DAMAGED as error:
        raise BadFile(
            f"the file begins like Parquet but cannot be read ({error}); write it again",
            code="parquet-damaged",
            row=0,
        ) from error


def _refuse_growth(metadata: Arrow, size: int) -> list[str]:
    """Raise if a file would grow too much; return the paths of its columns of text.

    A row group states its size itself: looking at its columns aborts the process where they are
    damaged.
    """
    opened = sum(
        max(metadata.row_group(number).total_byte_size, 0)
        for number in range(metadata.num_row_groups)
    )
    if opened > max(SMALL_BYTES, GROWS_AT_MOST * size) or metadata.num_rows > max(SMALL_ROWS, size):
        raise TooLarge(
            f"the Parquet file has {size} bytes and would grow to {metadata.num_rows} rows of"
            f" {opened} bytes; it was not read",
            code="parquet-grows",
            bytes=opened,
            rows=metadata.num_rows,
        )
    columns = [metadata.schema.column(number) for number in range(metadata.num_columns)]
    return [column.path for column in columns if column.logical_type.type == "STRING"]


def _slices(batch: Arrow) -> Iterator[Arrow]:
    """Cut a batch so that the texts of a part fit in memory, whatever its dictionaries repeat."""
    texts = sum(_text_bytes(column) for column in batch.columns)
    if texts <= SLICE_BYTES or batch.num_rows == 1:
        yield batch
        return
    half = batch.num_rows // 2
    yield from _slices(batch.slice(0, half))
    yield from _slices(batch.slice(half))


def _text_bytes(column: Arrow) -> int:
    """Return how many bytes a column takes once its dictionaries are looked up."""
    if pa.types.is_dictionary(column.type):
        if not _is_text(column.type.value_type):
            return int(column.nbytes)
        counts = pc.call_function("value_counts", [column.indices.drop_null()])
        texts = column.dictionary.take(counts.field("values"))
        lengths = pc.call_function("binary_length", [texts])
        products = pc.call_function("multiply", [lengths, counts.field("counts")])
        return int(pc.call_function("sum", [products]).as_py() or 0)
    if pa.types.is_nested(column.type):
        is_map = pa.types.is_map(column.type)
        inner = [column.keys, column.items] if is_map else column.flatten()
        inner = inner if isinstance(inner, list) else [inner]
        return sum(_text_bytes(each) for each in inner) + int(column.nbytes)
    return int(column.nbytes)


def _rows_of(batch: Arrow, first: int, bytes_read: int) -> RowBatch:
    names: list[str] = batch.schema.names
    row_batch = RowBatch([], [], [], bytes_read)
    size = sum(_text_bytes(column) for column in batch.columns)
    if size > SLICE_BYTES:  # one row
        facts = {"bytes": size, "limit": ROW_LIMIT_BYTES}
        row_batch.problems.append(Problem(first, "", "row-too-large", facts))
        return row_batch
    cells = [_texts_of(column) for column in batch.columns]
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
    if not _is_text(column.type):
        column = pc.cast(column, pa.string())
    texts: list[str | None] = column.to_pylist()
    return texts


def _is_text(kind: Arrow) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


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
        or pa.types.is_binary_view(kind)
        or pa.types.is_null(kind)
    )
