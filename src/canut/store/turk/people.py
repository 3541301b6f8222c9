"""The people of an organisation: limits in force, last work, messages of programs. Reads only."""

from django.db.models import QuerySet

from canut.core.clock import Ms
from canut.store.tables.decisions import Sanction
from canut.store.tables.participation import Message
from canut.store.tables.work import Worker


def blocks_of(organisation: int, now_ms: Ms) -> QuerySet[Sanction]:
    """Select the limits in force of people in the projects of an organisation."""
    return Sanction.objects.select_related("decision").filter(
        worker__project__organisation=organisation,
        worker__person__isnull=False,
        until_ms__gt=now_ms,
        lifted_ms=None,
        decision__undone_ms=None,
    )


def last_worked_for(organisation: int, person: int) -> Worker | None:
    """Return a person's newest place of work in an organisation they have not left; or None."""
    workers = Worker.objects.filter(
        project__organisation=organisation, person=person, ended_at=None
    )
    return workers.order_by("-pk").first()


def was_written_to(person: int, program: int, since_ms: Ms) -> bool:
    """Return whether a program wrote to a person since a moment."""
    return Message.objects.filter(
        author=program, thread__opened_by=person, at_ms__gt=since_ms
    ).exists()
