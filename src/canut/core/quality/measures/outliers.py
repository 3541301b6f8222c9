"""Choose whose work a reviewer should look into, from the evidence on everybody. Never a verdict.

Somebody is named where random answers over the same tasks would have agreed as well, or where
their agreement lies far below what is usual. They may be alone and right, have had the hard tasks,
or have read instructions that misled: what follows is decided by people.
"""

from typing import NamedTuple

import numpy as np

from canut.core.quality.measures.carelessness import FEWEST, CarelessnessEvidence

FAR, FALSE_DISCOVERIES = 0.1, 0.05
LEAST_ANSWERS = FEWEST


class Apart(NamedTuple):
    """Whose work to look into.

    Args:
        usual: median agreement of those looked at.
        looked_at: how many gave enough answers.
        too_few: how many gave fewer; nothing is said of them.
        workers: those to look into, in the order of their numbers.
    """

    usual: float
    looked_at: int
    too_few: int
    workers: list[int]


def flag_outliers(found: CarelessnessEvidence) -> Apart | None:
    """Name those whose evidence calls for a look; None where nobody gave enough answers.

    Args:
        found: the evidence on each worker.
    """
    tested = np.flatnonzero(found.is_tested)
    if not len(tested):
        return None
    usual = float(np.median(found.agreement[tested]))
    far = found.agreement_high[tested] < usual - FAR
    random = found.q[tested] > FALSE_DISCOVERIES
    too_few = int((found.answers > 0).sum()) - len(tested)
    return Apart(usual, len(tested), too_few, tested[far | random].tolist())
