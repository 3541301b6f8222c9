"""Rows by the thousand: published once, kept where they belong, and not waited for."""

from contextlib import nullcontext
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from canut.actions.imports.lifecycle import publish_import
from canut.actions.platform.bulk_pacing import BulkPacer
from canut.store.datasets.export_rows import READ_ANSWERS
from canut.store.imports.bulk_rows import (
    PUBLISH_NEXT,
    NewTask,
    hold_project,
    insert_problems,
    insert_tasks,
    publish_tasks,
)
from canut.store.models import Project, Task, TaskState
from tests.support.factories import NOW_MS, Made, make_project
from tests.support.importing import brought

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

    with BulkPacer() as pace, pace.chunk(1):
        inside = asked()

    assert (inside, asked()) == (("1", "2") if is_sqlite else ("off", "on"))


# what a row may not cost


@pytest.mark.postgresql
def test_publishing_reads_new_rows_once_and_looks_once_whether_some_are_visible(
    unpublished: Made,
) -> None:
    source = unpublished.tasks[0].source_id

    with CaptureQueriesContext(connection) as first:
        publish_tasks(source, unpublished.project, 0, 4)
    published = TaskState.objects.count()
    with CaptureQueriesContext(connection) as second:
        publish_tasks(source, unpublished.project, 0, 4)

    asked = [[one["sql"] for one in said.captured_queries] for said in (first, second)]
    assert [len(said) for said in asked] == [1, 2]
    assert asked[0][0].count("store_task WHERE") == 1
    assert "NOT EXISTS" not in asked[0][0]
    assert "NOT EXISTS" in asked[1][1]
    assert published == TaskState.objects.count() == 4


@pytest.mark.postgresql
def test_looking_for_visible_rows_is_a_look_at_an_index(unpublished: Made) -> None:
    assert unpublished.tasks

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {PUBLISH_NEXT}", (1, 0, 5_000, 1, 3, 0, 0))
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "using store_taskstate_pkey" in plan
    assert "Seq Scan on store_taskstate" not in plan
    assert plan.count("on store_task ") + plan.count("on store_task\n") == 1


@pytest.mark.postgresql
def test_tasks_of_states_side_by_side_are_looked_up_in_one_go(unpublished: Made) -> None:
    """One by one this took a seventh of the time of publishing."""
    scans = "SELECT pg_stat_get_xact_numscans('store_task_pkey'::regclass)"

    with transaction.atomic(), connection.cursor() as cursor:
        for way in ("seqscan", "hashjoin", "mergejoin"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute("DISCARD PLANS")
        cursor.execute(scans)
        (before,) = cursor.fetchone()
        publish_tasks(unpublished.tasks[0].source_id, unpublished.project, 0, 4)
        cursor.execute(scans)
        (after,) = cursor.fetchone()

    assert TaskState.objects.count() == 4
    assert after - before <= 1


@pytest.mark.parametrize("astray", [1, 2, 1_000], ids=["next", "after a gap", "far off"])
@pytest.mark.parametrize("well", [1, 3, 4])
def test_no_state_hangs_on_no_task(unpublished: Made, astray: int, well: int) -> None:
    ids = [task.pk for task in unpublished.tasks[-well:]]
    ids.append(ids[-1] + astray)

    with pytest.raises(IntegrityError), transaction.atomic():
        TaskState.objects.bulk_create(
            TaskState(task_id=task, project=unpublished.project, overlap=1) for task in ids
        )
        connection.check_constraints()

    assert not TaskState.objects.exists()


def test_a_chunk_reads_of_its_project_only_what_new_tasks_follow(unpublished: Made) -> None:
    with transaction.atomic(), CaptureQueriesContext(connection) as said:
        project = hold_project(unpublished.project.pk)
        publish_tasks(unpublished.tasks[0].source_id, project, 0, 4)
        assert project.severity_column is not None

    steps = [one["sql"] for one in said.captured_queries]
    assert len([sql for sql in steps if 'FROM "store_project"' in sql]) == 1
    assert "aim_business" in project.get_deferred_fields()


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_broken", [False, True])
def test_published_rows_are_not_looked_up_and_all_others_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_broken: bool
) -> None:
    made = make_project(tasks=0)
    path = tmp_path / "a.csv"
    path.write_text("text\nun\ndeux\n")
    source = brought(made.project, path)
    looked: list[int] = []

    def publish(source_id: int, project: Project, after_row: int, limit: int) -> tuple[int, int]:
        looked.append(looks_up())
        if is_broken:
            raise OSError("the disk is full")
        return publish_tasks(source_id, project, after_row, limit)

    monkeypatch.setattr("canut.store.imports.bulk_rows.publish_tasks", publish)
    with pytest.raises(OSError, match="full") if is_broken else nullcontext():
        publish_import(source.pk, NOW_MS)

    assert set(looked) == {0}
    assert looks_up() == 1


def looks_up() -> int:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys")
        return int(cursor.fetchone()[0])


@pytest.mark.postgresql
def test_planner_knows_the_rows_before_the_first_of_them_is_published(tmp_path: Path) -> None:
    """Else each chunk looks through all the rows after it."""
    made = make_project(tasks=0)
    path = tmp_path / "a.csv"
    path.write_text("text\nun\ndeux\n")
    source = brought(made.project, path)

    with CaptureQueriesContext(connection) as said:
        publish_import(source.pk, NOW_MS)

    steps = [one["sql"].strip() for one in said.captured_queries]
    (counted,) = [n for n, sql in enumerate(steps) if sql.startswith("ANALYZE store_task (")]
    (first, *_) = [
        n
        for n, sql in enumerate(steps)
        if "INSERT INTO store_taskstate" in sql and sql.startswith("WITH")
    ]
    assert counted < first
    assert "data" not in steps[counted]  # so that the server still looks at all of it by itself


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
        cursor.execute("SET LOCAL enable_seqscan TO off")  # a table of a page is read whole
        cursor.execute(f"EXPLAIN {READ_ANSWERS['postgresql']}", (1, 0, False, 2_000))
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "Seq Scan on store_payline" not in plan
    assert "on store_payline" in plan
