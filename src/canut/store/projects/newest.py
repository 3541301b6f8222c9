"""The newest project of the instance. Reads only."""

from canut.store.tables.projects import Project


def newest_project() -> Project | None:
    """Return the project that was made last; None where there is none."""
    return Project.objects.order_by("-created_at", "-id").first()
