"""Lines that people signed with keys of their devices, one a project, beside their statements.

They say nothing in the open: who somebody is in a project is a random number, and the time they
confirmed is the length of a chain of hashes whose beginning is kept here. Which of them a dataset
takes along is decided in ``actions.pay.statement_signatures``.
"""

from django.db import models

from canut.store.tables.pay import Confirmation
from canut.store.tables.work import Answer, Worker


def confirmations_of(person_id: int) -> models.QuerySet[Confirmation]:
    """Find what somebody signed in any project."""
    return Confirmation.objects.filter(worker__person=person_id)


def last_confirmations(project_id: int, currency: str) -> list[Confirmation]:
    """List the last line of everybody in a project whose answers count and who is no simulation."""
    found = Confirmation.objects.filter(
        worker__project=project_id,
        worker__kind=Worker.Kind.HUMAN,
        worker__person__is_simulated=False,
        worker__in=Answer.objects.filter(project=project_id, counted=True).values("worker"),
        currency=currency,
    )
    rows = found.order_by("at_ms", "id")
    return list({one.worker_id: one for one in rows}.values())
