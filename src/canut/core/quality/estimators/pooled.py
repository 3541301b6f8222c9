"""Infer labels with one table per worker, shrunk towards the table of all workers.

First one table is estimated for all workers; then each worker's own table, with the shared one as
prior. It suits many labels and few answers per worker, where a table without that prior is mostly
noise.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np

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


def _maximise_shared(prior: PooledPrior, tally: Tally, tables: Tables) -> tuple[float, float]:
    """Update one table shared by all workers, from the sums of counts."""
    n_classes = len(tables.classes)
    log_prior = set_classes(tally, tables, prior.classes)
    pseudo = 1.0 + prior.diagonal * np.eye(n_classes)
    counts = tally.cells.reshape(-1, n_classes, n_classes).sum(axis=0) + pseudo
    shared = counts / counts.sum(axis=0)
    cells = tables.cells.reshape(-1, n_classes, n_classes)
    movement = float(np.abs(cells[0] - shared).max())
    cells[:] = shared
    return log_prior + float((pseudo * np.log(shared)).sum()), movement


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
    crowd = fit_tables("pooled", rows, partial(_maximise_shared, prior), run)
    shared = crowd.confusion()[0].T
    pseudo = prior.strength * shared + LEAST
    maximise = partial(maximise_tables, pseudo, prior.classes)
    fitted = fit_tables("dawid-skene-pooled", rows, maximise, run, crowd)
    fitted.extra.update(crowd=shared.T)
    return fitted
