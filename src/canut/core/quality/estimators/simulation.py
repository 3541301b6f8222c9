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
    LEVELS,
    Block,
    RichRule,
    Size,
    Tables,
    Tally,
    cells_of,
    count_votes,
    e_step,
    empty_tally,
    fit_rich,
    is_near,
    judge,
    set_rich_tables,
    set_shares,
    size_of,
    tally_posterior,
    task_of,
    vote_table,
)

__all__ = ["LEVELS", "Habits", "SimulatedCrowd", "learn_habits", "simulate"]
from canut.core.quality.estimators.sampling import NameKeys, uniform, uniform_pairs
from canut.core.quality.tables.answers_by_task import AnswersByTask

LEAST = 0.02
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
    _set_first_states(_shares_of_votes(rows), states)
    tally = empty_tally(rows.n_workers * n_labels, n_states)
    tally_posterior(block, states, tally)
    cells = np.empty_like(tally.cells)
    tables = Tables(np.empty(n_states), cells)
    rule = RichRule(strength, LEAST, gain, ITERATIONS, FEWEST)
    if is_near(len(cells), size):
        fit_rich(block, tables, tally, size, rule)
    else:
        _fit_rich(block, tables, tally, size, rule)
    judge(block, tables, states)
    return Habits(states, cells)


def _fit_rich(block: Block, tables: Tables, tally: Tally, size: Size, rule: RichRule) -> None:
    """Do as ``fit_rich``, a pass at a time."""
    before, log_likelihood = -np.inf, -np.inf
    for iteration in range(rule.iterations):
        set_rich_tables(tally, rule.strength, rule.least, tables)
        before, log_likelihood = log_likelihood, e_step(block, tables, tally, size)
        gained = abs(log_likelihood - before)
        if iteration > rule.fewest and gained <= rule.gain * abs(log_likelihood):
            break


def _first_states_whole(shares: Floats, states: Floats) -> None:
    n_labels = shares.shape[1]
    agreement = (shares.max(axis=1) * n_labels - 1) / max(n_labels - 1, 1)
    easy = 1 - MOST_CERTAIN + agreement * (2 * MOST_CERTAIN - 1)
    levels = np.stack([easy, 1 - easy], axis=1)
    states[:] = (shares[:, :, None] * levels[:, None, :]).reshape(states.shape)


@kernel_or(_first_states_whole)
def _set_first_states(shares: Floats, states: Floats) -> None:
    """Write chances of states from the votes: the less they agree, the harder the task."""
    n_labels = shares.shape[1]
    for task in range(shares.shape[0]):
        most = 0.0
        for label in range(n_labels):
            most = max(most, shares[task, label])
        agreement = (most * n_labels - 1) / max(n_labels - 1, 1)
        easy = 1 - MOST_CERTAIN + agreement * (2 * MOST_CERTAIN - 1)
        for label in range(n_labels):
            states[task, label * LEVELS] = shares[task, label] * easy
            states[task, label * LEVELS + 1] = shares[task, label] * (1 - easy)


def _shares_of_votes(rows: AnswersByTask) -> Floats:
    shares = np.empty((rows.n_tasks, rows.n_labels))
    block, size = Block(rows.start, rows.cell), size_of(rows.n_labels)
    if is_near(rows.n_workers * rows.n_labels, size):
        set_shares(block, vote_table(np.ones(rows.n_workers), rows.n_labels), shares, size)
    else:
        count_votes(block, rows.n_labels, shares)
    return shares


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
