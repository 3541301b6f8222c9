"""By which name somebody wants to be credited in a dataset, and who asked to be erased."""

from canut.store.tables.datasets import Credit
from canut.store.tables.work import Answer, Worker


def names_of(project_id: int) -> list[str]:
    """List the names people chose for a project's dataset; simulated people choose none."""
    found = Credit.objects.filter(
        worker__project=project_id,
        worker__kind=Worker.Kind.HUMAN,
        worker__person__is_simulated=False,
        worker__in=Answer.objects.filter(project=project_id, counted=True).values("worker"),
    )
    return list(found.order_by("name").values_list("name", flat=True))


def credit_of(worker_id: int) -> str:
    """Return the name somebody chose in a project; empty where none."""
    return Credit.objects.filter(worker=worker_id).values_list("name", flat=True).first() or ""
