"""Store known labels of tasks: used to measure, never shown to workers.

A file of rows can include its known labels (``ImportOptions.known_column``); for a folder of
pictures they are imported separately. They do not change the consensus.

A known label can also be set or deleted for a single task.
"""

from collections.abc import Mapping
from itertools import batched

from django.db import connection, transaction

from canut.actions.platform.bulk_pacing import BulkPacer
from canut.actions.tasks.answer_bounds import check_label
from canut.core.errors import BadAnswer, BadInput, Incomplete
from canut.core.kinds import Schema, values_of_label
from canut.store.projects.versions import current_question, question_or_none
from canut.store.tables.tasks import Task

WRITE_KNOWN = "UPDATE store_task SET known = %s WHERE id = %s"


def read_known(schema: Schema, label: str | None) -> dict[str, object] | None:
    """Return a known label as answers by question; None without one, or if not allowed."""
    if label is None:
        return None
    try:
        return values_of_label(schema, label)
    except BadAnswer:
        return None


def write_known(project_id: int, labels: Mapping[str, str]) -> None:
    """Store known labels by task key, replacing earlier ones.

    Raises:
        BadInput: ``known-of-nothing``: there is no task of that key.
        BadAnswer: the question does not allow the label.
        QuestionVersion.DoesNotExist: nothing is asked yet.
    """
    schema = current_question(project_id).schema
    for label in set(labels.values()):
        values_of_label(schema, label)
    tasks = Task.objects.filter(project_id=project_id)
    ids = {key: task_id for task_id, key in tasks.values_list("id", "key").iterator(5_000)}
    strange = next((key for key in labels if key not in ids), None)
    if strange is not None:
        raise BadInput(
            f"there is no task {strange!r} in the project; check the keys",
            code="known-of-nothing",
            key=strange,
        )
    pace = BulkPacer()
    for rows in batched(((label, ids[key]) for key, label in labels.items()), 400, strict=False):
        with pace.chunk(len(rows)), connection.cursor() as cursor:
            cursor.executemany(WRITE_KNOWN, rows)


@transaction.atomic
def mark_known(task: Task, label: str) -> None:
    """Set the known label of a task; it measures, and never changes the consensus.

    Raises:
        Incomplete: nothing is asked yet.
        BadAnswer: the question does not allow the label, or not of this task.
    """
    question = question_or_none(task.project_id)
    if question is None:
        raise Incomplete("write the question before marking known answers", field="question")
    check_label(task.pk, question.schema, label)
    Task.objects.filter(pk=task.pk).update(known=label)


@transaction.atomic
def unmark_known(task: Task) -> None:
    """Delete the known label of a task, if it has one."""
    Task.objects.filter(pk=task.pk).update(known=None)
