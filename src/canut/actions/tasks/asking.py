"""Decide, in the transaction of an answer, how many answers its task gets and whether it is done.

Where a project asks until sure, a task begins with the least number and gets one more at a time, so
nobody is ever lent a task that the next answer may settle. What is sure is decided in
``core.quality.allocation.overlap``; how a change of the setting reaches every task, in ``overlap``.
"""

from canut.core.quality.allocation.overlap import Asking, answers_wanted
from canut.store.quality.known_split import WHOLE, scatter
from canut.store.sql.dialect import Standing
from canut.store.tables.projects import Project
from canut.store.tables.work import TaskState

State = TaskState.State


def asking_of(project: Project) -> Asking:
    """Return how many answers a project asks for."""
    return Asking(project.overlap, project.overlap_most)


def overlap_after(standing: Standing, counted: int, live: int, sure: float) -> tuple[int, State]:
    """Return how many answers a task gets after one that counts, and its state.

    Where the project's setting changed and has not reached the task, the task keeps its number: it
    is decided again when the change does.

    Args:
        standing: the task as it was, and what its project asks for.
        counted: answers that count now.
        live: people who still have it in hand.
        sure: how sure one may be of its label.
    """
    overlap = standing.overlap
    if standing.most is not None and standing.rule == standing.overlap_rule:
        overlap = answers_wanted(Asking(standing.least, standing.most), counted, live, sure)
    if counted < overlap:
        return overlap, State.OPEN
    return overlap, state_when_done(standing.task, standing.audit_per_mille)


def state_when_done(task_id: int, audit_per_mille: int) -> State:
    """Say whether a task that is done is asked once more, by its number alone: a random share."""
    return State.AUDIT if scatter(task_id) < drawn_below(audit_per_mille) else State.CLOSED


def drawn_below(audit_per_mille: int) -> int:
    """Return the bound below which tasks are drawn; see ``store.quality.known_split.scatter``."""
    return audit_per_mille * WHOLE // 1000
