"""Measure agreement beyond chance between two workers (Cohen) or among many (Fleiss).

Each pair is compared on the tasks that both answered. For missing answers and other scales use
``alpha``. Low agreement does not show which of the two is right: it is a question, not a verdict.
"""

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np

from canut.core.answers import Answers
from canut.core.arrays import Codes, Counts, Floats
from canut.core.errors import BadInput

type Weights = Literal["none", "linear", "quadratic"]


class Pairs(NamedTuple):
    """Pairs of workers, each pair once, those with most common tasks first.

    ``one`` and ``other`` are worker codes, ``one`` the smaller; ``common`` the tasks both answered;
    ``agreement`` the share of them with the same label; ``kappa`` is NaN where both always gave the
    same single label, and where labels agree without being equal.
    """

    one: Codes
    other: Codes
    common: Counts
    agreement: Floats
    kappa: Floats


def fleiss_kappa(answers: Answers) -> float | None:
    """Return Fleiss' kappa; tasks with one answer are ignored.

    Tasks may have different numbers of answers; a task's agreement is weighted by that number.
    None where no task has two answers, or all answers are equal.

    Args:
        answers: rows (task, worker, label).

    Returns:
        At most 1; 0 is agreement by chance.

    Source:
        Fleiss (1971), https://doi.org/10.1037/h0031619

    Example:
        >>> from canut.core.answers import code
        >>> round(fleiss_kappa(code("aabbcc", "xyxyxy", ["7", "7", "1", "1", "1", "7"]).answers), 3)
        0.333
    """
    size = np.bincount(answers.task, minlength=answers.n_tasks)
    is_paired = size[answers.task] > 1
    label, task = answers.label[is_paired], answers.task[is_paired].astype(np.int64)
    if not len(label):
        return None
    key, times = np.unique(task * answers.n_labels + label, return_counts=True)
    others = size[key // answers.n_labels] - 1
    observed = float((times * (times - 1) / others).sum()) / len(label)
    share = np.bincount(label, minlength=answers.n_labels) / len(label)
    expected = float(share @ share)
    return (observed - expected) / (1 - expected) if expected < 1 else None


def cohen_kappa(
    answers: Answers, first: int, second: int, weights: Weights = "none"
) -> float | None:
    """Return Cohen's kappa of two workers on the tasks both answered.

    Args:
        answers: at most one a worker and task (see ``answers.keep_last``).
        first: code of one worker.
        second: code of another worker.
        weights: ``none``, or growth of a disagreement with the distance of codes: ``linear``,
            ``quadratic``.

    Returns:
        At most 1; None where they share no task, or chance agreement is 1.

    Raises:
        BadInput: a worker answered a task twice or does not exist, or the weights are unknown.

    Source:
        Cohen (1960), https://doi.org/10.1177/001316446002000104; weighted: Cohen (1968).
    """
    for worker in (first, second):
        if not 0 <= worker < answers.n_workers:
            raise BadInput(f"there is no worker {worker}; codes run to {answers.n_workers - 1}")
    left, right = _common(answers, first, second)
    if not len(left):
        return None
    n_labels = answers.n_labels
    table = np.zeros((n_labels, n_labels))
    np.add.at(table, (left, right), 1 / len(left))
    apart = np.abs(np.subtract.outer(np.arange(n_labels), np.arange(n_labels))).astype(np.float64)
    if weights == "none":
        apart = (apart > 0).astype(np.float64)
    elif weights == "quadratic":
        apart = apart**2
    elif weights != "linear":
        raise BadInput(f"weights are {weights!r}; choose none, linear or quadratic")
    chance = float((np.outer(table.sum(axis=1), table.sum(axis=0)) * apart).sum())
    return 1 - float((table * apart).sum()) / chance if chance > 0 else None


def _common(answers: Answers, first: int, second: int) -> tuple[Codes, Codes]:
    """Return the labels of two workers on the tasks both answered."""
    tasks, labels = [], []
    for worker in (first, second):
        own = answers.worker == worker
        order = np.argsort(answers.task[own])
        tasks.append(answers.task[own][order])
        labels.append(answers.label[own][order])
        if (np.diff(tasks[-1]) == 0).any():
            raise BadInput(f"worker {worker} answered a task twice; see answers.keep_last")
    _, left, right = np.intersect1d(tasks[0], tasks[1], assume_unique=True, return_indices=True)
    return labels[0][left], labels[1][right]


def pairwise(
    answers: Answers, least_common: int = 1, agree: Callable[[int, int], bool] | None = None
) -> Pairs:
    """Compute agreement and kappa for every pair of workers.

    Args:
        answers: at most one a worker and task.
        least_common: minimum number of common tasks of a pair.
        agree: whether answers with two different labels agree; kappa is then not a number, since
            labels that are not equal have no chance agreement of their own.

    Returns:
        Arrays of shape (n_pairs,); agreement from 0 to 1.

    Raises:
        BadInput: a worker answered a task twice.

    Example:
        >>> from canut.core.answers import code
        >>> pairs = pairwise(code("aabb", "xyxy", ["7", "7", "1", "7"]).answers)
        >>> pairs.common.tolist(), pairs.agreement.tolist(), pairs.kappa.tolist()
        ([2], [0.5], [0.0])
    """
    first, second, left, right = _paired(answers)
    if (first == second).any():
        twice = int(first[first == second][0])
        raise BadInput(f"worker {twice} answered a task twice; see answers.keep_last")
    key = first.astype(np.int64) * answers.n_workers + second
    pair, at, common = np.unique(key, return_inverse=True, return_counts=True)
    same = left == right
    if agree:
        same = np.array([*map(agree, left.tolist(), right.tolist())], dtype=np.bool_) | same
    agreed = np.bincount(at, same, minlength=len(pair))
    chance = _chance(at, left, right, (len(pair), answers.n_labels)) / common**2
    agreement = agreed / common
    kappa = np.full(len(pair), np.nan)
    if not agree:
        np.divide(agreement - chance, 1 - chance, out=kappa, where=chance < 1)
    order = np.argsort(-common, kind="stable")
    order = order[common[order] >= least_common]
    codes = (pair // max(answers.n_workers, 1), pair % max(answers.n_workers, 1))
    return Pairs(
        codes[0][order].astype(np.int32),
        codes[1][order].astype(np.int32),
        common[order].astype(np.int64),
        agreement[order],
        kappa[order],
    )


def _chance(at: Counts, left: Codes, right: Codes, shape: tuple[int, int]) -> Floats:
    """Sum for each pair, over labels, the product of both workers' label counts."""
    n_pairs, n_labels = shape
    left_keys, left_times = np.unique(at * n_labels + left, return_counts=True)
    right_keys, right_times = np.unique(at * n_labels + right, return_counts=True)
    _, here, there = np.intersect1d(left_keys, right_keys, assume_unique=True, return_indices=True)
    product = left_times[here].astype(np.float64) * right_times[there]
    return np.bincount(left_keys[here] // n_labels, product, minlength=n_pairs)


def _paired(answers: Answers) -> tuple[Codes, Codes, Codes, Codes]:
    """Return every two answers to one task: workers (smaller code first) and labels."""
    order = np.lexsort((answers.worker, answers.task))
    worker, label = answers.worker[order], answers.label[order]
    size = np.bincount(answers.task, minlength=answers.n_tasks)
    start = np.cumsum(size) - size
    first: list[Counts] = []
    second: list[Counts] = []
    for task_size in np.unique(size[size > 1]).tolist():
        here, there = np.triu_indices(task_size, 1)
        begin = start[size == task_size][:, None]
        first.append((begin + here).reshape(-1))
        second.append((begin + there).reshape(-1))
    none = np.empty(0, dtype=np.int64)
    left, right = np.concatenate([none, *first]), np.concatenate([none, *second])
    return worker[left], worker[right], label[left], label[right]
