"""Infer labels with one table per worker, shrunk towards the table of all workers.

First one table is estimated for all workers; then each worker's own table, with the shared one as
prior. It suits many labels and few answers per worker, where a table without that prior is mostly
noise.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np

from canut.core.arrays import Floats, kernel_or
from canut.core.quality.estimators.dawid_skene import maximise_tables, set_classes
from canut.core.quality.estimators.em import RUN, Fitted, Run, fit_tables
from canut.core.quality.estimators.kernels import Tables, Tally
from canut.core.quality.tables.answers_by_task import AnswersByTask


@dataclass(frozen=True, slots=True)
class PooledPrior:
    """Pseudo-counts of the tables and class chances.

    Args:
        strength: weight of the shared table in each worker's table, in answers.
        diagonal: right answers added to each true label of the shared table.
        classes: pseudo-count of each class.
    """

    strength: float = 10.0
    diagonal: float = 2.0
    classes: float = 1.0


PRIOR = PooledPrior()
LEAST = 0.02


def _share_whole(tally: Tally, tables: Tables, pseudo: Floats) -> tuple[float, float]:
    n_classes = len(tables.classes)
    counts = tally.cells.reshape(-1, n_classes, n_classes).sum(axis=0) + pseudo
    shared = counts / counts.sum(axis=0)
    cells = tables.cells.reshape(-1, n_classes, n_classes)
    movement = float(np.abs(cells[0] - shared).max())
    cells[:] = shared
    return float((pseudo * np.log(shared)).sum()), movement


@kernel_or(_share_whole)
def _share(tally: Tally, tables: Tables, pseudo: Floats) -> tuple[float, float]:
    """Update the table that all workers share; return its log-prior and largest change."""
    n_classes = pseudo.shape[0]
    shared, total = pseudo.copy(), np.zeros(n_classes)
    for first in range(0, tables.cells.shape[0], n_classes):
        shared += tally.cells[first : first + n_classes]
    for label in range(n_classes):
        total += shared[label]
    log_prior = 0.0
    movement = 0.0
    for label in range(n_classes):
        for truth in range(n_classes):
            shared[label, truth] /= total[truth]
            log_prior += pseudo[label, truth] * np.log(shared[label, truth])
            movement = max(movement, abs(tables.cells[label, truth] - shared[label, truth]))
    for first in range(0, tables.cells.shape[0], n_classes):
        tables.cells[first : first + n_classes] = shared
    return log_prior, movement


def _maximise_shared(
    pseudo: Floats, classes: float, tally: Tally, tables: Tables
) -> tuple[float, float]:
    """Update class chances, and one table shared by all workers."""
    of_classes = set_classes(tally, tables, classes)
    of_table, movement = _share(tally, tables, pseudo)
    return of_classes + of_table, movement


def fit(rows: AnswersByTask, run: Run = RUN, prior: PooledPrior = PRIOR) -> Fitted:
    """Estimate labels and worker tables, shrunk towards the shared table.

    Args:
        rows: the answers, arranged.
        run: settings of the fit.
        prior: pseudo-counts, see ``PooledPrior``.

    Returns:
        The fit of all tasks and workers; see ``Fitted`` for shapes.

    Source:
        Dawid and Skene (1979) with the pooled model of Passonneau and Carpenter (2014),
        https://doi.org/10.1162/tacl_a_00185, as an empirical prior.
    """
    of_crowd = 1.0 + prior.diagonal * np.eye(rows.n_labels)
    crowd = fit_tables("pooled", rows, partial(_maximise_shared, of_crowd, prior.classes), run)
    shared = crowd.confusion()[0].T
    pseudo = prior.strength * shared + LEAST
    maximise = partial(maximise_tables, pseudo, prior.classes)
    fitted = fit_tables("dawid-skene-pooled", rows, maximise, run, crowd)
    fitted.extra.update(crowd=shared.T)
    return fitted
