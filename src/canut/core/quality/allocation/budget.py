"""Spend a limited number of answers: which tasks come first, and who is asked first.

``stopping`` decides whether an answer is worth its price. Where the price of all that are worth it
is more than there is to spend, the tasks with the greatest gain come first, and among people who
may answer a task, the most accurate. Accuracy is all that is known of a person here: two equally
accurate people are equal. Nobody is excluded, and who asks for work themselves is given the same
tasks as everybody by ``next_task``; the order of people is for whoever invites them.
"""

import numpy as np

from canut.core.answers import Answers
from canut.core.arrays import Bools, Floats
from canut.core.errors import BadInput
from canut.core.quality.allocation.stopping import Decision, StopReason
from canut.core.quality.estimators.dawid_skene import Fit, expected_labels

LIKE_ALL = 4.0  # answers of a typical worker that everybody's own are added to


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
    if count < 0:
        raise BadInput(f"count is {count}; it must be 0 or more")
    worth = np.flatnonzero(decision.ask)
    is_complete = decision.reason[worth] != StopReason.TOO_FEW
    order = np.lexsort((-decision.gain[worth], is_complete))
    chosen = np.zeros(len(decision.ask), np.bool_)
    chosen[worth[order][:count]] = True
    return chosen


def accuracy_so_far(answers: Answers, fit: Fit) -> Floats:
    """Estimate how often each worker is right; those with few answers are near the mean.

    Args:
        answers: the answers the fit was made of.
        fit: tables of workers, as ``dawid_skene`` returns them.

    Returns:
        Chance that an answer is right, from 0 to 1, shape (n_workers,).

    Raises:
        BadInput: there is no answer.

    Source:
        Means drawn to the mean of all: Efron and Morris (1975),
        https://doi.org/10.1080/01621459.1975.10479864
    """
    if not len(answers):
        raise BadInput("no answers; ask one for each task first")
    posterior = expected_labels(answers, fit.class_chance, fit.confusion)
    chance = posterior[answers.task, answers.label]
    right = np.bincount(answers.worker, chance, minlength=answers.n_workers)
    number = np.bincount(answers.worker, minlength=answers.n_workers)
    accuracy: Floats = (right + LIKE_ALL * chance.mean()) / (number + LIKE_ALL)
    return accuracy
