"""What people were shown about the automated systems, and who answers for each. Reads only."""

import json
from typing import NamedTuple

from canut.core.decisions.system_notice import Contact, versions_digest
from canut.store.tables.decisions import SystemsShown
from canut.store.tables.people import Person
from canut.store.tables.platform import Fact
from canut.store.tables.projects import Project
from canut.store.tables.work import Worker

CONTACTS = "systems-contacts"
MOST_REMEMBERED = 100_000
shown_once: set[tuple[int, str]] = set()
"""People who were shown the systems, with the versions."""


class ShownCount(NamedTuple):
    """How many of the people who work here were shown the systems as they are now."""

    shown: int
    people: int


def contacts_named() -> dict[str, Contact]:
    """Return who answers for the systems, by system or ``all``; empty where nobody is named."""
    stored = Fact.objects.filter(name=CONTACTS).values_list("value", flat=True).first()
    return {key: Contact(*pair) for key, pair in json.loads(stored).items()} if stored else {}


def is_shown(person_id: int) -> bool:
    """Return whether a person was shown the systems in the versions that decide now.

    Each lease asks; what was shown stays shown, so this process reads it once a person.
    """
    key = person_id, versions_digest()
    if key in shown_once:
        return True
    if not SystemsShown.objects.filter(person=person_id, notice__versions=key[1]).exists():
        return False
    if len(shown_once) >= MOST_REMEMBERED:
        shown_once.clear()
    shown_once.add(key)
    return True


def must_be_shown(person_id: int, project_id: int) -> bool:
    """Return whether a person is to be shown the systems before a task of a project.

    Staff of the client in their own project are not paid or judged here, and are asked for nothing.
    """
    return not is_shown(person_id) and not is_own_staff(project_id)


def is_own_staff(project_id: int) -> bool:
    """Return whether a project is worked on by the client's own staff alone."""
    return Project.objects.filter(id=project_id, is_own_staff=True).exists()


def shown_to(person: Person) -> list[SystemsShown]:
    """List what a person was shown, newest first."""
    return list(SystemsShown.objects.filter(person=person).select_related("notice").order_by("-id"))


def count_shown() -> ShownCount:
    """Count the people at work in a project, and those shown the systems as they are now."""
    at_work = Worker.objects.filter(ended_at=None, person__isnull=False).values("person")
    people = Person.objects.filter(pk__in=at_work, is_service=False)
    persons = SystemsShown.objects.filter(notice__versions=versions_digest()).values("person")
    return ShownCount(people.filter(pk__in=persons).count(), people.count())
