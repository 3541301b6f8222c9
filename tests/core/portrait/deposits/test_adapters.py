"""Files in the shape of their publisher enter without a line of code; numbers are invented."""

import copy
import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from canut.core.errors import Refusal
from canut.core.portrait.cells import Cell, CellMeasure, CellState, Where
from canut.core.portrait.deposits.adapters.periods import read_period
from canut.core.portrait.deposits.grades import DepositGrade, GradeReason
from canut.core.portrait.deposits.observations import (
    CodeScheme,
    Measure,
    Observation,
    ObservationState,
    Sex,
)
from canut.core.portrait.deposits.package import read_deposit
from canut.core.portrait.privacy import Release
from canut.core.portrait.released import sign_release
from tests.support import deposits
from tests.support.deposits import TODAY, write_package


def figures(folder: Path) -> tuple[Observation, ...]:
    """Return what a package gives."""
    return read_deposit([folder], TODAY).observations


def refused(folder: Path) -> Refusal:
    """Return the refusal of a package."""
    with pytest.raises(Refusal) as caught:
        read_deposit([folder], TODAY)
    return caught.value


def release(folder: Path, *, simulated: bool = False, period: str = "2026-Q3") -> Path:
    """Write the signed release of another instance with its description."""
    cells = (
        Cell("CAN-ANNOT", CellMeasure.PEOPLE, Where.HERE, CellState.AT_LEAST, low=Decimal(50)),
        Cell(
            "CAN-ANNOT",
            CellMeasure.HOURS,
            Where.HERE,
            CellState.EXACT,
            Decimal("310.5"),
            is_simulated=simulated,
        ),
        Cell("CAN-ANNOT", CellMeasure.COVERED, Where.HERE, CellState.EXACT, Decimal("0.6")),
        Cell("CAN-TRANSC", CellMeasure.PEOPLE, Where.HERE, CellState.FEW, high=Decimal(20)),
    )
    made = Release(period, 1, date(2026, 10, 5), "", "CAD", cells)
    signed = sign_release(made, bytes(range(32)), "2026-10-05T09:00:00Z")
    settings = {"kind": "release", "file": "release.json", "place": "CA-QC"}
    return write_package(
        folder,
        files={"release.json": signed},
        method="platform",
        sampling="census",
        deduplicated=True,
        adapter=settings,
    )


EACH: dict[str, Callable[[Path], Path]] = {
    "statcan": deposits.statcan,
    "ilostat": deposits.ilostat,
    "online_labour_index": deposits.online_labour_index,
    "survey": deposits.survey,
    "audit": deposits.audit,
    "release": release,
}


@pytest.mark.parametrize("kind", EACH)
def test_file_of_each_publisher_enters_without_code(tmp_path: Path, kind: str) -> None:
    assert figures(EACH[kind](tmp_path))


def test_statcan_multiplies_by_the_scalar_factor_and_keeps_flags(tmp_path: Path) -> None:
    deposit = read_deposit([deposits.statcan(tmp_path)], TODAY)
    canada, men, women, quebec, nunavut = deposit.observations

    assert canada.value == 512_300
    assert (men.sex, men.value, women.sex, women.flag) == (
        Sex.MAN,
        Decimal(300_100),
        Sex.WOMAN,
        "B",
    )
    assert (quebec.place, quebec.value, quebec.flag) == ("CA-QC", Decimal(98_400), "E")
    assert (nunavut.value, nunavut.flag, nunavut.state) == (None, "F", ObservationState.MISSING)
    assert canada.period == "2024-01-01/2024-12-31"
    assert (deposit.grade, deposit.reason) == (DepositGrade.A, GradeReason.SAMPLE)


def test_statcan_in_french_has_semicolons_and_decimal_commas(tmp_path: Path) -> None:
    settings = deposits.STATCAN_SETTINGS | {
        "where": {"Travail sur plateforme numérique": "Tout travail"},
        "fields": {"sex": {"column": "Genre", "values": {"Total - Genre": "all"}}},
    }

    (quebec,) = figures(deposits.statcan(tmp_path, deposits.FRENCH, adapter=settings))

    assert (quebec.place, quebec.value, quebec.flag) == ("CA-QC", Decimal(98_400), "E")


