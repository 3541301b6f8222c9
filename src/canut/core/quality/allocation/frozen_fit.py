"""Freeze a fit, so that tasks can be judged one by one until the next: see ``running``.

A model with tables is frozen as it is. One without, whose chances are a mean of several models', is
frozen as the tables that its own chances count, softened as such tables need to be. Where votes
alone were taken nothing is frozen: tables of errors would mislead there.
"""

from typing import NamedTuple

import numpy as np

from canut.core.arrays import Floats
from canut.core.quality.estimators.calibration import USUAL_OF_TABLES
from canut.core.quality.estimators.dawid_skene import PRIOR
from canut.core.quality.estimators.em import Fitted, tally_all
from canut.core.quality.tables.answers_by_task import AnswersByTask


class Frozen(NamedTuple):
    """What labels a task from its answers alone.

    Args:
        classes: how common each label is, shape (n_labels,), sums to 1.
        said: chance that worker w says j when the truth is k, at [w, j, k].
        temperature: by which log-odds are divided.
        doubt: share of an even guess mixed in.
        typical: how often a worker is right, the mean over answers; for whom the fit does not know.
    """

    classes: Floats
    said: Floats
    temperature: float
    doubt: float
    typical: float


def freeze(fitted: Fitted) -> Frozen | None:
    """Return the frozen model, or nothing where votes alone were taken.

    Example:
        >>> from canut.core.answers import code
        >>> from canut.core.quality.estimators.register import estimate
        >>> from canut.core.quality.tables.answers_by_task import arrange
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
        typical = _typical(rows, classes, said)
        return Frozen(classes, said, fitted.temperature, fitted.doubt, typical)
    if fitted.chances is None:
        return None
    tally = tally_all(rows, fitted.posterior)
    counted = tally.cells.reshape(shape) + PRIOR.pseudo(rows.n_labels)
    said = counted / counted.sum(axis=1, keepdims=True)
    classes = tally.classes + PRIOR.classes
    classes /= classes.sum()
    temperature = USUAL_OF_TABLES * fitted.temperature
    return Frozen(classes, said, temperature, fitted.doubt, _typical(rows, classes, said))


def _typical(rows: AnswersByTask, classes: Floats, said: Floats) -> float:
    """Return the mean over answers of the chance that who gave it is right."""
    right = np.diagonal(said, axis1=1, axis2=2) @ classes
    answers = np.bincount(rows.worker, minlength=rows.n_workers)
    return float(np.average(right, weights=answers))
