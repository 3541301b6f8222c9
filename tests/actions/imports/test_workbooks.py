"""Workbooks and several tables become one table, whatever they hold."""

import csv
import errno
import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from canut.actions.imports import workbooks
from canut.actions.imports.workbooks import as_table
from canut.core.errors import BadFile, TooLarge


def workbook(path: Path, *rows: Sequence[object]) -> Path:
    """Write a workbook whose second sheet holds the rows."""
    book = Workbook()
    book.create_sheet("Avis")
    for row in rows:
        book["Avis"].append(list(row))
    book.save(path)
    return path


def rows_of(path: Path) -> list[list[str]]:
    """Read the rows of a table."""
    return list(csv.reader(io.StringIO(path.read_text("utf-8"))))


def test_workbook_is_read_as_values_dates_and_whole_numbers(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "avis.xlsx",
        ["id", "avis", "jour", None],
        ["0007", "Très bon", date(2026, 11, 2), None],
        [8, "=1+1", datetime.fromisoformat("2026-11-02T09:05:00")],
        [],
        [9.5, True, None],
    )

    table = as_table(path)

    assert rows_of(table) == [
        ["id", "avis", "jour"],
        ["0007", "Très bon", "2026-11-02"],
        ["8", "", "2026-11-02 09:05:00"],
        [],
        ["9.5", "TRUE", ""],
    ]
    assert [item.name for item in tmp_path.iterdir()] == ["avis.csv"]


def test_workbook_that_unpacks_to_too_much_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 2_000_000)
    monkeypatch.setattr(workbooks, "UNPACKED_LIMIT", 1_000_000)
    monkeypatch.setattr(workbooks, "load_workbook", None)

    with pytest.raises(TooLarge) as refused:
        as_table(bomb)

    assert refused.value.case == "workbook-too-large"


def test_workbook_of_too_many_cells_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks, "CELL_LIMIT", 10)
    path = workbook(tmp_path / "a.xlsx", ["a", "b"], *[[1, 2]] * 9)

    with pytest.raises(TooLarge):
        as_table(path)


def test_broken_workbook_says_so(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("xl/workbook.xml", "<not closed")

    with pytest.raises(BadFile) as refused:
        as_table(tmp_path / "a.xlsx")

    assert refused.value.case == "workbook-broken"


def test_several_tables_of_one_shape_become_one_with_the_name_of_each(tmp_path: Path) -> None:
    (tmp_path / "mai.csv").write_text("id;avis\n1;bon\n")
    workbook(tmp_path / "juin.xlsx", ["avis", "id"], ["long", 2])

    table = as_table(tmp_path)

    assert rows_of(table) == [
        ["avis", "id", "file"],
        ["long", "2", "juin.xlsx"],
        ["bon", "1", "mai.csv"],
    ]


@pytest.mark.parametrize(
    ("second", "case"), [("id;note\n1;5\n", "tables-differ"), ("id;avis\n1\n", "tables-bad-row")]
)
def test_tables_that_cannot_be_one_name_the_file(tmp_path: Path, second: str, case: str) -> None:
    (tmp_path / "a.csv").write_text("id;avis\n1;bon\n")
    (tmp_path / "b.csv").write_text(second)

    with pytest.raises(BadFile) as refused:
        as_table(tmp_path)

    assert refused.value.case == case
    assert refused.value.facts["file"] == "b.csv"


def test_folder_of_pictures_with_a_table_stays_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("image\n1.png\n")
    (tmp_path / "1.png").write_bytes(b"x")

    assert as_table(tmp_path) == tmp_path


def test_full_disk_is_not_called_a_broken_workbook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = workbook(tmp_path / "avis.xlsx", ["id"], ["1"])

    def full(_path: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(workbooks, "_rows_of", full)

    with pytest.raises(OSError, match="No space"):
        as_table(path)

    assert path.is_file()
    assert not path.with_suffix(".csv").exists()