@pytest.mark.parametrize(
    ("before", "after", "code", "line"),
    [
        ('"512.3"', '"600.0"', "deposit-total", 2),
        ('"Persons"', '"Percent"', "deposit-unit", 2),
        ('"thousands"', '"dozens"', "deposit-cell", 2),
        ('"2024"', '"2027"', "deposit-future", 2),
        ('"512.3"', '"5,12"', "deposit-cell", 2),
        ('"A"', '"?"', "deposit-cell", 2),
    ],
)
def test_statcan_line_that_cannot_be_meant_is_refused(
    tmp_path: Path, before: str, after: str, code: str, line: int
) -> None:
    text = deposits.ENGLISH.replace(before, after)
    if code == "deposit-total":  # the parts then make less than the total, which is no fault
        text = deposits.ENGLISH.replace('"300.1"', '"400.1"')

    refusal = refused(deposits.statcan(tmp_path, text))

    assert (refusal.case, refusal.facts["line"]) == (code, line)


def test_statcan_needs_its_metadata_and_the_rule_for_small_groups(tmp_path: Path) -> None:
    bare = {"13109999-eng.zip": deposits.zipped({"13109999.csv": deposits.ENGLISH.encode()})}
    folder = write_package(tmp_path / "a", files=bare, adapter=deposits.STATCAN_SETTINGS)
    assert refused(folder).case == "deposit-statcan"
    assert refused(deposits.statcan(tmp_path / "b", small_groups=None)).case == "deposit-no-n"


def test_ilostat_is_multiplied_and_keeps_the_status(tmp_path: Path) -> None:
    total, clerks, kenya = figures(deposits.ilostat(tmp_path))

    assert (total.occupation, total.value) == ("all", Decimal(20_100_500))
    assert (clerks.place, clerks.occupation, clerks.scheme, clerks.value) == (
        "CA",
        "4",
        CodeScheme.ISCO,
        Decimal(1_810_200),
    )
    assert clerks.note_en.endswith("ILOSTAT: U")
    assert (kenya.place, kenya.state) == ("KE", ObservationState.BREAK)


def test_index_is_told_by_month_and_counts_nobody(tmp_path: Path) -> None:
    may, june = figures(deposits.online_labour_index(tmp_path))

    assert (may.value, june.value) == (Decimal(100), Decimal(150))
    assert {may.n, june.n} == {None}
    assert may.period == "2016-05-01/2016-05-31"
    assert june.period == "2016-06-01/2016-06-01"
    assert may.measure is Measure.INDEX


def test_survey_is_counted_with_weights_and_unfinished_answers_are_left_out(
    tmp_path: Path,
) -> None:
    deposit = read_deposit([deposits.survey(tmp_path)], TODAY)
    everybody, *parts = deposit.observations

    assert (everybody.value, everybody.n, everybody.is_weighted) == (Decimal(578), 55, True)
    assert {(part.sex.value, part.age, part.n) for part in parts} == {
        ("woman", "all", 30),
        ("man", "all", 25),
        ("all", "18-34", 28),
        ("all", "35+", 27),
    }
    assert (deposit.grade, deposit.reason) == (DepositGrade.C, GradeReason.WEIGHTED_SURVEY)


def test_breakdown_with_a_small_group_is_left_out_as_a_whole(tmp_path: Path) -> None:
    answers = deposits.responses(30, 25, others=5)

    kept = figures(deposits.survey(tmp_path, answers))

    assert {item.sex for item in kept} == {Sex.ALL}
    assert len(kept) == 3


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("lastpage", "ipaddr", "deposit-personal"),
        ("lastpage", "firstname", "deposit-personal"),
        ("lastpage", "_submitted_by", "deposit-personal"),
        (",yes,", f",{'x' * 301},", "deposit-personal-text"),
        (",yes,", ",anne@example.org,", "deposit-personal-text"),
        (",F,", ",Z,", "deposit-cell"),
        (",10.5", ",-1", "deposit-cell"),
    ],
)
def test_answers_with_persons_or_wrong_codes_are_refused(
    tmp_path: Path, before: str, after: str, code: str
) -> None:
    answers = deposits.responses().decode().replace(before, after).encode()

    assert refused(deposits.survey(tmp_path, answers)).case == code


def test_survey_of_few_people_is_refused(tmp_path: Path) -> None:
    assert refused(deposits.survey(tmp_path, deposits.responses(10, 9))).case == "deposit-few"


