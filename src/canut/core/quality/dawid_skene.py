"""Infer true labels when each worker has their own habits of error.

Every worker gets a table: how often they say j when the truth is k. Tables and labels are estimated
together by expectation maximisation, with a prior that expects people to be right more often than
not. Its confidence is the model's own: where people share a mistake, it is sure and wrong.

One pass over the answers does both steps and gives the likelihood on the way, in plain
probabilities rescaled every few answers: no table of tasks is kept, and hardly a logarithm taken.
"""

from dataclasses import dataclass

import numpy as np

from canut.core.answers import Answers, ByTask, blocks, by_task, require_answers
from canut.core.arrays import Codes, Counts, Floats, kernel
from canut.core.errors import BadInput, ShapeError

RESCALE_EVERY = 16
SMALL = 1e-150
BELIEVED_RIGHT, BELIEVED_WRONG = 2.0, 0.5


@dataclass(frozen=True, slots=True)
class Prior:
    """What is believed before any answer, in answers that were never given.

    Args:
        spread: in each cell of each worker's table.
        diagonal: added where the label is the truth; breaks the symmetry between label names.
        classes: for each class, in how common it is.

    Raises:
        BadInput: one is not positive.
    """

    spread: float = 1.0
    diagonal: float = 2.0
    classes: float = 1.0

    def __post_init__(self) -> None:
        """Refuse a prior under which a table could hold a zero."""
        if not (self.spread > 0 and self.diagonal > 0 and self.classes > 0):
            raise BadInput(f"{self} has a part that is not positive; give numbers above 0")


@dataclass(frozen=True, slots=True)
class Stop:
    """When the fit has settled: no more gain to speak of, and no table moves.

    Args:
        gain: relative gain of the objective in one iteration.
        movement: largest change of a cell of a table.
        iterations: give up after as many, and say so.

    Raises:
        BadInput: not even one iteration is allowed.
    """

    gain: float = 1e-7
    movement: float = 1e-4
    iterations: int = 500

    def __post_init__(self) -> None:
        """Refuse to fit without a single iteration."""
        if self.iterations < 1:
            raise BadInput(f"iterations is {self.iterations}; allow at least 1")


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """Labels, tables, and how the sums went.

    Args:
        label: most probable label of each task, shape (n_tasks,); ties go to the first.
        confidence: its probability by the model.
        class_chance: how common each class is, shape (n_classes,).
        confusion: chance that worker w says j when the truth is k, at [w, k, j].
        accuracy: expected share of each worker's answers that are right, shape (n_workers,), with
            ``BELIEVED_RIGHT`` and ``BELIEVED_WRONG`` answers added. The tables are of less use for
            that: with many classes their prior weighs more than a few hundred answers.
        objective: log-likelihood plus log-prior after each iteration; never falls.
        converged: whether it settled before ``Stop.iterations``.
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
        """Number of times the tables were estimated."""
        return len(self.objective)


PRIOR = Prior()
STOP = Stop()


@kernel
def _sweep(  # noqa: C901, PLR0912, PLR0913, PLR0917 - array arithmetic here is half as fast
    start: Counts,
    worker: Codes,
    label: Codes,
    class_chance: Floats,
    confusion: Floats,
    counts: Floats,
    class_counts: Floats,
    posterior: Floats,
) -> float:
    """Weigh each task's answers, count what follows, return the log-likelihood.

    ``confusion`` and ``counts`` are [worker, said, truth], so that an answer reads one row.
    ``posterior`` is filled where it has rows.
    """
    n_classes = class_chance.shape[0]
    product = np.empty(n_classes)
    log_likelihood = 0.0
    running = 1.0
    for task in range(start.shape[0] - 1):
        for truth in range(n_classes):
            product[truth] = class_chance[truth]
        first, last = start[task], start[task + 1]
        for row in range(first, last):
            table = confusion[worker[row], label[row]]
            for truth in range(n_classes):
                product[truth] *= table[truth]
            if (row - first) % RESCALE_EVERY == RESCALE_EVERY - 1:
                total = 0.0
                for truth in range(n_classes):
                    total += product[truth]
                log_likelihood += np.log(total)
                for truth in range(n_classes):
                    product[truth] /= total
        total = 0.0
        for truth in range(n_classes):
            total += product[truth]
        for truth in range(n_classes):
            product[truth] /= total
        if posterior.shape[0] > 0:
            for truth in range(n_classes):
                posterior[task, truth] = product[truth]
        if last > first:
            running *= total
            if running < SMALL:
                log_likelihood += np.log(running)
                running = 1.0
            for truth in range(n_classes):
                class_counts[truth] += product[truth]
        for row in range(first, last):
            table = counts[worker[row], label[row]]
            for truth in range(n_classes):
                table[truth] += product[truth]
    return float(log_likelihood + np.log(running))


@kernel
def _count_votes(
    start: Counts, worker: Codes, label: Codes, counts: Floats, class_counts: Floats
) -> None:
    """Count as ``_sweep`` does, with each task's shares of votes in place of its posterior."""
    share = np.empty_like(class_counts)
    for task in range(start.shape[0] - 1):
        share[:] = 0.0
        first, last = start[task], start[task + 1]
        for row in range(first, last):
            share[label[row]] += 1.0 / (last - first)
        class_counts += share
        for row in range(first, last):
            table = counts[worker[row], label[row]]
            for truth in range(share.shape[0]):
                table[truth] += share[truth]


