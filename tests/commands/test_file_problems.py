"""A file that a command cannot open is named with what to do, not in Python's own words."""

from pathlib import Path

import pytest
from pytest_django import Settings

from canut.store.platform.file_problems import file_problem
from tests.commands.running import canut

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data(settings: Settings, tmp_path: Path) -> None:
    settings.DATA = tmp_path / "own"
    settings.DATA.mkdir()


@pytest.mark.parametrize(
    "words",
    [
        ["pay", "verify", "{there}/none.json"],
        ["inspect", "verify", "{there}/none.zip"],
        ["portrait", "verify", "{there}/none.json"],
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_missing_file_is_named(words: list[str], tmp_path: Path) -> None:
    done = canut(*[word.format(there=tmp_path) for word in words])

    assert done.returncode == 1
    name = words[-1].format(there=tmp_path)
    assert f"there is no file {name}; check the path" in done.stderr


def test_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    answers = tmp_path / "answers.csv"
    answers.write_text("task,worker,label\n1,a,x\n1,b,x\n2,a,y\n")
    page = tmp_path / "none" / "audit.html"

    done = canut(
        "audit",
        str(answers),
        "-o",
        str(page),
        "--task",
        "task",
        "--worker",
        "worker",
        "--label",
        "label",
    )

    assert done.returncode == 1
    assert f"there is no folder {page.parent}; make it first, or name another" in done.stderr


def test_folder_without_a_database_is_named_with_the_option(tmp_path: Path) -> None:
    done = canut("export", "reviews", data=tmp_path)

    assert done.returncode == 1
    assert f"there is no Canut database in {tmp_path} yet" in done.stderr
    assert "--data DIR" in done.stderr


def test_key_for_no_organisation_lists_those_there_are(instance: Path) -> None:
    canut("operator", "add", "claire", "--organisation", "La Fabrique", "--link", data=instance)

    done = canut("key", "create", "--mturk", "--name", "script", data=instance)
    typo = canut(
        *("key", "create", "--role", "requester", "--name", "x", "--organisation", "Fabrik"),
        data=instance,
    )

    assert "say for whom: --organisation NAME; there are: La Fabrique" in done.stderr
    assert "no organisation 'Fabrik' here; there are: La Fabrique" in typo.stderr


def test_file_is_told_apart_from_its_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path, words in (
        (tmp_path, "is a folder; name a file"),
        (tmp_path / "file" / "labels.csv", "a part of the path is a file"),
    ):
        with pytest.raises(OSError, match=str(path)) as caught:
            path.open("w")
        assert words in str(file_problem(caught.value))
    assert file_problem(OSError(28, "No space left on device")) is None
