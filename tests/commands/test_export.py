"""``canut export``: marked texts and segments go into the file that is named, by its suffix."""

import argparse
import json
from pathlib import Path

import pytest
from pytest_django import Settings

from canut.commands import export
from canut.core.errors import BadInput
from canut.core.kinds import check_schema
from tests.support.factories import answer_next, make_project

pytestmark = pytest.mark.django_db
SPAN = {"id": "1", "label": "person", "start": 0, "end": 3}
SEGMENT = {"label": "person", "start": 0, "end": 1.5}
SHOWN = {"spans": "text", "audio": "audio"}


def taken(folder: Path, kind: str, value: object, what: str, name: str) -> str:
    """Answer one task of a project, export it, and return the file."""
    question = {"id": "q", "kind": kind, "ask": "Qui ?", "labels": ["person"]}
    show = [{"column": "text", "as": SHOWN[kind]}]
    made = make_project(schema=check_schema({"questions": [question], "show": show}), tasks=1)
    answer_next(made.worker, value)
    parser = argparse.ArgumentParser()
    export.add_arguments(parser)
    words = [made.project.slug, "--what", what, "-o", str(folder / name), "--no-estimate"]

    assert export.run(parser.parse_args(words)) == 0
    return (folder / name).read_text()


@pytest.fixture(autouse=True)
def data(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DATA = tmp_path / "data"
    monkeypatch.setenv("CANUT_DATA", str(settings.DATA))
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "canut.settings")


def test_marked_texts_are_written_as_their_suffix_says(tmp_path: Path) -> None:
    value = {"spans": [SPAN], "relations": []}

    assert "B-person" in taken(tmp_path, "spans", value, "conll", "out.conll")
    assert "NER" in taken(tmp_path, "spans", value, "conll", "out.conllup")
    (line,) = taken(tmp_path, "spans", value, "spacy", "out.jsonl").splitlines()
    assert json.loads(line)[1] == {"entities": [[0, 3, "person"]]}


def test_label_studio_gets_its_tasks_and_the_configuration_they_fit(tmp_path: Path) -> None:
    value = {"spans": [SPAN], "relations": []}

    (task,) = json.loads(taken(tmp_path, "spans", value, "label-studio", "tasks.json"))
    config = taken(tmp_path, "spans", value, "label-studio", "config.xml")

    (result,) = task["annotations"][0]["result"]
    assert result["value"]["labels"] == ["person"]
    assert f'<Labels name="{result["from_name"]}" toName="{result["to_name"]}"' in config


def test_segments_are_written_a_row_each(tmp_path: Path) -> None:
    (row,) = taken(tmp_path, "audio", [SEGMENT], "segments", "out.jsonl").splitlines()

    assert json.loads(row)["end"] == 1.5


def test_dash_is_standard_output_and_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.chdir(tmp_path)
    made = make_project(tasks=1)
    parser = argparse.ArgumentParser()
    export.add_arguments(parser)

    assert export.run(parser.parse_args([made.project.slug, "-o", "-", "--no-estimate"])) == 0

    assert capfdbinary.readouterr().out.startswith(b"task,key,label")
    assert not (tmp_path / "-").exists()


def refused(words: list[str]) -> str:
    """Run an export that is refused, and return the refusal."""
    parser = argparse.ArgumentParser()
    export.add_arguments(parser)
    with pytest.raises(BadInput) as refusal:
        export.run(parser.parse_args(words))
    assert refusal.value.case == "export-ending"
    return str(refusal.value)


def test_ending_that_is_no_format_is_refused_with_those_there_are(tmp_path: Path) -> None:
    slug = make_project(tasks=1).project.slug
    file = tmp_path / "labels.foo"

    message = refused([slug, "-o", str(file)])

    assert "ends in .foo, which is no format; end it in one of .csv, .xlsx" in message
    assert message.endswith("or give --format")
    assert list(tmp_path.glob("labels.*")) == []
    parser = argparse.ArgumentParser()
    export.add_arguments(parser)
    assert export.run(parser.parse_args([slug, "-o", str(file), "--format", "csv"])) == 0
    assert file.read_text().startswith("task,key,label")


def test_ending_of_another_format_is_refused_where_there_is_only_one(tmp_path: Path) -> None:
    slug = make_project(tasks=1).project.slug

    message = refused([slug, "--what", "mturk", "-o", str(tmp_path / "batch.xlsx")])

    assert "mturk is written as csv; end it in .csv, or give --format csv" in message
