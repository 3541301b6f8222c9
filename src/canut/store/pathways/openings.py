"""Read openings: those shown now, and those of an organisation."""

from collections.abc import Collection
from datetime import date

from django.db.models import Q

from canut.store.tables.pathways import Opening
from canut.store.tables.people import Membership, Organisation, Person, Role

MOST = 100
PUBLISHERS = (Role.REQUESTER, Role.OPERATOR)


def open_openings(today: date, occupation: str = "") -> list[Opening]:
    """List the openings shown on a day, newest first, the same for everybody."""
    rows = Opening.objects.filter(ended_ms=None, until__gte=today).select_related("organisation")
    if occupation:
        rows = rows.filter(occupation=occupation)
    return list(rows.order_by("-at_ms", "-id")[:MOST])


def openings_of(organisations: Collection[int]) -> list[Opening]:
    """List what organisations published, newest first, with the decision that took it down."""
    rows = Opening.objects.filter(organisation__in=organisations).select_related(
        "organisation", "decision"
    )
    return list(rows.order_by("-at_ms", "-id")[:MOST])


def organisations_of(person: Person) -> list[Organisation]:
    """List the organisations a person publishes openings for, by name."""
    held = Membership.objects.filter(person=person, role__in=PUBLISHERS, ended_at=None)
    own = Q(id__in=held.values("organisation")) | Q(id__in=held.values("project__organisation"))
    return list(Organisation.objects.filter(own).order_by("name", "id"))
