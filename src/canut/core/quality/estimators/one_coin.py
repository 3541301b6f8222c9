"""Infer labels with one accuracy per worker, the same for every true label.

One number per worker can be estimated from few answers. As a guard, no accuracy is below chance,
and the prior expects competent workers; without it the model can reverse the labels of a whole
crowd.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np

from canut.core.arrays import kernel_or
from canut.core.quality.estimators.dawid_skene import set_classes
from canut.core.quality.estimators.em import RUN, Fitted, Run, fit_tables
from canut.core.quality.estimators.kernels import Tables, Tally
from canut.core.quality.tables.answers_by_task import AnswersByTask


@dataclass(frozen=True, slots=True)
class OneCoinPrior:
    """Pseudo-counts of right answers, wrong answers, and each class."""

    right: float = 4.0
    wrong: float = 1.0
    classes: float = 1.0


PRIOR = OneCoinPrior()


def _maximise_whole(
    tally: Tally, tables: Tables, right: float, wrong: float
) -> tuple[float, float]:
    n_classes = len(tables.classes)
    cells = tables.cells.reshape(-1, n_classes, n_classes)
    counts = tally.cells.reshape(cells.shape)
    rights = right + np.trace(counts, axis1=1, axis2=2)
    chance = np.maximum(rights / (right + wrong + counts.sum(axis=(1, 2))), 1.0 / n_classes)
    movement = float(np.abs(chance - cells[:, 0, 0]).max())
    error_chance = (1.0 - chance) / max(n_classes - 1, 1)
    is_right = np.eye(n_classes, dtype=np.bool_)
    cells[:] = np.where(is_right, chance[:, None, None], error_chance[:, None, None])
    if n_classes == 1:
        return 0.0, movement
    return float((right * np.log(chance) + wrong * np.log(1.0 - chance)).sum()), movement


@kernel_or(_maximise_whole)
def _maximise(tally: Tally, tables: Tables, right: float, wrong: float) -> tuple[float, float]:
    """Update each worker's accuracy and table; return log-prior and largest change."""
    n_classes = tables.classes.shape[0]
    log_prior = 0.0
    movement = 0.0
    for first in range(0, tables.cells.shape[0], n_classes):
        rights, total = right, right + wrong
        for label in range(n_classes):
            rights += tally.cells[first + label, label]
            for truth in range(n_classes):
                total += tally.cells[first + label, truth]
        chance = max(rights / total, 1.0 / n_classes)
        error_chance = (1.0 - chance) / max(n_classes - 1, 1)
        if n_classes > 1:
            log_prior += right * np.log(chance) + wrong * np.log(1.0 - chance)
        movement = max(movement, abs(chance - tables.cells[first, 0]))
        for label in range(n_classes):
            for truth in range(n_classes):
                tables.cells[first + label, truth] = chance if label == truth else error_chance
    return log_prior, movement


def _maximise_all(prior: OneCoinPrior, tally: Tally, tables: Tables) -> tuple[float, float]:
    of_classes = set_classes(tally, tables, prior.classes)
    of_tables, movement = _maximise(tally, tables, prior.right, prior.wrong)
    return of_classes + of_tables, movement


def fit(
    rows: AnswersByTask, run: Run = RUN, prior: OneCoinPrior = PRIOR, total: Tally | None = None
) -> Fitted:
    """Estimate labels and each worker's accuracy.

    Args:
        rows: the answers, arranged.
        run: settings of the fit.
        prior: pseudo-counts, see ``OneCoinPrior``.
        total: counts of the votes, which are overwritten.

    Returns:
        The fit of all tasks and workers; see ``Fitted`` for shapes.

    Source:
        The homogeneous model of Dawid and Skene (1979), as in Zhang et al. (2014),
        https://arxiv.org/abs/1406.3824, with a beta prior and a floor at chance.
    """
    return fit_tables("one-coin", rows, partial(_maximise_all, prior), run, total)
