"""Find whose answers differ from most others' far more than chance explains: evidence, no verdict.

A person may be alone and right, have had the hard tasks, or have read instructions that misled.
What follows for them is decided by people.
"""

from math import sqrt
from typing import NamedTuple

import numpy as np

from canut.core.quality.agreement import Agreement

LEAST_ANSWERS = 20
FAR = 0.1
Z_95 = 1.959964


class Evidence(NamedTuple):
    """How often one worker's answers equal what most others said, with a 95 % interval."""

    worker: int
    compared: int
    agreed: int
    low: float
    high: float


class Apart(NamedTuple):
    """Those whose whole interval lies more than ten points below what is usual.

    ``usual`` is the median share of the ``looked_at`` workers with at least 20 answers to compare;
    ``too_few`` have fewer, and nothing is said of them.
    """

    usual: float
    looked_at: int
    too_few: int
    evidence: list[Evidence]


def who_stands_apart(found: Agreement) -> Apart | None:
    """Compare each worker with what is usual; None where nobody has answers enough.

    Args:
        found: each worker's agreement with the others, their own answers left out.
    """
    enough = np.flatnonzero(found.compared >= LEAST_ANSWERS)
    if not len(enough):
        return None
    usual = float(np.median(found.agreed[enough] / found.compared[enough]))
    every = [
        _evidence(int(worker), int(found.compared[worker]), int(found.agreed[worker]))
        for worker in enough
    ]
    below = sorted((one for one in every if one.high < usual - FAR), key=lambda one: one.high)
    return Apart(usual, len(enough), int((found.compared > 0).sum()) - len(enough), below)


def _evidence(worker: int, compared: int, agreed: int) -> Evidence:
    """Give a share its interval.

    Source:
        Wilson (1927), https://doi.org/10.1080/01621459.1927.10502953
    """
    share, spread = agreed / compared, Z_95**2 / compared
    centre = (share + spread / 2) / (1 + spread)
    half = Z_95 * sqrt(share * (1 - share) / compared + spread / compared / 4) / (1 + spread)
    return Evidence(worker, compared, agreed, max(0.0, centre - half), min(1.0, centre + half))
