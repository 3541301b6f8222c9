"""The model rule of a project, and its trained models."""

from typing import NamedTuple

from django.db.models import Count, Q

from canut.core.learning.hidden_share import share_to_hide
from canut.store.tables.learning import LoopRule, Trained
from canut.store.tables.tasks import TaskState

MANY_TASKS = 4_000


class AnswersBehind(NamedTuple):
    """How many labels of closed tasks rest on a model alone, on one answer, or on several."""

    model: int
    one: int
    several: int


def rule_of_loop(project_id: int) -> LoopRule:
    """Return what models may do in a project; unsaved defaults if nobody set it."""
    stored = LoopRule.objects.filter(project=project_id).first()
    if stored is not None:
        return stored
    tasks = TaskState.objects.filter(project=project_id)[:MANY_TASKS].count()
    return LoopRule(project_id=project_id, hidden_per_mille=share_to_hide(tasks))


def trained_in(project_id: int) -> list[Trained]:
    """List the models trained on a project, oldest first, without their weights."""
    models = Trained.objects.filter(project=project_id).select_related("author")
    return list(models.defer("weights").order_by("id"))


def last_trained(project_id: int) -> Trained | None:
    """Return the newest model of a project, without its weights."""
    return next(reversed(trained_in(project_id)), None)


def answers_behind(project_id: int) -> AnswersBehind | None:
    """Count the labels of a project by the answers behind each; None before the first.

    A label that a reviewer decided counts by its answers too.
    """
    closed = (TaskState.State.CLOSED, TaskState.State.AUDIT)
    states = TaskState.objects.filter(project=project_id, state__in=closed, label__isnull=False)
    counts = states.aggregate(
        model=Count("task_id", filter=Q(counted=0, reviewed_ms=None)),
        one=Count("task_id", filter=Q(counted=1)),
        several=Count("task_id", filter=Q(counted__gt=1)),
    )
    return AnswersBehind(**counts) if any(counts.values()) else None
