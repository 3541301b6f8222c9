"""Signatures of statements by people's devices, one line per project.

They say nothing in the open: who somebody is in a project is a random number, and the time they
confirmed is the length of a chain of hashes whose beginning is kept here. Which of them a dataset
takes along is decided in ``actions.pay.statement_signatures``.
"""

from django.db import models

from canut.store.tables.pay import Confirmation
from canut.store.tables.work import Answer, Worker


def confirmations_of(person_id: int) -> models.QuerySet[Confirmation]:
    """Select a person's signed lines in all projects."""
    return Confirmation.objects.filter(worker__person=person_id)


def last_confirmations(project_id: int, currency: str) -> list[Confirmation]:
    """List the last line of each real person whose answers count in a project."""
    confirmations = Confirmation.objects.filter(
        worker__project=project_id,
        worker__kind=Worker.Kind.HUMAN,
        worker__person__is_simulated=False,
        worker__in=Answer.objects.filter(project=project_id, counted=True).values("worker"),
        currency=currency,
    )
    rows = confirmations.order_by("at_ms", "id")
    return list({row.worker_id: row for row in rows}.values())
