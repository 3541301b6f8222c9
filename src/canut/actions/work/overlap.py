"""Decide how many counted answers each task of a project needs, while people work.

All tasks get as many, or each as many as its label needs to be sure
(``core.quality.allocation.overlap``). Raising it opens closed tasks again. Lowering it takes back
the newest leases it leaves no room for; an answer that still comes is paid as surplus. Answers that
were counted stay counted.

The project says what is asked for at once; its tasks follow in chunks that leave time for people's
answers between them. What is left to do is every task that says otherwise than its project: whoever
is cut short, or overtaken by another change, goes on from there. Whether somebody waits for it is
decided in ``jobs``.
"""

import time
from collections import defaultdict

from django.db import connection, transaction
from django.db.models import F, QuerySet

from canut.actions.pay.required_funds import free_again, lock_again
from canut.core.errors import BadInput, Missing
from canut.core.quality.allocation.overlap import Asking, answers_wanted, cautious, check_asking
from canut.store.pay.funds import is_funded
from canut.store.sql import dialect
from canut.store.sql.dialect import AskedNow
from canut.store.tables.projects import Project
from canut.store.tables.quality import Estimate
from canut.store.tables.tasks import TaskState

OVERLAP_LIMIT = 100
CHUNK = 200
PAUSE_PER_HELD = 3.0


def set_overlap(project_id: int, overlap: int, now_ms: int, most: int | None = None) -> None:
    """Ask for so many answers a task, and wait until every task follows.

    Args:
        project_id: the project.
        overlap: answers a task, 1 to 100; the least, where tasks are asked on until sure.
        now_ms: the moment, in milliseconds since 1970 UTC.
        most: answers at most, where tasks are asked on until sure; None where all get ``overlap``.

    Raises:
        BadInput: ``overlap`` or ``most`` is out of range.
        Missing: there is no such project.
    """
    ask_overlap(project_id, overlap, now_ms, most)
    spread_overlap(project_id, now_ms)


@transaction.atomic
def ask_overlap(project_id: int, overlap: int, now_ms: int, most: int | None = None) -> None:
    """Ask for so many answers a task; tasks follow by ``spread_overlap``, the funds at once.

    Raises:
        BadInput: ``overlap`` or ``most`` is out of range.
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
    check_asking(Asking(overlap, most))
    asked = {"overlap": overlap, "overlap_most": most, "overlap_rule": F("overlap_rule") + 1}
    if not Project.objects.filter(pk=project_id).update(**asked):
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
    if is_funded(project_id):
        free_again(Project.objects.get(pk=project_id), now_ms)


def tasks_behind(project_id: int) -> QuerySet[TaskState, int]:
    """Return the tasks that do not follow their project yet; none where there is no project."""
    project = Project.objects.filter(pk=project_id).first()
    tasks = TaskState.objects.filter(project_id=project_id)
    if project is None:
        return tasks.none().values_list("task_id", flat=True)
    behind = tasks.exclude(overlap=project.overlap)
    if project.overlap_most is not None:
        behind = tasks.exclude(rule=project.overlap_rule)
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
        asked = dialect().read_overlap(cursor, project_id)
        tasks = dialect().lock_tasks_between(cursor, project_id, between, asked, CHUNK)
        for overlap, some in _by_number(asked, tasks).items():
            dialect().write_overlap(cursor, overlap, some, now_ms, "overlap lowered")
        if tasks:
            TaskState.objects.filter(task_id__in=tasks).update(rule=asked.rule)
    return tasks


def _by_number(asked: AskedNow, tasks: list[int]) -> dict[int, list[int]]:
    """Part tasks by how many answers each is to get; all alike where nobody stops when sure."""
    if asked.most is None:
        return {asked.overlap: tasks} if tasks else {}
    asking = Asking(asked.overlap, asked.most)
    states = TaskState.objects.filter(task_id__in=tasks).order_by("task_id")
    is_measured = Estimate.objects.filter(project_id=asked.project, frozen__isnull=False).exists()
    parted: dict[int, list[int]] = defaultdict(list)
    for task, counted, confidence in states.values_list("task_id", "counted", "confidence"):
        sure = cautious(confidence or 0.0, is_measured=is_measured)
        parted[answers_wanted(asking, counted, 0, sure)].append(task)
    return parted
