"""Keep the consensus of tasks up to date, answer by answer, between two fits.

Tables of workers are frozen as the last fit found them; who is not in it is taken for a typical
worker. Each answer adds one row of a table to its task: the cost is the number of answers times the
number of classes, whatever the project's size. Fits are made anew by a job (``dawid_skene``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from canut.core.arrays import Codes, Floats
from canut.core.errors import BadInput, ShapeError
from canut.core.quality.dawid_skene import Fit
from canut.core.quality.stopping import softened

NOBODY = -1


class Consensus(NamedTuple):
    """The label of each task now, and its chance."""

    label: Codes
    confidence: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Frozen:
    """What a fit found, for use until the next.

    Args:
        class_log: log-chance of each class before any answer, shape (n_classes,).
        said_log: log-chance that worker w says j when the truth is k, at [w, j, k]; the last row is
            the typical worker's; shape (n_workers + 1, n_classes, n_classes).
        temperature: by how much the model is too sure, as gold shows it; 1 believes it.

    Raises:
        BadInput: the temperature is under 1.
        ShapeError: the parts disagree on the number of classes.
    """

    class_log: Floats
    said_log: Floats
    temperature: float = 1.0

    def __post_init__(self) -> None:
        """Refuse tables that do not fit together."""
        n_classes = len(self.class_log)
        if self.said_log.shape[1:] != (n_classes, n_classes) or not len(self.said_log):
            raise ShapeError(f"tables have shape {self.said_log.shape} for {n_classes} classes")
        if not self.temperature >= 1:
            raise BadInput(f"temperature is {self.temperature}; give 1 or more")


def freeze(fit: Fit, answered: Codes, temperature: float = 1.0) -> Frozen:
    """Freeze a fit.

    Args:
        fit: as ``dawid_skene`` finds it.
        answered: how many answers each worker gave, shape (n_workers,); the typical table is the
            mean of all, weighed by it.
        temperature: as gold shows it.

    Raises:
        BadInput: the temperature is under 1.
        ShapeError: not one number for each worker.
    """
    if answered.shape != (len(fit.confusion),):
        raise ShapeError(f"answered has shape {answered.shape}; give one for each worker")
    weight = answered + 1.0
    typical = np.tensordot(weight / weight.sum(), fit.confusion, axes=1)[None]
    tables = np.concatenate([fit.confusion, typical]).transpose(0, 2, 1)
    return Frozen(np.log(fit.class_chance), np.log(np.ascontiguousarray(tables)), temperature)


def begin(frozen: Frozen, n_tasks: int) -> Floats:
    """Return the state of tasks that nobody answered, shape (n_tasks, n_classes)."""
    return np.tile(frozen.class_log, (n_tasks, 1))


def update(
    frozen: Frozen, state: Floats, answers: Sequence[tuple[int, int | None, int]]
) -> Consensus:
    """Add answers to the state, in place, and return the consensus of the tasks they are about.

    Args:
        frozen: the last fit.
        state: log-weight of each class, as ``begin`` gives it or the last update left it.
        answers: (task, worker, label) each; None for a worker the fit does not know.

    Returns:
        The consensus of each answer's task, in the order given, all answers counted.

    Raises:
        BadInput: a task, worker or label is not there.
    """
    task, worker, label = _columns(frozen, state, answers)
    np.add.at(state, task, frozen.said_log[worker, label])
    return consensus(frozen, state[task])


def take_back(
    frozen: Frozen, state: Floats, answers: Sequence[tuple[int, int | None, int]]
) -> Consensus:
    """Take answers out of the state, in place: corrected, or set aside by a person.

    Raises:
        BadInput: a task, worker or label is not there.
    """
    task, worker, label = _columns(frozen, state, answers)
    np.subtract.at(state, task, frozen.said_log[worker, label])
    return consensus(frozen, state[task])


def consensus(frozen: Frozen, state: Floats) -> Consensus:
    """Return the label of each row of a state and its chance; ties go to the first."""
    raised = state - state.max(axis=1, keepdims=True)
    weights = np.exp(raised)
    chance = softened(weights / weights.sum(axis=1, keepdims=True), frozen.temperature)
    label = chance.argmax(axis=1).astype(np.int32)
    return Consensus(label, chance.max(axis=1))


def _columns(
    frozen: Frozen, state: Floats, answers: Sequence[tuple[int, int | None, int]]
) -> tuple[Codes, Codes, Codes]:
    n_workers, n_classes = len(frozen.said_log) - 1, len(frozen.class_log)
    for task, worker, label in answers:
        known = worker is None or 0 <= worker < n_workers
        if not (0 <= task < len(state) and known and 0 <= label < n_classes):
            raise BadInput(
                f"answer {(task, worker, label)} does not fit {len(state)} tasks, {n_workers} "
                f"workers and {n_classes} labels; use None for a worker the fit does not know"
            )
    rows = [(task, NOBODY if who is None else who, label) for task, who, label in answers]
    table = np.array(rows, dtype=np.int32).reshape(len(rows), 3)
    return table[:, 0], table[:, 1], table[:, 2]
