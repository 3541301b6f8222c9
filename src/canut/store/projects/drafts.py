"""Named reads of a project being made: its file, and the rows that were set aside."""

from canut.store.tables.imports import Import, ImportProblem
from canut.store.tables.projects import Project


def current_import(project: Project) -> Import | None:
    """Return the file the project is being made from; a discarded one is forgotten."""
    kept = Import.objects.filter(project=project).exclude(state=Import.State.DISCARDED)
    return kept.order_by("-id").first()


def first_problems(source: Import, most: int) -> list[ImportProblem]:
    """List the first rows that were set aside."""
    return list(ImportProblem.objects.filter(source=source).order_by("line", "id")[:most])
