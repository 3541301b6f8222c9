"""Spend a limited number of answers: which tasks come first, and who is asked first.

``stopping`` decides whether an answer is worth its price. Where the price of all that are worth it
is more than there is to spend, a fifth goes to calibration tasks, which everybody answers first:
from one or two answers a task, nobody can tell who is careful. Then the tasks with the greatest
gain come first, and each is given to the person whose answer is expected to tell most about it.
All that is known of a person here is their table, from their own answers: people with the same
table are equal. Nobody is excluded, and who asks for work themselves is given the same tasks as
everybody by ``next_task``; the order of people is for whoever invites them.
"""

import numpy as np

from canut.core.answers import Answers
from canut.core.arrays import Bools, Codes, Counts, Floats
from canut.core.errors import BadInput
from canut.core.quality.allocation.stopping import Decision, StopReason, shrunken_tables
from canut.core.quality.estimators.dawid_skene import Fit, expected_labels

CALIBRATION_SHARE = 0.2
TINY = 1e-12
PAIRS = 100_000  # of a task and a worker, looked at together: their tables fit in memory


def calibration_tasks(size: Counts, count: int, rng: np.random.Generator) -> Bools:
    """Draw the tasks that everybody answers before anything else is asked.

    Args:
        size: how many people can answer each task, shape (n_tasks,).
        count: number of answers that can be paid.
        rng: draws the tasks.

    Returns:
        Whether each task is one, shape (n_tasks,): as many as a fifth of the answers allow, and as
        leave an answer for each other task.

    Raises:
        BadInput: the count is negative.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> int(calibration_tasks(np.full(100, 10), 300, rng).sum())
        6
    """
    _require_count(count)
    order = rng.permutation(len(size))
    spent = np.cumsum(size[order])
    others = len(size) - np.arange(1, len(size) + 1)
    fits = (spent <= CALIBRATION_SHARE * count) & (spent + others <= count)
    chosen = np.zeros(len(size), np.bool_)
    chosen[order[np.logical_and.accumulate(fits)]] = True
    return chosen


def most_saving(decision: Decision, count: int) -> Bools:
    """Choose the tasks that get an answer next, where only so many can be paid.

    Args:
        decision: which tasks are worth an answer, and how much it saves.
        count: number of answers that can be paid.

    Returns:
        Whether each task gets an answer, shape (n_tasks,): first those with too few people, then
        those where most is saved; ties by the order of tasks.

    Raises:
        BadInput: the count is negative.

    Example:
        >>> ask, reason = np.array([True, True, False]), np.array([2, 2, 3], np.int32)
        >>> most_saving(Decision(ask, reason, np.array([0.1, 0.3, 0.0])), 1).tolist()
        [False, True, False]
    """
    _require_count(count)
    worth = np.flatnonzero(decision.ask)
    is_complete = decision.reason[worth] != StopReason.TOO_FEW
    order = np.lexsort((-decision.gain[worth], is_complete))
    chosen = np.zeros(len(decision.ask), np.bool_)
    chosen[worth[order][:count]] = True
    return chosen


def _require_count(count: int) -> None:
    if count < 0:
        raise BadInput(f"count is {count}; it must be 0 or more")


def expected_information(
    answers: Answers, fit: Fit, posterior: Floats, task: Codes, worker: Codes
) -> Floats:
    """Return how much an answer is expected to tell about the label of a task.

    Args:
        answers: the answers the fit was made of.
        fit: tables of workers, as ``dawid_skene`` returns them.
        posterior: chance of each class of each task, from ``cautious_posterior``, shape (n_tasks,
            n_classes); of a task without answers the chances of the classes.
        task: the tasks, shape (n,).
        worker: who would answer each, shape (n,).

    Returns:
        Mutual information of label and answer, in nats, shape (n,). Who has answered little is
        expected to answer as all do.

    Raises:
        BadInput: there is no answer.

    Source:
        Lindley (1956), https://doi.org/10.1214/aoms/1177728069. Tables drawn to that of all: Efron
        and Morris (1975), https://doi.org/10.1080/01621459.1975.10479864
    """
    if not len(answers):
        raise BadInput("no answers; ask one for each task first")
    own = expected_labels(answers, fit.class_chance, fit.confusion)
    tables, _typical = shrunken_tables(answers, own)
    doubt = -(tables * np.log(np.maximum(tables, TINY))).sum(axis=2)
    information = np.empty(len(task))
    for at in np.array_split(np.arange(len(task)), len(task) // PAIRS + 1):
        chance = posterior[task[at]]
        answer = np.einsum("nk,nkj->nj", chance, tables[worker[at]])
        entropy = -(answer * np.log(np.maximum(answer, TINY))).sum(axis=1)
        information[at] = entropy - (chance * doubt[worker[at]]).sum(axis=1)
    return information
