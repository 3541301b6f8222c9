"""Look over all questions of a file together for work to look into; see ``quality.apart``."""

import numpy as np

from canut.core.arrays import Counts
from canut.core.audit.gathered import Gathered
from canut.core.quality.agreement import Agreement, agreement_by_worker
from canut.core.quality.apart import Apart, who_stands_apart


def look_for_careless_work(found: Gathered, questions: list[str]) -> Apart | None:
    """Compare each person with the others; None where nobody can be compared."""
    compared: Counts = np.zeros(len(found.workers), dtype=np.int64)
    agreed: Counts = np.zeros(len(found.workers), dtype=np.int64)
    for name in questions:
        named = found.said(name).named
        by_worker = agreement_by_worker(named.answers)
        whose = np.array(named.workers, dtype=np.int64)
        compared[whose] += by_worker.compared
        agreed[whose] += by_worker.agreed
    return who_stands_apart(Agreement(agreed, compared))
