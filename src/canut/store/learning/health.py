"""The hidden tasks on which people and a model both spoke, unseen by each other.

They are what a model's health is measured by: nobody who answered saw what the model proposed.
"""

from typing import NamedTuple

from canut.store.tables.learning import Decided, Trained

MOST = 2_000


class HiddenTask(NamedTuple):
    """A task of the hidden share, with the people's label and the model's.

    ``content``: JSON text, the row as imported.
    """

    task: int
    label: str
    proposed: str
    score: float
    confidence: float
    decided_ms: int
    source: int
    content: str


def hidden_tasks_of(trained: Trained) -> list[HiddenTask]:
    """List the newest hidden tasks that a version spoke on and people decided, oldest first."""
    decided = Decided.objects.filter(
        project=trained.project_id,
        unseen__gt=0,
        task__proposal__is_hidden=True,
        task__proposal__author=trained.author_id,
        task__now__label__isnull=False,
    ).order_by("-decided_ms", "-task_id")
    rows = decided.values_list(
        "task_id",
        "task__now__label",
        "task__proposal__label",
        "task__proposal__score",
        "task__now__confidence",
        "decided_ms",
        "task__source_id",
        "task__data",
    )[:MOST]
    filled = [(*row[:4], 1.0 if row[4] is None else row[4], *row[5:]) for row in rows]
    return [HiddenTask._make(row) for row in reversed(filled)]
