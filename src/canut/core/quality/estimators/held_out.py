"""Hold out some answers, and score how well each model predicts them.

The choice of held-out answers depends on the names of task and worker and on a seed, never on the
order of the file.
"""

from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from canut.core.arrays import Bools, Codes, Counts, Floats, kernel
from canut.core.quality.estimators.em import Fitted, tally_all
from canut.core.quality.tables.answers_by_task import AnswersByTask

type Keys = NDArray[np.uint64]

ONE_IN = 20
ENOUGH = 40
MOST_ROWS = 200_000
POOLED = 5.0
TOO_MANY_NAMES = 500_000
MIXERS = (0xBF58476D1CE4E5B9, 0x94D049BB133111EB)


class NameKeys(NamedTuple):
    """A number for each task and worker that depends on their names alone."""

    task: Keys
    worker: Keys


class Split(NamedTuple):
    """Rows to fit on, and held-out answers: their tasks and cells."""

    kept: AnswersByTask
    task: Counts
    cell: Codes


def key_names(names: list[object]) -> Keys:
    """Return a number for each name; above half a million names, from its position.

    Returns:
        Numbers, shape (n_names,).
    """
    if len(names) > TOO_MANY_NAMES:
        return np.arange(len(names), dtype=np.uint64)
    return np.array([crc32(str(name).encode()) for name in names], dtype=np.uint64)


def _mix(keys: Keys) -> Keys:
    """Scatter numbers over all 64 bits (a hash).

    Source:
        splitmix64: Steele et al. (2014), https://doi.org/10.1145/2714064.2660195.
    """
    for mixer, shift in zip(MIXERS, (30, 27), strict=True):
        keys = (keys ^ (keys >> np.uint64(shift))) * np.uint64(mixer)
    return keys ^ (keys >> np.uint64(31))


def sample(rows: AnswersByTask, keys: NameKeys, seed: int) -> tuple[AnswersByTask, NameKeys]:
    """Return whole tasks with about ``MOST_ROWS`` answers in all, or all rows if fewer.

    Args:
        rows: the answers, arranged.
        keys: keys of tasks, shape (n_tasks,), and of workers, shape (n_workers,).
        seed: seed of the draw.

    Returns:
        The rows, and the keys of their tasks and of all workers.
    """
    if len(rows.cell) <= MOST_ROWS:
        return rows, keys
    is_drawn = draw(keys.task, seed, len(rows.cell))
    return take_tasks(rows, is_drawn), NameKeys(keys.task[is_drawn], keys.worker)


def draw(tasks: Keys, seed: int, n_rows: int) -> Bools:
    """Return which tasks are drawn, given the total number of answers.

    Args:
        tasks: key of each task, shape (n_tasks,).
        seed: seed of the draw.
        n_rows: number of answers to all tasks.

    Returns:
        Whether each task is drawn, shape (n_tasks,).
    """
    if n_rows <= MOST_ROWS:
        return np.ones(len(tasks), dtype=np.bool_)
    return _mix(_mix(tasks) + np.uint64(seed + 1)) < np.uint64(MOST_ROWS / n_rows * 2**64)


def take_tasks(rows: AnswersByTask, is_selected: Bools) -> AnswersByTask:
    """Return the rows of these tasks only.

    Args:
        rows: the answers, arranged.
        is_selected: whether to keep each task, shape (n_tasks,).
    """
    return _take(rows, np.repeat(is_selected, np.diff(rows.start)), is_selected)


def _take(rows: AnswersByTask, is_selected: Bools, tasks: Bools) -> AnswersByTask:
    """Return these answers of these tasks."""
    counts = np.bincount(rows.task[is_selected], minlength=rows.n_tasks)[tasks]
    start = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=start[1:])
    return rows._replace(start=start, cell=rows.cell[is_selected])


def hold_out(rows: AnswersByTask, keys: NameKeys, seed: int) -> Split | None:
    """Hold out one answer in twenty, never a task's only one; None if too few.

    Args:
        rows: the answers, arranged.
        keys: keys of tasks, shape (n_tasks,), and of workers, shape (n_workers,).
        seed: seed of the draw.

    Returns:
        The other answers of all tasks; task and cell of each held-out answer, shape (n_held_out,).
    """
    task = rows.task
    salted = keys.worker[rows.worker] + np.uint64(seed) * np.uint64(7)
    mixed = _mix(_mix(keys.task[task]) ^ salted)
    is_held_out = (mixed % np.uint64(ONE_IN) == 0) & (np.diff(rows.start)[task] > 1)
    if is_held_out.sum() < ENOUGH:
        return None
    everything = np.ones(rows.n_tasks, dtype=np.bool_)
    return Split(
        _take(rows, ~is_held_out, everything),
        task[is_held_out].astype(np.int64),
        rows.cell[is_held_out],
    )


@kernel
def _foretell(posterior: Floats, task: Counts, cell: Codes, cells: Floats) -> float:
    total = 0.0
    for row in range(task.shape[0]):
        chance = 0.0
        for truth in range(posterior.shape[1]):
            chance += posterior[task[row], truth] * cells[cell[row], truth]
        total += np.log(chance)
    return float(total / task.shape[0])


def foretell(fitted: Fitted, split: Split) -> float:
    """Return the mean log-chance of the held-out answers under a fit to the others.

    All models are scored in the same way: from their class chances, and from worker tables counted
    with these chances and shrunk to the table of all workers.

    Args:
        fitted: a fit to ``split.kept``.
        split: the held-out answers.

    Returns:
        Mean natural logarithm of the chance of an answer, at most 0.
    """
    rows = fitted.rows
    n_labels = rows.n_labels
    counts = tally_all(rows, fitted.posterior).cells.reshape(-1, n_labels, n_labels)
    crowd = counts.sum(axis=0) + 1.0
    tables = counts + POOLED * crowd / crowd.sum(axis=0)
    tables /= tables.sum(axis=1, keepdims=True)
    cells = tables.reshape(-1, n_labels)
    return float(_foretell(fitted.posterior(), split.task, split.cell, cells))
