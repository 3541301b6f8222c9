from collections.abc import Callable
from pathlib import Path

import pytest

from canut.core.errors import BadFile
from canut.core.formats import Problem, RowBatch, preview, read, sniff
from canut.core.formats.tables.rows import ROW_LIMIT_BYTES, ReadOptions

type Write = Callable[[bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(content: bytes) -> Path:
        path = tmp_path / "file"
        path.write_bytes(content)
        return path

    return written


def whole(path: Path, reading: ReadOptions | None = None) -> RowBatch:
    made = RowBatch([], [], [], 0)
    for batch in read(path, reading or sniff(path)):
        made.lines += batch.lines
        made.rows += batch.rows
        made.problems += batch.problems
        made.bytes_read = batch.bytes_read
    return made


def said(problems: list[Problem]) -> list[tuple[int, str, str]]:
    return [(problem.line, problem.column, problem.code) for problem in problems]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_ids_numbers_and_blanks_are_kept_as_written(
    write: Write, separator: str, end: str, mark: str
) -> None:
    lines = [
        ["id", "n", "text"],
        ["0007", "9007199254740993", '"a""b"'],
        ["", "NA", " x "],
        ["None", "1e5", "-3"],
    ]
    path = write((mark + end.join(map(separator.join, lines))).encode())

    rows = whole(path)

    assert rows.lines == [2, 3, 4]
    assert [list(row.values()) for row in rows.rows] == [
        ["0007", "9007199254740993", 'a"b'],
        ["", "NA", " x "],
        ["None", "1e5", "-3"],
    ]
    assert (rows.problems, rows.bytes_read) == ([], path.stat().st_size)


def test_rows_are_numbered_as_a_spreadsheet_shows_them(write: Write) -> None:
    path = write(b'a,b\n"1\n1",x\n\n2\n"3\r\n\r\n3",z,t\n4,"y"\n,\n')

    rows = whole(path)

    assert rows.lines == [2, 6]
    assert said(rows.problems) == [
        (4, "b", "row-short"),
        (5, "b", "row-long"),
        (7, "", "row-empty"),
    ]


def test_a_header_may_run_over_lines(write: Write) -> None:
    path = write(b'"a\nb",c\n1,2\n3\n')

    rows = whole(path)

    assert (rows.lines, said(rows.problems)) == ([2], [(3, "c", "row-short")])


def test_the_line_that_names_the_separator_is_obeyed(write: Write) -> None:
    path = write(b"sep=;\r\na,b;c\r\n1;2\r\n3\r\n")

    rows = whole(path)

    assert rows.rows == [{"a,b": "1", "c": "2"}]
    assert (rows.lines, said(rows.problems)) == ([2], [(3, "c", "row-short")])


def test_a_quote_inside_a_cell_costs_one_row(write: Write) -> None:
    path = write(b'a,b\n1,"x"y"\n2,z\n3,5" wide\n')

    rows = whole(path)

    assert [row["a"] for row in rows.rows] == ["2", "3"]
    assert said(rows.problems) == [(2, "", "quote-inside")]


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [
        (b'a,b\n1,2\n3,"four\nfive\n', 3, "b"),
        (b'a,b\n"x\ny","z""\nw\n', 3, "b"),
        (b'sep=,\na,b\n1,2\n"3,4\n5,6\n', 4, "a"),
        (b'a,b\n1,2\n"3"",4\n', 3, "a"),
    ],
)
def test_a_quote_never_closed_is_reported_where_it_opened(
    write: Write, content: bytes, line: int, column: str
) -> None:
    rows = whole(write(content))

    assert said(rows.problems) == [(line, column, "quote-unclosed")]
    assert rows.problems[0].facts == {"last": content.count(b"\n")}


def test_zero_bytes_and_unknown_bytes_set_their_rows_aside(write: Write) -> None:
    accents = "é" * 50
    path = write(f"a,b\n1,{accents}\n2,x\0y\n3,".encode() + b"\xe9\n4,z\n")

    reading = sniff(path)
    rows = whole(path, reading)

    assert [row["a"] for row in rows.rows] == ["1", "4"]
    assert said(rows.problems) == [(3, "b", "zero-byte"), (4, "b", "bad-byte")]
    assert said(list(reading.warnings)) == [(4, "", "some-bytes-unknown")]


def test_faults_late_in_a_large_block_are_found(write: Write) -> None:
    rows_before = b"".join(b"%d,x\n" % number for number in range(10_000))
    path = write(b"a,b\n" + rows_before + b"last,\0\n")

    rows = whole(path)

    assert (len(rows.rows), said(rows.problems)) == (10_000, [(10_002, "b", "zero-byte")])


def test_windows_text_is_read_with_a_warning(write: Write) -> None:
    path = write("id;avis\n1;abc\n2;très bon, 5 €\n".encode("cp1252"))

    reading = sniff(path)

    assert (reading.encoding, reading.separator) == ("cp1252", ";")
    assert said(list(reading.warnings)) == [(3, "", "encoding-cp1252")]
    assert whole(path, reading).rows[1] == {"id": "2", "avis": "très bon, 5 €"}


def test_bytes_that_windows_does_not_know_set_the_row_aside(write: Write) -> None:
    path = write(b"id;avis\n1;\xe9\xe8\n2;\x81\n")

    assert said(whole(path).problems) == [(3, "avis", "bad-byte")]


def test_unicode_text_of_excel_is_read(write: Write) -> None:
    path = write("id\tavis\r\n1\tété\r\n".encode("utf-16"))

    assert whole(path).rows == [{"id": "1", "avis": "été"}]


def test_a_row_over_the_limit_is_set_aside_and_the_next_is_read(write: Write) -> None:
    half = b"x" * (ROW_LIMIT_BYTES // 2 + 10)
    long = b"y" * (3 * ROW_LIMIT_BYTES)
    accents = "é".encode() * (ROW_LIMIT_BYTES // 2)
    path = write(
        b"a,b\n1,"
        + half
        + b"\n2,"
        + long
        + b"\n"
        + half
        + b","
        + half
        + b"\n4,"
        + accents
        + b"\n5,z"
    )

    rows = whole(path)

    assert [row["a"] for row in rows.rows] == ["1", "5"]
    assert said(rows.problems) == [
        (3, "", "row-too-large"),
        (4, "", "row-too-large"),
        (5, "", "row-too-large"),
    ]


def test_a_quote_that_swallows_the_file_gives_back_what_follows(write: Write) -> None:
    filler = b"".join(b"%d,x\n" % number for number in range(300_000))
    path = write(b'a,b\n"oops,1\n' + filler)

    rows = whole(path)

    assert said(rows.problems) == [(2, "", "row-too-large")]
    assert len(rows.rows) > 100_000


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"a,b,a\n1,2,3\n", "header-twice"),
        (b"a,,c\n1,2,3\n", "header-empty"),
        (b",\n1,2\n", "header-missing"),
        (b"a," + b"b" * 201 + b"\n1,2\n", "header-bad-name"),
        (b",".join(b"c%d" % number for number in range(1001)) + b"\n", "columns-too-many"),
        (b"", "file-empty"),
        (b" \n\n", "file-empty"),
        (bytes(range(256)) * 100, "file-unknown"),
        (b"[\n{}]", "file-is-json"),
    ],
)
def test_files_that_cannot_be_read_are_refused(write: Write, content: bytes, code: str) -> None:
    with pytest.raises(BadFile) as refusal:
        sniff(write(content))

    assert refusal.value.case == code


