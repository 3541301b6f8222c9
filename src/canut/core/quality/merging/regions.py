"""Find what several people drew: boxes, polygons, points, segments of sound.

First, which shapes mean the same thing: the most alike two by two, never two of one person. Then,
whether the thing is there: who drew it and who could have, weighed by skill (``dawid_skene``). Then
where it is: the average of its shapes, weighed by skill (``fusion``), and its label by vote.
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
    """Rows (task, worker, label, shape), and who looked at which task.

    Args:
        task: which task, shape (n_shapes,).
        worker: who drew it.
        label: what they say it is; 0 where nothing is said.
        vector: the shape, shape (n_shapes, length): see ``shapes``.
        looked: every (task, worker) that answered, also where nothing was drawn, shape (n, 2).
        n_tasks: number of tasks.
        n_workers: number of workers.
        n_labels: number of labels.

    Raises:
        BadInput: somebody drew on a task they did not look at, or a number is not finite.
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
        """Refuse columns that do not fit together."""
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
    """What was found, one row a thing, by task.

    Args:
        task: where it is, shape (n_things,).
        label: what it is.
        vector: its shape.
        confidence: the model's chance that it is there; under a half where people disagree on
            where, though not that something is.
        drawn_by: how many people drew it.
        thing_of: the thing each given shape belongs to, -1 where it was left out.
        spread: how far each worker's numbers lie from the result, as a standard deviation.
    """

    task: Codes
    label: Codes
    vector: Floats
    confidence: Floats
    drawn_by: Counts
    thing_of: Codes
    spread: Floats


def find_things(drawn: MarkedShapes, shape: Shape, least: float = ALIKE_ENOUGH) -> Things:
    """Match, decide what is there, and fuse.

    Args:
        drawn: at least one look; none needs to have drawn anything.
        shape: what was drawn, see ``shapes``.
        least: shapes less alike than this never mean the same thing.

    Raises:
        BadInput: nobody looked at anything.
    """
    if not len(drawn.looked):
        raise BadInput("nobody looked at any task; give at least one answer", code="no-answers")
    group = match(drawn, shape, least)
    there, confidence = _there(drawn, group)
    name = np.cumsum(there) - 1
    thing_of = np.where(there[group], name[group], NOT_THERE).astype(np.int32)
    kept = thing_of >= 0
    if not kept.any():
        none, spread = np.empty(0, dtype=np.int32), np.full(drawn.n_workers, np.nan)
        nobody = np.empty(0, dtype=np.int64)
        return Things(none, none, drawn.vector[:0], np.empty(0), nobody, thing_of, spread)
    thing, worker, n_things = thing_of[kept], drawn.worker[kept], int(there.sum())
    task = np.zeros(n_things, dtype=np.int32)
    task[thing] = drawn.task[kept]
    vector = _laid(drawn.vector[kept], thing, shape)
    fused = fuse_vectors(Vectors(thing, worker, vector, n_things, drawn.n_workers))
    said = Answers(thing, worker, drawn.label[kept], n_things, drawn.n_workers, drawn.n_labels)
    label = dawid_skene(said).label
    times = np.bincount(thing, minlength=n_things)
    sure = confidence[there]
    return Things(task, label, fused.vector, sure, times, thing_of, fused.spread)


def match(drawn: MarkedShapes, shape: Shape, least: float = ALIKE_ENOUGH) -> Codes:
    """Return which shapes mean the same thing: a code for each row, by task.

    The most alike are brought together first; a thing has at most one shape of each person. Equal
    likeness is settled by the shapes themselves, not by the order they come in.
    """
    group = np.zeros(len(drawn.task), dtype=np.int32)
    order = np.lexsort((*drawn.vector.T[::-1], drawn.label, drawn.task))
    size = np.bincount(drawn.task, minlength=drawn.n_tasks)
    n_groups = 0
    for rows in np.split(order, np.cumsum(size)[:-1]):
        if len(rows):
            found = _matched(drawn.vector[rows], drawn.worker[rows], shape, least)
            group[rows] = n_groups + found
            n_groups += int(found.max()) + 1
    return group


