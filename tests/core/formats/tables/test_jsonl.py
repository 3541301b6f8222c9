from pathlib import Path

import pytest

from canut.core.errors import BadFile
from canut.core.formats import RowBatch, read, sniff
from canut.core.formats.tables.rows import ROW_LIMIT_BYTES


def whole(path: Path) -> RowBatch:
    made = RowBatch([], [], [], 0)
    for batch in read(path, sniff(path)):
        made.lines += batch.lines
        made.rows += batch.rows
        made.problems += batch.problems
    return made


def test_numbers_nested_values_and_absences_are_kept_as_written(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(
        b'\xef\xbb\xbf{"id": 9007199254740993, "x": 0.10, "t": true, "n": null, "e": ""}\r\n'
        b'\n{"x": {"a": [1, 2.50, "\\u00e9", null]}, "id": "0007"}\n'
    )

    rows = whole(path)

    assert rows.lines == [1, 3]
    assert rows.rows == [
        {"id": "9007199254740993", "x": "0.10", "t": "true", "e": ""},
        {"id": "0007", "x": '{"a":[1,2.50,"é",null]}'},
    ]
    assert list(rows.rows[1]) == ["id", "x"]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b'{"a": }', "bad-json"),
        (b'{"a": 1} x', "bad-json"),
        (b"[1]", "not-an-object"),
        (b"3", "not-an-object"),
        (b'{"a": NaN}', "bad-number"),
        (b'{"a": 1, "a": 2}', "key-twice"),
        (b'{"": 1}', "bad-key"),
        (b"{}", "row-empty"),
        (b'{"a": null}', "row-empty"),
        (b'{"a": "\xe9"}', "bad-byte"),
        (b'{"a": "\\ud800"}', "bad-byte"),
        (b'{"a": "\\u0000"}', "zero-byte"),
        (b'{"a": ' + b"[" * 200_000 + b"}", "too-deep"),
        (b'{"a": "' + b"x" * ROW_LIMIT_BYTES + b'"}', "row-too-large"),
        (b'{"a": "' + b"x" * (3 * ROW_LIMIT_BYTES) + b'"}', "row-too-large"),
        (b"{" + b",".join(b'"%d":1' % n for n in range(1_001)) + b"}", "too-many-keys"),
    ],
)
def test_a_bad_line_is_set_aside_and_the_next_is_read(
    tmp_path: Path, line: bytes, code: str
) -> None:
    path = tmp_path / "a"
    path.write_bytes(b'{"a": "first"}\n' + line + b'\n{"a": "last"}')

    rows = whole(path)

    assert [row["a"] for row in rows.rows] == ["first", "last"]
    assert [(problem.line, problem.code) for problem in rows.problems] == [(2, code)]


def test_bad_json_says_at_which_character(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b'{"a": 1}\n{"a": "x" 2}\n')

    assert whole(path).problems[0].facts == {"character": 11}


def test_a_file_without_any_object_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"{nothing}\n")

    with pytest.raises(BadFile) as refusal:
        sniff(path)

    assert refusal.value.case == "jsonl-no-object"
