"""Scheduled and completed deletions of projects."""

from canut.store.tables.projects import Removal


def removal_of(project_id: int) -> Removal | None:
    """Return the scheduled or completed deletion of a project; None if there is none."""
    removals = Removal.objects.filter(project_id=project_id, taken_back_ms=None)
    return removals.order_by("-id").first()
