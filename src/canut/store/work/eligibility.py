"""Who may work in a project: languages, a qualification earned on gold, an invited team, a place.

Nothing here is read from a person's floor, speed, top-ups, complaints or choices of exposure; a
place only where a law asks for it, and the law is written beside it.
"""

from canut.store.tables.decisions import Decision
from canut.store.tables.people import Person
from canut.store.tables.work import Eligibility, Speaks


def eligibility_of(project_id: int) -> Eligibility | None:
    """Return what a project asks of whoever works in it; None where it asks nothing."""
    return Eligibility.objects.filter(project_id=project_id).first()


def what_bars(worker_id: int) -> Decision | None:
    """Return the decision that keeps a worker from the tasks of their project; None for none."""
    standing = Decision.objects.filter(worker=worker_id, system="eligibility", undone_ms=None)
    return standing.order_by("-id").first()


def languages_of(person: Person) -> list[str]:
    """Return the languages somebody says they work in; that of their pages where they said none."""
    said = Speaks.objects.filter(person=person).first()
    if said is not None:
        return list(said.languages)
    return [person.language[:2]] if person.language else []
