"""How good a model is on what it has not seen, and what its chances are worth.

Every item is foretold by a model that learnt without it: the items are dealt into five parts, and
each part is held out once. A temperature makes the chances mean what they say; its error is told on
items that did not set it.
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


class Interval(NamedTuple):
    """A share of what was looked at, with its interval."""

    value: float
    low: float
    high: float


class Point(NamedTuple):
    """How good a model is after so many answers: ``right`` of ``held_out``."""

    answers: int
    right: int
    held_out: int


class ModelScore(NamedTuple):
    """What is known of a model.

    ``foretold``: the chances of every item by a model that learnt without it, softened; shape
    (n_items, n_classes). ``ece``: expected calibration error of half of them, by the temperature of
    the other half; None where they are too few.
    """

    foretold: Floats
    temperature: float
    ece: float | None
    curve: list[Point]


def wilson(right: int, seen: int, z: float = Z95) -> Interval:
    """Return a share with its interval: 95 %, or by ``z``.

    Raises:
        BadInput: nothing was looked at, or more is right than there is.

    Source:
        Wilson (1927), https://doi.org/10.1080/01621459.1927.10502953

    Example:
        >>> [round(number, 4) for number in wilson(8, 10)]
        [0.8, 0.4902, 0.9433]
    """
    if not 0 <= right <= seen or not seen:
        raise BadInput(f"{right} right of {seen}; expected some, and no more right than seen")
    value = right / seen
    middle = (value + z**2 / (2 * seen)) / (1 + z**2 / seen)
    width = z * sqrt(value * (1 - value) / seen + z**2 / (4 * seen**2)) / (1 + z**2 / seen)
    return Interval(value, middle - width, middle + width)


def measure(
    make: Maker, items: Items, chances: Floats, answers: Counts, rng: np.random.Generator
) -> ModelScore:
    """Foretell every item without it, and say how good that is.

    Args:
        make: makes an untaught model.
        items: what to learn from.
        chances: the chance of each class by people, shape (n_items, n_classes).
        answers: how many answers each item has, shape (n_items,).
        rng: deals the items into parts.

    Raises:
        BadInput: under twenty items.
    """
    n = len(items)
    if n < FEWEST:
        raise BadInput(
            f"{n} tasks have a label; a model learns from {FEWEST} on",
            code="train-too-few",
            seen=n,
            limit=FEWEST,
        )
    part = rng.permutation(n) % PARTS
    foretold = foretell(make, items, chances, part)
    truth = chances.argmax(axis=1)
    half = rng.permutation(n) % 2 == 0
    ece = None
    if n >= 2 * FEWEST:
        soft = softened(foretold[~half], temperature_of(foretold[half], chances[half]))
        hit = (soft.argmax(axis=1) == truth[~half]).astype(np.float64)
        ece = calibration_error(soft.max(axis=1), hit)
    temperature = temperature_of(foretold, chances)
    curve = _curve(make, items, chances, answers, part)
    return ModelScore(softened(foretold, temperature), temperature, ece, curve)


def foretell(make: Maker, items: Items, chances: Floats, part: Counts) -> Floats:
    """Return the chances of every item by a model that learnt from the other parts alone.

    Args:
        make: makes an untaught model.
        items: what to learn from.
        chances: the chance of each class by people, shape (n_items, n_classes).
        part: to which part each item was dealt, shape (n_items,).
    """
    found = np.zeros_like(chances)
    for held in np.unique(part).tolist():
        found[part == held] = _taught(make, items, chances, part != held, part == held)
    return found


def temperature_of(foretold: Floats, chances: Floats) -> float:
    """Return what log-odds are divided by so that people's labels are likeliest.

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

    Example:
        >>> softened(np.array([[0.9, 0.1]]), 2.0).round(2).tolist()
        [[0.75, 0.25]]
    """
    logs = np.log(np.maximum(chances, LEAST)) / temperature
    soft: Floats = np.exp(logs - logs.max(axis=1, keepdims=True))
    sums: Floats = soft / soft.sum(axis=1, keepdims=True)
    return sums


def _taught(make: Maker, items: Items, chances: Floats, learns: Bools, told: Bools) -> Floats:
    """Teach a new model some items and return what it says of others."""
    model = make()
    model.fit(_some(items, learns), chances[learns])
    return checked(model.predict(_some(items, told)), int(told.sum()), chances.shape[1])


def _curve(
    make: Maker, items: Items, chances: Floats, answers: Counts, part: Counts
) -> list[Point]:
    """Teach models ever more of four parts, and try each on the fifth."""
    held, truth = part == 0, chances.argmax(axis=1)
    others = np.flatnonzero(~held)
    found: list[Point] = []
    for step in STEPS:
        learns = np.zeros(len(part), np.bool_)
        learns[others[: max(2, round(len(others) * step))]] = True
        if len(np.unique(truth[learns])) <= 1:
            continue
        told = _taught(make, items, chances, learns, held).argmax(axis=1)
        right = int((told == truth[held]).sum())
        found.append(Point(int(answers[learns].sum()), right, int(held.sum())))
    return found


def _some(items: Items, which: Bools) -> Items:
    return [items[place] for place in np.flatnonzero(which).tolist()]
