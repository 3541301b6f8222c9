"""Measure agreement as plain percentages.

Agreement is not truth: many people can be wrong together, and the one who disagrees can be right.
Agreement by chance is not subtracted here; see ``alpha`` and ``kappa``.
"""

from collections.abc import Callable
from itertools import combinations, pairwise
from typing import NamedTuple

import numpy as np

from canut.core.answers import Answers, blocks, by_task
from canut.core.arrays import Counts


class Agreement(NamedTuple):
    """Per worker: comparisons with the other answers to the same task, and how many agree.

    ``compared`` counts the answers to tasks where the others, without this worker, have a single
    majority; ``agreed`` those that equal it. Both have shape (n_workers,).
    """

    agreed: Counts
    compared: Counts


def percent_agreement(answers: Answers) -> float | None:
    """Return the share of answer pairs to one task that are equal, from 0 to 1.

    None where no task has two answers.

    Args:
        answers: rows (task, worker, label).

    Returns:
        From 0 to 1, or None.

    Example:
        >>> from canut.core.answers import code
        >>> round(percent_agreement(code("aaa", "xyz", ["7", "7", "1"]).answers), 3)
        0.333
    """
    of_task = np.bincount(answers.task, minlength=answers.n_tasks).astype(np.int64)
    pairs = int((of_task * (of_task - 1)).sum())
    if not pairs:
        return None
    same_answer = answers.task.astype(np.int64) * answers.n_labels + answers.label
    _, times = np.unique(same_answer, return_counts=True)
    return int((times.astype(np.int64) * (times - 1)).sum()) / pairs


def agreement_by_worker(answers: Answers) -> Agreement:
    """Compare each worker with the other workers' majority, task by task.

    Args:
        answers: rows (task, worker, label).

    Returns:
        Counts, each of shape (n_workers,).

    Example:
        >>> from canut.core.answers import code
        >>> named = code("aaa", "xyz", ["7", "7", "1"])
        >>> found = agreement_by_worker(named.answers)
        >>> found.agreed.tolist(), found.compared.tolist()
        ([0, 0, 0], [0, 0, 1])
    """
    n_labels = answers.n_labels
    rows = by_task(answers)
    agreed = np.zeros(answers.n_workers, dtype=np.int64)
    compared = np.zeros(answers.n_workers, dtype=np.int64)
    for first, last in blocks(rows.start):
        here = slice(rows.start[first], rows.start[last])
        worker, label = rows.worker[here], rows.label[here]
        task = np.repeat(np.arange(last - first), np.diff(rows.start[first : last + 1]))
        votes = np.bincount(task * n_labels + label, minlength=(last - first) * n_labels)
        others = votes.reshape(last - first, n_labels)[task]
        own = np.arange(len(task)), label
        others[own] -= 1
        most = others.max(axis=1)
        one_ahead = (most > 0) & ((others == most[:, None]).sum(axis=1) == 1)
        compared += np.bincount(worker[one_ahead], minlength=answers.n_workers)
        same = one_ahead & (others[own] == most)
        agreed += np.bincount(worker[same], minlength=answers.n_workers)
    return Agreement(agreed, compared)


class PairAgreement(NamedTuple):
    """Agreement where answers need not be equal to agree.

    ``share`` is the share of answer pairs to one task that agree, 0 to 1, or None where no task has
    two answers; ``by_worker`` compares each worker with the others.
    """

    share: float | None
    by_worker: Agreement


def agreement_within(answers: Answers, agree: Callable[[int, int], bool]) -> PairAgreement:
    """Compare answers to one task by a rule of which answers agree, such as overlap of boxes.

    A worker agrees on a task with more than half of the others who answered it; the comparison is
    left out where exactly half of them agree.

    Args:
        answers: rows (task, worker, label); one label may stand for each different answer.
        agree: whether answers with two labels agree; not asked about a label and itself.

    Returns:
        A share, and counts of shape (n_workers,).

    Example:
        >>> from canut.core.answers import code
        >>> named = code("aaa", "xyz", [1, 2, 9])
        >>> near = lambda one, other: abs(named.labels[one] - named.labels[other]) <= 1
        >>> found = agreement_within(named.answers, near)
        >>> round(found.share, 3), found.by_worker.compared.tolist()
        (0.333, [0, 0, 1])
    """
    agreed, compared = (np.zeros(answers.n_workers, dtype=np.int64) for _ in range(2))
    pairs = agreeing = 0
    rows = by_task(answers)
    for start, end in pairwise(rows.start.tolist()):
        worker, label = rows.worker[start:end], rows.label[start:end].tolist()
        others = len(label) - 1
        if others < 1:
            continue
        table = np.zeros((len(label), len(label)), dtype=np.bool_)
        for row, column in combinations(range(len(label)), 2):
            same = label[row] == label[column] or agree(label[row], label[column])
            table[row, column] = table[column, row] = same
        with_others = table.sum(axis=1)
        pairs += len(label) * others
        agreeing += int(with_others.sum())
        is_decided = 2 * with_others != others
        np.add.at(compared, worker[is_decided], 1)
        np.add.at(agreed, worker[2 * with_others > others], 1)
    return PairAgreement(agreeing / pairs if pairs else None, Agreement(agreed, compared))
