"""Queries of a draft project: its import and the rows set aside."""

from canut.store.tables.imports import Import, ImportProblem
from canut.store.tables.projects import Project


def current_import(project: Project) -> Import | None:
    """Return the import of a project; discarded ones are ignored."""
    imports = Import.objects.filter(project=project).exclude(state=Import.State.DISCARDED)
    return imports.order_by("-id").first()


def first_problems(source: Import, most: int) -> list[ImportProblem]:
    """List the first rows that were set aside."""
    return list(ImportProblem.objects.filter(source=source).order_by("line", "id")[:most])
