"""Infer labels with one table per worker, shrunk towards what their spam share explains.

First each worker's share of meant answers and their habit are learnt, as in ``mace``; the table
this gives is what is believed of them before, in a few answers, when their own table is learnt.
Those with few answers are judged by two numbers, those with many by a whole table.
"""

from functools import partial

import numpy as np

from canut.core.arrays import Floats, kernel_or
from canut.core.quality.estimators import mace
from canut.core.quality.estimators.dawid_skene import set_classes, set_tables
from canut.core.quality.estimators.em import RUN, Fitted, Run, count_votes_of, fit_tables
from canut.core.quality.estimators.kernels import SMALL, Tables, Tally
from canut.core.quality.tables.answers_by_task import AnswersByTask

STRENGTH, LEAST, CLASSES = 5.0, 0.02, 1.0


def _maximise_whole(
    tally: Tally, tables: Tables, before: Floats, strength: float, least: float
) -> tuple[float, float]:
    pseudo = (strength * before + least).reshape(-1, before.shape[1], before.shape[1])
    return set_tables(tally, tables, pseudo)


@kernel_or(_maximise_whole)
def _maximise(
    tally: Tally, tables: Tables, before: Floats, strength: float, least: float
) -> tuple[float, float]:
    """Update the tables from the counts, each under its own pseudo-counts.

    Logarithms cost more than all else here: wrong answers with one label have one pseudo-count,
    whatever the truth, so neighbours with equal pseudo-counts are multiplied before the logarithm.
    """
    n_classes = tables.classes.shape[0]
    log_prior = 0.0
    movement = 0.0
    total = np.empty(n_classes)
    for first in range(0, tables.cells.shape[0], n_classes):
        for truth in range(n_classes):
            total[truth] = 0.0
        for at in range(first, first + n_classes):
            for truth in range(n_classes):
                total[truth] += tally.cells[at, truth] + strength * before[at, truth] + least
        for at in range(first, first + n_classes):
            running, weight = 1.0, 0.0
            for truth in range(n_classes):
                pseudo = strength * before[at, truth] + least
                chance = (tally.cells[at, truth] + pseudo) / total[truth]
                movement = max(movement, abs(chance - tables.cells[at, truth]))
                tables.cells[at, truth] = chance
                if at - first == truth:
                    log_prior += pseudo * np.log(chance)
                elif pseudo == weight and running > SMALL:
                    running *= chance
                else:
                    log_prior += weight * np.log(running)
                    running, weight = chance, pseudo
            log_prior += weight * np.log(running)
    return log_prior, movement


def _maximise_all(before: Floats, tally: Tally, tables: Tables) -> tuple[float, float]:
    of_classes = set_classes(tally, tables, CLASSES)
    of_tables, movement = _maximise(tally, tables, before, STRENGTH, LEAST)
    return of_classes + of_tables, movement


def fit(rows: AnswersByTask, run: Run = RUN, total: Tally | None = None) -> Fitted:
    """Estimate labels and worker tables, shrunk towards each worker's spam model.

    Args:
        rows: the answers, arranged.
        run: settings of the fit.
        total: counts of the votes, which are overwritten.

    Returns:
        The fit of all tasks and workers; see ``Fitted`` for shapes.
    """
    total = total or count_votes_of(rows, run)
    return refine(mace.fit(rows, run, total=total), run, total)


def refine(spam: Fitted, run: Run, total: Tally) -> Fitted:
    """Estimate worker tables, starting from a fit of ``mace``.

    Args:
        spam: a fit of ``mace``.
        run: settings of the fit.
        total: counts under its tables, which are overwritten.

    Returns:
        The fit of all tasks and workers; see ``Fitted`` for shapes.

    Source:
        Dawid and Skene (1979) with the tables of Hovy et al. (2013) as an empirical prior.
    """
    rows = spam.rows
    by_said = spam.confusion().transpose(0, 2, 1)
    before = np.ascontiguousarray(by_said).reshape(-1, rows.n_labels)
    return fit_tables("mace-dawid-skene", rows, partial(_maximise_all, before), run, total)
