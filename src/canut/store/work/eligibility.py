"""Eligibility for a project: languages, a gold score, an invited team, a country.

Eligibility never depends on a person's floor, speed, top-ups, complaints or exposure choices; on
their jurisdiction only if a law requires it, and the law is recorded.
"""

from canut.store.tables.decisions import Decision
from canut.store.tables.people import Person
from canut.store.tables.work import Eligibility, Speaks


def eligibility_of(project_id: int) -> Eligibility | None:
    """Return a project's eligibility; None if it requires nothing."""
    return Eligibility.objects.filter(project_id=project_id).first()


def what_bars(worker_id: int) -> Decision | None:
    """Return the decision that bars a worker from their project's tasks; None for none."""
    standing = Decision.objects.filter(worker=worker_id, system="eligibility", undone_ms=None)
    return standing.order_by("-id").first()


def languages_of(person: Person) -> list[str]:
    """Return a person's work languages; by default, that of their pages."""
    stored = Speaks.objects.filter(person=person).first()
    if stored is not None:
        return list(stored.languages)
    return [person.language[:2]] if person.language else []
