"""``canut portrait``, inside this process: releases, what is checked of them, the chapter."""

from pathlib import Path

import pytest

from canut.__main__ import main
from canut.commands import portrait
from canut.store.models import Deposit, PortraitRelease
from tests.support.deposits import write_package


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    """Stay in this process, on the database of tests, which is of this version."""
    assert db is None
    monkeypatch.setattr(portrait, "set_up", lambda _args: None)
    monkeypatch.setattr("canut.store.platform.instance.check_database", lambda: None)


def test_quarter_is_built_once_and_verified(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["portrait", "build", "--quarter", "2025Q4"]) == 0
    made = PortraitRelease.objects.get()

    assert main(["portrait", "build", "--quarter", "2025Q4"]) == 1
    assert main(["portrait", "verify"]) == 0

    said = capsys.readouterr()
    assert made.sha256 in said.out
    assert "Releases: 1; that do not hold: 0" in said.out
    assert "serve what is out, or correct it" in said.err


def test_one_release_is_verified_without_an_instance_and_a_change_is_noticed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["portrait", "build", "--quarter", "2025Q4"])
    file = tmp_path / "release.json"
    file.write_text(PortraitRelease.objects.get().content)

    assert main(["portrait", "verify", str(file)]) == 0
    assert "signed by did:key:" in capsys.readouterr().out
    file.write_text(file.read_text().replace('"2025-Q4"', '"2025-Q3"'))
    assert main(["portrait", "verify", str(file)]) == 1
    assert "is not what" in capsys.readouterr().err


def test_changed_release_of_the_instance_is_noticed(capsys: pytest.CaptureFixture[str]) -> None:
    main(["portrait", "build", "--quarter", "2025Q4"])
    made = PortraitRelease.objects.get()
    PortraitRelease.objects.update(content=made.content.replace('"CAD"', '"EUR"'))

    assert main(["portrait", "verify"]) == 1

    assert "2025-Q4 edition 1" in capsys.readouterr().err


@pytest.mark.parametrize("language", ["fr", "en"])
def test_chapter_is_written_in_every_form(
    language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["portrait", "chapter", "--lang", language, "-o", str(tmp_path)]) == 0

    stem = "chapitre-manquant" if language == "fr" else "missing-chapter"
    assert {path.name for path in tmp_path.iterdir()} == {
        f"{stem}.html", f"{stem}.pdf", f"{stem}.csv",
    }  # fmt: skip
    assert stem in capsys.readouterr().out


@pytest.mark.parametrize("words", [["build"], ["build", "--quarter", "soon"], ["chapter"]])
def test_what_is_missing_is_asked_for(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["portrait", *words]) == 1

    assert capsys.readouterr().err


def test_deposit_is_checked_brought_accepted_and_withdrawn(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(write_package(tmp_path))

    assert main(["portrait", "deposit", folder, "--check"]) == 0
    assert not Deposit.objects.exists()
    assert main(["portrait", "deposit", folder]) == 0
    row = Deposit.objects.get()
    assert main(["portrait", "accept", str(row.pk)]) == 0
    assert main(["portrait", "deposit", folder]) == 1
    assert main(["portrait", "withdraw", str(row.pk)]) == 1
    assert main(["portrait", "withdraw", str(row.pk), "--reason", "Wrong weights"]) == 0

    printed = capsys.readouterr()
    assert "3 figures, grade C (weighted_survey), unsigned" in printed.out
    assert f"deposit {row.pk} is in" in printed.out
    row.refresh_from_db()
    assert (row.state, row.ended_why) == (Deposit.State.WITHDRAWN, "Wrong weights")


@pytest.mark.parametrize(
    "arguments",
    [["deposit"], ["deposit", "/nowhere"], ["accept"], ["accept", "x"], ["accept", "9", "8"]],
)
def test_deposit_that_is_not_there_is_refused(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["portrait", *arguments]) == 1
    assert "Traceback" not in capsys.readouterr().err