def test_audit_gives_figures_and_no_single_person(tmp_path: Path) -> None:
    deposit = read_deposit([deposits.audit(tmp_path)], TODAY)

    assert [
        (item.measure.value, str(item.value.normalize()))
        for item in deposit.observations
        if item.value
    ] == [
        ("people", "64"),
        ("hours", "51.2"),
        ("pay_per_hour", "3.85"),
        ("share", "0.85"),
    ]
    assert "A1B2" not in repr(deposit)
    assert (deposit.grade, deposit.reason) == (DepositGrade.C, GradeReason.AUDIT)


@pytest.mark.parametrize(
    ("path", "value"),
    [(("people",), -1), (("people",), "x"), (("pay", "currency"), "dollars"), (("pay",), "x")],
)
def test_audit_with_a_wrong_field_is_refused_or_read_without_pay(
    tmp_path: Path, path: tuple[str, ...], value: object
) -> None:
    content: Any = copy.deepcopy(deposits.AUDIT)
    parent = content
    for name in path[:-1]:
        parent = parent[name]
    parent[path[-1]] = value
    folder = deposits.audit(tmp_path, content)

    if path == ("pay",):
        assert len(figures(folder)) == 1
    else:
        assert refused(folder).case == "deposit-field"


def test_release_of_another_instance_keeps_its_bands(tmp_path: Path) -> None:
    deposit = read_deposit([release(tmp_path)], TODAY)
    people, hours = deposit.observations

    assert (people.value, people.low, people.high, people.n) == (Decimal(50), Decimal(50), None, 50)
    assert (hours.value, hours.n) == (Decimal("310.5"), 50)
    assert (deposit.grade, deposit.reason) == (DepositGrade.B, GradeReason.WHOLE_PLATFORM)


def test_release_that_was_changed_or_is_simulated_is_refused(tmp_path: Path) -> None:
    assert refused(release(tmp_path / "a", simulated=True)).case == "deposit-release"
    assert refused(release(tmp_path / "b", period="2026-Q4")).case == "deposit-release"
    signed = (release(tmp_path / "c") / "release.json").read_bytes().replace(b"310.5", b"999.5")
    settings = {"kind": "release", "file": "release.json", "place": "CA-QC"}
    folder = write_package(tmp_path / "d", files={"release.json": signed}, adapter=settings)
    assert refused(folder).case == "deposit-signature"


@pytest.mark.parametrize("kind", [*EACH, "robot"])
@pytest.mark.parametrize(
    "settings", [{}, {"file": 3}, {"file": "../x", "concept": "click"}, {"where": []}, {"kind": []}]
)
def test_adapter_with_wrong_settings_is_refused_by_name(
    tmp_path: Path, kind: str, settings: dict[str, Any]
) -> None:
    files = {"x.csv": b"a,b\n1,2\n"}

    refusal = refused(write_package(tmp_path, files=files, adapter={"kind": kind} | settings))

    assert refusal.case in {"deposit-field", "deposit-file-gone"}


@pytest.mark.parametrize(
    "text",
    ["", "x", "\0", "a;b\n", '"open', "a\n" * 9, "\ufeff", "é,é\n1,2\n", "=cmd(),b\n1,2\n"],
)
@pytest.mark.parametrize("kind", ["statcan", "ilostat", "survey", "audit", "release", ""])
def test_any_text_is_refused_and_never_fails(tmp_path: Path, kind: str, text: str) -> None:
    names = {"statcan": "x.zip", "survey": "responses.csv", "": "observations.csv"}
    name = names.get(kind, "x.csv")
    base = json.loads(
        (EACH.get(kind, deposits.survey)(tmp_path / "a") / "datapackage.json").read_text()
    )
    settings = base["canut"]["adapter"] | ({} if kind == "survey" else {"file": name})
    files = {name: text.encode("utf-8", "surrogatepass")}
    if kind == "survey":
        files["codebook.csv"] = deposits.CODEBOOK.encode()
    adapter = {"adapter": settings} if kind else {}

    assert refused(write_package(tmp_path / "b", files=files, **adapter))


def test_periods_of_publishers() -> None:
    assert read_period("2024M02") == (date(2024, 2, 1), date(2024, 2, 29))
    assert read_period("2025-Q4") == (date(2025, 10, 1), date(2025, 12, 31))
    assert [read_period(text) for text in ("", "20x5", "2025M13", "2025Q5", "0001")] == [None] * 5
