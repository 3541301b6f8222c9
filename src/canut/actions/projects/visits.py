"""Note when a person last opened a project, so that its list says what is new since."""

from django.db import transaction

from canut.core.clock import Ms
from canut.store.projects.visits import place_of_project
from canut.store.tables.decisions import PlaceOpened
from canut.store.tables.people import Person


@transaction.atomic
def open_project_page(person: Person, project_id: int, now_ms: Ms) -> None:
    """Mark everything that came to a project until now as seen by a person."""
    place = place_of_project(project_id)
    PlaceOpened.objects.update_or_create(person=person, place=place, defaults={"at_ms": now_ms})
