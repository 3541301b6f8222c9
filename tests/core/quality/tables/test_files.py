import csv
import datetime as dt
import io
import json
from pathlib import Path

import pyarrow as pa
import pytest

from canut.core.errors import BadFile, BadInput, BadRow
from canut.core.formula_cells import safe_cell
from canut.core.quality.tables.files import read_columns, write_to

COLUMNS = ["task", "worker", "label"]
ROWS = "task,worker,label\nt1,w1,yes\nt1,w2,no\nt2,w1,yes\n"

CELLS = [
    "=1+1",
    "+1 555",
    "-3",
    "@x",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0d1",
    "\uff20x",
    "a=1",
    "",
    None,
]


@pytest.mark.parametrize(("suffix", "between"), [(".csv", ","), (".tsv", "\t")])
def test_no_written_cell_runs_as_a_formula(suffix: str, between: str) -> None:
    out = io.BytesIO()
    table = pa.table({"label": pa.array(CELLS), "count": [-1] * len(CELLS)})

    write_to(table, out, suffix)

    lines = out.getvalue().decode().splitlines()[1:]
    assert lines == [f"{safe_cell(cell or '')}{between}-1" for cell in CELLS]


def test_other_formats_keep_cells_as_they_are() -> None:
    out = io.BytesIO()

    write_to(pa.table({"label": ["=1+1"]}), out, ".jsonl")

    assert out.getvalue() == b'{"label": "=1+1"}\n'


def test_days_are_written_as_text_into_json() -> None:
    out = io.BytesIO()

    write_to(pa.table({"task": [dt.date(2026, 1, 31)]}), out, ".jsonl")

    assert json.loads(out.getvalue()) == {"task": "2026-01-31"}


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (ROWS.replace("\n", "\r\n"), "utf-8"),
        (ROWS.replace("\n", "\r"), "utf-8"),
        (ROWS.removesuffix("\n"), "utf-8"),
        (f"\n{ROWS}\n\n", "utf-8"),
        (ROWS, "utf-8-sig"),
        (ROWS, "utf-16"),
        (ROWS.replace("\n", "\r\n").replace(",", "\t"), "utf-16"),
        (ROWS.replace(",", ";"), "utf-8"),
        (f"sep=;\n{ROWS.replace(',', ';')}", "utf-8"),
        (f"sep=,\n{ROWS}", "utf-8"),
    ],
)
def test_text_of_spreadsheets_is_read(tmp_path: Path, text: str, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode(encoding))

    table = read_columns(path, COLUMNS)

    assert table.column("task").to_pylist() == ["t1", "t1", "t2"]
    assert table.column("label").to_pylist() == ["yes", "no", "yes"]


def test_cells_with_line_breaks_and_quotes_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f'{ROWS}"a\nb","w ""1""",x\nt3,w1,5" nail\n')

    table = read_columns(path, COLUMNS)

    assert table.column("task").to_pylist()[3:] == ["a\nb", "t3"]
    assert table.column("worker").to_pylist()[3] == 'w "1"'
    assert table.column("label").to_pylist()[4] == '5" nail'


@pytest.mark.parametrize(
    "text",
    [
        f'{ROWS}t3,w1,"yes\nt4,w1,no\nt5,w1,no\n',
        f'{ROWS}t3,w1,"yes\nt4,w1,no\nt5,w1,"no\nt6,w1,no\n',
        f'{ROWS}t3,w1,"yes',
    ],
    ids=["one", "two", "in the last row"],
)
def test_an_open_quotation_mark_loses_no_answers_in_silence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text)

    with pytest.raises(BadRow, match=r"line 5: a quotation mark is not closed"):
        read_columns(path, COLUMNS)


def test_the_limit_of_a_cell_is_as_before_for_whoever_reads_next(tmp_path: Path) -> None:
    before = csv.field_size_limit()
    path = tmp_path / "answers.csv"
    path.write_text('task,worker,label\n1,a,"x\ny"\n')

    read_columns(path, ("task", "worker", "label"))

    assert csv.field_size_limit() == before


def test_an_open_quotation_mark_in_an_unread_column_is_found(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('task,worker,label,note\nt1,w1,yes,"so\nt2,w1,no,\nt3,w1,no,"so\n')

    with pytest.raises(BadRow, match=r"line 2: a quotation mark"):
        read_columns(path, COLUMNS)


@pytest.mark.parametrize(
    ("name", "content", "error", "message"),
    [
        ("a.csv", b"task,worker,label\n1,w,yes\n2,w,caf\xe9\n", BadFile, "line 3: .*CSV UTF-8"),
        ("a.csv", b"task,worker,label,label\n1,w,yes,no\n", BadInput, "several columns 'label'"),
        ("a.csv", b"task, worker,label\n1,w,yes\n", BadInput, "it has: task, ' worker', label"),
        ("a.csv", b"task|worker|label\n1|w|yes\n", BadInput, "no column 'task'"),
        ("a.csv", bytes(range(256)) * 2_000, BadInput, "no column 'task'"),
        ("a.jsonl", b'{"task": 1}\n{"task":\n', BadRow, "line 2: this is no JSON"),
        ("a.jsonl", b'[{"task": 1}]\n', BadRow, "line 1: expected one JSON object a line"),
        ("a.jsonl", b"", BadFile, "is empty"),
    ],
)
def test_an_unreadable_file_says_where_and_what_to_do(
    tmp_path: Path, name: str, content: bytes, error: type[Exception], message: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(error, match=message):
        read_columns(path, COLUMNS)


@pytest.mark.parametrize("suffix", [".parquet", ".arrow"])
def test_categories_of_a_file_have_no_order_as_on_a_cluster(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    label = pa.DictionaryArray.from_arrays(
        pa.array([0, 1], pa.int8()), ["good", "fair"], ordered=True
    )
    with path.open("wb") as out:
        write_to(pa.table({"label": label}), out, suffix)

    column = read_columns(path, ["label"]).column("label")

    assert not column.type.ordered
    assert column.to_pylist() == ["good", "fair"]


def test_a_header_alone_holds_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("task,worker,label")

    assert read_columns(path, COLUMNS).num_rows == 0
