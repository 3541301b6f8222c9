"""Named reads of how good a project's labels are measured to be, and of what was learnt of workers.

Evidence of careless work is read by its own function: who may see it is decided in ``web.urls``.
"""

from dataclasses import dataclass

from canut.core.quality.auto import ENOUGH_GOLD as ENOUGH_KNOWN
from canut.store.quality import Estimate, Habits

__all__ = ["ENOUGH_KNOWN", "Confusion", "confusion_of", "evidence_of", "habits_of"]


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
