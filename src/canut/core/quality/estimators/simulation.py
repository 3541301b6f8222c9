"""Simulate a crowd with known truth that answers as a real one does.

A rich model is fitted to the real answers: a task has a label and is easy or hard, and every worker
has a table of errors for each pair of both. It describes how people agree better than it tells
labels: hard tasks let them err together. From it come crowds of the same people and tasks whose
truth is known, so that models can be judged by how often they are right there.
"""

from typing import NamedTuple

import numpy as np

from canut.core.arrays import Codes, Counts, Floats, kernel_or, part
from canut.core.quality.estimators.kernels import (
    Block,
    Tables,
    Tally,
    cells_of,
    count_votes,
    e_step,
    empty_tally,
    judge,
    size_of,
    tally_posterior,
    task_of,
)
from canut.core.quality.estimators.sampling import NameKeys, uniform, uniform_pairs
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


def learn_habits(rows: AnswersByTask, strength: float, gain: float = GAIN) -> Habits:
    """Fit the rich model by expectation maximisation, starting from votes and their agreement.

    Each worker's table of a state is shrunk towards that of all workers, which expects them to be
    right more often than not.

    Args:
        rows: the answers, arranged; at least one for each worker.
        strength: weight of the table of all workers in each worker's, in answers.
        gain: relative gain of the log-likelihood in one iteration below which it stops.

    Returns:
        States of tasks and tables of workers; see ``Habits`` for shapes.

    Source:
        Dawid and Skene (1979), https://doi.org/10.2307/2346806, with latent classes of items for
        dependent raters as in Uebersax and Grove (1990), https://doi.org/10.1002/sim.4780090509.
    """
    n_labels, block = rows.n_labels, Block(rows.start, rows.cell)
    n_states = LEVELS * n_labels
    size = size_of(n_states)
    states = np.empty((rows.n_tasks, n_states))
    _set_first_states(block, n_labels, states)
    tally = empty_tally(rows.n_workers * n_labels, n_states)
    tally_posterior(block, states, tally)
    cells = np.empty_like(tally.cells)
    tables = Tables(np.empty(n_states), cells)
    before, log_likelihood = -np.inf, -np.inf
    for iteration in range(ITERATIONS):
        _maximise(tally, strength, LEAST, tables)
        before, log_likelihood = log_likelihood, e_step(block, tables, tally, size)
        if iteration > FEWEST and abs(log_likelihood - before) <= gain * abs(log_likelihood):
            break
    judge(block, tables, states)
    return Habits(states, cells)


def _maximise_whole(tally: Tally, strength: float, least: float, tables: Tables) -> None:
    tables.classes[:] = (tally.classes + 1.0) / (tally.classes + 1.0).sum()
    counts, cells = tally.cells, tables.cells
    n_states = counts.shape[1]
    n_labels = n_states // LEVELS
    right = np.arange(n_labels)[:, None] == np.arange(n_states) // LEVELS
    by_worker = counts.reshape(-1, n_labels, n_states)
    shared = by_worker.sum(axis=0) + 1.0 + DIAGONAL * right
    chance = by_worker + (strength * shared / shared.sum(axis=0) + least)
    chance /= chance.sum(axis=1, keepdims=True)
    cells[:] = chance.reshape(cells.shape)
    counts[:] = 0.0
    tally.classes[:] = 0.0


