"""Answers that were begun and not given, so that a person can go on with them on another device."""

from collections.abc import Iterable

from canut.store.tables.work import Begun


def begun_by(worker_id: int, tasks: Iterable[int]) -> dict[int, Begun]:
    """Return what a worker has begun of some tasks."""
    found = Begun.objects.filter(worker_id=worker_id, task_id__in=list(tasks))
    return {one.task_id: one for one in found}
