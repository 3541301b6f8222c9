"""Gather evidence of careless work, with its interval: something to look into, never a verdict.

Over all questions together, how often each person's answer is what most of the others said. A
person may be alone and right, have had the hard tasks, or have read instructions that misled.
"""

from math import sqrt
from typing import NamedTuple

import numpy as np

from canut.core.arrays import Counts
from canut.core.audit.gathered import Gathered
from canut.core.quality.agreement import agreement_by_worker

LEAST_ANSWERS = 20
Z_95 = 1.959964


class Evidence(NamedTuple):
    """How often one person's answers equal what most others said, with a 95 % interval."""

    worker: int
    compared: int
    agreed: int
    low: float
    high: float


class Careless(NamedTuple):
    """Those whose whole interval lies below what is usual, and how many could be looked at."""

    usual: float
    looked_at: int
    too_few: int
    evidence: list[Evidence]


def look_for_careless_work(found: Gathered, questions: list[str]) -> Careless | None:
    """Compare each person with the others; None where nobody can be compared."""
    compared: Counts = np.zeros(len(found.workers), dtype=np.int64)
    agreed: Counts = np.zeros(len(found.workers), dtype=np.int64)
    for name in questions:
        named = found.said(name).named
        by_worker = agreement_by_worker(named.answers)
        whose = np.array(named.workers, dtype=np.int64)
        compared[whose] += by_worker.compared
        agreed[whose] += by_worker.agreed
    enough = np.flatnonzero(compared >= LEAST_ANSWERS)
    if not len(enough):
        return None
    usual = float(np.median(agreed[enough] / compared[enough]))
    every = [_evidence(int(w), int(compared[w]), int(agreed[w])) for w in enough]
    below = sorted((one for one in every if one.high < usual), key=lambda one: one.high)
    return Careless(usual, len(enough), len(found.workers) - len(enough), below)


def _evidence(worker: int, compared: int, agreed: int) -> Evidence:
    """Give a share its interval.

    Source:
        Wilson (1927), https://doi.org/10.1080/01621459.1927.10502953
    """
    share, spread = agreed / compared, Z_95**2 / compared
    centre = (share + spread / 2) / (1 + spread)
    half = Z_95 * sqrt(share * (1 - share) / compared + spread / compared / 4) / (1 + spread)
    return Evidence(worker, compared, agreed, max(0.0, centre - half), min(1.0, centre + half))
