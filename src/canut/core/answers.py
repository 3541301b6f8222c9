"""Hold answers as integer codes: the input of every estimator.

One row is one answer: which task, which worker, which label. Names (task keys, worker ids, label
texts) are turned into codes once, by ``code``; everything after that is arithmetic on small
integers. What a label means is decided in ``kinds``.
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
        task: which task, shape (n_answers,); below ``n_tasks``.
        worker: who answered; below ``n_workers``.
        label: what they said; below ``n_labels``.
        n_tasks: number of tasks, with those nobody answered.
        n_workers: number of workers.
        n_labels: number of labels one could give, with those nobody gave.

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
        """Refuse columns that do not fit together."""
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
    """Answers, and the names behind the codes: ``labels[answers.label[i]]`` is what was said."""

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
    """Number tasks, workers and labels in the order in which they are first seen.

    Args:
        tasks: one name per answer.
        workers: one name per answer.
        labels: one name per answer.
        label_order: every label there is, in the question's order; labels keep that order.

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
    names: Iterable[Hashable], known: Sequence[Hashable] = ()
) -> tuple[Codes, list[Hashable]]:
    """Number names by first appearance, after those already known."""
    numbers: dict[Hashable, int] = {}
    for name in known:
        numbers.setdefault(name, len(numbers))
    codes = [numbers.setdefault(name, len(numbers)) for name in names]
    return np.array(codes, dtype=np.int32), list(numbers)


def by_task(answers: Answers) -> ByTask:
    """Sort answers by task, those of one task in the order given."""
    order = np.argsort(answers.task, kind="stable")
    start = np.zeros(answers.n_tasks + 1, dtype=np.int64)
    np.cumsum(np.bincount(answers.task, minlength=answers.n_tasks), out=start[1:])
    return ByTask(start, answers.worker[order], answers.label[order])


def blocks(start: Counts, rows: int = 1 << 18) -> Iterator[tuple[int, int]]:
    """Cut tasks into runs ``[first, last)`` of about ``rows`` answers, to work in little memory."""
    n_tasks = len(start) - 1
    cuts = np.searchsorted(start, np.arange(0, int(start[-1]), rows), side="left")
    edges = sorted({0, n_tasks, *(int(cut) for cut in cuts)})
    yield from pairwise(edges)


def keep_last(answers: Answers) -> Answers:
    """Keep, of several answers of one worker to one task, the one given last.

    Platforms that let people answer twice need this; Canut's own counted answers do not.
    """
    pairs = answers.task.astype(np.int64) * max(answers.n_workers, 1) + answers.worker
    _, from_the_end = np.unique(pairs[::-1], return_index=True)
    kept = np.sort(len(answers) - 1 - from_the_end)
    return Answers(
        answers.task[kept],
        answers.worker[kept],
        answers.label[kept],
        answers.n_tasks,
        answers.n_workers,
        answers.n_labels,
    )


def require_answers(answers: Answers) -> None:
    """Refuse to estimate anything from nothing.

    Raises:
        BadInput: there is no answer at all.
    """
    if not len(answers):
        raise BadInput(
            "there are no answers to estimate from; give at least one (task, worker, label)",
            code="no-answers",
        )
