"""Name people: by what they wrote, by the link they came by, or by what their requester wrote.

Whoever gives no name is called by the link they came by and a number, "Slack 4", or by the project
where the link has no name. Who may see a name: ``store.people.names``.
"""

import re

from django.db import transaction
from django.db.models import Q

from canut.core.errors import Forbidden, Incomplete
from canut.store.models import Invitation, Person, Project
from canut.store.people.names import comes_from

LONGEST = 40
LONGEST_LINK = 60


def name_newcomer(person: Person, invitation: Invitation, nickname: str) -> None:
    """Name an account that a link has just made; another person's name gets a number.

    The link's uses are locked by now, so that two who come together get two numbers.
    """
    invitation.refresh_from_db(fields=["uses"])
    nickname = _on_one_line(nickname)[:LONGEST]
    link = _on_one_line(invitation.note) or _on_one_line(invitation.project.title)
    person.known_as = _numbered(link[:LONGEST_LINK].strip(), max(invitation.uses, 1))
    if nickname:
        person.shown_name = _numbered(nickname, 2) if _is_taken(nickname) else nickname
    person.save(update_fields=["known_as", "shown_name"])


@transaction.atomic
def name_for_team(project: Project, person: Person, name: str) -> None:
    """Write what a project's requesters call somebody who gave no name; the person reads it too.

    Raises:
        Incomplete: no name.
        Forbidden: they gave a name, or came to another organisation first.
    """
    name = _on_one_line(name)[:LONGEST]
    if not name:
        raise Incomplete("a name is needed", field="name")
    if person.shown_name:
        raise Forbidden("this person gave a name; it stays", code="name-of-their-own")
    if not comes_from(person.pk, project.organisation_id):
        raise Forbidden("this person came by another's invitation", code="named-by-another")
    person.known_as = name if name == person.known_as or not _is_taken(name) else _numbered(name, 2)
    person.save(update_fields=["known_as"])


def _on_one_line(text: str) -> str:
    visible = "".join(sign if sign.isprintable() else " " for sign in text)
    return re.sub(r"\s+", " ", visible).strip()


def _is_taken(name: str) -> bool:
    return Person.objects.filter(Q(shown_name__iexact=name) | Q(known_as__iexact=name)).exists()


def _numbered(name: str, first: int) -> str:
    """Return the name with the first number that makes it nobody else's."""
    number = first
    while _is_taken(f"{name} {number}"):
        number += 1
    return f"{name} {number}"
