"""Named reads of how good a project's labels are measured to be, and of what was learnt of workers.

Evidence of careless work is read by its own function: who may see it is decided in ``web.urls``.
"""

from dataclasses import dataclass
from math import exp
from typing import NamedTuple

from canut.core.quality.estimators.auto import ENOUGH_GOLD as ENOUGH_KNOWN
from canut.store.tables.quality import Estimate, Habits

__all__ = [
    "ENOUGH_KNOWN",
    "Compared",
    "Confusion",
    "compared_by",
    "confusion_of",
    "evidence_of",
    "habits_of",
]


class Compared(NamedTuple):
    """One of the models a choice was made among; what was not measured is None.

    ``foretold`` is the chance it gave to an answer it had not seen (their geometric mean),
    ``weight`` its part of the mean, ``right`` its share of the known answers that set the model.
    """

    model: str
    foretold: float | None
    weight: float | None
    right: float | None


def compared_by(estimate: Estimate) -> list[Compared]:
    """List the models that were compared; none where the choice was no choice."""
    choice = estimate.choice or {}
    score, weight, right = (choice.get(fact, {}) for fact in ("score", "weight", "right"))
    return [
        Compared(
            model,
            exp(score[model]) if model in score else None,
            weight.get(model),
            right.get(model),
        )
        for model in {**weight, **right}
    ]


@dataclass(frozen=True)
class Confusion:
    """How often each label was said where the fit holds another, or the same, for true.

    ``counts[true][said]`` are expected numbers of answers.
    """

    labels: list[str]
    counts: list[list[float]]

    @property
    def rows(self) -> list[tuple[str, float, list[float | None]]]:
        """For each true label, how many answers there are and the share of each label said.

        Nothing can be said of a label that is hardly ever true: under one answer, shares are None.
        """
        return [
            (label, sum(row), [each / sum(row) if sum(row) >= 1 else None for each in row])
            for label, row in zip(self.labels, self.counts, strict=True)
        ]


def confusion_of(estimate: Estimate | None) -> Confusion | None:
    """Return the confusion of an estimate; nothing where it keeps none."""
    if estimate is None or not estimate.labels or not estimate.confusion:
        return None
    return Confusion(estimate.labels, estimate.confusion)


def habits_of(project_id: int) -> list[Habits]:
    """List what the last estimate learnt of each worker; in no order of merit."""
    found = Habits.objects.filter(project_id=project_id, low__isnull=False)
    return list(found.select_related("worker").defer("chances", "evidence").order_by("worker_id"))


def evidence_of(project_id: int) -> list[Habits]:
    """List workers of whose work there is something to look into; in no order of merit."""
    found = Habits.objects.filter(project_id=project_id, evidence__isnull=False)
    return list(found.select_related("worker").defer("chances").order_by("worker_id"))
