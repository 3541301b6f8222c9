"""What every format must do: give back what was written, and never hold a whole file."""

import io
import re
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.formats import READERS, FileColumn, read, sniff, stream_rows, write_rows
from canut.core.formats.tables.columns import Batch
from canut.core.formula_cells import FORMULA_STARTS

texts = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30
).filter(lambda text: not text.startswith(FORMULA_STARTS))
names = st.lists(
    st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8),
    min_size=2,
    max_size=4,
    unique=True,
)


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], list[list[str]]]:
    columns = draw(names)
    row = st.lists(texts, min_size=len(columns), max_size=len(columns)).filter(any)
    return columns, draw(st.lists(row, min_size=1, max_size=6))


@pytest.mark.parametrize("form", sorted(READERS))
@given(table=tables())
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, form: str, table: tuple[list[str], list[list[str]]]
) -> None:
    columns, rows = table
    path = tmp_path_factory.mktemp("battery") / "file"
    with path.open("wb") as out:
        write_rows(form, [FileColumn(name) for name in columns], [rows], out)

    reading = sniff(path)
    batches = list(read(path, reading))

    assert (reading.format, reading.columns) == (form, tuple(columns))
    assert [list(row.values()) for batch in batches for row in batch.rows] == rows
    assert not [problem for batch in batches for problem in batch.problems]


def many(rows: int) -> Iterator[Batch]:
    for start in range(0, rows, 2_000):
        yield [(f"{n:07d}", "un avis assez long " * 5, n) for n in range(start, start + 2_000)]


COLUMNS = (FileColumn("id"), FileColumn("avis"), FileColumn("n", "whole"))


@pytest.mark.parametrize("form", sorted(READERS))
def test_memory_does_not_grow_with_the_file(tmp_path: Path, form: str) -> None:
    path = tmp_path / "file"

    def write(rows: int = 20_000) -> None:
        with path.open("wb") as out:
            write_rows(form, COLUMNS, many(rows), out)

    def count() -> int:
        return sum(len(batch.rows) for batch in read(path, sniff(path)))

    write(2_000)  # what is imported the first time is not the rows'
    assert peak(write) < 2.5 * 2**20  # kept whole, the rows would be 2.8 MiB
    assert peak(lambda: rows_read.append(count())) < 5 * 2**20  # and what is read 9 to 10
    assert rows_read.pop() == 20_000
    assert path.stat().st_size > 100_000


rows_read: list[int] = []


def peak(act: Callable[[], object]) -> int:
    tracemalloc.start()
    try:
        act()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_long_parquet_leaves_in_parts() -> None:
    parts = list(stream_rows("parquet", COLUMNS, many(50_000)))

    assert len(parts) == 3
    assert all(parts)
    assert pq.read_metadata(io.BytesIO(b"".join(parts))).num_rows == 50_000


@given(st.text(max_size=20))
def test_no_cell_of_a_csv_begins_a_formula(text: str) -> None:
    text = text.encode(errors="ignore").decode()

    written = b"".join(
        stream_rows("csv", [FileColumn("a"), FileColumn("b")], [[(text, "x")]])
    ).decode()

    cell = written.split("\r\n", 1)[1].removeprefix('"')
    assert not cell.startswith(FORMULA_STARTS) or re.fullmatch(r"[+-][\d.,eE+-]+", text)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("=1+1", "'=1+1"),
        ("@x", "'@x"),
        ("+1 555", "'+1 555"),
        ("-", "'-"),
        ("-3", "-3"),
        ("+3,5", '"+3,5"'),
        ("-1e-7", "-1e-7"),
        ("--3", "'--3"),
        ("\tx", "'\tx"),
        ("\rx", '"\'\rx"'),
        ("a=1", "a=1"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("\uff0b1 555", "'\uff0b1 555"),
        ("\uff0d1", "'\uff0d1"),
        ("\uff20x", "'\uff20x"),
    ],
)
def test_formulas_are_made_text_and_numbers_stay(text: str, kept: str) -> None:
    out = io.BytesIO()

    write_rows("csv", [FileColumn("a"), FileColumn("b", "whole")], [[(text, -3)]], out)

    assert out.getvalue().decode() == f"a,b\r\n{kept},-3\r\n"


def test_rows_of_every_kind_are_written_in_every_format() -> None:
    columns = (
        FileColumn("t"),
        FileColumn("w", "whole"),
        FileColumn("n", "number"),
        FileColumn("y", "yes-no"),
    )
    rows: Batch = [("é", 2**53 + 1, 0.5, True), (None, None, None, None)]

    written = {
        form: b"".join(stream_rows(form, columns, [rows])).decode()
        for form in ("csv", "jsonl", "json")
    }

    assert written == {
        "csv": "t,w,n,y\r\né,9007199254740993,0.5,true\r\n,,,\r\n",
        "jsonl": '{"t":"é","w":9007199254740993,"n":0.5,"y":true}\n'
        '{"t":null,"w":null,"n":null,"y":null}\n',
        "json": '[\n{"t":"é","w":9007199254740993,"n":0.5,"y":true},\n'
        '{"t":null,"w":null,"n":null,"y":null}\n]\n',
    }
