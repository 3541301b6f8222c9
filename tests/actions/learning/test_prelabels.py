"""What a model said is kept apart: never counted, never paid, refused with its row and column."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from canut.actions.datasets.label_exports import export_answers
from canut.actions.imports.lifecycle import (
    ImportOptions,
    discard_import,
    publish_import,
    read_import,
)
from canut.actions.learning.prelabels import (
    PrelabelColumns,
    bring_prelabels,
    check_prelabels,
    export_prelabels,
)
from canut.core.errors import BadInput
from canut.store.models import (
    Answer,
    Import,
    ModelAnswer,
    ModelAuthor,
    PayLine,
    Project,
    Task,
    TaskState,
)
from tests.support.factories import NOW_MS, SCHEMA, make_project
from tests.support.importing import NOW, brought, started

pytestmark = pytest.mark.django_db
ROWS = "id,text,said,sure,by\na,un,oui,0.93,bert\nb,deux,non,,\nc,trois,,,\nd,quatre,oui,1,bert\n"
COLUMNS = PrelabelColumns("said", "sure", "by", "maison", "2")
OPTIONS = ImportOptions(id_column="id", prelabel=COLUMNS)


@pytest.fixture
def project() -> Project:
    return make_project(tasks=0).project


def written(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def said(project: Project) -> list[tuple[Any, ...]]:
    found = ModelAnswer.objects.filter(author__project=project).order_by("task__row")
    return list(found.values_list("task__key", "author__name", "author__version", "label", "score"))


def test_columns_of_an_import_become_answers_of_a_model(project: Project, tmp_path: Path) -> None:
    source = brought(project, written(tmp_path / "a.csv", ROWS), OPTIONS)

    publish_import(source.id, NOW_MS)

    assert said(project) == [
        ("a", "bert", "2", "oui", 0.93),
        ("b", "maison", "2", "non", None),
        ("d", "bert", "2", "oui", 1.0),
    ]
    assert {t.data for t in Task.objects.filter(source=source, row=2)} == {'{"id":"a","text":"un"}'}
    assert not Answer.objects.exists()
    assert not PayLine.objects.exists()
    assert not TaskState.objects.exclude(counted=0, label=None).exists()


def test_a_label_that_is_no_answer_is_refused_with_row_and_column(
    project: Project, tmp_path: Path
) -> None:
    rows = ROWS.replace("deux,non", "deux,peut-être").replace("trois,,", "trois,non,2")

    source = brought(project, written(tmp_path / "a.csv", rows), OPTIONS)

    problems = source.problems.order_by("line").values_list("line", "column", "code", "facts")
    assert list(problems) == [
        (3, "said", "prelabel-unknown", {"seen": "peut-être", "known": "oui, non"}),
        (4, "sure", "prelabel-score", {"seen": "2"}),
    ]
    assert source.rows_good == 2


def test_a_question_written_later_is_held_against_what_was_said(
    project: Project, tmp_path: Path
) -> None:
    project.questions.all().delete()
    rows = written(tmp_path / "a.csv", ROWS.replace("quatre,oui", "quatre,ja"))
    source = brought(project, rows, OPTIONS)

    with pytest.raises(BadInput) as refusal:
        check_prelabels(source, SCHEMA)

    facts = {"line": 5, "column": "said", "seen": "ja", "known": "oui, non"}
    assert (refusal.value.case, refusal.value.facts) == ("prelabel-refused", facts)
    project.questions.create(number=1, schema=SCHEMA, created_by=project.created_by, created_at=NOW)
    with pytest.raises(BadInput):
        publish_import(source.id, NOW_MS)
    assert not TaskState.objects.exists()


def test_what_a_model_said_of_a_discarded_import_goes_with_it(
    project: Project, tmp_path: Path
) -> None:
    source = brought(project, written(tmp_path / "a.csv", ROWS), OPTIONS)

    discard_import(source.id, NOW_MS)

    assert not ModelAnswer.objects.exists()
    assert not Task.objects.filter(source=source).exists()


def test_a_reading_that_goes_on_says_nothing_twice(project: Project, tmp_path: Path) -> None:
    source = started(project, written(tmp_path / "a.csv", ROWS), OPTIONS)
    read_import(source.id, NOW_MS)
    Import.objects.filter(id=source.id).update(state="reading")

    read_import(source.id, NOW_MS)

    source.refresh_from_db()
    assert (source.state, source.rows_good, ModelAnswer.objects.count()) == ("ready", 4, 3)


def test_it_leaves_apart_from_the_answers_of_people(project: Project, tmp_path: Path) -> None:
    source = brought(project, written(tmp_path / "a.csv", ROWS), OPTIONS)
    publish_import(source.id, NOW_MS)

    rows = csv.DictReader(io.StringIO(b"".join(export_prelabels(project.pk, "csv")).decode()))
    answers = b"".join(export_answers(project.pk, "csv", everything=True)).decode()

    assert [(r["key"], r["author_kind"], r["model"], r["label"], r["score"]) for r in rows] == [
        ("a", "model", "bert", "oui", "0.93"),
        ("b", "model", "maison", "non", ""),
        ("d", "model", "bert", "oui", "1.0"),
    ]
    assert len(answers.splitlines()) == 1


def test_a_file_of_its_own_finds_tasks_by_their_keys(project: Project, tmp_path: Path) -> None:
    source = brought(project, written(tmp_path / "a.csv", ROWS), ImportOptions(id_column="id"))
    publish_import(source.id, NOW_MS)
    path = written(tmp_path / "said.csv", "key,label,p\nc,non,0.5\na,oui,0.7\n")
    columns = PrelabelColumns("label", "p", None, "tiny", "7")

    first = bring_prelabels(project, path, "key", columns)
    path.write_text("key,label,p\na,non,0.6\n")
    again = bring_prelabels(project, path, "key", columns)

    assert (first.kept, again.kept) == (2, 1)
    assert said(project) == [("a", "tiny", "7", "non", 0.6), ("c", "tiny", "7", "non", 0.5)]
    assert ModelAuthor.objects.filter(name="tiny").count() == 1


def test_of_a_file_with_a_bad_row_nothing_is_kept(project: Project, tmp_path: Path) -> None:
    source = brought(project, written(tmp_path / "a.csv", ROWS), ImportOptions(id_column="id"))
    publish_import(source.id, NOW_MS)
    path = written(tmp_path / "said.csv", "key,label,p\na,oui,\nz,oui,\nb,ja,\nc,oui,x\n")

    brought_in = bring_prelabels(project, path, "key", PrelabelColumns("label", "p"))

    assert [(p.line, p.column, p.code) for p in brought_in.problems] == [
        (3, "key", "prelabel-no-task"),
        (4, "label", "prelabel-unknown"),
        (5, "p", "prelabel-score"),
    ]
    assert not ModelAnswer.objects.exists()


def test_a_column_that_is_not_there_is_refused(project: Project, tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "key,label\n")

    with pytest.raises(BadInput) as refusal:
        bring_prelabels(project, path, "key", PrelabelColumns("label", "p"))

    assert refusal.value.facts == {"column": "p"}
