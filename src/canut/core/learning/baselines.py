"""Three baseline models that train on any machine: hashed n-grams, columns, small images.

Each baseline encodes items as numbers and fits a logistic regression to soft labels; images,
encoded by their strokes (``image_features``), first go through a Gaussian kernel on a sample of
them. A trained model is plain arrays, which can be written and read back; nothing is ever
unpickled. scikit-learn comes with ``canut[learn]``.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import Protocol, cast

import numpy as np
from sklearn.feature_extraction import FeatureHasher
from sklearn.kernel_approximation import Nystroem
from sklearn.preprocessing import normalize

from canut.core.arrays import Codes, Counts, Floats
from canut.core.errors import BadFile, BadInput
from canut.core.learning.image_features import has_sides, moved, strokes
from canut.core.learning.model import FAINT, ItemForm, Items, checked
from canut.core.learning.softmax import FeatureMatrix, fit_softmax
from canut.core.outside_text import LARGEST_FLOAT, read_number

FEATURES = 2**15
KERNEL_WIDTH, COMPONENTS = 0.5, 400
MOST_MOVED = 3_000  # pictures: with more, moved copies teach little and take long
STRENGTH = {ItemForm.TEXT: 10.0, ItemForm.TABLE: 1.0, ItemForm.IMAGE: 10.0}
LETTERS = (3, 4)
OF_PAIR, OF_LETTERS = 3.0, 0.3  # weights beside a word's: pairs tell “not good”, letters only help
OF_TWO = 2
NUMBER = "number:"
_WORD = re.compile(r"\w+")

type Arrays = dict[str, Floats]


class _Matrix(FeatureMatrix, Protocol):
    """A feature matrix, sparse or dense, shape (n_items, n_numbers), with row selection."""

    def __getitem__(self, cells: Codes | tuple[slice, Counts]) -> "_Matrix": ...

    def nonzero(self) -> tuple[Counts, Counts]: ...


class Baseline:
    """A logistic regression over hashed n-grams, hashed columns, or a kernel over points.

    Args:
        form: form of the items.
        arrays: arrays of a trained model; empty before training.
        seed: random seed for the sample of images behind the kernel.
    """

    base = ""

    def __init__(self, form: ItemForm, arrays: Arrays | None = None, seed: int = 0) -> None:
        self.form = form
        self.arrays: Arrays = arrays or {}
        self._seed = seed
        self._hasher = FeatureHasher(n_features=FEATURES, input_type="pair", alternate_sign=False)

    def fit(self, items: Items, chances: Floats) -> None:
        """Train on items and their class probabilities.

        Args:
            items: items to learn from.
            chances: class probabilities, shape (n_items, n_classes).

        Raises:
            BadInput: fewer than two classes are likely anywhere.
        """
        if self.form is ItemForm.IMAGE and len(items) <= MOST_MOVED:
            items, chances = _with_moved(items, chances)
        classes = np.flatnonzero(chances.max(axis=0) >= FAINT)
        if len(classes) < OF_TWO:
            raise BadInput(
                "every label is the same; a model needs two classes to tell apart",
                code="train-one-class",
            )
        features = _told(items) if self.form is ItemForm.IMAGE else None
        self.arrays = self._learn_form(items, features)
        numbers = self._numbers(items, features)
        used = np.unique(numbers.nonzero()[1])  # of 32,768 places few are taken by a small set
        targets = chances[:, classes] / chances[:, classes].sum(axis=1, keepdims=True)
        slopes, offset = fit_softmax(numbers[:, used], targets, STRENGTH[self.form])
        every = np.zeros((chances.shape[1], numbers.shape[1]))
        bias = np.full(chances.shape[1], -np.inf)
        every[np.ix_(classes, used)], bias[classes] = slopes, offset
        self.arrays |= {"slopes": every, "bias": bias}

    def predict(self, items: Items) -> Floats:
        """Return the class probabilities of each item.

        Returns:
            Class probabilities, shape (n_items, n_classes); rows sum to 1.
        """
        bias = self.arrays["bias"]
        if not len(items):
            return np.zeros((0, len(bias)))
        logits = np.asarray(self._numbers(items) @ self.arrays["slopes"].T) + bias
        chances = np.exp(logits - logits.max(axis=1, keepdims=True))
        return checked(chances, len(items), len(bias))

    def _learn_form(self, items: Items, features: Floats | None) -> Arrays:
        """Learn the feature encoding from the items alone; ``features`` are those of images."""
        if features is not None:
            parts = min(COMPONENTS, len(features))
            kernel = Nystroem(gamma=KERNEL_WIDTH, n_components=parts, random_state=self._seed)
            kernel.fit(features)
            centres, mixed = kernel.components_, kernel.normalization_
            return {"components": cast("Floats", centres), "normalization": cast("Floats", mixed)}
        if self.form is ItemForm.TABLE:
            return _scales([cast("Mapping[str, str]", item) for item in items])
        return {}

    def _numbers(self, items: Items, features: Floats | None = None) -> _Matrix:
        if self.form is ItemForm.IMAGE:
            features = _told(items) if features is None else features
            centres = self.arrays["components"]
            apart = (features**2).sum(1)[:, None] + (centres**2).sum(1) - 2 * features @ centres.T
            near = np.exp(-KERNEL_WIDTH * np.maximum(apart, 0))
            return cast("_Matrix", near @ self.arrays["normalization"].T)
        if self.form is ItemForm.TEXT:
            return cast("_Matrix", normalize(self._hasher.transform(map(_grams, items))))
        rows = (_cells(cast("Mapping[str, str]", item), self.arrays) for item in items)
        return cast("_Matrix", self._hasher.transform(rows))


def to_bytes(arrays: Arrays) -> bytes:
    """Serialise a trained model as one ``.npz`` file, in 32 bits."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as parts:
        for name, value in sorted(arrays.items()):
            with parts.open(f"{name}.npy", "w") as part:
                np.save(part, value.astype(np.float32), allow_pickle=False)
    return file.getvalue()


