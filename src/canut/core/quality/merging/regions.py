"""Merge shapes drawn by several people: boxes, polygons, points, segments of sound.

The first step matches shapes that mean the same thing: the most similar pairs first, never two
shapes of one person. The second decides whether the thing exists, from those who drew it and those
who looked, weighted by skill (``dawid_skene``). The third computes its shape as a mean weighted by
skill (``fusion``), and its label by vote.
"""

from dataclasses import dataclass

import numpy as np

from canut.core.answers import Answers
from canut.core.arrays import Bools, Codes, Counts, Floats
from canut.core.errors import BadInput, ShapeError
from canut.core.quality.estimators.dawid_skene import dawid_skene
from canut.core.quality.merging.fusion import Vectors, fuse_vectors
from canut.core.quality.merging.shapes import Shape

ALIKE_ENOUGH = 0.3
LOOK = ("task", "worker")
NOT_THERE = -1


@dataclass(frozen=True, slots=True, eq=False)
class MarkedShapes:
    """Rows (task, worker, label, shape), and which workers looked at which task.

    Args:
        task: code of the task, shape (n_shapes,).
        worker: code of the worker, shape (n_shapes,).
        label: code of the label, 0 if there are no labels, shape (n_shapes,).
        vector: the drawn shape, shape (n_shapes, length): see ``shapes``.
        looked: every (task, worker) that answered, even without a shape, shape (n_looks, 2).
        n_tasks: number of tasks.
        n_workers: number of workers.
        n_labels: number of labels.

    Raises:
        BadInput: a shape's worker did not look at its task, or a number is not finite.
        ShapeError: the columns do not fit together.
    """

    task: Codes
    worker: Codes
    label: Codes
    vector: Floats
    looked: Codes
    n_tasks: int
    n_workers: int
    n_labels: int

    def __post_init__(self) -> None:
        """Raise if the columns do not fit together."""
        Answers(self.task, self.worker, self.label, self.n_tasks, self.n_workers, self.n_labels)
        Vectors(self.task, self.worker, self.vector, self.n_tasks, self.n_workers)
        if self.looked.shape != (len(self.looked), len(LOOK)):
            raise ShapeError(f"looked has shape {self.looked.shape}; give (task, worker) rows")
        nothing = np.zeros(len(self.looked), dtype=np.int32)
        Answers(self.looked[:, 0], self.looked[:, 1], nothing, self.n_tasks, self.n_workers, 1)
        missing = ~np.isin(
            self._pair(self.task, self.worker), self._pair(self.looked[:, 0], self.looked[:, 1])
        )
        if missing.any():
            row = int(np.flatnonzero(missing)[0])
            raise BadInput(f"shape {row} was drawn by who did not look at its task; add that row")

    def _pair(self, task: Codes, worker: Codes) -> Counts:
        return task.astype(np.int64) * max(self.n_workers, 1) + worker


@dataclass(frozen=True, slots=True, eq=False)
class Things:
    """The merged shapes, one row per thing, by task.

    Args:
        task: code of its task, shape (n_things,).
        label: code of its label, shape (n_things,).
        vector: its shape, shape (n_things, length).
        confidence: probability that it exists, shape (n_things,); below 1/2 where people agree
            that there is something, but not where.
        drawn_by: number of people who drew it, shape (n_things,).
        thing_of: the thing of each drawn shape, -1 if it was dropped, shape (n_shapes,).
        spread: standard deviation of each worker's numbers from the result, shape (n_workers,).
    """

    task: Codes
    label: Codes
    vector: Floats
    confidence: Floats
    drawn_by: Counts
    thing_of: Codes
    spread: Floats


def find_things(marked: MarkedShapes, shape: Shape, least: float = ALIKE_ENOUGH) -> Things:
    """Match shapes, decide which things exist, and fuse their shapes.

    Args:
        marked: rows of shapes; at least one look, even if no shape was drawn.
        shape: the kind of shape, see ``shapes``.
        least: minimum similarity of two shapes of one thing, from 0 to 1.

    Raises:
        BadInput: nobody looked at anything.
    """
    if not len(marked.looked):
        raise BadInput("nobody looked at any task; give at least one answer", code="no-answers")
    group = match(marked, shape, least)
    there, confidence = _there(marked, group)
    name = np.cumsum(there) - 1
    thing_of = np.where(there[group], name[group], NOT_THERE).astype(np.int32)
    is_kept = thing_of >= 0
    if not is_kept.any():
        none, spread = np.empty(0, dtype=np.int32), np.full(marked.n_workers, np.nan)
        nobody = np.empty(0, dtype=np.int64)
        return Things(none, none, marked.vector[:0], np.empty(0), nobody, thing_of, spread)
    item, worker, n_things = thing_of[is_kept], marked.worker[is_kept], int(there.sum())
    task = np.zeros(n_things, dtype=np.int32)
    task[item] = marked.task[is_kept]
    vector = _laid(marked.vector[is_kept], item, shape)
    fused = fuse_vectors(Vectors(item, worker, vector, n_things, marked.n_workers))
    answers = Answers(
        item, worker, marked.label[is_kept], n_things, marked.n_workers, marked.n_labels
    )
    label = dawid_skene(answers).label
    times = np.bincount(item, minlength=n_things)
    sure = confidence[there]
    return Things(task, label, fused.vector, sure, times, thing_of, fused.spread)


