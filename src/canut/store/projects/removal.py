"""Projects that are put away, or on their way to be deleted."""

from canut.store.tables.projects import Removal


def removal_of(project_id: int) -> Removal | None:
    """Return the deletion that waits for its day, or was done; None where there is none."""
    found = Removal.objects.filter(project_id=project_id, taken_back_ms=None)
    return found.order_by("-id").first()
