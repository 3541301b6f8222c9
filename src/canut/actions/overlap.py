"""Decide how many counted answers each task of a project needs, while people work.

Raising it opens closed tasks again. Lowering it takes back the newest leases it leaves no room for;
an answer that still comes is paid as surplus. Answers that were counted stay counted.

The project says what is asked for at once; its tasks follow in chunks that leave time for people's
answers between them. What is left to do is every task that says otherwise than its project: whoever
is cut short, or overtaken by another change, goes on from there. Whether somebody waits for it is
decided in ``jobs``.
"""

import time

from django.db import connection, transaction
from django.db.models import QuerySet

from canut.actions.pilot import lock_again
from canut.core.errors import BadInput, Missing
from canut.store.funds import is_funded
from canut.store.hot import dialect
from canut.store.projects import Project
from canut.store.work import TaskState

OVERLAP_LIMIT = 100
CHUNK = 200
PAUSE_PER_HELD = 3.0


def set_overlap(project_id: int, overlap: int, now_ms: int) -> None:
    """Ask for so many answers a task, and wait until every task follows.

    Args:
        project_id: the project.
        overlap: answers a task, 1 to 100.
        now_ms: the moment, in milliseconds since 1970 UTC.

    Raises:
        BadInput: ``overlap`` is out of range.
        Missing: there is no such project.
    """
    ask_overlap(project_id, overlap, now_ms)
    spread_overlap(project_id, now_ms)


@transaction.atomic
def ask_overlap(project_id: int, overlap: int, now_ms: int) -> None:
    """Ask for so many answers a task; tasks follow by ``spread_overlap``, the funds at once.

    Raises:
        BadInput: ``overlap`` is out of range.
        Missing: there is no such project.
        Unfunded: people are paid for it and the money for so many answers is not there.
    """
    if not 1 <= overlap <= OVERLAP_LIMIT:
        raise BadInput(
            f"{overlap} answers a task asked for; expected 1 to {OVERLAP_LIMIT}",
            code="overlap-range",
            seen=overlap,
            limit=OVERLAP_LIMIT,
        )
    if not Project.objects.filter(pk=project_id).update(overlap=overlap):
        raise Missing(f"there is no project {project_id}")
    if is_funded(project_id):
        lock_again(Project.objects.get(pk=project_id), now_ms)


def spread_overlap(project_id: int, now_ms: int) -> None:
    """Let every task follow its project, whatever that asks for meanwhile.

    Ends once no task says otherwise, so that of two changes the later one stands for all tasks.
    """
    while (first := tasks_behind(project_id).order_by("task_id").first()) is not None:
        last = tasks_behind(project_id).order_by("task_id").last() or first
        _write_between(project_id, first - 1, last, now_ms)


def tasks_behind(project_id: int) -> QuerySet[TaskState, int]:
    """Return the tasks that do not follow their project yet; none where there is no project."""
    asked = Project.objects.filter(pk=project_id).values_list("overlap", flat=True).first()
    behind = TaskState.objects.filter(project_id=project_id).exclude(overlap=asked or 0)
    return behind.values_list("task_id", flat=True)


def _write_between(project_id: int, after: int, last: int, now_ms: int) -> None:
    while True:
        began = time.monotonic()
        tasks = _write_chunk(project_id, (after, last), now_ms)
        if len(tasks) < CHUNK:
            return
        after = tasks[-1]
        if connection.vendor == "sqlite":  # elsewhere nobody waits for these rows but their own
            time.sleep(PAUSE_PER_HELD * (time.monotonic() - began))


def _write_chunk(project_id: int, between: tuple[int, int], now_ms: int) -> list[int]:
    """Give the first tasks after one and up to another the project's overlap; return them."""
    with transaction.atomic(), connection.cursor() as cursor:
        overlap = dialect().read_overlap(cursor, project_id)
        tasks = dialect().lock_tasks_between(cursor, project_id, between, overlap, CHUNK)
        if tasks:
            dialect().write_overlap(cursor, overlap, tasks, now_ms, "overlap lowered")
    return tasks
