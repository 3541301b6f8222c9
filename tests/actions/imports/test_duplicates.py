"""A row that is a task of the project already is told from a new one."""

import io
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image
from pytest_django import Settings

from canut.actions.imports import duplicates
from canut.actions.imports.lifecycle import (
    ImportOptions,
    publish_import,
    read_import,
    write_problems,
)
from canut.store.models import Import, ImportProblem, Project, Task
from tests.support.factories import NOW_MS, make_project
from tests.support.importing import brought, started

BY_ID = ImportOptions(id_column="id")

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(settings: Settings, tmp_path: Path) -> Project:
    settings.DATA = tmp_path / "data"
    settings.MEDIA_ROOT = tmp_path / "data/media"
    made = make_project(tasks=0).project
    made.imports.all().delete()
    return made


def published(
    project: Project, tmp_path: Path, text: str, options: ImportOptions | None = None
) -> Import:
    """Publish a first file, named ``avril.csv``."""
    return publish_import(written(project, tmp_path, "avril.csv", text, options).id, NOW_MS)


def written(
    project: Project,
    tmp_path: Path,
    name: str,
    text: str,
    options: ImportOptions | None = None,
) -> Import:
    """Write a file and read it."""
    path = tmp_path / name
    path.write_text(text)
    return brought(project, path, options)


def problems(source: Import) -> list[tuple[int, str, str, dict[str, object]]]:
    kept = ImportProblem.objects.filter(source=source).order_by("line")
    return list(kept.values_list("line", "column", "code", "facts"))


def test_row_of_an_earlier_file_is_set_aside_and_its_place_named(
    project: Project, tmp_path: Path
) -> None:
    published(project, tmp_path, "text,note\nun,1\ndeux,2\n")

    source = written(project, tmp_path, "mai.csv", "text,note\ntrois,3\ndeux,2\ndeux,9\n")

    assert (source.rows_good, source.rows_bad) == (2, 1)
    assert problems(source) == [(3, "", "task-already", {"earlier": "avril.csv", "line": 3})]


def test_id_of_an_earlier_task_is_told_from_the_same_row(project: Project, tmp_path: Path) -> None:
    published(project, tmp_path, "id,text\na,un\nb,deux\n", BY_ID)

    source = written(project, tmp_path, "mai.csv", "id,text\nb,deux\na,autre\nc,un\n", BY_ID)

    assert problems(source) == [
        (2, "id", "task-already", {"earlier": "avril.csv", "line": 3}),
        (3, "id", "id-already", {"earlier": "avril.csv", "line": 2}),
    ]
    assert source.rows_good == 1


def test_number_of_a_line_is_not_taken_for_an_id(project: Project, tmp_path: Path) -> None:
    published(project, tmp_path, "id,text\n8,un\n9,deux\n")

    source = written(project, tmp_path, "mai.csv", "id,text\n2,trois\n9,deux\n", BY_ID)

    assert problems(source) == [(3, "", "task-already", {"earlier": "avril.csv", "line": 3})]


def test_same_row_is_known_though_its_columns_are_in_another_order(
    project: Project, tmp_path: Path
) -> None:
    published(project, tmp_path, "text,note\nun,1\n")

    source = written(project, tmp_path, "mai.jsonl", '{"note": 1, "text": "un"}\n')

    assert source.rows_bad == 1


def test_known_answers_do_not_make_a_row_another(project: Project, tmp_path: Path) -> None:
    published(project, tmp_path, "text,answer\nun,oui\n", ImportOptions(known_column="answer"))

    source = written(project, tmp_path, "mai.csv", "text\nun\ndeux\n")

    assert (source.rows_good, source.rows_bad) == (1, 1)


def test_each_of_several_earlier_files_is_named(project: Project, tmp_path: Path) -> None:
    published(project, tmp_path, "text\nun\ndeux\n")
    second = written(project, tmp_path, "mai.csv", "text\ntrois\nquatre\n")
    publish_import(second.id, NOW_MS)

    source = written(project, tmp_path, "juin.csv", "text\nquatre\nun\ntrois\n")

    assert [facts for *_, facts in problems(source)] == [
        {"earlier": "mai.csv", "line": 3},
        {"earlier": "avril.csv", "line": 2},
        {"earlier": "mai.csv", "line": 2},
    ]


def test_rows_that_are_not_published_and_other_projects_do_not_count(
    project: Project, tmp_path: Path
) -> None:
    published(make_project(tasks=0).project, tmp_path, "text\nun\n")
    written(project, tmp_path, "avril.csv", "text\nun\n")

    source = written(project, tmp_path, "mai.csv", "text\nun\n")

    assert (source.rows_good, source.rows_bad) == (1, 0)


