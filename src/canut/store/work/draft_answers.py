"""Draft answers, which a person can continue on another device."""

from collections.abc import Iterable

from canut.store.tables.work import Begun


def begun_by(worker_id: int, tasks: Iterable[int]) -> dict[int, Begun]:
    """Return a worker's draft answers to some tasks."""
    drafts = Begun.objects.filter(worker_id=worker_id, task_id__in=list(tasks))
    return {draft.task_id: draft for draft in drafts}
