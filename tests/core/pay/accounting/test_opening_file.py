"""The file of pay from before Canut: what is read, and what each problem is called."""

import pytest

from canut.core.errors import BadFile
from canut.core.pay.accounting.opening_file import (
    MOST_BYTES,
    MOST_LINES,
    OpeningPerson,
    opening_template,
    read_openings,
)

PEOPLE = {
    7: OpeningPerson("=Ada", "CAD", {"ei/employee": 895_700_000, "hsf/employer": None}),
    8: OpeningPerson("Ben", "EUR"),
}
HEAD = "person,name,currency,gross,vacation,net,ei_employee,hsf_employer\n"


def codes(text: str) -> list[tuple[int, str, str]]:
    _, problems = read_openings(text.encode(), PEOPLE)
    return [(problem.line, problem.column, problem.code) for problem in problems]


def test_template_holds_everybody_and_comes_back_with_nothing_in_it() -> None:
    content = opening_template(PEOPLE)

    assert b"7,'=Ada,CAD,,,,," in content
    _, problems = read_openings(content, PEOPLE)
    assert [problem.code for problem in problems] == ["nothing"]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_amounts_are_read_as_people_and_spreadsheets_write_them(separator: str) -> None:
    comma = "," if separator != "," else "."
    row = "7,'=Ada,cad,1 000{}50,0,900,10{}5,0\n".replace(",", separator)
    text = HEAD.replace(",", separator) + "\n" + row.format(comma, comma)

    lines, problems = read_openings(text.encode("cp1252"), PEOPLE)

    assert problems == []
    assert lines[0].gross_micro == 1_000_500_000
    assert lines[0].contributed == {"ei/employee": 10_500_000, "hsf/employer": 0}


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        ("9,Ada,CAD,1,0,1,0,0", "person", "unknown-person"),
        ("²,Ada,CAD,1,0,1,0,0", "person", "unknown-person"),
        ("7,Bob,CAD,1,0,1,0,0", "name", "other-name"),
        ("7,,USD,1,0,1,0,0", "currency", "other-currency"),
        ("7,,CAD,,0,1,0,0", "gross", "empty"),
        ("7,,CAD,1e999,0,1,0,0", "gross", "not-a-number"),
        ("7,,CAD,NaN,0,1,0,0", "gross", "not-a-number"),
        ("7,,CAD,-1,0,1,0,0", "gross", "below-zero"),
        ("7,,CAD,1.005,0,1,0,0", "gross", "too-fine"),
        ("7,,CAD,0,0,0,0,0", "gross", "no-gross"),
        ("7,,CAD,100,101,90,0,0", "vacation", "over-gross"),
        ("7,,CAD,100,0,95,10,0", "net", "net-too-high"),
        ("7,,CAD,9999,0,1,895.71,0", "ei_employee", "over-maximum"),
        ("8,Ben,EUR,10,0,9,1,", "ei_employee", "not-theirs"),
    ],
)
def test_each_problem_names_its_line_and_column(row: str, column: str, code: str) -> None:
    assert (2, column, code) in codes(f"{HEAD}{row}\n")


def test_problems_of_the_table_are_named_before_those_of_lines() -> None:
    assert codes("person,name\n7,x\n") == [
        (1, "currency", "missing-column"),
        (1, "gross", "missing-column"),
        (1, "vacation", "missing-column"),
        (1, "net", "missing-column"),
    ]
    assert (1, "wage", "unknown-column") in codes(HEAD.replace("\n", ",wage\n"))
    assert (2, "", "too-many-cells") in codes(f"{HEAD}7,,CAD,1,0,1,0,0,9\n")
    twice = f"{HEAD}7,,CAD,1,0,1,0,0\n7,,CAD,1,0,1,0,0\n"
    assert (3, "person", "twice") in codes(twice)


LONG = HEAD.encode() + b"7,,,,,,,\n" * MOST_LINES


@pytest.mark.parametrize("content", [b"", b" \n", b"x" * (MOST_BYTES + 1), LONG, b'a,b\n"1,2\n'])
def test_file_that_is_no_table_is_refused(content: bytes) -> None:
    with pytest.raises(BadFile):
        read_openings(content, PEOPLE)
