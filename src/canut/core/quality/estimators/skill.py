"""Estimate how often each worker is right, with a credible interval.

The truth is inferred, not known, so each answer is weaker evidence: the interval is that of a beta
distribution with as many answers as the inferred truth is worth. People decide what follows for a
person.
"""

from dataclasses import replace
from functools import partial
from typing import NamedTuple

import numpy as np

from canut.core.answers import blocks
from canut.core.arrays import Counts, Floats, kernel_or
from canut.core.quality.estimators.beta import beta_quantile
from canut.core.quality.estimators.em import RUN, Fitted, Run, map_shards
from canut.core.quality.estimators.kernels import Block, cells_of, task_of
from canut.core.quality.tables.answers_by_task import AnswersByTask

BELIEVED_RIGHT, BELIEVED_WRONG = 2.0, 0.5


class Skill(NamedTuple):
    """Each worker's accuracy, its 90 % interval, and the number of answers behind it."""

    accuracy: Floats
    low: Floats
    high: Floats
    answers: Counts


def _sum_whole(block: Block, n_labels: int, posterior: Floats, right: Floats) -> None:
    worker, label = np.divmod(cells_of(block), n_labels)
    chance = posterior[task_of(block), label]
    for column, weight in enumerate((chance, chance * (1.0 - chance), None)):
        right[:, column] += np.bincount(worker, weight, minlength=len(right))


@kernel_or(_sum_whole)
def _sum_right(block: Block, n_labels: int, posterior: Floats, right: Floats) -> None:
    """Add per worker: the chance p that an answer is right, p(1 - p), and 1.

    Args:
        block: the answers of n_tasks tasks.
        n_labels: number of labels.
        posterior: class chances, shape (n_tasks, n_labels).
        right: sums to which the answers are added, shape (n_workers, 3).
    """
    every = np.uint32(n_labels)  # dividing 32 bits without a sign is quicker
    for task in range(block.start.shape[0] - 1):
        for row in range(block.start[task], block.start[task + 1]):
            at = np.uint32(block.cell[row])
            worker = at // every
            chance = posterior[task, at - worker * every]
            right[worker, 0] += chance
            right[worker, 1] += chance * (1.0 - chance)
            right[worker, 2] += 1.0


def expected_accuracy(fitted: Fitted) -> Floats:
    """Return expected accuracy per worker, after adding 2 right and half a wrong answer.

    Args:
        fitted: a fit of any model.

    Returns:
        Accuracies between 0 and 1, shape (n_workers,).
    """
    right, _, n_answers = _sums(fitted, RUN)
    return (right + BELIEVED_RIGHT) / (n_answers + BELIEVED_RIGHT + BELIEVED_WRONG)


def skill_of(fitted: Fitted, level: float = 0.9, run: Run = RUN) -> Skill:
    """Return each worker's accuracy with a credible interval.

    Args:
        fitted: a fit of any model.
        level: posterior probability of the interval, between 0 and 1.
        run: settings of the fit, with the engine that holds the answers.

    Returns:
        Accuracy, low and high end, and number of answers, each of shape (n_workers,).

    Source:
        The missing-information principle: Louis (1982), https://www.jstor.org/stable/2345828, with
        the observed information of each worker alone.
    """
    right, unsure, n_answers = _sums(fitted, run)
    accuracy = (right + BELIEVED_RIGHT) / (n_answers + BELIEVED_RIGHT + BELIEVED_WRONG)
    worth = np.maximum(n_answers - unsure / (accuracy * (1 - accuracy)), 0.0)
    a = accuracy * worth + BELIEVED_RIGHT * accuracy
    b = (1 - accuracy) * worth + BELIEVED_WRONG
    tail = (1 - level) / 2
    low, high = beta_quantile(a, b, tail), beta_quantile(a, b, 1 - tail)
    return Skill(accuracy, low, high, n_answers.astype(np.int64))


def _sums(fitted: Fitted, run: Run) -> tuple[Floats, Floats, Floats]:
    shard_sums = map_shards(fitted.rows, run, partial(_sums_of, fitted.about_workers().alone()))
    sums = np.sum(shard_sums, axis=0)
    return sums[:, 0], sums[:, 1], sums[:, 2]


def _sums_of(fitted: Fitted, rows: AnswersByTask) -> Floats:
    fitted = replace(fitted, rows=rows)
    sums = np.zeros((rows.n_workers, 3))
    for first, last in blocks(rows.start):
        block = Block(rows.start[first : last + 1], rows.cell)
        _sum_right(block, rows.n_labels, fitted.posterior(first, last), sums)
    return sums