@part
def _believe(believed: Floats, n_states: int, strength: float, least: float) -> None:
    """Turn the counts of all workers, in place, into what is believed of each of them."""
    n_labels = n_states // LEVELS
    for state in range(n_states):
        total = 0.0
        for label in range(n_labels):
            at = label * n_states + state
            believed[at] += 1.0 + (DIAGONAL if label == state // LEVELS else 0.0)
            total += believed[at]
        for at in range(state, believed.shape[0], n_states):
            believed[at] = strength * believed[at] / total + least


@kernel_or(_maximise_whole)
def _maximise(tally: Tally, strength: float, least: float, tables: Tables) -> None:
    """Write chances of states, and each worker's tables: their counts, shrunk to the shared ones.

    Sets the counts to 0, for the next pass.
    """
    classes, cells = tables
    class_counts, counts = tally
    n_states = counts.shape[1]
    classes[:] = class_counts + 1.0
    classes /= classes.sum()
    class_counts[:] = 0.0
    width = n_states // LEVELS * n_states
    of_worker, chances = counts.reshape(-1, width), cells.reshape(-1, width)
    believed, own, total = np.zeros(width), np.empty(width), np.empty(n_states)
    for worker in range(of_worker.shape[0]):
        for at in range(width):
            believed[at] += of_worker[worker, at]
    _believe(believed, n_states, strength, least)
    for worker in range(of_worker.shape[0]):
        total[:] = 0.0
        for at in range(width):
            own[at] = of_worker[worker, at] + believed[at]
            of_worker[worker, at] = 0.0
        for first in range(0, width, n_states):
            for state in range(n_states):
                total[state] += own[first + state]
        for state in range(n_states):
            total[state] = 1.0 / total[state]
        for first in range(0, width, n_states):
            for state in range(n_states):
                chances[worker, first + state] = own[first + state] * total[state]


def _first_states_whole(block: Block, n_labels: int, states: Floats) -> None:
    shares = np.empty((len(states), n_labels))
    count_votes(block, n_labels, shares)
    agreement = (shares.max(axis=1) * n_labels - 1) / max(n_labels - 1, 1)
    easy = 1 - MOST_CERTAIN + agreement * (2 * MOST_CERTAIN - 1)
    levels = np.stack([easy, 1 - easy], axis=1)
    states[:] = (shares[:, :, None] * levels[:, None, :]).reshape(states.shape)


@kernel_or(_first_states_whole)
def _set_first_states(block: Block, n_labels: int, states: Floats) -> None:
    """Write chances of states from the votes: the less they agree, the harder the task."""
    start, cell = block
    every = np.uint32(n_labels)  # dividing 32 bits without a sign is quicker
    share = np.empty(n_labels)
    for task in range(start.shape[0] - 1):
        first, last = start[task], start[task + 1]
        share[:] = 0.0 if last > first else 1.0 / n_labels
        if last > first:
            vote = 1.0 / (last - first)
            for row in range(first, last):
                share[np.uint32(cell[np.uint64(row)]) % every] += vote
        most = 0.0
        for label in range(n_labels):
            most = max(most, share[label])
        agreement = (most * n_labels - 1) / max(n_labels - 1, 1)
        easy = 1 - MOST_CERTAIN + agreement * (2 * MOST_CERTAIN - 1)
        for label in range(n_labels):
            states[task, label * LEVELS] = share[label] * easy
            states[task, label * LEVELS + 1] = share[label] * (1 - easy)


def _draw_states_whole(states: Floats, numbers: Floats, state: Counts) -> None:
    sums = states.cumsum(axis=1)
    state[:] = np.minimum((sums <= numbers[:, None]).sum(axis=1), states.shape[1] - 1)


@kernel_or(_draw_states_whole)
def _draw_states(states: Floats, numbers: Floats, state: Counts) -> None:
    """Draw a state of each task by its chances and a number from 0 to 1."""
    last = states.shape[1] - 1
    for task in range(states.shape[0]):
        drawn, total = 0, states[task, 0]
        while drawn < last and numbers[task] >= total:
            drawn += 1
            total += states[task, drawn]
        state[task] = drawn


def _answer_whole(block: Block, state: Counts, cells: Floats, numbers: Floats, cell: Codes) -> None:
    n_labels, own_cell = cells.shape[1] // LEVELS, cells_of(block)
    own_state, first = state[task_of(block)], own_cell - own_cell % n_labels
    cell[:] = first
    total = np.zeros(len(cell))
    for label in range(n_labels - 1):
        total += cells[first + label, own_state]
        cell += numbers >= total


@kernel_or(_answer_whole)
def _answer(block: Block, state: Counts, cells: Floats, numbers: Floats, cell: Codes) -> None:
    """Draw the answers, each by the chances of its labels and a number from 0 to 1."""
    start, real_cell = block
    n_labels = cells.shape[1] // LEVELS
    every = np.uint32(n_labels)  # dividing 32 bits without a sign is quicker
    for task in range(start.shape[0] - 1):
        for row in range(start[task], start[task + 1]):
            at = np.uint32(real_cell[np.uint64(row)])
            first = at - at % every
            drawn, total = first, 0.0
            for label in range(n_labels - 1):  # to the last one, with no jump to be guessed
                total += cells[first + np.uint32(label), state[task]]
                drawn += np.uint32(numbers[row] >= total)
            cell[row] = drawn


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
    state = np.empty(rows.n_tasks, dtype=np.int64)
    _draw_states(habits.states, uniform(keys.task, seed), state)
    cell, numbers = np.empty_like(rows.cell), uniform_pairs(rows, keys, seed)
    _answer(Block(rows.start, rows.cell), state, habits.cells, numbers, cell)
    return SimulatedCrowd(rows._replace(cell=cell), (state // LEVELS).astype(np.int32))
