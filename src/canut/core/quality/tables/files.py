"""Read and write tables by a file's suffix: CSV, TSV, JSON lines, Parquet, Arrow.

Names in text files stay text. Whole columns are read at once, for sums over all of them; imports of
tasks read rows with ``formats``.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv, parquet
from pyarrow import json as arrow_json

from canut.core.column_files.arrow_buffers import measure as measure_buffers
from canut.core.column_files.parquet_pages import measure as measure_pages
from canut.core.errors import BadFile, BadRow, TooLarge
from canut.core.formula_cells import FORMULA, NUMBER
from canut.core.quality.tables.text_files import read_text, refuse_missing

GROWS_AT_MOST = 100  # times the size of the file, when it is inflated
SMALL_BYTES = 64 * 2**20  # what a file may grow to, however small it is
SMALL_ROWS, ROWS_A_BYTE = 10_000_000, 20  # rows a file may have, or for each of its bytes
ROW_BYTES = 1_024  # at least, where rows are read some at a time
SUFFIXES = (".csv", ".tsv", ".jsonl", ".ndjson", ".parquet", ".arrow")


def read_columns(path: Path, columns: Sequence[str]) -> pa.Table:
    """Return these columns of a file as an Arrow table.

    The order of categories in a Parquet or Arrow file is not read: a cluster, which reads a file in
    parts, would not know it.

    Raises:
        BadFile: there is no such file, its suffix is not known, or it cannot be read.
        BadInput: a column is missing, or stands there twice.
        BadRow: a row cannot be read; the message says on which line.
        TooLarge: ``table-grows``: a few bytes state far more than the file has.
    """
    suffix = check_suffix(path)
    if not path.is_file():
        raise BadFile(f"there is no file {path}; check the path", code="file-missing")
    try:
        if suffix == ".parquet":
            return _without_order(_read_measured(path, columns))
        if suffix == ".arrow":
            growth = measure_buffers(path)
            _refuse_growth(path, growth.rows, growth.bytes)
            with pa.memory_map(str(path)) as source:
                table = pa.ipc.open_file(source).read_all()
            return _without_order(_select(table, table.column_names, columns, path))
        if suffix in {".jsonl", ".ndjson"}:
            return _read_json(path, columns)
        return read_text(path, columns, suffix)
    except (pa.ArrowException, ValueError) as failure:
        raise BadFile(f"{path} cannot be read: {failure}", code="file-broken") from failure


def _without_order(table: pa.Table) -> pa.Table:
    """Return the table with categories that have no order."""
    for number, column in enumerate(table.columns):
        if pa.types.is_dictionary(column.type) and column.type.ordered:
            chunks = [
                pa.DictionaryArray.from_arrays(chunk.indices, chunk.dictionary)
                for chunk in column.chunks
            ]
            kind = pa.dictionary(column.type.index_type, column.type.value_type)
            unordered = pa.chunked_array(chunks, kind)
            table = table.set_column(number, table.column_names[number], unordered)
    return table


def check_suffix(path: Path) -> str:
    """Return a file's suffix in lower case, or raise if it is unknown.

    Raises:
        BadFile: it is not one of ``SUFFIXES``.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise BadFile(
            f"{path} ends in {suffix or 'nothing'}; expected one of {', '.join(SUFFIXES)}",
            code="file-unknown",
        )
    return suffix


def _select(table: pa.Table, names: Sequence[str], columns: Sequence[str], path: Path) -> pa.Table:
    refuse_missing(names, columns, path)
    return table.select(list(columns))


def _read_measured(path: Path, columns: Sequence[str]) -> pa.Table:
    """Return columns of a Parquet file whose pages were measured before they are inflated."""
    growth = measure_pages(path, columns, columns)
    _refuse_growth(path, growth.rows, max(growth.bytes, growth.at_once))
    if not growth.deltas:
        return read_parquet(path, columns)
    with parquet.ParquetFile(path) as file:  # texts may repeat the one before
        refuse_missing(file.schema_arrow.names, columns, path)
        rows = max(1, SMALL_BYTES // max(growth.row_bytes, ROW_BYTES))
        batches: list[pa.RecordBatch] = []
        total = 0
        for batch in file.iter_batches(rows, columns=list(columns)):
            total += int(batch.nbytes)
            _refuse_growth(path, growth.rows, total)
            batches.append(batch)
        return pa.Table.from_batches(batches, pa.schema(map(file.schema_arrow.field, columns)))


def _refuse_growth(path: Path, rows: int, opened: int) -> None:
    size = path.stat().st_size
    most_bytes, most_rows = (
        max(SMALL_BYTES, GROWS_AT_MOST * size),
        max(SMALL_ROWS, ROWS_A_BYTE * size),
    )
    if opened > most_bytes or rows > most_rows:
        raise TooLarge(
            f"{path} has {size} bytes and would grow to {rows} rows of {opened} bytes;"
            " it was not read",
            code="table-grows",
            bytes=opened,
            rows=rows,
        )


def read_parquet(path: Path, columns: Sequence[str]) -> pa.Table:
    """Return these columns of a Parquet file.

    Raises:
        BadInput: a column is missing.
    """
    with _open_parquet(path, columns) as file:
        return file.read(columns=list(columns))


def parquet_tables(
    path: Path, columns: Sequence[str], groups: Sequence[int], most_rows: int
) -> Iterator[pa.Table]:
    """Yield these row groups of a Parquet file, several or a slice of one at a time.

    Args:
        path: the file.
        columns: names of the columns.
        groups: numbers of the row groups, in the order of the rows.
        most_rows: number of rows of a table, at most.

    Raises:
        BadInput: a column is missing.
    """
    with _open_parquet(path, columns) as file:
        pending: list[int] = []
        n_pending = 0
        for group in groups:
            n_rows = file.metadata.row_group(group).num_rows
            if pending and n_pending + n_rows > most_rows:
                yield file.read_row_groups(pending, columns=list(columns))
                pending, n_pending = [], 0
            if n_rows > most_rows:
                for batch in file.iter_batches(most_rows, [group], columns=list(columns)):
                    yield pa.Table.from_batches([batch])
            else:
                pending.append(group)
                n_pending += n_rows
        if pending:
            yield file.read_row_groups(pending, columns=list(columns))


def _open_parquet(path: Path, columns: Sequence[str]) -> parquet.ParquetFile:
    """Open a file, whose texts are read as dictionaries."""
    with parquet.ParquetFile(path) as file:
        refuse_missing(file.schema_arrow.names, columns, path)
        texts = [n for n in columns if _is_text(file.schema_arrow.field(n).type)]
    return parquet.ParquetFile(path, read_dictionary=texts)


def parquet_groups(path: Path, columns: Sequence[str]) -> tuple[list[int], list[pa.DataType]]:
    """Return the rows of each row group of a Parquet file, and these columns' types.

    Raises:
        BadFile: it cannot be read.
        BadInput: a column is missing.
    """
    try:
        with parquet.ParquetFile(path) as file:
            schema, metadata = file.schema_arrow, file.metadata
            refuse_missing(schema.names, columns, path)
            rows = [metadata.row_group(at).num_rows for at in range(metadata.num_row_groups)]
            return rows, [schema.field(name).type for name in columns]
    except (pa.ArrowException, OSError) as failure:
        raise BadFile(f"{path} cannot be read: {failure}", code="file-broken") from failure


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_binary(kind))


