"""Read a sample of a project's tasks, the hard ones within what a person may bear.

A hard task stays covered until the reader uncovers it, which reserves a dose as a lease does.
"""

import json
from dataclasses import dataclass

from django.db import transaction

from canut.actions.ethics.acting import lock_review
from canut.actions.protection.appeal_exposure import bear_look
from canut.actions.protection.exposure import REMEMBER_MS, longest_look_ms
from canut.core.clock import Ms
from canut.core.errors import BadInput
from canut.core.ethics.authority import EthicsAct
from canut.store.tables.ethics import EthicsLook
from canut.store.tables.people import Person
from canut.store.tables.projects import Project
from canut.store.tables.tasks import Task, TaskState

SAMPLE = 12


@dataclass(frozen=True, slots=True)
class SampledTask:
    """A task of the sample.

    Args:
        task: its number.
        key: its name in the file.
        severity: 0 to 4.
        cells: what is shown of it; empty while it is covered.
        is_covered: whether the reader has to uncover it first.
    """

    task: int
    key: str
    severity: int
    cells: dict[str, str]
    is_covered: bool


def sample_of(project: Project, reader: Person) -> list[SampledTask]:
    """Return twelve tasks spread over a project, or all of fewer; the same ones each time."""
    ids = list(Task.objects.filter(project=project).order_by("id").values_list("id", flat=True))
    step = max(1, len(ids) // SAMPLE)
    chosen = ids[::step][:SAMPLE]
    seen = set(
        EthicsLook.objects.filter(bearer=reader, task__in=chosen).values_list("task", flat=True)
    )
    tasks: list[SampledTask] = []
    for task in Task.objects.filter(id__in=chosen).order_by("id"):
        severity = _severity(project, task)
        is_covered = severity > 0 and task.pk not in seen
        cells = {} if is_covered else json.loads(task.data)
        tasks.append(SampledTask(task.pk, task.key, severity, cells, is_covered))
    return tasks


@transaction.atomic
def uncover_task(review_id: int, task_id: int, *, by: Person, now_ms: Ms) -> EthicsLook:
    """Uncover a hard task of the sample, within the reader's exposure limits.

    Raises:
        Forbidden: the person is neither this project's reviewer nor a candidate.
        BadInput: the task is none of the project.
        Conflict: looking at it does not fit what the person may bear now.
    """
    review, project = lock_review(review_id, EthicsAct.READ, by, now_ms)
    task = Task.objects.filter(project=project, id=task_id).first()
    if task is None:
        raise BadInput("the sample has no such task", code="ethics-no-task")
    look = EthicsLook.objects.filter(review=review, task=task_id, bearer=by).first()
    if look is not None:
        return look
    severity = _severity(project, task)
    weight = bear_look(by, project, severity, now_ms, "appeal-hard") if severity else 0
    return EthicsLook.objects.create(
        review=review,
        task=task_id,
        bearer=by,
        severity=severity,
        dose=weight,
        seen_ms=now_ms,
        ended_ms=now_ms + longest_look_ms(project.pk, now_ms // REMEMBER_MS),
    )


def _severity(project: Project, task: Task) -> int:
    """Return how hard a task is; that of the hardest one where it is not published yet."""
    state = TaskState.objects.filter(task=task).only("severity").first()
    if state is None:
        return project.label or 0
    return (project.severity or 0) if state.severity is None else state.severity
