"""Have some tasks done first, or no longer.

A smaller number comes earlier. Whoever works in the project begins again at the front of the queue,
so that the tasks are met at once; what they had already is passed over.
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
    """Give tasks, by their keys, a place before all others, or their usual one; return how many.

    Raises:
        BadInput: no task, or more than a thousand.
        Missing: ``task-unknown``: the project has no such task; none is changed.
    """
    wanted = list(dict.fromkeys(key.strip() for key in keys if key.strip()))
    if not 1 <= len(wanted) <= MOST_AT_ONCE:
        raise BadInput(
            f"{len(wanted)} tasks named; from 1 to {MOST_AT_ONCE}",
            code="raise-number",
            limit=MOST_AT_ONCE,
        )
    found = TaskState.objects.filter(project_id=project_id, task__key__in=wanted)
    known = dict(found.exclude(state="practice").values_list("task_id", "task__key"))
    strange = next((key for key in wanted if key not in known.values()), None)
    if strange is not None:
        raise Missing(f"there is no task {strange!r}", code="task-unknown", key=strange)
    place = FIRST if is_first else USUAL
    list(Worker.objects.select_for_update().filter(project_id=project_id).order_by("id"))
    held = TaskState.objects.select_for_update().filter(task_id__in=known).order_by("task_id")
    TaskState.objects.filter(task_id__in=[one.task_id for one in held]).update(priority=place)
    if is_first:
        Worker.objects.filter(project_id=project_id).update(cursor_priority=place, cursor_task=0)
    return len(known)
