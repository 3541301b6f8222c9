"""Write down under which terms somebody works; each change is a new version."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.db import transaction
from django.db.models import Max

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
    """Return the names of time zones, read once: they are some 600 files."""
    return frozenset(available_timezones())


@transaction.atomic
def set_terms(person: Person, given: TermsIn, *, by: Person, now: datetime) -> Terms:
    """Add a version of a person's terms.

    Raises:
        BadInput: the place, the time zone or the pace cannot be meant.
    """
    if not PLACE.fullmatch(given.place):
        raise BadInput(f"{given.place!r} is no place such as CA-QC", code="bad-place")
    if given.zone not in known_zones():
        raise BadInput(f"{given.zone!r} is no time zone such as America/Toronto", code="bad-zone")
    if not USUAL_PACE <= given.pace_granted <= SLOWEST_PACE:
        raise BadInput(
            f"pace of {given.pace_granted} thousandths; give {USUAL_PACE} to {SLOWEST_PACE}",
            code="bad-pace",
        )
    Person.objects.select_for_update().get(id=person.id)
    last = Terms.objects.filter(person=person).aggregate(last=Max("number"))["last"]
    return Terms.objects.create(
        person=person,
        number=(last or 0) + 1,
        place=given.place,
        zone=ZoneInfo(given.zone).key,
        status=given.status.value,
        is_minor=given.is_minor,
        assistive=given.assistive,
        pace_granted=given.pace_granted,
        facts=given.facts,
        set_by=by,
        at_ms=int(now.timestamp() * 1000),
    )
