"""Scores of a person's own work, for themselves to see."""

from typing import NamedTuple

from django.db.models import Max, Q

from canut.core.decisions.deadlines import score_expires
from canut.store.tables.people import Person
from canut.store.tables.projects import Project
from canut.store.tables.work import Worker


class Score(NamedTuple):
    """A person's score in one project, its interval, and its expiry.

    ``low`` and ``high`` bound the share at 90 %; None where the model does not tell.
    """

    project: Project
    accuracy: float
    low: float | None
    high: float | None
    agreed: int
    compared: int
    forgotten_ms: int


def scores_of(person: Person) -> list[Score]:
    """List a person's scores by project; left out if too little was compared."""
    workers = (
        Worker.objects.filter(person=person, accuracy__isnull=False)
        .select_related("project", "habits")
        .annotate(newest=Max("answer__answered_ms", filter=Q(answer__counted=True)))
        .order_by("project__title")
    )
    return [
        Score(
            worker.project,
            worker.accuracy or 0.0,
            worker.habits.low if hasattr(worker, "habits") else None,
            worker.habits.high if hasattr(worker, "habits") else None,
            worker.agreed or 0,
            worker.compared or 0,
            score_expires(worker.newest or 0),
        )
        for worker in workers
    ]