@kernel
def _maximise(
    counts: Floats, confusion: Floats, spread: float, diagonal: float
) -> tuple[float, float]:
    """Write the tables the counts make most probable; return their log-prior, largest change."""
    n_workers, n_classes, _ = counts.shape
    log_prior = 0.0
    movement = 0.0
    for worker in range(n_workers):
        for truth in range(n_classes):
            total = n_classes * spread + diagonal
            for said in range(n_classes):
                total += counts[worker, said, truth]
            running = 1.0
            for said in range(n_classes):
                chance = (counts[worker, said, truth] + spread) / total
                if said == truth:
                    chance += diagonal / total
                    log_prior += diagonal * np.log(chance)
                movement = max(movement, abs(chance - confusion[worker, said, truth]))
                confusion[worker, said, truth] = chance
                running *= chance
                if running < SMALL:
                    log_prior += spread * np.log(running)
                    running = 1.0
            log_prior += spread * np.log(running)
    return log_prior, movement


def dawid_skene(answers: Answers, prior: Prior = PRIOR, stop: Stop = STOP) -> Fit:
    """Estimate labels and workers' tables together, from the shares of votes on.

    Args:
        answers: at least one; of several by one worker to one task, all count.
        prior: what is believed before any answer.
        stop: when it is done.

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
    require_answers(answers)
    rows = by_task(answers)
    n_classes = answers.n_labels
    counts = np.zeros((answers.n_workers, n_classes, n_classes))
    class_counts = np.zeros(n_classes)
    class_chance = np.empty(n_classes)
    _count_votes(*rows, counts, class_counts)
    confusion = np.zeros_like(counts)
    no_posterior = np.empty((0, n_classes))
    objective: list[float] = []
    converged = False
    while not converged and len(objective) < stop.iterations:
        log_prior, movement = _maximise(counts, confusion, prior.spread, prior.diagonal)
        class_chance[:] = class_counts + prior.classes
        class_chance /= class_chance.sum()
        counts[:] = 0.0
        class_counts[:] = 0.0
        likelihood = _sweep(*rows, class_chance, confusion, counts, class_counts, no_posterior)
        log_prior += prior.classes * float(np.log(class_chance).sum())
        objective.append(likelihood + log_prior)
        if len(objective) > 1:
            gain = objective[-1] - objective[-2]
            settled = gain < stop.gain * abs(objective[-2])
            converged = bool(settled and movement < stop.movement)
    right = np.trace(counts, axis1=1, axis2=2) + BELIEVED_RIGHT
    accuracy = right / (counts.sum(axis=(1, 2)) + BELIEVED_RIGHT + BELIEVED_WRONG)
    label, confidence = _decide(rows, class_chance, confusion, counts)
    by_truth = np.ascontiguousarray(confusion.transpose(0, 2, 1))
    trace = np.array(objective)
    return Fit(label, confidence, class_chance, by_truth, accuracy, trace, converged)


def _decide(
    rows: ByTask, class_chance: Floats, confusion: Floats, scratch: Floats
) -> tuple[Codes, Floats]:
    """Return each task's most probable label and its probability, a block of tasks at a time."""
    n_tasks = len(rows.start) - 1
    label = np.empty(n_tasks, dtype=np.int32)
    confidence = np.empty(n_tasks)
    for first, last in blocks(rows.start):
        posterior = _posterior(rows, (first, last), class_chance, confusion, scratch)
        label[first:last] = posterior.argmax(axis=1)
        confidence[first:last] = posterior.max(axis=1)
    return label, confidence


def _posterior(
    rows: ByTask,
    tasks: tuple[int, int],
    class_chance: Floats,
    confusion: Floats,
    scratch: Floats,
) -> Floats:
    """Return the chance of each class of the tasks from the first to before the last."""
    first, last = tasks
    posterior = np.empty((last - first, len(class_chance)))
    start = rows.start[first : last + 1]
    unused = np.zeros_like(class_chance)
    _sweep(start, rows.worker, rows.label, class_chance, confusion, scratch, unused, posterior)
    return posterior


def expected_labels(answers: Answers, class_chance: Floats, confusion: Floats) -> Floats:
    """Weigh each task's answers by what is known of the workers who gave them.

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
    by_said = np.ascontiguousarray(confusion.transpose(0, 2, 1), dtype=np.float64)
    scratch = np.zeros_like(by_said)
    return _posterior(by_task(answers), (0, answers.n_tasks), class_chance, by_said, scratch)
