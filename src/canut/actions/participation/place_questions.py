"""Ask people of a project where they work, in a message that leads to where they say it."""

from collections.abc import Iterable

from django.conf import settings
from django.db import transaction

from canut.core.clock import Ms
from canut.core.messages import message
from canut.store.participation.place_questions import PAGE, people_asked
from canut.store.tables.participation import Message, Thread
from canut.store.tables.people import Person
from canut.store.tables.projects import Project


@transaction.atomic
def ask_places(project: Project, people: Iterable[Person], *, by: Person, now_ms: Ms) -> int:
    """Ask each where they work, once; return how many were asked now.

    The question waits on their next page too, and an e-mail follows where they left an address.
    """
    pending = [person for person in people if person.pk not in people_asked(project)]
    url = f"{settings.URL.rstrip('/')}{PAGE}"
    for person in pending:
        text = message(person.language or "fr", "place_question.text", title=project.title, url=url)
        thread = Thread.objects.create(
            project=project,
            to=Thread.To.REQUESTER,
            opened_by=person,
            opened_ms=now_ms,
            answered_ms=now_ms,
        )
        Message.objects.create(
            thread=thread, author=by, voice=Message.Voice.REQUESTER, text=text, at_ms=now_ms
        )
    return len(pending)
