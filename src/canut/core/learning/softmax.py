"""Fit a logistic regression to chances, not to one label an item: what people doubt stays in doubt.

The cross-entropy to soft targets is minimised, with a ridge on the slopes; the same as giving a
learner each item once a class with its chance as weight, without the rows that would take.
"""

from typing import Protocol

import numpy as np
from scipy.optimize import minimize

from canut.core.arrays import Floats

STEPS = 60


class FeatureMatrix(Protocol):
    """Numbers of items, sparse or not."""

    shape: tuple[int, int]

    def transpose(self) -> "FeatureMatrix":
        """Return them with items across."""
        ...

    def __matmul__(self, other: Floats) -> Floats:
        """Multiply them by slopes."""
        ...


def fit_softmax(rows: FeatureMatrix, wanted: Floats, strength: float) -> tuple[Floats, Floats]:
    """Return the slopes, shape (n_classes, n_numbers), and the offset of each class.

    Args:
        rows: the numbers of each item, shape (n_items, n_numbers).
        wanted: the chance of each class, shape (n_items, n_classes); rows sum to 1.
        strength: what an item weighs against the ridge.

    Source:
        Bridle (1990), https://doi.org/10.1007/978-3-642-76153-9_28; minimised by Byrd, Lu, Nocedal
        and Zhu (1995), https://doi.org/10.1137/0916069
    """
    n_numbers, n_classes = rows.shape[1], wanted.shape[1]
    across = rows.transpose()

    def loss(flat: Floats) -> tuple[float, Floats]:
        slopes, offset = _parts(flat, n_classes)
        logits = np.asarray(rows @ slopes.T) + offset
        top = logits.max(axis=1, keepdims=True)
        odds = np.exp(logits - top)
        sums = odds.sum(axis=1, keepdims=True)
        missed = strength * ((np.log(sums) + top)[:, 0].sum() - (wanted * logits).sum())
        apart = strength * (odds / sums - wanted)
        steep = np.asarray(across @ apart).T + slopes
        slope_of_all: Floats = np.concatenate([steep.ravel(), apart.sum(axis=0)])
        return float(missed + (slopes**2).sum() / 2), slope_of_all

    start = np.zeros(n_classes * (n_numbers + 1))
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS})
    return _parts(np.asarray(found.x, np.float64), n_classes)


def _parts(flat: Floats, n_classes: int) -> tuple[Floats, Floats]:
    slopes: Floats = flat[:-n_classes].reshape(n_classes, -1)
    return slopes, flat[-n_classes:]
