"""Ask one person a task first, and more only where a model or a person disagrees.

One answer is a cheap lesson: a model learns more from two tasks with one answer than from one task
with two. Where a model that did not learn from a task contradicts its only answer, two more people
are asked; where people are split, one more at a time, up to five. The hidden draw is treated the
same, so two corrections keep the proof of ``takeover`` honest: errors that nobody saw, because a
person made the same one, are estimated and counted against the model; and the standard, how often
three people would give the label, is computed from first answers alone, without those.
"""

from math import ceil
from typing import NamedTuple

import numpy as np

from canut.core.arrays import Bools, Counts, Floats
from canut.core.errors import ShapeError
from canut.core.learning.takeover import chance_of_majority

FIRST, AFTER_DISPUTE, MOST = 1, 3, 5
LEAD = 2
PEOPLE = 3
FIRST_BAND = 0.5  # of the draw: models of one answer a task are rarely sure, so bands are narrow
STILL_OPEN = 0.05  # of a draw: what a model disputes anew after people were asked counts as wrong


class Draw(NamedTuple):
    """The hidden draw, corrected for what nobody saw.

    ``right`` is whether the model counts as right on each task, shape (n,); ``unseen`` the expected
    number of errors that a person repeated; ``by_people`` how often three people would give the
    label; ``accuracy`` how often one person does.
    """

    right: Bools
    unseen: float
    by_people: float
    accuracy: float


def answers_more(votes: Counts, is_foretold: Bools, most: int = MOST) -> Counts:
    """Return how many more people each task needs before its label stands.

    Args:
        votes: number of answers for each label, shape (n, n_labels).
        is_foretold: whether a model that did not learn from the task gives its label, shape (n,).
        most: answers a task gets at most.

    Returns:
        Number of people to ask, shape (n,).

    Raises:
        ShapeError: not one row of votes for each task.

    Example:
        >>> votes = np.array([[1, 0], [1, 0], [2, 1], [3, 0], [3, 2]])
        >>> answers_more(votes, np.array([True, False, True, True, False])).tolist()
        [0, 2, 1, 0, 0]
    """
    if len(votes) != len(is_foretold):
        raise ShapeError(f"{len(votes)} rows of votes for {len(is_foretold)} tasks")
    number = votes.sum(axis=1)
    is_disputed = (number <= FIRST) & ~is_foretold
    is_split = (number > FIRST) & (number < most) & (_lead(votes) < LEAD)
    after_dispute = np.maximum(min(AFTER_DISPUTE, most) - number, 0)
    return np.where(is_disputed, after_dispute, np.where(is_split, 1, 0))


def is_settled(more: Counts) -> bool:
    """Return whether a draw can be looked at: few of its tasks still need more people.

    Before that a look would spend its error probability on labels of one person.

    Args:
        more: number of people each task of the draw still needs, shape (n,).

    Example:
        >>> is_settled(np.array([0] * 39 + [2])), is_settled(np.array([0] * 9 + [2]))
        (True, False)
    """
    return not len(more) or float((more > 0).mean()) <= STILL_OPEN


def corrected(votes: Counts, first: Counts, label: Counts, foretold: Counts, sure: Floats) -> Draw:
    """Correct a draw in which most tasks have one answer.

    A model's error stays unseen where the first person makes the same. How often people repeat the
    model's errors is counted on the errors that were seen, in the answers that came after; an error
    is taken to be unseen as often. Those are marked on the tasks nearest in confidence to the seen.

    Args:
        votes: number of answers for each label, shape (n, n_labels).
        first: label of the first answer of each task, shape (n,).
        label: label of each task, shape (n,).
        foretold: label by a model that did not learn from the task, shape (n,).
        sure: the model's confidence, from 0 to 1, shape (n,).

    Returns:
        Where the model counts as right, the errors unseen, and the standard.

    Raises:
        ShapeError: the arrays differ in length.

    Source:
        Errors two observers miss together, from those that one misses: Lincoln and Petersen, in
        Seber (1982), "The estimation of animal abundance", chapter 3.
    """
    n = len(label)
    if not n == len(votes) == len(first) == len(foretold) == len(sure):
        raise ShapeError(f"{n} labels do not fit {len(votes)} votes, {len(first)} first answers")
    right = foretold == label
    if not n:
        return Draw(right, 0.0, 1.0, 1.0)
    errors = np.flatnonzero(~right & (votes.sum(axis=1) > FIRST))
    later = votes[errors].sum() - len(errors)
    repeated = votes[errors, foretold[errors]].sum() - (first[errors] == foretold[errors]).sum()
    share = (repeated + 1) / (later + 2)
    unseen = float(len(errors) * share / (1 - share))
    accuracy = max(0.0, float((first == label).mean()) - unseen / n)
    splits = int((votes.max(axis=1) < votes.sum(axis=1)).sum())
    label_right = 1 - (1 - accuracy) * splits / n
    standard = chance_of_majority(accuracy, PEOPLE) * label_right
    return Draw(_marked(right, sure, ceil(unseen)), unseen, standard, accuracy)


def one_is_enough(draw: Draw, singles: int, people: int, bar: float) -> bool:
    """Return whether one answer that a model foretells is as good as a label of several people.

    It is wrong where the model repeats the person's error, which nobody sees: the errors unseen are
    compared with how often a majority of so many people would be right.

    Args:
        draw: result of ``corrected``.
        singles: tasks of the draw with one answer, which the model foretells.
        people: answers a task gets otherwise.
        bar: share of what the people reach that must be reached.

    Example:
        >>> draw = Draw(np.ones(200, np.bool_), 2.0, 0.97, 0.9)
        >>> one_is_enough(draw, 180, 3, 0.98), one_is_enough(draw, 20, 3, 0.98)
        (True, False)
    """
    if not singles:
        return False
    return 1 - draw.unseen / singles >= bar * chance_of_majority(draw.accuracy, people)


def _marked(right: Bools, sure: Floats, count: int) -> Bools:
    """Mark so many more tasks as wrong, as confident as those that are."""
    marked = right.copy()
    like = sure[~right]
    for place in range(count):
        free = np.flatnonzero(marked)
        if not len(free):
            break
        marked[free[np.abs(sure[free] - like[place % len(like)]).argmin()]] = False
    return marked


def _lead(votes: Counts) -> Counts:
    ranked = np.sort(votes, axis=1)
    if votes.shape[1] == 1:
        return ranked[:, 0]
    lead: Counts = ranked[:, -1] - ranked[:, -2]
    return lead
