"""The figures of one project in the list of projects. Reads only."""

from typing import NamedTuple

from django.db.models import Count, Q

from canut.core.clock import Ms
from canut.store.pay.pay_lines import ProjectSpend, spend_after_decisions
from canut.store.quality.results import SURE, Progress, labelled_tasks, progress
from canut.store.tables.projects import Project
from canut.store.tables.work import Answer

MOST_NEW = 1_000


class ProjectFigures(NamedTuple):
    """How far a project is, how sure its labels are, what it spent and what is new.

    Args:
        project: the project.
        progress: its tasks by what they need.
        labelled: the finished tasks that have a label.
        sure: those of them whose label is sure enough.
        spent: what its answers cost, by currency.
        unseen: the answers that came since the last visit, at most ``MOST_NEW`` and one.
    """

    project: Project
    progress: Progress
    labelled: int
    sure: int
    spent: list[ProjectSpend]
    unseen: int

    @property
    def sure_share(self) -> float | None:
        """The share of labels that are sure enough; None before the first label."""
        return self.sure / self.labelled if self.labelled else None

    @property
    def is_more_unseen(self) -> bool:
        """Whether more answers came than were counted."""
        return self.unseen > MOST_NEW


def figures_in_list(project: Project, visited_ms: Ms) -> ProjectFigures:
    """Return the figures of a project for somebody who opened it last at a time."""
    counts = labelled_tasks(project.pk).aggregate(
        labelled=Count("task_id"), sure=Count("task_id", filter=Q(confidence__gte=SURE))
    )
    return ProjectFigures(
        project,
        progress(project.pk),
        counts["labelled"],
        counts["sure"],
        spend_after_decisions(project.pk),
        _count_answers_since(project.pk, visited_ms),
    )


def _count_answers_since(project_id: int, since_ms: Ms) -> int:
    """Count the newest answers that came after a time; never more than it takes to say "more"."""
    newest = Answer.objects.filter(project_id=project_id).order_by("-id")
    times = newest.values_list("answered_ms", flat=True)[: MOST_NEW + 1]
    return sum(1 for answered_ms in times if answered_ms > since_ms)
