"""Estimate the truth of questions with any number of choices.

Each choice is estimated as a question of its own, and the results are combined; correlations
between choices are ignored. The confidence is that of all choices together, as if they were
independent.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from canut.core.answers import Answers, blocks
from canut.core.arrays import Bools, Codes, Counts, Floats
from canut.core.errors import ShapeError
from canut.core.quality.estimators.dawid_skene import (
    PRIOR,
    STOP,
    ConfusionPrior,
    Convergence,
    dawid_skene,
)
from canut.core.quality.estimators.vote import majority
from canut.core.quality.measures.agreement import Agreement, percent_agreement


@dataclass(frozen=True, slots=True, eq=False)
class Selections:
    """Rows (task, worker, selected choices).

    Args:
        task: code of the task, shape (n_answers,).
        worker: code of the worker, shape (n_answers,).
        chosen: whether each choice was selected, shape (n_answers, n_choices).
        n_tasks: number of tasks.
        n_workers: number of workers.

    Raises:
        ShapeError: the columns do not fit together.
    """

    task: Codes
    worker: Codes
    chosen: Bools
    n_tasks: int
    n_workers: int

    def __post_init__(self) -> None:
        """Raise if the columns do not fit together."""
        if self.chosen.shape != (len(self.task), self.chosen.shape[-1]):
            raise ShapeError(
                f"chosen has shape {self.chosen.shape} but there are {len(self.task)} answers; "
                "expected (n_answers, n_choices)"
            )
        nothing = np.zeros(len(self.chosen), dtype=np.int32)
        Answers(self.task, self.worker, nothing, self.n_tasks, self.n_workers, 1)

    @property
    def n_choices(self) -> int:
        """Number of choices."""
        return int(self.chosen.shape[1])

    def of_choice(self, choice: int) -> Answers:
        """Return the answers to one choice: 1 where it was selected, else 0.

        Args:
            choice: index of the choice.

        Returns:
            One answer per row, with 2 labels.
        """
        is_chosen = self.chosen[:, choice].astype(np.int32)
        return Answers(self.task, self.worker, is_chosen, self.n_tasks, self.n_workers, 2)

    def whole(self) -> Answers:
        """Return the answers with each distinct selection as one label."""
        packed = np.packbits(self.chosen, axis=1)
        distinct, label = np.unique(packed, axis=0, return_inverse=True)
        codes = label.reshape(-1).astype(np.int32)
        return Answers(self.task, self.worker, codes, self.n_tasks, self.n_workers, len(distinct))


class SelectionVote(NamedTuple):
    """The result for each task; nothing selected where there are no answers.

    ``chosen``: the choices that more than half selected. ``share``: the share of the task's answers
    with exactly this selection. ``tied``: whether exactly half selected some choice.
    """

    chosen: Bools
    share: Floats
    tied: Bools


class SelectionFit(NamedTuple):
    """As ``dawid_skene.Fit``, over all choices; ``accuracy`` is the mean over choices."""

    chosen: Bools
    confidence: Floats
    accuracy: Floats
    iterations: int
    converged: bool


def majority_selection(selections: Selections) -> SelectionVote:
    """Return for each task the choices that more than half of its answers selected.

    Raises:
        BadInput: there are no answers.
    """
    votes = [majority(selections.of_choice(choice)) for choice in range(selections.n_choices)]
    chosen = np.stack([vote.label == 1 for vote in votes], axis=1)
    tied = np.stack([vote.tied for vote in votes], axis=1).any(axis=1)
    of_task = np.bincount(selections.task, minlength=selections.n_tasks)
    same = (selections.chosen == chosen[selections.task]).all(axis=1)
    equal = np.bincount(selections.task[same], minlength=selections.n_tasks)
    return SelectionVote(chosen, equal / np.maximum(of_task, 1), tied)


def dawid_skene_selection(
    selections: Selections, prior: ConfusionPrior = PRIOR, stop: Convergence = STOP
) -> SelectionFit:
    """Fit each choice by itself, and combine the results.

    Raises:
        BadInput: there are no answers.
    """
    fits = [
        dawid_skene(selections.of_choice(choice), prior, stop)
        for choice in range(selections.n_choices)
    ]
    return SelectionFit(
        np.stack([fit.label == 1 for fit in fits], axis=1),
        np.prod([fit.confidence for fit in fits], axis=0),
        np.mean([fit.accuracy for fit in fits], axis=0),
        max(fit.iterations for fit in fits),
        all(fit.converged for fit in fits),
    )


def selection_agreement(selections: Selections) -> float | None:
    """Return the share of answer pairs to one task with equal selections."""
    return percent_agreement(selections.whole())


def selection_agreement_by_worker(selections: Selections) -> Agreement:
    """Compare each worker with the other workers' majority selection.

    Tasks where exactly half of the others selected a choice are skipped; an answer agrees where
    the whole selection is equal.
    """
    order = np.argsort(selections.task, kind="stable")
    of_task = np.bincount(selections.task, minlength=selections.n_tasks)
    start: Counts = np.concatenate([[0], np.cumsum(of_task)])
    agreed = np.zeros(selections.n_workers, dtype=np.int64)
    compared = np.zeros(selections.n_workers, dtype=np.int64)
    for first, last in blocks(start):
        rows = order[start[first] : start[last]]
        chosen, worker = selections.chosen[rows], selections.worker[rows]
        task = selections.task[rows] - first
        votes = np.zeros((last - first, selections.n_choices), dtype=np.int64)
        np.add.at(votes, task, chosen)
        others = of_task[first:last][task] - 1
        twice = 2 * (votes[task] - chosen)
        clear = (others > 0) & (twice != others[:, None]).all(axis=1)
        same = clear & ((twice > others[:, None]) == chosen).all(axis=1)
        compared += np.bincount(worker[clear], minlength=selections.n_workers)
        agreed += np.bincount(worker[same], minlength=selections.n_workers)
    return Agreement(agreed, compared)
