"""Flag workers who often miss gold tasks, for a reviewer. It is never a verdict.

A known label may itself be wrong, and gold tasks may be the hard ones. A worker is flagged only if
the whole interval of their share lies well below the usual share on the same tasks.
"""

from typing import NamedTuple

import numpy as np

from canut.core.quality.measures.gold import GoldScore

FEWEST, FAR = 10, 0.1


class Missed(NamedTuple):
    """Workers to review.

    Args:
        usual: share of right answers to gold tasks, over all workers.
        workers: codes of the workers to review, in increasing order.
    """

    usual: float
    workers: list[int]


def flag_gold_failures(score: GoldScore) -> Missed | None:
    """Flag workers far below the usual share; None where nobody answered gold.

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
