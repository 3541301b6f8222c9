"""Read columns of CSV and TSV files: find encoding and separator, refuse rows that would be lost.

Whole columns are read at once. A quotation mark that is never closed would take all rows after it
into one cell, so a file with cells of several lines is read a second time, strictly.
"""

import codecs
import csv as rows_of_text
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple, Protocol

import pyarrow as pa
from pyarrow import csv

from canut.core.errors import BadFile, BadInput, BadRow

SEPARATORS = {".csv": (",", ";", "\t"), ".tsv": ("\t",)}
UTF_8, UTF_16 = "utf-8", "utf-16"
BLOCK_BYTES = 2**20
LONGEST_CELL = 2**24  # characters
SHOWN = 80


class _Rows(Protocol):
    """Reader of the standard library."""

    @property
    def line_num(self) -> int: ...
    def __iter__(self) -> Iterator[list[str]]: ...
    def __next__(self) -> list[str]: ...


class _Reading(NamedTuple):
    """How a file is written: encoding, separator, lines before the header, names of columns."""

    encoding: str
    separator: str
    skipped: int
    names: list[str]


def read_text(path: Path, columns: Sequence[str], suffix: str) -> pa.Table:
    """Return these columns of a file as dictionaries of texts.

    Columns may be separated by commas, semicolons or tabs, as spreadsheets write them; text is
    UTF-8, or UTF-16 with its mark.

    Args:
        path: the file.
        columns: names of the columns.
        suffix: ``.csv`` or ``.tsv``.

    Raises:
        BadFile: its text is in another encoding.
        BadInput: a column is missing, or stands there twice.
        BadRow: a row has too many or too few cells, or a quotation mark is not closed.
    """
    reading = _sniff(path, columns, suffix)
    refuse_missing(reading.names, columns, path)
    text = pa.dictionary(pa.int32(), pa.string())
    convert = csv.ConvertOptions(
        include_columns=list(columns),
        column_types=dict.fromkeys(columns, text),
        strings_can_be_null=False,
    )
    read = partial(csv.ReadOptions, encoding=reading.encoding, skip_rows=reading.skipped)
    parse = csv.ParseOptions(delimiter=reading.separator, newlines_in_values=True)
    try:
        table = csv.read_csv(path, read(), parse, convert)
    except pa.ArrowInvalid as failure:
        if "Empty CSV" in str(failure):  # a header alone, without a line end
            return pa.table({name: pa.array([], text) for name in columns})
        _refuse_encoding(path, reading.encoding)
        bad: list[csv.InvalidRow] = []  # again, in one thread, which can say in which row
        parse.invalid_row_handler = partial(_note_row, bad)
        table = csv.read_csv(path, read(use_threads=False), parse, convert)
        if bad:
            raise _bad_row(path, bad[0]) from None
    if _may_hide_rows(path, table.num_rows):
        _refuse_open_quotes(path, reading)
    return table


def refuse_missing(names: Sequence[str], columns: Sequence[str], path: Path) -> None:
    """Raise unless each of these columns is among the names of a file, and there once.

    Raises:
        BadInput: a column is missing, or stands there twice.
    """
    for column in columns:
        if column not in names:
            raise BadInput(
                f"{path} has no column {column!r}; it has: "
                f"{', '.join(map(_quoted, names)) or 'none'}. "
                "Say which is meant with --task, --worker, --label",
                code="column-missing",
                column=column,
            )
        if list(names).count(column) > 1:
            raise BadInput(
                f"{path} has several columns {column!r}; rename all but one",
                code="answers-columns",
                column=column,
            )


def _quoted(name: str) -> str:
    """Return a name as it is, in quotes where it has blanks at its ends or is not printable."""
    name = name if len(name) <= SHOWN else f"{name[: SHOWN - 1]}…"
    return name if name == name.strip() and name.isprintable() else repr(name)


def _sniff(path: Path, columns: Sequence[str], suffix: str) -> _Reading:
    """Return how a file is written; the separator is the first by which the columns are there."""
    with path.open("rb") as file:
        start = file.read(2)
    encoding = UTF_16 if start in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE} else UTF_8
    readings: list[_Reading] = []
    for separator in SEPARATORS[suffix]:
        with _rows(path, encoding, separator, strict=False) as rows:
            names = next((row for row in rows if row), [])
            skipped = 0
            if [name.lower() for name in names] in ([f"sep={separator}"], ["sep=", ""]):
                skipped, names = 1, next((row for row in rows if row), [])
        readings.append(_Reading(encoding, separator, skipped, names))
    complete = [reading for reading in readings if set(columns) <= set(reading.names)]
    return complete[0] if complete else max(readings, key=lambda reading: len(reading.names))


@contextmanager
def _rows(path: Path, encoding: str, separator: str, *, strict: bool) -> Generator[_Rows]:
    """Read a file row by row; a byte order mark is skipped."""
    decoder = "utf-8-sig" if encoding == UTF_8 else encoding
    longest = rows_of_text.field_size_limit(LONGEST_CELL)  # one for the whole process: set back
    try:
        with path.open(encoding=decoder, errors="replace", newline="") as lines:
            yield rows_of_text.reader(lines, delimiter=separator, strict=strict)
    except rows_of_text.Error as failure:
        raise BadFile(f"{path} cannot be read: {failure}", code="file-broken") from failure
    finally:
        rows_of_text.field_size_limit(longest)


def _refuse_encoding(path: Path, encoding: str) -> None:
    """Raise if a line is not text of the encoding."""
    if encoding != UTF_8:
        return
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                line.decode()
            except UnicodeDecodeError as failure:
                raise BadFile(
                    f"{path}, line {number}: the text is not UTF-8; "
                    "save the file as CSV UTF-8 (in a spreadsheet: Save as), then try again",
                    code="file-broken",
                ) from failure


def _note_row(bad: list[csv.InvalidRow], row: csv.InvalidRow) -> str:
    """Record the first row with too many or too few cells, and read on."""
    if not bad:
        bad.append(row)
    return "skip"


def _bad_row(path: Path, row: csv.InvalidRow) -> BadRow:
    return BadRow(
        f"{path}, line {row.number}: {row.actual_columns} cells where the header has "
        f"{row.expected_columns}: {row.text[:SHOWN]!r}",
        line=row.number,
        column="",
    )


def _may_hide_rows(path: Path, n_rows: int) -> bool:
    """Return whether quotation marks may have joined lines: more lines than rows, or an odd one."""
    quotes, feeds, returns, last = 0, 0, 0, b"\n"
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            quotes += block.count(b'"')
            feeds += block.count(b"\n")
            returns += block.count(b"\r")
            last = block[-1:]
    lines = max(feeds, returns) + (last not in b"\r\n")
    return quotes > 0 and (quotes % 2 == 1 or lines > n_rows + 1)


def _refuse_open_quotes(path: Path, reading: _Reading) -> None:
    """Raise where a quotation mark is not closed, with the line on which its row begins."""
    line = 1
    with _rows(path, reading.encoding, reading.separator, strict=True) as rows:
        try:
            for _ in rows:
                line = rows.line_num + 1
        except rows_of_text.Error as failure:
            raise BadRow(
                f"{path}, line {line}: a quotation mark is not closed, or stands within a cell; "
                "close it, or write it twice in a cell between quotation marks",
                line=line,
                column="",
            ) from failure
