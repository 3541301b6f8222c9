"""Gather from whom time is held back, by language, place and assistive technology, for the audit.

Only aggregates leave this file; they are compared, and told only for ten people and more, in
``core.labour.equity``. Whose allowed pace grows fortnight after fortnight is named for a human to
look at, and for nothing else.
"""

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from canut.actions.holding import paces
from canut.actions.measuring import stretches
from canut.core.labour.claims import FORTNIGHT_MS, fortnight
from canut.core.labour.equity import (
    DRIFT_PERIODS,
    Difference,
    Measure,
    PersonYear,
    differences,
    drifting,
)
from canut.store.labour import OpenPage
from canut.store.people import Person
from canut.store.terms import Terms, terms_of
from canut.store.time import UsualTime, held


def audit_time(now: datetime, rng: np.random.Generator) -> list[Difference]:
    """Compare whose time was held back in the fortnight that ended last.

    Args:
        now: the moment.
        rng: for shuffling people between groups.
    """
    begin, end = _fortnights(now, 1)[0]
    people = _at_work(begin, end)
    sums = _sums([one.id for one in people], begin, end)
    return differences(
        [
            PersonYear(
                _groups(person, terms_of(person.id, end)), {Measure.HELD: without / max(1, ms)}
            )
            for person in people
            for ms, without in [sums.get(person.id, (0, 0))]
        ],
        rng,
    )


def drifting_paces(now: datetime) -> list[int]:
    """Return the people whose allowed pace only grew over the last fortnights, in some project."""
    windows = _fortnights(now, DRIFT_PERIODS)
    people = [one.id for one in _at_work(windows[0][0], windows[-1][1])]
    projects = UsualTime.objects.values_list("project", flat=True)
    found = {one for project in projects for one in drifting(paces(people, project, windows))}
    return sorted(found)


def _fortnights(now: datetime, count: int) -> list[tuple[int, int]]:
    """Return the fortnights that ended last, oldest first."""
    begin, _ = fortnight(int(now.timestamp() * 1000))
    ends = [begin - n * FORTNIGHT_MS for n in reversed(range(count))]
    return [(end - FORTNIGHT_MS, end) for end in ends]


def _at_work(begin: int, end: int) -> list[Person]:
    pages = OpenPage.objects.filter(opened_ms__gte=begin, opened_ms__lt=end)
    return list(Person.objects.filter(id__in=pages.values("person")).order_by("id"))


def _groups(person: Person, terms: Terms | None) -> dict[str, str]:
    """Say which groups somebody is in; where nothing is known they are in none."""
    known = {"language": person.language}
    if terms is not None:
        known |= {"place": terms.place, "assistive": "yes" if terms.assistive else "no"}
    return {dimension: group for dimension, group in known.items() if group}


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
