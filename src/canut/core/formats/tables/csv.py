"""Read comma, semicolon or tab separated text; every row has its number, as a spreadsheet shows it.

Cells follow RFC 4180 quoting, with quoted line breaks; the header is row 1. An invalid row is set
aside and reading continues at the next line, so that one bad quote costs one row, not the rest of
the file. Encoding and separator are detected in ``sniffing``.
"""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Protocol, TextIO

from canut.core.errors import BadFile
from canut.core.formats.tables.rows import (
    BATCH_CHARACTERS,
    BATCH_ROWS,
    COLUMN_LIMIT,
    COLUMN_NAME_LIMIT,
    ROW_LIMIT_BYTES,
    Problem,
    ReadOptions,
    Row,
    RowBatch,
    fault_of,
    has_bad_bytes,
)

BLOCK = 2**17
ESCAPE_BYTES = "canut-escape-bytes"  # as ``surrogateescape``, of UTF-16 too
csv.field_size_limit(ROW_LIMIT_BYTES)  # the library's limit is one for the whole process


def _escape_bytes(error: UnicodeError) -> tuple[str, int]:
    """Decode each byte that is no text as a lone surrogate, which ``has_bad_bytes`` finds."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    unreadable = error.object[error.start : error.end]
    return "".join(chr(0xDC00 + byte) for byte in unreadable), error.end


codecs.register_error(ESCAPE_BYTES, _escape_bytes)


class _Records(Protocol):
    """Protocol of the reader in the standard library."""

    @property
    def line_num(self) -> int: ...
    def __iter__(self) -> Iterator[list[str]]: ...
    def __next__(self) -> list[str]: ...


@dataclass(slots=True)
class _Source:
    """The text of a file in blocks of whole lines, none longer than the row limit."""

    file: BinaryIO
    text: io.TextIOWrapper
    characters: int = 0
    bad_block: bool = False
    suspect: bool = False

    def blocks(self) -> Iterator[io.StringIO]:
        """Yield blocks of lines with their original line ends."""
        while block := self.text.read(BLOCK):
            line_end = self.text.readline(ROW_LIMIT_BYTES + 1)
            block += line_end
            if len(line_end) > ROW_LIMIT_BYTES and not line_end.endswith(("\n", "\r")):
                while chunk := self.text.readline(ROW_LIMIT_BYTES):
                    if chunk.endswith(("\n", "\r")):
                        break
                block += "\n"
            self.characters += len(block)
            self.bad_block = "\0" in block or has_bad_bytes(block)
            self.suspect = self.suspect or self.bad_block
            yield io.StringIO(block, newline="")


@dataclass(slots=True)
class _Batch:
    """Records with the right number of cells, before they become rows."""

    lines: list[int] = field(default_factory=list[int])
    records: list[list[str]] = field(default_factory=list[list[str]])
    problems: list[Problem] = field(default_factory=list[Problem])

    def finished(self, columns: tuple[str, ...], source: _Source) -> RowBatch:
        """Convert records into rows, and set aside invalid ones as problems."""
        sizes = list(map(len, map("".join, self.records)))
        lines, records, problems = self.lines, self.records, self.problems
        if source.suspect or (sizes and (min(sizes) == 0 or max(sizes) * 4 > ROW_LIMIT_BYTES)):
            lines, records, problems = [], [], list(self.problems)
            for line, record, size in zip(self.lines, self.records, sizes, strict=True):
                fault = fault_of(line, zip(columns, record, strict=False))
                if fault is None and size == 0:
                    fault = Problem(line, "", "row-empty")
                if fault is None:
                    lines.append(line)
                    records.append(record)
                else:
                    problems.append(fault)
            problems.sort(key=lambda problem: problem.line)
            source.suspect = source.bad_block
        rows: list[Row] = [dict(zip(columns, record, strict=False)) for record in records]
        return RowBatch(lines, rows, problems, source.file.tell())


def read(path: Path, reading: ReadOptions) -> Iterator[RowBatch]:
    """Yield the rows of a file in batches, in constant memory.

    Raises:
        BadFile: the first line no longer has the columns in ``reading``, or has an open quote.
    """
    with path.open("rb") as file:
        text = io.TextIOWrapper(file, reading.encoding, ESCAPE_BYTES, newline="")
        for _ in range(1, reading.first_line):
            text.readline(ROW_LIMIT_BYTES)
        source = _Source(file, text)
        records = csv.reader(
            chain.from_iterable(source.blocks()), delimiter=reading.separator, strict=True
        )
        try:
            header = check_header(next(records, []))
        except csv.Error as error:
            raise BadFile(
                f"a quotation mark in the first line is not closed, or stands within a name"
                f" ({error}); correct it",
                code="header-quote",
            ) from error
        if header != reading.columns:
            raise BadFile(
                f"the columns are {', '.join(header)} but were {', '.join(reading.columns)} when "
                "the file was first read; import it again",
                code="file-changed",
            )
        yield from _batches(path, records, source, reading)


def _batches(
    path: Path, records: _Records, source: _Source, reading: ReadOptions
) -> Iterator[RowBatch]:
    """Collect records into batches; ``records`` has just returned the header."""
    width = len(reading.columns)
    skipped = reading.first_line - 1
    batch, start, full = _Batch(), records.line_num, source.characters + BATCH_CHARACTERS
    row = 1  # of the header; a spreadsheet numbers rows so, whatever line breaks their cells have
    while True:
        try:
            for record in records:
                row += 1
                if width - reading.may_lack <= len(record) <= width and record:
                    batch.lines.append(row)
                    batch.records.append(record)
                elif record:
                    batch.problems.append(_wrong_width(row, record, reading))
                start = records.line_num
                if len(batch.lines) >= BATCH_ROWS or source.characters > full:
                    yield batch.finished(reading.columns, source)
                    batch, full = _Batch(), source.characters + BATCH_CHARACTERS
            break
        except csv.Error as error:
            problem = _bad_quote(
                str(error), start + 1 + skipped, records.line_num + skipped, reading
            )
            if problem.code == "quote-unclosed":
                problem = _where_opened(path, problem, reading)
            else:
                problem = replace(problem, line=row + 1)
            row += 1
            batch.problems.append(problem)
            start = records.line_num
    yield batch.finished(reading.columns, source)


def check_header(names: list[str]) -> tuple[str, ...]:
    """Return the checked column names.

    Raises:
        BadFile: no name at all; an empty, duplicate or too long name; or too many.
    """
    if not any(names):
        raise BadFile(
            "the first line holds no column name; write one name above each column",
            code="header-missing",
        )
    if len(names) > COLUMN_LIMIT:
        raise BadFile(
            f"{len(names)} columns, at most {COLUMN_LIMIT} can be read; remove some",
            code="columns-too-many",
            seen=len(names),
            limit=COLUMN_LIMIT,
        )
    numbers: dict[str, int] = {}
    for number, name in enumerate(names, 1):
        if not name.strip():
            raise BadFile(
                f"column {number} has no name in the first line; name it or remove it",
                code="header-empty",
                number=number,
            )
        if len(name) > COLUMN_NAME_LIMIT or "\0" in name or has_bad_bytes(name):
            raise BadFile(
                f"the name of column {number} is over {COLUMN_NAME_LIMIT} characters or holds "
                "unknown ones; shorten it",
                code="header-bad-name",
                number=number,
                limit=COLUMN_NAME_LIMIT,
            )
        if name in numbers:
            raise BadFile(
                f"columns {numbers[name]} and {number} are both named {name!r}; rename one",
                code="header-twice",
                column=name,
                first=numbers[name],
                second=number,
            )
        numbers[name] = number
    return tuple(names)


def _wrong_width(line: int, record: list[str], reading: ReadOptions) -> Problem:
    columns = reading.columns
    facts = {"seen": len(record), "expected": len(columns)}
    if len(record) < len(columns):
        return Problem(line, columns[len(record)], "row-short", facts)
    return Problem(line, columns[-1], "row-long", facts)


def _bad_quote(message: str, line: int, last: int, reading: ReadOptions) -> Problem:
    """Map the library's error message to a code; it gives no other detail."""
    if "unexpected end of data" in message:
        return Problem(line, reading.columns[0], "quote-unclosed", {"last": last})
    if "field larger than" in message:
        return Problem(line, "", "row-too-large", {"limit": ROW_LIMIT_BYTES, "last": last})
    return Problem(line, "", "quote-inside", {"separator": reading.separator})


def _where_opened(path: Path, problem: Problem, reading: ReadOptions) -> Problem:
    """Return the line and column of an unclosed quote, by reading its record again."""
    with path.open(encoding=reading.encoding, errors=ESCAPE_BYTES, newline="") as text:
        opened, opened_column = problem.line, 0
        column, fresh, enclosed, quoted = 0, True, False, False
        for number, part in _parts_of_lines(text):
            for character in part if number >= problem.line else "":
                if character == '"' and fresh:
                    opened, opened_column = number, column
                    fresh, enclosed, quoted = False, True, True
                elif character == '"' and enclosed:
                    quoted = not quoted
                elif character == reading.separator and not quoted:
                    column, fresh, enclosed = column + 1, True, False
                else:
                    fresh = False
    name = reading.columns[min(opened_column, len(reading.columns) - 1)]
    return Problem(opened, name, problem.code, problem.facts)


def _parts_of_lines(text: TextIO) -> Iterator[tuple[int, str]]:
    """Yield each line with its number, a line over the row limit in several parts."""
    number = 1
    while part := text.readline(ROW_LIMIT_BYTES):
        yield number, part
        number += part.endswith(("\n", "\r"))
