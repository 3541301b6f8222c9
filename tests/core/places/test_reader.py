"""A file of parameters says all it must, once; values keep their day, source and end."""

from datetime import date
from decimal import ROUND_FLOOR, Decimal
from pathlib import Path

import pytest

from canut.core.errors import BadFile
from canut.core.places.parameters import Parameter, ValueConfidence
from canut.core.places.reader import SHIPPED, read_place, read_places, shipped_places

PLACES = shipped_places()
FILE = """
schema: canut.labour-params/1
jurisdiction: FR
currency: EUR
sources:
  S1: {title: "An order", url: "https://example.org/", kind: official, read: 2026-11-25}
params:
  minimum_wage.general:
    unit: EUR/hour
    applies_to: [employee]
    values:
      - {from: 2025-01-01, value: "11.88", src: S1, confidence: official}
      - {from: 2026-01-01, value: "12.02", src: S1, confidence: official}
    review_by: 2026-12-01
    hard_stop: 2027-01-01
"""


def read(*changes: tuple[str, str]) -> Parameter:
    text = FILE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return read_place("FR.yaml", text.encode()).parameters["minimum_wage.general"]


def test_a_plain_file_is_read() -> None:
    parameter = read()

    assert [one.value for one in parameter.entries] == [Decimal("11.88"), Decimal("12.02")]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("canut.labour-params/1", "canut.labour-params/2", "FR.yaml schema"),
        ("jurisdiction: FR", "jurisdiction: DE", "FR.yaml jurisdiction is 'DE'"),
        ("currency: EUR", "currency: euro", "FR.yaml currency is 'euro'"),
        ("currency: EUR", "currency: 5", "FR.yaml currency is 5; expected a text"),
        ("currency: EUR\n", "", "FR.yaml currency is None"),
        ("currency: EUR", "currency: EUR\nmoney: EUR", "FR.yaml money .* no such field"),
        ("currency: EUR", "currency: EUR\ncurrency: EUR", "FR.yaml .*currency is written twice"),
        ("kind: official", "kind: rumour", "sources.S1 kind is 'rumour'"),
        ("read: 2026-11-25", "read: lately", "sources.S1 read is 'lately'"),
        ('title: "An order", ', "", "sources.S1 title"),
        ("EUR/hour", "EUR/week", "FR.yaml minimum_wage.general unit is 'EUR/week'"),
        ("[employee]", "[robot]", "minimum_wage.general applies_to is 'robot'"),
        ('"12.02"', "12.02", r"minimum_wage.general values\[1\] value is 12.02.*quotes"),
        ('"12.02"', '"12,02"', r"values\[1\] value is '12,02'"),
        ('"12.02"', '"-1"', r"values\[1\] value is '-1'"),
        ('"12.02"', '"NaN"', r"values\[1\] value is 'NaN'"),
        ('"12.02"', "null", r"values\[1\] src is 'S1'; expected unknown"),
        ('"12.02", src: S1', '"12.02", src: S2', r"values\[1\] src is 'S2'"),
        ("confidence: official", "confidence: sure", r"values\[0\] confidence is 'sure'"),
        ("confidence: official", "confidence: unknown", r"values\[0\] confidence"),
        ("2026-01-01, value", "2025-01-01, value", r"values\[1\] from .* correction"),
        ('"12.02", src', '"12.02", corrects: 2025-01-01, src', r"values\[1\] corrects"),
        ("hard_stop: 2027-01-01", "hard_stop: 2025-06-01", "general hard_stop"),
        ("review_by: 2026-12-01", "review_by: 2027-02-01", "general hard_stop"),
        ("    review_by: 2026-12-01\n", "", "general review_by"),
        ("unit:", "inherited: 1\n    unit:", "general inherited is 1"),
        ("unit:", "override: anybody\n    unit:", "general override is 'anybody'"),
        (
            "params:",
            "hours_basis: {day: {hours: '0', src: S1, confidence: official}}\nparams:",
            "h",
        ),
        (
            "params:",
            "hours_basis: {day: {hours: '8', src: S2, confidence: official}}\nparams:",
            "S",
        ),
        ("sources:", "not_computed: [{id: tax, en: tax}]\nsources:", "not_computed fr"),
        ("unit:", "period_of_test: year\n    unit:", "general period_of_test is 'year'"),
        ("kind: official", "published: soon, kind: official", "sources.S1 published is 'soon'"),
        ("params:", "hours_basis: [8]\nparams:", "hours_basis is"),
        ("params:", "not_computed: {a: b}\nparams:", "not_computed is"),
        ("params:", "contributions: [{id: a, rates: {state: []}}]\nparams:", "a rates is 'state'"),
        ("schema:", "[schema:", "FR.yaml is not YAML"),
    ],
)
def test_a_file_that_does_not_hold_is_refused_by_name(old: str, new: str, said: str) -> None:
    with pytest.raises(BadFile, match=said) as refusal:
        read((old, new))

    assert refusal.value.case == "bad-parameters"
    assert refusal.value.facts["file"] == "FR.yaml"


