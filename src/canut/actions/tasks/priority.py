"""Put tasks first in the queue, or back to their usual priority.

A smaller number comes earlier. Workers of the project restart at the front of the queue, so that
they get the tasks at once; tasks they had already are skipped.
"""

from collections.abc import Sequence

from django.db import transaction

from canut.core.errors import BadInput, Missing
from canut.store.tables.tasks import TaskState
from canut.store.tables.work import Worker

FIRST, USUAL = -2, 0
MOST_AT_ONCE = 1_000


@transaction.atomic
def raise_tasks(project_id: int, keys: Sequence[str], *, is_first: bool = True) -> int:
    """Put tasks, by key, before all others or at their usual priority; return the count.

    Raises:
        BadInput: no task, or more than a thousand.
        Missing: ``task-unknown``: the project has no such task; none is changed.
    """
    unique_keys = list(dict.fromkeys(key.strip() for key in keys if key.strip()))
    if not 1 <= len(unique_keys) <= MOST_AT_ONCE:
        raise BadInput(
            f"{len(unique_keys)} tasks named; from 1 to {MOST_AT_ONCE}",
            code="raise-number",
            limit=MOST_AT_ONCE,
        )
    rows = TaskState.objects.filter(project_id=project_id, task__key__in=unique_keys)
    key_of = dict(rows.exclude(state="practice").values_list("task_id", "task__key"))
    strange = next((key for key in unique_keys if key not in key_of.values()), None)
    if strange is not None:
        raise Missing(f"there is no task {strange!r}", code="task-unknown", key=strange)
    priority = FIRST if is_first else USUAL
    list(Worker.objects.select_for_update().filter(project_id=project_id).order_by("id"))
    locked = TaskState.objects.select_for_update().filter(task_id__in=key_of).order_by("task_id")
    TaskState.objects.filter(task_id__in=[state.task_id for state in locked]).update(
        priority=priority
    )
    if is_first:
        Worker.objects.filter(project_id=project_id).update(cursor_priority=priority, cursor_task=0)
    return len(key_of)
