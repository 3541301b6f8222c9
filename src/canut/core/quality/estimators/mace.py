"""Infer labels when each answer is either meant or spam (MACE).

Some of a worker's answers are meant, and those are right; the others are spam, drawn from a habit
that does not depend on the task. The model finds workers who always click the same button, and
still uses the answers they mean.
"""

from dataclasses import dataclass

import numpy as np

from canut.core.arrays import Floats, kernel_or
from canut.core.quality.estimators.dawid_skene import set_classes
from canut.core.quality.estimators.em import RUN, Fitted, Run, fit_tables
from canut.core.quality.estimators.kernels import Tables, Tally
from canut.core.quality.tables.answers_by_task import AnswersByTask


@dataclass(frozen=True, slots=True)
class MacePrior:
    """Pseudo-counts of meant answers, spam, each spam label and each class."""

    meant: float = 2.0
    spam: float = 1.0
    habit: float = 1.0
    classes: float = 1.0


PRIOR = MacePrior()


def _maximise_whole(
    tally: Tally, tables: Tables, meant: Floats, habit: Floats, prior: Floats
) -> float:
    n_classes = len(tables.classes)
    counts = tally.cells.reshape(-1, n_classes, n_classes)
    of_label, own = counts.sum(axis=2), meant[:, None]
    as_meant = np.diagonal(counts, axis1=1, axis2=2) * own / (own + (1.0 - own) * habit)
    of_meant = prior[0] + as_meant.sum(axis=1)
    of_spam = prior[1] + (of_label - as_meant).sum(axis=1)
    meant[:] = of_meant / (of_meant + of_spam)
    habit[:] = of_label - as_meant + prior[2]
    habit /= habit.sum(axis=1, keepdims=True)
    cells = tables.cells.reshape(counts.shape)
    cells[:] = ((1.0 - own) * habit)[:, :, None] + own[:, :, None] * np.eye(n_classes)
    believed = prior[0] * np.log(meant) + prior[1] * np.log(1.0 - meant)
    return float(believed.sum() + prior[2] * np.log(habit).sum())


@kernel_or(_maximise_whole)
def _maximise(tally: Tally, tables: Tables, meant: Floats, habit: Floats, prior: Floats) -> float:
    """Split each worker's answers into meant and spam; return the log-prior.

    ``prior`` holds the pseudo-counts of meant, spam and habit.
    """
    n_classes = tables.classes.shape[0]
    log_prior = 0.0
    for worker in range(meant.shape[0]):
        first = worker * n_classes
        of_meant, of_spam, of_habit = prior[0], prior[1], 0.0
        for label in range(n_classes):
            spam = 0.0
            for truth in range(n_classes):
                spam += tally.cells[first + label, truth]
            agreeing = tally.cells[first + label, label]
            chance = meant[worker] + (1.0 - meant[worker]) * habit[worker, label]
            as_meant = agreeing * meant[worker] / chance
            of_meant += as_meant
            of_spam += spam - as_meant
            habit[worker, label] = spam - as_meant + prior[2]
            of_habit += habit[worker, label]
        meant[worker] = of_meant / (of_meant + of_spam)
        log_prior += prior[0] * np.log(meant[worker]) + prior[1] * np.log(1.0 - meant[worker])
        for label in range(n_classes):
            habit[worker, label] /= of_habit
            log_prior += prior[2] * np.log(habit[worker, label])
            for truth in range(n_classes):
                chance = (1.0 - meant[worker]) * habit[worker, label]
                if label == truth:
                    chance += meant[worker]
                tables.cells[first + label, truth] = chance
    return log_prior


def fit(
    rows: AnswersByTask, run: Run = RUN, prior: MacePrior = PRIOR, total: Tally | None = None
) -> Fitted:
    """Estimate labels, each worker's share of meant answers, and their spam habit.

    Args:
        rows: the answers, arranged.
        run: settings of the fit.
        prior: pseudo-counts, see ``MacePrior``.
        total: counts of the votes, overwritten with those under the final tables.

    Returns:
        The fit of all tasks and workers; see ``Fitted`` for shapes.

    Source:
        Hovy et al. (2013), https://aclanthology.org/N13-1132, with beta and Dirichlet priors and
        class chances in place of variational inference.
    """
    meant = np.full(rows.n_workers, prior.meant / (prior.meant + prior.spam))
    habit = np.full((rows.n_workers, rows.n_labels), 1.0 / rows.n_labels)
    pseudo = np.array([prior.meant, prior.spam, prior.habit])

    def maximise(tally: Tally, tables: Tables) -> tuple[float, float]:
        of_classes = set_classes(tally, tables, prior.classes)
        before = meant.copy()
        of_tables = _maximise(tally, tables, meant, habit, pseudo)
        return of_classes + of_tables, float(np.abs(meant - before).max())

    fitted = fit_tables("mace", rows, maximise, run, total)
    fitted.extra.update(meant=meant, habit=habit)
    return fitted
