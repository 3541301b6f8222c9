"""``canut inspect``: build a file of this instance, check it without one."""

from pathlib import Path

import pytest

from canut.__main__ import main
from canut.commands.oversight import inspection


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    """Stay in this process, on the database of tests, which is of this version."""
    assert db is None
    monkeypatch.setattr(inspection, "set_up", lambda _args: None)
    monkeypatch.setattr("canut.store.platform.instance.check_database", lambda: None)


def build(file: Path) -> int:
    return main(["inspect", "build", "--from", "2026-07-01", "--to", "2026-12-31", "-o", str(file)])


def test_file_is_built_again_to_the_byte_and_checked_without_an_instance(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = tmp_path / "a.zip", tmp_path / "b.zip"

    assert build(first) == 0
    assert build(second) == 0
    assert main(["inspect", "verify", str(first)]) == 0

    said = capsys.readouterr().out
    assert first.read_bytes() == second.read_bytes()
    assert "changed: nothing" in said
    assert "files hold" in said


def test_changed_file_is_not_taken_for_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.zip"
    build(file)
    file.write_bytes(file.read_bytes().replace(b"manifest.json", b"manifest.jsoN"))

    assert main(["inspect", "verify", str(file)]) == 1
    assert "no inspector's file" in capsys.readouterr().err


def test_statements_need_a_written_demand(tmp_path: Path) -> None:
    words = ["inspect", "build", "--from", "2026-07-01", "--to", "2026-12-31"]

    assert main([*words, "-o", str(tmp_path / "a.zip"), "--person", "ana"]) == 1