def test_problems_say_where_in_both_languages(project: Project, tmp_path: Path) -> None:
    published(project, tmp_path, "id,text\na,un\nb,deux\n", BY_ID)
    source = written(project, tmp_path, "mai.csv", "id,text\na,un\nb,autre\n", BY_ID)
    french, english = io.BytesIO(), io.BytesIO()

    write_problems(source.id, "fr", french)
    write_problems(source.id, "en", english)

    assert "la même qu’à la ligne 2 de «\u00a0avril.csv\u00a0»" in french.getvalue().decode()
    assert "with other content: row 3 of “avril.csv”" in english.getvalue().decode()


def looked_up(said: CaptureQueriesContext) -> list[str]:
    """Return what was read of tasks, but for whether the import has any yet."""
    sent = [query["sql"] for query in said.captured_queries]
    return [sql for sql in sent if 'FROM "store_task"' in sql and "SELECT 1 " not in sql]


def test_first_import_of_a_project_looks_nothing_up(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "avril.csv"
    path.write_text("text\nun\ndeux\n")
    source = started(project, path)

    with CaptureQueriesContext(connection) as said:
        read_import(source.id, NOW_MS)

    assert not looked_up(said)


def test_earlier_tasks_are_read_a_batch_at_a_time_by_an_index(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duplicates, "BATCH_ROWS", 10)
    rows = "".join(f"avis {number}\n" for number in range(95))
    published(project, tmp_path, f"text\n{rows}")

    with CaptureQueriesContext(connection) as said:
        source = written(project, tmp_path, "mai.csv", f"text\n{rows}nouveau\n")

    asked = looked_up(said)
    assert (source.rows_good, source.rows_bad) == (1, 95)
    assert len(asked) == 11
    assert all("LIMIT 10" in sql for sql in asked)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # the table is tiny
            cursor.execute(f"EXPLAIN {asked[0]}")
            plan = "\n".join(row[0] for row in cursor.fetchall())
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {asked[0]}")
            plan = "\n".join(row[3] for row in cursor.fetchall())
    assert "task_of_import" in plan


def test_picture_of_an_earlier_import_is_set_aside(project: Project, tmp_path: Path) -> None:
    folders = {"avril": (1, 2), "mai": (2, 3)}
    for name, shades in folders.items():
        (tmp_path / name).mkdir()
        for shade in shades:
            Image.new("L", (8, 8), shade).save(tmp_path / name / f"{name}{shade}.png")
    publish_import(brought(project, tmp_path / "avril").id, NOW_MS)

    source = brought(project, tmp_path / "mai")

    assert source.rows_good == 1
    facts = {"earlier": "avril", "line": 2, "file": "mai2.png"}
    assert problems(source) == [(1, "file", "picture-already", facts)]


def test_reading_again_after_a_crash_gives_the_same(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(project, tmp_path, "text\nun\ndeux\n")
    path = tmp_path / "mai.csv"
    path.write_text("text\ndeux\ntrois\n")
    source = started(project, path)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("canut.actions.imports.import_writer.bulk_rows.insert_problems", interrupted)
        read_import(source.id, NOW_MS)

    again = read_import(source.id, NOW_MS)

    assert (again.state, again.rows_good, again.rows_bad) == ("ready", 1, 1)
    assert [code for _, _, code, _ in problems(source)] == ["task-already"]
    assert Task.objects.filter(source=source).count() == 1


def interrupted(_problems: object) -> None:
    raise KeyboardInterrupt


def test_a_row_that_is_published_and_repeated_is_set_aside_once_and_keeps_its_columns_apart(
    project: Project, tmp_path: Path
) -> None:
    published(project, tmp_path, "id,text,gold\na,un,oui\n", ImportOptions(id_column="id"))
    options = ImportOptions(id_column="id", known_column="gold", columns=("id", "text", "gold"))

    source = written(
        project, tmp_path, "mai.csv", "id,text,gold,x\na,un,,1\nb,deux,non,2\na,un,,1\n", options
    )

    assert problems(source) == [
        (2, "id", "id-already", {"earlier": "avril.csv", "line": 2}),
        (4, "id", "id-already", {"earlier": "avril.csv", "line": 2}),
    ]
    task = Task.objects.get(source=source)
    assert (task.key, task.known, task.data) == ("b", "non", '{"id":"b","text":"deux"}')
