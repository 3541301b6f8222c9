"""``canut label`` says where the project is, and how its labels are taken."""

import argparse
import json
from pathlib import Path

import pytest
from openpyxl import Workbook
from pytest_django import Settings

from canut.actions.people.accounts import add_operator
from canut.commands.labels.label import (
    ENGLISH,
    FRENCH,
    LabelTexts,
    add_arguments,
    find_or_create,
)
from canut.core.errors import BadFile, Incomplete
from canut.store.models import Task
from canut.store.projects.versions import current_question
from canut.store.tables.tasks import RequesterPage
from tests.support.factories import NOW_MS


@pytest.mark.parametrize("texts", [ENGLISH, FRENCH])
def test_address_and_the_way_to_the_labels_are_printed(texts: LabelTexts) -> None:
    printed = texts.export.format(url="http://127.0.0.1:8000", slug="avis", data=" --data d")

    assert "http://127.0.0.1:8000/projects/avis/" in printed
    assert printed.endswith("canut export avis -o avis.csv --data d")


@pytest.mark.django_db
def test_own_page_asks_of_each_row_what_it_shows(tmp_path: Path) -> None:
    rows, page = tmp_path / "rows.csv", tmp_path / "my.html"
    rows.write_text("text,other\nun,1\ndeux,2\n")
    page.write_text("<form><p>${text}</p><input name=kind></form>")
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    arguments = parser.parse_args([str(rows), "--page", str(page)])
    person = add_operator("me", None, "Canut", NOW_MS)

    project = find_or_create(arguments, rows, person, ENGLISH, "http://x")

    question = current_question(project.pk).schema["questions"][0]
    assert RequesterPage.objects.get(project=project).sha256 == question["page"]
    assert project.state == "open"
    assert find_or_create(arguments, rows, person, ENGLISH, "http://x") == project
    page.write_text("<form><p>${text} ${nothing}</p></form>")
    with pytest.raises(BadFile, match="Line 1, column 18: the file has no column “nothing”"):
        find_or_create(arguments, rows, person, ENGLISH, "http://x")


@pytest.mark.django_db
def test_workbook_is_labelled_as_the_page_of_imports_reads_it(
    tmp_path: Path, settings: Settings
) -> None:
    settings.DATA = tmp_path / "data"
    book, file = Workbook(), tmp_path / "avis d'hiver.xlsx"
    for row in (["id", "avis"], ["0007", "Très bon"], [8, "Froid"]):
        book.active.append(row)
    book.save(file)
    before = file.read_bytes()
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    words = [str(file), "--text", "avis", "--choices", "oui,non", "--id", "id"]
    arguments = parser.parse_args(words)
    person = add_operator("me", None, "Canut", NOW_MS)

    project = find_or_create(arguments, file, person, ENGLISH, "http://x")

    assert project.title == "avis d'hiver"
    rows = Task.objects.filter(project=project).order_by("row")
    assert [(task.key, json.loads(task.data)["avis"]) for task in rows] == [
        ("0007", "Très bon"),
        ("8", "Froid"),
    ]
    assert find_or_create(arguments, file, person, ENGLISH, "http://x") == project
    assert file.read_bytes() == before
    assert list((settings.DATA / "imports").iterdir()) == []
    arguments.text = "nothing"
    with pytest.raises(Incomplete, match="it has: id, avis"):
        find_or_create(arguments, file, person, ENGLISH, "http://x")
    assert list((settings.DATA / "imports").iterdir()) == []