def _read_json(path: Path, columns: Sequence[str]) -> pa.Table:
    try:
        table = arrow_json.read_json(path)
    except pa.ArrowInvalid:
        _refuse_json(path)
        raise
    refuse_missing(table.column_names, columns, path)
    dated = [n for n in columns if pa.types.is_temporal(table.schema.field(n).type)]
    if dated:  # a text that looks like a day stays a text
        as_text = arrow_json.ParseOptions(
            explicit_schema=pa.schema([(n, pa.string()) for n in dated])
        )
        table = arrow_json.read_json(path, parse_options=as_text)
    return table.select(list(columns))


def _refuse_json(path: Path) -> None:
    """Raise for the first line that is no JSON object, or where there is none."""
    number = 0
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                is_row = not line.strip() or isinstance(json.loads(line), dict)
            except ValueError as failure:
                raise BadRow(
                    f"{path}, line {number}: this is no JSON object; correct it",
                    line=number,
                    column="",
                ) from failure
            if not is_row:
                raise BadRow(
                    f"{path}, line {number}: expected one JSON object a line, "
                    "with a name and a value for each column",
                    line=number,
                    column="",
                )
    if not number:
        raise BadFile(f"{path} is empty; choose another", code="file-empty")


def write_table(table: pa.Table, path: Path) -> None:
    """Write a table to a file, by its suffix.

    Raises:
        BadFile: the suffix is not known, or the file cannot be written.
    """
    suffix = check_suffix(path)
    try:
        with path.open("wb") as out:
            write_to(table, out, suffix)
    except OSError as failure:
        raise BadFile(
            f"{path} cannot be written: {failure.strerror or failure}; check its folder",
            code="file-write",
        ) from failure


def write_to(table: pa.Table, out: IO[bytes], suffix: str = ".csv") -> None:
    """Write a table to an open file."""
    if suffix == ".parquet":
        parquet.write_table(table, out)
    elif suffix == ".arrow":
        with pa.ipc.new_file(out, table.schema) as writer:
            writer.write_table(table)
    elif suffix in {".jsonl", ".ndjson"}:
        for batch in table.to_batches(max_chunksize=10_000):
            lines = (json.dumps(row, ensure_ascii=False, default=str) for row in batch.to_pylist())
            out.write("".join(f"{line}\n" for line in lines).encode())
    else:
        delimiter = "\t" if suffix == ".tsv" else ","
        style = "needed" if _has_special(table, delimiter) else "none"
        options = csv.WriteOptions(delimiter=delimiter, quoting_style=style)
        csv.write_csv(_without_formulas(table), out, options)


def _without_formulas(table: pa.Table) -> pa.Table:
    """Put an apostrophe before each text that a spreadsheet would run as a formula."""
    for number, column in enumerate(table.columns):
        if pa.types.is_string(column.type):
            signs = _matches(column, FORMULA)
            is_formula = pc.call_function("and_not", [signs, _matches(column, NUMBER)])
            if pc.call_function("any", [is_formula]).as_py():
                parts = [pa.scalar("'"), column, pa.scalar("")]
                escaped = pc.call_function("binary_join_element_wise", parts)
                cells = pc.call_function("if_else", [is_formula, escaped, column])
                table = table.set_column(number, table.column_names[number], cells)
    return table


def _matches(column: pa.ChunkedArray, pattern: str) -> pa.ChunkedArray:
    options = pc.MatchSubstringOptions(pattern)
    return pc.call_function("match_substring_regex", [column], options)


def _has_special(table: pa.Table, delimiter: str) -> bool:
    """Return whether a cell or a column name needs quotes."""
    special = f'[{delimiter}"\r\n]'
    texts = [pa.array(table.column_names)]
    texts += [column for column in table.columns if _is_text(column.type)]
    return any(pc.call_function("any", [_matches(text, special)]).as_py() for text in texts)
