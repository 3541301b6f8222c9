"""Gold checks: tasks with a known label, and audits of closed tasks.

A gold task is leased to many people; its answers are paid and never counted. An audited task was
closed, is answered by one more person, and closes again; that answer is stored here with the label
the task had. Workers see no difference until they have answered.
"""

import json
from typing import NamedTuple

from django.db import models
from django.db.models import Q

from canut.store.tables.quality import AuditAnswer, Gold
from canut.store.tables.tasks import Task, TaskState
from canut.store.tables.work import Answer, Worker


class Checked(NamedTuple):
    """A worker's answer to a gold task, with the right label and its reason."""

    task: Task
    values: str
    version: int
    known: str
    why: str
    answered_ms: int

    def said(self) -> dict[str, object]:
        """Return the answer to each question."""
        values: dict[str, object] = json.loads(self.values)
        return values


def gold_of(project_id: int) -> list[Gold]:
    """List the gold tasks of a project, newest first."""
    gold = Gold.objects.filter(project_id=project_id, ended_ms=None)
    return list(gold.select_related("task", "made_by").order_by("-made_ms", "-task_id"))


def known_waiting(project_id: int) -> int:
    """Count tasks with a known label, untouched, neither gold nor of an acceptance test."""
    return _untouched(project_id).count()


def first_known(project_id: int, most: int) -> list[Task]:
    """List the first tasks that ``known_waiting`` counts."""
    return list(_untouched(project_id).order_by("id")[:most])


def _untouched(project_id: int) -> models.QuerySet[Task]:
    free = Q(now__state=TaskState.State.OPEN, now__counted=0, now__live=0, acceptance=None)
    return Task.objects.filter(free, project_id=project_id, known__isnull=False)


def checked_of(worker: Worker, most: int = 200) -> list[Checked]:
    """List a worker's first answers to gold tasks, newest first."""
    answers = Answer.objects.filter(
        worker=worker, replaces=None, task__now__state=TaskState.State.GOLD
    ).filter(task__known__isnull=False, task__planted_proposal__isnull=True)
    rows = answers.select_related("task__gold", "question_version").order_by("-id")[:most]
    return [
        Checked(
            row.task,
            row.values,
            row.question_version.number,
            row.task.known or "",
            row.task.gold.why if hasattr(row.task, "gold") else "",
            row.answered_ms,
        )
        for row in rows
    ]


def audited(project_id: int) -> tuple[int, int]:
    """Count audit answers that equal their task's label, and all audit answers."""
    answers = AuditAnswer.objects.filter(project_id=project_id)
    return answers.filter(label=models.F("said")).count(), answers.count()
