"""Decide how many counted answers each task of a project needs, while people work.

Raising it opens closed tasks again. Lowering it takes back the newest leases it leaves no room for;
an answer that still comes is paid as surplus. Answers that were counted stay counted.
"""

import time

from django.db import connection, transaction

from canut.core.errors import BadInput, Missing
from canut.store.hot import dialect
from canut.store.projects import Project

OVERLAP_LIMIT = 100
CHUNK = 200
PAUSE_PER_HELD = 3.0


def set_overlap(project_id: int, overlap: int, now_ms: int) -> None:
    """Ask for so many answers a task, in chunks that leave time for people's answers between them.

    When two people set it at once, the later one stands for all tasks.

    Args:
        project_id: the project.
        overlap: answers a task, 1 to 100.
        now_ms: the moment, in milliseconds since 1970 UTC.

    Raises:
        BadInput: ``overlap`` is out of range.
        Missing: there is no such project.
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
    after = 0
    while True:
        began = time.monotonic()
        tasks = _write_chunk(project_id, after, now_ms)
        if len(tasks) < CHUNK:
            return
        after = tasks[-1]
        if connection.vendor == "sqlite":  # elsewhere nobody waits for these rows but their own
            time.sleep(PAUSE_PER_HELD * (time.monotonic() - began))


def _write_chunk(project_id: int, after_task: int, now_ms: int) -> list[int]:
    """Give the next tasks the project's overlap; return them."""
    with transaction.atomic(), connection.cursor() as cursor:
        overlap = dialect().read_overlap(cursor, project_id)
        tasks = dialect().lock_tasks_after(cursor, project_id, after_task, overlap, CHUNK)
        if tasks:
            dialect().write_overlap(cursor, overlap, tasks, now_ms, "overlap lowered")
    return tasks
