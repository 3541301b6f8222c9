"""Majority vote: the label with most votes, and whether it is tied.

Ties go to the label that comes first in the question. On real crowds this is no worse than the
overall most frequent label, which is often the one people overuse. ``dawid_skene`` weighs workers
by their reliability.
"""

from typing import NamedTuple

import numpy as np

from canut.core.answers import Answers, blocks, by_task, require_answers
from canut.core.arrays import Bools, Codes, Floats
from canut.core.errors import ShapeError
from canut.core.quality.estimators.em import RUN, Fitted, Run
from canut.core.quality.tables.answers_by_task import AnswersByTask

NO_LABEL = -1


class Vote(NamedTuple):
    """Label, share of votes and tie of each task.

    ``label``: the winner's code, -1 where there are no answers. ``share``: its share of the task's
    votes, from 0 to 1. ``tied``: whether another label has as many. All have shape (n_tasks,).
    """

    label: Codes
    share: Floats
    tied: Bools


def majority(answers: Answers, weights: Floats | None = None) -> Vote:
    """Return the label with most votes for each task.

    Args:
        answers: at least one.
        weights: weight of each worker's vote, shape (n_workers,); 1 by default.

    Returns:
        Label, share of the votes and whether it is tied, each of shape (n_tasks,).

    Raises:
        BadInput: there are no answers.
        ShapeError: not one weight for each worker.

    Example:
        >>> from canut.core.answers import code
        >>> named = code("aaab", "xyzx", ["7", "1", "7", "1"])
        >>> vote = majority(named.answers)
        >>> [named.labels[label] for label in vote.label], vote.share.round(2).tolist()
        (['7', '1'], [0.67, 1.0])
    """
    require_answers(answers)
    if weights is not None and weights.shape != (answers.n_workers,):
        raise ShapeError(
            f"weights have shape {weights.shape}; give one for each of {answers.n_workers} workers"
        )
    n_labels = answers.n_labels
    rows = by_task(answers)
    weight = None if weights is None else weights[rows.worker]
    vote = Vote(
        np.full(answers.n_tasks, NO_LABEL, dtype=np.int32),
        np.zeros(answers.n_tasks),
        np.zeros(answers.n_tasks, dtype=np.bool_),
    )
    for first, last in blocks(rows.start):
        here = slice(rows.start[first], rows.start[last])
        task = np.repeat(np.arange(last - first), np.diff(rows.start[first : last + 1]))
        votes = np.bincount(
            task * n_labels + rows.label[here],
            None if weight is None else weight[here],
            minlength=(last - first) * n_labels,
        ).reshape(last - first, n_labels)
        most, total = votes.max(axis=1), votes.sum(axis=1)
        winning = votes == most[:, None]
        has_votes = total > 0
        vote.label[first:last] = np.where(has_votes, votes.argmax(axis=1), NO_LABEL)
        np.divide(most, total, out=vote.share[first:last], where=has_votes)
        vote.tied[first:last] = has_votes & (winning.sum(axis=1) > 1)
    return vote


def fit(rows: AnswersByTask, run: Run = RUN) -> Fitted:
    """Use each label's share of the votes as its chance; no worker is modelled.

    Args:
        rows: the answers, arranged.
        run: settings of the fit.

    Returns:
        The fit of all tasks and workers; see ``Fitted`` for shapes.
    """
    del run
    return Fitted("majority", rows)
