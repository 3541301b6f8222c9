"""Credit a person in a project's dataset under a chosen name, until they withdraw it.

The name appears in the files of the next release, never in the log or on the card, without the work
behind it. Earlier releases stay as they were.
"""

from django.db import transaction

from canut.core.datasets.descriptions.credits import check_name
from canut.core.errors import Forbidden
from canut.store.models import Worker
from canut.store.tables.datasets import Credit


@transaction.atomic
def set_credit(worker: Worker, name: str, now_ms: int) -> None:
    """Set a person's credit in the next release of a dataset; an empty name withdraws it.

    Args:
        worker: who they are in the project.
        name: of their choosing.
        now_ms: the moment, in milliseconds since 1970 UTC.

    Raises:
        BadInput: ``credit-length``, ``credit-signs``: no name that can be printed.
        Forbidden: ``credit-simulated``: nobody is behind it.
    """
    if not name.strip():
        Credit.objects.filter(worker=worker).delete()
        return
    if worker.kind != Worker.Kind.HUMAN or worker.person is None or worker.person.is_simulated:
        raise Forbidden("simulated people are credited nowhere", code="credit-simulated")
    Credit.objects.update_or_create(
        worker=worker, defaults={"name": check_name(name), "at_ms": now_ms}
    )
