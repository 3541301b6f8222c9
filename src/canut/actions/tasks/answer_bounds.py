"""Check answers against the bounds of their task, such as the end of its text.

Reads only.
"""

from collections.abc import Mapping

from canut.core.kinds import Schema, check_within, has_places, values_of_label
from canut.store.tables.tasks import Task, decode_row


def check_places(task_id: int, schema: Schema, values: Mapping[str, object]) -> None:
    """Refuse positions outside a task; the task is only read if there are any.

    Args:
        task_id: the task.
        schema: what was asked of it.
        values: answers by question that ``check_values`` accepts.

    Raises:
        BadAnswer: facts name the question and the field.
    """
    if has_places(schema):
        data = Task.objects.values_list("data", flat=True).get(pk=task_id)
        check_within(schema, values, decode_row(data))


def check_label(task_id: int, schema: Schema, label: str) -> None:
    """Refuse a label that the question does not allow for this task.

    Raises:
        BadAnswer: the question does not allow it, or it lies outside the task.
    """
    check_places(task_id, schema, values_of_label(schema, label))
