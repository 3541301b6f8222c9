"""Freeze a fit, so that tasks can be judged one by one until the next: see ``running``.

A model with tables is frozen as it is. One without, whose chances are a mean of several models', is
frozen as the tables that its own chances count, softened as such tables need to be. Where votes
alone were taken nothing is frozen: tables of errors would mislead there.
"""

from typing import NamedTuple

import numpy as np

from canut.core.arrays import Floats
from canut.core.quality.calibration import USUAL_OF_TABLES
from canut.core.quality.dawid_skene import PRIOR
from canut.core.quality.em import Fitted, tally_all


class Frozen(NamedTuple):
    """What labels a task from its answers alone.

    Args:
        classes: how common each label is, shape (n_labels,), sums to 1.
        said: chance that worker w says j when the truth is k, at [w, j, k].
        temperature: by which log-odds are divided.
        doubt: share of an even guess mixed in.
    """

    classes: Floats
    said: Floats
    temperature: float
    doubt: float


def freeze(fitted: Fitted) -> Frozen | None:
    """Return the frozen model, or nothing where votes alone were taken.

    Example:
        >>> from canut.core.answers import code
        >>> from canut.core.quality.estimators import estimate
        >>> from canut.core.quality.rows import arrange
        >>> rows, _ = arrange(code("aabb", "xyxy", "1122").answers)
        >>> frozen = freeze(estimate("dawid-skene", rows))
        >>> frozen.said.shape, freeze(estimate("majority", rows))
        ((2, 2, 2), None)
    """
    rows = fitted.rows
    shape = rows.n_workers, rows.n_labels, rows.n_labels
    if fitted.tables is not None:
        said = fitted.tables.cells.reshape(shape).astype(np.float64)
        classes = fitted.tables.classes.astype(np.float64)
        return Frozen(classes, said, fitted.temperature, fitted.doubt)
    if fitted.chances is None:
        return None
    tally = tally_all(rows, fitted.posterior)
    counted = tally.cells.reshape(shape) + PRIOR.pseudo(rows.n_labels)
    classes = tally.classes + PRIOR.classes
    return Frozen(
        classes / classes.sum(),
        counted / counted.sum(axis=1, keepdims=True),
        USUAL_OF_TABLES * fitted.temperature,
        fitted.doubt,
    )
