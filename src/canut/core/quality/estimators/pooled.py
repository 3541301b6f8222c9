"""Infer labels with one table per worker, shrunk towards the table of all workers.

First one table is estimated for all workers; then each worker's own table, with the shared one as
prior. It suits many labels and few answers per worker, where a table without that prior is mostly
noise. ``fit_sparse`` estimates both together and stops early, for less than two answers a task:
there, a shared table learnt alone explains one label by another.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np

from canut.core.answers import Answers
from canut.core.arrays import Floats, kernel_or, part
from canut.core.quality.estimators.dawid_skene import (
    Fit,
    fit_of,
    maximise_tables,
    set_classes,
)
from canut.core.quality.estimators.em import (
    RUN,
    Convergence,
    Fitted,
    Run,
    count_votes_of,
    fit_tables,
)
from canut.core.quality.estimators.kernels import Tables, Tally
from canut.core.quality.tables.answers_by_task import AnswersByTask, arrange


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
EACH_LABEL = 0.5  # of an answer, in a row: Jeffreys's prior where labels are equally common
SOON = Convergence(gain=5e-5, movement=1.0)


def _share_whole(tally: Tally, tables: Tables, pseudo: Floats) -> tuple[float, float]:
    n_classes = len(tables.classes)
    shared = _shared_table(tally, pseudo)
    cells = tables.cells.reshape(-1, n_classes, n_classes)
    movement = float(np.abs(cells[0] - shared).max())
    cells[:] = shared
    return float((pseudo * np.log(shared)).sum()), movement


@part
def _add_tables(counts: Floats, shared: Floats, total: Floats) -> None:
    """Add the counts of all workers; whole arrays would take seconds to compile."""
    n_classes = shared.shape[0]
    for first in range(0, counts.shape[0], n_classes):
        for label in range(n_classes):
            for truth in range(n_classes):
                shared[label, truth] += counts[first + label, truth]
    for label in range(n_classes):
        for truth in range(n_classes):
            total[truth] += shared[label, truth]


@kernel_or(_share_whole)
def _share(tally: Tally, tables: Tables, pseudo: Floats) -> tuple[float, float]:
    """Update the table that all workers share; return its log-prior and largest change."""
    n_classes = pseudo.shape[0]
    shared, total = pseudo.copy(), np.zeros(n_classes)
    _add_tables(tally.cells, shared, total)
    log_prior = 0.0
    movement = 0.0
    for label in range(n_classes):
        for truth in range(n_classes):
            shared[label, truth] /= total[truth]
            log_prior += pseudo[label, truth] * np.log(shared[label, truth])
            movement = max(movement, abs(tables.cells[label, truth] - shared[label, truth]))
    for first in range(0, tables.cells.shape[0], n_classes):
        for label in range(n_classes):
            for truth in range(n_classes):
                tables.cells[first + label, truth] = shared[label, truth]
    return log_prior, movement


def _maximise_shared(
    pseudo: Floats, classes: float, tally: Tally, tables: Tables
) -> tuple[float, float]:
    """Update class chances, and one table shared by all workers."""
    of_classes = set_classes(tally, tables, classes)
    of_table, movement = _share(tally, tables, pseudo)
    return of_classes + of_table, movement


def _shared_table(tally: Tally, pseudo: Floats) -> Floats:
    """Return the table of all workers together, at [label, truth]."""
    counts = tally.cells.reshape(-1, *pseudo.shape).sum(axis=0) + pseudo
    shared: Floats = counts / counts.sum(axis=0)
    return shared


def _maximise_both(prior: PooledPrior, tally: Tally, tables: Tables) -> tuple[float, float]:
    """Update the shared table, then each worker's own with it as prior."""
    shared = _shared_table(tally, 1.0 + prior.diagonal * np.eye(len(tables.classes)))
    return maximise_tables(prior.strength * shared + LEAST, prior.classes, tally, tables)


def fit(
    rows: AnswersByTask, run: Run = RUN, prior: PooledPrior = PRIOR, total: Tally | None = None
) -> Fitted:
    """Estimate labels and worker tables, shrunk towards the shared table.

    Args:
        rows: the answers, arranged.
        run: settings of the fit.
        prior: pseudo-counts, see ``PooledPrior``.
        total: counts of the votes, which are overwritten.

    Returns:
        The fit of all tasks and workers; see ``Fitted`` for shapes.

    Source:
        Dawid and Skene (1979) with the pooled model of Passonneau and Carpenter (2014),
        https://doi.org/10.1162/tacl_a_00185, as an empirical prior.
    """
    of_crowd = 1.0 + prior.diagonal * np.eye(rows.n_labels)
    maximise = partial(_maximise_shared, of_crowd, prior.classes)
    total = total or count_votes_of(rows, run)
    crowd = fit_tables("pooled", rows, maximise, run, total)
    shared = crowd.confusion()[0].T
    pseudo = prior.strength * shared + LEAST
    maximise = partial(maximise_tables, pseudo, prior.classes)
    fitted = fit_tables("dawid-skene-pooled", rows, maximise, run, total)
    fitted.extra.update(crowd=shared.T)
    return fitted


def fit_sparse(answers: Answers, prior: PooledPrior | None = None) -> Fit:
    """Estimate labels and worker tables from few answers, with a shared table learnt alongside.

    Args:
        answers: at least one; duplicates of one worker and task all count.
        prior: pseudo-counts, see ``PooledPrior``; by default the shared table weighs half an answer
            for each label, as people may be very different.

    Returns:
        Labels, tables and trace; see ``Fit`` for shapes. The trace may fall, since the prior
        follows the counts.

    Raises:
        BadInput: there are no answers.

    Source:
        Dawid and Skene (1979) with an empirical Bayes prior as of Morris (1983),
        https://doi.org/10.1080/01621459.1983.10477920, stopped as the model ``dawid-skene`` is.
        Half an answer for each label: Jeffreys (1946), https://doi.org/10.1098/rspa.1946.0056

    Example:
        >>> from canut.core.answers import code
        >>> named = code("aaabbb", "xyzxyz", ["7", "7", "1", "1", "1", "1"])
        >>> [named.labels[label] for label in fit_sparse(named.answers).label]
        ['7', '1']
    """
    rows, _ = arrange(answers)
    if prior is None:
        prior = PooledPrior(strength=EACH_LABEL * rows.n_labels)
    run = Run(stop=SOON)
    return fit_of(fit_tables("pooled-sparse", rows, partial(_maximise_both, prior), run))
