"""Decide whether one more answer to a task is worth its price.

It is worth it while the wrong labels it is expected to save cost more than its price. Models are
too confident for that, so three corrections apply: tables of workers with few answers are shrunk to
the average, and the less confident of both posteriors counts; where the model overrules a few
people before it can know them, both labels are equally likely; and a temperature softens the
result (fitted on gold if there is gold). At least two people answer every task.

The price of an answer is the project's mean for everybody: place, floor, speed, top-up,
accommodation, complaints and exposure of a person are not inputs, and must never be. ``next_task``
decides which task comes next.
"""

import math
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

import numpy as np

from canut.core.answers import Answers
from canut.core.arrays import Bools, Codes, Counts, Floats
from canut.core.errors import BadInput, ShapeError
from canut.core.money import Money
from canut.core.quality.estimators.dawid_skene import Fit, expected_labels

TEMPERATURE = 2.0
ERROR_IN_ANSWERS = 1_100.0
LEAST_PEOPLE = 2
MOST_PEOPLE = 50
DRAWN_TO_ALL = 8.0
BELIEVED_RIGHT = 2.0
LOOK_AHEAD = 7
OVERRULED_BY = 6
MOST_TELLING = 0.61
TINY = 1e-300


class StopReason(IntEnum):
    """Why a task needs another answer, or not."""

    TOO_FEW = 1
    WORTH_IT = 2
    NOT_WORTH_IT = 3
    ENOUGH_PEOPLE = 4


@dataclass(frozen=True, slots=True)
class StoppingRule:
    """The cost of a wrong label, and the least and most answers of a task.

    Args:
        error_in_answers: what a wrong label costs, in mean prices of an answer.
        least_people: as many answer every task.
        most_people: nobody is asked beyond this.

    Raises:
        BadInput: the cost is not positive, fewer than two people, or fewer at most than at least.
    """

    error_in_answers: float = ERROR_IN_ANSWERS
    least_people: int = LEAST_PEOPLE
    most_people: int = MOST_PEOPLE

    def __post_init__(self) -> None:
        """Raise if the rule lets one person alone decide."""
        if not self.error_in_answers > 0:
            raise BadInput(f"a wrong label costs {self.error_in_answers} answers; give more than 0")
        if self.least_people < LEAST_PEOPLE:
            raise BadInput(
                f"least_people is {self.least_people}; at least {LEAST_PEOPLE} answer every task"
            )
        if self.most_people < self.least_people:
            raise BadInput(
                f"most_people is {self.most_people}, under least_people {self.least_people}"
            )


class Decision(NamedTuple):
    """For each task: whether another answer is worth it, why, and what it saves.

    ``gain`` is the drop of the chance of a wrong label by one more answer, shape (n_tasks,).
    """

    ask: Bools
    reason: Codes
    gain: Floats


def rule_of(
    error: Money, mean_cost: Money, least_people: int = LEAST_PEOPLE, most_people: int = MOST_PEOPLE
) -> StoppingRule:
    """Make a rule from amounts of money.

    Args:
        error: what a wrong label costs.
        mean_cost: what an answer costs on average in the project, time and top-ups of all included.
        least_people: as many answer every task.
        most_people: nobody is asked beyond this.

    Raises:
        BadInput: the currencies differ, the mean is not positive, or as ``StoppingRule``.

    Example:
        >>> rule_of(Money(10_000_000, "CAD"), Money(40_000, "CAD")).error_in_answers
        250.0
    """
    if not Money(0, error.currency) < mean_cost:
        raise BadInput(
            f"an answer costs {mean_cost.micro} micro-units on average; give more than 0"
        )
    return StoppingRule(error.micro / mean_cost.micro, least_people, most_people)


def cautious_posterior(
    answers: Answers, fit: Fit, temperature: float = TEMPERATURE
) -> tuple[Floats, float]:
    """Return a cautious posterior of each task and the accuracy of a typical answer.

    Args:
        answers: the answers the fit was made of.
        fit: tables of workers, as ``dawid_skene`` returns them.
        temperature: divisor of the model's log-odds, 1 or more; 1 changes nothing.

    Returns:
        Chance of each class, shape (n_tasks, n_classes), and the chance that an answer is right,
        discounted by the temperature as well.

    Raises:
        BadInput: the temperature is under 1.
    """
    if not temperature >= 1:
        raise BadInput(f"temperature is {temperature}; the model is never less sure than it says")
    own = expected_labels(answers, fit.class_chance, fit.confusion)
    tables, typical = shrunken_tables(answers, own)
    shrunk = expected_labels(answers, fit.class_chance, tables)
    label = own.argmax(axis=1)
    rows = np.arange(answers.n_tasks)
    agree = shrunk.argmax(axis=1) == label
    less_sure = shrunk[rows, label] < own[rows, label]
    posterior = np.where(less_sure[:, None], shrunk, own)
    posterior = np.where(agree[:, None], posterior, (own + shrunk) / 2)
    votes = _votes(answers)
    people = np.bincount(answers.task, minlength=answers.n_tasks)
    overruled = (votes[rows, label] < votes.max(axis=1)) & (people < OVERRULED_BY)
    either = np.eye(answers.n_labels)
    posterior[overruled] = ((either[label] + either[votes.argmax(axis=1)]) / 2)[overruled]
    accuracy = float(fit.class_chance @ typical.diagonal())
    return softened(posterior, temperature), _softened_accuracy(accuracy, temperature)


