"""Draw tasks, and numbers by chance, by the names of tasks and workers.

What is drawn depends on the names and on a seed, never on the order of the file.
"""

from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from canut.core.arrays import Bools, Codes, Counts, Floats, kernel_or, part
from canut.core.quality.tables.answers_by_task import AnswersByTask

type Keys = NDArray[np.uint64]

MOST_ROWS = 20_000
TOO_MANY_NAMES = 500_000


class NameKeys(NamedTuple):
    """A number for each task and worker that depends on their names alone."""

    task: Keys
    worker: Keys


def key_names(names: list[object]) -> Keys:
    """Return a number for each name; above half a million names, from its position.

    Returns:
        Numbers, shape (n_names,).
    """
    if len(names) > TOO_MANY_NAMES:
        return np.arange(len(names), dtype=np.uint64)
    return np.array([crc32(str(name).encode()) for name in names], dtype=np.uint64)


@part
def _mix(keys: Keys) -> Keys:
    """Scatter numbers over all 64 bits (a hash): an array of them, or one in a kernel.

    Source:
        splitmix64: Steele et al. (2014), https://doi.org/10.1145/2714064.2660195.
    """
    keys = (keys ^ (keys >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    keys = (keys ^ (keys >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return keys ^ (keys >> np.uint64(31))


def _salted(keys: Keys, seed: int) -> Keys:
    hashes = np.empty_like(keys)
    _salt(keys, _mix(np.array([seed + 1], dtype=np.uint64)), hashes)
    return hashes


def _salt_whole(keys: Keys, salt: Keys, hashes: Keys) -> None:
    hashes[:] = _mix(_mix(keys) ^ salt)


@kernel_or(_salt_whole)
def _salt(keys: Keys, salt: Keys, hashes: Keys) -> None:
    """Write a hash of each key that depends on the salt, shape (1,), too."""
    for at in range(keys.shape[0]):
        hashes[at] = _mix(_mix(keys[at]) ^ salt[0])


def uniform(keys: Keys, seed: int) -> Floats:
    """Return a number from 0 to 1 for each key, as if drawn by chance.

    Args:
        keys: shape (n,).
        seed: another seed gives independent numbers.

    Returns:
        Numbers, shape (n,), below 1.
    """
    return (_salted(keys, seed) >> np.uint64(11)).astype(np.float64) * 2.0**-53


def _pair_whole(rows: AnswersByTask, task: Keys, worker: Keys, numbers: Floats) -> None:
    hashes = _mix(task[rows.task] ^ worker[rows.worker])
    numbers[:] = (hashes >> np.uint64(11)).astype(np.float64) * 2.0**-53


@kernel_or(_pair_whole)
def _pair(rows: AnswersByTask, task: Keys, worker: Keys, numbers: Floats) -> None:
    """Write a number for each answer from the hashes of its task and its worker."""
    every = np.uint32(rows.n_labels)  # dividing 32 bits without a sign is quicker
    for at in range(rows.start.shape[0] - 1):
        for row in range(rows.start[at], rows.start[at + 1]):
            of_worker = worker[np.uint32(rows.cell[row]) // every]
            numbers[row] = (_mix(task[at] ^ of_worker) >> np.uint64(11)) * 2.0**-53


def uniform_pairs(rows: AnswersByTask, keys: NameKeys, seed: int) -> Floats:
    """Return a number from 0 to 1 for each answer, as if drawn by chance.

    Args:
        rows: the answers, arranged.
        keys: keys of tasks, shape (n_tasks,), and of workers, shape (n_workers,).
        seed: another seed gives independent numbers.

    Returns:
        Numbers, shape (n_answers,), below 1; each depends on its task and its worker alone.
    """
    numbers = np.empty(len(rows.cell))
    _pair(rows, _salted(keys.task, seed), _mix(keys.worker + np.uint64(1)), numbers)
    return numbers


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
    counts = np.diff(rows.start)
    start = np.zeros(np.count_nonzero(is_selected) + 1, dtype=np.int64)
    np.cumsum(counts[is_selected], out=start[1:])
    return rows._replace(start=start, cell=rows.cell[np.repeat(is_selected, counts)])


def _mark_workers_whole(cell: Codes, n_labels: int, occurs: Bools) -> None:
    occurs[cell // n_labels] = True


@kernel_or(_mark_workers_whole)
def _mark_workers(cell: Codes, n_labels: int, occurs: Bools) -> None:
    """Mark the workers who gave these answers."""
    every = np.uint32(n_labels)  # dividing 32 bits without a sign is quicker
    for row in range(cell.shape[0]):
        occurs[np.uint32(cell[row]) // every] = True


def take_workers(rows: AnswersByTask) -> tuple[AnswersByTask, Counts]:
    """Return the rows with the workers that occur in them only, and who these are.

    Args:
        rows: the answers, arranged.

    Returns:
        The rows with workers numbered anew, and their former numbers, shape (n_workers,).
    """
    occurs = np.zeros(rows.n_workers, dtype=np.bool_)
    _mark_workers(rows.cell, rows.n_labels, occurs)
    former = np.flatnonzero(occurs).astype(np.int64)
    if len(former) == rows.n_workers:
        return rows, former
    fewer = np.arange(rows.n_workers, dtype=rows.cell.dtype)
    fewer -= np.cumsum(occurs, dtype=rows.cell.dtype) - 1
    cell = rows.cell - fewer[rows.worker] * rows.cell.dtype.type(rows.n_labels)
    return rows._replace(cell=cell, n_workers=len(former)), former
