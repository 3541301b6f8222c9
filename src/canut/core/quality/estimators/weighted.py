"""Weighted vote: each vote counts by how often its worker agrees with the weighted vote.

No model of errors is assumed. The weight is the log-odds of being right that a worker's agreement
suggests, shrunk where answers are few, and never negative.
"""

from functools import partial

import numpy as np

from canut.core.answers import blocks
from canut.core.arrays import Floats, kernel_or
from canut.core.quality.estimators.em import RUN, Fitted, Run, map_shards
from canut.core.quality.estimators.kernels import Block, cells_of, sum_right, task_of
from canut.core.quality.tables.answers_by_task import AnswersByTask

ROUNDS = 10
RIGHT, WRONG = 2.0, 1.0
LEAST = 1e-6


def _vote_whole(block: Block, n_labels: int, weight: Floats, share: Floats) -> None:
    worker, label = np.divmod(cells_of(block), n_labels)
    at = task_of(block) * n_labels + label
    share[:] = np.bincount(at, weight[worker], minlength=share.size).reshape(share.shape)
    total = share.sum(axis=1, keepdims=True)
    share[:] = np.where(total > 0, share / np.where(total > 0, total, 1.0), 1.0 / n_labels)


@kernel_or(_vote_whole)
def _vote(block: Block, n_labels: int, weight: Floats, share: Floats) -> None:
    """Write each label's share of each task's weights; uniform where there are none."""
    every = np.uint32(n_labels)  # dividing 32 bits without a sign is quicker
    for task in range(share.shape[0]):
        task_share = share[task]
        task_share[:] = 0.0
        total = 0.0
        for row in range(block.start[task], block.start[task + 1]):
            at = np.uint32(block.cell[row])
            worker = at // every
            worker_weight = weight[worker]
            task_share[at - worker * every] += worker_weight
            total += worker_weight
        if total > 0.0:
            task_share /= total
        else:
            task_share[:] = 1.0 / n_labels


def fit(rows: AnswersByTask, run: Run = RUN) -> Fitted:
    """Use each label's share of the weighted votes as its chance.

    Args:
        rows: the answers, arranged.
        run: settings of the fit.

    Returns:
        The fit of all tasks and workers; see ``Fitted`` for shapes.

    Source:
        After Wawa of Crowd-Kit (Ustalov et al. 2024, https://doi.org/10.21105/joss.06227), with
        log-odds as in the weighted majority of Littlestone and Warmuth (1994), and rounds.
    """
    weight = np.ones(rows.n_workers)
    for _ in range(ROUNDS):
        sums, *others = map_shards(rows, run, partial(_sums, weight))
        for other in others:
            sums += other
        right = (sums[:, 0] + RIGHT) / (sums[:, 2] + RIGHT + WRONG)
        odds = right * max(rows.n_labels - 1, 1) / (1 - right)
        weight = np.maximum(np.log(odds), LEAST)
    chances = partial(_shares, weight)
    return Fitted("weighted", rows, chances=chances, extra={"weight": weight})


def _sums(weight: Floats, rows: AnswersByTask) -> Floats:
    sums = np.zeros((rows.n_workers, 3))
    for first, last in blocks(rows.start):
        block = Block(rows.start[first : last + 1], rows.cell)
        sum_right(block, rows.n_labels, _shares(weight, rows, first, last), sums)
    return sums


def _shares(weight: Floats, rows: AnswersByTask, first: int, last: int) -> Floats:
    share = np.empty((last - first, rows.n_labels))
    _vote(Block(rows.start[first : last + 1], rows.cell), rows.n_labels, weight, share)
    return share
