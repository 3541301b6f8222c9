"""Models' proposals for tasks: shown to the worker, or hidden on a random share.

One row a task. Whether it is hidden is drawn by the task, whatever model comes next, and a hidden
one stays so: what people say unseen is what models are measured by. Where one person is asked
first, more are hidden while nothing is proven (``actions.learning.one_first``). Which model
proposes what is decided in ``actions.learning.loop``.
"""

from collections.abc import Sequence
from typing import NamedTuple

from canut.store.tables.learning import Proposal


class ProposalSnapshot(NamedTuple):
    """A proposal as its task's provenance needs it."""

    author: int
    source: str
    label: str
    at_ms: int
    is_shown: bool
    is_hidden: bool
    took_ms: int | None


def proposals_of(tasks: Sequence[int]) -> dict[int, ProposalSnapshot]:
    """Return the proposals for some tasks, by task."""
    proposals = Proposal.objects.filter(task__in=tasks)
    return {
        proposal.task_id: ProposalSnapshot(
            proposal.author_id,
            proposal.source,
            proposal.label,
            proposal.at_ms,
            proposal.is_shown,
            proposal.is_hidden,
            proposal.took_ms,
        )
        for proposal in proposals
    }


def count_taken_over(project_id: int, most: int) -> int:
    """Count the tasks that a model labels alone now, up to a number."""
    tasks = Proposal.objects.filter(project=project_id, is_hidden=False, took_ms__isnull=False)
    return tasks.values("task").order_by()[:most].count()
