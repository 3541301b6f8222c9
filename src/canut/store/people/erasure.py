"""."""

from canut.store.tables.people import Erasure


def last_erasure(person_id: int) -> Erasure | None:
    """Return the last time somebody asked to be erased."""
    return Erasure.objects.filter(person=person_id).order_by("-id").first()


def erasures_due() -> list[Erasure]:
    """List what was asked for and is not done."""
    return list(Erasure.objects.filter(done_ms=None).select_related("person").order_by("id"))
