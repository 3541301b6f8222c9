"""Detect how a file is encoded, from its bytes and never from its name.

Text is UTF-8 if all of it is valid; otherwise cp1252, as French Excel writes, with a warning. If
nearly all accents are UTF-8, the few invalid rows are set aside instead. The separator is the one
that makes most rows fit the header.
"""

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

import numpy as np

from canut.core.errors import BadFile, Missing
from canut.core.formats.tables import csv as csv_rows
from canut.core.formats.tables import images, jsonl, parquet, sound, table_media
from canut.core.formats.tables.csv import check_header
from canut.core.formats.tables.rows import Problem, ReadOptions, Row, RowBatch, has_bad_bytes

READERS: dict[str, Callable[[Path, ReadOptions], Iterator[RowBatch]]] = {
    "csv": csv_rows.read,
    "jsonl": jsonl.read,
    "parquet": parquet.read,
}
SAMPLE_BYTES = 2**18
SAMPLE_ROWS = 200
HALF = 0.5
SEPARATORS = (";", ",", "\t")
BLOCK = 2**20
CONTROLS = bytes({*range(9), *range(14, 32)})
FIRST_OF_SEVERAL = 0xC0
FEW_CONTROLS = 100
SOUND_ENDINGS = frozenset(
    {".wav", ".mp3", ".ogg", ".oga", ".opus", ".flac", ".m4a", ".webm", ".mp4"}
)
PICTURE_STARTS = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8", b"RIFF")


def sniff(path: Path, separator: str | None = None) -> ReadOptions:
    """Return the reading of a file or folder; the separator of columns may be given.

    Raises:
        Missing: there is nothing at that path.
        BadFile: it is of no known format, or its first line cannot name columns.
        TooLarge: a folder or zip with more than a million files.
    """
    if not path.exists():
        raise Missing(f"there is no file at {path}; check the name", code="file-missing")
    if path.is_dir():
        return _several(path, separator)
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(SAMPLE_BYTES)
    if not start.strip():
        raise BadFile("the file is empty; choose another", code="file-empty")
    if start.startswith(b"PAR1"):
        columns, warnings = parquet.describe(path)
        return ReadOptions("parquet", columns, bytes_total=size, warnings=warnings)
    if start.startswith(b"PK\x03\x04"):
        return _zip(path)
    if start.startswith(PICTURE_STARTS) or sound.kind_of(start):
        return _pictures(path)
    return replace(_text(path, start, separator), bytes_total=size)


def _pictures(path: Path) -> ReadOptions:
    """Return the reading of pictures and sounds, from their names."""
    names = images.names_of(path)
    sounds = sum(PurePosixPath(name).suffix.lower() in SOUND_ENDINGS for name in names)
    media = (("image",) if sounds < len(names) else ()) + (("audio",) if sounds else ())
    columns = (*media, "file", *(("folder",) if any("/" in name for name in names) else ()))
    return ReadOptions("images", columns, bytes_total=_size(path))


def _size(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file())


def _zip(path: Path) -> ReadOptions:
    with images.open_zip(path) as archive:
        is_workbook = "[Content_Types].xml" in archive.namelist()
    if is_workbook:
        raise BadFile(
            "this is an Excel workbook; in Excel, save the sheet as CSV UTF-8 and import that",
            code="file-is-excel",
        )
    return _several(path, None)


def _several(path: Path, separator: str | None) -> ReadOptions:
    """Return the reading of a folder or zip: its table with pictures, or its pictures."""
    names = images.names_of(path)
    table = table_media.table_among(names)
    if not table:
        return _pictures(path)
    with table_media.unpacked(path, table) as file:
        reading = sniff(file, separator)
        if reading.format not in READERS:
            raise BadFile(f"{table} holds no rows; give a CSV, JSONL or Parquet file")
        rows: list[Row] = next(READERS[reading.format](file, reading), RowBatch([], [], [], 0)).rows
    media = table_media.MediaNames(names, table).columns(reading.columns, rows[:SAMPLE_ROWS])
    return replace(reading, inside=table, media=media, bytes_total=_size(path))


def _text(path: Path, start: bytes, separator: str | None) -> ReadOptions:
    encoding, warnings = _encoding(path, start)
    strange = len(start) - len(start.translate(None, CONTROLS))
    if encoding != "utf-16" and strange > max(FEW_CONTROLS, len(start) // 50):
        raise BadFile(
            "this is not text; CSV, JSONL, Parquet, pictures and sounds can be imported",
            code="file-unknown",
        )
    text = start.decode(encoding, "replace" if encoding == "utf-16" else "surrogateescape")
    first = text.lstrip()[:1]
    if first == "{":
        return ReadOptions("jsonl", jsonl.columns_of(path))
    if first == "[":
        raise BadFile(
            "this is one JSON list; write one object a line (JSONL) and import that",
            code="file-is-json",
        )
    separators = SEPARATORS if separator is None else (separator,)
    return _separated(text, encoding, warnings, separators, is_whole=len(start) < SAMPLE_BYTES)


def _encoding(path: Path, start: bytes) -> tuple[str, tuple[Problem, ...]]:
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", ()
    utf8 = "utf-8-sig" if start.startswith(codecs.BOM_UTF8) else "utf-8"
    bad, good, first_bad, lines = 0, 0, 0, 0
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            text = decoder.decode(block)
            good += int((np.frombuffer(block, np.uint8) >= FIRST_OF_SEVERAL).sum())
            if has_bad_bytes(text):
                wrong = [
                    at for at, character in enumerate(text) if "\udc80" <= character <= "\udcff"
                ]
                first_bad = first_bad or lines + text.count("\n", 0, wrong[0]) + 1
                bad += len(wrong)
            lines += block.count(b"\n")
    if not bad:
        return utf8, ()
    if good - bad > 4 * bad or utf8 == "utf-8-sig":
        return utf8, (Problem(first_bad, "", "some-bytes-unknown", {"bytes": bad}),)
    return "cp1252", (Problem(first_bad, "", "encoding-cp1252"),)


def _separated(
    text: str,
    encoding: str,
    warnings: tuple[Problem, ...],
    separators: tuple[str, ...],
    *,
    is_whole: bool,
) -> ReadOptions:
    if not is_whole:
        text = text[: max(text.rfind("\n"), text.rfind("\r")) + 1] or text
    opening, _, remainder = text.partition("\n")
    first_line = 1
    if opening.rstrip("\r").lower() in {f"sep={separator}" for separator in SEPARATORS}:
        separators, text, first_line = (opening[4],), remainder, 2
    header, separator = max(
        ((_first_rows(text, separator), separator) for separator in separators),
        key=lambda candidate: _fit(candidate[0]),
    )
    return ReadOptions(
        "csv",
        check_header(header[0] if header else []),
        encoding=encoding,
        separator=separator,
        first_line=first_line,
        warnings=warnings,
    )


def _first_rows(text: str, separator: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            if row or not rows:
                rows.append(row)
            if len(rows) > SAMPLE_ROWS:
                break
    except csv.Error:
        pass
    return rows


def _fit(rows: list[list[str]]) -> tuple[bool, float, int]:
    """Return the rank of a separator: several columns, even rows, more columns."""
    if not rows:
        return False, 0.0, 0
    width = len(rows[0])
    alike = sum(len(row) == width for row in rows) / len(rows)
    return width > 1 and alike >= HALF, alike, width
