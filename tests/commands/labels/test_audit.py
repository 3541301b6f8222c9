"""The audit as a person runs it: on a file, with no server and no database."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from canut.__main__ import main
from tests.core.audit.files import write_crowd

type Say = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_crowd(tmp_path_factory.mktemp("audit") / "Batch_results.csv")


def test_one_command_writes_text_json_labels_and_a_page(
    crowd: Path, tmp_path: Path, capsys: Say
) -> None:
    where = {name: str(tmp_path / name) for name in ("a.json", "a.html", "l.csv")}
    floor = ["--floor", "16.60", "--currency", "CAD", "--exchange", "1.37"]

    files = ["--json", where["a.json"], "-o", where["a.html"], "--labels", where["l.csv"]]
    done = main(["audit", str(crowd), *floor, "--lang", "fr", *files])

    said = capsys.readouterr()
    assert (done, said.err) == (0, "")
    assert "CE QUE LES GENS ONT GAGNÉ" in said.out
    assert "16,60\u00a0CAD" in said.out
    told = json.loads(Path(where["a.json"]).read_text())
    assert told["pay"]["under_floor"]["floor"] == "16.6"
    assert Path(where["a.html"]).read_text().startswith("<!doctype html>")
    with Path(where["l.csv"]).open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 120
    assert set(rows[0]) == {"task", "question", "label", "confidence"}


def test_json_may_go_to_standard_output_alone(crowd: Path, capsys: Say) -> None:
    main(["audit", str(crowd), "--json", "-"])

    assert json.loads(capsys.readouterr().out)["platform"] == "Mechanical Turk"


def test_any_csv_is_audited_by_the_columns_one_names(tmp_path: Path, capsys: Say) -> None:
    path = tmp_path / "own.csv"
    rows = "".join(f"{n // 3};p{n % 3};oui;36;0,10\n" for n in range(90))
    path.write_text("id;qui;avis;durée;prix\n" + rows)
    columns = [
        "--task",
        "id",
        "--worker",
        "qui",
        "--label",
        "avis",
        "--seconds",
        "durée",
        "--pay",
        "prix",
    ]

    done = main(["audit", str(path), *columns, "--currency", "EUR", "--json", "-"])

    told = json.loads(capsys.readouterr().out)
    assert done == 0
    assert told["pay"]["by_person"] == {"p10": "10", "p50": "10", "p90": "10"}
    assert told["pay"]["currency"] == "EUR"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--currency", "CAD"], "--exchange"),
        (["--currency", "dollars", "--exchange", "1"], "three capital letters"),
        (["--floor", "much"], "0.04"),
        (["--exchange", "0", "--currency", "CAD"], "above 0"),
        (["--question", "mood"], "feeling, why"),
        (["--task", "HITId"], "--worker"),
        (["--task", "HIT", "--worker", "WorkerId", "--label", "Title"], "'HIT'"),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(
    crowd: Path, capsys: Say, options: list[str], said: str
) -> None:
    done = main(["audit", str(crowd), *options])

    assert done == 1
    assert said in capsys.readouterr().err


def test_rows_that_cannot_be_read_are_told_on_standard_error(
    crowd: Path, tmp_path: Path, capsys: Say
) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(crowd.read_text().replace('"Approved"', '"Approuvé"'))

    main(["audit", str(path), "--lang", "en"])

    said = capsys.readouterr().err
    assert "line 2, AssignmentStatus: “Approuvé” says neither" in said
    assert "problems in all" in said


@pytest.mark.process
def test_an_audit_needs_neither_django_nor_a_data_folder(crowd: Path) -> None:
    code = (
        "import sys; from canut.__main__ import main\n"
        f"main(['audit', {str(crowd)!r}, '--json', '-'])\n"
        "assert 'django' not in sys.modules"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("outputs", "message"),
    [
        (["-o", "batch.csv"], "is named twice, and would be overwritten"),
        (["--labels", "a.csv", "--json", "a.csv"], "is named twice, and would be overwritten"),
        (["--labels", "a.xlsx"], "a.xlsx ends in .xlsx; expected one of .csv"),
        (["--floor", "-1"], "--floor is -1; give the least pay per hour, 0 or more"),
    ],
)
def test_no_file_is_overwritten_and_none_has_a_wrong_ending(
    crowd: Path,
    outputs: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Say,
) -> None:
    monkeypatch.chdir(tmp_path)
    batch = Path("batch.csv")
    batch.write_bytes(crowd.read_bytes())

    assert main(["audit", "batch.csv", *outputs]) == 1

    assert message in capsys.readouterr().err
    assert batch.read_bytes() == crowd.read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["batch.csv"]
