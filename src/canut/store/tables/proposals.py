"""What a model proposes for a task: shown to whoever is lent it, or hidden on a random part.

One row a task. Whether it is hidden is drawn once and stays, whatever model comes next: what people
say unseen is what models are measured by. Which model proposes what is decided in
``actions.learning.loop``.
"""

from collections.abc import Sequence
from typing import NamedTuple

from django.db import models
from django.db.models import Q

from canut.store.tables.prelabels import ModelAuthor
from canut.store.tables.projects import Project
from canut.store.tables.work import Task


class Proposal(models.Model):
    """What the newest model to speak says of a task, how sure, and what became of it.

    ``source``: the model's name and version, as people read it. ``is_shown``: who is lent the task
    sees it; never where ``is_hidden``. ``took_ms``: since when it is the label and nobody is asked;
    ``back_ms``: people were asked again since. ``at_ms``: who was lent the task from then on saw
    it, where it is shown.
    """

    task = models.OneToOneField(Task, models.CASCADE, primary_key=True, related_name="proposal")
    project = models.ForeignKey(Project, models.CASCADE, db_index=False)
    author = models.ForeignKey(ModelAuthor, models.CASCADE)
    label = models.TextField()
    score = models.FloatField()
    source = models.CharField(max_length=190)
    is_hidden = models.BooleanField()
    is_shown = models.BooleanField(default=False)
    at_ms = models.BigIntegerField()
    took_ms = models.BigIntegerField(null=True)
    back_ms = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(score__gte=0, score__lte=1), name="proposal_score_share"
            ),
            models.CheckConstraint(
                condition=Q(is_hidden=False) | Q(is_shown=False, took_ms=None),
                name="proposal_hidden_is_unseen",
            ),
        )
        indexes = (
            models.Index(fields=("project", "is_hidden", "task"), name="proposal_of_project"),
        )


class Standing(NamedTuple):
    """A proposal as the chain of its task needs it."""

    author: int
    source: str
    label: str
    at_ms: int
    is_shown: bool
    is_hidden: bool
    took_ms: int | None


def proposals_of(tasks: Sequence[int]) -> dict[int, Standing]:
    """Return what models propose for some tasks, by task."""
    found = Proposal.objects.filter(task__in=tasks)
    return {
        one.task_id: Standing(
            one.author_id,
            one.source,
            one.label,
            one.at_ms,
            one.is_shown,
            one.is_hidden,
            one.took_ms,
        )
        for one in found
    }
