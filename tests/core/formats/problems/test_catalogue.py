import io
import re
from pathlib import Path

import canut
from canut.core.formats import Problem
from canut.core.formats.problems.catalogue import (
    FAMILIES,
    words,
    words_of,
    write_problem_rows,
)
from canut.core.messages import texts

ROOM = Path(canut.__file__).parent
CODES = {key.partition(".")[2] for key in texts("en") if key.partition(".")[0] in FAMILIES}


def test_every_code_that_files_raise_has_its_words() -> None:
    paths = [
        *ROOM.glob("core/formats/**/*.py"),
        ROOM / "actions/imports/import_writer.py",
        ROOM / "store/media/files.py",
    ]
    used = {
        code
        for path in paths
        for code in re.findall(
            r'Problem\([^)]*?"([a-z0-9]+(?:-[a-z0-9]+)+)"|code="([a-z0-9-]+)"', path.read_text()
        )
        for code in code
        if code
    }
    elsewhere = {"format-unknown", "import-stopped", "picture-missing"}

    assert used - elsewhere <= CODES
    assert len(used) > 30


def test_a_missing_fact_or_code_does_not_hide_the_rest() -> None:
    assert words("row-short", {"seen": 2}, "en").startswith("The row has 2 cells where {expected}")
    assert words("what-is-this", {}, "fr") == "what-is-this"


def test_sizes_and_counts_are_said_for_people() -> None:
    large: dict[str, str | int] = {"file": "a.png", "bytes": 3_500_000_000, "limit": 64 * 2**20}
    wide: dict[str, str | int] = {"file": "a.png", "pixels": 400_000_000, "limit": 100_000_000}

    assert words("picture-too-large", large, "fr").startswith("a.png fait 3,3\u00a0Gio, au plus 64")
    assert words("picture-too-many-pixels", wide, "en").startswith("a.png has 400,000,000 pixels")
    assert "400\u202f000\u202f000" in words("picture-too-many-pixels", wide, "fr")


def test_a_warning_knows_its_line_and_column() -> None:
    warning = Problem(3, "photo", "column-skipped", {"type": "binary"})

    assert words_of(warning, "fr-ca").startswith("La colonne «\u00a0photo\u00a0» contient binary")


def test_the_file_of_problems_is_safe_and_in_ones_language() -> None:
    problems = [
        Problem(2, "=cmd", "row-short", {"seen": 1, "expected": 2}),
        Problem(0, "", "bad-byte"),
    ]
    french, english = io.BytesIO(), io.BytesIO()

    write_problem_rows(problems, "fr", french)
    write_problem_rows(problems, "en", english)

    assert french.getvalue().startswith(b"\xef\xbb\xbfligne;colonne;code;probl")
    assert english.getvalue().decode("utf-8-sig").splitlines() == [
        "row,column,code,problem",
        '2,\'=cmd,row-short,"The row has 1 cells where 2 are expected."'.replace('"', ""),
        ",,bad-byte,The cell holds bytes that are no text.",
    ]


def test_braces_of_an_example_are_written() -> None:
    assert words("not-an-object", {}, "en") == 'The line is not an object such as {"text": "…"}.'
