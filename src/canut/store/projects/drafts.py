"""Queries of a draft project: its import, the rows set aside, and what is typed in its setup."""

import json

from canut.store.tables.people import Person
from canut.store.tables.projects import Project, SetupDraft
from canut.store.tables.tasks import Import, ImportProblem, Task


def current_import(project: Project) -> Import | None:
    """Return the import of a project; discarded ones are ignored."""
    imports = Import.objects.filter(project=project).exclude(state=Import.State.DISCARDED)
    return imports.order_by("-id").first()


def first_problems(source: Import, most: int) -> list[ImportProblem]:
    """List the first rows that were set aside."""
    return list(ImportProblem.objects.filter(source=source).order_by("line", "id")[:most])


def first_pictures(source: Import, most: int) -> list[str]:
    """Return the hashes of the first pictures of an import of pictures."""
    rows = Task.objects.filter(source=source).order_by("row").values_list("data", flat=True)
    return [sha for data in rows[:most] if (sha := json.loads(data).get("image"))]


def setup_draft(project: Project) -> SetupDraft | None:
    """Return what is typed in the setup of a project; None before anything is."""
    return SetupDraft.objects.filter(project=project).first()


def names_of_people(ids: set[int]) -> dict[int, str]:
    """Return the names of people who wrote in a draft, by their number."""
    return dict(Person.objects.filter(id__in=ids).values_list("id", "username"))
