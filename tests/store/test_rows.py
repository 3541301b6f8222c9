"""Rows by the thousand: published once, kept where they belong, and not waited for."""

import pytest
from django.db import IntegrityError, connection, transaction

from canut.actions.pace import Pace
from canut.store.bulk import publish_tasks
from canut.store.models import Task, TaskState
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
