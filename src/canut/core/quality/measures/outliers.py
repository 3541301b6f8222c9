"""Flag workers whose evidence differs from the others', for a reviewer. It is never a verdict.

A worker is flagged if random answers to the same tasks would agree as well, or if their agreement
is far below the usual one. They may be alone and right, may have had the hard tasks, or may have
read misleading instructions: people decide what follows.
"""

from typing import NamedTuple

import numpy as np

from canut.core.quality.measures.carelessness import FEWEST, CarelessnessEvidence

FAR, FALSE_DISCOVERIES = 0.1, 0.05
LEAST_ANSWERS = FEWEST


class Apart(NamedTuple):
    """Workers to review.

    Args:
        usual: median agreement of the tested workers.
        looked_at: number of tested workers.
        too_few: number of workers with too few answers.
        workers: codes of the workers to review, in increasing order.
    """

    usual: float
    looked_at: int
    too_few: int
    workers: list[int]


def flag_outliers(evidence: CarelessnessEvidence) -> Apart | None:
    """Flag workers whose evidence needs a review; None where nobody has enough answers.

    Args:
        evidence: the evidence on each worker.
    """
    tested = np.flatnonzero(evidence.is_tested)
    if not len(tested):
        return None
    usual = float(np.median(evidence.agreement[tested]))
    far = evidence.agreement_high[tested] < usual - FAR
    random = evidence.q[tested] > FALSE_DISCOVERIES
    too_few = int((evidence.answers > 0).sum()) - len(tested)
    return Apart(usual, len(tested), too_few, tested[far | random].tolist())
