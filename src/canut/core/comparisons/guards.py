"""Decide whether a comparison does harm, from what is known of its people each day.

Guards look for harm alone and never at the result: looking at them does not make a difference more
likely to be found. One reason is enough to hold a comparison.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from canut.core.arrays import Floats
from canut.core.comparisons.welch import compare_means

TOP_UP_RATIO = 1.5
LEAST_TOP_UP = 0.01  # of pay; below, a ratio of two small numbers says nothing
RISE = 1.2
CHANCE = 0.01
FEWEST = 5


class Harm(StrEnum):
    """Why a comparison is held."""

    TOP_UP = "top-up"
    SKIPS = "skips"
    STRAIN = "strain"
    ACCESS = "access"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class ArmFacts:
    """What is known of one group.

    Args:
        skips: share of lent tasks each person skipped with a reason, shape (n,).
        strain: how hard each person who said it found the work, 1 to 5, shape (n_said,).
        paid_micro: pay of its answers, in micro-units.
        top_up_micro: what the floor adds to it, in micro-units.
        access_failures: people who said that their assistive technology cannot use it.
    """

    skips: Floats
    strain: Floats
    paid_micro: int
    top_up_micro: int
    access_failures: int

    @property
    def top_up_share(self) -> float:
        """Share of pay that comes from the floor, 0 to 1."""
        total = self.paid_micro + self.top_up_micro
        return self.top_up_micro / total if total else 0.0


def find_harm(a: ArmFacts, b: ArmFacts) -> list[Harm]:
    """Return each reason to hold the comparison; none is a good sign and no result.

    Either group may be the worse one. A rise counts from a fifth on, where chance explains it in
    at most one of a hundred cases.

    Args:
        a: the group of the usual presentation.
        b: the other group.

    Example:
        >>> calm = ArmFacts(np.zeros(8), np.full(8, 2.0), 1_000, 20, 0)
        >>> find_harm(calm, ArmFacts(np.zeros(8), np.full(8, 2.0), 1_000, 90, 0))
        [<Harm.TOP_UP: 'top-up'>]
    """
    harms: list[Harm] = []
    low, high = sorted((a.top_up_share, b.top_up_share))
    if high >= LEAST_TOP_UP and high > TOP_UP_RATIO * low:
        harms.append(Harm.TOP_UP)
    if _has_risen(a.skips, b.skips) or _has_risen(b.skips, a.skips):
        harms.append(Harm.SKIPS)
    if _has_risen(a.strain, b.strain) or _has_risen(b.strain, a.strain):
        harms.append(Harm.STRAIN)
    if a.access_failures or b.access_failures:
        harms.append(Harm.ACCESS)
    return harms


def _has_risen(before: Floats, after: Floats) -> bool:
    """Return whether the second group is worse by a fifth, more than chance explains."""
    if min(len(before), len(after)) < FEWEST or float(np.mean(after)) < RISE * float(
        np.mean(before)
    ):
        return False
    test = compare_means(before, after)
    if test is None:  # nobody differs from their group: two constants
        return float(np.mean(after)) > float(np.mean(before))
    return test.chance_higher <= CHANCE
