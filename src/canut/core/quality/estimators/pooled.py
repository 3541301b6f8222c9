"""Infer labels when each worker's table is like the crowd's, until their answers differ.

First one table is learnt for all; then each worker's own, with the crowd's as what is believed
before. For many labels and few answers a worker, where a table of one's own is mostly guesswork.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np

from canut.core.quality.estimators.dawid_skene import maximise_tables, set_classes
from canut.core.quality.estimators.em import RUN, Fitted, Run, fit_tables
from canut.core.quality.estimators.kernels import Tables, Tally
from canut.core.quality.tables.answers_by_task import AnswersByTask


@dataclass(frozen=True, slots=True)
class Prior:
    """What is believed before any answer.

    Args:
        strength: answers of the crowd's table that each truth of each worker's begins with.
        diagonal: right answers added to each truth of the crowd's.
        classes: for each class, in how common it is.
    """

    strength: float = 10.0
    diagonal: float = 2.0
    classes: float = 1.0


PRIOR = Prior()
LEAST = 0.02


def _maximise_shared(prior: Prior, tally: Tally, tables: Tables) -> tuple[float, float]:
    """Write one table for all: every worker's is that of the sums."""
    n_classes = len(tables.classes)
    log_prior = set_classes(tally, tables, prior.classes)
    pseudo = 1.0 + prior.diagonal * np.eye(n_classes)
    counts = tally.cells.reshape(-1, n_classes, n_classes).sum(axis=0) + pseudo
    shared = counts / counts.sum(axis=0)
    cells = tables.cells.reshape(-1, n_classes, n_classes)
    movement = float(np.abs(cells[0] - shared).max())
    cells[:] = shared
    return log_prior + float((pseudo * np.log(shared)).sum()), movement


def fit(rows: AnswersByTask, run: Run = RUN, prior: Prior = PRIOR) -> Fitted:
    """Estimate labels and workers' tables, shrunk to the crowd's table.

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
