"""What a model proposes for a task: shown to whoever is lent it, or hidden on a random part.

One row a task. Whether it is hidden is drawn once and stays, whatever model comes next: what people
say unseen is what models are measured by. Which model proposes what is decided in
``actions.learning.loop``.
"""

from collections.abc import Sequence
from typing import NamedTuple

from canut.store.tables.learning import Proposal


class ProposalSnapshot(NamedTuple):
    """A proposal as the chain of its task needs it."""

    author: int
    source: str
    label: str
    at_ms: int
    is_shown: bool
    is_hidden: bool
    took_ms: int | None


def proposals_of(tasks: Sequence[int]) -> dict[int, ProposalSnapshot]:
    """Return what models propose for some tasks, by task."""
    found = Proposal.objects.filter(task__in=tasks)
    return {
        one.task_id: ProposalSnapshot(
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
