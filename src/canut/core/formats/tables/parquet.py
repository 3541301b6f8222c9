"""Read Parquet in batches, each cell as text, nested values as JSON.

A file is measured before it is inflated: what its footer says, then what its pages say.
Binary columns cannot be shown: they are skipped, with a warning. A null is omitted from the row.
``line`` is the number of the row, from 1.
"""

import datetime as dt
import decimal
import json
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from canut.core.arrays import Bools, Counts
from canut.core.column_files.parquet_pages import Growth, measure
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
SMALL_VALUES = 2**24  # values that the lists of a row group may have; a larger file, as bytes
VALUE_BYTES = 8  # of each of them
AT_ONCE_BYTES = 2**29  # pages that one row group may have open
REPEATED_BYTES = 64 * 2**20  # what the rows of a batch may repeat
SLICE_BYTES = 16 * 2**20  # text of the rows that are converted at once
TOO_LARGE = "row-too-large"
FOOTER_LISTS, FOOTER_TEXT_BYTES = 100_000, 2**24
DAMAGED = (pa.ArrowException, OSError, ValueError, OverflowError, LookupError, TypeError)


class OpenedFile(NamedTuple):
    """A file of pyarrow that was measured, and how many of its rows are read at once."""

    file: Arrow
    batch_rows: int


class Slice(NamedTuple):
    """Some rows of a batch, and how many bytes their texts take."""

    rows: Arrow
    bytes: int


class ColumnTexts(NamedTuple):
    """The cells of a column: their texts, bytes of each, and which have U+0000, if any."""

    texts: list[str | None]
    sizes: Counts
    zeros: Bools | None


def describe(path: Path) -> tuple[tuple[str, ...], tuple[Problem, ...]]:
    """Return the columns that can be read, and a warning for each that cannot.

    Raises:
        BadFile: not a readable Parquet file, or it has duplicate columns.
        TooLarge: ``parquet-grows``.
    """
    schema = open_file(path).file.schema_arrow
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
    opened = open_file(path, reading.columns)
    file, size = opened.file, path.stat().st_size
    missing = [name for name in reading.columns if name not in file.schema_arrow.names]
    if missing:
        raise BadFile(
            f"the column {missing[0]!r} is no longer in the file; import it again",
            code="file-changed",
        )
    total, done, skipped = max(file.metadata.num_rows, 1), 0, 0
    try:
        for batch in file.iter_batches(opened.batch_rows, columns=list(reading.columns)):
            for part in slices(batch):
                at = reading.bytes_total * (done + part.rows.num_rows) // total
                row_batch = _rows_of(part, done + 1, at)
                skipped += sum(_bytes_of(problem) for problem in row_batch.problems)
                if skipped > _most_bytes(size):
                    raise growth_of(size, done, skipped)
                yield row_batch
                done += part.rows.num_rows
    except DAMAGED as error:
        raise BadFile(
            f"the file is damaged after row {done} ({error}); write it again",
            code="parquet-damaged",
            row=done,
        ) from error


