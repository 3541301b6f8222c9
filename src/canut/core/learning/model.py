"""What a model must offer to join the loop, and the targets it learns from.

A model is any object with the methods of ``Model``. ``baselines`` has three; a Python class of your
own, or an endpoint that speaks the same two words, joins in the same way. How good one is, is
measured by ``measure``; what it may take over, by ``takeover``.
"""

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Protocol

import numpy as np

from canut.core.arrays import Codes, Floats
from canut.core.errors import BadInput, ShapeError

FAINT = 0.02


class Form(StrEnum):
    """What the items of a project are, to a model."""

    TEXT = "text"
    """Each item its text, a ``str``."""
    TABLE = "table"
    """Each item its columns, a mapping of text to text."""
    IMAGE = "image"
    """Each item the ink of its points from 0 to 1, as many for every item."""


type Item = str | Mapping[str, str] | Floats
type Items = Sequence[Item]


class Model(Protocol):
    """What learns from soft labels and tells chances.

    ``base``: the foreign model it stands on, by name, whose labour nobody here knows; empty when it
    stands on nothing but the labels it is given.
    """

    base: str

    @abstractmethod
    def fit(self, items: Items, chances: Floats) -> None:
        """Learn from items and the chance of each class, shape (n_items, n_classes)."""

    @abstractmethod
    def predict(self, items: Items) -> Floats:
        """Return the chance of each class, shape (n_items, n_classes); rows sum to 1."""


type Maker = Callable[[], Model]


def soft_targets(label: Codes, confidence: Floats, n_classes: int) -> Floats:
    """Spread what the consensus leaves in doubt evenly over the other classes.

    Args:
        label: the class of each item, shape (n,).
        confidence: its chance, shape (n,).
        n_classes: how many there are.

    Raises:
        BadInput: under two classes.

    Example:
        >>> soft_targets(np.array([1], np.int32), np.array([0.9]), 2).round(2).tolist()
        [[0.1, 0.9]]
    """
    if n_classes <= 1:
        raise BadInput("a model needs two classes at least; ask a question with more choices")
    sure = np.clip(confidence, 1 / n_classes, 1.0)
    found = np.repeat(((1 - sure) / (n_classes - 1))[:, None], n_classes, axis=1)
    found[np.arange(len(label)), label] = sure
    return found


def checked(chances: Floats, n_items: int, n_classes: int) -> Floats:
    """Return what a model said of items, in rows that sum to 1.

    Raises:
        ShapeError: as many rows and classes as asked for did not come, or not all are chances.
    """
    found = np.asarray(chances, np.float64)
    if found.shape != (n_items, n_classes):
        raise ShapeError(
            f"the model gave chances of shape {found.shape}; expected {(n_items, n_classes)}"
        )
    if not np.isfinite(found).all() or (found < 0).any() or (found.sum(axis=1) <= 0).any():
        raise ShapeError("the model gave chances below 0, without number, or rows of nothing")
    sums: Floats = found / found.sum(axis=1, keepdims=True)
    return sums
