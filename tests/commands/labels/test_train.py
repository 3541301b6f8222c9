"""``canut train``: a model is taught, measured, told, and written with its card."""

import argparse
import importlib
import json
import zipfile
from pathlib import Path
from types import ModuleType

import pytest
from pytest_django import Settings

from canut.commands.labels import train
from canut.core.errors import Missing, NotReady
from tests.actions.learning.test_loop import Loop

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DATA = tmp_path / "data"
    monkeypatch.setenv("CANUT_DATA", str(settings.DATA))
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "canut.settings")


def run(*words: str) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser()
    train.add_arguments(parser)
    return train.run(parser.parse_args(words))


def test_model_is_taught_told_and_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    loop = Loop(tasks=60)
    loop.answer(40)

    assert run(loop.project.slug, "-o", str(tmp_path / "model.zip")) == 0
    said = capsys.readouterr().out

    assert "canut-text 1 learnt from 40 answers" in said
    assert "people's time inside: 0.04 h" in said
    with zipfile.ZipFile(tmp_path / "model.zip") as parts:
        assert json.loads(parts.read("card.json"))["labour"]["ms"] == 160_000
        assert parts.read("weights.npz").startswith(b"PK")


def test_model_of_ones_own_is_named_with_its_base(capsys: pytest.CaptureFixture[str]) -> None:
    loop = Loop(tasks=60)
    loop.answer(40)

    run(loop.project.slug, "--model", "tests.actions.learning.test_loop:Always", "--name", "always")

    assert "labour unknown in some embeddings" in capsys.readouterr().out


def test_unknown_project_is_refused() -> None:
    with pytest.raises(Missing, match="no project 'rien'"):
        run("rien")


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = Loop(tasks=60)
    loop.answer(40)

    usual = importlib.import_module

    def missing(name: str) -> ModuleType:
        if name == "canut.core.learning.baselines":
            raise ModuleNotFoundError("No module named 'sklearn'")
        return usual(name)

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(NotReady, match=r"canut\[learn\]"):
        run(loop.project.slug)
