"""Simulate a crowd with known truth that answers as a real one does.

A rich model is fitted to the real answers: a task has a label and is easy or hard, and every worker
has a table of errors for each pair of both. It describes how people agree better than it tells
labels: hard tasks let them err together. From it come crowds of the same people and tasks whose
truth is known, so that models can be judged by how often they are right there.
"""

from typing import NamedTuple

import numpy as np

from canut.core.arrays import Codes, Counts, Floats, kernel_or
from canut.core.quality.estimators.kernels import (
    Block,
    Tables,
    cells_of,
    count_votes,
    e_step,
    empty_tally,
    judge,
    tally_posterior,
    task_of,
)
from canut.core.quality.estimators.sampling import NameKeys, uniform
from canut.core.quality.tables.answers_by_task import AnswersByTask

LEVELS = 2
LEAST = 0.02
DIAGONAL = 2.0
MOST_CERTAIN = 0.9
GAIN, ITERATIONS, FEWEST = 1e-6, 100, 5


class Habits(NamedTuple):
    """What the rich model learnt of a crowd. A state is a label and easy or hard.

    Args:
        states: chance of each state of each task, shape (n_tasks, n_states); state ``k * LEVELS``
            is label k and easy, the next is label k and hard.
        cells: chance of each answer in each state, shape (n_workers * n_labels, n_states).
    """

    states: Floats
    cells: Floats


class SimulatedCrowd(NamedTuple):
    """Simulated answers, arranged as the real ones, and the true label of each task."""

    rows: AnswersByTask
    truth: Codes

    @property
    def shares(self) -> Floats:
        """Share of the tasks that have each label, shape (n_labels,)."""
        counts = np.bincount(self.truth, minlength=self.rows.n_labels)
        return np.asarray(counts / len(self.truth))


def learn_habits(rows: AnswersByTask, strength: float) -> Habits:
    """Fit the rich model by expectation maximisation, starting from votes and their agreement.

    Each worker's table of a state is shrunk towards that of all workers, which expects them to be
    right more often than not.

    Args:
        rows: the answers, arranged; at least one for each worker.
        strength: weight of the table of all workers in each worker's, in answers.

    Returns:
        States of tasks and tables of workers; see ``Habits`` for shapes.

    Source:
        Dawid and Skene (1979), https://doi.org/10.2307/2346806, with latent classes of items for
        dependent raters as in Uebersax and Grove (1990), https://doi.org/10.1002/sim.4780090509.
    """
    n_labels, block = rows.n_labels, Block(rows.start, rows.cell)
    n_states = LEVELS * n_labels
    states = _first_states(rows)
    tally = empty_tally(rows.n_workers * n_labels, n_states)
    tally_posterior(block, states, tally)
    cells = np.empty_like(tally.cells)
    tables = Tables(np.empty(n_states), cells)
    right = np.arange(n_labels)[:, None] == np.arange(n_states) // LEVELS
    before, log_likelihood = -np.inf, -np.inf
    for iteration in range(ITERATIONS):
        counts = tally.cells.reshape(-1, n_labels, n_states)
        shared = counts.sum(axis=0) + 1.0 + DIAGONAL * right
        _set_cells(tally.cells, strength * shared / shared.sum(axis=0), LEAST, cells)
        tables.classes[:] = tally.classes + 1.0
        tables.classes[:] /= tables.classes.sum()
        tally.classes[:], tally.cells[:] = 0.0, 0.0
        before, log_likelihood = log_likelihood, e_step(block, tables, tally, np.zeros(n_states))
        if iteration > FEWEST and abs(log_likelihood - before) <= GAIN * abs(log_likelihood):
            break
    judge(block, tables, states)
    return Habits(states, cells)


def _set_whole(counts: Floats, shared: Floats, least: float, cells: Floats) -> None:
    chance = counts.reshape(-1, *shared.shape) + (shared + least)
    chance /= chance.sum(axis=1, keepdims=True)
    cells[:] = chance.reshape(cells.shape)


@kernel_or(_set_whole)
def _set_cells(counts: Floats, shared: Floats, least: float, cells: Floats) -> None:
    """Write each worker's table of each state: their counts, shrunk towards the shared table."""
    n_labels, n_states = shared.shape
    believed, total = shared + least, np.empty(n_states)
    for first in range(0, counts.shape[0], n_labels):
        for state in range(n_states):
            total[state] = 0.0
        for label in range(n_labels):
            for state in range(n_states):
                chance = counts[first + label, state] + believed[label, state]
                cells[first + label, state] = chance
                total[state] += chance
        for state in range(n_states):
            total[state] = 1.0 / total[state]
        for label in range(n_labels):
            for state in range(n_states):
                cells[first + label, state] *= total[state]


def _first_states(rows: AnswersByTask) -> Floats:
    """Return chances of states from the votes: the less they agree, the harder the task."""
    shares = np.empty((rows.n_tasks, rows.n_labels))
    count_votes(Block(rows.start, rows.cell), rows.n_labels, shares)
    agreement = (shares.max(axis=1) * rows.n_labels - 1) / max(rows.n_labels - 1, 1)
    easy = 1 - MOST_CERTAIN + agreement * (2 * MOST_CERTAIN - 1)
    levels = np.stack([easy, 1 - easy], axis=1)
    return np.asarray((shares[:, :, None] * levels[:, None, :]).reshape(rows.n_tasks, -1))


def _answer_whole(
    block: Block, n_labels: int, state: Counts, below: tuple[Floats, Floats], cell: Codes
) -> None:
    sums, numbers = below
    own_state, own_cell = state[task_of(block)], cells_of(block)
    first = own_cell - own_cell % n_labels
    cell[:] = first
    for label in range(n_labels - 1):
        cell += numbers >= sums[first + label, own_state]


@kernel_or(_answer_whole)
def _answer(
    block: Block, n_labels: int, state: Counts, below: tuple[Floats, Floats], cell: Codes
) -> None:
    """Draw the answers: ``below`` is the summed chance of labels up to each, and a number each."""
    sums, numbers = below
    for task in range(block.start.shape[0] - 1):
        for row in range(block.start[task], block.start[task + 1]):
            first = block.cell[row] // n_labels * n_labels
            label = 0
            while label < n_labels - 1 and numbers[row] >= sums[first + label, state[task]]:
                label += 1
            cell[row] = first + label


def simulate(rows: AnswersByTask, habits: Habits, keys: NameKeys, seed: int) -> SimulatedCrowd:
    """Draw a truth for each task and an answer wherever there is one.

    Args:
        rows: the answers, arranged.
        habits: learnt from them.
        keys: keys of tasks, shape (n_tasks,), and of workers, shape (n_workers,).
        seed: another seed draws another crowd.

    Returns:
        Answers of the same workers to the same tasks, and labels, shape (n_tasks,).
    """
    n_labels, n_states = rows.n_labels, habits.states.shape[1]
    sums = habits.states.cumsum(axis=1)
    numbers = uniform(keys.task, None, seed)[:, None]
    state = np.minimum((sums <= numbers).sum(axis=1), n_states - 1).astype(np.int64)
    by_label = habits.cells.reshape(-1, n_labels, n_states).cumsum(axis=1)
    below = np.ascontiguousarray(by_label.reshape(-1, n_states))
    numbers = uniform(keys.task[rows.task], keys.worker[rows.cell // n_labels], seed)
    cell = np.empty_like(rows.cell)
    _answer(Block(rows.start, rows.cell), n_labels, state, (below, numbers), cell)
    return SimulatedCrowd(rows._replace(cell=cell), (state // LEVELS).astype(np.int32))
