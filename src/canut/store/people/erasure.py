"""Requests for erasure."""

from canut.store.tables.people import Erasure


def last_erasure(person_id: int) -> Erasure | None:
    """Return a person's last request for erasure."""
    return Erasure.objects.filter(person=person_id).order_by("-id").first()


def erasures_due() -> list[Erasure]:
    """List the requests for erasure that are not done."""
    return list(Erasure.objects.filter(done_ms=None).select_related("person").order_by("id"))
