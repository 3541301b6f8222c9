"""Names for credits in datasets, and requests for erasure."""

from canut.store.tables.datasets import Credit
from canut.store.tables.work import Answer, Worker


def names_of(project_id: int) -> list[str]:
    """List the names to credit in a project's dataset, without simulated people."""
    names = Credit.objects.filter(
        worker__project=project_id,
        worker__kind=Worker.Kind.HUMAN,
        worker__person__is_simulated=False,
        worker__in=Answer.objects.filter(project=project_id, counted=True).values("worker"),
    )
    return list(names.order_by("name").values_list("name", flat=True))


def credit_of(worker_id: int) -> str:
    """Return the name a worker chose for credit in a project; empty if none."""
    return Credit.objects.filter(worker=worker_id).values_list("name", flat=True).first() or ""
