"""Weighted vote: each vote counts by how often its worker agrees with the weighted vote.

No model of errors is assumed. The weight is the log-odds of being right that a worker's agreement
suggests, shrunk where answers are few, and never negative.
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from canut.core.answers import blocks
from canut.core.arrays import Codes, Floats, kernel_or
from canut.core.quality.estimators.em import RUN, Fitted, Run, map_shards
from canut.core.quality.estimators.kernels import (
    Block,
    Tally,
    cells_of,
    empty_tally,
    is_near,
    set_shares,
    size_of,
    tally_shares,
    task_of,
    vote_table,
)
from canut.core.quality.tables.answers_by_task import AnswersByTask

ROUNDS = 10
SETTLED = 0.01
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


def _count_right_whole(block: Block, n_labels: int, weight: Floats, right: Floats) -> None:
    share = np.empty((len(block.start) - 1, n_labels))
    _vote_whole(block, n_labels, weight, share)
    worker, label = np.divmod(cells_of(block), n_labels)
    right += np.bincount(worker, share[task_of(block), label], minlength=len(right))


@kernel_or(_count_right_whole)
def _count_right(block: Block, n_labels: int, weight: Floats, right: Floats) -> None:
    """Add per worker the share of the weighted vote that each answer has.

    The same as ``_vote`` and a sum, without the shares of all tasks.
    """
    start, cell = block
    every = np.uint32(n_labels)  # dividing 32 bits without a sign is quicker
    task_share = np.empty(n_labels)
    for task in range(start.shape[0] - 1):
        first, last = start[task], start[task + 1]
        task_share[:] = 0.0
        total = 0.0
        for row in range(first, last):
            at = np.uint32(cell[np.uint64(row)])
            worker = at // every
            worker_weight = weight[worker]
            task_share[at - worker * every] += worker_weight
            total += worker_weight
        for row in range(first, last):
            at = np.uint32(cell[np.uint64(row)])
            worker = at // every
            right[worker] += task_share[at - worker * every] / total


def _count_whole(cell: Codes, n_labels: int, counts: Floats) -> None:
    counts += np.bincount(cell // n_labels, minlength=len(counts))


@kernel_or(_count_whole)
def _count(cell: Codes, n_labels: int, counts: Floats) -> None:
    """Add the number of answers of each worker."""
    every = np.uint32(n_labels)  # dividing 32 bits without a sign is quicker
    for row in range(cell.shape[0]):
        counts[np.uint32(cell[row]) // every] += 1.0


def fit(rows: AnswersByTask, run: Run = RUN, votes: Tally | None = None) -> Fitted:
    """Use each label's share of the weighted votes as its chance.

    Args:
        rows: the answers, arranged.
        run: settings of the fit.
        votes: counts of the votes, where they are known; they are the first round.

    Returns:
        The fit of all tasks and workers; see ``Fitted`` for shapes.

    Source:
        After Wawa of Crowd-Kit (Ustalov et al. 2024, https://doi.org/10.21105/joss.06227), with
        log-odds as in the weighted majority of Littlestone and Warmuth (1994), and rounds.
    """
    weight = np.ones(rows.n_workers)
    if votes is None:
        right, n_answers = _sum(rows, run, partial(_sums, weight)), _sum(rows, run, _count_answers)
    else:
        right, n_answers = (
            _own_sums(votes),
            np.rint(votes.cells.reshape(len(weight), -1).sum(axis=1)),
        )
    for number in range(ROUNDS):
        if number:
            right = _sum(rows, run, partial(_sums, weight))
        chance = (right + RIGHT) / (n_answers + RIGHT + WRONG)
        odds = chance * max(rows.n_labels - 1, 1) / (1 - chance)
        former, weight = weight, np.maximum(np.log(odds), LEAST)
        if np.abs(weight - former).max() < SETTLED:
            break
    chances = partial(_shares, weight)
    return Fitted("weighted", rows, chances=chances, extra={"weight": weight})


def _sum(rows: AnswersByTask, run: Run, job: Callable[[AnswersByTask], Floats]) -> Floats:
    """Return the sum of what a job returns of all rows, or of each shard."""
    total, *others = map_shards(rows, run, job)
    for other in others:
        total += other
    return total


def _sums(weight: Floats, rows: AnswersByTask) -> Floats:
    """Return each worker's sum of the shares of the weighted votes that their answers have."""
    size, n_cells = size_of(rows.n_labels), rows.n_workers * rows.n_labels
    if is_near(n_cells, size):
        tally = empty_tally(n_cells, rows.n_labels)
        votes = vote_table(weight, rows.n_labels)
        tally_shares(Block(rows.start, rows.cell), votes, tally, size)
        return _own_sums(tally)
    sums = np.zeros(rows.n_workers)
    for first, last in blocks(rows.start):
        _count_right(Block(rows.start[first : last + 1], rows.cell), rows.n_labels, weight, sums)
    return sums


def _count_answers(rows: AnswersByTask) -> Floats:
    """Return the number of answers of each worker, shape (n_workers,)."""
    counts = np.zeros(rows.n_workers)
    _count(rows.cell, rows.n_labels, counts)
    return counts


def _own_sums(tally: Tally) -> Floats:
    """Return each worker's sum of the counts of the labels that they gave, shape (n_workers,)."""
    n_labels = len(tally.classes)
    return np.asarray(np.einsum("wll->w", tally.cells.reshape(-1, n_labels, n_labels)))


def _shares(weight: Floats, rows: AnswersByTask, first: int, last: int) -> Floats:
    share = np.empty((last - first, rows.n_labels))
    size = size_of(rows.n_labels)
    if is_near(rows.n_workers * rows.n_labels, size):
        block = Block(rows.start[first : last + 1], rows.cell)
        set_shares(block, vote_table(weight, rows.n_labels), share, size)
        return share
    _vote(Block(rows.start[first : last + 1], rows.cell), rows.n_labels, weight, share)
    return share
