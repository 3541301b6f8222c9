"""Measure how soon the merged answer of a task settles, for kinds whose answers are merged.

Boxes, passages, texts, rankings and the like have no list of labels, so no chance that one is
right. What can be measured is how alike the answer merged from some of a task's people is to the
one merged from all of them. It says when more people stop changing the result, not whether the
result is right, and gives no forecast.
"""

from collections.abc import Callable, Sequence

import numpy as np

from canut.core.arrays import Counts, Floats
from canut.core.quality.measures.learning_curve import (
    DRAWS,
    MOST_DEPTHS,
    OUTER,
    CurveMeasure,
    CurvePoint,
    Lack,
    LearningCurve,
)

FEWEST_TASKS, FEWEST_ANSWERS = 10, 20
"""Tasks with two answers or more, and answers, from which a curve is measured."""
MOST_TASKS, REPEATS = 200, 2
"""Tasks that are merged again, drawn by chance, and parts that are tried of each number."""


def lack_of_merged(counts: Counts) -> Lack | None:
    """Return what is missing to measure a curve of merged answers; None if nothing is.

    Args:
        counts: number of counted answers of each answered task, shape (n_tasks,).

    Example:
        >>> lack_of_merged(np.array([2, 2, 1]))
        Lack(answers=15, tasks=8)
    """
    answers = max(FEWEST_ANSWERS - int(counts.sum()), 0)
    tasks = max(FEWEST_TASKS - int((counts > 1).sum()), 0)
    return Lack(answers, tasks) if answers or tasks else None


def measure_merged[T](
    tasks: Sequence[Counts],
    merge: Callable[[Counts], T],
    likeness: Callable[[T, T], float],
    seed: int = 1,
) -> LearningCurve:
    """Measure how alike the answer merged from some of a task's people is to that of all.

    A point of k answers is measured on tasks with more than k, with parts drawn by chance.

    Args:
        tasks: rows of each answered task, each of shape (n_answers,); ``lack_of_merged`` finds
            nothing missing.
        merge: merges the answers of some rows of one task.
        likeness: how alike two merged answers are, from 0 to 1.
        seed: of what is drawn by chance.

    Source:
        The interval is a bootstrap over tasks: Efron (1979),
        https://doi.org/10.1214/aos/1176344552.
    """
    rng = np.random.default_rng(seed)
    total, answered = sum(map(len, tasks)), len(tasks)
    several = [rows for rows in tasks if len(rows) > 1]
    if len(several) > MOST_TASKS:
        several = [several[task] for task in rng.permutation(len(several))[:MOST_TASKS]]
    whole = [merge(rows) for rows in several]
    most = max(map(len, several))
    stops = sorted({round(depth) for depth in np.geomspace(1, most, MOST_DEPTHS)})

    def mean_likeness(rows: Counts, depth: int, merged: T) -> float:
        parts = [np.sort(rng.permutation(rows)[:depth]) for _ in range(REPEATS)]
        return float(np.mean([likeness(merge(part), merged) for part in parts]))

    by_depth: list[CurvePoint] = []
    for depth in stops:
        deeper = [task for task, rows in enumerate(several) if len(rows) > depth]
        if len(deeper) < FEWEST_TASKS:
            break
        alike = np.array([mean_likeness(several[task], depth, whole[task]) for task in deeper])
        part = depth * len(deeper) / sum(len(several[task]) for task in deeper)
        by_depth.append(_point(depth, part, alike, rng))
    return LearningCurve(
        by_depth, [], np.empty((0, 4)), total / answered, total, answered, 0, CurveMeasure.MERGED
    )


def _point(depth: int, part: float, alike: Floats, rng: np.random.Generator) -> CurvePoint:
    """Return the mean over tasks, with its interval by tasks drawn again."""
    drawn = alike[rng.integers(0, len(alike), (DRAWS, len(alike)))].mean(axis=1)
    low, high = np.percentile(drawn, OUTER).tolist()
    return CurvePoint(float(depth), part, float(alike.mean()), low, high)
