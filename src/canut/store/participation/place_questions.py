"""Whom a project has asked where they work. Reads only."""

from canut.store.tables.participation import Message
from canut.store.tables.people import Person, PlaceWord, Terms
from canut.store.tables.projects import Project

PAGE = "/pay/terms"
"""Where people say where they work; each question names it."""


def people_asked(project: Project) -> frozenset[int]:
    """Return who was asked where they work, by this project."""
    asked = Message.objects.filter(thread__project=project, text__contains=PAGE)
    return frozenset(
        asked.exclude(voice=Message.Voice.WORKER).values_list("thread__opened_by", flat=True)
    )


def is_awaited(person: Person, project: Project) -> bool:
    """Return whether a person was asked where they work, and has not said it."""
    if Terms.objects.filter(person=person).exists():
        return False
    is_said = PlaceWord.objects.filter(person=person).exists()
    return not is_said and person.pk in people_asked(project)
