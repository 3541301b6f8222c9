"""Score people and labels on tasks whose truth is known, with intervals.

A score on gold is an estimate like any other: it comes with how sure it is, and with how many
answers it stands on. What follows for the person is decided by people.
"""

from typing import NamedTuple

import numpy as np

from canut.core.arrays import Counts, Floats
from canut.core.quality.estimators.beta import beta_quantile
from canut.core.quality.estimators.em import Fitted
from canut.core.quality.tables.answers_by_task import AnswersByTask
from canut.core.quality.tables.coded_answers import Gold

HALF = 0.5


class GoldScore(NamedTuple):
    """Right answers of how many on gold, and the interval of the share that is right."""

    right: Counts
    answered: Counts
    low: Floats
    high: Floats


def score_workers(rows: AnswersByTask, gold: Gold, level: float = 0.9) -> GoldScore:
    """Score each worker on the gold tasks they answered.

    Args:
        rows: the answers, arranged.
        gold: known truth of some tasks.
        level: chance that the share lies in the interval.

    Source:
        Jeffreys' interval: Brown et al. (2001), https://doi.org/10.1214/ss/1009213286.
    """
    truth = np.full(rows.n_tasks, -1, dtype=np.int32)
    truth[gold.task] = gold.label
    known = truth[rows.task]
    is_known = known >= 0
    worker = rows.worker[is_known]
    answered = np.bincount(worker, minlength=rows.n_workers)
    is_right = rows.label[is_known] == known[is_known]
    right = np.bincount(worker[is_right], minlength=rows.n_workers)
    return _with_interval(right, answered, level)


def score_labels(fitted: Fitted, gold: Gold, level: float = 0.9) -> GoldScore:
    """Score the labels inferred on the gold tasks; every part has one element."""
    label, _ = fitted.decide()
    right = np.array([(label[gold.task] == gold.label).sum()])
    return _with_interval(right, np.array([len(gold.task)]), level)


def score_counts(right: Counts, answered: Counts, level: float = 0.9) -> GoldScore:
    """Score counts that were made elsewhere; one element a worker."""
    return _with_interval(right, answered, level)


def _with_interval(right: Counts, answered: Counts, level: float) -> GoldScore:
    tail = (1 - level) / 2
    right, answered = right.astype(np.int64), answered.astype(np.int64)
    a, b = (each.astype(np.float64) + HALF for each in (right, answered - right))
    low = np.where(right > 0, beta_quantile(a, b, tail), 0.0)
    high = np.where(right < answered, beta_quantile(a, b, 1 - tail), 1.0)
    return GoldScore(right, answered, low, high)
