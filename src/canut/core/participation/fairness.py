"""Test whether groups of people are paid, rejected or flagged differently; accuse nobody.

A group is compared only if it has ten people and ten others exist. A difference is reported when
shuffling people between group and others would rarely make one as large, after correction for the
number of comparisons. Humans look for the reason.
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


class FairnessMeasure(StrEnum):
    """A figure that is compared between groups."""

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
    """One person's figures, and the groups they declare.

    Args:
        groups: by dimension, such as ``language``, ``place`` or ``assistive``.
        values: by measure; a measure without a value for this person is absent.
    """

    groups: Mapping[str, str]
    values: Mapping[FairnessMeasure, float]


class Difference(NamedTuple):
    """The difference between a group and everybody else.

    ``chance`` is the p-value: how often shuffled groups differ as much. ``stands_out`` is whether
    it is reported.
    """

    dimension: str
    group: str
    measure: FairnessMeasure
    people: int
    of_group: float
    of_others: float
    chance: float
    stands_out: bool


def differences(people: Sequence[PersonYear], rng: np.random.Generator) -> list[Difference]:
    """Compare each group with everybody else, in each measure.

    Args:
        people: all people of the period.
        rng: random numbers for the shuffles.

    Source:
        Permutation test of a difference of means; Benjamini and Hochberg (1995) over all of them.
    """
    results = [
        Difference(dimension, group, measure, *_compared(values, inside, rng), stands_out=False)
        for dimension, group, inside_all in _groups(people)
        for measure in FairnessMeasure
        for values, inside in [_values(people, measure, inside_all)]
        if inside.sum() >= FEWEST and (~inside).sum() >= FEWEST
    ]
    return _told(results)


def drifting(paces: Mapping[int, Sequence[int]]) -> list[int]:
    """Return the people whose time factor grows every period, for human review.

    Args:
        paces: allowed time of each person in thousandths of the usual, oldest period first.

    Raises:
        BadInput: a pace is below the usual one.
    """
    people: list[int] = []
    for person, each in paces.items():
        if each and min(each) < USUAL_PACE:
            raise BadInput(f"pace of person {person} is {min(each)} thousandths; expected 1000 up")
        last = each[-DRIFT_PERIODS:]
        grows = all(a < b for a, b in pairwise(last))
        if len(last) == DRIFT_PERIODS and grows and last[-1] >= DRIFT_SHARE * last[0]:
            people.append(person)
    return people


def _groups(people: Sequence[PersonYear]) -> Iterator[tuple[str, str, Bools]]:
    dimensions = sorted({dimension for person in people for dimension in person.groups})
    for dimension in dimensions:
        of = [person.groups.get(dimension, "") for person in people]
        for group in sorted(set(of) - {""}):
            yield dimension, group, np.array([each == group for each in of], np.bool_)


def _values(
    people: Sequence[PersonYear], measure: FairnessMeasure, inside: Bools
) -> tuple[Floats, Bools]:
    """Return the values of people who have this measure, and which of them are in the group."""
    has = np.array([measure in person.values for person in people], np.bool_)
    values = [person.values[measure] for person in people if measure in person.values]
    return np.array(values, np.float64), inside[has]


def _compared(
    values: Floats, inside: Bools, rng: np.random.Generator
) -> tuple[int, float, float, float]:
    """Return the size of a group, its mean, the mean of the others, and the p-value."""
    of_group, of_others = float(values[inside].mean()), float(values[~inside].mean())
    size, total = int(inside.sum()), float(values.sum())
    sums = np.array([rng.permutation(values)[:size].sum() for _ in range(SHUFFLES)])
    shuffled = np.abs(sums / size - (total - sums) / (len(values) - size))
    as_far = int((shuffled >= abs(of_group - of_others) - TINY).sum())
    return size, of_group, of_others, (1 + as_far) / (1 + SHUFFLES)


def _told(results: Sequence[Difference]) -> list[Difference]:
    """Mark the differences that stand out, at a false discovery rate of a twentieth."""
    order = sorted(range(len(results)), key=lambda at: results[at].chance)
    allowed = [FALSE_SHARE * (rank + 1) / len(results) for rank in range(len(results))]
    last = max((p for p, at in enumerate(order) if results[at].chance <= allowed[p]), default=-1)
    out = set(order[: last + 1])
    return [result._replace(stands_out=at in out) for at, result in enumerate(results)]
