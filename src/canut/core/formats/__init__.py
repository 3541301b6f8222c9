"""Files in and out: one file a format, all read to the same rows of text and refused alike.

Reading and writing stream: memory does not grow with the file. Where rows go and who may send them
is decided elsewhere. To add a format: its reader here, its signs in ``sniffing``, its line in the
tests' battery.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from canut.core.errors import BadFile
from canut.core.formats.tables import images, table_media
from canut.core.formats.tables.rows import Problem, Reading, Row, RowBatch
from canut.core.formats.tables.sniffing import READERS, sniff
from canut.core.formats.tables.writing import Column, stream_rows, write_rows

__all__ = [
    "READERS",
    "Column",
    "Problem",
    "Reading",
    "Row",
    "RowBatch",
    "preview",
    "read",
    "sniff",
    "stream_rows",
    "write_rows",
]


def read(path: Path, reading: Reading) -> Iterator[RowBatch]:
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


def _read_inside(path: Path, reading: Reading) -> Iterator[RowBatch]:
    """Read the table of a zip or folder; how far that is, is told in bytes of the whole."""
    with table_media.unpacked(path, reading.inside) as table:
        size = max(table.stat().st_size, 1)
        for rows in read(table, replace(reading, inside="")):
            rows.bytes_read = rows.bytes_read * reading.bytes_total // size
            yield rows


def preview(path: Path, wanted: int, reading: Reading | None = None) -> RowBatch:
    """Return the first rows of a file and the problems met on the way; pictures by their names."""
    reading = reading or sniff(path)
    if reading.format == "images":
        names = images.names_of(path)[:wanted]
        return RowBatch(list(range(1, len(names) + 1)), [{"file": name} for name in names], [], 0)
    shown = RowBatch([], [], [], 0)
    for batch in read(path, reading):
        left = wanted - len(shown.rows)
        is_enough = len(batch.rows) >= left
        shown.rows += batch.rows[:left]
        shown.lines += batch.lines[:left]
        last = shown.lines[-1] if is_enough and shown.lines else 0
        shown.problems += [p for p in batch.problems if not last or p.line <= last]
        if is_enough:
            break
    return shown
