"""The inspector's file: same contents, same bytes; a changed digit names its file."""

import io
import zipfile
from datetime import date

import pytest

from canut.core.errors import BadProof, NotProven
from canut.core.participation.fairwork import DOCUMENTS, THRESHOLDS, Evidence, grid
from canut.core.participation.inspector_file import (
    LEAST_PEOPLE,
    DecidedRow,
    InspectionScope,
    PaidPart,
    article_17,
    changed_files,
    check_file,
    decision_rows,
    manifest_digest,
    pack,
    table_bytes,
    time_and_pay,
)

SCOPE = InspectionScope(date(2026, 7, 1), date(2026, 12, 31), "FR", "fr")
HOUR = 3_600_000
FILES = {"article17.csv": b"place,people\nFR,12\n", "dpia.pdf": b"%PDF-"}


def parts(people: int, *, ms: int = HOUR, place: str = "FR") -> list[PaidPart]:
    return [
        PaidPart(person, place, "employee", "EUR", "2026-11", ms, 20_000_000, 1_000_000)
        for person in range(people)
    ]


def rezipped(content: bytes, **changed: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, changed.get(name.replace(".", "_"), old.read(name)))
    return out.getvalue()


def test_same_contents_give_the_same_bytes_in_any_order() -> None:
    content, manifest = pack(SCOPE, FILES)
    again, _ = pack(SCOPE, dict(reversed(FILES.items())))

    assert content == again
    about = check_file(content)
    assert (about.first, about.place, about.n_files) == ("2026-07-01", "FR", 2)
    assert about.sha256 == manifest_digest(manifest)


def test_one_changed_digit_names_the_file() -> None:
    content, _ = pack(SCOPE, FILES)

    with pytest.raises(NotProven, match=r"article17\.csv"):
        check_file(rezipped(content, article17_csv=b"place,people\nFR,13\n"))


@pytest.mark.parametrize("content", [b"", b"PK\x05\x06" + bytes(18), b"no zip"])
def test_what_is_no_such_file_is_refused(content: bytes) -> None:
    with pytest.raises(BadProof):
        check_file(content)


def test_second_build_says_which_file_changed() -> None:
    _, before = pack(SCOPE, FILES)
    _, after = pack(SCOPE, FILES | {"dpia.pdf": b"%PDF-2", "acts.pdf": b"x"})

    assert changed_files(before, after) == ["acts.pdf", "dpia.pdf"]


def test_table_of_article_17_adds_up_by_place_and_status() -> None:
    (row,) = article_17(parts(10, ms=2 * HOUR), weeks=4, least=LEAST_PEOPLE)

    assert (row["people"], row["hours"], row["income_each"]) == ("10", "20.00", "20.00")
    assert row["hours_per_week_each"] == "0.500"
    assert row["income_per_hour"] == "10.00"
    assert row["people_active_1_of_6"] == "10"
    assert row["people_active_3_of_6"] == "0"


def test_time_that_nobody_measured_is_no_zero() -> None:
    (row,) = article_17(parts(12, ms=0), weeks=4, least=LEAST_PEOPLE)

    assert row["hours"] == row["income_per_hour"] == "not measured"


def test_no_row_tells_of_fewer_than_ten_people_but_on_demand() -> None:
    few = parts(9)
    decided = [
        DecidedRow(f"{n:02}", n, "rejection", "no-answer", "", is_human=True, days_to_answer="1.0",
                   outcome="upheld")
        for n in range(9)
    ]  # fmt: skip

    assert article_17(few, 4, LEAST_PEOPLE) == [
        {"place": "FR", "status": "employee", "currency": "EUR", "people": "<10"}
    ]
    assert time_and_pay(few, LEAST_PEOPLE)[0].keys() == {"place", "month", "currency", "people"}
    (hidden,) = decision_rows(decided, LEAST_PEOPLE)
    assert hidden == {
        "kind": "rejection", "act": "no-answer", "system": "", "outcome": "<10 people",
    }  # fmt: skip
    on_demand = SCOPE._replace(demand="Inspection du travail, n° 12").least_people
    assert article_17(few, 4, on_demand)[0]["people"] == "9"
    assert len(decision_rows(decided, on_demand)) == 9


def test_cell_that_a_spreadsheet_would_run_is_text() -> None:
    assert table_bytes(["a"], [{"a": "=1+1"}]) == b"a\n'=1+1\n"


def test_fairwork_grid_has_ten_rows_and_no_point() -> None:
    rows = grid(
        {"late": Evidence("0 / 3", fails=False), "representatives": Evidence("0", fails=True)}
    )

    assert [row.threshold for row in rows] == list(THRESHOLDS) == list(DOCUMENTS)
    assert len(rows) == 10
    assert rows[0].fails == ["unpaid_answers", "short_evidence"]
    assert all(row.fails for row in rows)
