"""Record the work terms of people; each change is a new version."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from django.db import transaction
from django.db.models import Max

from canut.core.clock import Ms, from_ms
from canut.core.errors import BadInput
from canut.core.pay.payable import check_payable
from canut.core.places.parameters import PLACE, Status
from canut.store.pay.places import places
from canut.store.people.work_terms import terms_of
from canut.store.tables.people import Person, Terms
from canut.store.tables.projects import Project, RateVersion
from canut.store.tables.work import Worker

USUAL_PACE, SLOWEST_PACE = 1000, 2500


@dataclass(frozen=True, slots=True)
class TermsIn:
    """Terms as somebody sets them; see ``store.tables.people.Terms``."""

    place: str
    zone: str
    status: Status
    is_minor: bool = False
    pace_granted: int = USUAL_PACE
    facts: dict[str, bool] = field(default_factory=dict[str, bool])


class StatusAndPlace(NamedTuple):
    """A status and a place of work, with the zone of its days and the facts behind the status."""

    status: Status
    place: str
    zone: str
    facts: Mapping[str, bool]


@cache
def known_zones() -> frozenset[str]:
    """Return the names of time zones, cached: they are some 600 files."""
    return frozenset(available_timezones())


def check_terms(terms_in: TermsIn) -> None:
    """Refuse terms that cannot be used.

    Raises:
        BadInput: the place, the time zone or the pace cannot be meant; or an employee works in a
            project that pays in another currency than that of the place.
        Incomplete: Canut cannot pay this status there: ``status-unpayable``, ``place-unknown``.
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


@transaction.atomic
def set_terms(person: Person, terms_in: TermsIn, *, by: Person, now_ms: Ms) -> Terms:
    """Add a version of a person's terms that counts from now on.

    It asks nobody: a change of status or place goes through ``terms_changes.change_terms``.

    Raises:
        BadInput: the place, the time zone or the pace cannot be meant.
    """
    check_terms(terms_in)
    check_terms_payable(person, terms_in.place, terms_in.status, now_ms)
    Person.objects.select_for_update().get(id=person.id)
    return Terms.objects.create(
        person=person,
        number=_next_number(person),
        place=terms_in.place,
        zone=ZoneInfo(terms_in.zone).key,
        status=terms_in.status.value,
        is_minor=terms_in.is_minor,
        pace_granted=terms_in.pace_granted,
        facts=terms_in.facts,
        set_by=by,
        at_ms=now_ms,
    )


@transaction.atomic
def add_version(
    person: Person, status_and_place: StatusAndPlace, *, by: Person, at_ms: Ms, decided_ms: Ms
) -> Terms:
    """Add a version with another status and place, and all else as in the newest one.

    Args:
        person: whose.
        status_and_place: what is other.
        by: who set it.
        at_ms: from when it counts; it takes the place of all versions from there on.
        decided_ms: when that was decided.
    """
    Person.objects.select_for_update().get(id=person.id)
    newest = Terms.objects.filter(person=person).order_by("-number").first() or Terms()
    return Terms.objects.create(
        person=person,
        number=_next_number(person),
        place=status_and_place.place,
        zone=ZoneInfo(status_and_place.zone).key,
        status=status_and_place.status.value,
        facts=dict(status_and_place.facts),
        is_minor=newest.is_minor,
        pace_granted=newest.pace_granted,
        set_by=by,
        at_ms=at_ms,
        decided_ms=decided_ms,
    )


def _next_number(person: Person) -> int:
    last: int | None = Terms.objects.filter(person=person).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def check_terms_payable(person: Person, place: str, status: Status, now_ms: Ms) -> None:
    """Refuse a place and a status that Canut cannot pay, or not in a project they work in.

    Raises:
        BadInput, Incomplete: as ``check_payable``.
    """
    today = from_ms(now_ms).date()
    workers = Worker.objects.filter(person=person, ended_at=None, project__is_own_staff=False)
    rates = RateVersion.objects.filter(project__in=workers.values("project")).order_by("number")
    currencies = set(dict(rates.values_list("project", "currency")).values())
    law = places()
    for currency in sorted(currencies) or [""]:
        check_payable(law, place, status, currency, today)


def check_joining(project: Project, person: Person, now_ms: Ms) -> None:
    """Refuse a project in which somebody with these work terms cannot be paid.

    Raises:
        BadInput, Incomplete: as ``check_payable``.
    """
    terms = terms_of(person.pk, now_ms)
    rate = RateVersion.objects.filter(project=project).order_by("-number").first()
    if terms is None or rate is None or project.is_own_staff or person.is_service:
        return
    today = from_ms(now_ms).date()
    check_payable(places(), terms.place, Status(terms.status), rate.currency, today)
