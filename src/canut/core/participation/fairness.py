"""Look for groups of people who are paid, refused or flagged otherwise than others; accuse nobody.

A group is seen only with ten people in it and ten outside it. A difference is told when shuffling
people between group and others would rarely make one as large, after allowing for how many
differences were looked at. Why it is so is for humans to find out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from canut.core.arrays import Bools, Floats
from canut.core.errors import BadInput

FEWEST = 10
SHUFFLES = 2_000
FALSE_SHARE = 0.05
TINY = 1e-12
DRIFT_PERIODS = 4
DRIFT_SHARE = 1.25
USUAL_PACE = 1000


class Measure(StrEnum):
    """What is compared."""

    PAY = "pay"
    """Pay an hour, in micro-units."""
    REJECTED = "rejected"
    """Share of answers rejected."""
    FLAGGED = "flagged"
    """Share of answers pointed out as careless."""
    HELD = "held"
    """Share of time held back for a look."""


@dataclass(frozen=True, slots=True)
class PersonYear:
    """What one person's work came to, and the groups they say they are in.

    Args:
        groups: by dimension, such as ``language`` or ``place`` or ``assistive``.
        values: by measure; a measure that says nothing of this person is left out.
    """

    groups: Mapping[str, str]
    values: Mapping[Measure, float]


class Difference(NamedTuple):
    """How a group stands beside everybody else.

    ``chance``: how often shuffled groups differ as much. ``stands_out``: told as a difference.
    """

    dimension: str
    group: str
    measure: Measure
    people: int
    of_group: float
    of_others: float
    chance: float
    stands_out: bool


def differences(people: Sequence[PersonYear], rng: np.random.Generator) -> list[Difference]:
    """Compare each group with everybody else, in each measure.

    Args:
        people: everybody of the period.
        rng: for the shuffles.

    Source:
        Permutation test of a difference of means; Benjamini and Hochberg (1995) over all of them.
    """
    found = [
        Difference(dimension, group, measure, *_compared(values, inside, rng), stands_out=False)
        for dimension, group, inside_all in _groups(people)
        for measure in Measure
        for values, inside in [_values(people, measure, inside_all)]
        if inside.sum() >= FEWEST and (~inside).sum() >= FEWEST
    ]
    return _told(found)


def drifting(paces: Mapping[int, Sequence[int]]) -> list[int]:
    """Return the people whose allowed pace only grows, period after period; for a human to look at.

    Args:
        paces: thousandths of the usual time allowed to each person, oldest period first.

    Raises:
        BadInput: a pace below the usual one.
    """
    found: list[int] = []
    for person, each in paces.items():
        if each and min(each) < USUAL_PACE:
            raise BadInput(f"pace of person {person} is {min(each)} thousandths; expected 1000 up")
        last = each[-DRIFT_PERIODS:]
        grows = all(a < b for a, b in pairwise(last))
        if len(last) == DRIFT_PERIODS and grows and last[-1] >= DRIFT_SHARE * last[0]:
            found.append(person)
    return found


def _groups(people: Sequence[PersonYear]) -> Iterator[tuple[str, str, Bools]]:
    dimensions = sorted({dimension for one in people for dimension in one.groups})
    for dimension in dimensions:
        of = [one.groups.get(dimension, "") for one in people]
        for group in sorted(set(of) - {""}):
            yield dimension, group, np.array([each == group for each in of], np.bool_)


def _values(people: Sequence[PersonYear], measure: Measure, inside: Bools) -> tuple[Floats, Bools]:
    """Return the measure of those it says something of, and which of them are in the group."""
    has = np.array([measure in one.values for one in people], np.bool_)
    values = [one.values[measure] for one in people if measure in one.values]
    return np.array(values, np.float64), inside[has]


def _compared(
    values: Floats, inside: Bools, rng: np.random.Generator
) -> tuple[int, float, float, float]:
    """Return the size of a group, its mean, that of the others, and how likely chance is."""
    of_group, of_others = float(values[inside].mean()), float(values[~inside].mean())
    size, total = int(inside.sum()), float(values.sum())
    sums = np.array([rng.permutation(values)[:size].sum() for _ in range(SHUFFLES)])
    shuffled = np.abs(sums / size - (total - sums) / (len(values) - size))
    as_far = int((shuffled >= abs(of_group - of_others) - TINY).sum())
    return size, of_group, of_others, (1 + as_far) / (1 + SHUFFLES)


def _told(found: Sequence[Difference]) -> list[Difference]:
    """Mark those that stand out when a twentieth of what is told may be chance."""
    order = sorted(range(len(found)), key=lambda at: found[at].chance)
    allowed = [FALSE_SHARE * (place + 1) / len(found) for place in range(len(found))]
    last = max((p for p, at in enumerate(order) if found[at].chance <= allowed[p]), default=-1)
    out = set(order[: last + 1])
    return [one._replace(stands_out=at in out) for at, one in enumerate(found)]
