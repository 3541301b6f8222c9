"""Update the consensus of many tasks answer by answer, between two fits.

The model is frozen at the last fit (``frozen_fit``); a worker it does not know counts as a typical
one. Each answer adds one row of a table to its task: the cost is the number of answers times the
number of labels, whatever the size of the project. ``running_label`` computes the same for one task
from its answers.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from canut.core.arrays import Codes, Floats
from canut.core.errors import BadInput
from canut.core.quality.allocation.frozen_fit import Frozen
from canut.core.quality.allocation.running_label import assumed_chances
from canut.core.quality.allocation.stopping import softened

NOBODY = -1

type Said = tuple[int, int | None, int]


class Consensus(NamedTuple):
    """The current label of each task, and its probability."""

    label: Codes
    confidence: Floats


class Online:
    """Tasks whose consensus follows from a frozen model.

    Args:
        frozen: the model of the last fit.
        n_tasks: number of tasks, without answers so far.
    """

    def __init__(self, frozen: Frozen, n_tasks: int) -> None:
        n_labels = len(frozen.classes)
        typical = [assumed_chances(n_labels, label, frozen.typical) for label in range(n_labels)]
        self._frozen = frozen
        self._log = np.log(np.concatenate([frozen.said, np.array([typical])]))
        self._weight = np.tile(np.log(frozen.classes), (n_tasks, 1))

    def update(self, answers: Sequence[Said]) -> Consensus:
        """Add answers; return the new consensus of each answer's task.

        Args:
            answers: (task, worker, label) each; None for a worker the fit does not know.

        Raises:
            BadInput: a task, worker or label is not there.
        """
        task, worker, label = self._columns(answers)
        np.add.at(self._weight, task, self._log[worker, label])
        return self.consensus(task)

    def take_back(self, answers: Sequence[Said]) -> Consensus:
        """Remove answers that were corrected or excluded.

        Raises:
            BadInput: a task, worker or label is not there.
        """
        task, worker, label = self._columns(answers)
        np.subtract.at(self._weight, task, self._log[worker, label])
        return self.consensus(task)

    def consensus(self, task: Codes) -> Consensus:
        """Return the label of these tasks and its probability; ties go to the first label.

        Args:
            task: indices of tasks, any shape (n,).

        Returns:
            Label and probability, each of shape (len(task),).
        """
        raised = self._weight[task] - self._weight[task].max(axis=1, keepdims=True)
        chance = softened(np.exp(raised), self._frozen.temperature)
        doubt = self._frozen.doubt
        chance = chance * (1 - doubt) + doubt / chance.shape[1]
        label = chance.argmax(axis=1).astype(np.int32)
        return Consensus(label, chance.max(axis=1))

    def _columns(self, answers: Sequence[Said]) -> tuple[Codes, Codes, Codes]:
        (n_known, n_labels), n_tasks = self._log.shape[:2], len(self._weight)
        for task, worker, label in answers:
            is_known = worker is None or 0 <= worker < n_known - 1
            if not (0 <= task < n_tasks and is_known and 0 <= label < n_labels):
                raise BadInput(
                    f"answer {(task, worker, label)} does not fit {n_tasks} tasks, {n_known - 1} "
                    f"workers and {n_labels} labels; use None for a worker the fit does not know"
                )
        rows = [
            (task, NOBODY if worker_code is None else worker_code, label)
            for task, worker_code, label in answers
        ]
        table = np.array(rows, dtype=np.int32).reshape(len(rows), 3)
        return table[:, 0], table[:, 1], table[:, 2]
