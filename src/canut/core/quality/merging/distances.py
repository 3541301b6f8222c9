"""Merge any kind of answer that has a distance.

The result of a task is its medoid: the answer nearest to the others, weighted by skill. It is a
real answer, so it is always valid; where answers can be averaged, ``numeric``, ``text`` and
``regions`` do better. Distances go from 0 (equal) to 1 (nothing in common).
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from canut.core.answers import Answers, require_answers
from canut.core.arrays import Codes, Counts, Floats
from canut.core.errors import BadInput
from canut.core.quality.measures.alpha import SAMPLES, Alpha

type Distance = Callable[[int, int], float]

ROUNDS = 5
BELIEVED = 4.0
LEAST_ERROR = 0.02
STRESS = 2.0
NO_ANSWER = -1
MOST_PAIRS = 20_000


class Medoids(NamedTuple):
    """The chosen answer of each task, and each worker's distance from those.

    ``row`` is the row of the chosen answer, shape (n_tasks,), -1 where there are none; ``distance``
    its weighted mean distance from the task's answers, shape (n_tasks,); ``error`` the mean
    distance of each worker's answers from the others', shrunk to the overall mean, shape
    (n_workers,); ``apart`` the distance of each answer from the others of its task, NaN if alone.
    """

    row: Counts
    distance: Floats
    error: Floats
    apart: Floats


def medoids_by_distance(answers: Answers, distance: Distance) -> Medoids:
    """Return the skill-weighted medoid of each task.

    Args:
        answers: rows (task, worker, label); one label may stand for each different answer.
        distance: how far the answers with two labels are apart, from 0 to 1.

    Returns:
        Rows of shape (n_tasks,) and errors of shape (n_workers,); see ``Medoids``.

    Raises:
        BadInput: there are no answers, or a distance is not from 0 to 1.

    Example:
        >>> from canut.core.answers import code
        >>> named = code("aaa", "xyz", [1.0, 2.0, 9.0])
        >>> def apart(one: int, other: int) -> float:
        ...     return abs(named.labels[one] - named.labels[other]) / 10
        >>> medoids_by_distance(named.answers, apart).row.tolist()
        [1]
    """
    require_answers(answers)
    tables = [(rows, _table(answers.label[rows], distance)) for rows in rows_by_task(answers)]
    row = np.full(answers.n_tasks, NO_ANSWER, dtype=np.int64)
    nearest = np.zeros(answers.n_tasks)
    error = np.zeros(answers.n_workers)
    apart = np.full(len(answers), np.nan)
    for _ in range(ROUNDS):
        weight = weight_of(error)[answers.worker]
        for rows, table in tables:
            own, task = weight[rows], answers.task[rows[0]]
            total = table @ own
            best = int(np.lexsort((answers.label[rows], -own, total))[0])
            row[task], nearest[task] = rows[best], total[best] / own.sum()
            if len(rows) > 1:
                apart[rows] = total / (own.sum() - own)
        error = errors_of(answers.worker, apart, answers.n_workers)
    return Medoids(row, nearest, error, apart)


def rows_by_task(answers: Answers) -> list[Counts]:
    """Return the rows of each task that has answers.

    Returns:
        One array of row indices per task with answers, in task order.
    """
    order = np.argsort(answers.task, kind="stable")
    size = np.bincount(answers.task, minlength=answers.n_tasks)
    return [rows for rows in np.split(order, np.cumsum(size)[:-1]) if len(rows)]


def errors_of(worker: Codes, apart: Floats, n_workers: int) -> Floats:
    """Return each worker's mean error, shrunk to the overall mean; NaN rows are ignored.

    Args:
        worker: worker of each row, shape (n_rows,).
        apart: distance of each row, or NaN, shape (n_rows,).
        n_workers: number of workers.

    Returns:
        Mean distances, shape (n_workers,).
    """
    is_finite = np.isfinite(apart)
    if not is_finite.any():
        return np.zeros(n_workers)
    middle = float(apart[is_finite].mean())
    total = np.bincount(worker[is_finite], apart[is_finite], minlength=n_workers)
    times = np.bincount(worker[is_finite], minlength=n_workers)
    return (total + BELIEVED * middle) / (times + BELIEVED)


def weight_of(error: Floats) -> Floats:
    """Return the weights of workers with these mean errors; 1 for the average error.

    Args:
        error: mean error of each worker, shape (n_workers,).

    Returns:
        Weights above 0, shape (n_workers,).
    """
    middle = float(error.mean()) if len(error) else 0.0
    weight: Floats = ((middle + LEAST_ERROR) / (error + LEAST_ERROR)) ** STRESS
    return weight


def _table(labels: Codes, distance: Distance) -> Floats:
    """Return the distances between all answers to one task."""
    table = np.zeros((len(labels), len(labels)))
    for row in range(len(labels)):
        for column in range(row):
            if labels[row] != labels[column]:
                apart = distance(int(labels[row]), int(labels[column]))
                if not 0 <= apart <= 1:
                    raise BadInput(f"a distance is {apart}; expected 0 (the same) to 1")
                table[row, column] = table[column, row] = apart
    return table


def alpha_by_distance(
    answers: Answers, distance: Distance, rng: np.random.Generator, samples: int = SAMPLES
) -> Alpha:
    """Return Krippendorff's alpha for any distance, with its bootstrap interval.

    Chance agreement comes from all pairs of answers, or from ``MOST_PAIRS`` random pairs.

    Args:
        answers: rows (task, worker, label); one label may stand for each different answer.
        distance: how far the answers with two labels are apart, from 0 to 1; squared here.
        rng: where chance comes from.
        samples: how often to draw.

    Returns:
        Alpha, its 95 % interval, and the number of tasks and answers it rests on.

    Raises:
        BadInput: there are no answers, a distance is not from 0 to 1, or no sample is drawn.
    """
    require_answers(answers)
    if samples < 1:
        raise BadInput(f"samples is {samples}; draw at least once")
    tables = [
        _table(answers.label[rows], distance) ** 2
        for rows in rows_by_task(answers)
        if len(rows) > 1
    ]
    size = np.bincount(answers.task, minlength=answers.n_tasks)
    label = np.sort(answers.label[size[answers.task] > 1])
    if not tables:
        return Alpha(None, None, None, 0, 0)
    between = _between(label, distance, rng)
    if not between > 0:
        return Alpha(None, None, None, len(tables), len(label))
    sizes = np.array([len(table) for table in tables], dtype=np.float64)
    within = np.array([table.sum() for table in tables]) / (sizes - 1)
    order = np.lexsort((within, sizes))
    sizes, within = sizes[order], within[order]
    resampled = rng.integers(0, len(sizes), (samples, len(sizes)))
    alphas = 1 - within[resampled].sum(axis=1) / sizes[resampled].sum(axis=1) / between
    low, high = np.quantile(alphas, [0.025, 0.975])
    value = 1 - float(within.sum() / sizes.sum()) / between
    return Alpha(value, float(low), float(high), len(sizes), len(label))


def _between(label: Codes, distance: Distance, rng: np.random.Generator) -> float:
    """Return the mean squared distance of two answers to any tasks."""
    n = len(label)
    if n * (n - 1) // 2 <= MOST_PAIRS:
        first, second = np.triu_indices(n, 1)
    else:
        first = rng.integers(0, n, MOST_PAIRS)
        second = (first + rng.integers(1, n, MOST_PAIRS)) % n
    squares = [
        0.0 if left == right else distance(left, right) ** 2
        for left, right in zip(label[first].tolist(), label[second].tolist(), strict=True)
    ]
    return float(np.mean(squares))
