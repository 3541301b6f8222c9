"""Spend a limited number of answers: which tasks come first, and who is asked first.

``stopping`` decides whether an answer is worth its price. Where the price of all that are worth it
is more than there is to spend, a fifth goes to calibration tasks, which everybody answers first:
from one or two answers a task, nobody can tell who is careful. Then each other task gets one
answer, and what is left goes where an answer saves most, of the person whose answer is expected to
tell most about the task. For a share of the tasks chance decides who is asked: else a few people
who agree in their mistakes confirm each other, and answer everything. Tables come from
``pooled.fit_sparse``, which is made for few answers.
All that is known of a person here is their table, from their own answers: people with the same
table are equal. Nobody is excluded, and who asks for work themselves is given the same tasks as
everybody by ``next_task``; the order of people is for whoever invites them.
"""

import numpy as np

from canut.core.answers import Answers
from canut.core.arrays import Bools, Codes, Counts, Floats
from canut.core.errors import BadInput, ShapeError
from canut.core.quality.allocation.next_task import RANDOM_SHARE
from canut.core.quality.allocation.stopping import shrunken_tables
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


def most_saving(gain: Floats, task: Codes, information: Floats, count: int) -> Counts:
    """Choose the answers that are asked next, where only so many can be paid.

    A task is worth as much as one more answer saves there, times what the best person left for it
    is expected to tell. Where only careless people are left, the money goes to other tasks.

    Args:
        gain: what one more answer saves, from ``decide``, shape (n_tasks,).
        task: the task of each answer that can be asked, shape (n,).
        information: how much each is expected to tell, from ``expected_information`` and
            ``some_by_chance``, shape (n,).
        count: number of answers that can be paid.

    Returns:
        Positions of the chosen answers in ``task``, at most one of each task, the most saving
        first; ties by the order of tasks.

    Raises:
        BadInput: the count is negative.
        ShapeError: not one number of information for each answer.

    Example:
        >>> task, information = np.array([0, 1, 1]), np.array([0.2, 0.1, 0.5])
        >>> most_saving(np.array([0.2, 0.1]), task, information, 1).tolist()
        [2]
    """
    _require_count(count)
    _require_one_each(information, task)
    order = np.lexsort((-information, task))
    best = order[np.unique(task[order], return_index=True)[1]]
    saved = gain[task[best]] * information[best]
    chosen: Counts = best[np.argsort(-saved, kind="stable")][:count]
    return chosen


def some_by_chance(
    information: Floats, task: Codes, n_tasks: int, rng: np.random.Generator
) -> Floats:
    """Let chance decide who is asked about seven tasks in a hundred, drawn by chance too.

    What is expected of a person is replaced there by a number from 0 to 1, which is mostly more: in
    ``most_saving``, these tasks come before others that are as doubtful.

    Args:
        information: how much each answer is expected to tell, shape (n,).
        task: the task of each, shape (n,).
        n_tasks: number of all tasks.
        rng: draws the tasks and the numbers.

    Returns:
        Numbers in the place of ``information``, shape (n,).

    Raises:
        ShapeError: not one number of information for each answer.

    Example:
        >>> rng = np.random.default_rng(29)
        >>> some_by_chance(np.zeros(4), np.array([0, 0, 1, 2]), 3, rng).round(2).tolist()
        [0.27, 0.13, 0.0, 0.0]
    """
    _require_one_each(information, task)
    is_drawn = rng.random(n_tasks) < RANDOM_SHARE
    return np.where(is_drawn[task], rng.random(len(task)), information)


def _require_one_each(information: Floats, task: Codes) -> None:
    if task.shape != information.shape:
        raise ShapeError(
            f"information has shape {information.shape}; give one for each of {task.shape}"
        )


def _require_count(count: int) -> None:
    if count < 0:
        raise BadInput(f"count is {count}; it must be 0 or more")


def expected_information(
    answers: Answers, fit: Fit, posterior: Floats, task: Codes, worker: Codes
) -> Floats:
    """Return how much an answer is expected to tell about the label of a task.

    Args:
        answers: the answers the fit was made of.
        fit: tables of workers, as ``fit_sparse`` returns them.
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
