"""Named reads of the workbench: the day's account, the last answers, the size of pictures."""

import json
from typing import Any, NamedTuple

from canut.store.pay.pay_lines import earned_by_worker
from canut.store.tables.imports import Media
from canut.store.tables.tasks import Task, TaskState
from canut.store.tables.work import Answer, Worker


class DayAccount(NamedTuple):
    """What a worker did and is owed since a moment: milliseconds, micro-units, answers."""

    elapsed_ms: int
    earned_micro: int
    answers: int


class Recent(NamedTuple):
    """One of the last answers: its key, its lease and version, the task, what was answered."""

    key: str
    lease: int
    question_version: int
    task: Task
    task_data: dict[str, Any]
    values: dict[str, Any]


def account_since(worker_id: int, since_ms: int) -> DayAccount:
    """Sum the worker's pay lines from ``since_ms`` on; hours that are paid, by time elapsed."""
    earned = earned_by_worker(worker_id, since_ms)
    return DayAccount(earned.elapsed_ms, earned.micro, earned.answers)


def recent_answers(worker: Worker, limit: int) -> list[Recent]:
    """Return the worker's last answers that still stand and may be corrected, oldest first."""
    found = (
        Answer.objects.filter(worker=worker, task__now__exported_ms=None)
        .exclude(task_id=worker.project.practice_task_id or 0)
        .filter(answer=None)  # no later answer replaces it
        .select_related("task", "question_version")
        .order_by("-id")[:limit]
    )
    return [
        Recent(
            one.client_key,
            one.lease_id or 0,
            one.question_version.number,
            one.task,
            json.loads(one.task.data),
            json.loads(one.values),
        )
        for one in reversed(found)
    ]


def tasks_in(project_id: int, limit: int) -> int | None:
    """Count the project's published tasks; ``None`` past ``limit``, where counting costs."""
    queue = TaskState.objects.filter(project_id=project_id).exclude(state=TaskState.State.PRACTICE)
    counted = len(queue.values_list("task_id")[: limit + 1])
    return counted if counted <= limit else None


def answers_of(worker: Worker) -> int:
    """Count the tasks this worker has answered, practice apart."""
    return (
        Answer.objects.filter(worker=worker, replaces=None)
        .exclude(task_id=worker.project.practice_task_id or 0)
        .count()
    )


def sizes_of(project_id: int, hashes: set[str]) -> dict[str, tuple[int, int]]:
    """Return width and height of the project's pictures, in points, by hash."""
    found = Media.objects.filter(project_id=project_id, sha256__in=hashes)
    return {m.sha256: (m.width, m.height) for m in found}


def known_label(task_id: int) -> str | None:
    """Return the known label of a task, or nothing where nobody knows."""
    return Task.objects.filter(id=task_id).values_list("known", flat=True).first()


def first_row(project_id: int) -> dict[str, str] | None:
    """Return the columns of a project's first task; None where it has none yet."""
    task = Task.objects.filter(project_id=project_id).order_by("id").first()
    if task is None:
        return None
    found: dict[str, str] = json.loads(task.data)
    return found
