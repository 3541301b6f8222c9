"""Measure a model on items it was not trained on, and calibrate its probabilities.

Every item is predicted by a model trained without it: the items are dealt into five folds, and each
fold is held out once. A temperature calibrates the probabilities; its error is measured on items
that did not set it.
"""

from math import sqrt
from typing import NamedTuple

import numpy as np

from canut.core.arrays import Bools, Counts, Floats
from canut.core.errors import BadInput
from canut.core.learning.model import Items, Maker, checked
from canut.core.quality.estimators.calibration import calibration_error

PARTS = 5
STEPS = (0.125, 0.25, 0.5, 1.0)
TEMPERATURES = np.exp(np.linspace(-2.5, 2.5, 101))
LEAST = 1e-6
FEWEST = 20
Z95, Z90 = 1.96, 1.6448536269514722


class ShareInterval(NamedTuple):
    """A share with its confidence interval."""

    value: float
    low: float
    high: float


class Point(NamedTuple):
    """One point of the learning curve: ``right`` of ``held_out`` after so many answers."""

    answers: int
    right: int
    held_out: int


class ModelScore(NamedTuple):
    """The measured quality of a model.

    ``foretold``: calibrated out-of-fold probabilities, shape (n_items, n_classes). ``ece``:
    expected calibration error of one half of the items under the temperature of the other half;
    None if there are too few.
    """

    foretold: Floats
    temperature: float
    ece: float | None
    curve: list[Point]


def wilson(right: int, total: int, z: float = Z95) -> ShareInterval:
    """Return a share with its Wilson interval: 95 %, or by ``z``.

    Args:
        right: number of right ones.
        total: number of all, above 0.
        z: quantile of the normal distribution.

    Returns:
        The share and the bounds of its interval, from 0 to 1.

    Raises:
        BadInput: the total is 0, or lower than the number right.

    Source:
        Wilson (1927), https://doi.org/10.1080/01621459.1927.10502953

    Example:
        >>> [round(number, 4) for number in wilson(8, 10)]
        [0.8, 0.4902, 0.9433]
    """
    if not 0 <= right <= total or not total:
        raise BadInput(f"{right} right of {total}; expected some, and no more right than seen")
    value = right / total
    middle = (value + z**2 / (2 * total)) / (1 + z**2 / total)
    width = z * sqrt(value * (1 - value) / total + z**2 / (4 * total**2)) / (1 + z**2 / total)
    return ShareInterval(value, middle - width, middle + width)


def measure(
    make: Maker, items: Items, chances: Floats, answers: Counts, rng: np.random.Generator
) -> ModelScore:
    """Predict every item by cross-validation, and score the predictions.

    Args:
        make: creates an untrained model.
        items: items to learn from.
        chances: class probabilities from people's labels, shape (n_items, n_classes).
        answers: number of answers of each item, shape (n_items,).
        rng: random numbers for the folds.

    Raises:
        BadInput: there are fewer than twenty items.
    """
    n = len(items)
    if n < FEWEST:
        raise BadInput(
            f"{n} tasks have a label; a model learns from {FEWEST} on",
            code="train-too-few",
            seen=n,
            limit=FEWEST,
        )
    folds = rng.permutation(n) % PARTS
    foretold = foretell(make, items, chances, folds)
    truth = chances.argmax(axis=1)
    half = rng.permutation(n) % 2 == 0
    ece = None
    if n >= 2 * FEWEST:
        soft = softened(foretold[~half], temperature_of(foretold[half], chances[half]))
        hit = (soft.argmax(axis=1) == truth[~half]).astype(np.float64)
        ece = calibration_error(soft.max(axis=1), hit)
    temperature = temperature_of(foretold, chances)
    curve = _curve(make, items, chances, answers, folds)
    return ModelScore(softened(foretold, temperature), temperature, ece, curve)


def foretell(make: Maker, items: Items, chances: Floats, folds: Counts) -> Floats:
    """Return the probabilities of every item from a model trained on the other folds.

    Args:
        make: creates an untrained model.
        items: items to learn from.
        chances: class probabilities from people's labels, shape (n_items, n_classes).
        folds: fold of each item, shape (n_items,).

    Returns:
        Out-of-fold probabilities, shape (n_items, n_classes).
    """
    predicted = np.zeros_like(chances)
    for fold in np.unique(folds).tolist():
        predicted[folds == fold] = _taught(make, items, chances, folds != fold, folds == fold)
    return predicted


def temperature_of(foretold: Floats, chances: Floats) -> float:
    """Return the divisor of log-odds, above 0, that makes people's labels most likely.

    Args:
        foretold: predicted probabilities, shape (n_items, n_classes).
        chances: class probabilities from people's labels, shape (n_items, n_classes).

    Source:
        Guo et al. (2017), https://arxiv.org/abs/1706.04599
    """
    scores = [
        float((chances * np.log(np.maximum(softened(foretold, float(t)), LEAST))).sum())
        for t in TEMPERATURES
    ]
    return float(TEMPERATURES[int(np.argmax(scores))])


def softened(chances: Floats, temperature: float) -> Floats:
    """Divide log-odds by a temperature.

    Args:
        chances: probabilities, shape (n_items, n_classes).
        temperature: divisor of the log-odds, above 0.

    Returns:
        Probabilities, shape (n_items, n_classes); rows sum to 1.

    Example:
        >>> softened(np.array([[0.9, 0.1]]), 2.0).round(2).tolist()
        [[0.75, 0.25]]
    """
    logs = np.log(np.maximum(chances, LEAST)) / temperature
    soft: Floats = np.exp(logs - logs.max(axis=1, keepdims=True))
    sums: Floats = soft / soft.sum(axis=1, keepdims=True)
    return sums


def _taught(make: Maker, items: Items, chances: Floats, learns: Bools, is_test: Bools) -> Floats:
    """Train a new model on some items and return its predictions on others."""
    model = make()
    model.fit(_some(items, learns), chances[learns])
    return checked(model.predict(_some(items, is_test)), int(is_test.sum()), chances.shape[1])


def _curve(
    make: Maker, items: Items, chances: Floats, answers: Counts, folds: Counts
) -> list[Point]:
    """Train models on more and more of four folds, and test each on the fifth."""
    is_test, truth = folds == 0, chances.argmax(axis=1)
    others = np.flatnonzero(~is_test)
    points: list[Point] = []
    for step in STEPS:
        learns = np.zeros(len(folds), np.bool_)
        learns[others[: max(2, round(len(others) * step))]] = True
        if len(np.unique(truth[learns])) <= 1:
            continue
        predicted = _taught(make, items, chances, learns, is_test).argmax(axis=1)
        right = int((predicted == truth[is_test]).sum())
        points.append(Point(int(answers[learns].sum()), right, int(is_test.sum())))
    return points


def _some(items: Items, which: Bools) -> Items:
    return [items[place] for place in np.flatnonzero(which).tolist()]
