"""Filters of the list of tasks that a person keeps under a name. Reads only."""

from canut.store.tables.people import Person
from canut.store.tables.projects import Project
from canut.store.tables.tasks import SavedView


def views_of(project: Project, person: Person) -> list[SavedView]:
    """List the views a person keeps in a project, oldest first."""
    return list(SavedView.objects.filter(project=project, person=person).order_by("at_ms", "id"))