def test_a_list_is_no_file_of_parameters() -> None:
    with pytest.raises(BadFile, match=r"FR\.yaml"):
        read_place("FR.yaml", b"- 1\n")


def test_a_parameter_without_values_is_refused() -> None:
    lines = [line for line in FILE.splitlines() if "- {from" not in line]
    text = "\n".join(lines).replace("values:", "values: []")

    with pytest.raises(BadFile, match="at least one"):
        read_place("FR.yaml", text.encode())


def test_a_correction_stands_beside_what_it_corrects_and_wins() -> None:
    more = '{from: 2026-01-01, corrects: 2026-01-01, value: "12.31", src: S1, confidence: official}'

    parameter = read(("    review_by", f"      - {more}\n    review_by"))

    entry = parameter.on(date(2026, 6, 1))
    assert entry is not None
    assert (len(parameter.entries), entry.value) == (3, Decimal("12.31"))


def test_the_day_a_source_was_published_is_kept() -> None:
    source = PLACES.known("minimum_wage.general", "CA-QC", date(2026, 6, 1)).source

    assert source.published == date(2026, 1, 22)


def test_an_operators_own_file_takes_the_place_of_ours(tmp_path: Path) -> None:
    (tmp_path / "FR.yaml").write_text(FILE.replace("12.02", "13.00"))

    places = read_places(SHIPPED, tmp_path)

    own = places.known("minimum_wage.general", "FR", date(2026, 11, 25))
    assert own.value == Decimal("13.00")
    assert "CA-QC" in places.by_code


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="holds no"):
        read_places(tmp_path)


def test_a_contribution_on_a_parameter_nobody_names_is_refused(tmp_path: Path) -> None:
    rule = "contributions: [{id: tax, rates: {employer: [tax.rate]}}]\n"
    (tmp_path / "FR.yaml").write_text(FILE + rule)

    with pytest.raises(BadFile, match=r"FR\.yaml contributions tax is 'tax\.rate'"):
        read_places(tmp_path)


def test_the_more_specific_place_decides_and_the_country_fills_in() -> None:
    day = date(2026, 6, 1)

    names = ("minimum_wage.general", "ei.mie")

    assert [PLACES.known(name, "CA-QC", day).place for name in names] == ["CA-QC", "CA"]


def test_a_value_keeps_its_source_and_the_hash_of_its_file() -> None:
    known = PLACES.known("minimum_wage.general", "CA-QC", date(2026, 6, 1))

    assert (known.since, known.confidence) == (date(2026, 5, 1), ValueConfidence.OFFICIAL)
    assert known.source.read == date(2026, 11, 29)
    assert len(known.sha256) == 64


def test_a_pay_line_can_cite_what_it_rests_on() -> None:
    known = PLACES.known("minimum_wage.general", "CA-QC", date(2026, 6, 1))

    cited = known.cited()

    assert cited.pop("file_sha256") == known.sha256
    assert list(cited.values()) == [
        "CA-QC",
        "minimum_wage.general",
        "16.60",
        "CAD/hour",
        "2026-05-01",
        "S1",
        "official",
    ]


def test_what_is_past_its_review_day_is_listed_and_still_used() -> None:
    day = date(2026, 11, 25)

    due = {(place, name) for place, name, _by, _stop in PLACES.due_for_review(day)}

    assert ("PH-00", "minimum_wage.general") in due
    assert ("CA-QC", "qpp.ympe") in due
    assert ("CA-QC", "minimum_wage.general") not in due


def test_the_second_ceiling_of_the_pension_follows_its_published_rule() -> None:
    for year, times in ((2024, "1.07"), (2025, "1.14"), (2026, "1.14")):
        first, second = (
            PLACES.known(f"qpp.{name}", "CA-QC", date(year, 1, 1)).value
            for name in ("ympe", "yampe")
        )

        assert (first * Decimal(times) / 100).to_integral_value(ROUND_FLOOR) * 100 == second


def test_every_shipped_place_says_what_is_not_computed() -> None:
    silent = [code for code in PLACES.by_code if not PLACES.not_computed(code)]

    assert not silent


def test_what_rests_on_general_knowledge_is_never_called_sure() -> None:
    sure = [
        (place.code, one.name)
        for place in PLACES.by_code.values()
        for one in place.parameters.values()
        for entry in one.entries
        if entry.source
        and entry.source.kind in {"general_knowledge", "inferred"}
        and entry.confidence is not ValueConfidence.TO_VERIFY
    ]

    assert not sure
