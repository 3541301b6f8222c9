"""Merge answers of any kind of which only a distance is known.

The answer nearest the others, those of careful people counting more, is the task's: a medoid. It
was given by somebody, so it is always a possible answer; where answers can be averaged,
``numeric``, ``text`` and ``regions`` do better. Distances go from 0, the same, to 1, nothing in
common.
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
    """Which answer stands for each task, and how far each worker's lie from those.

    ``row`` is the answer's row, shape (n_tasks,), -1 where nobody answered; ``distance`` its mean
    distance from the task's answers, weighed; ``error`` the mean distance of each worker's answers
    from the others', shrunk to that of everybody, shape (n_workers,); ``apart`` that of each answer
    from the others of its task, NaN where it is alone.
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
    """Return the rows of each task that has answers."""
    order = np.argsort(answers.task, kind="stable")
    size = np.bincount(answers.task, minlength=answers.n_tasks)
    return [rows for rows in np.split(order, np.cumsum(size)[:-1]) if len(rows)]


def errors_of(worker: Codes, apart: Floats, n_workers: int) -> Floats:
    """Return each worker's mean error, shrunk to that of everybody; NaN rows say nothing."""
    told = np.isfinite(apart)
    if not told.any():
        return np.zeros(n_workers)
    middle = float(apart[told].mean())
    total = np.bincount(worker[told], apart[told], minlength=n_workers)
    times = np.bincount(worker[told], minlength=n_workers)
    return (total + BELIEVED * middle) / (times + BELIEVED)


def weight_of(error: Floats) -> Floats:
    """Return how much workers with these mean errors count, 1 for the middle one."""
    middle = float(error.mean()) if len(error) else 0.0
    weight: Floats = ((middle + LEAST_ERROR) / (error + LEAST_ERROR)) ** STRESS
    return weight


def _table(labels: Codes, distance: Distance) -> Floats:
    """Return the distances of all answers to one task."""
    table = np.zeros((len(labels), len(labels)))
    for one in range(len(labels)):
        for other in range(one):
            if labels[one] != labels[other]:
                apart = distance(int(labels[one]), int(labels[other]))
                if not 0 <= apart <= 1:
                    raise BadInput(f"a distance is {apart}; expected 0 (the same) to 1")
                table[one, other] = table[other, one] = apart
    return table


def alpha_by_distance(
    answers: Answers, distance: Distance, rng: np.random.Generator, samples: int = SAMPLES
) -> Alpha:
    """Return Krippendorff's alpha of any kind of answer, with the interval of resampled tasks.

    What chance would give is taken from all pairs of answers, or from ``MOST_PAIRS`` drawn ones.

    Args:
        answers: rows (task, worker, label); one label may stand for each different answer.
        distance: how far the answers with two labels are apart, from 0 to 1; squared here.
        rng: where chance comes from.
        samples: how often to draw.

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
    drawn = rng.integers(0, len(sizes), (samples, len(sizes)))
    again = 1 - within[drawn].sum(axis=1) / sizes[drawn].sum(axis=1) / between
    low, high = np.quantile(again, [0.025, 0.975])
    value = 1 - float(within.sum() / sizes.sum()) / between
    return Alpha(value, float(low), float(high), len(sizes), len(label))


def _between(label: Codes, distance: Distance, rng: np.random.Generator) -> float:
    """Return the mean squared distance of two answers, to whatever task."""
    n = len(label)
    if n * (n - 1) // 2 <= MOST_PAIRS:
        one, other = np.triu_indices(n, 1)
    else:
        one = rng.integers(0, n, MOST_PAIRS)
        other = (one + rng.integers(1, n, MOST_PAIRS)) % n
    squares = [
        0.0 if left == right else distance(left, right) ** 2
        for left, right in zip(label[one].tolist(), label[other].tolist(), strict=True)
    ]
    return float(np.mean(squares))
