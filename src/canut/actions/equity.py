"""Gather whom time is held back from, by language, place and assistive technology, for the audit.

Only aggregates leave this file, of ten people or more; the comparison is ``core.labour.equity``.
"""

from collections.abc import Sequence
from datetime import datetime

from canut.actions.measuring import stretches
from canut.core.labour.claims import FORTNIGHT_MS, fortnight
from canut.core.labour.equity import Group, Seen, audit
from canut.store.labour import OpenPage
from canut.store.people import Person
from canut.store.terms import Terms, terms_of
from canut.store.time import held

UNKNOWN = "unknown"
USUAL = 1000
DIMENSIONS = ("language", "place", "assistive")


def audit_time(now: datetime) -> dict[str, list[Group]]:
    """Compare groups over the fortnight that ended last; by what they are grouped."""
    now_ms = int(now.timestamp() * 1000)
    begin = fortnight(now_ms)[0] - FORTNIGHT_MS
    end = begin + FORTNIGHT_MS
    pages = OpenPage.objects.filter(opened_ms__gte=begin, opened_ms__lt=end)
    people = list(Person.objects.filter(id__in=pages.values("person")))
    sums = _sums([one.id for one in people], begin, end)
    terms = {one.id: (terms_of(one.id, end), terms_of(one.id, begin)) for one in people}
    found: dict[str, list[Group]] = {}
    for dimension in DIMENSIONS:
        seen = []
        for person in people:
            here, before = terms[person.id]
            ms, held_ms = sums.get(person.id, (0, 0))
            seen.append(
                Seen(
                    _group_of(dimension, person, here),
                    ms,
                    min(held_ms, ms),
                    here.pace_granted if here else USUAL,
                    before.pace_granted if before else None,
                )
            )
        found[dimension] = audit(seen)
    return found


def _group_of(dimension: str, person: Person, terms: Terms | None) -> str:
    if dimension == "language":
        return person.language or UNKNOWN
    if terms is None:
        return UNKNOWN
    return terms.place if dimension == "place" else str(terms.assistive)


def _sums(people: Sequence[int], begin: int, end: int) -> dict[int, tuple[int, int]]:
    """Add up what was measured of each person, and what of it was held back."""
    sums: dict[int, tuple[int, int]] = {}
    for one in stretches(people, begin, end):
        ms, without = sums.get(one.person, (0, 0))
        sums[one.person] = ms + one.ms, without
    for span in held(people, begin, end):
        ms, without = sums.get(span.person, (0, 0))
        sums[span.person] = ms, without + span.end_ms - span.begin_ms
    return sums
