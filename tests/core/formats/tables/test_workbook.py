"""Workbooks hold what was written, texts as texts, and never all of it in memory."""

import io
import re
import tracemalloc
import zipfile
from collections.abc import Iterator
from xml.sax.saxutils import unescape

import pytest

from canut.core.formats import FileColumn, stream_rows
from canut.core.formats.tables import workbook
from canut.core.formats.tables.columns import Batch

COLUMNS = (
    FileColumn("key"),
    FileColumn("sure", "number"),
    FileColumn("answers", "whole"),
    FileColumn("counted", "yes-no"),
)
ROWS = [
    ("0007", 0.95, 3, True),
    ("=1+1", None, 0, False),
    ("a <b> & \x07 _x0041_ \n  ", 1e300, 2**60, None),
]


def write(batches: list[Batch]) -> zipfile.ZipFile:
    """Return a written workbook, opened."""
    return zipfile.ZipFile(io.BytesIO(b"".join(stream_rows("xlsx", COLUMNS, batches))))


def cells(book: zipfile.ZipFile, sheet: int = 1) -> list[list[tuple[str, str]]]:
    """Return type and text of each cell of a sheet."""
    text = book.read(f"xl/worksheets/sheet{sheet}.xml").decode()
    return [
        [
            (kind, unescape(re.sub("<[^>]*>", "", value)))
            for kind, value in re.findall(r'<c(?: t="(\w+)")?(?:/>|>(.*?)</c>)', row, re.DOTALL)
        ]
        for row in re.findall("<row>(.*?)</row>", text, re.DOTALL)
    ]


def test_texts_stay_texts_and_numbers_numbers() -> None:
    rows = cells(write([ROWS]))

    assert rows[0] == [("inlineStr", column.name) for column in COLUMNS]
    assert rows[1] == [("inlineStr", "0007"), ("", "0.95"), ("", "3"), ("b", "1")]
    assert rows[2] == [("inlineStr", "=1+1"), ("", ""), ("", "0"), ("b", "0")]
    assert rows[3][0] == ("inlineStr", "a <b> & _x0007_ _x005F_x0041_ \n  ")
    assert rows[3][2] == ("inlineStr", str(2**60)), "Excel would keep fifteen digits of it"


def test_no_cell_is_a_formula() -> None:
    sheet = write([ROWS]).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet


def test_a_sheet_that_is_full_is_followed_by_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 4)
    batch = [(str(number), 0.5, number, True) for number in range(5)]

    book = write([batch[:2], [], batch[2:]])

    assert [len(cells(book, sheet)) for sheet in (1, 2)] == [4, 3]
    assert cells(book, 2)[0][0] == ("inlineStr", "key")
    assert book.read("xl/workbook.xml").count(b"<sheet ") == 2


def test_no_rows_make_a_sheet_of_names() -> None:
    assert len(cells(write([]))) == 1


def test_memory_does_not_grow_with_the_rows() -> None:
    def batches(count: int) -> Iterator[Batch]:
        for _ in range(count):
            yield [(f"{number:08}", 0.5, number, True) for number in range(1_000)]

    def peak(count: int) -> int:
        tracemalloc.start()
        for _piece in stream_rows("xlsx", COLUMNS, batches(count)):
            pass
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    assert peak(20) < 1.5 * peak(4)


def test_csv_for_excel_keeps_what_excel_would_change() -> None:
    rows = [
        ("0007", 0.95, 3, True),
        ("1-2", 0.5, 0, False),
        ("=1+1", 1.0, 1, True),
        ("x;y", 0, 1, None),
    ]

    text = b"".join(stream_rows("csv", COLUMNS, [rows], for_excel=";")).decode("utf-8-sig")

    lines = text.splitlines()
    assert lines[0] == "key;sure;answers;counted"
    assert lines[1] == '"=""0007""";0,95;3;true'
    assert lines[2].startswith('"=""1-2""";0,5;')
    assert lines[3].startswith("'=1+1;1,0;"), "a formula is still defused"
    assert lines[4].startswith('"x;y";')


def test_plain_csv_is_for_programs() -> None:
    text = b"".join(stream_rows("csv", COLUMNS, [[("0007", 0.95, 3, True)]])).decode()
    assert text == "key,sure,answers,counted\r\n0007,0.95,3,true\r\n"
