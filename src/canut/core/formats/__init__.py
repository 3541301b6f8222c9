"""File formats in and out: one file per format, all read into rows of text with the same errors.

Reading and writing stream: memory does not grow with the file. Other modules decide where rows go
and who may send them. A new format needs its reader here, its detection in ``sniffing``, and a line
in the parametrised tests.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from canut.core.errors import BadFile, Missing
from canut.core.formats.tables import images, table_media
from canut.core.formats.tables.columns import FileColumn
from canut.core.formats.tables.rows import Problem, ReadOptions, Row, RowBatch
from canut.core.formats.tables.sniffing import READERS, sniff
from canut.core.formats.tables.writing import stream_rows, write_rows

__all__ = [
    "READERS",
    "FileColumn",
    "Problem",
    "ReadOptions",
    "Row",
    "RowBatch",
    "preview",
    "read",
    "sniff",
    "stream_rows",
    "write_rows",
]


def read(path: Path, reading: ReadOptions) -> Iterator[RowBatch]:
    """Yield the rows of a file in batches; pictures are read by ``images``.

    Raises:
        BadFile: no reader is known for the format, or the file cannot be read.
    """
    if reading.inside:
        return _read_inside(path, reading)
    reader = READERS.get(reading.format)
    if reader is None:
        raise BadFile(
            f"{reading.format!r} is not a format of rows; expected one of {', '.join(READERS)}",
            code="file-unknown",
        )
    return reader(path, reading)


def _read_inside(path: Path, reading: ReadOptions) -> Iterator[RowBatch]:
    """Read the table of a zip or folder; progress counts bytes of the whole archive."""
    with table_media.unpacked(path, reading.inside) as table:
        size = max(table.stat().st_size, 1)
        for rows in read(table, replace(reading, inside="")):
            rows.bytes_read = rows.bytes_read * reading.bytes_total // size
            yield rows


def preview(path: Path, count: int, reading: ReadOptions | None = None) -> RowBatch:
    """Return the first rows of a file and the problems met; pictures by name only.

    Raises:
        Missing: ``file-lost``: the file is gone, such as after its rows were published.
        BadFile: as ``read``.
    """
    if not path.exists():
        raise Missing(f"there is no file at {path}; choose it again", code="file-lost")
    reading = reading or sniff(path)
    if reading.format == "images":
        names = images.names_of(path)[:count]
        return RowBatch(list(range(1, len(names) + 1)), [{"file": name} for name in names], [], 0)
    first_rows = RowBatch([], [], [], 0)
    for batch in read(path, reading):
        missing = count - len(first_rows.rows)
        is_enough = len(batch.rows) >= missing
        first_rows.rows += batch.rows[:missing]
        first_rows.lines += batch.lines[:missing]
        last = first_rows.lines[-1] if is_enough and first_rows.lines else 0
        first_rows.problems += [p for p in batch.problems if not last or p.line <= last]
        if is_enough:
            break
    return first_rows
