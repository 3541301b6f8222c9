"""Store answers as integer codes: the input of every estimator.

One row is one answer: its task, worker and label. ``code`` converts names (task keys, worker ids,
label texts) to codes once; everything after that is arithmetic on small integers. ``kinds``
interprets labels.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from canut.core.arrays import Codes, Counts
from canut.core.errors import BadInput, ShapeError


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """Rows (task, worker, label), as integer codes that count from 0.

    Args:
        task: task codes, shape (n_answers,); below ``n_tasks``.
        worker: worker codes, shape (n_answers,); below ``n_workers``.
        label: label codes, shape (n_answers,); below ``n_labels``.
        n_tasks: number of tasks, unanswered ones included.
        n_workers: number of workers.
        n_labels: number of possible labels, unused ones included.

    Raises:
        ShapeError: the columns differ in length, or a code is out of range.
    """

    task: Codes
    worker: Codes
    label: Codes
    n_tasks: int
    n_workers: int
    n_labels: int

    def __post_init__(self) -> None:
        """Raise if columns do not fit together."""
        for name, codes, size in (
            ("task", self.task, self.n_tasks),
            ("worker", self.worker, self.n_workers),
            ("label", self.label, self.n_labels),
        ):
            if codes.shape != (len(self.task),):
                raise ShapeError(
                    f"{name} has shape {codes.shape} but there are {len(self.task)} answers; "
                    "give one code per answer in each column"
                )
            if len(codes) and not (codes.min() >= 0 and codes.max() < size):
                raise ShapeError(
                    f"{name} codes run from {codes.min()} to {codes.max()}; "
                    f"expected 0 to {size - 1}: number them with answers.code"
                )

    def __len__(self) -> int:
        """Return the number of answers."""
        return len(self.task)


class NamedAnswers(NamedTuple):
    """Answers and the names behind the codes: ``labels[answers.label[i]]`` is the label."""

    answers: Answers
    tasks: list[Hashable]
    workers: list[Hashable]
    labels: list[Hashable]


class ByTask(NamedTuple):
    """The same answers, sorted by task: those of task t are rows ``start[t]`` to ``start[t+1]``."""

    start: Counts
    worker: Codes
    label: Codes


def code(
    tasks: Iterable[Hashable],
    workers: Iterable[Hashable],
    labels: Iterable[Hashable],
    label_order: Sequence[Hashable] | None = None,
) -> NamedAnswers:
    """Number tasks, workers and labels in order of first appearance.

    Args:
        tasks: task name of each answer.
        workers: worker name of each answer.
        labels: label of each answer.
        label_order: all labels in the question's order, which the codes keep.

    Raises:
        BadInput: a label is not in ``label_order``.
        ShapeError: the columns differ in length.

    Example:
        >>> named = code(["t1", "t1", "t2"], ["ana", "bo", "ana"], ["yes", "no", "yes"])
        >>> named.answers.label.tolist(), named.labels
        ([0, 1, 0], ['yes', 'no'])
    """
    task_codes, task_names = _numbered(tasks)
    worker_codes, worker_names = _numbered(workers)
    label_codes, label_names = _numbered(labels, label_order or ())
    if label_order is not None and len(label_names) > len(set(label_order)):
        strange = label_names[len(set(label_order))]
        raise BadInput(
            f"label {strange!r} is not among the {len(set(label_order))} labels of label_order; "
            "add it there, or leave such answers out"
        )
    answers = Answers(
        task_codes,
        worker_codes,
        label_codes,
        len(task_names),
        len(worker_names),
        len(label_names),
    )
    return NamedAnswers(answers, task_names, worker_names, label_names)


def _numbered(
    names: Iterable[Hashable], existing: Sequence[Hashable] = ()
) -> tuple[Codes, list[Hashable]]:
    """Number names by first appearance, after the existing ones."""
    numbers: dict[Hashable, int] = {}
    for name in existing:
        numbers.setdefault(name, len(numbers))
    codes = [numbers.setdefault(name, len(numbers)) for name in names]
    return np.array(codes, dtype=np.int32), list(numbers)


def by_task(answers: Answers) -> ByTask:
    """Sort answers by task; the order within a task stays."""
    order = np.argsort(answers.task, kind="stable")
    start = np.zeros(answers.n_tasks + 1, dtype=np.int64)
    np.cumsum(np.bincount(answers.task, minlength=answers.n_tasks), out=start[1:])
    return ByTask(start, answers.worker[order], answers.label[order])


def blocks(start: Counts, rows: int = 1 << 18) -> Iterator[tuple[int, int]]:
    """Cut tasks into runs ``[first, last)`` of about ``rows`` answers, to limit memory."""
    n_tasks = len(start) - 1
    cuts = np.searchsorted(start, np.arange(0, int(start[-1]), rows), side="left")
    edges = sorted({0, n_tasks, *(int(cut) for cut in cuts)})
    yield from pairwise(edges)


def keep_last(answers: Answers) -> Answers:
    """Drop all but the last answer of each worker to each task.

    Platforms that let people answer twice need this; Canut's own counted answers are unique.
    """
    pairs = answers.task.astype(np.int64) * max(answers.n_workers, 1) + answers.worker
    _, from_the_end = np.unique(pairs[::-1], return_index=True)
    rows = np.sort(len(answers) - 1 - from_the_end)
    return Answers(
        answers.task[rows],
        answers.worker[rows],
        answers.label[rows],
        answers.n_tasks,
        answers.n_workers,
        answers.n_labels,
    )


def require_answers(answers: Answers) -> None:
    """Raise if there are no answers.

    Raises:
        BadInput: there are no answers.
    """
    if not len(answers):
        raise BadInput(
            "there are no answers to estimate from; give at least one (task, worker, label)",
            code="no-answers",
        )