def test_a_file_that_changed_is_refused(write: Write) -> None:
    reading = sniff(write(b"a,b\n1,2\n"))

    with pytest.raises(BadFile, match="a, c but were a, b"):
        whole(write(b"a,c\n1,2\n"), reading)


@pytest.mark.parametrize(
    ("content", "separator"),
    [
        (b"avis\nbon, mais cher\nmal\n", ";"),
        (b"a;b\n1,5;2,5\n3,5;4,5\n", ";"),
        (b"a,b\nx;y,z\n1;2,3\n", ","),
        (b"a\tb\n1,2;3\t4\n", "\t"),
        (b'a,b\n"x;y;z",2\n', ","),
    ],
)
def test_the_separator_is_the_one_that_makes_rows_fit(
    write: Write, content: bytes, separator: str
) -> None:
    assert sniff(write(content)).separator == separator


def test_how_a_file_is_read_can_be_kept_as_json(write: Write) -> None:
    reading = sniff(write("id;avis\n2;été\n".encode("cp1252")))

    assert ReadOptions.of_json(reading.as_json()) == reading


def test_a_preview_stops_where_it_is_full(write: Write) -> None:
    path = write(b"a,b\n1,2\n3\n4,5\n6,7\n8\n")

    rows = preview(path, 2)

    assert (rows.lines, said(rows.problems)) == ([2, 4], [(3, "b", "row-short")])
    assert len(preview(path, 100).problems) == 2
