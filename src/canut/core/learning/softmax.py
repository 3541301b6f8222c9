"""Fit a logistic regression to probabilities instead of one label per item.

The loss is the cross-entropy to soft targets, with a ridge penalty on the slopes. This equals
training on each item once per class, weighted by its probability, without storing those rows.
"""

from typing import Protocol

import numpy as np
from scipy.optimize import minimize

from canut.core.arrays import Floats

STEPS = 60


class FeatureMatrix(Protocol):
    """A feature matrix of items, sparse or dense."""

    shape: tuple[int, int]

    def transpose(self) -> "FeatureMatrix":
        """Return the transposed matrix, shape (n_numbers, n_items)."""
        ...

    def __matmul__(self, other: Floats) -> Floats:
        """Multiply by slopes, shape (n_numbers, n_classes); return shape (n_items, n_classes)."""
        ...


def fit_softmax(rows: FeatureMatrix, targets: Floats, strength: float) -> tuple[Floats, Floats]:
    """Fit a logistic regression to class probabilities, with a ridge penalty.

    Args:
        rows: features of each item, shape (n_items, n_numbers).
        targets: class probabilities, shape (n_items, n_classes); rows sum to 1.
        strength: weight of an item relative to the ridge penalty.

    Returns:
        Slopes, shape (n_classes, n_numbers), and offsets, shape (n_classes,).

    Source:
        Bridle (1990), https://doi.org/10.1007/978-3-642-76153-9_28; minimised by Byrd, Lu, Nocedal
        and Zhu (1995), https://doi.org/10.1137/0916069
    """
    n_numbers, n_classes = rows.shape[1], targets.shape[1]
    across = rows.transpose()

    def loss(flat: Floats) -> tuple[float, Floats]:
        slopes, offset = _parts(flat, n_classes)
        logits = np.asarray(rows @ slopes.T) + offset
        top = logits.max(axis=1, keepdims=True)
        odds = np.exp(logits - top)
        sums = odds.sum(axis=1, keepdims=True)
        missed = strength * ((np.log(sums) + top)[:, 0].sum() - (targets * logits).sum())
        apart = strength * (odds / sums - targets)
        steep = np.asarray(across @ apart).T + slopes
        slope_of_all: Floats = np.concatenate([steep.ravel(), apart.sum(axis=0)])
        return float(missed + (slopes**2).sum() / 2), slope_of_all

    start = np.zeros(n_classes * (n_numbers + 1))
    solution = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS})
    return _parts(np.asarray(solution.x, np.float64), n_classes)


def _parts(flat: Floats, n_classes: int) -> tuple[Floats, Floats]:
    slopes: Floats = flat[:-n_classes].reshape(n_classes, -1)
    return slopes, flat[-n_classes:]
