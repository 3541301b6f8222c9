"""Answers that were begun and not given, so that a person can go on with them on another device."""

from collections.abc import Iterable

from django.db import models

from canut.store.tables.work import Task, Worker


class Begun(models.Model):
    """What somebody has entered of a task in their hands.

    ``drafts`` is JSON text, as the page keeps it. ``begun_ms`` is the device's own clock: of two
    devices, the later one is shown; nothing is paid or counted by it.
    """

    worker = models.ForeignKey(Worker, models.CASCADE, related_name="begun", db_index=False)
    task = models.ForeignKey(Task, models.CASCADE, related_name="begun")
    question_version = models.PositiveIntegerField()
    drafts = models.TextField()
    begun_ms = models.BigIntegerField()
    kept_ms = models.BigIntegerField(db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("worker", "task"), name="begun_once"),)


def begun_by(worker_id: int, tasks: Iterable[int]) -> dict[int, Begun]:
    """Return what a worker has begun of some tasks."""
    found = Begun.objects.filter(worker_id=worker_id, task_id__in=list(tasks))
    return {one.task_id: one for one in found}
