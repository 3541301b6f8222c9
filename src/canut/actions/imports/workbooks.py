"""Turn what people upload into one table: Excel workbooks, and several tables of one shape.

A workbook becomes a CSV file beside it, which is then read as any other. Formulas are read as the
values they last had, dates as ISO text, whole numbers without decimals; macros are never run. What
a small file can unpack to is bounded before anything is read.
"""

import csv
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from functools import partial
from pathlib import Path

from openpyxl import load_workbook

from canut.actions.platform.uploads import BLOCK, forget_upload, keep_upload, upload_at
from canut.core.errors import BadFile, Refusal, TooLarge
from canut.core.formats import ReadOptions, read, sniff
from canut.core.formats.tables.rows import COLUMN_LIMIT
from canut.core.formats.tables.table_media import TABLES

WORKBOOK = ".xlsx"
UNPACKED_LIMIT = 300 * 2**20
PARTS_LIMIT = 2_000
CELL_LIMIT = 3_000_000
FILE_COLUMN = "file"


def is_workbook(path: Path) -> bool:
    """Return whether a file is an Excel workbook, by what it holds."""
    if not path.is_file() or not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return "xl/workbook.xml" in archive.namelist()


def table_of(path: Path) -> Path:
    """Return a file that a command names, or the table of a workbook, made from a copy of it.

    The copy lies with the uploads: ``forget_upload`` deletes it, and leaves any other file alone.

    Raises:
        BadFile: the workbook cannot be read.
        TooLarge: it is over the upload limit, or would unpack to too much.
    """
    if not is_workbook(path):
        return path
    with path.open("rb") as content:
        copy = upload_at(keep_upload(path.name, iter(partial(content.read, BLOCK), b"")))
    try:
        return as_table(copy)
    except BaseException:
        forget_upload(copy)
        raise


def as_table(path: Path) -> Path:
    """Replace a workbook, or a folder of tables of one shape, by one CSV file; return its path.

    Anything else is returned as it is.

    Raises:
        BadFile: the workbook cannot be read, or the tables have not the same columns.
        TooLarge: it would unpack to too much.
    """
    if path.is_dir():
        tables = sorted(item for item in path.iterdir() if item.is_file())
        endings = {item.suffix.lower() for item in tables}
        if len(tables) > 1 and endings <= {*TABLES, WORKBOOK}:
            return _merged(path, tables)
        return path
    return _converted(path) if is_workbook(path) else path


def _converted(path: Path) -> Path:
    _check_size(path)
    table = path.with_suffix(".csv")
    try:
        with table.open("x", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, lineterminator="\n")
            writer.writerows(_rows_of(path))
    except (Refusal, OSError):  # a full disk is no broken workbook
        table.unlink(missing_ok=True)
        raise
    except Exception as error:  # the library raises whatever a broken part makes it raise
        table.unlink(missing_ok=True)
        raise BadFile(
            f"this workbook cannot be read ({type(error).__name__}); save it again, or as CSV",
            code="workbook-broken",
        ) from error
    path.unlink()
    return table


def _check_size(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > PARTS_LIMIT or unpacked > UNPACKED_LIMIT:
        raise TooLarge(
            f"the workbook unpacks to {unpacked} bytes; at most {UNPACKED_LIMIT} are read",
            code="workbook-too-large",
            limit=CELL_LIMIT,
        )


def _rows_of(path: Path) -> Iterator[list[str]]:
    """Yield the rows of the first sheet that has any, without empty columns at the end."""
    workbook = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    try:
        for sheet in workbook.worksheets:
            rows = _sheet_rows(sheet.iter_rows(values_only=True))
            first = next(rows, None)
            if first is not None:
                yield first
                yield from rows
                return
    finally:
        workbook.close()
    raise BadFile("the workbook has no row; choose another", code="file-empty")


def _sheet_rows(sheet: Iterator[tuple[object, ...]]) -> Iterator[list[str]]:
    width, cells, empty = 0, 0, 0
    for values in sheet:
        cells += 1 + len(values)
        if cells > CELL_LIMIT:
            raise TooLarge(
                f"the sheet has over {CELL_LIMIT} cells; save it as CSV",
                code="workbook-too-large",
                limit=CELL_LIMIT,
            )
        texts = [_text_of(value) for value in values[:COLUMN_LIMIT]]
        while texts and not texts[-1]:
            texts.pop()
        if not width:
            if texts:
                width = len(texts)
                yield texts
            continue
        if not texts:
            empty += 1  # kept between rows, so that numbers of rows stay those of the sheet
            continue
        for _ in range(empty):
            yield []
        empty = 0
        yield texts + [""] * (width - len(texts))


def _text_of(value: object) -> str:
    """Return a cell as text: dates in ISO form, whole numbers without decimals."""
    match value:
        case None:
            text = ""
        case bool():
            text = str(value).upper()
        case datetime() if value.time() == time():
            text = value.date().isoformat()
        case datetime():
            text = value.isoformat(" ", "seconds")
        case date() | time():
            text = value.isoformat()
        case float() if value.is_integer():
            text = str(int(value))
        case _:
            text = str(value)
    return text


def _merged(folder: Path, files: list[Path]) -> Path:
    """Write several tables of the same columns as one, with the name of each row's file."""
    names = [file.name for file in files]
    tables = [_converted(file) if is_workbook(file) else file for file in files]
    readings = [sniff(table) for table in tables]
    columns = readings[0].columns
    for name, reading in zip(names, readings, strict=True):
        if set(reading.columns) != set(columns):
            raise BadFile(
                f"{name} has the columns {', '.join(reading.columns)}; {names[0]} has "
                f"{', '.join(columns)}",
                code="tables-differ",
                file=name,
                first=names[0],
            )
    header = [*columns, *([] if FILE_COLUMN in columns else [FILE_COLUMN])]
    table = folder / f"{files[0].stem} + {len(files) - 1}.csv"
    with table.open("x", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        for name, path, reading in zip(names, tables, readings, strict=True):
            writer.writerows(_rows_with_file(name, path, reading, header))
    for path in tables:
        path.unlink()
    return table


def _rows_with_file(
    name: str, path: Path, reading: ReadOptions, header: list[str]
) -> Iterator[list[str]]:
    for batch in read(path, reading):
        if batch.problems:
            problem = batch.problems[0]
            raise BadFile(
                f"row {problem.line} of {name} cannot be read; mend it, or import the file alone",
                code="tables-bad-row",
                file=name,
                line=problem.line,
            )
        for row in batch.rows:
            yield [row.get(column, name if column == FILE_COLUMN else "") for column in header]
