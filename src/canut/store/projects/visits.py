"""When a person last opened each project. Reads only."""

from collections.abc import Iterable

from canut.core.clock import Ms
from canut.store.tables.decisions import PlaceOpened
from canut.store.tables.people import Person


def place_of_project(project_id: int) -> str:
    """Return the name under which visits of a project are stored."""
    return f"project:{project_id}"


def last_visits(person: Person, project_ids: Iterable[int]) -> dict[int, Ms]:
    """Return when a person last opened each project; those never opened are left out."""
    places = {place_of_project(number): number for number in project_ids}
    opened = PlaceOpened.objects.filter(person=person, place__in=places)
    return {places[place]: at_ms for place, at_ms in opened.values_list("place", "at_ms")}