def match(marked: MarkedShapes, shape: Shape, least: float = ALIKE_ENOUGH) -> Codes:
    """Return which shapes mean the same thing: a code for each row, by task.

    The most similar shapes are joined first; a thing has at most one shape of each person. Ties
    are broken by the shapes themselves, not by the order of the rows.

    Args:
        marked: rows of shapes.
        shape: the kind of shape, see ``shapes``.
        least: minimum similarity of two shapes of one thing, from 0 to 1.

    Returns:
        Codes, shape (n_rows,).
    """
    group = np.zeros(len(marked.task), dtype=np.int32)
    order = np.lexsort((*marked.vector.T[::-1], marked.label, marked.task))
    size = np.bincount(marked.task, minlength=marked.n_tasks)
    n_groups = 0
    for rows in np.split(order, np.cumsum(size)[:-1]):
        if len(rows):
            task_groups = _matched(marked.vector[rows], marked.worker[rows], shape, least)
            group[rows] = n_groups + task_groups
            n_groups += int(task_groups.max()) + 1
    return group


def _matched(vectors: Floats, worker: Codes, shape: Shape, least: float) -> Codes:
    """Match the shapes of one task."""
    pairs: list[tuple[float, int, int]] = []
    for first in range(len(vectors) - 1):
        alike = shape.alike(vectors[first], vectors[first + 1 :])
        near = np.flatnonzero(alike >= least)
        pairs += [(-float(alike[step]), first, first + 1 + int(step)) for step in near]
    members = {row: [row] for row in range(len(vectors))}
    of_row = list(range(len(vectors)))
    for _, first, second in sorted(pairs):
        left, right = of_row[first], of_row[second]
        people = {int(worker[row]) for row in members[left]}
        if left != right and people.isdisjoint(int(worker[row]) for row in members[right]):
            for row in members[right]:
                of_row[row] = left
            members[left] += members.pop(right)
    _, groups = np.unique(of_row, return_inverse=True)
    return groups.astype(np.int32)


def _there(marked: MarkedShapes, group: Codes) -> tuple[Bools, Floats]:
    """Return for each group whether it exists, and the confidence of that.

    Every worker who looked counts as a vote. Shapes too far apart to match may mean the same
    thing: so the groups most people drew exist too, up to the number of things half of them drew.
    """
    if not len(group):
        return np.empty(0, dtype=np.bool_), np.empty(0)
    n_groups = int(group.max()) + 1
    task = np.zeros(n_groups, dtype=np.int64)
    task[group] = marked.task
    looked = marked.looked[np.argsort(marked.looked[:, 0], kind="stable")]
    size = np.bincount(looked[:, 0], minlength=marked.n_tasks)
    start = np.cumsum(size) - size
    group_of_look = np.repeat(np.arange(n_groups), size[task])
    first = np.repeat(start[task], size[task])
    within = np.arange(len(group_of_look)) - np.repeat(
        np.cumsum(size[task]) - size[task], size[task]
    )
    worker = looked[first + within, 1]
    wide = max(marked.n_workers, 1)
    drew = np.isin(group_of_look * wide + worker, group.astype(np.int64) * wide + marked.worker)
    answers = Answers(
        group_of_look.astype(np.int32),
        worker.astype(np.int32),
        drew.astype(np.int32),
        n_groups,
        marked.n_workers,
        2,
    )
    fit = dawid_skene(answers)
    sure = np.where(fit.label == 1, fit.confidence, 1 - fit.confidence)
    times = np.bincount(group, minlength=n_groups)
    best_first = np.lexsort((np.arange(n_groups), -sure, -times, task))
    of_task = np.bincount(task, minlength=marked.n_tasks)
    rank = np.empty(n_groups, dtype=np.int64)
    rank[best_first] = np.arange(n_groups) - (np.cumsum(of_task) - of_task)[task[best_first]]
    several = times > 1
    return (fit.label == 1) | (several & (rank < _usual_number(marked)[task])), sure


def _usual_number(marked: MarkedShapes) -> Counts:
    """Return how many shapes at least half of those who looked at each task drew."""
    pair = marked.looked[:, 0].astype(np.int64) * max(marked.n_workers, 1) + marked.looked[:, 1]
    looks, task = np.unique(pair), np.unique(pair) // max(marked.n_workers, 1)
    of_shape = marked.task.astype(np.int64) * max(marked.n_workers, 1) + marked.worker
    number = np.bincount(np.searchsorted(looks, of_shape), minlength=len(looks))
    order = np.lexsort((number, task))
    size = np.bincount(task, minlength=marked.n_tasks)
    start = np.cumsum(size) - size
    usual = np.zeros(marked.n_tasks, dtype=np.int64)
    usual[size > 0] = number[order][(start + size // 2)[size > 0]]
    return usual


def _laid(vector: Floats, item: Codes, shape: Shape) -> Floats:
    """Align the shapes of each thing with its most typical one, where the kind needs it."""
    if shape.lay is None:
        return vector
    laid = vector.copy()
    for code in range(int(item.max()) + 1):
        rows = np.flatnonzero(item == code)
        rows = rows[np.lexsort(vector[rows].T[::-1])]
        alike = [float(shape.alike(vector[row], vector[rows]).sum()) for row in rows]
        best = vector[rows[int(np.argmax(alike))]]
        for row in rows:
            laid[row] = shape.lay(vector[row], best)
    return laid
