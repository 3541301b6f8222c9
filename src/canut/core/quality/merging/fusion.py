"""Average vectors of the same item from several people, weighted by trust.

A vector is weighted as a whole: a box that is off in one corner loses weight in all four. Each
worker has a spread, and vectors far from the others have little weight. ``regions`` decides which
vectors describe the same thing.
"""

from dataclasses import dataclass

import numpy as np

from canut.core.arrays import Codes, Floats
from canut.core.errors import BadInput, ShapeError

FREEDOM = 6.0
BELIEVED = 4.0
LEAST_MOVE = 1e-4
MOST_ROUNDS = 100
NORMAL_MAD = 1.4826  # median distance from the median to standard deviation


@dataclass(frozen=True, slots=True, eq=False)
class Vectors:
    """Rows (thing, worker, vector).

    Args:
        thing: code of the thing, shape (n_rows,).
        worker: code of the worker, shape (n_rows,).
        vector: the drawn vector, shape (n_rows, length).
        n_things: number of things.
        n_workers: number of workers.

    Raises:
        BadInput: a number is not finite.
        ShapeError: the columns do not fit together.
    """

    thing: Codes
    worker: Codes
    vector: Floats
    n_things: int
    n_workers: int

    def __post_init__(self) -> None:
        """Raise if the columns do not fit together."""
        n = len(self.thing)
        for name, column, size in (
            ("thing", self.thing, self.n_things),
            ("worker", self.worker, self.n_workers),
        ):
            if column.shape != (n,) or (n and not (column.min() >= 0 and column.max() < size)):
                raise ShapeError(f"{name} does not hold {n} codes from 0 to {size - 1}")
        if self.vector.shape != (n, self.vector.shape[-1]):
            raise ShapeError(f"vector has shape {self.vector.shape}; give one row for each of {n}")
        if not np.isfinite(self.vector).all():
            row = int(np.flatnonzero(~np.isfinite(self.vector).all(axis=1))[0])
            raise BadInput(f"row {row} holds what is not a finite number")


@dataclass(frozen=True, slots=True, eq=False)
class Fused:
    """The vector of each thing, and the estimates of rows and workers.

    Args:
        vector: shape (n_things, length); NaN where nobody drew.
        trust: weight of each row, relative to an average row of an average worker, shape (n_rows,).
        spread: standard deviation of each worker's numbers from those, shape (n_workers,).
        converged: whether the vectors stopped moving.
    """

    vector: Floats
    trust: Floats
    spread: Floats
    converged: bool


def fuse_vectors(vectors: Vectors) -> Fused:
    """Estimate the vectors of things and the spreads of workers together.

    Args:
        vectors: at least one row; vectors of shape (n_rows, length).

    Returns:
        Vectors of shape (n_things, length), NaN for things without rows; trust of shape (n_rows,)
        and spread of shape (n_workers,), in the unit of the vectors.

    Raises:
        BadInput: there is no row.

    Source:
        The multivariate Student distribution: Lange, Little and Taylor (1989),
        https://doi.org/10.1080/01621459.1989.10478852, with a spread for each worker.

    Example:
        >>> thing, worker = np.zeros(3, np.int32), np.arange(3, dtype=np.int32)
        >>> drawn = np.array([[0.0, 8.0], [0.0, 10.0], [90.0, 99.0]])
        >>> fuse_vectors(Vectors(thing, worker, drawn, 1, 3)).vector.round().tolist()
        [[0.0, 9.0]]
    """
    if not len(vectors.thing):
        raise BadInput("there is nothing to fuse; give at least one vector", code="no-answers")
    item, worker, values = vectors.thing, vectors.worker, vectors.vector
    length = values.shape[1]
    of_worker = np.bincount(worker, minlength=vectors.n_workers)
    centre = _medians(vectors)
    common = _common_spread(values - centre[item])
    spread = np.full(vectors.n_workers, common)
    trust, step, moved = np.ones(len(item)), 0, np.inf
    while step < MOST_ROUNDS and moved >= LEAST_MOVE * common:
        step += 1
        squares = ((values - centre[item]) ** 2).sum(axis=1)
        wild = (FREEDOM + length) / (FREEDOM + squares / spread[worker] ** 2)
        own = _own_share(vectors, wild / spread[worker] ** 2)
        lost = np.bincount(worker, own, minlength=vectors.n_workers)
        free = np.maximum(of_worker - lost, 0) * length + BELIEVED
        weighted_squares = np.bincount(worker, wild * squares, minlength=vectors.n_workers)
        spread = np.sqrt((weighted_squares + BELIEVED * common**2) / free)
        trust = wild / spread[worker] ** 2
        before, centre = centre, _weighted(vectors, trust)
        moved = float(np.nanmax(np.abs(centre - before), initial=0.0))
    return Fused(centre, trust * common**2, spread, step < MOST_ROUNDS)


def _weighted(vectors: Vectors, trust: Floats) -> Floats:
    share = _own_share(vectors, trust)
    has_rows = np.bincount(vectors.thing, minlength=vectors.n_things) > 0
    columns = [
        np.bincount(vectors.thing, share * column, minlength=vectors.n_things)
        for column in vectors.vector.T
    ]
    return np.where(has_rows[:, None], np.stack(columns, axis=1), np.nan)


def _own_share(vectors: Vectors, trust: Floats) -> Floats:
    total = np.bincount(vectors.thing, trust, minlength=vectors.n_things)
    share: Floats = trust / total[vectors.thing]
    return share


def _medians(vectors: Vectors) -> Floats:
    """Return the median of each thing's rows, column by column."""
    size = np.bincount(vectors.thing, minlength=vectors.n_things)
    start = np.cumsum(size) - size
    has_rows = size > 0
    median = np.full((vectors.n_things, vectors.vector.shape[1]), np.nan)
    below, above = (start + (size - 1) // 2)[has_rows], (start + size // 2)[has_rows]
    for at, column in enumerate(vectors.vector.T):
        ordered = column[np.lexsort((column, vectors.thing))]
        median[has_rows, at] = (ordered[below] + ordered[above]) / 2
    return median


def _common_spread(error: Floats) -> float:
    """Return the distance of numbers from medians; above 0 even in full agreement."""
    apart = np.abs(error)
    spread = NORMAL_MAD * float(np.median(apart)) or float(apart.mean())
    return max(spread, 1e-9)
