"""Queries of the workbench: the day's account, last answers, picture sizes."""

import json
from typing import Any, NamedTuple

from canut.store.pay.pay_lines import earned_by_worker
from canut.store.tables.pay import PayAdjustment
from canut.store.tables.tasks import Media, Task, TaskState
from canut.store.tables.work import Answer, Worker

WEIGHED = 40
LIGHT_BYTES = 40_000


class DayAccount(NamedTuple):
    """A worker's totals since a time: milliseconds, micro-units, answers."""

    elapsed_ms: int
    earned_micro: int
    answers: int


class Recent(NamedTuple):
    """One of the last answers: key, lease, version, task, values."""

    key: str
    lease: int
    question_version: int
    task: Task
    task_data: dict[str, Any]
    values: dict[str, Any]


def account_since(worker_id: int, since_ms: int) -> DayAccount:
    """Sum the worker's pay lines since a time, less what decisions took; hours by elapsed time."""
    earned = earned_by_worker(worker_id, since_ms)
    changes = PayAdjustment.objects.filter(
        worker_id=worker_id, answer__payline__at_ms__gte=since_ms
    ).values_list("piece_micro", flat=True)
    return DayAccount(earned.elapsed_ms, max(0, earned.micro + sum(changes)), earned.answers)


def recent_answers(worker: Worker, limit: int) -> list[Recent]:
    """Return the worker's last correctable answers, oldest first."""
    answers = (
        Answer.objects.filter(worker=worker, task__now__exported_ms=None)
        .exclude(task_id=worker.project.practice_task_id or 0)
        .filter(answer=None)  # no later answer replaces it
        .select_related("task", "question_version")
        .order_by("-id")[:limit]
    )
    return [
        Recent(
            answer.client_key,
            answer.lease_id or 0,
            answer.question_version.number,
            answer.task,
            json.loads(answer.task.data),
            json.loads(answer.values),
        )
        for answer in reversed(answers)
    ]


def tasks_in(project_id: int, limit: int) -> int | None:
    """Count the project's published tasks; None past ``limit``, where counting is slow."""
    queue = TaskState.objects.filter(project_id=project_id).exclude(state=TaskState.State.PRACTICE)
    counted = len(queue.values_list("task_id")[: limit + 1])
    return counted if counted <= limit else None


def get_worker(worker_id: int) -> Worker:
    """Return a worker with the project they work in."""
    return Worker.objects.select_related("project").get(pk=worker_id)


def is_light(project_id: int) -> bool:
    """Return whether a project's pictures and sounds weigh little, by the first of them."""
    first = Media.objects.filter(project_id=project_id).order_by("id")
    sizes = first.values_list("size_bytes", "duration_ms")[:WEIGHED]
    return all(size <= LIGHT_BYTES and duration is None for size, duration in sizes)


def answers_of(worker: Worker) -> int:
    """Count the tasks this worker has answered, without practice."""
    return (
        Answer.objects.filter(worker=worker, replaces=None)
        .exclude(task_id=worker.project.practice_task_id or 0)
        .count()
    )


def sizes_of(project_id: int, hashes: set[str]) -> dict[str, tuple[int, int]]:
    """Return width and height of the project's pictures in pixels, by hash."""
    pictures = Media.objects.filter(project_id=project_id, sha256__in=hashes)
    return {m.sha256: (m.width, m.height) for m in pictures}


def seconds_of(project_id: int, sound: str) -> float:
    """Return how long a sound of the project is, in seconds; 0 where nobody knows."""
    sounds = Media.objects.filter(project_id=project_id, sha256=sound)
    return (sounds.values_list("duration_ms", flat=True).first() or 0) / 1000


def known_label(task_id: int) -> str | None:
    """Return the known label of a task; None if unknown."""
    return Task.objects.filter(id=task_id).values_list("known", flat=True).first()


def first_rows(project_id: int, most: int) -> list[dict[str, str]]:
    """Return the data of a project's first tasks."""
    tasks = Task.objects.filter(project_id=project_id).order_by("id")
    return [json.loads(data) for data in tasks.values_list("data", flat=True)[:most]]
