"""Infer labels with one confusion table per worker (Dawid and Skene).

Every worker has a table: how often they say j when the truth is k. Tables and labels are estimated
together by expectation maximisation, with a prior that expects people to be right more often than
not. The confidence is the model's own, and is too high where people share a mistake; see
``calibration``. More passes are not more truth: once the likelihood hardly rises, tables begin to
explain what people share beside the truth, so the model of this name stops there.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from canut.core.answers import Answers
from canut.core.arrays import Codes, Floats, kernel_or
from canut.core.errors import BadInput, ShapeError
from canut.core.quality.estimators.em import (
    RUN,
    STOP,
    Convergence,
    Fitted,
    Run,
    fit_tables,
    helpers,
)
from canut.core.quality.estimators.kernels import SMALL, Block, Tables, Tally, judge
from canut.core.quality.estimators.skill import expected_accuracy
from canut.core.quality.tables.answers_by_task import AnswersByTask, arrange

__all__ = [
    "PRIOR",
    "STOP",
    "ConfusionPrior",
    "Convergence",
    "Fit",
    "dawid_skene",
    "expected_labels",
    "fit",
    "fit_of",
]


@dataclass(frozen=True, slots=True)
class ConfusionPrior:
    """Pseudo-counts of the tables and class chances.

    Args:
        spread: pseudo-count of each cell of a worker's table, above 0.
        diagonal: added on the diagonal; breaks the symmetry between label names.
        classes: pseudo-count of each class.

    Raises:
        BadInput: one is not positive.
    """

    spread: float = 1.0
    diagonal: float = 2.0
    classes: float = 1.0

    def __post_init__(self) -> None:
        """Raise if the prior lets a table hold a zero."""
        if not (self.spread > 0 and self.diagonal > 0 and self.classes > 0):
            raise BadInput(f"{self} has a part that is not positive; give numbers above 0")

    def pseudo(self, n_labels: int) -> Floats:
        """Return the pseudo-counts of one worker, at [label, truth].

        Returns:
            Pseudo-counts, shape (n_labels, n_labels).
        """
        return self.spread + self.diagonal * np.eye(n_labels)


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """Labels, tables, and how the fit converged.

    Args:
        label: most probable label of each task, shape (n_tasks,); ties go to the first.
        confidence: its probability under the model, shape (n_tasks,).
        class_chance: chance of each class, shape (n_classes,).
        confusion: chance that worker w says j when the truth is k, at [w, k, j].
        accuracy: expected share of each worker's answers that are right, shape (n_workers,), by
            ``skill``. The tables are of less use for that: with many classes their prior weighs
            more than a few hundred answers.
        objective: log-likelihood plus log-prior after each iteration; never falls.
        converged: whether the fit converged before ``Convergence.iterations``.
    """

    label: Codes
    confidence: Floats
    class_chance: Floats
    confusion: Floats
    accuracy: Floats
    objective: Floats
    converged: bool

    @property
    def iterations(self) -> int:
        """Number of iterations of the fit."""
        return len(self.objective)


PRIOR = ConfusionPrior()
OF_LABELS = ConfusionPrior(spread=0.3, diagonal=1.0)
"""Better on real crowds than ``PRIOR``, which other kinds of answers keep."""
SETTLED = Convergence(gain=7e-4, movement=1.0)


def set_tables(tally: Tally, tables: Tables, pseudo: Floats) -> tuple[float, float]:
    """Update the tables of all workers as whole arrays; return log-prior and largest change.

    Args:
        tally: expected counts.
        tables: overwritten with the new tables.
        pseudo: pseudo-counts of one worker, shape (n_labels, n_labels), or of each worker.
    """
    n_classes = len(tables.classes)
    cells = tables.cells.reshape(-1, n_classes, n_classes)
    chance = tally.cells.reshape(cells.shape) + pseudo
    chance /= chance.sum(axis=1, keepdims=True)
    movement = float(np.abs(chance - cells).max())
    cells[:] = chance
    return float((pseudo * np.log(chance)).sum()), movement


@kernel_or(set_tables)
def _maximise(tally: Tally, tables: Tables, pseudo: Floats) -> tuple[float, float]:
    """Update the tables from the counts; return their log-prior and largest change.

    Logarithms cost more than all else here: chances of the same cell are multiplied over workers,
    and one logarithm is taken when the product gets small.
    """
    n_classes = tables.classes.shape[0]
    running = np.ones((n_classes, n_classes))
    log_prior = 0.0
    movement = 0.0
    for first in range(0, tables.cells.shape[0], n_classes):
        for truth in range(n_classes):
            total = 0.0
            for label in range(n_classes):
                total += tally.cells[first + label, truth] + pseudo[label, truth]
            for label in range(n_classes):
                chance = (tally.cells[first + label, truth] + pseudo[label, truth]) / total
                movement = max(movement, abs(chance - tables.cells[first + label, truth]))
                tables.cells[first + label, truth] = chance
                running[label, truth] *= chance
                if running[label, truth] < SMALL:
                    log_prior += pseudo[label, truth] * np.log(running[label, truth])
                    running[label, truth] = 1.0
    for label in range(n_classes):
        for truth in range(n_classes):
            log_prior += pseudo[label, truth] * np.log(running[label, truth])
    return log_prior, movement


def set_classes(tally: Tally, tables: Tables, pseudo: float) -> float:
    """Update the class chances from the counts; return their log-prior."""
    tables.classes[:] = tally.classes + pseudo
    tables.classes[:] /= tables.classes.sum()
    return pseudo * float(np.log(tables.classes).sum())


def maximise_tables(
    pseudo: Floats, classes: float, tally: Tally, tables: Tables
) -> tuple[float, float]:
    """Estimate class chances and each worker's table under Dirichlet pseudo-counts.

    Args:
        pseudo: pseudo-counts of one worker, shape (n_labels, n_labels).
        classes: pseudo-count of each class.
        tally: expected counts.
        tables: overwritten with the new tables.

    Returns:
        The log-prior, and the largest change of a cell.
    """
    of_classes = set_classes(tally, tables, classes)
    of_tables, movement = _maximise(tally, tables, pseudo)
    return of_classes + of_tables, movement


class Together(NamedTuple):
    """Several threads that estimate tables, each those of its share of the workers.

    Args:
        pool: the threads beside this one.
        threads: their number, this one included.
        pseudo: pseudo-counts of one worker, shape (n_labels, n_labels).
        classes: pseudo-count of each class.
    """

    pool: ThreadPoolExecutor
    threads: int
    pseudo: Floats
    classes: float

    def maximise(self, tally: Tally, tables: Tables) -> tuple[float, float]:
        """Do as ``maximise_tables``; the tables are the same, the log-prior up to its last bits."""
        log_prior, most = set_classes(tally, tables, self.classes), 0.0
        n_labels = len(tables.classes)
        n_workers = len(tables.cells) // n_labels
        edges = np.arange(self.threads + 1) * n_workers // self.threads * n_labels
        shares = [
            (Tally(tally.classes, tally.cells[a:b]), Tables(tables.classes, tables.cells[a:b]))
            for a, b in pairwise(edges.tolist())
        ]
        jobs = [self.pool.submit(_maximise, *share, self.pseudo) for share in shares[1:]]
        own = _maximise(*shares[0], self.pseudo)
        for of_share, movement in (own, *(job.result() for job in jobs)):
            log_prior, most = log_prior + of_share, max(most, movement)
        return log_prior, most


def fit(rows: AnswersByTask, run: Run = RUN, prior: ConfusionPrior = OF_LABELS) -> Fitted:
    """Estimate labels and worker tables together, starting from shares of votes.

    Args:
        rows: the answers, arranged.
        run: settings of the fit; with the usual stopping rule it stops as ``SETTLED`` says.
        prior: pseudo-counts, see ``ConfusionPrior``.

    Returns:
        The fit of all tasks and workers; see ``Fitted`` for shapes.

    Source:
        Dawid and Skene (1979), https://doi.org/10.2307/2346806, with Dirichlet priors.
    """
    if run.stop == STOP:
        run = replace(run, stop=SETTLED)
    return _fit(rows, run, prior)


def _fit(rows: AnswersByTask, run: Run, prior: ConfusionPrior) -> Fitted:
    pseudo = prior.pseudo(rows.n_labels)
    threads = 1 if run.engine else run.threads
    with helpers(rows, threads) as pool:
        alone = partial(maximise_tables, pseudo, prior.classes)
        together = pool and Together(pool, threads, pseudo, prior.classes)
        maximise = together.maximise if together else alone
        return fit_tables("dawid-skene", rows, maximise, run)


def dawid_skene(answers: Answers, prior: ConfusionPrior = PRIOR, stop: Convergence = STOP) -> Fit:
    """Estimate labels and worker tables together, from coded answers.

    Args:
        answers: at least one; duplicates of one worker and task all count.
        prior: pseudo-counts, see ``ConfusionPrior``.
        stop: stopping rule.

    Returns:
        Labels, tables and trace; see ``Fit`` for shapes.

    Raises:
        BadInput: there are no answers.

    Source:
        Dawid and Skene (1979), https://doi.org/10.2307/2346806, with Dirichlet priors.

    Example:
        >>> from canut.core.answers import code
        >>> named = code("aaabbb", "xyzxyz", ["7", "7", "1", "1", "1", "1"])
        >>> fit = dawid_skene(named.answers)
        >>> [named.labels[label] for label in fit.label], fit.converged
        (['7', '1'], True)
    """
    rows, _ = arrange(answers)
    return fit_of(_fit(rows, Run(stop=stop), prior))


def fit_of(fitted: Fitted) -> Fit:
    """Return labels, tables and trace of a fit that has tables.

    Args:
        fitted: result of ``fit_tables``.

    Returns:
        Labels, tables and trace; see ``Fit`` for shapes.
    """
    label, confidence = fitted.decide()
    classes = np.ones(fitted.rows.n_labels) if fitted.tables is None else fitted.tables.classes
    return Fit(
        label,
        confidence,
        classes,
        fitted.confusion(),
        expected_accuracy(fitted),
        fitted.trace,
        fitted.converged,
    )


def expected_labels(answers: Answers, class_chance: Floats, confusion: Floats) -> Floats:
    """Return the class chances of each task, given its answers and the worker tables.

    Args:
        answers: rows (task, worker, label).
        class_chance: chance of each class before any answer, shape (n_classes,), sums to 1.
        confusion: chance that worker w says j when the truth is k, at [w, k, j];
            shape (n_workers, n_classes, n_classes), each row sums to 1.

    Returns:
        Chance of each class, shape (n_tasks, n_classes); no answers gives ``class_chance``.

    Raises:
        ShapeError: the parts disagree on the number of classes or workers.

    Source:
        Dawid and Skene (1979), the E-step.
    """
    n_classes = len(class_chance)
    expected = answers.n_workers, n_classes, n_classes
    if confusion.shape != expected or answers.n_labels != n_classes:
        raise ShapeError(
            f"confusion has shape {confusion.shape} and answers {answers.n_labels} labels; "
            f"expected {expected}: build all from the same label list"
        )
    posterior = np.tile(np.asarray(class_chance, dtype=np.float64), (answers.n_tasks, 1))
    if len(answers):
        rows, _ = arrange(answers)
        by_said = np.ascontiguousarray(confusion.transpose(0, 2, 1), dtype=np.float64)
        tables = Tables(posterior[0].copy(), by_said.reshape(-1, n_classes))
        judge(Block(rows.start, rows.cell), tables, posterior)
    return posterior
