"""Write rows as CSV, JSONL, JSON, Parquet or a workbook, batch by batch, in constant memory.

In CSV, a text that a spreadsheet would run as a formula gets a leading apostrophe; a text that is a
number (``-3``) does not. Other formats keep cells unchanged.

A CSV for Excel is for spreadsheets alone: it has a byte order mark and the separator of the
reader's language, with decimal commas where that is a semicolon, and texts that Excel would change
(``0007``, ``1-2``) are written as ``="0007"``, which Excel, LibreOffice and Google Sheets show and
keep as the text. A CSV for programs has nothing of this. A workbook needs none of it: its texts are
texts.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from canut.core.errors import BadInput
from canut.core.formats.tables.columns import Batch, Cell, FileColumn, Kind
from canut.core.formats.tables.pipe import Pipe
from canut.core.formats.tables.workbook import stream_workbook
from canut.core.formula_cells import FORMULA_STARTS, safe_cell

type Arrow = Any  # pyarrow has no types

BOM = b"\xef\xbb\xbf"
CHANGED = re.compile(
    r"0\d+|\d{16,}"  # 0007; what has more digits than Excel keeps
    r"|[+-]?\d+(?:[.,]\d+)?[eE][+-]?\d+"  # 1e5
    r"|\d{1,4}[-/. ]\d{1,2}(?:[-/. ]\d{1,4})?"  # 1-2, 3/4, 2026-01-02: dates
    r"|\d{1,2}:\d{2}(?::\d{2})?"  # 10:30
)
"""Texts that Excel reads as a number or a date, and shows as something else."""


def write_rows(
    format_: str, columns: Sequence[FileColumn], batches: Iterable[Batch], out: BinaryIO
) -> None:
    """Write rows to an open file; see ``stream_rows``."""
    out.writelines(stream_rows(format_, columns, batches))


def stream_rows(
    format_: str,
    columns: Sequence[FileColumn],
    batches: Iterable[Batch],
    *,
    for_excel: str = "",
) -> Iterator[bytes]:
    """Yield the bytes of a file, batch by batch.

    Args:
        format_: csv, jsonl, json, parquet, tsv or xlsx.
        columns: names and kinds, in the order of the cells.
        batches: rows as sequences of cells; ``None`` is an empty cell or a null.
        for_excel: the separator of a CSV for Excel, a comma or a semicolon; empty for programs.

    Raises:
        BadInput: the format is not one of these.
    """
    check_format(format_)
    if for_excel and format_ == "csv":
        yield BOM
        yield from _separated(columns, batches, for_excel, _cells_for_excel(for_excel))
        return
    yield from WRITERS[format_](columns, batches)


def check_format(format_: str) -> None:
    """Raise if a format cannot be written.

    Raises:
        BadInput: always then.
    """
    if format_ not in WRITERS:
        raise BadInput(
            f"{format_!r} cannot be written; choose one of {', '.join(WRITERS)}",
            code="format-unknown",
            format=format_,
        )


def _csv(columns: Sequence[FileColumn], batches: Iterable[Batch]) -> Iterator[bytes]:
    return _separated(columns, batches, ",")


def _tsv(columns: Sequence[FileColumn], batches: Iterable[Batch]) -> Iterator[bytes]:
    return _separated(columns, batches, "\t")


def _separated(
    columns: Sequence[FileColumn],
    batches: Iterable[Batch],
    separator: str,
    cells_of: "CellsOf | None" = None,
) -> Iterator[bytes]:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator)
    writer.writerow([safe_cell(column.name) for column in columns])
    for batch in batches:
        cells = zip(*batch, strict=True)
        writer.writerows(zip(*map(cells_of or _csv_cells, columns, cells), strict=True))
        yield text.getvalue().encode()
        text.seek(0)
        text.truncate()
    yield text.getvalue().encode()


def _csv_cells(column: FileColumn, cells: Sequence[Cell]) -> Sequence[Cell]:
    """Format the cells of one column; three times faster than row by row."""
    if column.kind in {"whole", "number"}:
        return cells
    if column.kind == "yes-no":
        return [None if cell is None else "true" if cell else "false" for cell in cells]
    return [
        (cell if cell[:1] not in FORMULA_STARTS else safe_cell(cell))
        if isinstance(cell, str)
        else ("true" if cell else "false")
        if isinstance(cell, bool)
        else cell
        for cell in cells
    ]


type CellsOf = Callable[[FileColumn, Sequence[Cell]], Sequence[Cell]]


def _cells_for_excel(separator: str) -> CellsOf:
    """Return what formats the cells of a column for Excel."""
    has_commas = separator == ";"

    def cells_of(column: FileColumn, cells: Sequence[Cell]) -> Sequence[Cell]:
        if column.kind == "number" and has_commas:
            return [None if cell is None else str(cell).replace(".", ",") for cell in cells]
        return [
            f'="{cell}"' if isinstance(cell, str) and CHANGED.fullmatch(cell) else cell
            for cell in _csv_cells(column, cells)
        ]

    return cells_of


def _objects(columns: Sequence[FileColumn], batch: Batch) -> Iterator[str]:
    names = [column.name for column in columns]
    for row in batch:
        yield _dumps(dict(zip(names, row, strict=True)))


_dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def _jsonl(columns: Sequence[FileColumn], batches: Iterable[Batch]) -> Iterator[bytes]:
    for batch in batches:
        yield "".join([line + "\n" for line in _objects(columns, batch)]).encode()


def _json(columns: Sequence[FileColumn], batches: Iterable[Batch]) -> Iterator[bytes]:
    before = "[\n"
    for batch in batches:
        if batch:
            yield (before + ",\n".join(_objects(columns, batch))).encode()
            before = ",\n"
    yield b"[]\n" if before == "[\n" else b"\n]\n"


KINDS: dict[Kind, Callable[[], Arrow]] = {
    "text": pa.string,
    "whole": pa.int64,
    "number": pa.float64,
    "yes-no": pa.bool_,
}
PARQUET_GROUP_ROWS = 20_000
PARQUET_GROUP_BYTES = 32 << 20
GZIP_LEVEL = 4  # the usual one takes several times as long for a few hundredths


def stream_parquet(
    columns: Sequence[FileColumn],
    batches: Iterable[Batch],
    notes: Mapping[str, str] | None = None,
    codec: str = "zstd",
) -> Iterator[bytes]:
    """Yield the bytes of a Parquet file.

    Args:
        columns: names and kinds, in the order of the cells.
        batches: rows as sequences of cells.
        notes: descriptions of the file and of columns by name.
        codec: the compression: ``zstd``, or ``gzip``, which any program unpacks.
    """
    descriptions = notes or {}
    fields = [
        pa.field(
            column.name,
            KINDS[column.kind](),
            metadata={column.name: descriptions[column.name]}
            if column.name in descriptions
            else None,
        )
        for column in columns
    ]
    schema = pa.schema(fields, metadata=dict(descriptions) or None)
    return stream_arrow(schema, (_arrow(batch, schema) for batch in batches), codec)


def stream_arrow(schema: Arrow, batches: Iterable[Arrow], codec: str = "zstd") -> Iterator[bytes]:
    """Yield a Parquet file of record batches of one schema.

    A group of rows holds 20,000, or fewer where they take 32 MiB: pictures among them.
    """
    pipe = Pipe()
    level = GZIP_LEVEL if codec == "gzip" else None
    with pq.ParquetWriter(pipe, schema, compression=codec, compression_level=level) as writer:
        waiting: list[Arrow] = []
        rows = group_bytes = 0
        for batch in batches:
            waiting.append(batch)
            rows += batch.num_rows
            group_bytes += batch.nbytes
            if rows >= PARQUET_GROUP_ROWS or group_bytes >= PARQUET_GROUP_BYTES:
                writer.write_table(pa.Table.from_batches(waiting, schema))
                waiting, rows, group_bytes = [], 0, 0
                yield pipe.taken()
        if rows:
            writer.write_table(pa.Table.from_batches(waiting, schema))
    yield pipe.taken()


def _arrow(batch: Batch, schema: Arrow) -> Arrow:
    cells = list(zip(*batch, strict=True)) or [() for _ in schema]
    arrays = [pa.array(column, field.type) for column, field in zip(cells, schema, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


WRITERS: dict[str, Callable[[Sequence[FileColumn], Iterable[Batch]], Iterator[bytes]]] = {
    "csv": _csv,
    "jsonl": _jsonl,
    "json": _json,
    "parquet": stream_parquet,
    "tsv": _tsv,
    "xlsx": stream_workbook,
}
