"""Compare held time between groups: language, jurisdiction. Reads only.

Only figures about groups leave this module. They are compared in ``core.participation.oversight``,
which hides groups of fewer than ten people. Of people whose allowed pace grows every fortnight the
report gives the rate per thousand, and no names.
"""

from collections.abc import Collection, Sequence
from itertools import batched

import numpy as np

from canut.actions.time.measure import stretches
from canut.actions.time.time_caps import paces
from canut.core.participation.fairness import DRIFT_PERIODS, drifting
from canut.core.participation.group_disclosure import per_mille
from canut.core.participation.oversight import Content, HeldTime, Traits, held_report
from canut.core.time.claims import FORTNIGHT_MS, fortnight
from canut.store.models import Person
from canut.store.people.work_terms import terms_of
from canut.store.tables.time import UsualTime
from canut.store.time.worked_time import uncounted_time

AT_ONCE = 50
MOST_MEASURED = 2_000


def audit_held_time(
    people: Collection[int], begin_ms: int, end_ms: int, rng: np.random.Generator
) -> Content:
    """Compare the share of held time between groups of the people who worked.

    Measuring heartbeats takes long: of very many people a random sample is measured.

    Args:
        people: who worked in that time.
        begin_ms: from when on.
        end_ms: until when.
        rng: for the sample, and for shuffling people between groups.
    """
    ordered = sorted(people)
    if len(ordered) > MOST_MEASURED:
        ordered = sorted(
            int(sampled) for sampled in rng.choice(ordered, MOST_MEASURED, replace=False)
        )
    times = [
        time
        for chunk in batched(ordered, AT_ONCE, strict=False)
        for time in _held_times(chunk, begin_ms, end_ms)
    ]
    growing = len(people_of_growing_pace(ordered, end_ms))
    return held_report(times, traits_of(ordered, end_ms), rng) | {
        "growing_per_mille": per_mille(growing, len(ordered), len(ordered))
    }


def people_of_growing_pace(people: Sequence[int], now_ms: int) -> list[int]:
    """List people whose allowed pace only grew over the last fortnights, in any project."""
    windows = _fortnights(now_ms, DRIFT_PERIODS)
    projects = UsualTime.objects.values_list("project", flat=True)
    growing = {
        person
        for chunk in batched(people, AT_ONCE, strict=False)
        for project in projects
        for person in drifting(paces(chunk, project, windows))
    }
    return sorted(growing)


def traits_of(people: Collection[int], at_ms: int) -> dict[int, Traits]:
    """Return the group traits of each person; unknown ones are ``unknown``."""
    traits = {}
    for person, language in Person.objects.filter(id__in=people).values_list("id", "language"):
        terms = terms_of(person, at_ms)
        traits[person] = Traits(
            language=language or Traits().language,
            place=terms.place if terms else Traits().place,
        )
    return traits


def _fortnights(now_ms: int, count: int) -> list[tuple[int, int]]:
    """Return the fortnights that ended last, oldest first."""
    begin, _ = fortnight(now_ms)
    ends = [begin - n * FORTNIGHT_MS for n in reversed(range(count))]
    return [(end - FORTNIGHT_MS, end) for end in ends]


def _held_times(people: Sequence[int], begin_ms: int, end_ms: int) -> list[HeldTime]:
    """Add up each person's measured time and the part of it that was held."""
    measured = dict.fromkeys(people, 0)
    held_back = dict.fromkeys(people, 0)
    for interval in stretches(people, begin_ms, end_ms):
        measured[interval.person] += interval.ms
    for span in uncounted_time(people, begin_ms, end_ms):
        held_back[span.person] += span.end_ms - span.begin_ms
    return [HeldTime(person, measured[person], held_back[person]) for person in people]