def _matched(vectors: Floats, worker: Codes, shape: Shape, least: float) -> Codes:
    """Match the shapes of one task."""
    pairs: list[tuple[float, int, int]] = []
    for one in range(len(vectors) - 1):
        alike = shape.alike(vectors[one], vectors[one + 1 :])
        near = np.flatnonzero(alike >= least)
        pairs += [(-float(alike[step]), one, one + 1 + int(step)) for step in near]
    members = {row: [row] for row in range(len(vectors))}
    of_row = list(range(len(vectors)))
    for _, one, other in sorted(pairs):
        left, right = of_row[one], of_row[other]
        people = {int(worker[row]) for row in members[left]}
        if left != right and people.isdisjoint(int(worker[row]) for row in members[right]):
            for row in members[right]:
                of_row[row] = left
            members[left] += members.pop(right)
    _, found = np.unique(of_row, return_inverse=True)
    return found.astype(np.int32)


def _there(drawn: MarkedShapes, group: Codes) -> tuple[Bools, Floats]:
    """Say for each group whether it is there, and how sure; all who looked are asked.

    Who drew elsewhere what nobody else did may have meant the same thing: so the groups most people
    drew are there too, up to the number of things that half the people drew.
    """
    if not len(group):
        return np.empty(0, dtype=np.bool_), np.empty(0)
    n_groups = int(group.max()) + 1
    task = np.zeros(n_groups, dtype=np.int64)
    task[group] = drawn.task
    looked = drawn.looked[np.argsort(drawn.looked[:, 0], kind="stable")]
    size = np.bincount(looked[:, 0], minlength=drawn.n_tasks)
    start = np.cumsum(size) - size
    asked = np.repeat(np.arange(n_groups), size[task])
    first = np.repeat(start[task], size[task])
    within = np.arange(len(asked)) - np.repeat(np.cumsum(size[task]) - size[task], size[task])
    worker = looked[first + within, 1]
    wide = max(drawn.n_workers, 1)
    drew = np.isin(asked * wide + worker, group.astype(np.int64) * wide + drawn.worker)
    answers = Answers(
        asked.astype(np.int32),
        worker.astype(np.int32),
        drew.astype(np.int32),
        n_groups,
        drawn.n_workers,
        2,
    )
    fit = dawid_skene(answers)
    sure = np.where(fit.label == 1, fit.confidence, 1 - fit.confidence)
    times = np.bincount(group, minlength=n_groups)
    best_first = np.lexsort((np.arange(n_groups), -sure, -times, task))
    of_task = np.bincount(task, minlength=drawn.n_tasks)
    rank = np.empty(n_groups, dtype=np.int64)
    rank[best_first] = np.arange(n_groups) - (np.cumsum(of_task) - of_task)[task[best_first]]
    several = times > 1
    return (fit.label == 1) | (several & (rank < _usual_number(drawn)[task])), sure


def _usual_number(drawn: MarkedShapes) -> Counts:
    """Return how many shapes at least half of those who looked at each task drew."""
    pair = drawn.looked[:, 0].astype(np.int64) * max(drawn.n_workers, 1) + drawn.looked[:, 1]
    known, task = np.unique(pair), np.unique(pair) // max(drawn.n_workers, 1)
    of_shape = drawn.task.astype(np.int64) * max(drawn.n_workers, 1) + drawn.worker
    number = np.bincount(np.searchsorted(known, of_shape), minlength=len(known))
    order = np.lexsort((number, task))
    size = np.bincount(task, minlength=drawn.n_tasks)
    start = np.cumsum(size) - size
    usual = np.zeros(drawn.n_tasks, dtype=np.int64)
    usual[size > 0] = number[order][(start + size // 2)[size > 0]]
    return usual


def _laid(vector: Floats, thing: Codes, shape: Shape) -> Floats:
    """Lay the shapes of each thing on the one most like the others, where the kind needs it."""
    if shape.lay is None:
        return vector
    laid = vector.copy()
    for each in range(int(thing.max()) + 1):
        rows = np.flatnonzero(thing == each)
        rows = rows[np.lexsort(vector[rows].T[::-1])]
        alike = [float(shape.alike(vector[row], vector[rows]).sum()) for row in rows]
        best = vector[rows[int(np.argmax(alike))]]
        for row in rows:
            laid[row] = shape.lay(vector[row], best)
    return laid