def shrunken_tables(answers: Answers, posterior: Floats) -> tuple[Floats, Floats]:
    """Return each worker's table, drawn to everybody's the more the fewer answers they gave.

    Args:
        answers: as many of them as there are.
        posterior: chance of each class, shape (n_tasks, n_classes).

    Returns:
        The chance that a worker says j where k is true, at [w, k, j], and that of a typical worker,
        at [k, j]; each row sums to 1.
    """
    counts = _counted(answers, posterior)
    typical = counts.sum(axis=0) + 1 + BELIEVED_RIGHT * np.eye(answers.n_labels)
    typical /= typical.sum(axis=1, keepdims=True)
    tables = counts + DRAWN_TO_ALL * typical
    tables /= tables.sum(axis=2, keepdims=True)
    return tables, typical


def _votes(answers: Answers) -> Counts:
    key = answers.task.astype(np.int64) * answers.n_labels + answers.label
    votes = np.bincount(key, minlength=answers.n_tasks * answers.n_labels)
    return votes.reshape(answers.n_tasks, answers.n_labels).astype(np.int64)


def softened(posterior: Floats, temperature: float) -> Floats:
    """Divide log-chances by a temperature; the most probable class stays the same.

    Args:
        posterior: chance of each class, shape (n_tasks, n_classes).
        temperature: divisor of the log-chances, above 0.

    Returns:
        Chances, shape (n_tasks, n_classes); each row sums to 1.

    Example:
        >>> softened(np.array([[0.9, 0.1]]), 2.0).round(2).tolist()
        [[0.75, 0.25]]
    """
    logs = np.log(np.maximum(posterior, TINY)) / temperature
    powers = np.exp(logs - logs.max(axis=1, keepdims=True))
    soft: Floats = powers / powers.sum(axis=1, keepdims=True)
    return soft


def _softened_accuracy(accuracy: float, temperature: float) -> float:
    """Soften an accuracy, against the one wrong label that people confuse it with.

    The next answer is assumed to add little information: people share mistakes, and their accuracy
    comes from a model that is too confident.
    """
    right, wrong = accuracy ** (1 / temperature), (1 - accuracy) ** (1 / temperature)
    softer: float = right / (right + wrong)
    return min(softer, MOST_TELLING)


def _counted(answers: Answers, posterior: Floats) -> Floats:
    """Return the expected counts of each worker saying j when the truth is k, at [w, k, j]."""
    n_labels = answers.n_labels
    key = answers.worker.astype(np.int64) * n_labels + answers.label
    counts = np.empty((answers.n_workers, n_labels, n_labels))
    for truth in range(n_labels):
        share = posterior[answers.task, truth]
        label_counts = np.bincount(key, share, minlength=answers.n_workers * n_labels)
        counts[:, truth] = label_counts.reshape(answers.n_workers, n_labels)
    return counts


def gain_of_asking(posterior: Floats, accuracy: float) -> Floats:
    """Return the expected drop in the chance of a wrong label from one more answer.

    One answer alone often cannot change a label, so up to seven more are considered, and the best
    mean per answer counts. Only the two most probable classes are compared, since people mostly
    confuse those.

    Args:
        posterior: chance of each class, shape (n_tasks, n_classes).
        accuracy: chance that a typical answer is right.

    Returns:
        Drop of the chance of a wrong label per answer, shape (n_tasks,).

    Raises:
        BadInput: the accuracy is not from 0 to 1.

    Source:
        Value of information: Howard (1966), https://doi.org/10.1109/TSSC.1966.300074, over several
        answers as in Kamar, Hacker and Horvitz (2012), https://doi.org/10.5555/2343576.2343643.

    Example:
        >>> gain_of_asking(np.array([[0.5, 0.5], [0.99, 0.01]]), 0.8).round(3).tolist()
        [0.3, 0.001]
    """
    if not 0 <= accuracy <= 1:
        raise BadInput(f"accuracy is {accuracy}; give a chance from 0 to 1")
    best = np.zeros(len(posterior))
    if posterior.shape[1] == 1:
        return best
    ranked = -np.sort(-posterior, axis=1)
    first, second = ranked[:, 0], ranked[:, 1]
    for ahead in range(1, LOOK_AHEAD + 1):
        right = np.zeros(len(posterior))
        for agree in range(ahead + 1):
            ways = math.comb(ahead, agree)
            for_first = ways * accuracy**agree * (1 - accuracy) ** (ahead - agree)
            for_second = ways * accuracy ** (ahead - agree) * (1 - accuracy) ** agree
            right += np.maximum(first * for_first, second * for_second)
        best = np.maximum(best, (right - first) / ahead)
    return best


def decide(posterior: Floats, people: Counts, accuracy: float, rule: StoppingRule) -> Decision:
    """Decide which tasks are worth another answer.

    Args:
        posterior: chances from ``cautious_posterior``, shape (n_tasks, n_classes).
        people: number of people who answered each task, shape (n_tasks,).
        accuracy: chance that a typical answer is right, from ``cautious_posterior``.
        rule: what a wrong label costs, and the bounds.

    Returns:
        Whether to ask, the reason code and the gain, each of shape (n_tasks,).

    Raises:
        BadInput: the accuracy is not from 0 to 1.
        ShapeError: not one number of people for each task.
    """
    if people.shape != (len(posterior),):
        raise ShapeError(f"people has shape {people.shape}; give one for each of {len(posterior)}")
    gain = gain_of_asking(posterior, accuracy)
    worth = gain * rule.error_in_answers > 1
    reason = np.where(worth, StopReason.WORTH_IT, StopReason.NOT_WORTH_IT)
    reason = np.where(people >= rule.most_people, StopReason.ENOUGH_PEOPLE, reason)
    reason = np.where(people < rule.least_people, StopReason.TOO_FEW, reason).astype(np.int32)
    ask = (reason == StopReason.TOO_FEW) | (reason == StopReason.WORTH_IT)
    return Decision(ask, reason, gain)
