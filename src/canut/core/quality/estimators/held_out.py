"""Hold some answers out, and see how well each model foretells them.

Which answers are held out depends on the names of task and worker and on a seed, never on the order
of the file.
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
    """Rows to learn from, and answers held out: their tasks and cells."""

    kept: AnswersByTask
    task: Counts
    cell: Codes


def key_names(names: list[object]) -> Keys:
    """Return a number for each name; beyond half a million, of its place."""
    if len(names) > TOO_MANY_NAMES:
        return np.arange(len(names), dtype=np.uint64)
    return np.array([crc32(str(name).encode()) for name in names], dtype=np.uint64)


def _mix(keys: Keys) -> Keys:
    """Scatter numbers over all 64 bits.

    Source:
        splitmix64: Steele et al. (2014), https://doi.org/10.1145/2714064.2660195.
    """
    for mixer, shift in zip(MIXERS, (30, 27), strict=True):
        keys = (keys ^ (keys >> np.uint64(shift))) * np.uint64(mixer)
    return keys ^ (keys >> np.uint64(31))


def sample(rows: AnswersByTask, keys: NameKeys, seed: int) -> tuple[AnswersByTask, NameKeys]:
    """Return whole tasks with about ``MOST_ROWS`` answers, or all rows where there are no more."""
    if len(rows.cell) <= MOST_ROWS:
        return rows, keys
    taken = draw(keys.task, seed, len(rows.cell))
    return take_tasks(rows, taken), NameKeys(keys.task[taken], keys.worker)


def draw(tasks: Keys, seed: int, n_rows: int) -> Bools:
    """Say which tasks are drawn, where there are so many answers in all."""
    if n_rows <= MOST_ROWS:
        return np.ones(len(tasks), dtype=np.bool_)
    return _mix(_mix(tasks) + np.uint64(seed + 1)) < np.uint64(MOST_ROWS / n_rows * 2**64)


def take_tasks(rows: AnswersByTask, taken: Bools) -> AnswersByTask:
    """Return the rows of these tasks alone."""
    return _take(rows, np.repeat(taken, np.diff(rows.start)), taken)


def _take(rows: AnswersByTask, kept: Bools, tasks: Bools) -> AnswersByTask:
    """Return these answers, and of the tasks these alone."""
    counts = np.bincount(rows.task[kept], minlength=rows.n_tasks)[tasks]
    start = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=start[1:])
    return rows._replace(start=start, cell=rows.cell[kept])


def hold_out(rows: AnswersByTask, keys: NameKeys, seed: int) -> Split | None:
    """Set one answer in twenty apart, no task's only one; None where too few."""
    task = rows.task
    salted = keys.worker[rows.worker] + np.uint64(seed) * np.uint64(7)
    mixed = _mix(_mix(keys.task[task]) ^ salted)
    held = (mixed % np.uint64(ONE_IN) == 0) & (np.diff(rows.start)[task] > 1)
    if held.sum() < ENOUGH:
        return None
    everything = np.ones(rows.n_tasks, dtype=np.bool_)
    return Split(_take(rows, ~held, everything), task[held].astype(np.int64), rows.cell[held])


@kernel
def _foretell(posterior: Floats, task: Counts, cell: Codes, cells: Floats) -> float:
    found = 0.0
    for row in range(task.shape[0]):
        chance = 0.0
        for truth in range(posterior.shape[1]):
            chance += posterior[task[row], truth] * cells[cell[row], truth]
        found += np.log(chance)
    return float(found / task.shape[0])


def foretell(fitted: Fitted, split: Split) -> float:
    """Return the mean log-chance of the answers held out, by a model fitted to the others.

    Every model is asked in the same way: what its chances say of the truth, and how often, by these
    chances, each worker says what; shrunk to the whole crowd's table.
    """
    rows = fitted.rows
    n_labels = rows.n_labels
    counts = tally_all(rows, fitted.posterior).cells.reshape(-1, n_labels, n_labels)
    crowd = counts.sum(axis=0) + 1.0
    tables = counts + POOLED * crowd / crowd.sum(axis=0)
    tables /= tables.sum(axis=1, keepdims=True)
    cells = tables.reshape(-1, n_labels)
    return float(_foretell(fitted.posterior(), split.task, split.cell, cells))
