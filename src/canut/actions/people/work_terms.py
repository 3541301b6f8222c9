"""Record the work terms of people; each change is a new version."""

from dataclasses import dataclass, field
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.db import transaction
from django.db.models import Max

from canut.core.clock import Ms
from canut.core.errors import BadInput
from canut.core.places.parameters import PLACE, Status
from canut.store.tables.people import Person, Terms

USUAL_PACE, SLOWEST_PACE = 1000, 2500


@dataclass(frozen=True, slots=True)
class TermsIn:
    """Terms as somebody sets them; see ``store.tables.people.Terms``."""

    place: str
    zone: str
    status: Status
    is_minor: bool = False
    assistive: bool = False
    pace_granted: int = USUAL_PACE
    facts: dict[str, bool] = field(default_factory=dict[str, bool])


@cache
def known_zones() -> frozenset[str]:
    """Return the names of time zones, cached: they are some 600 files."""
    return frozenset(available_timezones())


@transaction.atomic
def set_terms(person: Person, terms_in: TermsIn, *, by: Person, now_ms: Ms) -> Terms:
    """Add a version of a person's terms.

    Raises:
        BadInput: the place, the time zone or the pace cannot be meant.
    """
    if not PLACE.fullmatch(terms_in.place):
        raise BadInput(f"{terms_in.place!r} is no place such as CA-QC", code="bad-place")
    if terms_in.zone not in known_zones():
        raise BadInput(
            f"{terms_in.zone!r} is no time zone such as America/Toronto", code="bad-zone"
        )
    if not USUAL_PACE <= terms_in.pace_granted <= SLOWEST_PACE:
        raise BadInput(
            f"pace of {terms_in.pace_granted} thousandths; give {USUAL_PACE} to {SLOWEST_PACE}",
            code="bad-pace",
        )
    Person.objects.select_for_update().get(id=person.id)
    last = Terms.objects.filter(person=person).aggregate(last=Max("number"))["last"]
    return Terms.objects.create(
        person=person,
        number=(last or 0) + 1,
        place=terms_in.place,
        zone=ZoneInfo(terms_in.zone).key,
        status=terms_in.status.value,
        is_minor=terms_in.is_minor,
        assistive=terms_in.assistive,
        pace_granted=terms_in.pace_granted,
        facts=terms_in.facts,
        set_by=by,
        at_ms=now_ms,
    )
