"""Score workers and labels on gold tasks, with intervals.

A score on gold is an estimate: it comes with an interval and with the number of answers behind it.
People decide what follows for a person.
"""

from typing import NamedTuple

import numpy as np

from canut.core.arrays import Counts, Floats
from canut.core.quality.estimators.beta import beta_quantile

HALF = 0.5


class GoldScore(NamedTuple):
    """Right answers and all answers on gold, and the interval of their share."""

    right: Counts
    answered: Counts
    low: Floats
    high: Floats


def score_counts(right: Counts, answered: Counts, level: float = 0.9) -> GoldScore:
    """Score counts computed elsewhere, each of shape (n_workers,).

    Source:
        Jeffreys' interval: Brown et al. (2001), https://doi.org/10.1214/ss/1009213286.
    """
    return _with_interval(right, answered, level)


def _with_interval(right: Counts, answered: Counts, level: float) -> GoldScore:
    tail = (1 - level) / 2
    right, answered = right.astype(np.int64), answered.astype(np.int64)
    a, b = (each.astype(np.float64) + HALF for each in (right, answered - right))
    low = np.where(right > 0, beta_quantile(a, b, tail), 0.0)
    high = np.where(right < answered, beta_quantile(a, b, 1 - tail), 1.0)
    return GoldScore(right, answered, low, high)
