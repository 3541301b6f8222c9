import datetime as dt
import decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from canut.core.errors import BadFile
from canut.core.formats import RowBatch, read, sniff


def whole(path: Path) -> RowBatch:
    made = RowBatch([], [], [], 0)
    for batch in read(path, sniff(path)):
        made.lines += batch.lines
        made.rows += batch.rows
        made.problems += batch.problems
    return made


def test_every_kind_of_cell_becomes_text(tmp_path: Path) -> None:
    path = tmp_path / "a"
    table = pa.table(
        {
            "id": pa.array([9007199254740993, None], pa.int64()),
            "text": ["0007", ""],
            "sure": [True, False],
            "score": [0.1, 1e300],
            "price": [decimal.Decimal("1.50"), None],
            "day": [dt.date(2026, 11, 25), None],
            "kind": pa.array(["a", "b"]).dictionary_encode(),
            "box": [{"x": 1, "at": dt.date(2026, 1, 2)}, None],
            "tags": [["é", None], []],
        }
    )
    pq.write_table(table, path)

    rows = whole(path)

    assert rows.rows == [
        {
            "id": "9007199254740993",
            "text": "0007",
            "sure": "true",
            "score": "0.1",
            "price": "1.50",
            "day": "2026-11-25",
            "kind": "a",
            "box": '{"x": 1, "at": "2026-01-02"}',
            "tags": '["é", null]',
        },
        {"text": "", "sure": "false", "score": "1e+300", "kind": "b", "tags": "[]"},
    ]


def test_bytes_are_left_out_with_a_warning_and_bad_rows_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "a"
    table = pa.table(
        {
            "text": ["a", "x\0y", None, "b"],
            "raw": [b"1", b"2", b"3", b"4"],
            "image": [{"bytes": b"1", "path": "p"}] * 4,
        }
    )
    pq.write_table(table, path)

    reading = sniff(path)
    rows = whole(path)

    assert reading.columns == ("text",)
    assert [(w.column, w.code) for w in reading.warnings] == [
        ("raw", "column-skipped"),
        ("image", "column-skipped"),
    ]
    assert rows.lines == [1, 4]
    assert [(p.line, p.code) for p in rows.problems] == [(2, "zero-byte"), (3, "row-empty")]


def test_damaged_and_changed_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a"
    pq.write_table(pa.table({"a": [str(n) for n in range(10_000)]}), path, compression="none")
    reading = sniff(path)
    content = path.read_bytes()

    path.write_bytes(content[:200] + b"\xff" * 100 + content[300:])
    with pytest.raises(BadFile):
        list(read(path, reading))
    path.write_bytes(content[:500])
    with pytest.raises(BadFile) as refusal:
        sniff(path)
    pq.write_table(pa.table({"b": ["x"]}), path)
    with pytest.raises(BadFile, match="'a' is no longer"):
        list(read(path, reading))

    assert refusal.value.case == "parquet-damaged"