def from_bytes(content: bytes) -> Arrays:
    """Parse what ``to_bytes`` wrote.

    Raises:
        BadFile: the bytes are not a baseline model.
    """
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            return {name: file[name].astype(np.float64) for name in file.files}
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as failure:
        raise BadFile(f"these are no weights of a model: {failure}") from failure


def _told(items: Items) -> Floats:
    """Encode images by their strokes; non-square point lists by their values."""
    points = np.array(items, np.float64)
    return strokes(points) if has_sides(points.shape[1]) else points


def _with_moved(items: Items, chances: Floats) -> tuple[Items, Floats]:
    """Add shifted copies of square images, with the same probabilities."""
    points = np.array(items, np.float64)
    if not has_sides(points.shape[1]):
        return items, chances
    copies = moved(points)
    return list(np.vstack([points, copies])), np.tile(chances, (1 + len(copies) // len(points), 1))


def _grams(item: object) -> Iterator[tuple[str, float]]:
    """Yield words, word pairs, and groups of three or four letters."""
    words = _WORD.findall(str(item).lower())
    for place, word in enumerate(words):
        yield word, 1.0
        if place:
            yield f"{words[place - 1]} {word}", OF_PAIR
        edged = f"<{word}>"
        for size in LETTERS:
            for begin in range(len(edged) - size + 1):
                yield f"#{edged[begin : begin + size]}", OF_LETTERS


def _scales(rows: list[Mapping[str, str]]) -> Arrays:
    """Find the numeric columns, with their mean and standard deviation."""
    scales: Arrays = {}
    for column in dict.fromkeys(name for row in rows for name in row):
        numbers = [_number(row[column]) for row in rows if row.get(column, "").strip()]
        values = np.array([number for number in numbers if number is not None])
        if len(values) == len(numbers) and len(values):
            scales[NUMBER + column] = np.array([values.mean(), values.std() or 1.0])
    return scales


def _cells(row: Mapping[str, str], scales: Arrays) -> Iterator[tuple[str, float]]:
    """Yield each cell: scaled numbers, texts as categories, empty cells as missing."""
    for column, cell in row.items():
        scale, number = scales.get(NUMBER + column), _number(cell)
        if scale is not None and number is not None:
            yield column, float((number - scale[0]) / scale[1])
        else:
            yield f"{column}={cell.strip().lower()}", 1.0


def _number(cell: str) -> float | None:
    return read_number(cell.strip().replace(",", "."), LARGEST_FLOAT)
