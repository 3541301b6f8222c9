"""The forms of a table are compared cell by cell, by both verifiers alike."""

import json
import random
from collections.abc import Callable, Sequence

import pytest
from canut_verify import RefusedError, UnreadableError
from canut_verify.tables import check_table

from canut.core.datasets.parquet_table import read_parquet
from canut.core.datasets.table_forms import check_forms
from canut.core.errors import BadProof, NotProven
from canut.core.formats import FileColumn, stream_rows
from canut.core.formats.tables.columns import Cell
from canut.core.formats.tables.writing import stream_parquet

COLUMNS = (
    FileColumn("task", "whole"),
    FileColumn("=key"),
    FileColumn("label"),
    FileColumn("sure", "number"),
    FileColumn("simulated", "yes-no"),
)
TEXTS = ("oui", None, "", "=1+1", "-3", "-3+x", 'a,"b"\r\nc', " é \u2028", "\ttab", "'=x", "9")
NUMBERS = (0.1, 1e-7, 1e22, 1.0, None, -0.5)
ROWS: list[tuple[Cell, ...]] = [
    (n - 3, text, TEXTS[n % 3], NUMBERS[n % len(NUMBERS)], n % 3 == 0)
    for n, text in enumerate(TEXTS * 5)
]
OTHER: tuple[Cell, ...] = (7, "other", "other", 0.25, None)

type Files = dict[str, bytes]


def files_of(rows: Sequence[Sequence[Cell]], columns: Sequence[FileColumn] = COLUMNS) -> Files:
    return {
        "jsonl": b"".join(stream_rows("jsonl", columns, [rows])),
        "csv": b"".join(stream_rows("csv", columns, [rows])),
        "parquet": b"".join(stream_parquet(columns, [rows], {"simulated": "true"}, codec="gzip")),
    }


def ours(files: Files) -> tuple[int, str]:
    try:
        check_forms("t", files["jsonl"], files["csv"], files["parquet"])
    except BadProof as problem:
        return 2, str(problem)
    except NotProven as problem:
        return 1, str(problem)
    return 0, ""


def theirs(files: Files) -> tuple[int, str]:
    try:
        check_table("t", files["jsonl"], files["csv"], files["parquet"])
    except UnreadableError as why:
        return 2, str(why)
    except RefusedError as why:
        return 1, str(why)
    return 0, ""


def both(files: Files) -> tuple[int, str]:
    """Return what both verifiers say; they must agree."""
    code, reason = ours(files)
    other_code, other_reason = theirs(files)
    assert other_code == code, (reason, other_reason)
    if code == 1:
        assert other_reason == reason
    return code, reason


@pytest.mark.parametrize(
    "rows",
    [ROWS, [], ROWS[:1], [ROWS[1]] * 300, [(n, f"{n}", "a", None, None) for n in range(1_000)]],
    ids=["all kinds", "none", "one", "repeated", "many"],
)
def test_forms_of_one_table_are_accepted(rows: list[tuple[Cell, ...]]) -> None:
    assert both(files_of(rows)) == (0, "")


def test_forms_of_several_groups_and_of_long_texts_are_accepted() -> None:
    """A column of long texts outgrows its dictionary; rows outgrow a group."""
    rng = random.Random(5)
    rows = [(n, rng.randbytes(30).hex(), "oui", n / 7, n % 5 == 0) for n in range(45_000)]
    files = files_of(rows)
    files["parquet"] = b"".join(
        stream_parquet(COLUMNS, [rows[:20_000], rows[20_000:40_000], rows[40_000:]], codec="gzip")
    )
    assert len(read_parquet(files["parquet"]).groups) == 3

    assert both(files) == (0, "")


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
@pytest.mark.parametrize("at", range(len(COLUMNS)), ids=[column.name for column in COLUMNS])
def test_form_with_another_cell_is_refused_with_its_row(form: str, at: int) -> None:
    row = list(ROWS[9])
    row[at] = OTHER[at] if row[at] != OTHER[at] else None
    other = files_of([*ROWS[:9], row, *ROWS[10:]])

    code, reason = both({**files_of(ROWS), form: other[form]})

    assert code == 1
    assert reason.endswith("are not the same table: row 10 differs")
    assert ("'t.csv'" if form == "csv" else "'t.parquet'") in reason


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
@pytest.mark.parametrize("rows", [ROWS[:-1], [*ROWS, ROWS[0]], ROWS[::-1]], ids=["-", "+", "order"])
def test_form_with_other_rows_is_refused(form: str, rows: list[tuple[Cell, ...]]) -> None:
    code, _ = both({**files_of(ROWS), form: files_of(rows)[form]})

    assert code == 1


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_form_with_other_columns_is_refused(form: str) -> None:
    renamed = (*COLUMNS[:2], FileColumn("labels"), *COLUMNS[3:])

    code, _ = both({**files_of(ROWS), form: files_of(ROWS, renamed)[form]})

    assert code == 1


def zstd(files: Files) -> Files:
    return {**files, "parquet": b"".join(stream_rows("parquet", COLUMNS, [ROWS]))}


def nested(files: Files) -> Files:
    row = json.loads(files["jsonl"].split(b"\n")[0]) | {"label": ["oui"]}
    rest = files["jsonl"].partition(b"\n")[2]
    return {**files, "jsonl": json.dumps(row).encode() + b"\n" + rest}


def no_number(files: Files) -> Files:
    return {**files, "jsonl": files["jsonl"].replace(b'"sure":0.1', b'"sure":NaN', 1)}


def open_quote(files: Files) -> Files:
    return {**files, "csv": files["csv"] + b'1,"open'}


def no_text(files: Files) -> Files:
    return {**files, "csv": files["csv"].replace(b"oui", b"\xff", 1)}


@pytest.mark.parametrize("change", [zstd, nested, no_number, open_quote, no_text])
def test_form_that_cannot_be_read_is_refused(change: Callable[[Files], Files]) -> None:
    assert both(change(files_of(ROWS)))[0] == 2


def test_name_that_stands_twice_in_a_row_is_refused() -> None:
    files = files_of(ROWS)
    changed = files["jsonl"].replace(b'{"task"', b'{"label":"non","task"', 1)

    assert both({**files, "jsonl": changed})[0] == 1


@pytest.mark.parametrize("seed", range(3))
def test_damaged_parquet_is_judged_alike(seed: int) -> None:
    """Any flip of a byte is refused, or shows the same cells."""
    rng = random.Random(seed)
    files = files_of(ROWS[:20])
    codes = set()
    for _ in range(150):
        raw = bytearray(files["parquet"])
        raw[rng.randrange(len(raw))] ^= 1 << rng.randrange(8)
        if rng.random() < 0.2:
            del raw[rng.randrange(len(raw)) :]

        codes.add(both({**files, "parquet": bytes(raw)})[0])

    assert 2 in codes
