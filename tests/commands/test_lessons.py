"""``canut lessons check`` needs no instance: it reads a folder and says what is wrong."""

import shutil
from pathlib import Path

import pytest

from canut.__main__ import main
from canut.core.lessons.reading import SHIPPED


def test_check_of_a_good_lesson_ends_with_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lessons", "check", str(SHIPPED / "01-click-life")]) == 0
    assert capsys.readouterr().out.endswith("14 screens, 10 items, 0 problems\n")


def test_check_lists_each_problem_and_ends_with_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = Path(shutil.copytree(SHIPPED / "01-click-life", tmp_path / "copy"))
    text = (folder / "en.md").read_text()
    (folder / "en.md").write_text(text.replace("She took six seconds.", "She took 6 seconds."))

    assert main(["lessons", "check", str(folder)]) == 1

    assert "s01: 6 stands -1 times in French against English" in capsys.readouterr().out


def test_folder_that_cannot_be_read_is_refused_by_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = Path(shutil.copytree(SHIPPED / "01-click-life", tmp_path / "copy"))
    (folder / "cases/rubric.yaml").unlink()
    assert main(["lessons", "check", str(folder)]) == 1
    assert "cases/rubric.yaml" in capsys.readouterr().err
    assert main(["lessons", "check"]) == 1
