"""Rows by the thousand: published once, kept where they belong, and not waited for."""

from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from canut.actions.imports import publish_import
from canut.actions.pace import Pace
from canut.store.bulk import (
    NEXT_OF_POSTGRES,
    NewTask,
    insert_problems,
    insert_tasks,
    publish_tasks,
)
from canut.store.exported import READ_ANSWERS
from canut.store.models import Task, TaskState
from tests.actions.bring import NOW, brought
from tests.factories import Made, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def unpublished() -> Made:
    made = make_project(tasks=4, overlap=3, overlap_rule=7)
    Task.objects.filter(project=made.project).update(row=1)
    for row, task in enumerate(made.tasks, 1):
        Task.objects.filter(pk=task.pk).update(row=row)
    TaskState.objects.all().delete()
    return made


def test_publishing_gives_tasks_the_overlap_and_rule_of_now(unpublished: Made) -> None:
    found = publish_tasks(unpublished.tasks[0].source_id, unpublished.project, 1, 2)

    states = TaskState.objects.order_by("task").values_list(
        "task", "project", "state", "overlap", "rule", "counted", "live"
    )
    of = unpublished.project.pk
    assert found == (2, 3)
    assert list(states) == [(task.pk, of, "open", 3, 7, 0, 0) for task in unpublished.tasks[1:3]]


def test_a_second_publisher_of_the_same_rows_changes_nothing(unpublished: Made) -> None:
    source = unpublished.tasks[0].source_id
    publish_tasks(source, unpublished.project, 0, 3)
    TaskState.objects.update(counted=2)

    found = publish_tasks(source, unpublished.project, 0, 4)

    assert found == (4, 4)
    counted = TaskState.objects.order_by("task").values_list("counted", flat=True)
    assert list(counted) == [2, 2, 2, 0]


def test_no_import_goes_from_under_its_tasks(unpublished: Made) -> None:
    source = unpublished.tasks[0].source_id

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM store_import WHERE id = %s", (source,))
        connection.check_constraints()

    assert Task.objects.filter(source=source).count() == 4


@pytest.mark.django_db(transaction=True)
def test_what_follows_a_chunk_waits_for_the_disk_and_the_chunk_does_not() -> None:
    is_sqlite = connection.vendor == "sqlite"
    question = "PRAGMA synchronous" if is_sqlite else "SHOW synchronous_commit"

    def asked() -> str:
        with connection.cursor() as cursor:
            cursor.execute(question)
            return str(cursor.fetchone()[0])

    with Pace() as pace, pace.chunk(1):
        inside = asked()

    assert (inside, asked()) == (("1", "2") if is_sqlite else ("off", "on"))


# what a row may not cost


@pytest.mark.postgresql
def test_publishing_looks_once_for_all_rows_whether_some_are_visible(unpublished: Made) -> None:
    source = unpublished.tasks[0].source_id

    with CaptureQueriesContext(connection) as first:
        publish_tasks(source, unpublished.project, 0, 4)
    with CaptureQueriesContext(connection) as second:
        publish_tasks(source, unpublished.project, 0, 4)

    asked = [[one["sql"] for one in said.captured_queries] for said in (first, second)]
    assert [len(said) for said in asked] == [2, 2]
    by_row = [("NOT EXISTS" in said[1], "ON CONFLICT" in said[1]) for said in asked]
    assert by_row == [(False, False), (True, False)]
    assert TaskState.objects.count() == 4


@pytest.mark.postgresql
def test_looking_for_visible_rows_is_a_look_at_an_index(unpublished: Made) -> None:
    assert unpublished.tasks

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {NEXT_OF_POSTGRES}", (0, 1, 0, 5_000))
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "using store_taskstate_pkey" in plan
    assert "Seq Scan on store_taskstate" not in plan


@pytest.mark.postgresql
def test_planner_knows_the_rows_before_the_first_of_them_is_published(tmp_path: Path) -> None:
    """Else each chunk looks through all the rows after it."""
    made = make_project(tasks=0)
    path = tmp_path / "a.csv"
    path.write_text("text\nun\ndeux\n")
    source = brought(made.project, path)

    with CaptureQueriesContext(connection) as said:
        publish_import(source.pk, NOW)

    steps = [one["sql"].strip() for one in said.captured_queries]
    (counted,) = [n for n, sql in enumerate(steps) if sql == "ANALYZE store_task"]
    (first, *_) = [
        n for n, sql in enumerate(steps) if sql.startswith("INSERT INTO store_taskstate")
    ]
    assert counted < first


@pytest.mark.postgresql
def test_nothing_is_looked_up_by_the_row_when_tasks_come_in() -> None:
    """A trigger for each row took two thirds of the time of an import."""
    by_row = """
    SELECT tgrelid::regclass::text, tgname FROM pg_trigger
    WHERE tgrelid IN ('store_task'::regclass, 'store_taskstate'::regclass)
      AND tgtype & 1 = 1 AND tgtype & 4 = 4"""

    with connection.cursor() as cursor:
        cursor.execute(by_row)
        assert cursor.fetchall() == []


def test_nothing_to_write_asks_nothing() -> None:
    with CaptureQueriesContext(connection) as said:
        insert_problems([])
        insert_tasks([])

    assert said.captured_queries == []


def test_any_text_comes_back_as_it_was_written(unpublished: Made) -> None:
    odd = ["a\tb", "c\\nd", "e\nf\r", "\\N", "", "é\x01", None]
    made = unpublished.tasks[0]
    new = [
        NewTask(made.project_id, made.source_id, 100 + n, f"k{n}\\", f"{text}", text)
        for n, text in enumerate(odd)
    ]

    insert_tasks(new)

    found = Task.objects.filter(row__gte=100).order_by("row")
    assert list(found.values_list("row", "key", "data", "known")) == [
        (task.row, task.key, task.data, task.known) for task in new
    ]


@pytest.mark.postgresql
def test_export_looks_up_pay_lines_however_many_there_are() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {READ_ANSWERS['postgresql']}", (1, 0, False, 2_000))
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "Seq Scan on store_payline" not in plan
    assert "on store_payline" in plan
