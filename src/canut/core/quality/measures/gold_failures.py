"""Choose whose work misses answers known beforehand, for a reviewer to look into. Never a verdict.

A known answer may itself be wrong, and tasks with known answers may be the hard ones: somebody is
named only where their whole interval lies well below what is usual on the same tasks.
"""

from typing import NamedTuple

import numpy as np

from canut.core.quality.measures.gold import GoldScore

FEWEST, FAR = 10, 0.1


class Missed(NamedTuple):
    """Whose work to look into.

    Args:
        usual: share of known answers that all together matched.
        workers: those to look into, in the order of their numbers.
    """

    usual: float
    workers: list[int]


def flag_gold_failures(score: GoldScore) -> Missed | None:
    """Name those far below the usual share; None where nobody answered a known task.

    >>> from canut.core.quality.measures.gold import score_counts
    >>> counts = np.array([1, 29, 28, 30]), np.array([12, 30, 30, 31])
    >>> flag_gold_failures(score_counts(*counts)).workers
    [0]
    """
    answered = int(score.answered.sum())
    if not answered:
        return None
    usual = float(score.right.sum()) / answered
    far = (score.answered >= FEWEST) & (score.high < usual - FAR)
    return Missed(usual, np.flatnonzero(far).tolist())
