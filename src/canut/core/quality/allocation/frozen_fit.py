"""Freeze a fit, so that each task can be labelled from its own answers until the next fit.

A model with tables is frozen as it is. A mean of several models is frozen as tables counted with
its chances, softened as such tables need. A plain vote is not frozen, since tables of errors would
mislead there.
"""

from typing import NamedTuple

import numpy as np

from canut.core.arrays import Floats
from canut.core.quality.estimators.calibration import USUAL_OF_TABLES
from canut.core.quality.estimators.dawid_skene import PRIOR
from canut.core.quality.estimators.em import Fitted, tally_all
from canut.core.quality.tables.answers_by_task import AnswersByTask


class Frozen(NamedTuple):
    """Parameters of a fit that label a task from its answers alone.

    Args:
        classes: how common each label is, shape (n_labels,), sums to 1.
        said: chance that worker w says j when the truth is k, at [w, j, k].
        temperature: by which log-odds are divided.
        doubt: weight of a uniform guess, from 0 to 1.
        typical: accuracy of workers the fit does not know: the mean over answers.
    """

    classes: Floats
    said: Floats
    temperature: float
    doubt: float
    typical: float


def freeze(fitted: Fitted) -> Frozen | None:
    """Return the frozen model, or None where the fit counted votes only.

    Returns:
        Class chances, shape (n_labels,), and one table per worker, shape
        (n_workers, n_labels, n_labels), at [worker, label, truth].

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
        error_tables = fitted.tables.cells.reshape(shape).astype(np.float64)
        classes = fitted.tables.classes.astype(np.float64)
        typical = _typical(rows, classes, error_tables)
        return Frozen(classes, error_tables, fitted.temperature, fitted.doubt, typical)
    if fitted.chances is None:
        return None
    tally = tally_all(rows, fitted.posterior)
    counted = tally.cells.reshape(shape) + PRIOR.pseudo(rows.n_labels)
    error_tables = counted / counted.sum(axis=1, keepdims=True)
    classes = tally.classes + PRIOR.classes
    classes /= classes.sum()
    temperature = USUAL_OF_TABLES * fitted.temperature
    return Frozen(
        classes, error_tables, temperature, fitted.doubt, _typical(rows, classes, error_tables)
    )


def _typical(rows: AnswersByTask, classes: Floats, error_tables: Floats) -> float:
    """Return the mean over answers of the chance that the worker is right."""
    right = np.diagonal(error_tables, axis1=1, axis2=2) @ classes
    answers = np.bincount(rows.worker, minlength=rows.n_workers)
    return float(np.average(right, weights=answers))
