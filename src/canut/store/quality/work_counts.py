"""Count how far a project's work is, for what its next answers would bring.

Practice tasks and hidden checks are left out: nobody asked for their labels. Reads only.
"""

from typing import NamedTuple

from django.db.models import Count, F, Q, Sum

from canut.store.tables.tasks import TaskState

State = TaskState.State


class WorkCounts(NamedTuple):
    """Counts of a project's tasks and of their counted answers.

    Args:
        tasks: tasks that are to have a label.
        answered, twice: those with an answer, and with two or more.
        answers: counted answers to them.
        closed, of_closed: closed tasks with answers, and the answers to these.
        fresh: open tasks without an answer.
        lacking: answers that open tasks with some are still to get.
    """

    tasks: int
    answered: int
    twice: int
    answers: int
    closed: int
    of_closed: int
    fresh: int
    lacking: int


def count_work(project_id: int) -> WorkCounts:
    """Count the tasks of a project and their answers."""
    closed = Q(state=State.CLOSED, counted__gt=0)
    begun = Q(state=State.OPEN, counted__gt=0, overlap__gt=F("counted"))
    counts = (
        TaskState.objects.filter(project=project_id)
        .exclude(state__in=(State.PRACTICE, State.GOLD))
        .aggregate(
            tasks=Count("task_id"),
            answered=Count("task_id", filter=Q(counted__gt=0)),
            twice=Count("task_id", filter=Q(counted__gt=1)),
            answers=Sum("counted", default=0),
            closed=Count("task_id", filter=closed),
            of_closed=Sum("counted", filter=closed, default=0),
            fresh=Count("task_id", filter=Q(state=State.OPEN, counted=0)),
            lacking=Sum(F("overlap") - F("counted"), filter=begun, default=0),
        )
    )
    return WorkCounts(**counts)
