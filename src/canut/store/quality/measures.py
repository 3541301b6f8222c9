"""Queries of measured label quality, and of what was estimated about workers.

Evidence of careless work is read by its own function: who may see it is decided in ``web.urls``.
"""

from dataclasses import dataclass
from typing import NamedTuple

from canut.store.tables.quality import Estimate, Habits

__all__ = [
    "Compared",
    "Confusion",
    "compared_by",
    "confusion_of",
    "evidence_of",
    "habits_of",
]


class Compared(NamedTuple):
    """One of the compared models; what was not measured is None.

    ``simulated`` is its share of right labels on simulated crowds, ``weight`` its part of the mean,
    ``right`` its share of the known answers that set the model.
    """

    model: str
    simulated: float | None
    weight: float | None
    right: float | None


def compared_by(estimate: Estimate) -> list[Compared]:
    """List the compared models; empty if there was no choice.

    The scores of an estimate without ``simulated`` tasks are of another kind, and are left out.
    """
    choice = estimate.choice or {}
    if not choice.get("simulated"):
        choice = {**choice, "score": {}}
    score, weight, right = (choice.get(fact, {}) for fact in ("score", "weight", "right"))
    return [
        Compared(
            model,
            score.get(model),
            weight.get(model),
            right.get(model),
        )
        for model in {**weight, **score, **right}
    ]


@dataclass(frozen=True)
class Confusion:
    """How often each label was given, by estimated true label.

    ``counts[true][said]`` are expected numbers of answers.
    """

    labels: list[str]
    counts: list[list[float]]

    @property
    def rows(self) -> list[tuple[str, float, list[float | None]]]:
        """For each true label, the number of answers and the share of each label.

        Nothing can be said of a label that is hardly ever true: under one answer, shares are None.
        """
        return [
            (label, sum(row), [each / sum(row) if sum(row) >= 1 else None for each in row])
            for label, row in zip(self.labels, self.counts, strict=True)
        ]


def confusion_of(estimate: Estimate | None) -> Confusion | None:
    """Return the confusion matrix of an estimate; None if it has none."""
    if estimate is None or not estimate.labels or not estimate.confusion:
        return None
    return Confusion(estimate.labels, estimate.confusion)


def habits_of(project_id: int) -> list[Habits]:
    """List the last estimate of each worker, in no order of merit."""
    habits = Habits.objects.filter(project_id=project_id, low__isnull=False)
    return list(
        habits.select_related("worker__person").defer("chances", "evidence").order_by("worker_id")
    )


def evidence_of(project_id: int) -> list[Habits]:
    """List workers with signs of careless work, in no order of merit."""
    habits = Habits.objects.filter(project_id=project_id, evidence__isnull=False)
    return list(habits.select_related("worker__person").defer("chances").order_by("worker_id"))