def open_file(path: Path, columns: Collection[str] | None = None) -> OpenedFile:
    """Open a file from outside, whose texts that repeat are read as dictionaries.

    Args:
        path: the file.
        columns: those that will be read; left out, all that hold no bytes.

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
        size = path.stat().st_size
        stated = pq.ParquetFile(path, **limits)
        texts = _refuse_stated_growth(stated.metadata, size)
        if columns is None:
            columns = [f.name for f in stated.schema_arrow if not _holds_bytes(f.type)]
        growth = measure(path, columns, set(texts))
        _refuse_growth(growth, size)
        few = [text for text in texts if text in growth.dictionaries]
        file = pq.ParquetFile(path, metadata=stated.metadata, read_dictionary=few, **limits)
    except DAMAGED as error:
        raise BadFile(
            f"the file begins like Parquet but cannot be read ({error}); write it again",
            code="parquet-damaged",
            row=0,
        ) from error
    return OpenedFile(file, min(BATCH_ROWS, max(1, REPEATED_BYTES // max(1, growth.row_bytes))))


def _refuse_stated_growth(metadata: Arrow, size: int) -> list[str]:
    """Raise if a file says it would grow too much; return the paths of its columns of text.

    A row group states its size itself: looking at its columns aborts the process where they are
    damaged.
    """
    opened = sum(
        max(metadata.row_group(number).total_byte_size, 0)
        for number in range(metadata.num_row_groups)
    )
    if opened > _most_bytes(size) or metadata.num_rows > max(SMALL_ROWS, size):
        raise growth_of(size, metadata.num_rows, opened)
    columns = [metadata.schema.column(number) for number in range(metadata.num_columns)]
    return [column.path for column in columns if column.logical_type.type == "STRING"]


def _refuse_growth(growth: Growth, size: int) -> None:
    """Raise if the pages of a file would grow too much, whatever its footer says."""
    is_large = growth.bytes > _most_bytes(size) or growth.rows > max(SMALL_ROWS, size)
    is_wide = max(growth.at_once, growth.row_bytes) > min(AT_ONCE_BYTES, _most_bytes(size))
    if is_large or is_wide or growth.values > max(SMALL_VALUES, size):
        opened = max(growth.bytes, growth.at_once, growth.row_bytes, VALUE_BYTES * growth.values)
        raise growth_of(size, growth.rows, opened)


def _most_bytes(size: int) -> int:
    return max(SMALL_BYTES, GROWS_AT_MOST * size)


def growth_of(size: int, rows: int, opened: int) -> TooLarge:
    """Return the refusal of a file of so many bytes that would grow to so much."""
    return TooLarge(
        f"the Parquet file has {size} bytes and would grow to {rows} rows of"
        f" {opened} bytes; it was not read",
        code="parquet-grows",
        bytes=opened,
        rows=rows,
    )


def _bytes_of(problem: Problem) -> int:
    """Return how many bytes a row took that was too large; 0 for any other problem."""
    return int(problem.facts["bytes"]) if problem.code == TOO_LARGE else 0


def slices(batch: Arrow) -> Iterator[Slice]:
    """Cut a batch so that the texts of a part fit in memory, whatever its dictionaries repeat."""
    texts = sum(_text_bytes(column) for column in batch.columns)
    if texts <= SLICE_BYTES or batch.num_rows == 1:
        yield Slice(batch, texts)
        return
    half = batch.num_rows // 2
    yield from slices(batch.slice(0, half))
    yield from slices(batch.slice(half))


def _text_bytes(column: Arrow) -> int:
    """Return how many bytes a column takes once its dictionaries are looked up."""
    if pa.types.is_dictionary(column.type):
        if not _is_text(column.type.value_type):
            return int(column.nbytes)
        lengths = pc.call_function("binary_length", [column.dictionary])
        each = pc.call_function("take", [lengths, column.indices])
        return int(pc.call_function("sum", [each]).as_py() or 0)
    if pa.types.is_nested(column.type):
        is_map = pa.types.is_map(column.type)
        inner = [column.keys, column.items] if is_map else column.flatten()
        inner = inner if isinstance(inner, list) else [inner]
        return sum(_text_bytes(each) for each in inner) + int(column.nbytes)
    return int(column.nbytes)


def _rows_of(part: Slice, first: int, bytes_read: int) -> RowBatch:
    """Return the rows of a part; those that cannot be stored are problems.

    Whole columns are looked at for what only few rows have: those rows alone are looked at again.
    """
    if part.bytes > SLICE_BYTES:  # one row
        facts = {"bytes": part.bytes, "limit": ROW_LIMIT_BYTES}
        return RowBatch([], [], [Problem(first, "", TOO_LARGE, facts)], bytes_read)
    batch = part.rows
    columns = [_cells_of(column) for column in batch.columns]
    rows = _dictionaries(batch, [column.texts for column in columns])
    sizes = np.zeros(batch.num_rows, np.int64)
    for column in columns:
        sizes += column.sizes
    doubtful = (sizes == 0) | (sizes > ROW_LIMIT_BYTES)
    for column in columns:
        if column.zeros is not None:
            doubtful |= column.zeros
    lines = list(range(first, first + batch.num_rows))
    if not doubtful.any():
        return RowBatch(lines, rows, [], bytes_read)
    row_batch = RowBatch([], [], [], bytes_read)
    for line, row, is_doubtful in zip(lines, rows, doubtful.tolist(), strict=True):
        fault = _fault_of(line, row) if is_doubtful else None
        if fault:
            row_batch.problems.append(fault)
        else:
            row_batch.lines.append(line)
            row_batch.rows.append(row)
    return row_batch


def _fault_of(line: int, row: Row) -> Problem | None:
    fault = fault_of(line, row.items())
    return fault or (None if any(row.values()) else Problem(line, "", "row-empty"))


def _dictionaries(batch: Arrow, cells: Sequence[Sequence[str | None]]) -> list[Row]:
    """Return each row by column, without what is null."""
    names: list[str] = batch.schema.names
    rows = zip(*cells, strict=True)
    if not any(map(_has_null, batch.columns)):
        return [dict(zip(names, cast("tuple[str, ...]", values), strict=True)) for values in rows]
    return [
        {name: value for name, value in zip(names, values, strict=True) if value is not None}
        for values in rows
    ]


def _has_null(column: Arrow) -> bool:
    is_dictionary = pa.types.is_dictionary(column.type)
    return bool(column.null_count or (is_dictionary and column.dictionary.null_count))


def _cells_of(column: Arrow) -> ColumnTexts:
    """Return a column as text: exact for integers and decimals, shortest for floats.

    Text that Arrow decodes is whole UTF-8: it has no half of a surrogate pair.
    """
    texts: list[str | None]
    if pa.types.is_nested(column.type):
        texts = [
            None if value is None else json.dumps(value, ensure_ascii=False, default=_plain)
            for value in column.to_pylist()
        ]
        lengths = [0 if text is None else len(text.encode()) for text in texts]
        return ColumnTexts(texts, np.array(lengths, np.int64), None)
    whole = column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
    has_zeros = _is_text(whole.type)
    if not has_zeros:
        whole = pc.cast(whole, pa.string())
    texts = _shared_texts(column) if _repeats(column) else whole.to_pylist()
    sizes = pc.call_function("binary_length", [whole]).fill_null(0)
    return ColumnTexts(
        texts, sizes.to_numpy(zero_copy_only=False), _zeros(whole) if has_zeros else None
    )


def _repeats(column: Arrow) -> bool:
    """Return whether a column's texts are fewer than its rows."""
    return bool(
        pa.types.is_dictionary(column.type)
        and _is_text(column.type.value_type)
        and len(column.dictionary) < len(column)
    )


def _shared_texts(column: Arrow) -> list[str | None]:
    """Return the texts of a dictionary's rows, each made once."""
    texts: list[str | None] = [*column.dictionary.to_pylist(), None]
    indices = column.indices.fill_null(len(texts) - 1) if column.null_count else column.indices
    return [texts[index] for index in indices.to_pylist()]


def _zeros(texts: Arrow) -> Bools | None:
    """Return which texts have U+0000; None if none has."""
    options = pc.MatchSubstringOptions("\0")
    matches = pc.call_function("match_substring", [texts], options)
    if not pc.call_function("any", [matches]).as_py():
        return None
    zeros: Bools = matches.fill_null(fill_value=False).to_numpy(zero_copy_only=False)
    return zeros


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
