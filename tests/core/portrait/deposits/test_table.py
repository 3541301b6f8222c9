"""Deposited figures are read line by line; what cannot be meant is refused with its line."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from canut.core.errors import Refusal
from canut.core.portrait.deposits.descriptor import DESCRIPTOR, TABLE
from canut.core.portrait.deposits.grades import DepositGrade, GradeReason
from canut.core.portrait.deposits.package import ReadDeposit, read_deposit
from canut.core.proofs.data_integrity import sign_document
from tests.support.deposits import ROWS, TODAY, row, table, write_package, zipped

type Row = dict[str, str]


def refused(*paths: Path) -> Refusal:
    """Return the refusal of a package."""
    with pytest.raises(Refusal) as caught:
        read_deposit(paths, TODAY)
    return caught.value


def change_description(folder: Path, change: dict[str, Any]) -> None:
    """Change fields of a description; None removes one."""
    path = folder / DESCRIPTOR
    fields = json.loads(path.read_text()) | change
    path.write_text(json.dumps({name: v for name, v in fields.items() if v is not None}))


def test_package_of_three_figures_is_read(tmp_path: Path) -> None:
    deposit = read_deposit([write_package(tmp_path)], TODAY)

    assert [str(item.value) for item in deposit.observations] == [
        "4200.000000",
        "2400.000000",
        "1800.000000",
    ]
    assert [item.n for item in deposit.observations] == [412, 230, 182]
    assert (deposit.grade, deposit.reason) == (DepositGrade.C, GradeReason.WEIGHTED_SURVEY)
    assert deposit.description.signed_by == ""


@pytest.mark.parametrize(
    ("rows", "code", "line"),
    [
        ([row(), row("woman", "2400"), row("man", "1797")], "deposit-total", 2),
        ([row(), row("woman", "2400"), row("man", "1803")], "deposit-total", 2),
        ([row(), row("woman", n="12")], "deposit-few", 3),
        ([row(value="12", n="", weighted="false")], "deposit-few", 2),
        ([row(value="12", n="40")], "deposit-few", 2),
        ([row(), row("woman", "2400", "230"), row("man", "1800", "177")], "deposit-remainder", 2),
        ([row(), row("woman", "4000", n="400")], "deposit-remainder", 2),
        ([row(n="")], "deposit-no-n", 2),
        ([row(unit="hours")], "deposit-unit", 2),
        ([row(currency="CAD")], "deposit-unit", 2),
        (
            [row(measure="share", unit="proportion", value="54", share_of="people")],
            "deposit-unit",
            2,
        ),
        ([row(), row(period="2026-01-01/2026-12-31")], "deposit-future", 3),
        ([row(period="2025")], "deposit-cell", 2),
        ([row(), row(value="4300")], "deposit-twice", 3),
        ([row(low="3000", high="4100", level="0.95")], "deposit-cell", 2),
        ([row(low="3000", high="5000")], "deposit-cell", 2),
        ([row(value="NaN")], "deposit-cell", 2),
        ([row(value="1e400")], "deposit-cell", 2),
        ([row(value="٣٣٣")], "deposit-cell", 2),
        ([row(place="Québec")], "deposit-cell", 2),
        ([row(concept="robots")], "deposit-cell", 2),
        ([row(note_en="write to marie@example.org")], "deposit-personal-text", 2),
        ([row(note_en="call 514 555-0199 2000")], "deposit-personal-text", 2),
        ([row(note_fr="x" * 301)], "deposit-personal-text", 2),
    ],
)
def test_wrong_line_is_refused_with_its_number(
    tmp_path: Path, rows: list[Row], code: str, line: int
) -> None:
    refusal = refused(write_package(tmp_path, rows))

    assert (refusal.case, refusal.facts["line"]) == (code, line)
    assert f"{line}" in str(refusal)


@pytest.mark.parametrize(
    ("column", "code"),
    [
        ("name", "deposit-personal"),
        ("E-mail", "deposit-personal"),
        ("Téléphone", "deposit-personal"),
        ("worker_id", "deposit-personal"),
        ("mood", "deposit-column"),
    ],
)
def test_column_that_is_no_figure_is_refused(tmp_path: Path, column: str, code: str) -> None:
    refusal = refused(write_package(tmp_path, [row() | {column: "x"}]))

    assert (refusal.case, refusal.facts["column"]) == (code, column)


def test_total_may_differ_by_what_rounding_makes(tmp_path: Path) -> None:
    rows = [row(), row("woman", "2400"), row("man", "1801")]

    assert read_deposit([write_package(tmp_path, rows)], TODAY)


def test_parts_that_are_missing_are_not_a_wrong_total(tmp_path: Path) -> None:
    rows = [
        row(),
        row("woman", "2400"),
        row("man", "1700"),
        row("other", "", "", state="M"),
    ]

    assert read_deposit([write_package(tmp_path, rows)], TODAY).observations[3].value is None


def test_stricter_rule_of_the_depositor_holds_and_a_weaker_one_does_not(tmp_path: Path) -> None:
    rows = [row(n="40")]

    assert read_deposit([write_package(tmp_path / "a", rows, minimum=30)], TODAY)
    assert refused(write_package(tmp_path / "b", rows, minimum=50)).facts["limit"] == 50
    assert refused(write_package(tmp_path / "c", [row(n="12")], minimum=5)).facts["limit"] == 20


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"licenses": []}, "deposit-licence"),
        ({"licenses": None}, "deposit-licence"),
        ({"licenses": [{"name": "proprietary"}]}, "deposit-licence"),
        ({"sources": [{"title": "a", "path": "https://example.org/"}]}, "deposit-address"),
        ({"sources": [{"title": "a", "path": "https://example.org"}]}, "deposit-address"),
        ({"sources": []}, "deposit-field"),
        ({"$schema": "https://example.org/x"}, "deposit-format"),
        ({"licenses": "CC0-1.0"}, "deposit-field"),
        ({"canut": []}, "deposit-field"),
        (
            {"resources": [{"name": "a", "path": "../etc/passwd", "hash": "0" * 64}]},
            "deposit-field",
        ),
        ({"version": 1.5}, "deposit-format"),
        ({"proof": {"type": "x"}}, "deposit-signature"),
    ],
)
def test_description_without_what_it_must_say_is_refused(
    tmp_path: Path, change: dict[str, Any], code: str
) -> None:
    folder = write_package(tmp_path)
    change_description(folder, change)

    assert refused(folder).case == code


@pytest.mark.parametrize(
    "change",
    [
        {"contact": "https://example.org"},
        {"questionnaire": "https://example.org/"},
        {"small_groups": "http://example.org"},
    ],
)
def test_address_of_a_site_is_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    assert refused(write_package(tmp_path, **change)).case == "deposit-address"


def test_figure_collected_in_the_future_is_refused(tmp_path: Path) -> None:
    days = {"from": "2026-01-01", "until": "2027-01-01"}

    refusal = refused(write_package(tmp_path, collected=days))

    assert (refusal.case, refusal.facts["field"]) == ("deposit-field", "canut collected")


def test_changed_missing_and_undescribed_files_are_refused(tmp_path: Path) -> None:
    folder = write_package(tmp_path)
    (folder / TABLE).write_bytes(table(ROWS[:1]))
    assert refused(folder).case == "deposit-hash"
    (folder / TABLE).unlink()
    assert refused(folder).case == "deposit-file-gone"
    folder = write_package(tmp_path)
    (folder / "more.csv").write_text("a,b\n")
    assert refused(folder).case == "deposit-file-extra"
    (folder / DESCRIPTOR).unlink()
    assert refused(folder).case == "deposit-files"


def test_zip_and_single_files_are_the_same_package(tmp_path: Path) -> None:
    folder = write_package(tmp_path / "a")
    names = (DESCRIPTOR, TABLE)
    packed = tmp_path / "a.zip"
    packed.write_bytes(zipped({f"in/{name}": (folder / name).read_bytes() for name in names}))

    by_folder, by_zip, by_files = (
        read_deposit(paths, TODAY)
        for paths in ([folder], [packed], [folder / name for name in names])
    )

    assert by_folder == by_zip == by_files


def test_zip_that_grows_or_leads_elsewhere_is_refused(tmp_path: Path) -> None:
    bomb, path = tmp_path / "bomb.zip", tmp_path / "path.zip"
    bomb.write_bytes(zipped({DESCRIPTOR: b"0" * (2**28 + 1)}))
    path.write_bytes(zipped({f"../{DESCRIPTOR}": b"{}"}))
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK\x03\x04 nothing")

    assert refused(bomb).case == "deposit-large"
    assert refused(path).case == "table-unsafe-name"
    assert refused(broken).case == "deposit-no-zip"
    assert not [item for item in tmp_path.iterdir() if item.suffix != ".zip"]


def test_zip_of_many_files_is_refused(tmp_path: Path) -> None:
    many = tmp_path / "many.zip"
    with zipfile.ZipFile(many, "w") as archive:
        for number in range(40):
            archive.writestr(f"{number}.csv", "a\n")

    assert refused(many).case == "deposit-files-many"


@pytest.mark.parametrize(
    "content",
    [b"[" * 100_000, b"\xff\xfe", b"{", b"[]", b'{"a": NaN}', b'{"$schema": 1e999}', b"null"],
)
def test_description_that_is_no_object_is_refused(tmp_path: Path, content: bytes) -> None:
    folder = write_package(tmp_path)
    (folder / DESCRIPTOR).write_bytes(content)

    assert refused(folder).case == "deposit-format"


def test_signature_of_a_package_is_checked(tmp_path: Path) -> None:
    folder = write_package(tmp_path)
    path = folder / DESCRIPTOR
    signed = sign_document(json.loads(path.read_text()), bytes(range(32)), "2026-11-01T00:00:00Z")
    path.write_text(json.dumps(signed))
    assert signer(read_deposit([folder], TODAY)).startswith("did:key:z")

    signed["name"] = "other"
    path.write_text(json.dumps(signed))
    assert refused(folder).case == "deposit-signature"


def signer(deposit: ReadDeposit) -> str:
    """Return who signed a package."""
    return deposit.description.signed_by
