"""The interface of a model in the loop, and the targets it learns from.

A model is any object with the methods of ``Model``. ``baselines`` has three; a custom Python class,
or an endpoint with the same two methods, works in the same way. ``measure`` scores a model;
``takeover`` decides which tasks it may take over.
"""

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Protocol

import numpy as np

from canut.core.arrays import Codes, Floats
from canut.core.errors import BadInput, ShapeError

FAINT = 0.02


class ItemForm(StrEnum):
    """The form of a project's items."""

    TEXT = "text"
    """Each item its text, a ``str``."""
    TABLE = "table"
    """Each item its columns, a mapping of text to text."""
    IMAGE = "image"
    """Each item the ink of its points from 0 to 1, as many for every item."""


type Item = str | Mapping[str, str] | Floats
type Items = Sequence[Item]


class Model(Protocol):
    """A classifier that learns from soft labels and predicts probabilities.

    ``base`` names the pretrained model it is based on, whose labour is unknown here; empty if it is
    based only on the labels of the project.
    """

    base: str

    @abstractmethod
    def fit(self, items: Items, chances: Floats) -> None:
        """Train on items and class probabilities, shape (n_items, n_classes)."""

    @abstractmethod
    def predict(self, items: Items) -> Floats:
        """Return class probabilities, shape (n_items, n_classes); rows sum to 1."""


type Maker = Callable[[], Model]


def soft_targets(label: Codes, confidence: Floats, n_classes: int) -> Floats:
    """Spread the consensus's uncertainty evenly over the other classes.

    Args:
        label: class of each item, shape (n,).
        confidence: probability of that class, shape (n,).
        n_classes: number of classes.

    Returns:
        Class probabilities, shape (n, n_classes); rows sum to 1.

    Raises:
        BadInput: there are fewer than two classes.

    Example:
        >>> soft_targets(np.array([1], np.int32), np.array([0.9]), 2).round(2).tolist()
        [[0.1, 0.9]]
    """
    if n_classes <= 1:
        raise BadInput("a model needs two classes at least; ask a question with more choices")
    sure = np.clip(confidence, 1 / n_classes, 1.0)
    targets = np.repeat(((1 - sure) / (n_classes - 1))[:, None], n_classes, axis=1)
    targets[np.arange(len(label)), label] = sure
    return targets


def checked(chances: Floats, n_items: int, n_classes: int) -> Floats:
    """Check a model's predictions; return rows that sum to 1.

    Args:
        chances: predictions of a model.
        n_items: expected number of rows.
        n_classes: expected number of columns.

    Returns:
        Probabilities, shape (n_items, n_classes); rows sum to 1.

    Raises:
        ShapeError: the shape is not (n_items, n_classes), or a value is not a probability.
    """
    predicted = np.asarray(chances, np.float64)
    if predicted.shape != (n_items, n_classes):
        raise ShapeError(
            f"the model gave chances of shape {predicted.shape}; expected {(n_items, n_classes)}"
        )
    if (
        not np.isfinite(predicted).all()
        or (predicted < 0).any()
        or (predicted.sum(axis=1) <= 0).any()
    ):
        raise ShapeError("the model gave chances below 0, without number, or rows of nothing")
    sums: Floats = predicted / predicted.sum(axis=1, keepdims=True)
    return sums
