"""Read who works or worked for an organisation."""

from django.db.models import QuerySet

from canut.store.tables.people import Person
from canut.store.tables.work import Worker

MOST = 500


def workers_of(organisation_id: int) -> list[Person]:
    """List people who work or worked in an organisation's projects, newest first, at most 500."""
    return list(_people(organisation_id).order_by("-id")[:MOST])


def find_worker_of(organisation_id: int, number: int) -> Person | None:
    """Return a person who works or worked for an organisation; None for others."""
    return _people(organisation_id).filter(pk=number).first()


def _people(organisation_id: int) -> "QuerySet[Person]":
    workers = Worker.objects.filter(
        project__organisation=organisation_id, person__isnull=False, kind=Worker.Kind.HUMAN
    )
    return Person.objects.filter(pk__in=workers.values("person"), is_active=True)
