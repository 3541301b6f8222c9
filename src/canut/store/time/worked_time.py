"""Stored time of people: days, claims, credited intervals.

Heartbeats are the evidence and are deleted first; credited intervals stay. Who opened a person's
record is stored for that person to read.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.db import models
from django.db.models import Q

from canut.core.time.spans import Span
from canut.store.tables.people import Person
from canut.store.tables.time import Claim, OpenPage, RecordOpening


class Counted(NamedTuple):
    """Time that counts, or does not, by decision."""

    person: int
    project: int | None
    begin_ms: int
    end_ms: int


def granted(person_ids: Sequence[int], begin_ms: int, end_ms: int) -> Iterator[Counted]:
    """Yield the time that claims add between two times, clipped to them."""
    claims = _claims(person_ids, begin_ms, end_ms).exclude(kind=Claim.Kind.HELD)
    for claim in claims:
        spans = [*claim.accepted, *(claim.pending if claim.state == Claim.State.GRANTED else [])]
        yield from _cut(claim, spans, begin_ms, end_ms)


def uncounted_time(person_ids: Sequence[int], begin_ms: int, end_ms: int) -> Iterator[Counted]:
    """Yield measured time that does not count: held back, or refused."""
    states = (Claim.State.PENDING, Claim.State.REFUSED)
    claims = _claims(person_ids, begin_ms, end_ms).filter(kind=Claim.Kind.HELD, state__in=states)
    for claim in claims:
        yield from _cut(claim, claim.pending, begin_ms, end_ms)


def _claims(person_ids: Sequence[int], begin_ms: int, end_ms: int) -> "models.QuerySet[Claim]":
    return Claim.objects.filter(
        person__in=person_ids, begin_ms__lt=end_ms, end_ms__gt=begin_ms
    ).order_by("id")


def _cut(claim: Claim, spans: Sequence[Span], begin_ms: int, end_ms: int) -> Iterator[Counted]:
    for begin, end in spans:
        since, until = max(begin, begin_ms), min(end, end_ms)
        if until > since:
            yield Counted(claim.person_id, claim.project_id, since, until)


def claims_of(person: Person, begin_ms: int, end_ms: int) -> list[Claim]:
    """List a person's claims in an interval: claimed, contested or held back."""
    claims = _claims([person.id], begin_ms, end_ms)
    return list(claims.select_related("project", "decision", "decision__made_by"))


def waiting_claims(person: Person, settled_since_ms: int | None = None) -> list[Claim]:
    """List a person's claims that wait, then those settled since a moment; the newest first."""
    states = Q(state=Claim.State.PENDING)
    if settled_since_ms is not None:
        states |= Q(settled_ms__gte=settled_since_ms)
    claims = Claim.objects.filter(states, person=person)
    claims = claims.select_related("person", "project__organisation", "decision")
    return sorted(claims, key=lambda claim: (claim.state != Claim.State.PENDING, -claim.begin_ms))


def last_project_of(person: Person) -> int | None:
    """Return the project whose page a person opened last."""
    pages = OpenPage.objects.filter(person=person, project__isnull=False)
    return pages.order_by("-opened_ms").values_list("project", flat=True).first()


def openings_of(person: Person, most: int = 50) -> list[RecordOpening]:
    """List who opened a person's record, newest first."""
    openings = RecordOpening.objects.filter(person=person).select_related("opened_by")
    return list(openings.order_by("-at_ms", "-id")[:most])
